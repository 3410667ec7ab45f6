// Several connections side by side.
#include "slack/socket_mode_fixture.hpp"

#include <atomic>

namespace emojiscope::slack {
namespace {

using loopback::answer;
using loopback::disconnect;
using loopback::envelope;
using loopback::hello;
using loopback::quick_options;
using loopback::Response;
using loopback::ServerSocket;
using loopback::SocketMode;
using std::chrono::milliseconds;

SocketModeOptions several(int connections) {
    auto options = quick_options();
    options.connections = connections;
    return options;
}

void let_pass(SocketMode& mode, const std::string& name) {
    mode.wait_for("control " + name, mode.journal.count("control " + name) + 5);
}

}  // namespace

TEST_CASE("every connection serves, and acknowledges its own envelopes", "[socket_mode]") {
    SocketMode mode(
        [&](int number, ServerSocket& socket) {
            socket.send(hello);
            mode.journal.wait_for("socket 3");
            socket.send(envelope("e" + std::to_string(number)));
            mode.read_on(number, socket);
        },
        several(3));
    for (const char* number : {"1", "2", "3"}) {
        mode.wait_for(std::string(number) + " acks e" + number);
    }
    let_pass(mode, "3");
    CHECK(mode.journal.count("open") == 3);
    // Nothing can be missed when the second joins the first.
    CHECK(mode.firsts == std::vector<bool>{true});
}

TEST_CASE("an envelope that comes over two connections is handed over twice, acknowledged twice",
          "[socket_mode]") {
    SocketMode mode(
        [&](int number, ServerSocket& socket) {
            socket.send(hello);
            mode.journal.wait_for("socket 2");
            socket.send(envelope("same"));
            mode.read_on(number, socket);
        },
        several(2));
    mode.wait_for("1 acks same");
    mode.wait_for("2 acks same");
    CHECK(mode.journal.count("took same") == 2);
}

TEST_CASE("while one connection is replaced the other one serves", "[socket_mode]") {
    const std::string how = GENERATE("reset", "warning", "too_many_websockets");
    SocketMode mode(
        [&](int number, ServerSocket& socket) {
            socket.send(hello);
            if (number == 1) {
                mode.journal.wait_for("socket 2");
                if (how == "reset") {
                    socket.reset();
                    return;
                }
                socket.send(disconnect(how));
            }
            if (number == 2) {
                mode.journal.wait_for("open", 3);
                socket.send(envelope("meanwhile"));
            }
            mode.read_on(number, socket);
        },
        several(2));
    std::atomic<bool> served{false};
    mode.instead_of_url = [&](int number) -> std::optional<Response> {
        if (number == 3) {
            served = mode.journal.wait_for("2 acks meanwhile");
        }
        return std::nullopt;
    };
    mode.wait_for("2 acks meanwhile");
    CHECK(mode.socket->connected());
    mode.wait_for("connected", 2);  // what was on its way over the one that went may be lost
    let_pass(mode, "3");
    CHECK(served);
    CHECK(mode.journal.count("open") == 3);
    CHECK_FALSE(mode.journal.has("closed 2"));
}

TEST_CASE("after a time without any connection the first hello counts as a reconnect",
          "[socket_mode]") {
    std::atomic<bool> down{false};
    SocketMode mode(
        [&](int number, ServerSocket& socket) {
            socket.send(hello);
            if (number < 3) {
                mode.journal.wait_for("socket 2");
                mode.journal.wait_for("cut");
                return;
            }
            mode.read_on(number, socket);
        },
        several(2));
    mode.instead_of_url = [&](int) -> std::optional<Response> {
        return down ? std::optional(answer(503, "")) : std::nullopt;
    };
    mode.wait_for("socket 2");
    down = true;
    mode.journal.add("cut");
    mode.wait_until([&] { return mode.journal.count("open") > 2 && !mode.socket->connected(); });
    const std::size_t before = mode.firsts.size();
    down = false;
    mode.wait_until([&] { return mode.firsts.size() > before; });
    CHECK_FALSE(mode.firsts.back());
    CHECK(mode.socket->connected());
}

TEST_CASE("all connections together keep to one rate of dials", "[socket_mode]") {
    auto options = several(4);
    options.dial_burst = 2;
    options.dial_refill = milliseconds(200);
    const auto before = std::chrono::steady_clock::now();
    std::chrono::steady_clock::time_point last;
    SocketMode mode(
        [&](int number, ServerSocket& socket) {
            socket.send(hello);
            mode.read_on(number, socket);
        },
        options);
    mode.instead_of_url = [&](int) -> std::optional<Response> {
        last = std::chrono::steady_clock::now();
        return std::nullopt;
    };
    mode.wait_for("socket 4");
    CHECK(last - before >= 2 * options.dial_refill);
}

TEST_CASE("stop closes every connection", "[socket_mode]") {
    SocketMode mode(
        [&](int number, ServerSocket& socket) {
            socket.send(hello);
            mode.read_on(number, socket);
        },
        several(4));
    mode.wait_for("control 4");
    mode.socket->stop();
    mode.wait_for("ended");
    CHECK_FALSE(mode.socket->connected());
    for (int number = 1; number <= 4; ++number) {
        mode.wait_for("closed " + std::to_string(number));
    }
    CHECK(mode.result);
}

}  // namespace emojiscope::slack
