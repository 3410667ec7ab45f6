// Port: work that must survive a crash, kept in order of arrival.
//
// An item is named by a key; pushing a key a second time changes nothing, even after the item is
// done, until `forget_before` drops its tombstone. Blocking; safe from any thread.
#pragma once

#include "emojiscope/core/clock.hpp"
#include "emojiscope/core/error.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace emojiscope {

struct WorkItem {
    std::int64_t id = 0;  ///< rises with arrival
    std::string key;
    std::string kind;
    std::string payload;
    int attempts = 0;  ///< failed tries so far
    SystemTime due{};
};

struct WorkCounts {
    std::size_t waiting = 0;
    std::size_t done = 0;
    std::size_t dead = 0;
};

class WorkQueue {
public:
    virtual ~WorkQueue() = default;

    /// Durable when it returns. False: the key was seen before.
    [[nodiscard]] virtual Result<bool> push(std::string_view key, std::string_view kind,
                                            std::string_view payload, SystemTime due) = 0;

    /// Waiting items whose time has come, by due time, then id.
    [[nodiscard]] virtual Result<std::vector<WorkItem>> due(SystemTime now,
                                                            std::size_t limit) const = 0;

    /// When the next waiting item is due, past or future.
    [[nodiscard]] virtual Result<std::optional<SystemTime>> next_due() const = 0;

    /// Finished: the payload goes, the key is remembered.
    [[nodiscard]] virtual Result<void> done(std::int64_t id) = 0;

    /// Failed, to be tried again at `due`.
    [[nodiscard]] virtual Result<void> retry(std::int64_t id, SystemTime due,
                                             std::string_view why) = 0;

    /// Waits again, from `due` on, with `attempts` failed tries to its name: for whoever counts
    /// them himself.
    [[nodiscard]] virtual Result<void> put_back(std::int64_t id, SystemTime due, int attempts,
                                                std::string_view why) = 0;

    /// Given up: kept with its payload for whoever looks into it.
    [[nodiscard]] virtual Result<void> dead(std::int64_t id, std::string_view why) = 0;

    /// Drops the tombstones of items that were done before `time`. Returns how many.
    [[nodiscard]] virtual Result<std::size_t> forget_before(SystemTime time) = 0;

    [[nodiscard]] virtual Result<WorkCounts> counts() const = 0;
};

}  // namespace emojiscope
