#include "emojiscope/search/duplicate_finder.hpp"

#include "descriptor_rows.hpp"
#include "on_all_cores.hpp"

#include <algorithm>
#include <numeric>
#include <set>
#include <unordered_map>
#include <utility>

namespace emojiscope::search {
namespace {

/// Fewer rows say enough of a picture whose copies are looked for among all others.
constexpr std::size_t rows_for_groups = 2;
/// Other pictures with which one is compared, at most: copies of copies join a group by each other.
constexpr std::size_t most_suspects = 4;
/// Neighbours asked for: besides those, itself and its exact copies, which lie nearest.
constexpr std::size_t neighbours_for_groups = 12;
/// Rows for which neighbours are asked at once.
constexpr std::size_t rows_at_once = 2048;

Error stopped() {
    return fail(ErrorCode::cancelled, "the search for duplicates was stopped");
}

/// Emoji that belong together, by their places in a list.
class Groups {
public:
    explicit Groups(std::size_t size) : parent_(size), altered_(size, false) {
        std::iota(parent_.begin(), parent_.end(), std::size_t{0});
    }

    [[nodiscard]] std::size_t find(std::size_t i) {
        while (parent_[i] != i) {
            parent_[i] = parent_[parent_[i]];
            i = parent_[i];
        }
        return i;
    }

    [[nodiscard]] bool together(std::size_t a, std::size_t b) { return find(a) == find(b); }

    void join(std::size_t a, std::size_t b, DuplicateKind kind) {
        const auto [low, high] = std::minmax({find(a), find(b)});
        const bool altered =
            altered_[low] || altered_[high] || kind != DuplicateKind::identical;
        parent_[high] = low;
        altered_[low] = altered;
    }

    [[nodiscard]] DuplicateKind kind(std::size_t root) const {
        return altered_[root] ? DuplicateKind::same_image : DuplicateKind::identical;
    }

private:
    std::vector<std::size_t> parent_;
    std::vector<bool> altered_;
};

}  // namespace

/// The emoji of a workspace, by age, and how they are joined so far.
struct DuplicateFinder::Grouping {
    Grouping(std::string_view team, std::vector<EmojiRecord> all)
        : team_id(team), records(std::move(all)), joined(records.size()) {
        for (std::size_t i = 0; i < records.size(); ++i) {
            places.emplace(records[i].id, i);
        }
    }

