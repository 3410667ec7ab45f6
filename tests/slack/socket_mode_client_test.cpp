// Envelopes and their acknowledgements, and the change from one socket to the next.
#include "slack/socket_mode_fixture.hpp"

#include <boost/asio/use_awaitable.hpp>

namespace emojiscope::slack {
namespace {

namespace asio = boost::asio;
using loopback::disconnect;
using loopback::envelope;
using loopback::hello;
using loopback::quick_options;
using loopback::ServerSocket;
using loopback::SocketMode;

}  // namespace

TEST_CASE("hello makes a connection", "[socket_mode]") {
    SocketMode mode([&](int number, ServerSocket& socket) {
        if (mode.journal.wait_for("may greet")) {
            socket.send(hello);
        }
        mode.read_on(number, socket);
    });
    mode.wait_for("socket 1");
    CHECK_FALSE(mode.socket->connected());
    CHECK_FALSE(mode.journal.has("connected"));
    mode.journal.add("may greet");
    mode.wait_for("connected");
    CHECK(mode.socket->connected());
    CHECK(mode.firsts == std::vector<bool>{true});
}

TEST_CASE("an envelope is acknowledged once the handler has said so, not before", "[socket_mode]") {
    loopback::Gates gates;
    SocketMode mode(
        [&](int number, ServerSocket& socket) {
            socket.send(hello);
            socket.send(envelope("e1"));
            mode.read_on(number, socket);
        },
        quick_options(),
        [&](Envelope taken) -> asio::awaitable<bool> {
            CHECK(taken.payload["is"] == "e1");
            co_await gates.wait("e1");
            co_return true;
        });
    mode.wait_for("took e1");
    // Frames come in order: an acknowledgement sent too early would be read before these pings.
    const std::size_t pings = mode.journal.count("control 1");
    mode.wait_for("control 1", pings + 3);
    CHECK_FALSE(mode.journal.has("1 acks e1"));
    REQUIRE(gates.waits("e1"));
    gates.open("e1");
    mode.wait_for("1 acks e1");
    CHECK(mode.journal.in_order("handled e1", "1 acks e1"));
    CHECK(mode.journal.count("1 acks e1") == 1);
}

TEST_CASE("an envelope that could not be stored is not acknowledged", "[socket_mode]") {
    SocketMode mode(
        [&](int number, ServerSocket& socket) {
            socket.send(hello);
            for (const char* id : {"refused", "thrown", "good"}) {
                socket.send(envelope(id));
            }
            mode.read_on(number, socket);
        },
        quick_options(),
        [](Envelope taken) -> asio::awaitable<bool> {
            if (taken.id == "thrown") {
                throw std::runtime_error("the disk is full");
            }
            co_return taken.id == "good";
        });
    mode.wait_for("1 acks good");
    CHECK_FALSE(mode.journal.has("1 acks refused"));
    CHECK_FALSE(mode.journal.has("1 acks thrown"));
    CHECK(mode.journal.in_order("took refused", "took thrown"));
    CHECK(mode.journal.count("connected") == 1);
}

TEST_CASE("frames that nobody understands do no harm", "[socket_mode]") {
    SocketMode mode([&](int number, ServerSocket& socket) {
        socket.send("garbage");
        socket.send(hello);
        socket.send("{");
        socket.send(R"({"type":"news"})");
        socket.send(envelope("e1"));
        mode.read_on(number, socket);
    });
    mode.wait_for("1 acks e1");
    CHECK(mode.journal.count("connected") == 1);
}

TEST_CASE("an envelope that comes before hello is not lost", "[socket_mode]") {
    SocketMode mode([&](int number, ServerSocket& socket) {
        socket.send(envelope("early"));
        socket.send(hello);
        mode.read_on(number, socket);
    });
    mode.wait_for("1 acks early");
}

TEST_CASE("the next socket is greeted before the old one goes, and both are served",
          "[socket_mode]") {
    SocketMode mode([&](int number, ServerSocket& socket) {
        socket.send(hello);
        if (number == 1) {
            socket.send(disconnect("refresh_requested"));
            mode.journal.wait_for("socket 2");
            socket.send(envelope("on the old one"));
        } else {
            socket.send(envelope("on the new one"));
        }
        mode.read_on(number, socket);
    });
    mode.wait_for("connected", 2);
    CHECK_FALSE(mode.journal.has("closed 1"));
    mode.wait_for("1 acks on the old one");
    mode.wait_for("2 acks on the new one");
    CHECK_FALSE(mode.journal.has("2 acks on the old one"));
    CHECK_FALSE(mode.journal.has("1 acks on the new one"));
    mode.wait_for("closed 1");
    CHECK(mode.socket->connected());
    CHECK_FALSE(mode.journal.has("closed 2"));
    CHECK(mode.firsts == std::vector<bool>{true, false});
}

TEST_CASE("what was taken on a socket that is gone is not acknowledged on another",
          "[socket_mode]") {
    loopback::Gates gates;
    SocketMode mode(
        [&](int number, ServerSocket& socket) {
            socket.send(hello);
            if (number == 1) {
                socket.send(envelope("e1"));
                mode.journal.wait_for("took e1");
                return;  // dropped
            }
            mode.read_on(number, socket);
        },
        quick_options(),
        [&](Envelope) -> asio::awaitable<bool> {
            co_await gates.wait("e1");
            co_return true;
        });
    mode.wait_for("connected", 2);
    REQUIRE(gates.waits("e1"));
    gates.open("e1");
    mode.wait_for("handled e1");
    const std::size_t pings = mode.journal.count("control 2");
    mode.wait_for("control 2", pings + 3);
    CHECK_FALSE(mode.journal.has("2 acks e1"));
}

}  // namespace emojiscope::slack
