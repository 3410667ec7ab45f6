// Messages left in the outbox, and what becomes of them when they are sent.
#include "emojiscope/bot/postbox.hpp"

#include "fakes/memory_work_queue.hpp"
#include "slack/client_fixture.hpp"

#include <mutex>

namespace emojiscope::bot {
namespace {

using loopback::answer;
using loopback::Client;
using loopback::LoopbackServer;
using loopback::Request;
using loopback::Response;
using nlohmann::json;

const Message message{"Emoji for `beer`", json::array({json{{"type", "divider"}}})};

WorkItem only_item(const WorkQueue& queue) {
    const auto items = queue.due(SystemTime::max(), 10).value();
    REQUIRE(items.size() == 1);
    return items.front();
}

/// A postbox over a queue in memory.
struct Fixture {
    ManualClock clock;
    fakes::MemoryWorkQueue outbox{clock};
    // Older than the pools: what runs on them holds on to it until the very end.
    boost::asio::io_context io;
    boost::asio::thread_pool disk{1};
    Postbox postbox{disk, outbox, clock};
    int mail = 0;

    Fixture() {
        postbox.on_mail([this] { ++mail; });
    }
    Result<void> respond(const std::string& key, const std::string& url) {
        return loopback::run(io, postbox.respond(key, url, message));
    }
    Result<void> post(const std::string& key, const std::string& channel) {
        return loopback::run(io, postbox.post(key, channel, message));
    }
};

/// What `deliver` makes of an item when the server answers every request with `handler`.
struct Delivery {
    LoopbackServer server;
    Client client{server.url("/api/"), {}, std::chrono::milliseconds(100)};

    explicit Delivery(LoopbackServer::Handler handler) : server(std::move(handler)) {}

