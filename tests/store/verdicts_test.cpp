// What people said of duplicates, and the alerts not told yet, after a restart.
#include "emojiscope/store/store.hpp"

#include "fakes/temp_folder.hpp"

#include <catch2/catch.hpp>

namespace emojiscope::store {
namespace {

struct Fixture {
    fakes::TempFolder folder;
    ManualClock clock;
    std::unique_ptr<Store> store = open(true);

    [[nodiscard]] std::unique_ptr<Store> open(bool write) {
        return Store::open(folder.path(), {.write = write}, clock).value();
    }
    void reopen(bool write) {
        store.reset();
        store = open(write);
    }
    EmojiRecord add(const std::string& name, const std::string& pixels) {
        auto& catalogue = store->catalogue();
        catalogue.claim_model({"model", "1", 2}).value();
        const EmojiRecord record = catalogue.put("T1", {name, "v", ""}).value();
        catalogue
            .complete(record.id, "v", {"file " + name, pixels, 1, 1, 1, {2, {1.0F, 0.0F}}, {}})
            .value();
        return catalogue.find(record.id).value();
    }
};

}  // namespace

TEST_CASE("verdicts outlast a restart, by ids and by pixels", "[store][verdicts]") {
    Fixture fixture;
    const EmojiRecord cat = fixture.add("cat", "p1");
    const EmojiRecord dog = fixture.add("dog", "p2");
    fixture.store->verdicts().say_not_duplicates(dog.id, cat.id, "U1").value();
    fixture.store->verdicts().mute(dog.id, "U1").value();
    fixture.store->catalogue().remove("T1", "cat").value();
    fixture.reopen(true);
    const EmojiRecord again = fixture.add("again", "p1");
    const bool write = GENERATE(true, false);
    fixture.reopen(write);
    const auto& verdicts = fixture.store->verdicts();
    CHECK(verdicts.not_duplicates(cat, dog).value());
    CHECK(verdicts.not_duplicates(again, dog).value());
    CHECK(verdicts.muted(dog.id).value());
    CHECK_FALSE(verdicts.muted(again.id).value());
}

TEST_CASE("who opened the store for reading cannot say anything", "[store][verdicts]") {
    Fixture fixture;
    const EmojiRecord cat = fixture.add("cat", "p1");
    const EmojiRecord dog = fixture.add("dog", "p2");
    fixture.reopen(false);
    auto& verdicts = fixture.store->verdicts();
    CHECK(verdicts.say_not_duplicates(cat.id, dog.id, "U1").error().code == ErrorCode::io);
    CHECK(verdicts.mute(cat.id, "U1").error().code == ErrorCode::io);
    CHECK_FALSE(verdicts.not_duplicates(cat, dog).value());
    CHECK_FALSE(verdicts.muted(cat.id).value());
}

TEST_CASE("alerts wait in a queue of their own through a restart", "[store]") {
    Fixture fixture;
    const auto now = fixture.clock.now();
    CHECK(fixture.store->alerts().push("key", "duplicate", "pair", now).value());
    CHECK_FALSE(fixture.store->alerts().push("key", "duplicate", "pair", now).value());
    CHECK(fixture.store->inbox().push("key", "event", "other", now).value());
    fixture.reopen(true);
    CHECK(fixture.store->alerts().counts().value().waiting == 1);
    CHECK(fixture.store->outbox().counts().value().waiting == 0);
    const auto items = fixture.store->alerts().due(now, 10).value();
    REQUIRE(items.size() == 1);
    CHECK(items.front().payload == "pair");
    fixture.store->alerts().done(items.front().id).value();
    CHECK_FALSE(fixture.store->alerts().push("key", "duplicate", "pair", now).value());
}

}  // namespace emojiscope::store
