#include "hub.hpp"

#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace simulator = emojiscope::simulator;
using nlohmann::json;
using std::chrono::milliseconds;

namespace {

constexpr std::chrono::seconds give_up{10};

/// A socket without a network: keeps what it is sent.
class FakePeer final : public simulator::Peer {
public:
    void send(std::string frame) override { frames.push_back(json::parse(frame)); }
    void close() override { closed = true; }
    void reset() override { was_reset = true; }
    void freeze() override { frozen = true; }
    void send_binary(std::string bytes) override { binary.push_back(std::move(bytes)); }
    void break_off(std::string frame) override { broken_off.push_back(json::parse(frame)); }
    void answer_pings(int count) override { pongs = count; }

    [[nodiscard]] std::vector<json> of_type(const std::string& type) const {
        std::vector<json> found;
        for (const json& frame : frames) {
            if (frame.at("type") == type) {
                found.push_back(frame);
            }
        }
        return found;
    }

    std::vector<json> frames;
    std::vector<std::string> binary;
    std::vector<json> broken_off;
    int pongs = -1;
    bool closed = false;
    bool was_reset = false;
    bool frozen = false;
};

class Bench {
public:
    explicit Bench(const simulator::Options& options = {})
        : state(options),
          surfaces(options, state),
          hub(io.get_executor(), options, state, surfaces, [] {}) {}

    std::shared_ptr<FakePeer> join() {
        auto peer = std::make_shared<FakePeer>();
        hub.joined(peer);
        return peer;
    }

    /// Runs timers until `done` holds. False: it never came to hold.
    bool run_until(const std::function<bool()>& done) {
        const auto end = std::chrono::steady_clock::now() + give_up;
        while (!done()) {
            io.restart();
            if (io.run_one_until(end) == 0) {
                return done();
            }
        }
        return true;
    }

    simulator::CommandEntry& command(const std::string& text) {
        simulator::CommandEntry& entry = state.type_command("C0GENERAL", text);
        hub.dispatch(entry, "U0HUMAN", "http://127.0.0.1:1");
        return entry;
    }

    void ack(const std::shared_ptr<FakePeer>& peer, const json& envelope) {
        hub.received(peer, json{{"envelope_id", envelope.at("envelope_id")}}.dump());
    }

    boost::asio::io_context io;
    simulator::WorkspaceState state;
    simulator::Surfaces surfaces;
    simulator::Hub hub;
};

/// Slack's waits, a thousand times as fast where a test waits for them.
simulator::Options quick() {
    simulator::Options options;
    options.ack_timeout = milliseconds(5);
    options.retry_first = milliseconds(0);
    options.retry_second = milliseconds(10);
    options.retry_third = milliseconds(20);
    return options;
}

json an_event() {
    return {{"type", "emoji_changed"}, {"subtype", "add"}, {"name", "beer"}};
}

std::vector<std::string> violations(const simulator::Hub& hub) {
    return hub.state().at("violations").get<std::vector<std::string>>();
}

}  // namespace

TEST_CASE("a socket is greeted with the number of those open") {
    Bench bench;
    const auto first = bench.join();
    const auto second = bench.join();
    REQUIRE(first->frames.size() == 1);
    CHECK(first->frames[0].at("type") == "hello");
    CHECK(first->frames[0].at("num_connections") == 1);
    CHECK(first->frames[0].at("connection_info").at("app_id") == "A0LOCAL");
    CHECK(second->frames[0].at("num_connections") == 2);
}

TEST_CASE("an eleventh socket is turned away") {
    Bench bench;
    std::vector<std::shared_ptr<FakePeer>> peers;
    for (int i = 0; i < 10; ++i) {
        peers.push_back(bench.join());
        CHECK_FALSE(peers.back()->closed);
    }
    const auto eleventh = bench.join();
    REQUIRE(eleventh->frames.size() == 1);
    CHECK(eleventh->frames[0].at("type") == "disconnect");
    CHECK(eleventh->frames[0].at("reason") == "too_many_websockets");
    CHECK(eleventh->closed);
    CHECK(bench.hub.state().at("sockets") == 10);
}

