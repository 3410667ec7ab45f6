// What a WorkQueue promises, kept by the durable one and by the fake.
#include "emojiscope/store/store.hpp"
#include "fakes/memory_work_queue.hpp"
#include "fakes/temp_folder.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <memory>

namespace emojiscope::contract {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using Keys = std::vector<std::string>;

class MemoryQueue {
public:
    [[nodiscard]] WorkQueue& queue() { return queue_; }
    ManualClock clock;

private:
    fakes::MemoryWorkQueue queue_{clock};
};

class StoredQueue {
public:
    [[nodiscard]] WorkQueue& queue() { return store_->inbox(); }
    ManualClock clock;

private:
    fakes::TempFolder folder_;
    std::unique_ptr<store::Store> store_ =
        store::Store::open(folder_.path(), {.write = true}, clock).value();
};

Keys due_keys(const WorkQueue& queue, SystemTime now, std::size_t limit = 100) {
    Keys keys;
    for (const WorkItem& item : queue.due(now, limit).value()) {
        keys.push_back(item.key);
    }
    return keys;
}

std::int64_t push(WorkQueue& queue, const std::string& key, SystemTime due) {
    REQUIRE(queue.push(key, "kind", "payload of " + key, due).value());
    for (const WorkItem& item : queue.due(SystemTime::max(), 1000).value()) {
        if (item.key == key) {
            return item.id;
        }
    }
    FAIL("what was pushed does not wait");
    return 0;
}

}  // namespace

TEMPLATE_TEST_CASE("work is handed out as it was pushed", "[work_queue]", MemoryQueue,
                   StoredQueue) {
    TestType harness;
    const SystemTime now = harness.clock.now();
    const std::string payload("bytes \0 \xff and 乾杯", 18);
    CHECK(harness.queue().push("E1", "event", payload, now).value());
    const auto items = harness.queue().due(now, 10).value();
    REQUIRE(items.size() == 1);
    CHECK(items[0].id > 0);
    CHECK(items[0].key == "E1");
    CHECK(items[0].kind == "event");
    CHECK(items[0].payload == payload);
    CHECK(items[0].attempts == 0);
    CHECK(items[0].due == now);
    CHECK(harness.queue().push("", "kind", "x", now).error().code == ErrorCode::invalid_argument);
}

TEMPLATE_TEST_CASE("what waits is counted, and how old it is", "[work_queue]", MemoryQueue,
                   StoredQueue) {
    TestType harness;
    WorkQueue& queue = harness.queue();
    const SystemTime start = harness.clock.now();
    CHECK(queue.backlog().value().waiting == 0);
    CHECK_FALSE(queue.backlog().value().oldest.has_value());
    const std::int64_t first = push(queue, "first", start - hours(1));
    harness.clock.advance(seconds(10));
    // Not due yet, and waiting all the same.
    const std::int64_t second = push(queue, "second", start + hours(1));
    CHECK(queue.backlog().value().waiting == 2);
    CHECK(queue.backlog().value().oldest == start);
    CHECK(queue.due(SystemTime::max(), 1).value()[0].added == start);
    // A failed try makes it no younger.
    REQUIRE(queue.retry(first, start + hours(2), "why").has_value());
    CHECK(queue.backlog().value().oldest == start);
    REQUIRE(queue.done(first).has_value());
    CHECK(queue.backlog().value().waiting == 1);
    CHECK(queue.backlog().value().oldest == start + seconds(10));
    REQUIRE(queue.dead(second, "why").has_value());
    CHECK(queue.backlog().value().waiting == 0);
    CHECK_FALSE(queue.backlog().value().oldest.has_value());
}

TEMPLATE_TEST_CASE("a key is taken once, whatever became of it", "[work_queue]", MemoryQueue,
                   StoredQueue) {
    TestType harness;
    WorkQueue& queue = harness.queue();
    const SystemTime now = harness.clock.now();
    push(queue, "waiting", now);
    queue.done(push(queue, "done", now)).value();
    queue.dead(push(queue, "dead", now), "no use").value();
    for (const char* key : {"waiting", "done", "dead"}) {
        CHECK_FALSE(queue.push(key, "other", "other", now).value());
    }
    const auto items = queue.due(now, 10).value();
    REQUIRE(items.size() == 1);
    CHECK(items[0].payload == "payload of waiting");
}

