// How often is dialled, in virtual time.
#include "emojiscope/slack/dial_policy.hpp"

#include <catch2/catch.hpp>

namespace emojiscope::slack {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using TimePoint = TokenBucket::TimePoint;

/// How many dials a caller makes that dials whenever it may, from `from` until `until`.
int dials_between(TokenBucket& bucket, TimePoint from, TimePoint until) {
    int dials = 0;
    for (TimePoint now = std::max(from, bucket.next()); now < until;
         now = std::max(now, bucket.next())) {
        bucket.take(now);
        ++dials;
    }
    return dials;
}

}  // namespace

TEST_CASE("a burst of dials is allowed, and then one for each minute", "[dial_policy]") {
    TokenBucket bucket(10, minutes(1));
    const TimePoint start = TimePoint{} + std::chrono::hours(5);
    CHECK(dials_between(bucket, start, start + seconds(1)) == 10);
    CHECK(bucket.next() == start + minutes(1));
    CHECK(dials_between(bucket, start + seconds(1), start + minutes(60) + seconds(1)) == 60);
}

TEST_CASE("a long rest allows one burst and no more", "[dial_policy]") {
    TokenBucket bucket(3, minutes(1));
    const TimePoint start = TimePoint{} + std::chrono::hours(5);
    CHECK(dials_between(bucket, start, start + seconds(1)) == 3);
    const TimePoint next_day = start + std::chrono::hours(24);
    CHECK(dials_between(bucket, next_day, next_day + seconds(1)) == 3);
    const TimePoint half_rested = next_day + minutes(2);
    CHECK(dials_between(bucket, half_rested, half_rested + seconds(1)) == 2);
}

TEST_CASE("the back-off doubles up to its cap, and a reset forgets it", "[dial_policy]") {
    Backoff backoff(seconds(1), seconds(60));
    std::mt19937_64 random(1);
    for (const int longest : {1, 2, 4, 8, 16, 32, 60, 60}) {
        CHECK(backoff.longest() == seconds(longest));
        const milliseconds wait = backoff.next(random);
        CHECK(wait >= milliseconds(0));
        CHECK(wait <= seconds(longest));
    }
    for (int i = 0; i < 1'000; ++i) {
        (void)backoff.next(random);
    }
    CHECK(backoff.longest() == seconds(60));  // no overflow, however long the outage
    backoff.reset();
    CHECK(backoff.longest() == seconds(1));
}

TEST_CASE("the jitter is full: any wait up to the longest may come", "[dial_policy]") {
    std::mt19937_64 random(7);
    int in_quarter[4] = {};
    for (int i = 0; i < 400; ++i) {
        Backoff backoff(milliseconds(4'000), seconds(60));
        const auto wait = backoff.next(random).count();
        ++in_quarter[std::min<std::int64_t>(wait / 1'000, 3)];
    }
    for (const int count : in_quarter) {
        CHECK(count > 50);
    }
}

TEST_CASE("Retry-After is read in whole seconds, within reason", "[dial_policy]") {
    CHECK(parse_retry_after("7", seconds(30)) == seconds(7));
    CHECK(parse_retry_after("0", seconds(30)) == seconds(1));
    CHECK(parse_retry_after("999999", seconds(30)) == seconds(3'600));
    for (const char* odd :
         {"", "soon", "-5", "7s", "99999999999999999999", "Wed, 21 Oct 2026 07:28:00 GMT"}) {
        CHECK(parse_retry_after(odd, seconds(30)) == seconds(30));
    }
}

}  // namespace emojiscope::slack
