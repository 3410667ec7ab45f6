#include "concept_signal.hpp"

#include <algorithm>

namespace emojiscope::search {
namespace {

/// A synonym that is one word of several in a name.
constexpr double as_one_word = 0.85;
/// One that was read from the picture.
constexpr double as_text = 0.9;

void raise(ConceptFit& best, double score, const ConceptWord& word) {
    if (score > best.score) {
        best = {score, &word};
    }
}

void look_up(const std::unordered_map<std::string, ConceptWord>& words, const std::string& key,
             double factor, ConceptFit& best) {
    if (const auto found = words.find(key); found != words.end()) {
        raise(best, factor * found->second.weight, found->second);
    }
}

}  // namespace

ConceptFit match_concepts(const TextQuery& query, std::span<const NameKeys> names,
                          const TextKeys& texts) {
    ConceptFit best;
    if (query.synonyms.empty()) {
        return best;
    }
    for (const NameKeys& name : names) {
        look_up(query.synonyms, name.folded, 1, best);
        for (const std::string& key : name.sounds.spelt) {
            look_up(query.synonym_sounds, key, 1, best);
        }
        for (const std::string& word : name.tokens) {
            look_up(query.synonyms, word, as_one_word, best);
        }
    }
    for (const TextKey& text : texts.texts) {
        look_up(query.synonyms, text.folded, as_text * text.confidence, best);
    }
    return best;
}

bool may_match_concepts(const TextQuery& query, const KeySummary& keys) {
    if (keys.word_count > KeySummary::most_words) {
        return !query.synonyms.empty();
    }
    const auto end = keys.words.begin() + keys.word_count;
    return std::any_of(keys.words.begin(), end,
                       [&](std::uint16_t hash) { return query.synonym_hashes.test(hash); });
}

}  // namespace emojiscope::search
