// Modals, the Home tab, reactions: what is sent, and what Slack's refusals become.
#include "slack/client_fixture.hpp"

#include <future>
#include <set>

namespace emojiscope::slack {
namespace {

using loopback::answer;
using loopback::Client;
using loopback::LoopbackServer;
using loopback::Request;
using nlohmann::json;

const json view = {{"type", "modal"}, {"blocks", json::array()}};

/// A Slack that answers everything so.
struct Slack {
    explicit Slack(const std::string& body)
        : server([body](const Request&) { return answer(200, body); }),
          client(server.url("/api/")) {}

    void check_sent(const std::string& method, const json& arguments) {
        const auto requests = server.requests();
        REQUIRE(requests.size() == 1);
        CHECK(requests[0].target() == "/api/" + method);
        CHECK(requests[0]["Content-Type"].starts_with("application/json"));
        CHECK(json::parse(requests[0].body()) == arguments);
    }

    LoopbackServer server;
    Client client;
};

}  // namespace

TEST_CASE("a modal is opened by its trigger and named by Slack", "[web_api]") {
    Slack slack(R"({"ok":true,"view":{"id":"V1"}})");
    CHECK(slack.client.run(slack.client.api->open_view("t.1", view)).value() == "V1");
    slack.check_sent("views.open", {{"trigger_id", "t.1"}, {"view", view}});
    Slack nameless(R"({"ok":true,"view":{}})");
    CHECK(nameless.client.run(nameless.client.api->open_view("t", view)).error().code ==
          ErrorCode::network);
}

TEST_CASE("a trigger that has expired is told by Slack's word", "[web_api]") {
    Slack slack(R"({"ok":false,"error":"expired_trigger_id"})");
    const auto opened = slack.client.run(slack.client.api->open_view("t.1", view));
    REQUIRE_FALSE(opened);
    CHECK(opened.error().code == ErrorCode::invalid_argument);
    CHECK(refused_with(opened.error(), "expired_trigger_id"));
    CHECK_FALSE(refused_with(opened.error(), "trigger_id"));
}

TEST_CASE("a rate limit beyond a trigger's life is told at once", "[web_api]") {
    LoopbackServer server([](const Request&) {
        auto response = answer(429, R"({"ok":false,"error":"ratelimited"})");
        response.set("Retry-After", "30");
        return response;
    });
    Client client(server.url("/api/"), {}, std::chrono::minutes(5));
    for (int i = 0; i < 2; ++i) {
        CHECK(client.run(client.api->open_view("t.1", view)).error().code ==
              ErrorCode::rate_limited);
    }
    CHECK(server.requests().size() == 1);  // the second would have come too early
}

TEST_CASE("a views.open that is not answered is given up before its trigger", "[web_api]") {
    std::promise<void> let_go;
    const auto gate = let_go.get_future().share();
    LoopbackServer server([gate](const Request&) {
        gate.wait();
        return answer(200, "{}");
    });
    Client client(server.url("/api/"));
    // The test's own deadline is far before that of other calls.
    CHECK(client.run(client.api->open_view("t.1", view)).error().code == ErrorCode::timeout);
    let_go.set_value();
}

TEST_CASE("a view is updated by its id", "[web_api]") {
    Slack slack(R"({"ok":true})");
    CHECK(slack.client.run(slack.client.api->update_view("V1", view)).has_value());
    slack.check_sent("views.update", {{"view_id", "V1"}, {"view", view}});
    Slack closed(R"({"ok":false,"error":"not_found"})");
    CHECK(refused_with(closed.client.run(closed.client.api->update_view("V1", view)).error(),
                       "not_found"));
}

TEST_CASE("a Home tab is published for a user", "[web_api]") {
    Slack slack(R"({"ok":true})");
    CHECK(slack.client.run(slack.client.api->publish_view("U1", view)).has_value());
    slack.check_sent("views.publish", {{"user_id", "U1"}, {"view", view}});
}

TEST_CASE("a reaction that is there already is as good as added", "[web_api]") {
    for (const char* body : {R"({"ok":true})", R"({"ok":false,"error":"already_reacted"})"}) {
        Slack slack(body);
        CHECK(slack.client.run(slack.client.api->add_reaction("C1", "1.2", "beer")).has_value());
        slack.check_sent("reactions.add",
                         {{"channel", "C1"}, {"timestamp", "1.2"}, {"name", "beer"}});
    }
    Slack outside(R"({"ok":false,"error":"not_in_channel"})");
    const auto refused = outside.client.run(outside.client.api->add_reaction("C1", "1.2", "beer"));
    CHECK(refused_with(refused.error(), "not_in_channel"));
}

TEST_CASE("every method is known by one name", "[web_api]") {
    std::set<std::string_view> names;
    for (const MethodFacts& facts : api_methods()) {
        CHECK(names.insert(facts.name).second);
        CHECK(&facts_of(facts.method) == &facts);
    }
}

}  // namespace emojiscope::slack
