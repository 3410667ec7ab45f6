// How well a query in words fits a name.
#pragma once

#include "text_query.hpp"

#include "emojiscope/search/entry_keys.hpp"

#include <span>

namespace emojiscope::search {

enum class NameFit { none, exact, sounds_like, part, typo };

struct NameMatch {
    double score = 0;  ///< 0 to 1, the probability that the name is what was meant
    NameFit fit = NameFit::none;
    const NameKeys* name = nullptr;  ///< the one that matched
};

/// The best of an emoji's names.
/// The best of an emoji's names.
[[nodiscard]] NameMatch match_names(const TextQuery& query, std::span<const NameKeys> names);

/// False: match_names gives 0.
[[nodiscard]] bool may_match_names(const TextQuery& query, const KeySummary& keys);

/// How many letters of a query may be wrong.
[[nodiscard]] std::size_t typos_allowed(std::string_view folded_query) noexcept;

/// Edits (a letter more, less, other, or two swapped) that turn one text into the other; more than
/// `most` is told as most + 1. P. Damerau, 1964, in the form of optimal string alignment.
[[nodiscard]] std::size_t edits_between(std::string_view a, std::string_view b, std::size_t most);

}  // namespace emojiscope::search
