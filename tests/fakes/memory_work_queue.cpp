#include "fakes/memory_work_queue.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace emojiscope::fakes {

std::optional<Error> MemoryWorkQueue::take_failure() {
    return std::exchange(failure_, std::nullopt);
}

Result<MemoryWorkQueue::Stored*> MemoryWorkQueue::waiting(std::int64_t id) {
    if (auto failure = take_failure()) {
        return *failure;
    }
    const auto found = items_.find(id);
    if (found == items_.end() || found->second.state != State::waiting) {
        return fail(ErrorCode::not_found, "no work with this number is waiting");
    }
    return &found->second;
}

Result<std::vector<bool>> MemoryWorkQueue::push_all(std::span<const NewWork> items) {
    const std::scoped_lock lock(mutex_);
    if (auto failure = take_failure()) {
        return *failure;
    }
    if (std::ranges::any_of(items, [](const NewWork& item) { return item.key.empty(); })) {
        return fail(ErrorCode::invalid_argument, "work needs a key");
    }
    std::vector<bool> added;
    for (const NewWork& item : items) {
        const bool known = std::ranges::any_of(
            items_, [&](const auto& entry) { return entry.second.item.key == item.key; });
        added.push_back(!known);
        if (known) {
            continue;
        }
        Stored stored;
        stored.item = {++last_id_,
                       std::string(item.key),
                       std::string(item.kind),
                       std::string(item.payload),
                       0,
                       item.due,
                       std::string(item.lane),
                       clock_.now()};
        items_.emplace(last_id_, std::move(stored));
    }
    return added;
}

Result<std::vector<WorkItem>> MemoryWorkQueue::due(SystemTime now, std::size_t limit,
                                                   const ClosedLanes& closed) const {
    const std::scoped_lock lock(mutex_);
    const auto open = [&](const std::string& lane) {
        return lane.empty()
                   ? !closed.none
                   : !closed.all && std::ranges::find(closed.lanes, lane) == closed.lanes.end();
    };
    std::vector<WorkItem> items;
    for (const auto& [id, stored] : items_) {
        if (stored.state == State::waiting && stored.item.due <= now && open(stored.item.lane)) {
            items.push_back(stored.item);
        }
    }
    std::ranges::sort(items, {},
                      [](const WorkItem& item) { return std::tuple(item.due, item.id); });
    items.resize(std::min(items.size(), limit));
    return items;
}

Result<std::optional<SystemTime>> MemoryWorkQueue::next_due() const {
    const std::scoped_lock lock(mutex_);
    std::optional<SystemTime> next;
    for (const auto& [id, stored] : items_) {
        if (stored.state == State::waiting && (!next || stored.item.due < *next)) {
            next = stored.item.due;
        }
    }
    return next;
}

void MemoryWorkQueue::finish(Stored& stored) {
    stored.state = State::done;
    stored.item.payload.clear();
    stored.why.clear();
    stored.finished_at = clock_.now();
}

Result<void> MemoryWorkQueue::done(std::int64_t id) {
    const std::scoped_lock lock(mutex_);
    auto stored = waiting(id);
    if (!stored) {
        return stored.error();
    }
    finish(**stored);
    return {};
}

Result<void> MemoryWorkQueue::done_all(std::span<const std::int64_t> ids) {
    const std::scoped_lock lock(mutex_);
    if (auto failure = take_failure()) {
        return *failure;
    }
    for (const std::int64_t id : ids) {
        if (auto stored = waiting(id)) {
            finish(**stored);
        }
    }
    return {};
}

Result<void> MemoryWorkQueue::retry(std::int64_t id, SystemTime due, std::string_view why) {
    const std::scoped_lock lock(mutex_);
    auto stored = waiting(id);
    if (!stored) {
        return stored.error();
    }
    ++(*stored)->item.attempts;
    (*stored)->item.due = due;
    (*stored)->why = why;
    return {};
}

Result<void> MemoryWorkQueue::put_back(std::int64_t id, SystemTime due, int attempts,
                                       std::string_view why) {
    const std::scoped_lock lock(mutex_);
    auto stored = waiting(id);
    if (!stored) {
        return stored.error();
    }
    (*stored)->item.attempts = attempts;
    (*stored)->item.due = due;
    (*stored)->why = why;
    return {};
}

Result<std::size_t> MemoryWorkQueue::hasten(SystemTime farthest, SystemTime now) {
    const std::scoped_lock lock(mutex_);
    std::size_t hastened = 0;
    for (auto& [id, stored] : items_) {
        if (stored.state == State::waiting && stored.item.due > farthest) {
            stored.item.due = now;
            ++hastened;
        }
    }
    return hastened;
}

Result<void> MemoryWorkQueue::dead(std::int64_t id, std::string_view why) {
    const std::scoped_lock lock(mutex_);
    auto stored = waiting(id);
    if (!stored) {
        return stored.error();
    }
    (*stored)->state = State::dead;
    (*stored)->item.payload.clear();
    (*stored)->why = why;
    (*stored)->finished_at = clock_.now();
    return {};
}

Result<std::size_t> MemoryWorkQueue::forget_before(WorkEnd end, SystemTime time, std::size_t most) {
    const std::scoped_lock lock(mutex_);
    if (auto failure = take_failure()) {
        return *failure;
    }
    const State wanted = end == WorkEnd::done ? State::done : State::dead;
    std::vector<std::pair<SystemTime, std::int64_t>> old;
    for (const auto& [id, stored] : items_) {
        if (stored.state == wanted && stored.finished_at < time) {
            old.emplace_back(stored.finished_at, id);
        }
    }
    std::ranges::sort(old);
    old.resize(std::min(old.size(), most));
    for (const auto& [finished_at, id] : old) {
        items_.erase(id);
    }
    return old.size();
}

Result<WorkCounts> MemoryWorkQueue::counts() const {
    const std::scoped_lock lock(mutex_);
    WorkCounts counts;
    for (const auto& [id, stored] : items_) {
        counts.waiting += stored.state == State::waiting ? 1 : 0;
        counts.done += stored.state == State::done ? 1 : 0;
        counts.dead += stored.state == State::dead ? 1 : 0;
    }
    return counts;
}

Result<WorkBacklog> MemoryWorkQueue::backlog() const {
    const std::scoped_lock lock(mutex_);
    WorkBacklog backlog;
    for (const auto& [id, stored] : items_) {
        if (stored.state == State::waiting) {
            ++backlog.waiting;
            backlog.oldest =
                std::min(backlog.oldest.value_or(stored.item.added), stored.item.added);
        }
    }
    return backlog;
}

void MemoryWorkQueue::fail_next_change(Error error) {
    const std::scoped_lock lock(mutex_);
    failure_ = std::move(error);
}

std::string MemoryWorkQueue::why(std::string_view key) const {
    const std::scoped_lock lock(mutex_);
    for (const auto& [id, stored] : items_) {
        if (stored.item.key == key) {
            return stored.why;
        }
    }
    return {};
}

}  // namespace emojiscope::fakes
