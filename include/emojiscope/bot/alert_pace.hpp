// When duplicates that were found are told: one at a time, or a burst of uploads as one digest.
#pragma once

#include "emojiscope/core/clock.hpp"

#include <chrono>
#include <cstddef>

namespace emojiscope::bot {

/// From this many on, duplicates that wait together are told in one message.
inline constexpr std::size_t digest_from = 3;

/// What waits to be told. REQUIRES: count >= 1.
struct PendingAlerts {
    std::size_t count = 0;
    SystemTime oldest{};  ///< when the first of them was found
    SystemTime latest{};
    std::size_t told_lately = 0;  ///< messages posted in the last minute
};

/// The moment at which they are to be told, if no more are found before.
/// - One alone waits a second, in case it is the first of many.
/// - Two wait until none came for 2 seconds, more until none came for 5.
/// - After three messages within a minute that becomes half a minute: people are at work.
/// - Nothing waits longer than two minutes.
[[nodiscard]] SystemTime time_to_tell(const PendingAlerts& pending);

}  // namespace emojiscope::bot
