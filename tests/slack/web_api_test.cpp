// Calls of the Web API against a server of our own: tokens, limits, refusals.
#include "slack/client_fixture.hpp"

#include <atomic>

namespace emojiscope::slack {
namespace {

using loopback::answer;
using loopback::Client;
using loopback::LoopbackServer;
using loopback::Request;
using loopback::Response;
using nlohmann::json;

std::string authorization(const Request& request) {
    return std::string(request["Authorization"]);
}

/// The error of auth.test when the server answers so.
Error error_for(unsigned status, const std::string& body) {
    LoopbackServer server([&](const Request&) { return answer(status, body); });
    Client client(server.url("/api/"));
    const auto info = client.run(client.api->auth_test());
    REQUIRE_FALSE(info);
    return info.error();
}

}  // namespace

TEST_CASE("auth.test tells who the bot is", "[web_api]") {
    LoopbackServer server([](const Request&) {
        return answer(200, R"({"ok":true,"team_id":"T1","team":"Acme","user_id":"U1",
                               "bot_id":"B1"})");
    });
    Client client(server.url("/api/"));
    const AuthInfo info = client.run(client.api->auth_test()).value();
    CHECK(info.team_id == "T1");
    CHECK(info.team_name == "Acme");
    CHECK(info.user_id == "U1");
    CHECK(info.bot_id == "B1");
    const auto requests = server.requests();
    REQUIRE(requests.size() == 1);
    CHECK(requests[0].method_string() == "POST");
    CHECK(requests[0].target() == "/api/auth.test");
    CHECK(authorization(requests[0]) == "Bearer xoxb-test");
    CHECK(requests[0]["Host"] == "127.0.0.1:" + std::to_string(server.port()));
}

TEST_CASE("the app-level token opens connections, and is used for nothing else", "[web_api]") {
    LoopbackServer server([](const Request& request) {
        if (request.target().ends_with("apps.connections.open")) {
            return answer(200, R"({"ok":true,"url":"wss://wss.slack.com/link/?ticket=1"})");
        }
        return answer(200, R"({"ok":true,"emoji":{}})");
    });
    Client client(server.url("/api/"));
    const Url url = client.run(client.api->open_connection()).value();
    CHECK(url.tls);
    CHECK(url.host == "wss.slack.com");
    CHECK(url.target == "/link/?ticket=1");
    CHECK(client.run(client.api->emoji_list()).value().empty());
    const auto requests = server.requests();
    REQUIRE(requests.size() == 2);
    CHECK(authorization(requests[0]) == "Bearer xapp-test");
    CHECK(authorization(requests[1]) == "Bearer xoxb-test");
}

TEST_CASE("a message is posted as JSON with its channel", "[web_api]") {
    LoopbackServer server([](const Request&) { return answer(200, R"({"ok":true})"); });
    Client client(server.url("/api"));  // the slash is added
    REQUIRE(client.run(client.api->post_message("C1", {{"text", "乾杯"}})));
    const auto requests = server.requests();
    REQUIRE(requests.size() == 1);
    CHECK(requests[0].target() == "/api/chat.postMessage");
    CHECK(requests[0]["Content-Type"].starts_with("application/json"));
    CHECK(json::parse(requests[0].body()) == json{{"channel", "C1"}, {"text", "乾杯"}});
}

TEST_CASE("after a 429 the call is sent again, and so is nothing before", "[web_api]") {
    std::atomic<int> calls{0};
    std::chrono::steady_clock::time_point refused;
    std::chrono::steady_clock::time_point repeated;
    LoopbackServer server([&](const Request&) {
        const auto now = std::chrono::steady_clock::now();
        if (calls++ == 0) {
            refused = now;
            Response response = answer(429, R"({"ok":false,"error":"ratelimited"})");
            response.set("Retry-After", "1");
            return response;
        }
        repeated = now;
        return answer(200, R"({"ok":true,"emoji":{"beer":"https://x/beer.png"}})");
    });
    Client client(server.url("/api/"));
    const auto list = client.run(client.api->emoji_list());
    REQUIRE(list);
    REQUIRE(list->size() == 1);
    CHECK(list->front().name == "beer");
    CHECK(calls == 2);
    CHECK(repeated - refused >= std::chrono::seconds(1));
}

TEST_CASE("a longer wait than is allowed is not waited for", "[web_api]") {
    LoopbackServer server([&](const Request& request) {
        if (request.target().ends_with("emoji.list")) {
            Response response = answer(429, "");
            response.set("Retry-After", "1000");
            return response;
        }
        return answer(200, R"({"ok":true,"team_id":"T1"})");
    });
    Client client(server.url("/api/"));
    for (int i = 0; i < 2; ++i) {
        const auto list = client.run(client.api->emoji_list());
        REQUIRE_FALSE(list);
        CHECK(list.error().code == ErrorCode::rate_limited);
    }
    CHECK(server.requests().size() == 1);        // the second was not even sent
    CHECK(client.run(client.api->auth_test()));  // other methods have limits of their own
}

TEST_CASE("a 429 that does not say how long is no reason to hurry", "[web_api]") {
    const std::string header = GENERATE("", "soon", "-5");
    LoopbackServer server([&](const Request&) {
        Response response = answer(429, "");
        if (!header.empty()) {
            response.set("Retry-After", header);
        }
        return response;
    });
    Client client(server.url("/api/"), {}, std::chrono::seconds(20));
    CHECK(client.run(client.api->auth_test()).error().code == ErrorCode::rate_limited);
    CHECK(server.requests().size() == 1);
}

TEST_CASE("Slack's refusals become our errors", "[web_api]") {
    for (const char* word : {"invalid_auth", "token_revoked", "missing_scope", "not_authed"}) {
        const Error error = error_for(200, std::string(R"({"ok":false,"error":")") + word + "\"}");
        CHECK(error.code == ErrorCode::auth);
        CHECK(error.message.find(word) != std::string::npos);
    }
    CHECK(error_for(200, R"({"ok":false,"error":"channel_not_found"})").code ==
          ErrorCode::invalid_argument);
    CHECK(error_for(200, R"({"ok":false,"error":"internal_error"})").code == ErrorCode::network);
    CHECK(error_for(200, R"({"ok":false,"error":"ratelimited"})").code == ErrorCode::rate_limited);
    CHECK(error_for(200, R"({"ok":false})").code == ErrorCode::invalid_argument);
    CHECK(error_for(401, R"({"ok":false,"error":"invalid_auth"})").code == ErrorCode::auth);
}

TEST_CASE("what a broken server says is worth another try", "[web_api]") {
    CHECK(error_for(500, R"({"ok":true,"team_id":"T1"})").code == ErrorCode::network);
    CHECK(error_for(503, "<html>").code == ErrorCode::network);
    CHECK(error_for(200, "<html>maintenance</html>").code == ErrorCode::network);
    CHECK(error_for(200, "[]").code == ErrorCode::network);
    CHECK(error_for(200, R"({"ok":true})").code == ErrorCode::network);
}

TEST_CASE("a redirect is not followed, and the token does not go along", "[web_api]") {
    LoopbackServer other([](const Request&) { return answer(200, R"({"ok":true})"); });
    LoopbackServer server([&](const Request&) {
        Response response = answer(302, "");
        response.set("Location", other.url("/api/auth.test"));
        return response;
    });
    Client client(server.url("/api/"));
    CHECK_FALSE(client.run(client.api->auth_test()));
    CHECK_FALSE(client.run(client.api->download_private(server.url("/f"), 100)));
    CHECK(server.requests().size() == 2);
    CHECK(other.connections() == 0);
}

TEST_CASE("an answer without the list never reads as an empty list", "[web_api]") {
    const std::string body =
        GENERATE(R"({"ok":true})", R"({"ok":true,"emoji":null})", R"({"ok":true,"emoji":[]})");
    LoopbackServer server([&](const Request&) { return answer(200, body); });
    Client client(server.url("/api/"));
    const auto list = client.run(client.api->emoji_list());
    REQUIRE_FALSE(list);
    CHECK(list.error().code == ErrorCode::network);
}

TEST_CASE("names and values of the list come through", "[web_api]") {
    LoopbackServer server([](const Request&) {
        return answer(200, R"({"ok":true,"emoji":{"ビール":"https://x/1.png","b":"alias:a",
                               "odd":7}})");
    });
    Client client(server.url("/api/"));
    const auto list = client.run(client.api->emoji_list()).value();
    REQUIRE(list.size() == 2);
    CHECK(list[0].name == "b");
    CHECK(list[0].value == "alias:a");
    CHECK(list[1].name == "ビール");
}

