// What is too much for one socket, and what is not the others' fault.
#include "slack/socket_mode_fixture.hpp"

namespace emojiscope::slack {
namespace {

namespace asio = boost::asio;
using loopback::envelope;
using loopback::Gates;
using loopback::hello;
using loopback::quick_options;
using loopback::ServerSocket;
using loopback::SocketMode;
using nlohmann::json;

/// The envelope of this id is held at its gate while it is being stored.
SocketMode::Handle holds(Gates& gates, std::string id) {
    return [&gates, id = std::move(id)](Envelope taken) -> asio::awaitable<bool> {
        if (taken.id == id) {
            co_await gates.wait(id);
        }
        if (taken.id == "bad") {
            throw std::runtime_error("out of order");
        }
        co_return true;
    };
}

/// The question "go", which shows that all before it have been read, opens the gate.
Answering opens(Gates& gates, std::string id) {
    return {[](const Envelope& asked) { return asked.id == "go"; },
            [&gates, id = std::move(id)](Envelope) -> asio::awaitable<json> {
                gates.open(id);
                co_return json();
            }};
}

std::string heavy(const std::string& id, std::size_t bytes) {
    return json{{"envelope_id", id},
                {"type", "events_api"},
                {"payload", {{"filling", std::string(bytes, 'x')}}}}
        .dump();
}

}  // namespace

TEST_CASE("of envelopes taken together one that cannot be stored is the only one that comes again",
          "[socket_mode]") {
    Gates gates;
    SocketMode* self = nullptr;
    SocketMode mode(
        [&](int number, ServerSocket& socket) {
            socket.send(hello);
            socket.send(envelope("first"));
            self->journal.wait_for("took first");
            // They wait together while the first one is being stored.
            for (const char* id : {"a", "bad", "b", "c", "go"}) {
                socket.send(envelope(id));
            }
            self->read_on(number, socket);
        },
        quick_options(), holds(gates, "first"), opens(gates, "first"));
    self = &mode;
    for (const char* id : {"first", "a", "b", "c"}) {
        mode.wait_for(std::string("1 acks ") + id);
    }
    CHECK(mode.journal.count("took bad") == 2);  // with the others, and by itself
    CHECK(mode.journal.count("1 acks a") == 1);
    CHECK_FALSE(mode.journal.has("1 acks bad"));
    CHECK_FALSE(mode.journal.has("closed 1"));
}

TEST_CASE("a socket that brings more than can be kept is replaced", "[socket_mode]") {
    const bool many = GENERATE(true, false);
    const int count = many ? 1'200 : 8;
    const std::size_t bytes = many ? 1 : 3'000'000;
    Gates gates;
    SocketMode* self = nullptr;
    SocketMode mode(
        [&](int number, ServerSocket& socket) {
            socket.send(hello);
            if (number == 1) {
                for (int i = 0; i < count && socket.send(heavy("e" + std::to_string(i), bytes));
                     ++i) {
                }
            } else {
                socket.send(envelope("after"));
            }
            self->read_on(number, socket);
        },
        quick_options(), holds(gates, "e0"));
    self = &mode;
    mode.wait_for("2 acks after");
    CHECK_FALSE(mode.journal.has("1 acks e1"));
    gates.open("e0");
}

TEST_CASE("as much as may wait is kept", "[socket_mode]") {
    Gates gates;
    SocketMode* self = nullptr;
    SocketMode mode(
        [&](int number, ServerSocket& socket) {
            socket.send(hello);
            for (int i = 0; i < 1'000; ++i) {
                socket.send(envelope("e" + std::to_string(i)));
            }
            socket.send(envelope("go"));
            self->read_on(number, socket);
        },
        quick_options(), holds(gates, "e0"), opens(gates, "e0"));
    self = &mode;
    mode.wait_for("1 acks e999");
    CHECK_FALSE(mode.journal.has("closed 1"));
}

TEST_CASE("a peer that takes no acknowledgements is left before they fill the memory",
          "[socket_mode]") {
    auto options = quick_options();
    options.dead_after = std::chrono::hours(1);  // not for its silence
    const std::string filling(16'000, 'x');
    SocketMode* self = nullptr;
    SocketMode mode(
        [&](int number, ServerSocket& socket) {
            socket.send(hello);
            if (number > 1) {
                self->read_on(number, socket);
                return;
            }
            // Far more than the buffers of a connection hold, and never too many at once.
            constexpr int at_once = 400;
            for (int sent = 0; sent < 6'000; ++sent) {
                if (!socket.send(envelope("q" + std::to_string(sent)))) {
                    return;
                }
                if (sent % at_once == at_once - 1 &&
                    !self->journal.wait_for("answered", static_cast<std::size_t>(sent + 1))) {
                    return;
                }
            }
            socket.ignore();
        },
        options, {},
        {[](const Envelope&) { return true; },
         [&](Envelope) -> asio::awaitable<json> {
             self->journal.add("answered");
             co_return json{{"fill", filling}};
         }});
    self = &mode;
    mode.wait_for("socket 2");
    CHECK(mode.journal.count("answered") > 2'560);
}

}  // namespace emojiscope::slack
