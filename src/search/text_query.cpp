#include "text_query.hpp"

#include "emojiscope/core/text.hpp"

#include <array>

namespace emojiscope::search {
namespace {

constexpr std::size_t most_readings = 4;
constexpr std::size_t most_concepts = 12;
/// A meaning less likely than this brings no synonyms.
constexpr double least_weight = 0.2;
/// Each further word of a meaning says less of it: names come first, remote keywords last.
constexpr double weight_per_word = 0.85;
/// In which languages emoji are named, romaji included.
constexpr std::array<std::string_view, 2> naming_languages{"en", "ja"};

void keep_best(std::unordered_map<std::string, ConceptWord>& words, const std::string& key,
               const ConceptWord& word) {
    if (key.empty()) {
        return;
    }
    const auto [at, is_new] = words.emplace(key, word);
    if (!is_new && at->second.weight < word.weight) {
        at->second = word;
    }
}

void add_synonyms(TextQuery& query, const Concepts& concepts) {
    for (const ConceptMatch& meaning : query.concepts) {
        if (meaning.weight < least_weight) {
            continue;
        }
        double weight = meaning.weight;
        keep_best(query.synonyms, fold_for_matching(concepts.short_name(meaning.emoji)),
                  {weight, meaning.emoji, concepts.short_name(meaning.emoji)});
        for (const std::string& word : concepts.words(meaning.emoji, naming_languages)) {
            const ConceptWord synonym{weight, meaning.emoji, word};
            keep_best(query.synonyms, fold_for_matching(word), synonym);
            for (const std::string& key : sound_keys(word).exact) {
                keep_best(query.synonym_sounds, key, synonym);
            }
            weight *= weight_per_word;
        }
    }
    for (const auto* words : {&query.synonyms, &query.synonym_sounds}) {
        for (const auto& [word, meaning] : *words) {
            query.synonym_hashes.set(word_hash(word));
        }
    }
}

void add_letters(TextQuery& query) {
    query.letters = letters_of(query.folded);
    LetterSet of_words = 0;
    for (const std::string& word : query.words) {
        of_words |= letters_of(word);
    }
    query.name_letters = query.letters & of_words;
    for (const auto* keys : {&query.sounds.spelt, &query.sounds.loose, &query.sounds.read}) {
        for (const std::string& key : *keys) {
            query.sound_letters.push_back(kana_in(key));
        }
    }
}

}  // namespace

TextQuery analyse(std::string_view text, const Language& language, bool with_concepts) {
    TextQuery query;
    query.text = text;
    query.folded = fold_for_matching(text);
    query.words = words_of(text);
    query.sounds = sounds_of(text, language);
    if (const std::string kana = to_hiragana(text); !kana.empty()) {
        query.readings.push_back(encode(kana));
    } else if (language.readings != nullptr) {
        for (const std::string& reading : language.readings->readings(text, most_readings)) {
            query.readings.push_back(encode(reading));
        }
    }
    if (language.concepts != nullptr) {
        query.coverage = language.concepts->coverage(text);
    }
    if (with_concepts && language.concepts != nullptr) {
        query.concepts = language.concepts->match(text, most_concepts);
        add_synonyms(query, *language.concepts);
    }
    add_letters(query);
    return query;
}

}  // namespace emojiscope::search
