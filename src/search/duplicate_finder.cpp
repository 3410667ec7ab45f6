#include "emojiscope/search/duplicate_finder.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>
#include <tuple>
#include <unordered_map>
#include <utility>

namespace emojiscope::search {
namespace {

/// Neighbours taken for each descriptor of a picture. Over the development sets the original of
/// an altered copy was always among the first four.
constexpr std::size_t neighbours_per_row = 8;
/// A copy is nearer to its original than this; the furthest seen were cropped by 5 % a side.
constexpr float least_cosine = 0.80F;
/// At most this many pictures are compared with one.
constexpr std::size_t most_candidates = 12;
/// Rounding leaves the square of a unit vector's length well within this of 1.
constexpr double unit_tolerance = 1e-3;
/// Matches whose scores differ by less are equally good.
constexpr double about_as_sure = 0.03;
/// Fewer rows say enough of a picture whose copies are looked for among all others.
constexpr std::size_t rows_for_groups = 2;
/// Itself, and those that it is compared with: copies of copies join a group by each other.
constexpr std::size_t neighbours_for_groups = 5;
/// Rows for which neighbours are asked at once.
constexpr std::size_t rows_at_once = 2048;

bool better(const DuplicateMatch& a, const DuplicateMatch& b) {
    return std::tuple(a.kind, -a.score, a.original.id) < std::tuple(b.kind, -b.score, b.original.id);
}

bool are_unit_rows(std::span<const float> values, std::size_t width) {
    if (values.size() % width != 0) {
        return false;
    }
    for (std::size_t begin = 0; begin < values.size(); begin += width) {
        double squares = 0;
        for (const float value : values.subspan(begin, width)) {
            squares += static_cast<double>(value) * static_cast<double>(value);
        }
        if (!(std::abs(squares - 1.0) <= unit_tolerance)) {  // also true of NaN
            return false;
        }
    }
    return true;
}

/// The ids of all neighbours, once each, nearest first.
std::vector<EmojiId> nearest(std::span<const std::vector<Neighbour>> found) {
    std::unordered_map<EmojiId, float> best;
    for (const std::vector<Neighbour>& neighbours : found) {
        for (const Neighbour& neighbour : neighbours) {
            if (neighbour.cosine >= least_cosine) {
                const auto [at, is_new] = best.emplace(neighbour.id, neighbour.cosine);
                at->second = std::max(at->second, neighbour.cosine);
            }
        }
    }
    std::vector<std::pair<float, EmojiId>> ranked;
    for (const auto& [id, cosine] : best) {
        ranked.emplace_back(-cosine, id);
    }
    std::sort(ranked.begin(), ranked.end());
    std::vector<EmojiId> ids;
    for (const auto& [cosine, id] : ranked) {
        ids.push_back(id);
    }
    return ids;
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

const char* to_string(DuplicateKind kind) noexcept {
    switch (kind) {
        case DuplicateKind::identical: return "identical";
        case DuplicateKind::same_image: return "same_image";
        case DuplicateKind::near: return "near";
    }
    return "";
}

const DuplicateMatch* oldest_duplicate(std::span<const DuplicateMatch> matches) {
    double best = 0;
    for (const DuplicateMatch& match : matches) {
        best = is_duplicate(match.kind) ? std::max(best, match.score) : best;
    }
    const DuplicateMatch* oldest = nullptr;
    for (const DuplicateMatch& match : matches) {
        if (is_duplicate(match.kind) && match.score >= best - about_as_sure &&
            (oldest == nullptr || match.original.id < oldest->original.id)) {
            oldest = &match;
        }
    }
    return oldest;
}

/// A picture to be looked for.
struct DuplicateFinder::Probe {
    std::string_view team_id;
    std::string_view file_hash;
    std::string_view pixel_hash;
    const Fingerprint& fingerprint;
    const EmojiRecord* self = nullptr;  ///< null: not in the catalogue
};

DuplicateFinder::DuplicateFinder(const Catalogue& catalogue, const DuplicateVerdicts& verdicts,
                                 const PictureComparer& comparer,
                                 std::unique_ptr<VectorIndex> index)
    : catalogue_(catalogue), verdicts_(verdicts), comparer_(comparer), index_(std::move(index)) {}

Result<void> DuplicateFinder::refresh() {
    const std::scoped_lock lock(refreshing_);
    const auto width = static_cast<std::size_t>(comparer_.descriptor_dimension());
    std::vector<EmojiId> changed;
    std::vector<EmojiId> ids;
    std::vector<float> rows;
    auto seen = catalogue_.for_each_fingerprint(
        "", seen_, [&](EmojiId id, std::span<const float> descriptors) {
            changed.push_back(id);
            // Of another release, or damaged: found by its hashes only.
            if (are_unit_rows(descriptors, width)) {
                ids.insert(ids.end(), descriptors.size() / width, id);
                rows.insert(rows.end(), descriptors.begin(), descriptors.end());
            }
        });
    if (!seen) {
        return seen.error();
    }
    if (changed.empty()) {
        return {};
    }
    {
        const std::set<EmojiId> stale(changed.begin(), changed.end());
        const std::scoped_lock remembered(remembering_);
        std::erase_if(compared_, [&](const auto& entry) {
            return stale.contains(entry.first.first) || stale.contains(entry.first.second);
        });
    }
    if (auto removed = index_->remove(changed); !removed) {
        return removed.error();
    }
    if (auto added = index_->add(ids, rows); !added) {
        return added;
    }
    seen_ = *seen;
    return {};
}

Result<std::vector<EmojiId>> DuplicateFinder::candidates(std::span<const float> descriptors) const {
    auto found = index_->search_many(descriptors, neighbours_per_row);
    if (!found) {
        return found.error();
    }
    return nearest(*found);
}

Result<std::size_t> DuplicateFinder::prove(const Probe& probe,
                                           std::span<const EmojiId> candidates,
                                           std::vector<DuplicateMatch>& matches) {
    std::vector<EmojiId> gone;
    std::vector<EmojiRecord> records;
    std::vector<std::vector<std::uint8_t>> sketches;
    for (const EmojiId id : candidates) {
        if (records.size() == most_candidates) {
            break;
        }
        const bool known = (probe.self != nullptr && id == probe.self->id) ||
                           std::any_of(matches.begin(), matches.end(),
                                       [&](const auto& match) { return match.original.id == id; });
        if (known) {
            continue;
        }
        auto record = catalogue_.find(id);
        auto sketch = catalogue_.sketch(id);
        // Without one of them it went since its descriptors were taken in.
        if (!record && record.error().code != ErrorCode::not_found) {
            return record.error();
        }
        if (!sketch && sketch.error().code != ErrorCode::not_found) {
            return sketch.error();
        }
        if (!record || !sketch) {
            gone.push_back(id);
            continue;
        }
        if (probe.team_id.empty() || record->team_id == probe.team_id) {
            records.push_back(std::move(*record));
            sketches.push_back(std::move(*sketch));
        }
    }
    auto compared = comparer_.compare(probe.fingerprint.sketch, sketches);
    if (!compared) {
        return compared.error();
    }
    for (std::size_t i = 0; i < records.size(); ++i) {
        if (const auto& match = (*compared)[i]) {
            matches.push_back({std::move(records[i]), match->kind, match->score});
        }
    }
    if (auto removed = index_->remove(gone); !removed) {
        return removed.error();
    }
    return gone.size();
}

Result<std::vector<DuplicateMatch>> DuplicateFinder::check(const Probe& probe) {
    auto same = catalogue_.find_by_hash(probe.team_id, probe.file_hash, probe.pixel_hash);
    if (!same) {
        return same.error();
    }
    std::vector<DuplicateMatch> matches;
    for (EmojiRecord& record : *same) {
        if (probe.self == nullptr || record.id != probe.self->id) {
            matches.push_back({std::move(record), DuplicateKind::identical, 1.0});
        }
    }
    // Without a sketch (it was learnt before there were any) only hashes can tell.
    if (!probe.fingerprint.sketch.empty()) {
        if (auto refreshed = refresh(); !refreshed) {
            return refreshed.error();
        }
        for (bool again = true; again;) {
            auto near = candidates(probe.fingerprint.descriptors);
            if (!near) {
                return near.error();
            }
            auto gone = prove(probe, *near, matches);
            if (!gone) {
                return gone.error();
            }
            // Those that went had taken the places of others.
            again = *gone > 0;
        }
    }
    if (probe.self != nullptr) {
        std::vector<DuplicateMatch> kept;
        for (DuplicateMatch& match : matches) {
            const auto refuted = verdicts_.not_duplicates(*probe.self, match.original);
            if (!refuted) {
                return refuted.error();
            }
            if (!*refuted) {
                kept.push_back(std::move(match));
            }
        }
        matches = std::move(kept);
    }
    std::sort(matches.begin(), matches.end(), better);
    return matches;
}

Result<std::vector<DuplicateMatch>> DuplicateFinder::check(std::string_view team_id,
                                                           const ReadPicture& picture) {
    return check({team_id, picture.file_hash, picture.pixel_hash, picture.fingerprint, nullptr});
}

Result<std::vector<DuplicateMatch>> DuplicateFinder::check(const EmojiRecord& emoji) {
    const auto facts = catalogue_.facts(emoji.id);
    if (!facts) {
        return facts.error();
    }
    return check({emoji.team_id, emoji.file_hash, emoji.pixel_hash, facts->fingerprint, &emoji});
}

/// The emoji of a workspace, by age, and how they are joined so far.
struct DuplicateFinder::Grouping {
    explicit Grouping(std::vector<EmojiRecord> all)
        : records(std::move(all)), joined(records.size()) {
        for (std::size_t i = 0; i < records.size(); ++i) {
            places.emplace(records[i].id, i);
        }
    }

    std::vector<EmojiRecord> records;
    std::unordered_map<EmojiId, std::size_t> places;
    Groups joined;
};

Result<void> DuplicateFinder::join_identical(Grouping& grouping) const {
    std::map<std::pair<std::string_view, std::string_view>, std::vector<std::size_t>> with_pixels;
    for (std::size_t i = 0; i < grouping.records.size(); ++i) {
        const EmojiRecord& record = grouping.records[i];
        auto& older = with_pixels[{record.team_id, record.pixel_hash}];
        for (const std::size_t other : older) {
            if (grouping.joined.find(other) == grouping.joined.find(i)) {
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

/// For each original what the copy is of it; those that were compared before are not read again.
Result<std::vector<std::optional<DuplicateKind>>> DuplicateFinder::compare_all(
    EmojiId copy, std::span<const EmojiId> originals) {
    std::vector<std::optional<DuplicateKind>> kinds(originals.size());
    std::vector<std::size_t> unknown;
    {
        const std::scoped_lock lock(remembering_);
        for (std::size_t i = 0; i < originals.size(); ++i) {
            const auto known = compared_.find({copy, originals[i]});
            if (known == compared_.end()) {
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
        return matches.error();
    }
    const std::scoped_lock lock(remembering_);
    for (std::size_t k = 0; k < unknown.size(); ++k) {
        const auto& match = (*matches)[k];
        kinds[unknown[k]] = match ? std::optional(match->kind) : std::nullopt;
        compared_[{copy, originals[unknown[k]]}] = kinds[unknown[k]];
    }
    return kinds;
}

Result<void> DuplicateFinder::join_if_same(Grouping& grouping, std::size_t copy,
                                           std::span<const EmojiId> candidates) {
    const EmojiRecord& record = grouping.records[copy];
    for (const EmojiId id : candidates) {
        const auto found = grouping.places.find(id);
        if (id >= record.id || found == grouping.places.end()) {
            continue;
        }
        // One after another: what has joined the group of one needs no comparison with the others.
        const std::size_t place = found->second;
        const EmojiRecord& original = grouping.records[place];
        if (original.team_id != record.team_id ||
            grouping.joined.find(place) == grouping.joined.find(copy)) {
            continue;
        }
        const auto kinds = compare_all(record.id, {&id, 1});
        if (!kinds) {
            return kinds.error();
        }
        const auto& kind = kinds->front();
        if (!kind || !is_duplicate(*kind)) {
            continue;
        }
        const auto refuted = verdicts_.not_duplicates(original, record);
        if (!refuted) {
            return refuted.error();
        }
        if (!*refuted) {
            grouping.joined.join(place, copy, *kind);
        }
    }
    return {};
}

Result<void> DuplicateFinder::join_altered(Grouping& grouping) {
    const auto width = static_cast<std::size_t>(comparer_.descriptor_dimension());
    std::vector<std::size_t> owners;  // of the rows, by place
    std::vector<float> rows;
    const auto work_off = [&]() -> Result<void> {
        const auto found = index_->search_many(rows, neighbours_for_groups);
        if (!found) {
            return found.error();
        }
        for (std::size_t begin = 0; begin < owners.size();) {
            std::size_t end = begin + 1;
            while (end < owners.size() && owners[end] == owners[begin]) {
                ++end;
            }
            const auto near = nearest(std::span(*found).subspan(begin, end - begin));
            if (auto done = join_if_same(grouping, owners[begin], near); !done) {
                return done;
            }
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
            if (!worked || place == grouping.places.end() || !are_unit_rows(descriptors, width)) {
                return;
            }
            const auto taken = descriptors.first(std::min(descriptors.size(), rows_for_groups * width));
            rows.insert(rows.end(), taken.begin(), taken.end());
            owners.insert(owners.end(), taken.size() / width, place->second);
            if (owners.size() >= rows_at_once) {
                worked = work_off();
            }
        });
    if (!seen) {
        return seen.error();
    }
    return worked ? work_off() : worked;
}

Result<std::vector<DuplicateGroup>> DuplicateFinder::groups(std::string_view team_id) {
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
    Grouping grouping(std::move(*records));
    if (auto done = join_identical(grouping); !done) {
        return done.error();
    }
    if (auto done = join_altered(grouping); !done) {
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
