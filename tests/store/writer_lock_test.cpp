// One writer at a time.
#include "child_process.hpp"

#include "emojiscope/store/store.hpp"

#include "fakes/temp_folder.hpp"

#include <catch2/catch.hpp>

namespace emojiscope::store {

TEST_CASE("a second writer is refused, readers are not", "[store]") {
    const fakes::TempFolder folder;
    const ManualClock clock;
    auto first = Store::open(folder.path(), {.write = true}, clock).value();
    const auto second = Store::open(folder.path(), {.write = true}, clock);
    REQUIRE(second.has_error());
    CHECK(second.error().code == ErrorCode::conflict);
    CHECK(second.error().message.find(folder.path().string()) != std::string::npos);
    CHECK(second.error().message.find("(process " + std::to_string(::getpid()) + ")") !=
          std::string::npos);
    CHECK(second.error().message.find("stop it first") != std::string::npos);
    CHECK(Store::open(folder.path(), {.write = false}, clock).has_value());

    first.reset();
    CHECK(Store::open(folder.path(), {.write = true}, clock).has_value());
}

TEST_CASE("another process's lock ends with that process", "[store]") {
    const fakes::TempFolder folder;
    const ManualClock clock;
    ChildProcess child([&](const std::function<void()>& ready) {
        const auto store = Store::open(folder.path(), {.write = true}, clock);
        if (store.has_value()) {
            ready();
            ChildProcess::wait_to_be_killed();
        }
    });
    REQUIRE(child.wait_until_ready());
    const auto refused = Store::open(folder.path(), {.write = true}, clock);
    CHECK(refused.error().code == ErrorCode::conflict);
    CHECK(Store::open(folder.path(), {.write = false}, clock).has_value());
    child.kill();
    CHECK(Store::open(folder.path(), {.write = true}, clock).has_value());
}

}  // namespace emojiscope::store
