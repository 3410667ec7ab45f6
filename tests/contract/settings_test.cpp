// What every SettingsBook keeps.
#include "emojiscope/store/store.hpp"
#include "fakes/memory_settings.hpp"
#include "fakes/temp_folder.hpp"

#include <catch2/catch.hpp>

namespace emojiscope {
namespace {

struct InMemory {
    fakes::MemorySettings settings;
    SettingsBook& book() { return settings; }
};

struct InDatabase {
    fakes::TempFolder folder;
    ManualClock clock;
    std::unique_ptr<store::Store> store =
        store::Store::open(folder.path(), {.write = true}, clock).value();
    SettingsBook& book() { return store->settings(); }
};

}  // namespace

TEMPLATE_TEST_CASE("who chose nothing has it as usual", "[settings]", InMemory, InDatabase) {
    TestType made;
    CHECK(made.book().load("T1", "U1").value() == UserSettings{});
}

TEMPLATE_TEST_CASE("what somebody chose is kept, for that person alone", "[settings]", InMemory,
                   InDatabase) {
    TestType made;
    made.book().save("T1", "U1", {5, "ja"}).value();
    made.book().save("T1", "U2", {0, "en"}).value();
    CHECK(made.book().load("T1", "U1").value() == UserSettings{5, "ja"});
    CHECK(made.book().load("T1", "U2").value() == UserSettings{0, "en"});
    CHECK(made.book().load("T2", "U1").value() == UserSettings{});
    made.book().save("T1", "U1", {0, ""}).value();
    CHECK(made.book().load("T1", "U1").value() == UserSettings{});
}

TEST_CASE("what somebody chose outlasts a restart", "[settings]") {
    const fakes::TempFolder folder;
    const ManualClock clock;
    const auto open = [&] {
        return store::Store::open(folder.path(), {.write = true}, clock).value();
    };
    open()->settings().save("T1", "U1", {12, "en"}).value();
    CHECK(open()->settings().load("T1", "U1").value() == UserSettings{12, "en"});
}

}  // namespace emojiscope
