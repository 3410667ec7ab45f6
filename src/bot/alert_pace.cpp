#include "emojiscope/bot/alert_pace.hpp"

#include <algorithm>

namespace emojiscope::bot {
namespace {

using std::chrono::seconds;

constexpr seconds wait_alone{1};
constexpr seconds wait_for_a_third{2};
constexpr seconds quiet_time{5};
constexpr seconds long_quiet_time{30};
constexpr seconds longest_wait{120};
constexpr std::size_t many_messages = 3;

}  // namespace

SystemTime time_to_tell(const PendingAlerts& pending) {
    const seconds quiet = pending.told_lately >= many_messages ? long_quiet_time
                          : pending.count >= digest_from       ? quiet_time
                          : pending.count > 1                  ? wait_for_a_third
                                                               : wait_alone;
    return std::min(pending.latest + quiet, pending.oldest + longest_wait);
}

}  // namespace emojiscope::bot
