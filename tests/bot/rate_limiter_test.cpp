// How much one person may ask for.
#include "rate_limiter.hpp"

#include <catch2/catch.hpp>

#include <string>

namespace emojiscope::bot {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using What = RateLimiter::What;

struct Asking {
    ManualClock clock;
    RateLimiter limiter;
    int number = 0;

    explicit Asking(int per_minute = 30, std::size_t most_buckets = 100)
        : limiter(clock, per_minute, most_buckets) {}

    RateLimiter::Verdict ask(const std::string& user = "U1", What what = What::command) {
        return limiter.take(what, "T1", user, "e" + std::to_string(++number));
    }
    /// How many of `count` are admitted.
    int admitted(int count, const std::string& user = "U1", What what = What::command) {
        int sum = 0;
        for (int i = 0; i < count; ++i) {
            sum += ask(user, what).admitted ? 1 : 0;
        }
        return sum;
    }
};

}  // namespace

TEST_CASE("a person may ask for ten things at once, and for one every two seconds", "[limit]") {
    Asking asking;
    CHECK(asking.admitted(50) == 10);
    const auto refused = asking.ask();
    CHECK_FALSE(refused.admitted);
    CHECK(refused.wait == seconds(2));
    asking.clock.advance(seconds(1));
    CHECK(asking.ask().wait == seconds(1));
    asking.clock.advance(seconds(1));
    CHECK(asking.admitted(5) == 1);
    asking.clock.advance(seconds(6));
    CHECK(asking.admitted(5) == 3);
    asking.clock.advance(minutes(60));
    CHECK(asking.admitted(50) == 10);
}

TEST_CASE("everybody has a bucket of their own, in each workspace", "[limit]") {
    Asking asking;
    CHECK(asking.admitted(50, "U1") == 10);
    CHECK(asking.admitted(50, "U2") == 10);
    CHECK(asking.limiter.take(What::command, "T2", "U1", "x").admitted);
    CHECK(asking.limiter.take(What::command, "T1", "", "x").admitted);
    CHECK(asking.admitted(500, "") == 500);
}

TEST_CASE("a larger rate makes a larger burst", "[limit]") {
    Asking many(10'000);
    CHECK(many.admitted(20'000) == 3'333);
    Asking few(1);
    CHECK(few.admitted(50) == 10);
    CHECK(few.ask().wait == seconds(60));
    few.clock.advance(seconds(60));
    CHECK(few.admitted(5) == 1);
}

TEST_CASE("what is typed into a menu has ten times as much room, and takes none of commands",
          "[limit]") {
    Asking asking;
    CHECK(asking.admitted(500, "U1", What::typed) == 100);
    CHECK(asking.admitted(50, "U1") == 10);
    asking.clock.advance(seconds(2));
    CHECK(asking.admitted(50, "U1", What::typed) == 10);
}

TEST_CASE("what comes again gets the verdict that it got, and counts once", "[limit]") {
    Asking asking;
    for (int i = 0; i < 100; ++i) {
        CHECK(asking.limiter.take(What::command, "T1", "U1", "same").admitted);
    }
    CHECK(asking.admitted(50) == 9);
    const auto refused = asking.limiter.take(What::command, "T1", "U1", "late");
    CHECK_FALSE(refused.admitted);
    asking.clock.advance(minutes(5));
    const auto again = asking.limiter.take(What::command, "T1", "U1", "late");
    CHECK_FALSE(again.admitted);
    CHECK(again.wait == refused.wait);
    CHECK(again.tell == refused.tell);
}

TEST_CASE("who asks for too much is told so once a minute", "[limit]") {
    Asking asking;
    REQUIRE(asking.admitted(10) == 10);
    CHECK(asking.ask().tell);
    int told = 0;
    for (int second = 0; second < 180; ++second) {
        asking.clock.advance(seconds(1));
        for (int i = 0; i < 3; ++i) {
            told += asking.ask().tell ? 1 : 0;
        }
    }
    CHECK(told == 3);
    CHECK_FALSE(asking.ask().admitted);
}

TEST_CASE("buttons and messages come out of the same bucket, and are told for themselves",
          "[limit]") {
    Asking asking;
    CHECK(asking.admitted(6) == 6);
    CHECK(asking.admitted(6, "U1", What::other) == 4);
    CHECK(asking.ask("U1").tell);
    CHECK_FALSE(asking.ask("U1").tell);
    asking.clock.advance(minutes(1));
    CHECK(asking.admitted(50) == 10);
    CHECK(asking.ask("U1", What::other).tell);
    CHECK_FALSE(asking.ask("U1", What::other).tell);
}

TEST_CASE("another rate holds from now on", "[limit]") {
    Asking asking;
    CHECK(asking.admitted(50) == 10);
    asking.limiter.set_rate(600);
    CHECK(asking.admitted(5) == 0);
    asking.clock.advance(seconds(1));
    CHECK(asking.admitted(50) == 10);
    asking.clock.advance(minutes(1));
    CHECK(asking.admitted(500) == 200);
    asking.clock.advance(minutes(1));
    asking.limiter.set_rate(30);
    CHECK(asking.admitted(500) == 10);
    asking.limiter.set_rate(0);  // of no use; read as one
    asking.clock.advance(minutes(1));
    CHECK(asking.admitted(500) == 1);
}

TEST_CASE("a clock that is set back neither gives nor takes", "[limit]") {
    Asking asking;
    CHECK(asking.admitted(50) == 10);
    asking.clock.advance(-minutes(60));
    CHECK(asking.admitted(50) == 0);
    asking.clock.advance(seconds(4));
    CHECK(asking.admitted(50) == 2);
    CHECK(asking.limiter.take(What::command, "T1", "U1", "x").admitted == false);
}

TEST_CASE("however many people ask, only so many are remembered", "[limit]") {
    Asking asking(30, 50);
    CHECK(asking.admitted(50, "greedy") == 10);
    for (int i = 0; i < 1'000; ++i) {
        CHECK(asking.ask("U" + std::to_string(i)).admitted);
        REQUIRE(asking.limiter.buckets() <= 50);
    }
    // Who has used up everything is not forgotten for others' sake.
    CHECK_FALSE(asking.ask("greedy").admitted);
    // Who has everything again is.
    asking.clock.advance(minutes(10));
    CHECK(asking.ask("somebody new").admitted);
    CHECK(asking.limiter.buckets() == 1);
}

}  // namespace emojiscope::bot
