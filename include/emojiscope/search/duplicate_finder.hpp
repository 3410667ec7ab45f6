// The use case 'is this picture already there?'.
//
// Cheap candidates first, then proof: the same file or the same pixels are found by their hashes,
// altered copies by their descriptors; whether a candidate is the same picture is told by an
// aligned comparison of the two sketches.
#pragma once

#include "emojiscope/core/emoji.hpp"
#include "emojiscope/core/error.hpp"
#include "emojiscope/search/catalogue.hpp"
#include "emojiscope/search/duplicate_verdicts.hpp"
#include "emojiscope/search/fingerprint.hpp"
#include "emojiscope/search/picture_reader.hpp"
#include "emojiscope/search/vector_index.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace emojiscope::search {

[[nodiscard]] const char* to_string(DuplicateKind kind) noexcept;
[[nodiscard]] const char* to_string(Likeness likeness) noexcept;

struct DuplicateMatch {
    EmojiRecord original;
    DuplicateKind kind = DuplicateKind::identical;
    double score = 0;  ///< how surely it is the same picture, 0 to 1; 1 for identical
    Likeness likeness = Likeness::whole;
};

/// Whether such a match means that the picture is there already.
[[nodiscard]] constexpr bool is_duplicate(DuplicateKind kind) noexcept {
    return kind != DuplicateKind::near;
}

/// Of the matches that are duplicates, and about as sure as the surest, the one that was there
/// first; null if there is none.
[[nodiscard]] const DuplicateMatch* oldest_duplicate(std::span<const DuplicateMatch> matches);

struct DuplicateGroup {
    DuplicateKind kind = DuplicateKind::identical;  ///< same_image if any two are only that
    std::vector<EmojiRecord> members;               ///< oldest first, at least two
};

/// For `DuplicateFinder::groups`.
struct GroupsOptions {
    /// 0: one for each core; such calls are made one after another, since the later one need not
    /// compare anything again. Otherwise somebody has time: nobody else waits for this call.
    std::size_t threads = 0;
    std::stop_token stop;
    /// Called from one thread at a time, with pictures compared of pictures in all; may be empty.
    std::function<void(std::size_t done, std::size_t all)> progress;
};

/// Blocking; safe from any thread. Follows the catalogue by itself: what was stored since the last
/// call is taken in by the next one. Refers to its collaborators, which must outlive it.
class DuplicateFinder {
public:
    /// `index` is empty and of the comparer's descriptor dimension.
    DuplicateFinder(const Catalogue& catalogue, const DuplicateVerdicts& verdicts,
                    const PictureComparer& comparer, std::unique_ptr<VectorIndex> index);

    /// Emoji of the workspace (all if empty) that this picture repeats or is near to: by kind,
    /// then score, then oldest first. Compares on all cores.
    [[nodiscard]] Result<std::vector<DuplicateMatch>> check(std::string_view team_id,
                                                            const ReadPicture& picture);

    /// The same for a ready emoji of the catalogue, itself left out, and those of which a person
    /// said that they are no duplicates of it.
    [[nodiscard]] Result<std::vector<DuplicateMatch>> check(const EmojiRecord& emoji);

    /// Every group of identical or same pictures in the workspace, largest first, then by the
    /// oldest member's name. Pairs that a person said are no duplicates do not join a group.
    /// Compares what it did not compare before. Error: cancelled, and those of the collaborators.
    [[nodiscard]] Result<std::vector<DuplicateGroup>> groups(std::string_view team_id,
                                                             const GroupsOptions& options = {});

private:
    struct Probe;
    struct Grouping;
    struct Suspect;
    using Compared = std::map<std::pair<EmojiId, EmojiId>, std::optional<DuplicateKind>>;

    [[nodiscard]] Result<std::vector<DuplicateMatch>> check(const Probe& probe);
    [[nodiscard]] Result<void> refresh();
    /// Drops what left the catalogue, now and then; those in the way are dropped at once
    /// (`forget`).
    [[nodiscard]] Result<void> sweep();
    /// Takes those out of the index that are not in the catalogue any more.
    [[nodiscard]] Result<void> forget(std::vector<EmojiId> gone);
    [[nodiscard]] Result<std::vector<EmojiId>> candidates(std::span<const float> descriptors) const;
    [[nodiscard]] Result<std::vector<std::optional<PictureMatch>>> compare_with(
        std::span<const std::uint8_t> copy,
        std::span<const std::vector<std::uint8_t>> sketches) const;
    /// Returns how many of the candidates are gone; they are taken out of the index.
    [[nodiscard]] Result<std::size_t> prove(const Probe& probe, std::span<const EmojiId> candidates,
                                            std::vector<DuplicateMatch>& matches);
    [[nodiscard]] Result<void> join_identical(Grouping& grouping) const;
    [[nodiscard]] Result<void> join_altered(Grouping& grouping, const GroupsOptions& options);
    /// What was compared with emoji that are not there any more.
    void forget_compared(const Grouping& grouping);
    [[nodiscard]] Result<std::vector<std::vector<Neighbour>>> neighbours_of(
        std::span<const float> rows, std::size_t exact_copies) const;
    [[nodiscard]] Result<std::vector<Suspect>> suspects(Grouping& grouping,
                                                        const std::stop_token& stop) const;
    [[nodiscard]] Result<void> join_if_same(Grouping& grouping, std::mutex& joining,
                                            const Suspect& suspect);
    [[nodiscard]] Result<std::vector<std::optional<DuplicateKind>>> compare_all(
        std::string_view team_id, EmojiId copy, std::span<const EmojiId> originals);

    const Catalogue& catalogue_;
    const DuplicateVerdicts& verdicts_;
    const PictureComparer& comparer_;
    std::unique_ptr<VectorIndex> index_;
    std::mutex refreshing_;
    std::int64_t seen_ = 0;
    std::set<EmojiId> indexed_;            ///< whose descriptors the index has
    std::size_t indexed_since_sweep_ = 0;  ///< after the first of them
    std::mutex remembering_;
    std::uint64_t generation_ = 0;  ///< grows whenever pictures changed
    std::mutex grouping_;  ///< of those who use all cores: the next one need not compare all again
    /// What `groups` compared already, copy first, of each team_id that was asked for.
    std::map<std::string, Compared, std::less<>> compared_;
};

}  // namespace emojiscope::search
