#include "fakes/memory_catalogue.hpp"

#include <algorithm>

namespace emojiscope::fakes {
namespace {

/// A ring of aliases ends as an unknown name.
constexpr int max_hops = 8;

}  // namespace

const MemoryCatalogue::Stored* MemoryCatalogue::by_name(const Name& name) const {
    for (const auto& [id, stored] : emoji_) {
        if (stored.record.team_id == name.first && stored.record.name == name.second) {
            return &stored;
        }
    }
    return nullptr;
}

const MemoryCatalogue::Stored* MemoryCatalogue::resolve(Name name) const {
    for (int hop = 0; hop <= max_hops; ++hop) {
        if (const Stored* const stored = by_name(name)) {
            return stored;
        }
        const auto alias = aliases_.find(name);
        if (alias == aliases_.end()) {
            return nullptr;
        }
        name.second = alias->second;
    }
    return nullptr;
}

EmojiRecord MemoryCatalogue::with_aliases(const EmojiRecord& record) const {
    EmojiRecord whole = record;
    for (const auto& [alias, target] : aliases_) {
        if (alias.first != record.team_id) {
            continue;
        }
        const Stored* const stored = resolve(alias);
        if (stored != nullptr && stored->record.id == record.id) {
            whole.aliases.push_back(alias.second);
        }
    }
    return whole;
}

Result<void> MemoryCatalogue::put_alias(std::string_view team_id, std::string_view alias,
                                        std::string_view target) {
    const AliasRecord one{std::string(team_id), std::string(alias), std::string(target)};
    return put_aliases(team_id, std::span(&one, 1));
}

Result<void> MemoryCatalogue::put_aliases(std::string_view team_id,
                                          std::span<const AliasRecord> aliases) {
    const std::lock_guard lock(mutex_);
    for (const AliasRecord& one : aliases) {
        const Name name(team_id, one.alias);
        if (const Stored* const stored = by_name(name)) {
            emoji_.erase(stored->record.id);
        }
        aliases_[name] = one.target;
    }
    return {};
}

Result<std::vector<AliasRecord>> MemoryCatalogue::aliases(std::string_view team_id) const {
    const std::lock_guard lock(mutex_);
    std::vector<AliasRecord> found;
    for (const auto& [alias, target] : aliases_) {
        if (team_id.empty() || alias.first == team_id) {
            found.push_back({alias.first, alias.second, target});
        }
    }
    return found;
}

std::optional<EmojiId> MemoryCatalogue::remove_name(const Name& name) {
    const Stored* const stored = by_name(name);
    if (stored == nullptr) {
        aliases_.erase(name);
        return std::nullopt;
    }
    const EmojiId id = stored->record.id;
    for (const std::string& alias : with_aliases(stored->record).aliases) {
        aliases_.erase({name.first, alias});
    }
    emoji_.erase(id);
    return id;
}

void MemoryCatalogue::retarget(const std::string& team_id, std::string_view from,
                               std::string_view to) {
    for (auto& [alias, target] : aliases_) {
        if (alias.first == team_id && target == from) {
            target = to;
        }
    }
}

Result<std::optional<EmojiId>> MemoryCatalogue::remove(std::string_view team_id,
                                                       std::string_view name) {
    const std::lock_guard lock(mutex_);
    return remove_name({std::string(team_id), std::string(name)});
}

Result<void> MemoryCatalogue::rename(std::string_view team_id, std::string_view from,
                                     std::string_view to, std::string_view value) {
    const std::lock_guard lock(mutex_);
    const Name old_name{std::string(team_id), std::string(from)};
    const Name new_name{old_name.first, std::string(to)};
    const Stored* const picture = by_name(old_name);
    const auto alias = aliases_.find(old_name);
    if (picture == nullptr && alias == aliases_.end()) {
        return emojiscope::fail(ErrorCode::not_found, "there is no emoji " + old_name.second);
    }
    if (from == to) {
        return {};
    }
    if (picture != nullptr) {
        const EmojiId id = picture->record.id;
        remove_name(new_name);
        emoji_.at(id).record.name = new_name.second;
        if (!value.empty()) {
            emoji_.at(id).record.value = value;
        }
    } else {
        std::string target = alias->second;
        const Stored* const stands_for = resolve(old_name);
        aliases_.erase(alias);
        // An alias that takes its own picture's name is lost in it.
        if (stands_for == nullptr || stands_for != by_name(new_name)) {
            const auto overtaken = aliases_.find(new_name);
            if (target == to && overtaken != aliases_.end()) {
                target = overtaken->second;
            }
            remove_name(new_name);
            aliases_[new_name] = target;
        }
    }
    retarget(old_name.first, from, to);
    return {};
}

}  // namespace emojiscope::fakes