    std::string_view team_id;  ///< as it was asked for
    std::vector<EmojiRecord> records;
    std::unordered_map<EmojiId, std::size_t> places;
    Groups joined;
};

/// Two emoji of which the younger may be a copy of the older, by their places.
struct DuplicateFinder::Suspect {
    std::size_t copy = 0;
    std::vector<std::size_t> originals;
};

Result<void> DuplicateFinder::join_identical(Grouping& grouping) const {
    std::map<std::pair<std::string_view, std::string_view>, std::vector<std::size_t>> with_pixels;
    for (std::size_t i = 0; i < grouping.records.size(); ++i) {
        const EmojiRecord& record = grouping.records[i];
        auto& older = with_pixels[{record.team_id, record.pixel_hash}];
        for (const std::size_t other : older) {
            if (grouping.joined.together(other, i)) {
                continue;
            }
            const auto refuted = verdicts_.not_duplicates(grouping.records[other], record);
            if (!refuted) {
                return refuted.error();
            }
            if (!*refuted) {
                grouping.joined.join(other, i, DuplicateKind::identical);
            }
        }
        older.push_back(i);
    }
    return {};
}

Result<std::vector<std::vector<Neighbour>>> DuplicateFinder::neighbours_of(
    std::span<const float> rows, std::size_t exact_copies) const {
    return index_->search_many(rows, std::max(neighbours_for_groups, exact_copies + most_suspects));
}

// Exact copies are joined already, so that the oldest of them stands for all.
Result<std::vector<DuplicateFinder::Suspect>> DuplicateFinder::suspects(
    Grouping& grouping, const std::stop_token& stop) const {
    const auto width = static_cast<std::size_t>(comparer_.descriptor_dimension());
    std::vector<std::size_t> sizes(grouping.records.size());
    for (std::size_t i = 0; i < grouping.records.size(); ++i) {
        ++sizes[grouping.joined.find(i)];
    }
    std::map<std::size_t, std::set<std::size_t>> pairs;  // the younger, and the older ones
    const auto add = [&](std::size_t place, std::span<const EmojiId> near) {
        const EmojiRecord& record = grouping.records[place];
        std::set<std::size_t> others;
        for (const EmojiId id : near) {
            const auto found = grouping.places.find(id);
            if (found == grouping.places.end() || others.size() == most_suspects ||
                grouping.records[found->second].team_id != record.team_id) {
                continue;
            }
            if (const std::size_t other = grouping.joined.find(found->second); other != place) {
                others.insert(other);
            }
        }
        for (const std::size_t other : others) {
            pairs[std::max(place, other)].insert(std::min(place, other));
        }
    };
    std::vector<std::size_t> owners;  // of the rows, by place
    std::vector<float> rows;
    const auto work_off = [&](std::size_t exact_copies) -> Result<void> {
        if (stop.stop_requested()) {
            return stopped();
        }
        const auto found = neighbours_of(rows, exact_copies);
        if (!found) {
            return found.error();
        }
        for (std::size_t begin = 0; begin < owners.size();) {
            std::size_t end = begin + 1;
            while (end < owners.size() && owners[end] == owners[begin]) {
                ++end;
            }
            add(owners[begin], nearest(std::span(*found).subspan(begin, end - begin)));
            begin = end;
        }
        owners.clear();
        rows.clear();
        return {};
    };
    Result<void> worked{};
    auto seen = catalogue_.for_each_fingerprint(
        "", 0, [&](EmojiId id, std::span<const float> descriptors) {
            const auto place = grouping.places.find(id);
            if (!worked || place == grouping.places.end() || !are_unit_rows(descriptors, width) ||
                grouping.joined.find(place->second) != place->second) {
                return;
            }
            const bool many_copies = sizes[place->second] + most_suspects > neighbours_for_groups;
            if (many_copies || owners.size() >= rows_at_once) {
                worked = work_off(0);
            }
            const auto taken =
                descriptors.first(std::min(descriptors.size(), rows_for_groups * width));
            rows.insert(rows.end(), taken.begin(), taken.end());
            owners.insert(owners.end(), taken.size() / width, place->second);
            if (worked && many_copies) {
                worked = work_off(sizes[place->second]);
            }
        });
    if (!seen) {
        return seen.error();
    }
    if (worked) {
        worked = work_off(0);
    }
    if (!worked) {
        return worked.error();
    }
    std::vector<Suspect> all;
    for (const auto& [copy, originals] : pairs) {
        all.push_back({copy, {originals.begin(), originals.end()}});
    }
    return all;
}

/// For each original what the copy is of it; those that were compared before are not read again.
Result<std::vector<std::optional<DuplicateKind>>> DuplicateFinder::compare_all(
    std::string_view team_id, EmojiId copy, std::span<const EmojiId> originals) {
    using Kinds = std::vector<std::optional<DuplicateKind>>;
    Kinds kinds(originals.size());
    std::vector<std::size_t> unknown;
    std::uint64_t generation = 0;
    bool remember = true;
    {
        const std::scoped_lock lock(remembering_);
        generation = generation_;
        const Compared& compared = compared_[std::string(team_id)];
        for (std::size_t i = 0; i < originals.size(); ++i) {
            const auto known = compared.find({copy, originals[i]});
            if (known == compared.end()) {
                unknown.push_back(i);
            } else {
                kinds[i] = known->second;
            }
        }
    }
    if (unknown.empty()) {
        return kinds;
    }
    const auto own = catalogue_.sketch(copy);
    if (!own) {
        if (own.error().code == ErrorCode::not_found) {
            return kinds;
        }
        return own.error();
    }
    std::vector<std::vector<std::uint8_t>> sketches;
    for (const std::size_t i : unknown) {
        auto sketch = catalogue_.sketch(originals[i]);
        if (!sketch && sketch.error().code != ErrorCode::not_found) {
            return sketch.error();
        }
        // One that went meanwhile has no sketch, and matches nothing.
        sketches.push_back(sketch ? std::move(*sketch) : std::vector<std::uint8_t>{});
    }
    const auto matches = comparer_.compare(*own, sketches);
    if (!matches) {
        // A damaged sketch matches nothing; it must not hide the groups of all others.
        return matches.error().code == ErrorCode::corrupt ? kinds
                                                          : Result<Kinds>{matches.error()};
    }
    const std::scoped_lock lock(remembering_);
    if (generation != generation_) {
        remember = false;  // one of them changed while it was compared
    }
    Compared& compared = compared_[std::string(team_id)];
    for (std::size_t k = 0; k < unknown.size(); ++k) {
        const auto& match = (*matches)[k];
        kinds[unknown[k]] = match ? std::optional(match->kind) : std::nullopt;
        if (remember) {
            compared[{copy, originals[unknown[k]]}] = kinds[unknown[k]];
        }
    }
    return kinds;
}

Result<void> DuplicateFinder::join_if_same(Grouping& grouping, std::mutex& joining,
                                           const Suspect& suspect) {
    const EmojiRecord& record = grouping.records[suspect.copy];
    std::vector<std::size_t> apart;
    std::vector<EmojiId> ids;
    {
        const std::scoped_lock lock(joining);
        for (const std::size_t place : suspect.originals) {
            if (!grouping.joined.together(place, suspect.copy)) {
                apart.push_back(place);
                ids.push_back(grouping.records[place].id);
            }
        }
    }
    const auto kinds = compare_all(grouping.team_id, record.id, ids);
    if (!kinds) {
        return kinds.error();
    }
    for (std::size_t i = 0; i < apart.size(); ++i) {
        const auto& kind = (*kinds)[i];
        if (!kind || !is_duplicate(*kind)) {
            continue;
        }
        const auto refuted = verdicts_.not_duplicates(grouping.records[apart[i]], record);
        if (!refuted) {
            return refuted.error();
        }
        if (!*refuted) {
            const std::scoped_lock lock(joining);
            grouping.joined.join(apart[i], suspect.copy, *kind);
        }
    }
    return {};
}

// In whatever order the pairs come, and whichever of them are left out because their emoji are
// joined by others already, the groups are the same.
Result<void> DuplicateFinder::join_altered(Grouping& grouping, const GroupsOptions& options) {
    const auto all = suspects(grouping, options.stop);
    if (!all) {
        return all.error();
    }
    std::mutex joining;
    std::mutex telling;
    std::size_t told = 0;
    const auto compare = [&](std::size_t i) -> Result<void> {
        if (options.stop.stop_requested()) {
            return stopped();
        }
        auto joined = join_if_same(grouping, joining, (*all)[i]);
        if (joined && options.progress) {
            const std::scoped_lock lock(telling);
            options.progress(++told, all->size());
        }
        return joined;
    };
    return options.threads == 0 ? on_all_cores(all->size(), compare)
                                : on_threads(options.threads, all->size(), compare);
}

void DuplicateFinder::forget_compared(const Grouping& grouping) {
    const std::scoped_lock lock(remembering_);
    std::erase_if(compared_[std::string(grouping.team_id)], [&](const auto& entry) {
        return !grouping.places.contains(entry.first.first) ||
               !grouping.places.contains(entry.first.second);
    });
}

Result<std::vector<DuplicateGroup>> DuplicateFinder::groups(std::string_view team_id,
                                                            const GroupsOptions& options) {
    std::unique_lock one_at_a_time(grouping_, std::defer_lock);
    if (options.threads == 0) {
        one_at_a_time.lock();
    }
    if (auto refreshed = refresh(); !refreshed) {
        return refreshed.error();
    }
    auto records = catalogue_.list(team_id);
    if (!records) {
        return records.error();
    }
    std::erase_if(*records,
                  [](const EmojiRecord& record) { return record.state != EmojiState::ready; });
    std::sort(records->begin(), records->end(),
              [](const EmojiRecord& a, const EmojiRecord& b) { return a.id < b.id; });
    Grouping grouping(team_id, std::move(*records));
    forget_compared(grouping);
    if (auto done = join_identical(grouping); !done) {
        return done.error();
    }
    if (auto done = join_altered(grouping, options); !done) {
        return done.error();
    }
    std::map<std::size_t, DuplicateGroup> by_root;
    for (std::size_t i = 0; i < grouping.records.size(); ++i) {
        const std::size_t root = grouping.joined.find(i);
        DuplicateGroup& group = by_root[root];
        group.kind = grouping.joined.kind(root);
        group.members.push_back(std::move(grouping.records[i]));
    }
    std::vector<DuplicateGroup> groups;
    for (auto& [root, group] : by_root) {
        if (group.members.size() > 1) {
            groups.push_back(std::move(group));
        }
    }
    std::sort(groups.begin(), groups.end(), [](const DuplicateGroup& a, const DuplicateGroup& b) {
        if (a.members.size() != b.members.size()) {
            return a.members.size() > b.members.size();
        }
        return a.members.front().name < b.members.front().name;
    });
    return groups;
}

}  // namespace emojiscope::search
