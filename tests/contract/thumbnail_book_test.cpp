// What every ThumbnailBook keeps.
#include "emojiscope/store/store.hpp"
#include "fakes/memory_thumbnails.hpp"
#include "fakes/temp_folder.hpp"

#include <catch2/catch.hpp>

namespace emojiscope {
namespace {

struct InMemory {
    fakes::MemoryThumbnails thumbnails;
    ThumbnailBook& book() { return thumbnails; }
};

struct InDatabase {
    fakes::TempFolder folder;
    ManualClock clock;
    std::unique_ptr<store::Store> store =
        store::Store::open(folder.path(), {.write = true}, clock).value();
    ThumbnailBook& book() { return store->thumbnails(); }
};

MapThumbnail drawn() {
    const SystemTime then{std::chrono::hours(400'000)};
    return {"F1", "F0", 4'321, 98'765, "look", then, then - std::chrono::minutes(1), 3};
}

}  // namespace

TEMPLATE_TEST_CASE("of a workspace without a thumbnail nothing is remembered", "[thumbnails]",
                   InMemory, InDatabase) {
    TestType made;
    CHECK(made.book().load("T1").value() == MapThumbnail{});
}

TEMPLATE_TEST_CASE("all of a thumbnail is remembered, of each workspace its own", "[thumbnails]",
                   InMemory, InDatabase) {
    TestType made;
    MapThumbnail other = drawn();
    other.file_id = "F2";
    made.book().save("T1", drawn()).value();
    made.book().save("T2", other).value();
    CHECK(made.book().load("T1").value() == drawn());
    CHECK(made.book().load("T2").value() == other);
    made.book().save("T1", {}).value();
    CHECK(made.book().load("T1").value() == MapThumbnail{});
    CHECK(made.book().load("T2").value() == other);
}

TEST_CASE("what is remembered of a thumbnail outlasts a restart", "[thumbnails]") {
    const fakes::TempFolder folder;
    const ManualClock clock;
    const auto open = [&] {
        return store::Store::open(folder.path(), {.write = true}, clock).value();
    };
    open()->thumbnails().save("T1", drawn()).value();
    CHECK(open()->thumbnails().load("T1").value() == drawn());
}

}  // namespace emojiscope
