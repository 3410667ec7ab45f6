// Order, overlap, failures and the end of working off a queue.
#include "emojiscope/bot/queue_runner.hpp"

#include "fakes/memory_work_queue.hpp"
#include "slack/client_fixture.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_future.hpp>

#include <map>
#include <stdexcept>

namespace emojiscope::bot {
namespace {

namespace asio = boost::asio;
using Keys = std::vector<std::string>;
using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

/// A runner whose items begin, and then wait until the test says how they end.
struct Fixture {
    ManualClock clock;
    fakes::MemoryWorkQueue queue{clock};
    // Older than the pools: what runs on them holds on to it until the very end.
    asio::io_context io;
    asio::thread_pool pool{1};
    Keys begun;
    Keys handled;
    std::map<std::string, Outcome> endings;
    std::map<std::string, std::shared_ptr<asio::steady_timer>> held;
    bool hold = true;  ///< items wait for `end`; otherwise they end at once
    bool throws = false;
    bool ended = false;
    QueueRunner runner;

    explicit Fixture(QueueRunner::Slots slots = {4, 4, 4})
        : runner(
              io.get_executor(), pool, queue, clock,
              [this](WorkItem item) { return work_on(std::move(item)); }, slots) {}

    ~Fixture() {
        // What the runner's coroutines refer to must outlive them.
        runner.stop();
        hold = false;
        for (const auto& [key, timer] : held) {
            timer->cancel();
        }
        if (started) {
            loopback::run_until(io, [&] { return ended; });
        }
    }
    Fixture(const Fixture&) = delete;
    Fixture& operator=(const Fixture&) = delete;

    void start() {
        started = true;
        asio::co_spawn(io, runner.run(), [this](const std::exception_ptr&) { ended = true; });
    }
    void push(const std::string& key, const std::string& lane = {}) {
        REQUIRE(queue.push(key, "kind", "payload", clock.now(), lane).value());
        runner.wake();
    }
    void end(const std::string& key, Outcome outcome = Outcome::finished()) {
        endings[key] = std::move(outcome);
        held.at(key)->cancel();
    }
    void wait_until(const std::function<bool()>& condition) { loopback::run_until(io, condition); }
    /// On the pool's one thread and with the loop at rest, so that nobody reads the clock
    /// meanwhile.
    void advance(milliseconds time) {
        asio::post(pool, asio::use_future([&] { clock.advance(time); })).get();
    }
    /// Until the runner has had its look at the queue and started what it may start.
    void settle() {
        bool looked = false;
        asio::co_spawn(io, look_twice(), [&](const std::exception_ptr&) { looked = true; });
        wait_until([&] { return looked; });
    }
    [[nodiscard]] WorkCounts counts() const { return queue.counts().value(); }
    [[nodiscard]] std::size_t begun_times(const std::string& key) const {
        return static_cast<std::size_t>(std::ranges::count(begun, key));
    }

private:
    /// The pool has one thread and each round of the runner one call on it, so after several calls
    /// of our own, each behind the runner's, it has looked.
    asio::awaitable<void> look_twice() {
        for (int i = 0; i < 8; ++i) {
            runner.wake();
            co_await run_on(pool, [] { return true; });
        }
    }

    asio::awaitable<Outcome> work_on(WorkItem item) {
        begun.push_back(item.key);
        if (hold) {
            const auto timer =
                std::make_shared<asio::steady_timer>(io, steady_clock::time_point::max());
            held[item.key] = timer;
            co_await timer->async_wait(asio::as_tuple(asio::use_awaitable));
            held.erase(item.key);
        }
        handled.push_back(item.key);
        if (throws) {
            throw std::runtime_error("out of luck");
        }
        const auto ending = endings.find(item.key);
        co_return ending == endings.end() ? Outcome::finished() : ending->second;
    }

