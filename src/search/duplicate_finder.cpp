#include "emojiscope/search/duplicate_finder.hpp"

#include "descriptor_rows.hpp"
#include "on_all_cores.hpp"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

namespace emojiscope::search {
namespace {

/// Neighbours taken for each descriptor of a picture. Over the development sets the original of
/// an altered copy was always among the first four.
constexpr std::size_t neighbours_per_row = 8;
/// Uploads after which the index is looked through for emoji that went.
constexpr std::size_t fewest_between_sweeps = 256;
/// At most this many pictures are compared with one.
constexpr std::size_t most_candidates = 12;
/// Pictures that one thread compares in one go.
constexpr std::size_t compared_by_one = 3;
/// Matches whose scores differ by less are equally good.
constexpr double about_as_sure = 0.03;

bool better(const DuplicateMatch& a, const DuplicateMatch& b) {
    return std::tuple(a.kind, -a.score, a.original.id) <
           std::tuple(b.kind, -b.score, b.original.id);
}

}  // namespace

const char* to_string(DuplicateKind kind) noexcept {
    switch (kind) {
        case DuplicateKind::identical: return "identical";
        case DuplicateKind::same_image: return "same_image";
        case DuplicateKind::near: return "near";
    }
    return "";
}

const char* to_string(Likeness likeness) noexcept {
    switch (likeness) {
        case Likeness::whole: return "whole";
        case Likeness::frame_of: return "frame_of";
        case Likeness::has_frame: return "has_frame";
        case Likeness::other_speed: return "other_speed";
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
            // Of another release, or damaged (then empty): found by its hashes only.
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
        ++generation_;
        for (auto& [team_id, compared] : compared_) {
            std::erase_if(compared, [&](const auto& entry) {
                return stale.contains(entry.first.first) || stale.contains(entry.first.second);
            });
        }
    }
    if (auto removed = index_->remove(changed); !removed) {
        return removed.error();
    }
    if (auto added = index_->add(ids, rows); !added) {
        return added;
    }
    indexed_since_sweep_ += indexed_.empty() ? 0 : changed.size();
    indexed_.insert(ids.begin(), ids.end());
    seen_ = *seen;
    return sweep();
}

Result<void> DuplicateFinder::sweep() {
    if (indexed_since_sweep_ < std::max(fewest_between_sweeps, indexed_.size() / 2)) {
        return {};
    }
    std::vector<EmojiId> gone;
    for (const EmojiId id : indexed_) {
        const auto record = catalogue_.find(id);
        if (!record && record.error().code != ErrorCode::not_found) {
            return record.error();
        }
        if (!record) {
            gone.push_back(id);
        }
    }
    if (auto removed = index_->remove(gone); !removed) {
        return removed.error();
    }
    for (const EmojiId id : gone) {
        indexed_.erase(id);
    }
    indexed_since_sweep_ = 0;
    return {};
}

Result<void> DuplicateFinder::forget(std::vector<EmojiId> gone) {
    // One that was completed meanwhile has been taken in by a refresh, and must stay.
    const std::scoped_lock lock(refreshing_);
    std::erase_if(gone, [&](EmojiId id) { return catalogue_.sketch(id).has_value(); });
    if (auto removed = index_->remove(gone); !removed) {
        return removed.error();
    }
    for (const EmojiId id : gone) {
        indexed_.erase(id);
    }
    return {};
}

Result<std::vector<EmojiId>> DuplicateFinder::candidates(std::span<const float> descriptors) const {
    auto found = index_->search_many(descriptors, neighbours_per_row);
    if (!found) {
        return found.error();
    }
    return nearest(*found);
}

/// Somebody waits for the answer, so the comparisons are shared out among the cores.
Result<std::vector<std::optional<PictureMatch>>> DuplicateFinder::compare_with(
    std::span<const std::uint8_t> copy, std::span<const std::vector<std::uint8_t>> sketches) const {
    std::vector<std::optional<PictureMatch>> matches(sketches.size());
    const std::size_t parts = (sketches.size() + compared_by_one - 1) / compared_by_one;
    auto done = on_all_cores(parts, [&](std::size_t part) -> Result<void> {
        const std::size_t begin = part * compared_by_one;
        const std::size_t count = std::min(compared_by_one, sketches.size() - begin);
        auto found = comparer_.compare(copy, sketches.subspan(begin, count));
        if (!found) {
            return found.error();
        }
        std::move(found->begin(), found->end(),
                  matches.begin() + static_cast<std::ptrdiff_t>(begin));
        return {};
    });
    if (!done) {
        return done.error();
    }
    return matches;
}

Result<std::size_t> DuplicateFinder::prove(const Probe& probe, std::span<const EmojiId> candidates,
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
    const auto compared = compare_with(probe.fingerprint.sketch, sketches);
    if (!compared) {
        return compared.error();
    }
    for (std::size_t i = 0; i < records.size(); ++i) {
        if (const auto& match = (*compared)[i]) {
            matches.push_back({std::move(records[i]), match->kind, match->score, match->likeness});
        }
    }
    if (auto removed = forget(gone); !removed) {
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
            matches.push_back({std::move(record), DuplicateKind::identical, 1.0, Likeness::whole});
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

}  // namespace emojiscope::search
