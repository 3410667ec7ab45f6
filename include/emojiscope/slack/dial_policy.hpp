// When the next dial may be made. Pure: time and chance come from the caller.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <random>
#include <string_view>

namespace emojiscope::slack {

/// `burst` dials at once, and one more for each `refill` that goes by.
class TokenBucket {
public:
    using TimePoint = std::chrono::steady_clock::time_point;

    /// Full. REQUIRES: burst >= 1, refill >= 0.
    TokenBucket(int burst, std::chrono::milliseconds refill) : burst_(burst), refill_(refill) {}

    /// When the next dial may be made; in the past if it may be made now.
    [[nodiscard]] TimePoint next() const { return full_at_ - (burst_ - 1) * refill_; }

    /// Counts one that is made `now`.
    void take(TimePoint now) { full_at_ = std::max(full_at_, now) + refill_; }

private:
    int burst_;
    std::chrono::milliseconds refill_;
    TimePoint full_at_{};
};

/// Full jitter: uniform in [0, min(cap, base * 2^n)] after the nth failure in a row, so that many
/// programs that lost the same server do not come back together.
/// https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
class Backoff {
public:
    Backoff(std::chrono::milliseconds base, std::chrono::milliseconds cap)
        : base_(base), cap_(cap) {}

    /// The longest that the next wait may be.
    [[nodiscard]] std::chrono::milliseconds longest() const {
        return std::min(cap_, base_ * (std::int64_t{1} << std::min(failures_, max_doublings)));
    }

    /// The wait after one more failure.
    [[nodiscard]] std::chrono::milliseconds next(std::mt19937_64& random) {
        std::uniform_int_distribution<std::int64_t> jitter(0, longest().count());
        ++failures_;
        return std::chrono::milliseconds(jitter(random));
    }

    /// Counts a failure that is not waited for.
    void count() { ++failures_; }
    void reset() { failures_ = 0; }
    [[nodiscard]] int failures() const { return failures_; }

private:
    /// Beyond this any cap has long been reached, and nothing overflows yet.
    static constexpr int max_doublings = 16;

    std::chrono::milliseconds base_;
    std::chrono::milliseconds cap_;
    int failures_ = 0;
};

/// The header Retry-After in whole seconds, from one second to an hour; `otherwise` if it is
/// missing or holds something else. https://api.slack.com/apis/rate-limits
[[nodiscard]] std::chrono::seconds parse_retry_after(std::string_view header,
                                                     std::chrono::seconds otherwise);

}  // namespace emojiscope::slack
