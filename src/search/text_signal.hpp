// How well a query in words fits the words read from a picture.
#pragma once

#include "text_query.hpp"

#include "emojiscope/search/entry_keys.hpp"

#include <span>

namespace emojiscope::search {

struct TextMatch {
    double score = 0;  ///< 0 to 1, how much of the query is what was read, misreadings weighed in
    const TextKeys* text = nullptr;  ///< the reading that matched
};

/// The best of all that was read from one picture.
[[nodiscard]] TextMatch match_texts(const TextQuery& query, std::span<const TextKeys> texts);

}  // namespace emojiscope::search
