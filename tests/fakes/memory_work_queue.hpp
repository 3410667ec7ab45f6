// Fake of WorkQueue that forgets everything when it goes. Safe from any thread.
#pragma once

#include "emojiscope/core/work_queue.hpp"

#include <map>
#include <mutex>
#include <optional>

namespace emojiscope::fakes {

class MemoryWorkQueue final : public WorkQueue {
public:
    /// `clock` must outlive the queue.
    explicit MemoryWorkQueue(const Clock& clock) : clock_(clock) {}

    [[nodiscard]] Result<std::vector<bool>> push_all(std::span<const NewWork> items) override;
    using WorkQueue::due;
    [[nodiscard]] Result<std::vector<WorkItem>> due(SystemTime now, std::size_t limit,
                                                    const ClosedLanes& closed) const override;
    [[nodiscard]] Result<std::optional<SystemTime>> next_due() const override;
    [[nodiscard]] Result<void> done(std::int64_t id) override;
    [[nodiscard]] Result<void> done_all(std::span<const std::int64_t> ids) override;
    [[nodiscard]] Result<void> retry(std::int64_t id, SystemTime due,
                                     std::string_view why) override;
    [[nodiscard]] Result<void> put_back(std::int64_t id, SystemTime due, int attempts,
                                        std::string_view why) override;
    [[nodiscard]] Result<std::size_t> hasten(SystemTime farthest, SystemTime now) override;
    [[nodiscard]] Result<void> dead(std::int64_t id, std::string_view why) override;
    [[nodiscard]] Result<std::size_t> forget_before(WorkEnd end, SystemTime time,
                                                    std::size_t most) override;
    [[nodiscard]] Result<WorkCounts> counts() const override;
    [[nodiscard]] Result<WorkBacklog> backlog() const override;

    /// The next call of `push`, `push_all`, `done`, `retry`, `put_back`, `dead` or `forget_before`
    /// fails with `error`.
    void fail_next_change(Error error);
    /// Why the item of this key failed last; empty if it did not.
    [[nodiscard]] std::string why(std::string_view key) const;

private:
    enum class State { waiting, done, dead };
    struct Stored {
        WorkItem item;
        State state = State::waiting;
        std::string why;
        SystemTime finished_at{};
    };

    // All with the mutex held.
    [[nodiscard]] Result<Stored*> waiting(std::int64_t id);
    void finish(Stored& stored);
    [[nodiscard]] std::optional<Error> take_failure();

    const Clock& clock_;
    mutable std::mutex mutex_;
    std::map<std::int64_t, Stored> items_;
    std::int64_t last_id_ = 0;
    std::optional<Error> failure_;
};

}  // namespace emojiscope::fakes
