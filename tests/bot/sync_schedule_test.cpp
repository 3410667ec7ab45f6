// When the list of emoji is compared, and what becomes of a wait whose length is changed.
#include "emojiscope/bot/sync_schedule.hpp"

#include "desk_fixture.hpp"

#include <catch2/catch.hpp>

namespace emojiscope::bot {
namespace {

using namespace std::chrono_literals;

struct Schedule : DeskFixture {
    Schedule() { answers["emoji.list"] = R"({"ok":true,"emoji":{}})"; }
    ~Schedule() {
        schedule.stop();
        if (running) {
            loopback::run_until(client.io, [&] { return !running; });
        }
        background.join();
    }
    Schedule(const Schedule&) = delete;
    Schedule& operator=(const Schedule&) = delete;

    void begin() {
        running = true;
        boost::asio::co_spawn(client.io, schedule.run(), [&](const std::exception_ptr& thrown) {
            running = false;
            CHECK_FALSE(thrown);
        });
    }
    void until(const std::function<bool()>& condition) {
        loopback::run_until(client.io, condition);
    }
    /// Whatever is due at this moment is done: a comparison that is due has begun.
    void settle() {
        client.io.restart();
        while (client.io.poll() > 0) {
        }
    }
    void set_interval(std::chrono::milliseconds interval) {
        LiveOptions other = *live.now();
        other.resync_every = interval;
        live.set(other);
        schedule.interval_changed();
    }
    /// The list was asked for so often.
    std::size_t asked() {
        std::size_t count = 0;
        for (const loopback::Request& request : server.requests()) {
            count += request.target().starts_with("/api/emoji.list") ? 1 : 0;
        }
        return count;
    }

    fakes::MemoryWorkQueue inbox{world.clock};
    fakes::MemoryWorkQueue alerts{world.clock};
    fakes::MemoryWorkQueue unannounced{world.clock};
    Memory memory{inbox,
                  outbox,
                  alerts,
                  unannounced,
                  []() -> Result<bool> { return true; },
                  []() -> Result<void> { return {}; }};
    boost::asio::thread_pool background{1};
    WorkspaceKeeper keeper{parts, client.api, background, options};
    bool running = false;
    int compared = 0;
    SyncSchedule schedule{client.io.get_executor(),
                          keeper,
                          memory,
                          world.clock,
                          disk,
                          options,
                          live,
                          [this](SyncReport /*report*/) -> boost::asio::awaitable<void> {
                              ++compared;
                              co_return;
                          }};
};

}  // namespace

TEST_CASE("a shorter interval holds for the wait that is under way", "[sync]") {
    Schedule fixture;
    fixture.begin();
    fixture.schedule.ask();
    fixture.until([&] { return fixture.compared == 1; });
    fixture.settle();
    CHECK(fixture.schedule.begun() == 1);  // the next one is due in an hour
    fixture.set_interval(1ms);
    fixture.until([&] { return fixture.compared >= 3; });
    CHECK(fixture.asked() >= 3);
}

TEST_CASE("a longer interval holds for the wait that is under way", "[sync]") {
    Schedule fixture;
    fixture.begin();
    fixture.schedule.ask();
    fixture.until([&] { return fixture.compared == 1; });
    fixture.settle();
    fixture.set_interval(2h);
    fixture.settle();
    // What woke it to look at the clock again is no reason to compare.
    CHECK(fixture.schedule.begun() == 1);
    CHECK(fixture.asked() == 1);
    fixture.set_interval(0ms);
    fixture.settle();
    CHECK(fixture.schedule.begun() >= 2);  // where one is due, it has begun by then
}

TEST_CASE("another interval compares nothing before the first question", "[sync]") {
    Schedule fixture;
    fixture.begin();
    fixture.settle();
    fixture.set_interval(0ms);  // would be due at once
    fixture.settle();
    CHECK(fixture.schedule.begun() == 0);
    CHECK(fixture.asked() == 0);
    fixture.schedule.ask();
    fixture.until([&] { return fixture.compared >= 2; });
}

}  // namespace emojiscope::bot