TEST_CASE("a kept connection is used again, and replaced once the server has closed it",
          "[web_api]") {
    std::atomic<bool> close{false};
    LoopbackServer server([&](const Request&) {
        Response response = answer(200, R"({"ok":true,"team_id":"T1"})");
        if (close) {
            response.set(loopback::close_silently, "yes");
        }
        return response;
    });
    Client client(server.url("/api/"));
    REQUIRE(client.run(client.api->auth_test()));
    close = true;
    REQUIRE(client.run(client.api->auth_test()));
    CHECK(server.connections() == 1);
    REQUIRE(client.run(client.api->auth_test()));
    CHECK(server.connections() == 2);
    CHECK(server.requests().size() == 3);
}

TEST_CASE("nobody listening is a network error", "[web_api]") {
    std::string gone;
    {
        LoopbackServer server([](const Request&) { return answer(200, "{}"); });
        gone = server.url("/api/");
    }
    Client client(gone);
    CHECK(client.run(client.api->auth_test()).error().code == ErrorCode::network);
}

TEST_CASE("tokens of the wrong kind are refused before anything is sent", "[web_api]") {
    boost::asio::io_context io;
    const auto dialer = Dialer::create(io.get_executor(), {}).value();
    const auto code = [&](const std::string& bot, const std::string& app, const char* base) {
        WebApiOptions options;
        options.bot_token = bot;
        options.app_token = app;
        options.base_url = base;
        const auto api = WebApi::create(dialer, options);
        return api ? ErrorCode::internal : api.error().code;
    };
    const char* slack = "https://slack.com/api/";
    CHECK(code("xoxb-1", "", slack) == ErrorCode::internal);
    CHECK(code("xoxb-1", "xapp-1", slack) == ErrorCode::internal);
    CHECK(code("", "", slack) == ErrorCode::invalid_argument);
    CHECK(code("xapp-1", "", slack) == ErrorCode::invalid_argument);
    CHECK(code("xoxb-1", "xoxb-1", slack) == ErrorCode::invalid_argument);
    CHECK(code("xoxb-1\r\nEvil: yes", "", slack) == ErrorCode::invalid_argument);
    CHECK(code("xoxb-1", "", "http://slack.com/api/") == ErrorCode::invalid_argument);
}

}  // namespace emojiscope::slack
