// The use case 'is this picture already there?'.
//
// Today a duplicate is the same file or the same pixels in all frames; altered copies are for a
// later version, which is why a match has a kind and a score.
#pragma once

#include "emojiscope/core/emoji.hpp"
#include "emojiscope/core/error.hpp"
#include "emojiscope/search/catalogue.hpp"
#include "emojiscope/search/picture_reader.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace emojiscope::search {

enum class DuplicateKind {
    identical,   ///< the same bytes, or the same pixels in every frame
    same_image,  ///< the same picture, altered; not yet looked for
    near,        ///< a person would look twice; not yet looked for
};

[[nodiscard]] const char* to_string(DuplicateKind kind) noexcept;

struct DuplicateMatch {
    EmojiRecord original;
    DuplicateKind kind = DuplicateKind::identical;
    double score = 0;  ///< 1 for identical
};

struct DuplicateGroup {
    DuplicateKind kind = DuplicateKind::identical;
    std::vector<EmojiRecord> members;  ///< oldest first, at least two
};

/// Blocking; safe from any thread. Refers to the catalogue, which must outlive it.
class DuplicateFinder {
public:
    explicit DuplicateFinder(const Catalogue& catalogue) : catalogue_(catalogue) {}

    /// Pictures of the workspace (all if empty) that the given one repeats, oldest first;
    /// `except` is not compared with itself (0: none).
    [[nodiscard]] Result<std::vector<DuplicateMatch>> check(std::string_view team_id,
                                                            std::string_view file_hash,
                                                            std::string_view pixel_hash,
                                                            EmojiId except) const;

    /// Every group in the workspace, largest first, then by the oldest member's name.
    [[nodiscard]] Result<std::vector<DuplicateGroup>> groups(std::string_view team_id) const;

private:
    const Catalogue& catalogue_;
};

}  // namespace emojiscope::search