TEST_CASE("envelopes go to the open sockets in turn") {
    Bench bench;
    const auto first = bench.join();
    const auto second = bench.join();
    for (int i = 0; i < 4; ++i) {
        bench.hub.raise_event(an_event());
    }
    CHECK(first->of_type("events_api").size() == 2);
    CHECK(second->of_type("events_api").size() == 2);
}

TEST_CASE("an acknowledged event is not sent again") {
    Bench bench(quick());
    const auto peer = bench.join();
    bench.hub.raise_event(an_event());
    const auto events = peer->of_type("events_api");
    REQUIRE(events.size() == 1);
    CHECK(events[0].at("accepts_response_payload") == false);
    CHECK(events[0].at("retry_attempt") == 0);
    CHECK(events[0].at("payload").at("type") == "event_callback");
    CHECK(events[0].at("payload").at("event").at("name") == "beer");
    bench.ack(peer, events[0]);
    // Whatever timers there were have run out once nothing is left to run.
    bench.io.run();
    CHECK(peer->of_type("events_api").size() == 1);
    CHECK(bench.hub.state().at("counts").at("acked") == 1);
    CHECK(bench.hub.state().at("ack_ms").at("n") == 1);
    CHECK(violations(bench.hub).empty());
}

TEST_CASE("an event without an acknowledgement is sent three times more, then dropped") {
    Bench bench(quick());
    const auto peer = bench.join();
    bench.hub.raise_event(an_event());
    REQUIRE(bench.run_until([&] { return bench.hub.state().at("counts").at("dropped") == 1; }));
    const auto sent = peer->of_type("events_api");
    REQUIRE(sent.size() == 4);
    for (std::size_t i = 0; i < sent.size(); ++i) {
        CHECK(sent[i].at("retry_attempt") == i);
        CHECK(sent[i].at("retry_reason") == (i == 0 ? "" : "timeout"));
        CHECK(sent[i].at("payload").at("event_id") == sent[0].at("payload").at("event_id"));
        CHECK((i == 0 || sent[i].at("envelope_id") != sent[i - 1].at("envelope_id")));
    }
}

TEST_CASE("the waits between the tries are those of the options") {
    simulator::Options options = quick();
    options.retry_second = milliseconds(60);
    Bench bench(options);
    const auto peer = bench.join();
    const auto before = std::chrono::steady_clock::now();
    bench.hub.raise_event(an_event());
    REQUIRE(bench.run_until([&] { return peer->of_type("events_api").size() == 3; }));
    CHECK(std::chrono::steady_clock::now() - before >= milliseconds(60) + 2 * options.ack_timeout);
}

TEST_CASE("an event comes again when its socket goes before the acknowledgement") {
    Bench bench;
    const auto first = bench.join();
    bench.hub.raise_event(an_event());
    const auto second = bench.join();
    bench.hub.left(first);
    REQUIRE(bench.run_until([&] { return !second->of_type("events_api").empty(); }));
    CHECK(second->of_type("events_api")[0].at("retry_attempt") == 1);
}

TEST_CASE("an event raised while no socket is open comes as a retry") {
    Bench bench(quick());
    bench.hub.raise_event(an_event());
    const auto peer = bench.join();
    REQUIRE(bench.run_until([&] { return !peer->of_type("events_api").empty(); }));
    CHECK(peer->of_type("events_api")[0].at("retry_attempt") >= 1);
}

TEST_CASE("a command fails when it is not acknowledged, and is not sent again") {
    Bench bench(quick());
    const auto peer = bench.join();
    const auto& command = bench.command("beer & wine");
    const auto sent = peer->of_type("slash_commands");
    REQUIRE(sent.size() == 1);
    CHECK(sent[0].at("accepts_response_payload") == true);
    CHECK(sent[0].at("payload").at("text") == "beer &amp; wine");
    CHECK_FALSE(sent[0].contains("retry_attempt"));
    REQUIRE(bench.run_until([&] { return command.failed; }));
    bench.io.run();
    CHECK(peer->of_type("slash_commands").size() == 1);
}

