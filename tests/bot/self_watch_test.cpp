// Whether the bot notices that a thread stands still, and what it tells of its queues.
#include "self_watch.hpp"

#include "fakes/memory_work_queue.hpp"
#include "slack/client_fixture.hpp"

#include <atomic>
#include <future>
#include <map>
#include <mutex>

namespace emojiscope::bot {
namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;
using std::chrono::seconds;

struct Counting final : BotObserver {
    void waiting(QueueName queue, const WorkBacklog& backlog, SystemTime now) override {
        const std::scoped_lock lock(mutex);
        backlogs[queue] = backlog;
        looked_at = now;
    }
    void look_around() override { ++looks; }

    std::mutex mutex;
    std::map<QueueName, WorkBacklog> backlogs;
    SystemTime looked_at;
    std::atomic<int> looks = 0;
};

struct Fixture {
    ManualClock clock;
    fakes::MemoryWorkQueue inbox{clock};
    fakes::MemoryWorkQueue outbox{clock};
    fakes::MemoryWorkQueue alerts{clock};
    fakes::MemoryWorkQueue unannounced{clock};
    Counting observer;
    // Older than the pools: what runs on them holds on to it until the very end.
    asio::io_context io;
    asio::thread_pool disk{1};
    asio::thread_pool searches{1};
    SelfWatch watch;
    bool ended = false;

    explicit Fixture(milliseconds patience)
        : watch(io.get_executor(),
                {{"the disk", &disk, seconds(1'000)}, {"the searches", &searches, patience}},
                {inbox, outbox, alerts, unannounced, {}, {}}, clock, disk, observer,
                milliseconds(1)) {
        asio::co_spawn(io, watch.run(), [this](const std::exception_ptr& thrown) {
            CHECK(thrown == nullptr);
            ended = true;
        });
    }
    ~Fixture() {
        watch.stop();
        loopback::run_until(io, [&] { return ended; });
    }
    Fixture(const Fixture&) = delete;
    Fixture& operator=(const Fixture&) = delete;
};

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("a pool that stands still is named, until it goes on", "[self_watch]") {
    Fixture f(milliseconds(0));
    std::promise<void> go_on;
    asio::post(f.searches, [held = go_on.get_future().share()] { held.wait(); });
    loopback::run_until(f.io, [&] { return f.observer.looks > 3; });
    CHECK(f.watch.standing_still() == Names{"the searches"});
    go_on.set_value();
    loopback::run_until(f.io, [&] { return f.watch.standing_still().empty(); });
}

TEST_CASE("work that takes a while is no standstill", "[self_watch]") {
    Fixture f(seconds(1'000));
    std::promise<void> go_on;
    asio::post(f.searches, [held = go_on.get_future().share()] { held.wait(); });
    loopback::run_until(f.io, [&] { return f.observer.looks > 3; });
    CHECK(f.watch.standing_still().empty());
    go_on.set_value();
}

TEST_CASE("what waits in each queue is told", "[self_watch]") {
    Fixture f(seconds(1'000));
    const SystemTime start = f.clock.now();
    REQUIRE(f.inbox.push("one", "kind", "{}").value());
    REQUIRE(f.inbox.push("two", "kind", "{}", start + seconds(99)).value());
    REQUIRE(f.alerts.push("three", "kind", "{}").value());
    const int before = f.observer.looks;
    loopback::run_until(f.io, [&] { return f.observer.looks > before + 1; });
    const std::scoped_lock lock(f.observer.mutex);
    CHECK(f.observer.backlogs.size() == all_queues.size());
    CHECK(f.observer.backlogs[QueueName::inbox].waiting == 2);
    CHECK(f.observer.backlogs[QueueName::inbox].oldest == start);
    CHECK(f.observer.backlogs[QueueName::alerts].waiting == 1);
    CHECK(f.observer.backlogs[QueueName::outbox].waiting == 0);
    CHECK_FALSE(f.observer.backlogs[QueueName::outbox].oldest.has_value());
    CHECK(f.observer.looked_at == start);
}

}  // namespace emojiscope::bot
