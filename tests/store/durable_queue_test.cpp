// Work that must survive a crash.
#include "emojiscope/store/store.hpp"

#include "fakes/temp_folder.hpp"

#include <catch2/catch.hpp>

#include <fstream>
#include <iterator>

namespace emojiscope::store {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

struct Fixture {
    fakes::TempFolder folder;
    ManualClock clock;
    std::unique_ptr<Store> store = open();

    std::unique_ptr<Store> open() {
        return Store::open(folder.path(), {.write = true}, clock).value();
    }
    void reopen() {
        store.reset();
        store = open();
    }
    DurableQueue& queue() { return store->inbox(); }
    std::vector<std::string> due_keys(std::size_t limit = 100) {
        std::vector<std::string> keys;
        for (const auto& item : queue().due(clock.now(), limit).value()) {
            keys.push_back(item.key);
        }
        return keys;
    }
    std::int64_t push(const std::string& key, SystemTime due = {}) {
        REQUIRE(queue().push(key, "kind", "payload of " + key, due).value());
        for (const auto& item : queue().due(SystemTime::max(), 1000).value()) {
            if (item.key == key) {
                return item.id;
            }
        }
        FAIL("pushed work is not there");
        return 0;
    }
};

using Keys = std::vector<std::string>;

}  // namespace

TEST_CASE("pushed work is handed out as it was", "[queue]") {
    Fixture fixture;
    const std::string payload("bytes \0 \xff and 乾杯", 18);
    CHECK(fixture.queue().push("E1", "event", payload).value());
    CHECK(fixture.queue().push("E2", "", "").value());
    const auto items = fixture.queue().due(fixture.clock.now(), 10).value();
    REQUIRE(items.size() == 2);
    CHECK(items[0].id > 0);
    CHECK(items[0].key == "E1");
    CHECK(items[0].kind == "event");
    CHECK(items[0].payload == payload);
    CHECK(items[0].attempts == 0);
    CHECK(items[0].due == SystemTime{});
    CHECK(items[1].payload.empty());
    CHECK(fixture.queue().push("", "kind", "x").error().code == ErrorCode::invalid_argument);
}

TEST_CASE("what was asked is in no byte of the files once it is done or given up", "[queue]") {
    Fixture fixture;
    fixture.push("waiting");
    const auto done = fixture.push("done");
    const auto dead = fixture.push("dead");
    fixture.queue().done(done).value();
    fixture.queue().dead(dead, "no use").value();
    fixture.store.reset();
    std::string bytes;
    for (const auto& file : std::filesystem::directory_iterator(fixture.folder.path())) {
        std::ifstream in(file.path(), std::ios::binary);
        bytes.append(std::istreambuf_iterator<char>(in), {});
    }
    CHECK(bytes.find("payload of waiting") != std::string::npos);
    CHECK(bytes.find("payload of done") == std::string::npos);
    CHECK(bytes.find("payload of dead") == std::string::npos);
    CHECK(bytes.find("no use") != std::string::npos);
}

TEST_CASE("the same key is taken once, whatever became of it", "[queue]") {
    Fixture fixture;
    auto& queue = fixture.queue();
    const auto waiting = fixture.push("waiting");
    const auto done = fixture.push("done");
    const auto dead = fixture.push("dead");
    queue.done(done).value();
    queue.dead(dead, "no use").value();
    for (const char* key : {"waiting", "done", "dead"}) {
        CHECK_FALSE(queue.push(key, "other", "other").value());
    }
    const auto items = queue.due(fixture.clock.now(), 10).value();
    REQUIRE(items.size() == 1);
    CHECK(items[0].id == waiting);
    CHECK(items[0].payload == "payload of waiting");
    // The other queue has keys of its own.
    CHECK(fixture.store->outbox().push("done", "kind", "x").value());
    CHECK(fixture.due_keys() == Keys{"waiting"});
}