    Outcome of_post(int attempts = 0) {
        Fixture fixture;
        REQUIRE(fixture.post("key", "C1"));
        WorkItem item = only_item(fixture.outbox);
        item.attempts = attempts;
        return client.run(deliver(client.api, std::move(item)));
    }
    Outcome of_response() {
        Fixture fixture;
        REQUIRE(fixture.respond("key", server.url("/commands/1")));
        return client.run(deliver(client.api, only_item(fixture.outbox)));
    }
    [[nodiscard]] std::vector<json> bodies() const {
        std::vector<json> parsed;
        for (const Request& request : server.requests()) {
            parsed.push_back(json::parse(request.body()));
        }
        return parsed;
    }
};

LoopbackServer::Handler always(unsigned status, const std::string& body) {
    return [=](const Request&) { return answer(status, body); };
}

}  // namespace

TEST_CASE("a message is kept before anybody is told of it", "[postbox]") {
    Fixture fixture;
    REQUIRE(fixture.post("alert 1", "C1"));
    CHECK(fixture.mail == 1);
    const WorkItem item = only_item(fixture.outbox);
    CHECK(item.key == "alert 1");
    CHECK(item.due == fixture.clock.now());
}

TEST_CASE("the same key is sent once", "[postbox]") {
    Fixture fixture;
    REQUIRE(fixture.post("alert 1", "C1"));
    REQUIRE(fixture.post("alert 1", "C2"));
    CHECK(only_item(fixture.outbox).lane == "channel C1");
}

TEST_CASE("a message that cannot be kept is an error, and nobody is told", "[postbox]") {
    Fixture fixture;
    fixture.outbox.fail_next_change({ErrorCode::io, "the disk is full"});
    const auto left = fixture.post("alert 1", "C1");
    REQUIRE_FALSE(left);
    CHECK(left.error().code == ErrorCode::io);
    CHECK(fixture.mail == 0);
    CHECK(fixture.outbox.counts().value().waiting == 0);
}

TEST_CASE("messages of a channel share a lane, answers to commands have none", "[postbox]") {
    Fixture fixture;
    REQUIRE(fixture.post("a", "C1"));
    REQUIRE(fixture.post("b", "C1"));
    REQUIRE(fixture.post("c", "C2"));
    REQUIRE(fixture.respond("d", "https://hooks.slack.com/1"));
    std::vector<std::string> lanes;
    for (const WorkItem& item : fixture.outbox.due(fixture.clock.now(), 10).value()) {
        lanes.push_back(item.lane);
    }
    REQUIRE(lanes.size() == 4);
    CHECK(lanes[0] == lanes[1]);
    CHECK_FALSE(lanes[0].empty());
    CHECK(lanes[2] != lanes[0]);
    CHECK(lanes[3].empty());
}

TEST_CASE("a message is posted to its channel", "[deliver]") {
    Delivery delivery(always(200, R"({"ok":true})"));
    CHECK(delivery.of_post().kind == Outcome::Kind::done);
    const auto bodies = delivery.bodies();
    REQUIRE(bodies.size() == 1);
    CHECK(delivery.server.requests()[0].target() == "/api/chat.postMessage");
    CHECK(bodies[0]["channel"] == "C1");
    CHECK(bodies[0]["text"] == message.text);
    CHECK(bodies[0]["blocks"] == message.blocks);
    CHECK(bodies[0]["unfurl_links"] == false);
}

TEST_CASE("an answer goes to its response_url", "[deliver]") {
    Delivery delivery(always(200, "ok"));
    CHECK(delivery.of_response().kind == Outcome::Kind::done);
    const auto bodies = delivery.bodies();
    REQUIRE(bodies.size() == 1);
    CHECK(delivery.server.requests()[0].target() == "/commands/1");
    CHECK(bodies[0]["blocks"] == message.blocks);
}

TEST_CASE("blocks that Slack refuses are left out", "[deliver]") {
    Delivery delivery([](const Request& request) {
        const bool blocks = json::parse(request.body()).contains("blocks");
        return answer(200, blocks ? R"({"ok":false,"error":"invalid_blocks"})" : R"({"ok":true})");
    });
    CHECK(delivery.of_post().kind == Outcome::Kind::done);
    const auto bodies = delivery.bodies();
    REQUIRE(bodies.size() == 2);
    CHECK(bodies[0].contains("blocks"));
    CHECK_FALSE(bodies[1].contains("blocks"));
    CHECK(bodies[1]["text"] == message.text);
}

TEST_CASE("blocks that a response_url refuses are left out, too", "[deliver]") {
    Delivery delivery([](const Request& request) {
        const bool blocks = json::parse(request.body()).contains("blocks");
        return blocks ? answer(400, R"({"ok":false,"error":"invalid_blocks"})") : answer(200, "ok");
    });
    CHECK(delivery.of_response().kind == Outcome::Kind::done);
    CHECK(delivery.server.requests().size() == 2);
}

TEST_CASE("a text that is refused without blocks is given up", "[deliver]") {
    Delivery delivery(always(200, R"({"ok":false,"error":"invalid_blocks"})"));
    CHECK(delivery.of_post().kind == Outcome::Kind::dead);
    CHECK(delivery.server.requests().size() == 2);
}

TEST_CASE("what may pass is tried again, later and later, but not for ever", "[deliver]") {
    Delivery delivery(always(503, ""));
    const Outcome first = delivery.of_post();
    CHECK(first.kind == Outcome::Kind::retry);
    CHECK(first.after == retry_delay(0));
    CHECK_FALSE(first.why.empty());
    const Outcome sixth = delivery.of_post(5);
    CHECK(sixth.kind == Outcome::Kind::retry);
    CHECK(sixth.after == retry_delay(5));
    CHECK(delivery.of_post(1000).kind == Outcome::Kind::dead);
    CHECK(delivery.of_response().kind == Outcome::Kind::retry);
}

TEST_CASE("a rate limit that is too long to wait for is tried again", "[deliver]") {
    Delivery delivery([](const Request&) {
        Response response = answer(429, "");
        response.set("Retry-After", "60");
        return response;
    });
    CHECK(delivery.of_post().kind == Outcome::Kind::retry);
    CHECK(delivery.server.requests().size() == 1);
}

TEST_CASE("a refusal is final", "[deliver]") {
    Delivery delivery(always(200, R"({"ok":false,"error":"channel_not_found"})"));
    const Outcome outcome = delivery.of_post();
    CHECK(outcome.kind == Outcome::Kind::dead);
    CHECK(outcome.why.find("channel_not_found") != std::string::npos);
    CHECK(delivery.server.requests().size() == 1);
}

TEST_CASE("an item that nobody can read is given up unsent", "[deliver]") {
    Delivery delivery(always(200, R"({"ok":true})"));
    const auto outcome_of = [&](const std::string& kind, const std::string& payload) {
        WorkItem item;
        item.kind = kind;
        item.payload = payload;
        return delivery.client.run(deliver(delivery.client.api, item)).kind;
    };
    CHECK(outcome_of("post", "garbage") == Outcome::Kind::dead);
    CHECK(outcome_of("post", "{}") == Outcome::Kind::dead);
    CHECK(outcome_of("pigeon", R"({"to":"C1","message":{}})") == Outcome::Kind::dead);
    CHECK(outcome_of("respond", R"({"to":"https://evil.example/","message":{}})") ==
          Outcome::Kind::dead);
    CHECK(delivery.server.connections() == 0);
}

TEST_CASE("Slack is never asked to make links or mentions of what a message says", "[postbox]") {
    Delivery posted(always(200, R"({"ok":true})"));
    CHECK(posted.of_post().kind == Outcome::Kind::done);
    Delivery responded(always(200, "ok"));
    CHECK(responded.of_response().kind == Outcome::Kind::done);
    for (const Delivery* delivery : {&posted, &responded}) {
        REQUIRE(delivery->bodies().size() == 1);
        for (const char* field : {"link_names", "parse", "mrkdwn", "unfurl_media"}) {
            CHECK_FALSE(delivery->bodies().front().contains(field));
        }
    }
    CHECK(posted.bodies().front().at("unfurl_links") == false);
}

}  // namespace emojiscope::bot
