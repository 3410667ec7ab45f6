// Whether a task that ends by an error is told of at once.
#include "emojiscope/bot/task_group.hpp"

#include "slack/client_fixture.hpp"

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace emojiscope::bot {
namespace {

namespace asio = boost::asio;

struct Fixture {
    using Told = std::vector<std::pair<std::string, std::string>>;

    asio::io_context io;
    Told told;
    asio::steady_timer forever{io, std::chrono::steady_clock::time_point::max()};
    TaskGroup tasks{io.get_executor(), [this](const std::string& name, const std::string& what) {
                        told.emplace_back(name, what);
                    }};
    bool joined = false;

    asio::awaitable<void> waiting() {
        co_await forever.async_wait(asio::as_tuple(asio::use_awaitable));
    }
    static asio::awaitable<void> failing() {
        co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
        throw std::runtime_error("no\nway");
    }
    static asio::awaitable<void> failing_oddly() {
        co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
        throw 7;
    }
    void join() {
        asio::co_spawn(io, tasks.join(), [this](const std::exception_ptr& thrown) {
            CHECK(thrown == nullptr);
            joined = true;
        });
    }
};

}  // namespace

TEST_CASE("a task that ends by an error is told of while others go on", "[task_group]") {
    Fixture fixture;
    fixture.tasks.spawn("the one that waits", fixture.waiting());
    fixture.tasks.spawn("the one that fails", Fixture::failing());
    fixture.join();
    loopback::run_until(fixture.io, [&] { return !fixture.told.empty(); });
    CHECK(fixture.told == Fixture::Told{{"the one that fails", "no way"}});
    CHECK_FALSE(fixture.joined);
    fixture.forever.cancel();
    loopback::run_until(fixture.io, [&] { return fixture.joined; });
    CHECK(fixture.told.size() == 1);
}

TEST_CASE("what is no exception of the library is told of, too", "[task_group]") {
    Fixture fixture;
    fixture.tasks.spawn("the odd one", Fixture::failing_oddly());
    fixture.join();
    loopback::run_until(fixture.io, [&] { return fixture.joined; });
    CHECK(fixture.told == Fixture::Told{{"the odd one", "something that is no std::exception"}});
}

}  // namespace emojiscope::bot