TEMPLATE_TEST_CASE("work comes by due time, then by arrival", "[work_queue]", MemoryQueue,
                   StoredQueue) {
    TestType harness;
    WorkQueue& queue = harness.queue();
    const SystemTime now = harness.clock.now();
    CHECK(queue.next_due().value() == std::nullopt);
    const auto later = push(queue, "later", now + seconds(10));
    const auto b = push(queue, "b", now);
    CHECK(later < b);
    push(queue, "a", now);
    push(queue, "early", now - seconds(5));
    CHECK(queue.next_due().value() == now - seconds(5));
    CHECK(due_keys(queue, now) == Keys{"early", "b", "a"});
    CHECK(due_keys(queue, now, 2) == Keys{"early", "b"});
    CHECK(due_keys(queue, now, 0).empty());
    CHECK(due_keys(queue, now + seconds(10)) == Keys{"early", "b", "a", "later"});
}

TEMPLATE_TEST_CASE("a failed try is counted, and the work comes again at its time", "[work_queue]",
                   MemoryQueue, StoredQueue) {
    TestType harness;
    WorkQueue& queue = harness.queue();
    const SystemTime now = harness.clock.now();
    const auto id = push(queue, "a", now);
    queue.retry(id, now + seconds(30), "refused").value();
    CHECK(due_keys(queue, now).empty());
    CHECK(queue.next_due().value() == now + seconds(30));
    queue.retry(id, now, "refused again").value();
    const auto items = queue.due(now, 10).value();
    REQUIRE(items.size() == 1);
    CHECK(items[0].id == id);
    CHECK(items[0].attempts == 2);
    CHECK(items[0].payload == "payload of a");
}

TEMPLATE_TEST_CASE("only what waits can be settled", "[work_queue]", MemoryQueue, StoredQueue) {
    TestType harness;
    WorkQueue& queue = harness.queue();
    const SystemTime now = harness.clock.now();
    const auto done = push(queue, "done", now);
    const auto dead = push(queue, "dead", now);
    queue.done(done).value();
    queue.dead(dead, "no use").value();
    for (const auto id : {done, dead, std::int64_t{12345}}) {
        CHECK(queue.done(id).error().code == ErrorCode::not_found);
        CHECK(queue.retry(id, now, "").error().code == ErrorCode::not_found);
        CHECK(queue.dead(id, "").error().code == ErrorCode::not_found);
    }
    CHECK(due_keys(queue, SystemTime::max()).empty());
    CHECK(queue.next_due().value() == std::nullopt);
}

TEMPLATE_TEST_CASE("the keys of old work are forgotten, those of the dead are not", "[work_queue]",
                   MemoryQueue, StoredQueue) {
    TestType harness;
    WorkQueue& queue = harness.queue();
    const SystemTime start = harness.clock.now();
    queue.done(push(queue, "old", start)).value();
    queue.dead(push(queue, "dead", start), "why").value();
    push(queue, "waiting", start);
    harness.clock.advance(hours(2));
    queue.done(push(queue, "new", start)).value();
    CHECK(queue.forget_before(WorkEnd::done, start, 9).value() == 0);
    CHECK(queue.forget_before(WorkEnd::done, start + hours(1), 9).value() == 1);
    const WorkCounts counts = queue.counts().value();
    CHECK(counts.waiting == 1);
    CHECK(counts.done == 1);
    CHECK(counts.dead == 1);
    CHECK(queue.push("old", "kind", "", start).value());
    CHECK_FALSE(queue.push("new", "kind", "", start).value());
    CHECK_FALSE(queue.push("dead", "kind", "", start).value());
}

TEMPLATE_TEST_CASE("old work is forgotten the oldest first, so much at a time", "[work_queue]",
                   MemoryQueue, StoredQueue) {
    TestType harness;
    WorkQueue& queue = harness.queue();
    const SystemTime start = harness.clock.now();
    const auto later = push(queue, "later", start);
    for (const auto* key : {"a", "b"}) {
        queue.done(push(queue, key, start)).value();
        harness.clock.advance(hours(1));
    }
    queue.done(later).value();
    const SystemTime before = harness.clock.now() + hours(1);
    CHECK(queue.forget_before(WorkEnd::done, before, 2).value() == 2);
    CHECK(queue.push("a", "kind", "", start).value());
    CHECK_FALSE(queue.push("later", "kind", "", start).value());
    CHECK(queue.forget_before(WorkEnd::done, before, 2).value() == 1);
    CHECK(queue.forget_before(WorkEnd::done, before, 2).value() == 0);
}

