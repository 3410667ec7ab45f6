#include "fakes/memory_verdicts.hpp"

#include <algorithm>

namespace emojiscope::fakes {
namespace {

template <class T>
std::pair<T, T> ordered(const T& a, const T& b) {
    return a < b ? std::pair(a, b) : std::pair(b, a);
}

}  // namespace

Result<void> MemoryVerdicts::say_not_duplicates(EmojiId one, EmojiId other,
                                                std::string_view /*user*/) {
    const auto first = catalogue_.find(one);
    const auto second = catalogue_.find(other);
    if (!first || !second) {
        return first ? second.error() : first.error();
    }
    const std::lock_guard lock(mutex_);
    pairs_.emplace(ordered(one, other), ordered(first->pixel_hash, second->pixel_hash));
    const bool known = !first->pixel_hash.empty() && !second->pixel_hash.empty();
    if (known && first->pixel_hash != second->pixel_hash) {
        pixels_.insert(ordered(first->team_id + first->pixel_hash,
                               first->team_id + second->pixel_hash));
    }
    return {};
}

Result<bool> MemoryVerdicts::not_duplicates(const EmojiRecord& one,
                                            const EmojiRecord& other) const {
    const std::lock_guard lock(mutex_);
    return pairs_.contains({ordered(one.id, other.id), ordered(one.pixel_hash, other.pixel_hash)}) ||
           pixels_.contains(
               ordered(one.team_id + one.pixel_hash, one.team_id + other.pixel_hash));
}

Result<std::size_t> MemoryVerdicts::pairs() const {
    const std::lock_guard lock(mutex_);
    return pairs_.size();
}

Result<void> MemoryVerdicts::mute(EmojiId id, std::string_view /*user*/) {
    if (const auto found = catalogue_.find(id); !found) {
        return found.error();
    }
    const std::lock_guard lock(mutex_);
    muted_.insert(id);
    return {};
}

Result<bool> MemoryVerdicts::muted(EmojiId id) const {
    const std::lock_guard lock(mutex_);
    return muted_.contains(id);
}

}  // namespace emojiscope::fakes
