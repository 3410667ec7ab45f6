// Whether an emoji is named, or says in its picture, what the query means in other words.
#pragma once

#include "text_query.hpp"

#include "emojiscope/search/entry_keys.hpp"

#include <span>

namespace emojiscope::search {

struct ConceptFit {
    double score = 0;                    ///< 0 to 1
    const ConceptWord* word = nullptr;   ///< by which it was found
};

/// The best of an emoji's names and of the words in its picture.
[[nodiscard]] ConceptFit match_concepts(const TextQuery& query, std::span<const NameKeys> names,
                                        const TextKeys& texts);

/// False: match_concepts gives 0.
[[nodiscard]] bool may_match_concepts(const TextQuery& query, const KeySummary& keys);

}  // namespace emojiscope::search