TEST_CASE("a payload in the acknowledgement answers a command") {
    Bench bench;
    const auto peer = bench.join();
    const auto& command = bench.command("beer");
    const json envelope = peer->of_type("slash_commands").at(0);
    bench.hub.received(
        peer,
        json{{"envelope_id", envelope.at("envelope_id")}, {"payload", {{"text", "here"}}}}.dump());
    CHECK(command.acked);
    REQUIRE(command.answers.size() == 1);
    CHECK(command.answers[0].at("text") == "here");
    CHECK(violations(bench.hub).empty());
}

TEST_CASE("what breaks the protocol is noted") {
    Bench bench;
    const auto first = bench.join();
    const auto second = bench.join();
    bench.hub.raise_event(an_event());
    const json event = first->of_type("events_api").at(0);

    SECTION("no JSON") {
        bench.hub.received(first, "hello {");
    }
    SECTION("no envelope_id") {
        bench.hub.received(first, R"({"type":"ping"})");
    }
    SECTION("an unknown envelope") {
        bench.hub.received(first, R"({"envelope_id":"x"})");
    }
    SECTION("another socket") {
        bench.ack(second, event);
    }
    SECTION("twice") {
        bench.ack(first, event);
        REQUIRE(violations(bench.hub).empty());
        bench.ack(first, event);
    }
    SECTION("a payload that was not asked for") {
        bench.hub.received(
            first,
            json{{"envelope_id", event.at("envelope_id")}, {"payload", {{"text", "here"}}}}.dump());
    }
    CHECK(violations(bench.hub).size() == 1);
}

TEST_CASE("an answer whose text is no string neither throws nor is lost") {
    Bench bench;
    const auto peer = bench.join();
    const auto& command = bench.command("beer");
    const json envelope = peer->of_type("slash_commands").at(0);
    CHECK_NOTHROW(
        bench.hub.received(peer, json{{"envelope_id", envelope.at("envelope_id")},
                                      {"payload", {{"text", 7}, {"response_type", json::array()}}}}
                                     .dump()));
    CHECK(command.answers.size() == 1);
}

TEST_CASE("after a warning, envelopes go to the newer socket") {
    Bench bench;
    const auto old = bench.join();
    bench.hub.disconnect("warning");
    REQUIRE(old->of_type("disconnect").size() == 1);
    CHECK(old->of_type("disconnect")[0].at("reason") == "warning");
    CHECK_FALSE(old->closed);
    bench.hub.raise_event(an_event());
    CHECK(old->of_type("events_api").size() == 1);  // there is no other yet
    const auto fresh = bench.join();
    bench.hub.raise_event(an_event());
    bench.hub.raise_event(an_event());
    CHECK(old->of_type("events_api").size() == 1);
    CHECK(fresh->of_type("events_api").size() == 2);
}

TEST_CASE("a disconnect without grace closes at once") {
    Bench bench;
    const auto peer = bench.join();
    bench.hub.disconnect("link_disabled");
    CHECK(peer->closed);
}

TEST_CASE("a cut resets the sockets and refuses new ones for a while") {
    Bench bench;
    const auto peer = bench.join();
    bench.hub.cut(std::chrono::hours(1));
    CHECK(peer->was_reset);
    CHECK(bench.hub.refuses());
    bench.hub.cut(milliseconds(0));
    CHECK_FALSE(bench.hub.refuses());
}

TEST_CASE("a ticket opens one socket") {
    Bench bench;
    const std::string ticket = bench.hub.new_ticket();
    CHECK(bench.hub.new_ticket() != ticket);
    CHECK(bench.hub.take_ticket(ticket));
    CHECK_FALSE(bench.hub.take_ticket(ticket));
    CHECK_FALSE(bench.hub.take_ticket(""));
}
