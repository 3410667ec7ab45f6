// A server that does what it should not. The situations are those that Slack's own client for Node
// is tested with, and some of ours.
#include "fakes/temp_folder.hpp"
#include "slack/socket_mode_fixture.hpp"

#include <atomic>
#include <fstream>

namespace emojiscope::slack {
namespace {

using loopback::answer;
using loopback::disconnect;
using loopback::envelope;
using loopback::hello;
using loopback::quick_options;
using loopback::ServerSocket;
using loopback::SocketMode;
using std::chrono::milliseconds;

/// The first connection goes as `play` has it; the second one is good.
SocketMode::Script first_only(SocketMode*& mode, std::function<void(ServerSocket&)> play) {
    return [&mode, play = std::move(play)](int number, ServerSocket& socket) {
        if (number == 1) {
            play(socket);
            mode->journal.add("over 1");
            return;
        }
        socket.send(hello);
        socket.send(envelope("good"));
        mode->read_on(number, socket);
    };
}

/// A frame of `kind` (RFC 6455, 5.2) that says it has `size` bytes, which follow or do not.
std::string frame_head(unsigned char kind, unsigned char size) {
    return {static_cast<char>(0x80U | kind), static_cast<char>(size)};
}

constexpr unsigned char text_frame = 1;
constexpr unsigned char pong_frame = 10;

}  // namespace

TEST_CASE("silence of every kind ends in another socket", "[socket_mode]") {
    const std::string how = GENERATE("no pong", "one pong", "paused", "half open");
    auto options = quick_options();
    options.dead_after = milliseconds(1'000);
    SocketMode* self = nullptr;
    SocketMode mode(first_only(self,
                               [&](ServerSocket& socket) {
                                   socket.send(hello);
                                   if (how == "one pong") {
                                       socket.send_raw(frame_head(pong_frame, 0));
                                   }
                                   if (how == "half open") {
                                       socket.send_raw(frame_head(text_frame, 100) + "{");
                                   }
                                   if (how == "paused") {
                                       // Nothing is read, so that nothing can be sent in the end.
                                       self->journal.wait_for("2 acks good");
                                       return;
                                   }
                                   socket.ignore();
                               }),
                    options);
    self = &mode;
    mode.wait_for("2 acks good");
    mode.wait_for("over 1");
    CHECK(mode.journal.count("open") == 2);
    CHECK(mode.firsts == std::vector<bool>{true, false});
}

TEST_CASE("a server that never pings is as good as any", "[socket_mode]") {
    auto options = quick_options();
    options.dead_after = milliseconds(500);
    SocketMode mode(
        [&](int number, ServerSocket& socket) {
            socket.send(hello);
            mode.read_on(number, socket);  // answers pings, and sends none
        },
        options);
    mode.wait_for("control 1", 60);
    CHECK(mode.journal.count("open") == 1);
}

TEST_CASE("frames that are no envelope do the connection no harm", "[socket_mode]") {
    SocketMode mode([&](int number, ServerSocket& socket) {
        socket.send(hello);
        socket.send("");
        socket.send("{\"envelope_id\":");
        socket.send("[1,2,3]");
        socket.send_binary(std::string("\x01\x02\x03\x04", 4));
        socket.send(R"({"envelope_id":12345,"type":"integration-test"})");
        socket.send(R"({"type":"hello","num_connections":9})");
        socket.send(envelope("after all that"));
        mode.read_on(number, socket);
    });
    mode.wait_for("1 acks after all that");
    CHECK(mode.journal.count("connected") == 1);
    CHECK(mode.journal.count("took after all that") == 1);
}

TEST_CASE("an envelope of a kind that nobody knows is handed over and acknowledged",
          "[socket_mode]") {
    SocketMode mode([&](int number, ServerSocket& socket) {
        socket.send(hello);
        socket.send(R"({"type":"telepathy","envelope_id":"t1"})");
        mode.read_on(number, socket);
    });
    mode.wait_for("1 acks t1");
    CHECK(mode.journal.has("took t1"));
}

TEST_CASE("an envelope that comes twice is acknowledged twice", "[socket_mode]") {
    SocketMode mode([&](int number, ServerSocket& socket) {
        socket.send(hello);
        socket.send(envelope("same"));
        socket.send(envelope("same"));
        mode.read_on(number, socket);
    });
    mode.wait_for("1 acks same", 2);
}

TEST_CASE("no word of a disconnect reaches the handler", "[socket_mode]") {
    const std::string reason = GENERATE("warning", "refresh_requested", "too_many_websockets", "");
    SocketMode* self = nullptr;
    SocketMode mode(first_only(self, [&](ServerSocket& socket) {
        socket.send(hello);
        socket.send(disconnect(reason));
        while (socket.read()) {
        }
    }));
    self = &mode;
    mode.wait_for("2 acks good");
    mode.wait_for("over 1");
    CHECK(mode.journal.count("took good") == 1);
    CHECK(mode.journal.count("open") == 2);
}

TEST_CASE("a connection that breaks anywhere is replaced", "[socket_mode]") {
    const std::string how =
        GENERATE("reset", "reset in a frame", "end in a frame", "oversized", "reserved bits",
                 "masked", "reset before hello", "end before hello", "oversized before hello");
    auto options = quick_options();
    options.max_frame_bytes = 2'000;
    SocketMode* self = nullptr;
    SocketMode mode(first_only(self,
                               [&](ServerSocket& socket) {
                                   if (how.find("before hello") == std::string::npos) {
                                       socket.send(hello);
                                       self->journal.wait_for("connected");
                                   }
                                   if (how.find("in a frame") != std::string::npos) {
                                       socket.send_raw(frame_head(text_frame, 100) + "{\"envel");
                                   }
                                   if (how.find("oversized") != std::string::npos) {
                                       socket.send(std::string(2'001, ' '));
                                       socket.ignore();
                                   } else if (how == "reserved bits") {
                                       socket.send_raw(frame_head(0x70U | text_frame, 0));
                                       socket.ignore();
                                   } else if (how == "masked") {
                                       socket.send_raw(frame_head(text_frame, 0x80U) + "mask");
                                       socket.ignore();
                                   } else if (how.find("reset") != std::string::npos) {
                                       socket.reset();
                                   }
                               }),
                    options);
    self = &mode;
    mode.wait_for("2 acks good");
    CHECK(mode.journal.count("open") == 2);
    CHECK(mode.socket->connected());
}

TEST_CASE("a URL that cannot be had is asked for again", "[socket_mode]") {
    const std::string body = GENERATE(R"({"ok":false,"error":"fatal_error"})", R"({"ok":true})",
                                      R"({"ok":true,"url":"not a URL"})",
                                      R"({"ok":true,"url":"ws://example.com/"})", "<html>", "");
    SocketMode mode([&](int number, ServerSocket& socket) {
        socket.send(hello);
        mode.read_on(number, socket);
    });
    mode.instead_of_url = [&](int number) -> std::optional<loopback::Response> {
        return number < 3 ? std::optional(answer(200, body)) : std::nullopt;
    };
    mode.wait_for("connected");
    CHECK(mode.journal.count("open") == 3);
    CHECK(mode.firsts == std::vector<bool>{true});
}

TEST_CASE("a socket whose certificate is refused is not spoken to, and tried again",
          "[socket_mode]") {
    fakes::TempFolder folder;
    const auto good = loopback::make_certificate("127.0.0.1");
    loopback::LoopbackServer trusted([](const loopback::Request&) { return answer(404, ""); },
                                     [](ServerSocket& socket) {
                                         socket.send(hello);
                                         socket.ignore();
                                     },
                                     good);
    std::atomic<int> heard{0};
    loopback::LoopbackServer stranger([&](const loopback::Request&) { return answer(404, ""); },
                                      [&](ServerSocket&) { ++heard; },
                                      loopback::make_certificate("127.0.0.1"));
    std::atomic<int> opened{0};
    loopback::LoopbackServer api([&](const loopback::Request&) {
        const auto& next = ++opened < 3 ? stranger : trusted;
        return answer(
            200, R"({"ok":true,"url":"wss://127.0.0.1:)" + std::to_string(next.port()) + R"("})");
    });
    const auto ca_file = folder.path() / "ca.pem";
    std::ofstream(ca_file) << good.certificate;
    loopback::Client client(api.url("/api/"), ca_file);
    bool connected = false;
    SocketModeClient socket(
        client.dialer, client.api,
        loopback::one_by_one([](Envelope) -> boost::asio::awaitable<bool> { co_return true; }),
        [&](bool) { connected = true; }, quick_options());
    bool ended = false;
    boost::asio::co_spawn(client.io, socket.run(),
                          [&](const std::exception_ptr&, const Result<void>&) { ended = true; });
    loopback::run_until(client.io, [&] { return connected; });
    CHECK(opened == 3);
    CHECK(stranger.connections() == 2);
    CHECK(heard == 0);
    socket.stop();
    loopback::run_until(client.io, [&] { return ended; });
    CHECK_FALSE(socket.connected());
}

TEST_CASE("trouble of one connection is none of the other one's", "[socket_mode]") {
    const std::string how = GENERATE("no pong", "reset");
    auto options = quick_options();
    options.connections = 2;
    options.dead_after = milliseconds(1'000);
    SocketMode mode(
        [&](int number, ServerSocket& socket) {
            socket.send(hello);
            if (number == 1) {
                mode.journal.wait_for("socket 2");
                if (how == "reset") {
                    socket.reset();
                } else {
                    socket.ignore();
                }
                return;
            }
            mode.read_on(number, socket);
        },
        options);
    mode.wait_for("socket 3");
    mode.wait_for("control 3", 40);
    CHECK_FALSE(mode.journal.has("closed 2"));
    CHECK_FALSE(mode.journal.has("closed 3"));
    CHECK(mode.journal.count("open") == 3);
}

}  // namespace emojiscope::slack
