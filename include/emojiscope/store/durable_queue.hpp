// Work that must survive a crash: it is kept in the catalogue's database until it is done.
//
// Each piece of work has a key of its own. The key outlives the work (a tombstone), so that the
// same thing delivered twice is done once; tombstones go when the owner says that they are old
// enough. A piece of work is handed out again and again until it is marked done or dead, so what
// is done with it must bear repetition after a crash.
#pragma once

#include "emojiscope/core/clock.hpp"
#include "emojiscope/core/error.hpp"
#include "emojiscope/core/work_queue.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace emojiscope::store {

class Connection;
class Database;

/// One named queue of a Store, which it must not outlive. Safe to call from any thread; every call
/// blocks on the disk, and a change is on the disk when its call returns.
/// Errors: io, corrupt and conflict (the database is busy) from any call.
class DurableQueue final : public WorkQueue {
public:
    using Item = WorkItem;
    using Counts = WorkCounts;

    DurableQueue(Database& database, std::string name, const Clock& clock);

    DurableQueue(const DurableQueue&) = delete;
    DurableQueue& operator=(const DurableQueue&) = delete;

    /// Adds work in one transaction. A key that was seen before (waiting, done or dead) changes
    /// nothing.
    [[nodiscard]] Result<std::vector<bool>> push_all(std::span<const NewWork> items) override;

    /// At most `limit` waiting items whose time has come, by due time, then in order of arrival.
    using WorkQueue::due;
    [[nodiscard]] Result<std::vector<Item>> due(SystemTime now, std::size_t limit,
                                                const ClosedLanes& closed) const override;

    /// The due time of the first waiting item, which may be past; nothing if none waits.
    [[nodiscard]] Result<std::optional<SystemTime>> next_due() const override;

    /// The work is finished: the payload is dropped, the key remembered. Error: not_found if no
    /// such item waits (as for `retry`, `put_back` and `dead`).
    [[nodiscard]] Result<void> done(std::int64_t id) override;
    [[nodiscard]] Result<void> done_all(std::span<const std::int64_t> ids) override;

    /// The try failed: one attempt more, to be handed out again at `due`.
    [[nodiscard]] Result<void> retry(std::int64_t id, SystemTime due,
                                     std::string_view why) override;

    [[nodiscard]] Result<void> put_back(std::int64_t id, SystemTime due, int attempts,
                                        std::string_view why) override;

    [[nodiscard]] Result<std::size_t> hasten(SystemTime farthest, SystemTime now) override;

    /// Given up: not handed out again. Key and reason are kept for the operator; the payload is
    /// dropped, since it may hold what somebody asked, and where to answer.
    [[nodiscard]] Result<void> dead(std::int64_t id, std::string_view why) override;

    [[nodiscard]] Result<std::size_t> forget_before(WorkEnd end, SystemTime time,
                                                    std::size_t most) override;

    [[nodiscard]] Result<Counts> counts() const override;

    [[nodiscard]] Result<WorkBacklog> backlog() const override;

private:
    /// How many items that made done.
    int finish(Connection& connection, std::int64_t id) const;

    Database& database_;
    std::string name_;
    const Clock& clock_;
};

}  // namespace emojiscope::store
