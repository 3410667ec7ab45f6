// How well a query in words fits the words read from a picture.
#pragma once

#include "text_query.hpp"

#include "emojiscope/search/entry_keys.hpp"

namespace emojiscope::search {

struct TextMatch {
    double score = 0;  ///< 0 to 1, how much of the query is what was read, misreadings weighed in
    const TextKey* text = nullptr;  ///< the reading that matched
};

/// Texts less like the query than this say nothing: by themselves they would not be shown.
inline constexpr double least_text_score = 0.55;

/// The best of all that was read from one picture; 0 if that is less than least_text_score.
[[nodiscard]] TextMatch match_texts(const TextQuery& query, const TextKeys& texts);

/// False: match_texts gives 0.
[[nodiscard]] bool may_match_texts(const TextQuery& query, const KeySummary& keys);

}  // namespace emojiscope::search
