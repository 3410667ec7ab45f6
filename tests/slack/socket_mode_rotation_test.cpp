// From one socket to the next: who is dialled when, and to whom is listened.
#include "slack/socket_mode_fixture.hpp"

#include <boost/asio/use_awaitable.hpp>

#include <atomic>

namespace emojiscope::slack {
namespace {

namespace asio = boost::asio;
using loopback::answer;
using loopback::disconnect;
using loopback::envelope;
using loopback::hello;
using loopback::quick_options;
using loopback::Response;
using loopback::ServerSocket;
using loopback::SocketMode;
using std::chrono::milliseconds;

/// Long enough on the socket `name` for whatever else would have happened by now.
void let_pass(SocketMode& mode, const std::string& name) {
    mode.wait_for("control " + name, mode.journal.count("control " + name) + 5);
}

}  // namespace

TEST_CASE("a socket that Slack is about to close serves until the next is greeted",
          "[socket_mode]") {
    const std::string reason = GENERATE("warning", "refresh_requested", "some newer reason");
    SocketMode mode([&](int number, ServerSocket& socket) {
        if (number == 2 && !mode.journal.wait_for("1 acks late")) {
            return;
        }
        socket.send(hello);
        if (number == 1) {
            socket.send(disconnect(reason));
            mode.journal.wait_for("socket 2");
            socket.send(envelope("late"));
        }
        mode.read_on(number, socket);
    });
    mode.wait_for("connected", 2);
    mode.wait_for("closed 1");
    let_pass(mode, "2");
    CHECK(mode.journal.count("open") == 2);
    CHECK(mode.socket->connected());
}

TEST_CASE("while the next socket cannot be had the old one goes on serving", "[socket_mode]") {
    SocketMode mode([&](int number, ServerSocket& socket) {
        socket.send(hello);
        if (number == 1) {
            socket.send(disconnect("refresh_requested"));
            mode.journal.wait_for("open", 4);
            socket.send(envelope("e1"));
        }
        mode.read_on(number, socket);
    });
    mode.instead_of_url = [&](int number) -> std::optional<Response> {
        if (number == 5) {
            mode.journal.wait_for("1 acks e1");
        }
        return number > 1 && number < 5 ? std::optional(answer(500, "")) : std::nullopt;
    };
    mode.wait_for("1 acks e1");
    mode.wait_for("connected", 2);
    CHECK(mode.journal.has("socket 5"));
    CHECK(mode.journal.in_order("1 acks e1", "socket 5"));
}

TEST_CASE("an old socket that dies while the next is dialled causes no second dial",
          "[socket_mode]") {
    SocketMode mode([&](int number, ServerSocket& socket) {
        socket.send(hello);
        if (number == 1) {
            socket.send(disconnect("warning"));
            mode.journal.wait_for("open", 2);
            socket.reset();
            mode.journal.add("dead 1");
            return;
        }
        mode.read_on(number, socket);
    });
    mode.instead_of_url = [&](int number) -> std::optional<Response> {
        if (number == 2) {
            mode.journal.wait_for("dead 1");
        }
        return std::nullopt;
    };
    mode.wait_for("connected", 2);
    let_pass(mode, "2");
    CHECK(mode.journal.count("open") == 2);
    CHECK(mode.firsts == std::vector<bool>{true, false});
}

TEST_CASE("what an old socket still says changes nothing", "[socket_mode]") {
    auto options = quick_options();
    options.drain = milliseconds(9'000);
    const std::string reason = GENERATE("too_many_websockets", "refresh_requested");
    SocketMode mode(
        [&](int number, ServerSocket& socket) {
            socket.send(hello);
            if (number == 1) {
                socket.send(disconnect("warning"));
                mode.journal.wait_for("connected", 2);
                socket.send(disconnect(reason));
                socket.send(envelope("e1"));
                mode.journal.wait_for("took e1");
                socket.reset();
                mode.journal.add("dead 1");
                return;
            }
            mode.read_on(number, socket);
        },
        options);
    mode.wait_for("dead 1");
    let_pass(mode, "2");
    CHECK(mode.journal.count("open") == 2);
    CHECK(mode.journal.count("connected") == 2);
    CHECK_FALSE(mode.journal.has("closed 2"));
    CHECK(mode.socket->connected());
}

TEST_CASE("an old socket goes once its time to drain is over, whatever it does", "[socket_mode]") {
    SocketMode mode([&](int number, ServerSocket& socket) {
        socket.send(hello);
        if (number == 1) {
            socket.send(disconnect("warning"));
            socket.ignore();  // not even the close
            mode.journal.add("gone 1");
            return;
        }
        mode.read_on(number, socket);
    });
    mode.wait_for("connected", 2);
    mode.wait_for("gone 1");
}

TEST_CASE("there are never more than one old socket and a new one", "[socket_mode]") {
    auto options = quick_options();
    options.drain = milliseconds(9'000);
    SocketMode mode(
        [&](int number, ServerSocket& socket) {
            socket.send(hello);
            if (number < 4) {
                socket.send(disconnect("refresh_requested"));
            }
            mode.read_on(number, socket);
        },
        options);
    std::atomic<int> still_open{0};
    mode.instead_of_url = [&](int number) -> std::optional<Response> {
        // The one before the last must be gone without anything more from us.
        if (number > 2 && !mode.journal.wait_for("closed " + std::to_string(number - 2))) {
            ++still_open;
        }
        return std::nullopt;
    };
    mode.wait_for("connected", 4);
    CHECK(still_open == 0);
    CHECK_FALSE(mode.journal.has("closed 3"));
}

TEST_CASE("with too many sockets ours is gone before anything is dialled", "[socket_mode]") {
    const bool answers_close = GENERATE(true, false);
    SocketMode mode([&](int number, ServerSocket& socket) {
        socket.send(hello);
        if (number == 1) {
            socket.send(disconnect("too_many_websockets"));
            if (!answers_close) {
                socket.ignore();
                mode.journal.add("closed 1");
                return;
            }
        }
        mode.read_on(number, socket);
    });
    std::atomic<bool> was_closed{false};
    mode.instead_of_url = [&](int number) -> std::optional<Response> {
        if (number == 2) {
            was_closed = mode.journal.wait_for("closed 1");
        }
        return std::nullopt;
    };
    mode.wait_for("connected", 2);
    CHECK(was_closed);
}

TEST_CASE("a handshake that is refused leaves no socket behind, and the old one serves",
          "[socket_mode]") {
    const unsigned status = GENERATE(409U, 503U, 429U, 200U);
    SocketMode mode([&](int number, ServerSocket& socket) {
        socket.send(hello);
        if (number == 1) {
            socket.send(disconnect("refresh_requested"));
            mode.journal.wait_for("refused", 2);
            socket.send(envelope("e1"));
        }
        mode.read_on(number, socket);
    });
    mode.instead_of_socket = [&](int number) -> std::optional<Response> {
        if (number == 1 || mode.journal.has("1 acks e1")) {
            return std::nullopt;
        }
        mode.journal.add("refused");
        return answer(status, "no", "text/plain");
    };
    mode.wait_for("1 acks e1");
    mode.wait_for("connected", 2);
    mode.wait_for("closed 1");
    CHECK(mode.journal.count("open") == mode.journal.count("refused") + 2);
    CHECK(mode.socket->connected());
}

TEST_CASE("a server that refuses a WebSocket says when to come again", "[socket_mode]") {
    std::chrono::steady_clock::time_point refused;
    std::chrono::steady_clock::time_point repeated;
    const bool at_the_api = GENERATE(true, false);
    SocketMode mode([&](int number, ServerSocket& socket) {
        socket.send(hello);
        mode.read_on(number, socket);
    });
    const auto once = [&](int number) -> std::optional<Response> {
        (number == 1 ? refused : repeated) = std::chrono::steady_clock::now();
        if (number > 1) {
            return std::nullopt;
        }
        Response response = answer(429, R"({"ok":false,"error":"ratelimited"})");
        response.set("Retry-After", "1");
        return response;
    };
    (at_the_api ? mode.instead_of_url : mode.instead_of_socket) = once;
    mode.wait_for("connected");
    CHECK(mode.journal.count("open") == 2);
    CHECK(repeated - refused >= std::chrono::seconds(1));
}

TEST_CASE("stop does not wait until a rate limit allows another connection", "[socket_mode]") {
    SocketMode mode([](int, ServerSocket&) {});
    mode.instead_of_url = [&](int) -> std::optional<Response> {
        Response response = answer(429, "");
        response.set("Retry-After", "3000");
        return response;
    };
    mode.wait_for("open");
    mode.socket->stop();
    mode.wait_for("ended");
    CHECK(mode.result);
    CHECK(mode.journal.count("open") == 1);
}

TEST_CASE("dials keep to a rate of our own", "[socket_mode]") {
    auto options = quick_options();
    options.dial_burst = 2;
    options.dial_refill = milliseconds(300);
    const auto before = std::chrono::steady_clock::now();
    std::chrono::steady_clock::time_point fourth;
    SocketMode mode([](int, ServerSocket&) {}, options);  // each is dropped
    mode.instead_of_url = [&](int number) -> std::optional<Response> {
        if (number == 4) {
            fourth = std::chrono::steady_clock::now();
        }
        return std::nullopt;
    };
    mode.wait_for("socket 4");
    CHECK(fourth - before >= 2 * options.dial_refill);
}

TEST_CASE("every refusal that only people can mend ends the run with a line", "[socket_mode]") {
    const std::string word =
        GENERATE("not_authed", "invalid_auth", "account_inactive", "token_revoked",
                 "user_removed_from_team", "team_disabled", "missing_scope", "link_disabled");
    SocketMode mode([](int, ServerSocket&) {});
    mode.refusal = word;
    mode.wait_for("ended");
    REQUIRE_FALSE(mode.result);
    CHECK(mode.result.error().code == ErrorCode::auth);
    CHECK(mode.result.error().message.find(word) != std::string::npos);
    CHECK(mode.result.error().message.find('\n') == std::string::npos);
    CHECK(mode.journal.count("open") == 1);
}

TEST_CASE("Socket Mode that is switched off closes what is open", "[socket_mode]") {
    SocketMode mode([&](int number, ServerSocket& socket) {
        socket.send(hello);
        if (number == 1) {
            // Even if another socket was asked for before.
            socket.send(disconnect("refresh_requested"));
            mode.journal.wait_for("open", 2);
            socket.send(disconnect("link_disabled"));
        }
        mode.read_on(number, socket);
    });
    mode.instead_of_url = [&](int number) -> std::optional<Response> {
        return number > 1 ? std::optional(answer(500, "")) : std::nullopt;
    };
    mode.wait_for("ended");
    REQUIRE_FALSE(mode.result);
    CHECK(mode.result.error().code == ErrorCode::auth);
    mode.wait_for("closed 1");
    CHECK_FALSE(mode.socket->connected());
}

TEST_CASE("a socket whose envelopes nobody takes any more is replaced", "[socket_mode]") {
    const std::string how = GENERATE("foreign", "again and again", "stuck");
    auto options = quick_options();
    options.stuck_after = milliseconds(how == "stuck" ? 100 : 9'000);
    loopback::Gates gates;
    SocketMode mode(
        [&](int number, ServerSocket& socket) {
            socket.send(hello);
            for (const char* id : {"a", "b", "c"}) {
                socket.send(envelope(id + std::to_string(number)));
            }
            mode.read_on(number, socket);
        },
        options,
        [&](Envelope taken) -> asio::awaitable<bool> {
            if (taken.id.ends_with("1")) {
                if (how == "foreign") {
                    throw 42;  // NOLINT(hicpp-exception-baseclass): that is the point
                }
                if (how == "again and again") {
                    throw std::runtime_error("out of order");
                }
                if (taken.id == "a1") {
                    co_await gates.wait("a1");
                }
            }
            co_return true;
        });
    mode.wait_for("2 acks c2");
    mode.wait_for("closed 1");
    CHECK_FALSE(mode.journal.has("1 acks a1"));
    CHECK(mode.journal.count("open") == 2);
    if (gates.waits("a1")) {
        gates.open("a1");
        mode.wait_for("handled c1");
    }
}

}  // namespace emojiscope::slack
