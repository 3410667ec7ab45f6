#include "rate_limiter.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>

namespace emojiscope::bot {
namespace {

constexpr int least_burst = 10;
/// A burst is what is allowed in twenty seconds, where that is more.
constexpr int bursts_in_a_minute = 3;
constexpr double seconds_in_a_minute = 60;
/// Verdicts that are remembered of each person: Slack repeats what was not acknowledged at once.
constexpr std::size_t most_decided = 16;
constexpr std::chrono::minutes tell_every{1};
/// The first letter of a bucket's key.
constexpr char command_key = 'c';
constexpr char typed_key = 't';

}  // namespace

RateLimiter::RateLimiter(const Clock& clock, int per_minute, std::size_t most_buckets)
    : clock_(clock), most_buckets_(std::max<std::size_t>(most_buckets, 1)) {
    set_rate(per_minute);
}

RateLimiter::Rate RateLimiter::rate_of(int per_minute) {
    const int good = std::max(per_minute, 1);
    return {good / seconds_in_a_minute,
            static_cast<double>(std::max(least_burst, good / bursts_in_a_minute))};
}

void RateLimiter::set_rate(int per_minute) {
    commands_ = rate_of(per_minute);
    typed_ = {commands_.per_second * typed_for_command, commands_.burst * typed_for_command};
}

/// A clock that was set back gives nothing and takes nothing.
void RateLimiter::fill(Bucket& bucket, const Rate& rate, SystemTime now) {
    const std::chrono::duration<double> passed = now - bucket.filled;
    bucket.filled = now;
    bucket.tokens =
        std::min(rate.burst, bucket.tokens + std::max(passed.count(), 0.0) * rate.per_second);
}

/// Buckets that are full say nothing that a new one would not. If there is none, somebody who may
/// have almost everything gets the little that is missing as a present.
void RateLimiter::make_room(SystemTime now) {
    auto fullest = buckets_.end();
    double missing_in_fullest = 0;
    for (auto it = buckets_.begin(); it != buckets_.end();) {
        const Rate& own = rate(it->first.front() == typed_key ? What::typed : What::command);
        fill(it->second, own, now);
        const double missing = (own.burst - it->second.tokens) / own.burst;
        if (missing <= 0) {
            it = buckets_.erase(it);
            continue;
        }
        if (fullest == buckets_.end() || missing < missing_in_fullest) {
            fullest = it;
            missing_in_fullest = missing;
        }
        ++it;
    }
    if (buckets_.size() >= most_buckets_) {
        buckets_.erase(fullest);
    }
}

RateLimiter::Bucket& RateLimiter::bucket_of(What what, const std::string& person, SystemTime now) {
    const auto found = buckets_.find(person);
    if (found != buckets_.end()) {
        return found->second;
    }
    if (buckets_.size() >= most_buckets_) {
        make_room(now);
    }
    Bucket& made = buckets_[person];
    made.tokens = rate(what).burst;
    made.filled = now;
    made.told = made.told_of_others = now - tell_every;
    return made;
}

void RateLimiter::remember(Bucket& bucket, const Decided& decided) {
    if (bucket.decided.size() < most_decided) {
        bucket.decided.push_back(decided);
        return;
    }
    bucket.decided[bucket.next] = decided;
    bucket.next = (bucket.next + 1) % most_decided;
}

RateLimiter::Verdict RateLimiter::decide(Bucket& bucket, SystemTime& told, const Rate& rate,
                                         SystemTime now) {
    if (bucket.tokens >= 1) {
        bucket.tokens -= 1;
        return {};
    }
    Verdict verdict;
    verdict.admitted = false;
    const double seconds = std::ceil((1 - bucket.tokens) / rate.per_second);
    verdict.wait = std::chrono::seconds(std::max(1L, std::lround(seconds)));
    // A clock that was set back makes nobody silent.
    verdict.tell = now >= told + tell_every || now < told;
    if (verdict.tell) {
        told = now;
    }
    return verdict;
}

RateLimiter::Verdict RateLimiter::take(What what, const std::string& team_id,
                                       const std::string& user_id, const std::string& key) {
    if (user_id.empty()) {
        return {};
    }
    const SystemTime now = clock_.now();
    const char kind = what == What::typed ? typed_key : command_key;
    Bucket& bucket = bucket_of(what, kind + team_id + " " + user_id, now);
    const std::uint64_t hashed = std::hash<std::string>{}(key);
    for (const Decided& decided : bucket.decided) {
        if (decided.key == hashed) {
            return decided.verdict;
        }
    }
    fill(bucket, rate(what), now);
    SystemTime& told = what == What::other ? bucket.told_of_others : bucket.told;
    const Verdict verdict = decide(bucket, told, rate(what), now);
    remember(bucket, {hashed, verdict});
    return verdict;
}

}  // namespace emojiscope::bot