TEMPLATE_TEST_CASE("several are pushed together, or none", "[work_queue]", MemoryQueue,
                   StoredQueue) {
    TestType harness;
    WorkQueue& queue = harness.queue();
    const SystemTime now = harness.clock.now();
    push(queue, "known", now);
    const std::array<NewWork, 4> items{{{"first", "kind", "1", now},
                                        {"known", "other", "2", now},
                                        {"second", "kind", "3", now - seconds(1)},
                                        {"first", "other", "4", now}}};
    CHECK(queue.push_all(items).value() == std::vector<bool>{true, false, true, false});
    CHECK(due_keys(queue, now) == Keys{"second", "known", "first"});
    CHECK(queue.push_all({}).value().empty());
    const std::array<NewWork, 2> bad{{{"third", "kind", "", now}, {"", "kind", "", now}}};
    CHECK(queue.push_all(bad).error().code == ErrorCode::invalid_argument);
    CHECK(queue.push("third", "kind", "", now).value());
}

TEMPLATE_TEST_CASE("items of closed lanes are passed over, however many", "[work_queue]",
                   MemoryQueue, StoredQueue) {
    TestType harness;
    WorkQueue& queue = harness.queue();
    const SystemTime now = harness.clock.now();
    for (int i = 0; i < 20; ++i) {
        queue.push("a" + std::to_string(i), "kind", "", now, "lane a").value();
    }
    queue.push("b", "kind", "", now, "lane 'b\"").value();
    queue.push("none", "kind", "", now).value();
    const std::vector<std::string> a{"lane a"};
    const std::vector<std::string> both{"lane a", "lane 'b\"", "lane c"};
    const auto keys = [&](const ClosedLanes& closed) {
        Keys found;
        for (const WorkItem& item : queue.due(now, 5, closed).value()) {
            found.push_back(item.key);
        }
        return found;
    };
    CHECK(keys({}) == Keys{"a0", "a1", "a2", "a3", "a4"});
    CHECK(keys({a}) == Keys{"b", "none"});
    CHECK(keys({both}) == Keys{"none"});
    CHECK(keys({{}, true}) == Keys{"none"});
    CHECK(keys({a, false, true}) == Keys{"b"});
    CHECK(keys({{}, true, true}).empty());
    CHECK(queue.due(now, 1).value().at(0).lane == "lane a");
}

TEMPLATE_TEST_CASE("what is due too far ahead is due now, however many", "[work_queue]",
                   MemoryQueue, StoredQueue) {
    TestType harness;
    WorkQueue& queue = harness.queue();
    const SystemTime now = harness.clock.now();
    for (int i = 0; i < 200; ++i) {
        push(queue, "far " + std::to_string(i), now + hours(9));
    }
    push(queue, "near", now + hours(1));
    queue.done(push(queue, "done", now + hours(9))).value();
    CHECK(queue.hasten(now + hours(2), now).value() == 200);
    CHECK(due_keys(queue, now, 300).size() == 200);
    CHECK(queue.hasten(now + hours(2), now).value() == 0);
}

TEMPLATE_TEST_CASE("many are done together", "[work_queue]", MemoryQueue, StoredQueue) {
    TestType harness;
    WorkQueue& queue = harness.queue();
    const SystemTime now = harness.clock.now();
    std::vector<std::int64_t> ids{12'345};  // there is none of this number
    for (const auto* key : {"a", "b"}) {
        ids.push_back(push(queue, key, now));
    }
    push(queue, "c", now);
    queue.done_all(ids).value();
    CHECK(due_keys(queue, now) == Keys{"c"});
    CHECK(queue.counts().value().done == 2);
}

TEMPLATE_TEST_CASE("the given up are forgotten by themselves", "[work_queue]", MemoryQueue,
                   StoredQueue) {
    TestType harness;
    WorkQueue& queue = harness.queue();
    const SystemTime now = harness.clock.now();
    queue.dead(push(queue, "dead", now), "why").value();
    queue.done(push(queue, "done", now)).value();
    CHECK(queue.forget_before(WorkEnd::dead, now, 9).value() == 0);
    CHECK(queue.forget_before(WorkEnd::dead, now + hours(1), 9).value() == 1);
    CHECK(queue.push("dead", "kind", "", now).value());
    CHECK_FALSE(queue.push("done", "kind", "", now).value());
}

TEMPLATE_TEST_CASE("who counts tries himself says how many there were", "[work_queue]", MemoryQueue,
                   StoredQueue) {
    TestType harness;
    WorkQueue& queue = harness.queue();
    const SystemTime now = harness.clock.now();
    const std::int64_t id = push(queue, "E1", now);
    queue.put_back(id, now + seconds(5), 4, "begun").value();
    CHECK(due_keys(queue, now).empty());
    CHECK(queue.due(now + seconds(5), 1).value().front().attempts == 4);
    queue.put_back(id, now, 0, "stopped").value();
    CHECK(queue.due(now, 1).value().front().attempts == 0);
    queue.done(id).value();
    CHECK(queue.put_back(id, now, 1, "x").error().code == ErrorCode::not_found);
}

}  // namespace emojiscope::contract
