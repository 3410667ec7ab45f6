#include "emojiscope/search/workspace.hpp"

#include <map>
#include <set>

namespace emojiscope::search {

std::string_view alias_target(std::string_view value) noexcept {
    constexpr std::string_view prefix = "alias:";
    return value.starts_with(prefix) ? value.substr(prefix.size()) : std::string_view{};
}

SyncPlan plan_sync(std::string_view team_id, std::span<const SourceEmoji> source,
                   std::span<const EmojiRecord> records, std::span<const AliasRecord> aliases) {
    std::map<std::string_view, const EmojiRecord*> known;
    for (const EmojiRecord& record : records) {
        known.emplace(record.name, &record);
    }
    std::map<std::string_view, std::string_view> known_aliases;
    for (const AliasRecord& alias : aliases) {
        known_aliases.emplace(alias.alias, alias.target);
    }
    SyncPlan plan;
    std::set<std::string_view> present;
    for (const SourceEmoji& emoji : source) {
        present.insert(emoji.name);
        const std::string_view target = alias_target(emoji.value);
        if (!target.empty()) {
            const auto found = known_aliases.find(emoji.name);
            if (found == known_aliases.end() || found->second != target) {
                plan.aliases.push_back({std::string(team_id), emoji.name, std::string(target)});
            }
            continue;
        }
        const auto found = known.find(emoji.name);
        const bool same = found != known.end() && found->second->value == emoji.value;
        if (!same) {
            plan.uploads.push_back(emoji);
        }
        if (!same || found->second->state != EmojiState::ready || !found->second->fingerprinted) {
            plan.pictures.push_back(emoji);
        }
    }
    for (const auto& [name, record] : known) {
        if (!present.contains(name)) {
            plan.removals.emplace_back(name);
        }
    }
    for (const auto& [name, target] : known_aliases) {
        if (!present.contains(name)) {
            plan.removals.emplace_back(name);
        }
    }
    return plan;
}

Workspace::Workspace(Catalogue& catalogue, EmojiLibrary& library, std::string team_id)
    : catalogue_(catalogue), library_(library), team_id_(std::move(team_id)) {}

Result<void> Workspace::show(EmojiId id) {
    auto record = catalogue_.find(id);
    if (record) {
        return library_.update(*record, {});
    }
    return record.error().code == ErrorCode::not_found ? library_.erase(id)
                                                       : Result<void>{record.error()};
}

Result<void> Workspace::show_all(std::span<const EmojiId> ids) {
    for (const EmojiId id : ids) {
        if (auto shown = show(id); !shown) {
            return shown;
        }
    }
    return {};
}

Result<std::vector<EmojiRecord>> Workspace::put(std::span<const SourceEmoji> pictures) {
    std::vector<EmojiId>
        left;  // pictures that lose an alias, whose name is a picture's from now on
    for (const SourceEmoji& picture : pictures) {
        auto before = catalogue_.find(team_id_, picture.name);
        if (before && before->name != picture.name) {
            left.push_back(before->id);
        }
    }
    auto records = catalogue_.put_many(team_id_, pictures);
    if (!records) {
        return records;
    }
    if (auto shown = show_all(left); !shown) {
        return shown.error();
    }
    for (const EmojiRecord& record : *records) {
        if (auto shown = library_.update(record, {}); !shown) {
            return shown.error();
        }
    }
    return records;
}

Result<void> Workspace::put_aliases(std::span<const AliasRecord> aliases) {
    std::vector<EmojiId> changed;  // what the names led to before, and what they lead to now
    const auto note = [&]() -> Result<void> {
        for (const AliasRecord& alias : aliases) {
            // An alias of a standard emoji leads to no record.
            if (auto record = catalogue_.find(team_id_, alias.alias)) {
                changed.push_back(record->id);
            } else if (record.error().code != ErrorCode::not_found) {
                return record.error();
            }
        }
        return {};
    };
    if (auto noted = note(); !noted) {
        return noted;
    }
    if (auto stored = catalogue_.put_aliases(team_id_, aliases); !stored) {
        return stored;
    }
    if (auto noted = note(); !noted) {
        return noted;
    }
    return show_all(changed);
}

Result<void> Workspace::remove(std::string_view name) {
    auto before = catalogue_.find(team_id_, name);  // the target, if `name` is an alias
    auto removed = catalogue_.remove(team_id_, name);
    if (!removed) {
        return removed.error();
    }
    if (removed->has_value()) {
        return library_.erase(**removed);
    }
    return before ? show(before->id) : Result<void>{};
}

Result<bool> Workspace::rename(std::string_view from, std::string_view to,
                               std::string_view value) {
    std::vector<EmojiId> changed;  // what moves, and what bore the name or alias before
    for (const std::string_view name : {from, to}) {
        if (auto record = catalogue_.find(team_id_, name)) {
            changed.push_back(record->id);
        }
    }
    auto renamed = catalogue_.rename(team_id_, from, to, value);
    if (!renamed) {
        if (renamed.error().code == ErrorCode::not_found) {
            return false;
        }
        return renamed.error();
    }
    if (auto shown = show_all(changed); !shown) {
        return shown.error();
    }
    return true;
}

Result<SyncPlan> Workspace::plan(std::span<const SourceEmoji> source) const {
    auto records = catalogue_.list(team_id_);
    if (!records) {
        return records.error();
    }
    auto aliases = catalogue_.aliases(team_id_);
    if (!aliases) {
        return aliases.error();
    }
    return plan_sync(team_id_, source, *records, *aliases);
}

}  // namespace emojiscope::search