TEST_CASE("work comes by due time, then in order of arrival", "[queue]") {
    Fixture fixture;
    const SystemTime now = fixture.clock.now();
    fixture.push("later", now + seconds(10));
    fixture.push("b", now);
    fixture.push("a", now);
    fixture.push("early", now - seconds(5));
    CHECK(fixture.queue().next_due().value() == now - seconds(5));
    CHECK(fixture.due_keys() == Keys{"early", "b", "a"});
    CHECK(fixture.due_keys(2) == Keys{"early", "b"});
    CHECK(fixture.due_keys(0).empty());
    fixture.clock.advance(seconds(10));
    CHECK(fixture.due_keys() == Keys{"early", "b", "a", "later"});
}

TEST_CASE("nothing is due in an empty queue", "[queue]") {
    Fixture fixture;
    CHECK(fixture.queue().next_due().value() == std::nullopt);
    fixture.queue().done(fixture.push("done")).value();
    CHECK(fixture.queue().next_due().value() == std::nullopt);
    CHECK(fixture.due_keys().empty());
}

TEST_CASE("work that failed comes again at its time", "[queue]") {
    Fixture fixture;
    const SystemTime now = fixture.clock.now();
    const auto id = fixture.push("a");
    fixture.queue().retry(id, now + seconds(30), "refused").value();
    CHECK(fixture.due_keys().empty());
    CHECK(fixture.queue().next_due().value() == now + seconds(30));
    fixture.clock.advance(seconds(30));
    fixture.queue().retry(id, now, "again\nrefused").value();
    const auto items = fixture.queue().due(now, 10).value();
    REQUIRE(items.size() == 1);
    CHECK(items[0].id == id);
    CHECK(items[0].attempts == 2);
    CHECK(items[0].payload == "payload of a");
}

TEST_CASE("only waiting work of the queue can be settled", "[queue]") {
    Fixture fixture;
    auto& queue = fixture.queue();
    const auto id = fixture.push("a");
    CHECK(fixture.store->outbox().done(id).error().code == ErrorCode::not_found);
    queue.done(id).value();
    CHECK(queue.done(id).error().code == ErrorCode::not_found);
    CHECK(queue.retry(id, {}, "").error().code == ErrorCode::not_found);
    CHECK(queue.dead(id, "").error().code == ErrorCode::not_found);
    CHECK(queue.done(id + 100).error().code == ErrorCode::not_found);
    CHECK(queue.counts().value().done == 1);
}

TEST_CASE("tombstones are forgotten by age, the dead are kept", "[queue]") {
    Fixture fixture;
    auto& queue = fixture.queue();
    queue.done(fixture.push("old")).value();
    queue.dead(fixture.push("dead"), "why").value();
    fixture.push("waiting");
    fixture.clock.advance(hours(2));
    queue.done(fixture.push("new")).value();

    CHECK(queue.forget_before(WorkEnd::done, fixture.clock.now() - hours(3), 9).value() == 0);
    CHECK(queue.forget_before(WorkEnd::done, fixture.clock.now() - hours(1), 9).value() == 1);
    const auto counts = queue.counts().value();
    CHECK(counts.waiting == 1);
    CHECK(counts.done == 1);
    CHECK(counts.dead == 1);
    CHECK(queue.push("old", "kind", "").value());
    CHECK_FALSE(queue.push("new", "kind", "").value());
}

TEST_CASE("a queue survives being reopened", "[queue]") {
    Fixture fixture;
    const SystemTime now = fixture.clock.now();
    const auto first = fixture.push("a");
    fixture.queue().retry(first, now, "why").value();
    fixture.queue().done(fixture.push("b")).value();
    fixture.reopen();
    const auto items = fixture.queue().due(now, 10).value();
    REQUIRE(items.size() == 1);
    CHECK(items[0].id == first);
    CHECK(items[0].attempts == 1);
    CHECK(items[0].payload == "payload of a");
    CHECK_FALSE(fixture.queue().push("b", "kind", "").value());
    CHECK(fixture.queue().counts().value().done == 1);
}

}  // namespace emojiscope::store
