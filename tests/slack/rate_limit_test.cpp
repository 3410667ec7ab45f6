// Many calls under one rate limit, and calls that are sent again.
#include "slack/client_fixture.hpp"

#include <boost/asio/detached.hpp>

#include <atomic>
#include <mutex>

namespace emojiscope::slack {
namespace {

namespace asio = boost::asio;
using loopback::answer;
using loopback::Client;
using loopback::LoopbackServer;
using loopback::Request;
using loopback::Response;
using loopback::run_until;
using std::chrono::milliseconds;
using TimePoint = RateQueue::TimePoint;

/// Callers of one method, who note when they were let through.
struct Callers {
    explicit Callers(RateQueueOptions options = {256, milliseconds(0)})
        : queue(io.get_executor(), options) {}

    void call(int number, TimePoint give_up) {
        asio::co_spawn(
            io,
            [this, number, give_up]() -> asio::awaitable<void> {
                auto turn = co_await queue.wait("chat.postMessage", give_up);
                ++ended;
                if (!turn) {
                    refused.push_back(turn.error());
                    co_return;
                }
                order.push_back(number);
                turns.push_back(std::move(*turn));
            },
            asio::detached);
    }
    void limit(milliseconds wait) {
        auto turn = loopback::run(io, queue.wait("chat.postMessage", TimePoint::max()));
        turn->limited(std::chrono::steady_clock::now() + wait);
    }

