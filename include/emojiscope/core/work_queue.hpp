// Port: work that must survive a crash, kept in order of arrival.
//
// An item is named by a key; pushing a key a second time changes nothing, even after the item is
// done, until `forget_before` drops its tombstone. Items of one lane are worked on one after
// another, in the order of the queue; those without a lane (an empty one) side by side. Blocking;
// safe from any thread.
#pragma once

#include "emojiscope/core/clock.hpp"
#include "emojiscope/core/error.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
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
    std::string lane;
    SystemTime added{};  ///< when it was pushed
};

/// Work to be added.
struct NewWork {
    std::string_view key;
    std::string_view kind;
    std::string_view payload;
    SystemTime due{};
    std::string_view lane{};
};

/// What is not to be handed out at the moment.
struct ClosedLanes {
    std::span<const std::string> lanes;
    bool all = false;   ///< only items without a lane
    bool none = false;  ///< only items with one
};

/// How an item may have ended.
enum class WorkEnd { done, dead };

struct WorkCounts {
    std::size_t waiting = 0;
    std::size_t done = 0;
    std::size_t dead = 0;
};

/// What waits, due or not.
struct WorkBacklog {
    std::size_t waiting = 0;
    std::optional<SystemTime> oldest;  ///< when the oldest of it was pushed
};

class WorkQueue {
public:
    virtual ~WorkQueue() = default;

    /// Durable when it returns: all of them or, with an error, none. Returns for each whether its
    /// key was not seen before. Error: invalid_argument for an empty key.
    [[nodiscard]] virtual Result<std::vector<bool>> push_all(std::span<const NewWork> items) = 0;

    /// One item. False: the key was seen before.
    [[nodiscard]] Result<bool> push(std::string_view key, std::string_view kind,
                                    std::string_view payload, SystemTime due = {},
                                    std::string_view lane = {}) {
        const NewWork item{key, kind, payload, due, lane};
        const auto pushed = push_all(std::span(&item, 1));
        return pushed ? Result<bool>(pushed->front()) : Result<bool>(pushed.error());
    }

    /// Waiting items whose time has come and whose lanes are open, by due time, then id.
    [[nodiscard]] virtual Result<std::vector<WorkItem>> due(SystemTime now, std::size_t limit,
                                                            const ClosedLanes& closed) const = 0;
    [[nodiscard]] Result<std::vector<WorkItem>> due(SystemTime now, std::size_t limit) const {
        return due(now, limit, {});
    }

    /// When the next waiting item is due, past or future.
    [[nodiscard]] virtual Result<std::optional<SystemTime>> next_due() const = 0;

    /// Finished: the payload goes, the key is remembered.
    [[nodiscard]] virtual Result<void> done(std::int64_t id) = 0;

    /// The same for many, all or none. Those that wait no longer are passed over.
    [[nodiscard]] virtual Result<void> done_all(std::span<const std::int64_t> ids) = 0;

    /// Failed, to be tried again at `due`.
    [[nodiscard]] virtual Result<void> retry(std::int64_t id, SystemTime due,
                                             std::string_view why) = 0;

    /// Waits again, from `due` on, with `attempts` failed tries to its name: for whoever counts
    /// them himself.
    [[nodiscard]] virtual Result<void> put_back(std::int64_t id, SystemTime due, int attempts,
                                                std::string_view why) = 0;

    /// What is due after `farthest` is due `now`. Returns how many that were.
    [[nodiscard]] virtual Result<std::size_t> hasten(SystemTime farthest, SystemTime now) = 0;

    /// Given up: the payload goes, since it may hold what somebody asked; key and reason are kept
    /// for whoever looks into it.
    [[nodiscard]] virtual Result<void> dead(std::int64_t id, std::string_view why) = 0;

    /// Drops the tombstones of items that ended so before `time`, the oldest first and `most` at a
    /// time, for they may be many and others wait meanwhile. Returns how many.
    [[nodiscard]] virtual Result<std::size_t> forget_before(WorkEnd end, SystemTime time,
                                                            std::size_t most) = 0;

    [[nodiscard]] virtual Result<WorkCounts> counts() const = 0;

    /// Quicker than `counts`: what has ended is not counted.
    [[nodiscard]] virtual Result<WorkBacklog> backlog() const = 0;
};

}  // namespace emojiscope
