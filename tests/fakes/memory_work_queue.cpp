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

Result<bool> MemoryWorkQueue::push(std::string_view key, std::string_view kind,
                                   std::string_view payload, SystemTime due) {
    const std::scoped_lock lock(mutex_);
    if (auto failure = take_failure()) {
        return *failure;
    }
    if (key.empty()) {
        return fail(ErrorCode::invalid_argument, "work needs a key");
    }
    const bool known = std::ranges::any_of(
        items_, [&](const auto& entry) { return entry.second.item.key == key; });
    if (known) {
        return false;
    }
    Stored stored;
    stored.item = {++last_id_, std::string(key), std::string(kind), std::string(payload), 0, due};
    items_.emplace(last_id_, std::move(stored));
    return true;
}

Result<std::vector<WorkItem>> MemoryWorkQueue::due(SystemTime now, std::size_t limit) const {
    const std::scoped_lock lock(mutex_);
    std::vector<WorkItem> items;
    for (const auto& [id, stored] : items_) {
        if (stored.state == State::waiting && stored.item.due <= now) {
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

Result<void> MemoryWorkQueue::done(std::int64_t id) {
    const std::scoped_lock lock(mutex_);
    auto stored = waiting(id);
    if (!stored) {
        return stored.error();
    }
    (*stored)->state = State::done;
    (*stored)->item.payload.clear();
    (*stored)->why.clear();
    (*stored)->finished_at = clock_.now();
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

Result<void> MemoryWorkQueue::dead(std::int64_t id, std::string_view why) {
    const std::scoped_lock lock(mutex_);
    auto stored = waiting(id);
    if (!stored) {
        return stored.error();
    }
    (*stored)->state = State::dead;
    (*stored)->why = why;
    (*stored)->finished_at = clock_.now();
    return {};
}

Result<std::size_t> MemoryWorkQueue::forget_before(SystemTime time) {
    const std::scoped_lock lock(mutex_);
    return std::erase_if(items_, [&](const auto& entry) {
        return entry.second.state == State::done && entry.second.finished_at < time;
    });
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