    asio::io_context io;
    RateQueue queue;
    std::vector<int> order;
    std::vector<RateQueue::Turn> turns;
    std::vector<Error> refused;
    int ended = 0;
};

}  // namespace

TEST_CASE("without a limit calls go side by side", "[rate_limit]") {
    Callers callers;
    for (int i = 0; i < 3; ++i) {
        callers.call(i, TimePoint::max());
    }
    run_until(callers.io, [&] { return callers.turns.size() == 3; });
}

TEST_CASE("after a limit they go one by one, in the order of their coming", "[rate_limit]") {
    Callers callers;
    callers.limit(milliseconds(1));
    for (int i = 0; i < 4; ++i) {
        callers.call(i, TimePoint::max());
    }
    for (std::size_t gone = 1; gone <= 4; ++gone) {
        run_until(callers.io, [&] { return callers.order.size() >= gone; });
        callers.io.poll();
        CHECK(callers.order.size() == gone);  // the next waits until this one is through
        callers.turns.clear();
    }
    CHECK(callers.order == std::vector<int>{0, 1, 2, 3});
    callers.call(4, TimePoint::max());
    callers.call(5, TimePoint::max());
    run_until(callers.io, [&] { return callers.turns.size() == 2; });  // side by side again
}

TEST_CASE("who meets the limit again comes first again, and the others wait on", "[rate_limit]") {
    Callers callers;
    callers.limit(milliseconds(1));
    callers.call(1, TimePoint::max());
    callers.call(2, TimePoint::max());
    run_until(callers.io, [&] { return callers.order.size() == 1; });
    callers.turns.back().limited(std::chrono::steady_clock::now() + std::chrono::hours(1));
    callers.turns.clear();
    callers.io.poll();
    CHECK(callers.order == std::vector<int>{1});
    CHECK(callers.queue.not_before("chat.postMessage") >
          std::chrono::steady_clock::now() + std::chrono::minutes(59));
    CHECK(callers.queue.not_before("auth.test") == TimePoint{});
}

TEST_CASE("a line that is full turns others away at once", "[rate_limit]") {
    Callers callers({2, milliseconds(0)});
    callers.limit(std::chrono::hours(1));
    for (int i = 0; i < 3; ++i) {
        callers.call(i, TimePoint::max());
    }
    run_until(callers.io, [&] { return callers.ended == 1; });
    REQUIRE(callers.refused.size() == 1);
    CHECK(callers.refused[0].code == ErrorCode::rate_limited);
    CHECK(callers.refused[0].message.find("busy") != std::string::npos);
    CHECK(callers.order.empty());
}

TEST_CASE("who cannot wait so long leaves the line, and the next is not held up", "[rate_limit]") {
    Callers callers;
    callers.limit(milliseconds(1));
    const auto now = std::chrono::steady_clock::now();
    callers.call(0, TimePoint::max());
    run_until(callers.io, [&] { return callers.order.size() == 1; });
    callers.call(1, now + milliseconds(20));
    callers.call(2, TimePoint::max());
    run_until(callers.io, [&] { return callers.refused.size() == 1; });
    callers.turns.clear();
    run_until(callers.io, [&] { return callers.order.size() == 2; });
    CHECK(callers.order == std::vector<int>{0, 2});
}

TEST_CASE("an event loop that goes last may drop a call under way", "[rate_limit]") {
    LoopbackServer server([&](const Request&) { return answer(200, R"({"ok":true})"); });
    Client client(server.url("/api/"));
    asio::co_spawn(client.io, client.api->auth_test(), asio::detached);
    client.io.poll();    // it has its turn now, and waits for the server
    client.api.reset();  // for the address sanitizer: the turn ends after the line is gone
}

TEST_CASE("many calls under one 429 do not all come back at once", "[rate_limit]") {
    constexpr int calls = 6;
    std::atomic<int> requests{0};
    std::atomic<int> limited{0};
    LoopbackServer server([&](const Request&) {
        ++requests;
        // The first one's limit is over for one call only: all at once would meet another.
        if (requests == 1) {
            ++limited;
            Response response = answer(429, R"({"ok":false,"error":"ratelimited"})");
            response.set("Retry-After", "1");
            return response;
        }
        return answer(200, R"({"ok":true})");
    });
    Client client(server.url("/api/"));
    int done = 0;
    const auto post = [&](int number) {
        asio::co_spawn(client.io,
                       client.api->post_message("C" + std::to_string(number), {{"text", "x"}}),
                       [&](const std::exception_ptr&, const Result<void>& sent) {
                           CHECK(sent);
                           ++done;
                       });
    };
    post(0);
    run_until(client.io, [&] {
        return client.api->next_turn(Method::chat_post_message) > std::chrono::steady_clock::now();
    });
    for (int i = 1; i < calls; ++i) {
        post(i);
    }
    run_until(client.io, [&] { return done == calls; });
    CHECK(requests == calls + 1);
    CHECK(server.connections() == 1);  // one after another, over the same connection
}

TEST_CASE("what may be repeated is sent again when Slack is out of order", "[retry]") {
    const auto [status, body, type] = GENERATE(table<unsigned, std::string, std::string>(
        {{500U, "", "text/plain"},
         {503U, "<html>", "text/html"},
         {200U, "<html>maintenance</html>", "text/html"},
         {200U, "{\"ok\":tr", "application/json"},
         {200U, R"({"ok":false,"error":"internal_error"})", "application/json"}}));
    std::atomic<int> requests{0};
    LoopbackServer server([&, status = status, body = body, type = type](const Request&) {
        return ++requests < 3 ? answer(status, body, type)
                              : answer(200, R"({"ok":true,"team_id":"T1","emoji":{}})");
    });
    Client client(server.url("/api/"));
    CHECK(client.run(client.api->auth_test()));
    CHECK(requests == 3);
    requests = 0;
    CHECK_FALSE(client.run(client.api->post_message("C1", {{"text", "once"}})));
    CHECK(requests == 1);  // whether it was posted nobody knows
}

TEST_CASE("Slack is not asked for ever", "[retry]") {
    LoopbackServer server([&](const Request&) { return answer(502, ""); });
    Client client(server.url("/api/"));
    CHECK(client.run(client.api->emoji_list()).error().code == ErrorCode::network);
    CHECK(server.requests().size() == 3);
    CHECK(client.run(client.api->download_public(server.url("/a.png"), 100)).error().code ==
          ErrorCode::network);
    CHECK(server.requests().size() == 6);
}

TEST_CASE("a refusal is not asked for again", "[retry]") {
    LoopbackServer server(
        [&](const Request&) { return answer(200, R"({"ok":false,"error":"invalid_auth"})"); });
    Client client(server.url("/api/"));
    CHECK(client.run(client.api->auth_test()).error().code == ErrorCode::auth);
    CHECK(server.requests().size() == 1);
}

TEST_CASE("a body that is cut off is asked for again, an endless one is not", "[retry]") {
    std::atomic<int> requests{0};
    LoopbackServer server([&](const Request& request) {
        ++requests;
        if (request.target() == "/endless") {
            return answer(200, std::string(100'000, 'x'), "image/png");
        }
        Response response = answer(200, "picture", "image/png");
        if (requests == 1) {
            response.set(loopback::cut_off, "yes");
        }
        return response;
    });
    Client client(server.url("/api/"));
    CHECK(client.run(client.api->download_public(server.url("/a"), 1'000)));
    CHECK(requests == 2);
    CHECK(client.run(client.api->download_public(server.url("/endless"), 1'000)).error().code ==
          ErrorCode::too_large);
    CHECK(requests == 3);
}

TEST_CASE("a web page in place of JSON is one clear line", "[retry]") {
    LoopbackServer server([&](const Request&) {
        return answer(200, "<!DOCTYPE html>\n<html><body>Sign in to the hotel's network",
                      "text/html");
    });
    Client client(server.url("/api/"));
    const std::string line = client.run(client.api->auth_test()).error().message;
    CHECK(line.find("auth.test") != std::string::npos);
    CHECK(line.find("web page") != std::string::npos);
    CHECK(line.find('\n') == std::string::npos);
    CHECK(line.find("hotel") == std::string::npos);
}

}  // namespace emojiscope::slack
