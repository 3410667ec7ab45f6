// How connections end, and what the client does about it.
#include "slack/socket_mode_fixture.hpp"

namespace emojiscope::slack {
namespace {

using loopback::disconnect;
using loopback::envelope;
using loopback::hello;
using loopback::quick_options;
using loopback::ServerSocket;
using loopback::SocketMode;
using std::chrono::milliseconds;

}  // namespace

TEST_CASE("a connection that breaks is replaced", "[socket_mode]") {
    SocketMode mode([&](int number, ServerSocket& socket) {
        socket.send(hello);
        if (number < 3) {
            return;  // dropped
        }
        socket.send(envelope("e1"));
        mode.read_on(number, socket);
    });
    mode.wait_for("3 acks e1");
    CHECK(mode.firsts == std::vector<bool>{true, false, false});
}

TEST_CASE("a connection that falls silent is replaced", "[socket_mode]") {
    auto options = quick_options();
    options.dead_after = milliseconds(1'000);
    SocketMode mode(
        [&](int number, ServerSocket& socket) {
            socket.send(hello);
            if (number == 1) {
                socket.ignore();
                mode.journal.add("dropped 1");
                return;
            }
            mode.read_on(number, socket);
        },
        options);
    mode.wait_for("connected", 2);
    mode.wait_for("dropped 1");
    CHECK(mode.firsts == std::vector<bool>{true, false});
}

TEST_CASE("pongs alone keep a connection", "[socket_mode]") {
    auto options = quick_options();
    options.ping_every = milliseconds(20);
    options.dead_after = milliseconds(500);
    SocketMode mode(
        [&](int number, ServerSocket& socket) {
            socket.send(hello);
            mode.read_on(number, socket);
        },
        options);
    // More pings than fit into the time after which silence counts as death.
    mode.wait_for("control 1", 50);
    CHECK(mode.journal.count("connected") == 1);
}

TEST_CASE("a server that does not say hello is tried again", "[socket_mode]") {
    auto options = quick_options();
    options.hello_timeout = milliseconds(100);
    SocketMode mode(
        [&](int number, ServerSocket& socket) {
            if (number > 1) {
                socket.send(hello);
            }
            mode.read_on(number, socket);
        },
        options);
    mode.wait_for("connected");
    CHECK(mode.journal.has("socket 2"));
    CHECK(mode.firsts == std::vector<bool>{true});
}

TEST_CASE("with too many sockets the old one is closed before the next is opened",
          "[socket_mode]") {
    SocketMode mode([&](int number, ServerSocket& socket) {
        socket.send(hello);
        if (number == 1) {
            socket.send(disconnect("too_many_websockets"));
        }
        mode.read_on(number, socket);
    });
    mode.wait_for("connected", 2);
    mode.wait_for("closed 1");
    CHECK_FALSE(mode.journal.has("closed 2"));
}

TEST_CASE("Socket Mode that is switched off ends the run", "[socket_mode]") {
    const bool before_hello = GENERATE(false, true);
    SocketMode mode([&](int number, ServerSocket& socket) {
        if (!before_hello) {
            socket.send(hello);
        }
        socket.send(disconnect("link_disabled"));
        mode.read_on(number, socket);
    });
    mode.wait_for("ended");
    REQUIRE_FALSE(mode.result);
    CHECK(mode.result.error().code == ErrorCode::auth);
    CHECK(mode.result.error().message.find("link_disabled") != std::string::npos);
    CHECK(mode.journal.count("open") == 1);
}

TEST_CASE("a token that is refused ends the run", "[socket_mode]") {
    SocketMode mode([](int, ServerSocket&) {});
    mode.refusal = "invalid_auth";
    mode.wait_for("ended");
    REQUIRE_FALSE(mode.result);
    CHECK(mode.result.error().code == ErrorCode::auth);
    CHECK(mode.journal.count("open") == 1);
    CHECK_FALSE(mode.journal.has("socket 1"));
}

TEST_CASE("any other refusal is tried again", "[socket_mode]") {
    SocketMode mode([](int, ServerSocket&) {});
    mode.refusal = "internal_error";
    mode.wait_for("open", 3);
    CHECK_FALSE(mode.journal.has("ended"));
}

TEST_CASE("stop ends the run with a polite close", "[socket_mode]") {
    SocketMode mode([&](int number, ServerSocket& socket) {
        socket.send(hello);
        mode.read_on(number, socket);
    });
    mode.wait_for("connected");
    mode.socket->stop();
    mode.wait_for("ended");
    CHECK(mode.result);
    mode.wait_for("closed 1");
    mode.wait_until([&] { return !mode.socket->connected(); });
}

TEST_CASE("stop ends the run although the server is silent", "[socket_mode]") {
    const bool greeted = GENERATE(true, false);
    SocketMode mode([&](int, ServerSocket& socket) {
        if (greeted) {
            socket.send(hello);
        }
        socket.ignore();
        mode.journal.add("dropped");
    });
    mode.wait_for(greeted ? "connected" : "socket 1");
    mode.socket->stop();
    mode.wait_for("ended");
    mode.wait_for("dropped");
    CHECK(mode.result);
}

TEST_CASE("stop does not wait for a back-off", "[socket_mode]") {
    auto options = quick_options();
    options.backoff_base = options.backoff_cap = std::chrono::hours(1'000);
    SocketMode mode([](int, ServerSocket&) {}, options);
    mode.refusal = "internal_error";
    mode.wait_for("open");
    mode.socket->stop();
    mode.wait_for("ended");
    CHECK(mode.result);
    CHECK(mode.journal.count("open") == 1);
}

}  // namespace emojiscope::slack
