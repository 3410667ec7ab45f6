#include "emojiscope/bot/alert_pace.hpp"

#include <catch2/catch.hpp>

namespace emojiscope::bot {
namespace {

using std::chrono::seconds;

SystemTime at(int second) {
    return SystemTime{} + seconds(1'000'000 + second);
}

}  // namespace

TEST_CASE("a duplicate that comes alone is told after a second", "[alert]") {
    CHECK(time_to_tell({1, at(0), at(0), 0}) == at(1));
    CHECK(time_to_tell({1, at(0), at(0), 2}) == at(1));
}

TEST_CASE("two wait for a third, more until none came for five seconds", "[alert]") {
    CHECK(time_to_tell({2, at(0), at(1), 0}) == at(3));
    CHECK(time_to_tell({3, at(0), at(3), 0}) == at(8));
    CHECK(time_to_tell({200, at(0), at(60), 2}) == at(65));
}

TEST_CASE("after three messages within a minute everything waits for half a minute of quiet",
          "[alert]") {
    CHECK(time_to_tell({1, at(0), at(0), 3}) == at(30));
    CHECK(time_to_tell({9, at(0), at(20), 5}) == at(50));
}

TEST_CASE("nothing waits longer than two minutes", "[alert]") {
    CHECK(time_to_tell({50, at(0), at(118), 0}) == at(120));
    CHECK(time_to_tell({50, at(0), at(119), 9}) == at(120));
}

}  // namespace emojiscope::bot
