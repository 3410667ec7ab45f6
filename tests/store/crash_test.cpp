// A process killed while it writes leaves a whole catalogue.
#include "child_process.hpp"

#include "emojiscope/store/store.hpp"

#include "fakes/temp_folder.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <catch2/catch.hpp>

#include <set>

namespace emojiscope::store {
namespace {

constexpr std::size_t batch_size = 200;

/// Batch `number` of names, all of one value.
std::vector<search::SourceEmoji> batch(int number) {
    std::vector<search::SourceEmoji> emoji;
    for (std::size_t i = 0; i < batch_size; ++i) {
        emoji.push_back({"e" + std::to_string(number) + "_" + std::to_string(i), "v", ""});
    }
    return emoji;
}

/// Puts batch after batch, each followed by an item in the inbox, until it is killed.
void write_without_end(Store& store, const std::function<void()>& ready) {
    for (int number = 0;; ++number) {
        store.catalogue().put_many("T1", batch(number)).value();
        store.inbox().push("batch " + std::to_string(number), "kind", "payload").value();
        ready();
    }
}

}  // namespace

TEST_CASE("killed at any moment of writing, batches are there wholly or not at all", "[store]") {
    const ManualClock clock;
    for (int round = 0; round < 8; ++round) {
        const fakes::TempFolder folder;
        ChildProcess child([&](const std::function<void()>& ready) {
            const auto store = Store::open(folder.path(), {.write = true}, clock).value();
            write_without_end(*store, ready);
        });
        // The kill comes at some moment of the batch after these.
        for (int written = 0; written <= round; ++written) {
            REQUIRE(child.wait_until_ready());
        }
        child.kill();

        const auto store = Store::open(folder.path(), {.write = true}, clock).value();
        const auto records = store->catalogue().list("T1").value();
        const auto events = store->inbox().due(clock.now(), 1'000'000).value();
        CHECK(records.size() % batch_size == 0);
        CHECK(events.size() > static_cast<std::size_t>(round));
        // An item stands for a batch that was written before it.
        CHECK(records.size() / batch_size >= events.size());
        CHECK(records.size() / batch_size <= events.size() + 1);
        // And it goes on.
        CHECK(store->catalogue().put("T1", {"after", "v", ""}).has_value());
    }
}

TEST_CASE("killed in the middle of a transaction, nothing of it is seen", "[store]") {
    const fakes::TempFolder folder;
    const ManualClock clock;
    {
        const auto store = Store::open(folder.path(), {.write = true}, clock).value();
        store->catalogue().put_many("T1", batch(0)).value();
    }
    ChildProcess child([&](const std::function<void()>& ready) {
        SQLite::Database database((folder.path() / "catalogue.db").string(),
                                  SQLite::OPEN_READWRITE);
        // So small a cache that half of the transaction has gone to the log before the end.
        database.exec(
            "PRAGMA cache_size = 1; BEGIN IMMEDIATE;"
            "UPDATE emoji SET value = 'half-way', file_hash = hex(randomblob(500))");
        ready();
        ChildProcess::wait_to_be_killed();
    });
    REQUIRE(child.wait_until_ready());
    child.kill();

    const auto store = Store::open(folder.path(), {.write = true}, clock).value();
    std::set<std::string> values;
    for (const EmojiRecord& record : store->catalogue().list("T1").value()) {
        values.insert(record.value);
    }
    CHECK(values == std::set<std::string>{"v"});
    CHECK(store->catalogue().list("T1").value().size() == batch_size);
}

}  // namespace emojiscope::store
