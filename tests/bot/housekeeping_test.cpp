// What is forgotten, and when.
#include "housekeeping.hpp"

#include "fakes/memory_work_queue.hpp"
#include "slack/client_fixture.hpp"

namespace emojiscope::bot {
namespace {

using std::chrono::hours;

using Left = std::vector<std::size_t>;

Left left(const WorkQueue& queue) {
    const WorkCounts counts = queue.counts().value();
    return {counts.waiting, counts.done, counts.dead};
}

/// Of each kind, `of_each`: one that was done, one given up, one that waits.
void fill(WorkQueue& queue, int of_each = 1) {
    for (int i = 0; i < 3 * of_each; ++i) {
        REQUIRE(queue.push("k" + std::to_string(i), "kind", "{}").value());
    }
    const auto items = queue.due(SystemTime::max(), static_cast<std::size_t>(3 * of_each)).value();
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (i % 3 == 0) {
            REQUIRE(queue.done(items[i].id));
        } else if (i % 3 == 1) {
            REQUIRE(queue.dead(items[i].id, "for a reason"));
        }
    }
}

struct Fixture {
    ManualClock clock;
    ManualClock long_ago;
    fakes::MemoryWorkQueue inbox{clock};
    fakes::MemoryWorkQueue outbox{clock};
    fakes::MemoryWorkQueue alerts{clock};
    /// The last one to be looked after; what is done in it was done long ago.
    fakes::MemoryWorkQueue unannounced{long_ago};
    // Older than the pools: what runs on them holds on to it until the very end.
    boost::asio::io_context io;
    boost::asio::thread_pool disk{1};

    Fixture() { long_ago.advance(-hours{24 * 100}); }

    /// One round, to its end.
    void keep_house() {
        const std::string mark = "round " + std::to_string(++rounds);
        REQUIRE(unannounced.push(mark, "kind", "{}").value());
        REQUIRE(unannounced.done(unannounced.due(SystemTime::max(), 1).value().at(0).id));
        Housekeeping house(io.get_executor(), {inbox, outbox, alerts, unannounced, {}, {}}, clock,
                           disk);
        bool ended = false;
        boost::asio::co_spawn(io, house.run(), [&](const std::exception_ptr& thrown) {
            CHECK(thrown == nullptr);
            ended = true;
        });
        loopback::run_until(io, [&] { return left(unannounced) == Left{0, 0, 0}; });
        CHECK_FALSE(ended);
        house.stop();
        loopback::run_until(io, [&] { return ended; });
    }

    int rounds = 0;
};

}  // namespace

TEST_CASE("what was done is forgotten after a day, what was given up after thirty",
          "[housekeeping]") {
    Fixture f;
    for (WorkQueue* queue : {&f.inbox, &f.outbox, &f.alerts}) {
        fill(*queue);
    }
    const auto all_have = [&](const Left& what) {
        for (const WorkQueue* queue : {&f.inbox, &f.outbox, &f.alerts}) {
            CHECK(left(*queue) == what);
        }
    };
    f.clock.advance(hours{23});
    f.keep_house();
    all_have({1, 1, 1});
    f.clock.advance(hours{2});
    f.keep_house();
    all_have({1, 0, 1});
    f.clock.advance(hours{24 * 29 - 2});
    f.keep_house();
    all_have({1, 0, 1});
    f.clock.advance(hours{4});
    f.keep_house();
    all_have({1, 0, 0});
}

TEST_CASE("more than is forgotten at a time goes in one round", "[housekeeping]") {
    Fixture f;
    fill(f.inbox, 1'100);
    f.clock.advance(hours{24 * 40});
    f.keep_house();
    CHECK(left(f.inbox) == Left{1'100, 0, 0});
}

TEST_CASE("a queue that cannot be written to keeps no other one waiting", "[housekeeping]") {
    Fixture f;
    for (WorkQueue* queue : {&f.inbox, &f.outbox}) {
        fill(*queue);
    }
    f.clock.advance(hours{25});
    f.inbox.fail_next_change(fail(ErrorCode::io, "out of order"));
    f.keep_house();
    CHECK(left(f.inbox) == Left{1, 1, 1});
    CHECK(left(f.outbox) == Left{1, 0, 1});
    f.keep_house();
    CHECK(left(f.inbox) == Left{1, 0, 1});
}

}  // namespace emojiscope::bot