    bool started = false;
};

}  // namespace

TEST_CASE("delays double up to five minutes", "[queue_runner]") {
    CHECK(retry_delay(0) == seconds(1));
    CHECK(retry_delay(1) == seconds(2));
    CHECK(retry_delay(8) == seconds(256));
    CHECK(retry_delay(9) == seconds(300));
    CHECK(retry_delay(1'000'000) == seconds(300));
    CHECK(retry_delay(-1) == seconds(1));
}

TEST_CASE("an item that is done is done once", "[queue_runner]") {
    Fixture fixture;
    fixture.hold = false;
    fixture.push("a");
    fixture.start();
    fixture.wait_until([&] { return fixture.counts().done == 1; });
    fixture.settle();
    CHECK(fixture.begun == Keys{"a"});
    CHECK(fixture.counts().waiting == 0);
}

TEST_CASE("items of a lane run one after another, in order", "[queue_runner]") {
    Fixture fixture;
    fixture.push("a1", "a");
    fixture.push("a2", "a");
    fixture.push("b1", "b");
    fixture.push("a3", "a");
    fixture.start();
    fixture.wait_until([&] { return fixture.begun.size() == 2; });
    fixture.settle();
    CHECK(fixture.begun == Keys{"a1", "b1"});
    fixture.end("a1");
    fixture.wait_until([&] { return fixture.begun.size() == 3; });
    fixture.settle();
    CHECK(fixture.begun == Keys{"a1", "b1", "a2"});
    fixture.end("a2");
    fixture.wait_until([&] { return fixture.begun.size() == 4; });
    CHECK(fixture.begun.back() == "a3");
    CHECK(fixture.handled == Keys{"a1", "a2"});
}

TEST_CASE("items without a lane run side by side, up to the limit", "[queue_runner]") {
    Fixture fixture({3, 3, 3});
    for (const char* key : {"a", "b", "c", "d", "e"}) {
        fixture.push(key);
    }
    fixture.start();
    fixture.wait_until([&] { return fixture.begun.size() == 3; });
    fixture.settle();
    CHECK(fixture.begun == Keys{"a", "b", "c"});
    fixture.end("b");
    fixture.wait_until([&] { return fixture.begun.size() == 4; });
    fixture.settle();
    CHECK(fixture.begun == Keys{"a", "b", "c", "d"});
}

TEST_CASE("what has no lane need not wait behind any number of others", "[queue_runner]") {
    Fixture fixture({4, 2, 4});
    for (int i = 0; i < 300; ++i) {
        fixture.push("a" + std::to_string(i), "a");
    }
    fixture.push("b1", "b");
    fixture.push("c1", "c");
    fixture.push("short");
    fixture.start();
    fixture.wait_until([&] { return fixture.begun.size() == 3; });
    fixture.settle();
    // No third lane: the fourth slot is kept for what has none.
    CHECK(fixture.begun == Keys{"a0", "b1", "short"});
    fixture.push("short too");
    fixture.wait_until([&] { return fixture.begun.size() == 4; });
    CHECK(fixture.begun.back() == "short too");
    fixture.end("b1");
    fixture.wait_until([&] { return fixture.begun.size() == 5; });
    fixture.settle();
    CHECK(fixture.begun.back() == "c1");
}

TEST_CASE("what has a lane need not wait behind any number that have none", "[queue_runner]") {
    Fixture fixture({4, 4, 3});
    for (int i = 0; i < 300; ++i) {
        fixture.push("short " + std::to_string(i));
    }
    fixture.push("a1", "a");
    fixture.start();
    fixture.wait_until([&] { return fixture.begun.size() == 4; });
    fixture.settle();
    CHECK(fixture.begun == Keys{"short 0", "short 1", "short 2", "a1"});
    fixture.end("short 1");
    fixture.wait_until([&] { return fixture.begun.size() == 5; });
    CHECK(fixture.begun.back() == "short 3");
}

TEST_CASE("work that comes while others run is begun at once", "[queue_runner]") {
    Fixture fixture;
    fixture.push("a");
    fixture.start();
    fixture.wait_until([&] { return fixture.begun.size() == 1; });
    fixture.settle();
    fixture.push("b");
    fixture.wait_until([&] { return fixture.begun.size() == 2; });
    CHECK(fixture.handled.empty());
}

TEST_CASE("an item to be tried again waits for its time", "[queue_runner]") {
    Fixture fixture;
    fixture.hold = false;
    fixture.endings["a"] = Outcome::try_again(seconds(30), "refused");
    fixture.push("a");
    fixture.start();
    fixture.wait_until([&] { return !fixture.queue.why("a").empty(); });
    fixture.settle();
    CHECK(fixture.begun_times("a") == 1);
    CHECK(fixture.queue.why("a") == "refused");
    CHECK(fixture.queue.next_due().value() == fixture.clock.now() + seconds(30));

    fixture.endings["a"] = Outcome::finished();
    fixture.advance(milliseconds(29'999));
    fixture.settle();
    CHECK(fixture.begun_times("a") == 1);
    fixture.advance(milliseconds(1));
    fixture.runner.wake();
    fixture.wait_until([&] { return fixture.counts().done == 1; });
    CHECK(fixture.begun_times("a") == 2);
}

TEST_CASE("a handler that throws is tried again with a delay", "[queue_runner]") {
    Fixture fixture;
    fixture.hold = false;
    fixture.throws = true;
    fixture.push("a", "lane");
    fixture.start();
    fixture.wait_until([&] { return !fixture.queue.why("a").empty(); });
    CHECK(fixture.queue.why("a") == "out of luck");
    CHECK(fixture.queue.next_due().value() == fixture.clock.now() + retry_delay(0));
    // Its lane is free for others.
    fixture.throws = false;
    fixture.push("b", "lane");
    fixture.wait_until([&] { return fixture.counts().done == 1; });
    CHECK(fixture.begun == Keys{"a", "b"});
}

TEST_CASE("an item that is given up is kept, and not begun again", "[queue_runner]") {
    Fixture fixture;
    fixture.hold = false;
    fixture.endings["a"] = Outcome::given_up("no such channel");
    fixture.push("a");
    fixture.start();
    fixture.wait_until([&] { return fixture.counts().dead == 1; });
    fixture.settle();
    CHECK(fixture.begun == Keys{"a"});
    CHECK(fixture.queue.why("a") == "no such channel");
}

TEST_CASE("what cannot be noted is noted later, and not done again", "[queue_runner]") {
    Fixture fixture;
    fixture.push("a");
    fixture.start();
    fixture.wait_until([&] { return fixture.begun.size() == 1; });
    fixture.queue.fail_next_change(fail(ErrorCode::io, "the disk is full"));
    fixture.end("a");
    fixture.wait_until([&] { return fixture.counts().done == 1; });
    fixture.settle();
    CHECK(fixture.begun == Keys{"a"});
}

TEST_CASE("what a clock far ahead has put off is due once the clock is right", "[queue_runner]") {
    Fixture fixture;
    fixture.hold = false;
    const auto ahead = fixture.clock.now() + std::chrono::hours(24);
    for (int i = 0; i < 100; ++i) {
        REQUIRE(fixture.queue.push("a" + std::to_string(i), "", "payload", ahead).value());
    }
    fixture.start();
    fixture.wait_until([&] { return fixture.counts().done == 100; });
}

TEST_CASE("stop waits for what runs, and begins nothing more", "[queue_runner]") {
    Fixture fixture({1, 1, 1});
    fixture.push("a");
    fixture.push("b");
    fixture.start();
    fixture.wait_until([&] { return fixture.begun.size() == 1; });
    fixture.runner.stop();
    fixture.settle();
    CHECK_FALSE(fixture.ended);
    fixture.end("a");
    fixture.wait_until([&] { return fixture.ended; });
    CHECK(fixture.begun == Keys{"a"});
    CHECK(fixture.counts().done == 1);
    CHECK(fixture.counts().waiting == 1);
}

TEST_CASE("caught_up returns once everything due is done", "[queue_runner]") {
    Fixture fixture;
    fixture.push("a");
    fixture.push("b");
    REQUIRE(fixture.queue.push("later", "", "", fixture.clock.now() + seconds(60)).value());
    fixture.start();
    bool caught_up = false;
    asio::co_spawn(fixture.io, fixture.runner.caught_up(steady_clock::now() + seconds(60)),
                   [&](const std::exception_ptr&) { caught_up = true; });
    fixture.wait_until([&] { return fixture.begun.size() == 2; });
    fixture.end("a");
    fixture.settle();
    CHECK_FALSE(caught_up);
    fixture.end("b");
    fixture.wait_until([&] { return caught_up; });
    CHECK(fixture.counts().done == 2);
    CHECK(fixture.begun == Keys{"a", "b"});
}

TEST_CASE("caught_up gives up at its time", "[queue_runner]") {
    Fixture fixture;
    fixture.push("a");
    fixture.start();
    bool caught_up = false;
    asio::co_spawn(fixture.io, fixture.runner.caught_up(steady_clock::now() + milliseconds(20)),
                   [&](const std::exception_ptr&) { caught_up = true; });
    fixture.wait_until([&] { return caught_up; });
    CHECK(fixture.handled.empty());
}

TEST_CASE("caught_up returns when the runner is stopped", "[queue_runner]") {
    Fixture fixture;
    fixture.push("a");
    fixture.start();
    bool caught_up = false;
    asio::co_spawn(fixture.io,
                   fixture.runner.caught_up(steady_clock::now() + std::chrono::hours(1)),
                   [&](const std::exception_ptr&) { caught_up = true; });
    fixture.wait_until([&] { return fixture.begun.size() == 1; });
    fixture.runner.stop();
    fixture.wait_until([&] { return caught_up; });
    CHECK(fixture.handled.empty());
    CHECK_FALSE(fixture.ended);
}

TEST_CASE("caught_up with nothing to do returns at once", "[queue_runner]") {
    Fixture fixture;
    fixture.start();
    bool caught_up = false;
    asio::co_spawn(fixture.io, fixture.runner.caught_up(steady_clock::now() + seconds(60)),
                   [&](const std::exception_ptr&) { caught_up = true; });
    fixture.wait_until([&] { return caught_up; });
    CHECK(fixture.begun.empty());
}

}  // namespace emojiscope::bot
