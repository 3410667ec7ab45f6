// What an observer is told of the traffic with Slack.
#include "slack/socket_mode_fixture.hpp"

#include <atomic>
#include <map>
#include <stdexcept>

namespace emojiscope::slack {
namespace {

namespace asio = boost::asio;
using loopback::answer;
using loopback::Client;
using loopback::disconnect;
using loopback::envelope;
using loopback::hello;
using loopback::LoopbackServer;
using loopback::quick_options;
using loopback::Request;
using loopback::ServerSocket;
using loopback::SocketMode;

/// Counts everything, by what is told of it.
struct Counting final : SlackObserver {
    void reconnecting(SocketEnd why) override {
        ++seen["reconnecting " + std::to_string(static_cast<int>(why))];
    }
    void dial_failed(ErrorCode why) override { ++seen[std::string("dial ") + to_string(why)]; }
    void envelope_came(std::string_view type) override { ++seen["envelope " + std::string(type)]; }
    void acknowledged(Duration after) override {
        CHECK(after >= Duration::zero());
        CHECK(after < loopback::test_deadline);
        ++seen["acknowledged"];
    }
    void not_acknowledged(Unacknowledged why, std::size_t count) override {
        seen[why == Unacknowledged::refused ? "refused" : "unsent"] += static_cast<int>(count);
    }
    void exchanged(std::string_view what, Duration took, bool rate_limited) override {
        CHECK(took > Duration::zero());
        ++seen["exchanged " + std::string(what)];
        seen["limited " + std::string(what)] += rate_limited ? 1 : 0;
    }
    void called(std::string_view what, const std::optional<ErrorCode>& error) override {
        ++seen[std::string(what) + " " + (error ? to_string(*error) : "ok")];
    }
    void downloaded(std::size_t bytes) override { seen["bytes"] += static_cast<int>(bytes); }

    std::map<std::string, int> seen;
};

SocketModeOptions observed(SlackObserver& observer) {
    SocketModeOptions options = quick_options();
    options.observer = &observer;
    return options;
}

std::shared_ptr<WebApi> observed_api(const Client& client, const LoopbackServer& server,
                                     SlackObserver& observer) {
    WebApiOptions options;
    options.base_url = server.url("/api/");
    options.bot_token = loopback::bot_token;
    options.retry_pause = std::chrono::milliseconds(1);
    options.observer = &observer;
    return WebApi::create(client.dialer, options).value();
}

}  // namespace

TEST_CASE("envelopes and what becomes of them are observed", "[observer]") {
    Counting observer;
    SocketMode mode(
        [&](int number, ServerSocket& socket) {
            socket.send(hello);
            for (const char* id : {"refused", "thrown", "good"}) {
                socket.send(envelope(id));
            }
            mode.read_on(number, socket);
        },
        observed(observer),
        [](Envelope taken) -> asio::awaitable<bool> {
            if (taken.id == "thrown") {
                throw std::runtime_error("the disk is full");
            }
            co_return taken.id == "good";
        });
    mode.wait_until([&] { return observer.seen["acknowledged"] == 1; });
    CHECK(observer.seen["envelope events_api"] == 3);
    CHECK(observer.seen["refused"] == 2);
    CHECK(observer.seen["unsent"] == 0);
    CHECK(mode.socket->open_sockets() == 1);
}

TEST_CASE("an acknowledgement whose socket is gone is observed", "[observer]") {
    Counting observer;
    loopback::Gates gates;
    SocketMode mode(
        [&](int number, ServerSocket& socket) {
            socket.send(hello);
            if (number > 1) {
                mode.read_on(number, socket);
                return;
            }
            socket.send(envelope("late"));
            mode.journal.wait_for("took late");
        },
        observed(observer),
        [&](Envelope) -> asio::awaitable<bool> {
            co_await gates.wait("late");
            co_return true;
        });
    mode.wait_for("connected", 2);
    REQUIRE(gates.waits("late"));
    gates.open("late");
    mode.wait_until([&] { return observer.seen["unsent"] == 1; });
    CHECK(observer.seen["acknowledged"] == 0);
    CHECK(observer.seen["reconnecting " + std::to_string(static_cast<int>(SocketEnd::lost))] == 1);
}

TEST_CASE("reconnects are observed with their reasons", "[observer]") {
    Counting observer;
    SocketMode mode(
        [&](int number, ServerSocket& socket) {
            socket.send(hello);
            if (number == 1) {
                socket.send(disconnect("refresh_requested"));
            }
            mode.read_on(number, socket);
        },
        observed(observer));
    mode.instead_of_socket = [](int number) {
        return number == 2 ? std::optional(answer(503, "not now")) : std::nullopt;
    };
    mode.wait_for("connected", 2);
    CHECK(observer.seen["reconnecting " + std::to_string(static_cast<int>(SocketEnd::refresh))] ==
          1);
    CHECK(observer.seen["dial network"] == 1);
}

TEST_CASE("calls are observed by method and result", "[observer]") {
    std::atomic<int> calls = 0;
    LoopbackServer server([&](const Request& request) {
        const std::string target(request.target());
        if (target == "/api/auth.test") {
            return calls++ == 0 ? answer(500, "{}") : answer(200, R"({"ok":true,"team_id":"T1"})");
        }
        if (target == "/api/emoji.list") {
            return answer(200, R"({"ok":false,"error":"missing_scope"})");
        }
        if (target == "/hook") {
            return answer(404, "used_url");
        }
        return answer(200, "picture", "image/png");
    });
    Client client(server.url("/api/"));
    Counting observer;
    const auto api = observed_api(client, server, observer);
    CHECK(client.run(api->auth_test()).has_value());
    CHECK_FALSE(client.run(api->emoji_list()).has_value());
    CHECK_FALSE(client.run(api->respond(server.url("/hook"), {{"text", "hi"}})).has_value());
    CHECK(client.run(api->download_public(server.url("/beer.png"), 100)).has_value());
    CHECK(observer.seen["auth.test network"] == 1);
    CHECK(observer.seen["auth.test ok"] == 1);
    CHECK(observer.seen["exchanged auth.test"] == 2);
    CHECK(observer.seen["emoji.list authentication"] == 1);
    CHECK(observer.seen["response_url invalid argument"] == 1);
    CHECK(observer.seen["download ok"] == 1);
    CHECK(observer.seen["bytes"] == 7);
}

TEST_CASE("a call that is told to wait is observed", "[observer]") {
    std::atomic<int> calls = 0;
    LoopbackServer server([&](const Request&) {
        auto response = calls++ == 0 ? answer(429, "{}") : answer(200, R"({"ok":true})");
        response.set("Retry-After", "0");
        return response;
    });
    Client client(server.url("/api/"));
    Counting observer;
    const auto api = observed_api(client, server, observer);
    CHECK(client.run(api->post_message("C1", {{"text", "hi"}})).has_value());
    CHECK(observer.seen["exchanged chat.postMessage"] == 2);
    CHECK(observer.seen["limited chat.postMessage"] == 1);
    CHECK(observer.seen["chat.postMessage ok"] == 1);
}

}  // namespace emojiscope::slack
