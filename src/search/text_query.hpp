// A query in words, taken apart once.
#pragma once

#include "emojiscope/core/kana.hpp"
#include "emojiscope/search/entry_keys.hpp"
#include "emojiscope/search/language.hpp"

#include <bitset>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace emojiscope::search {

/// A word for something that the query may mean.
struct ConceptWord {
    double weight = 0;        ///< of the meaning, 0 to 1
    std::string emoji;        ///< the meaning
    std::string word;         ///< as the dictionary has it
};

struct TextQuery {
    std::string text;    ///< as it was typed
    std::string folded;  ///< not empty
    std::vector<std::string> words;
    Sounds sounds;
    std::vector<KanaText> readings;      ///< to be compared with words read from pictures
    std::vector<ConceptMatch> concepts;  ///< what it may mean, best first
    double coverage = 1;  ///< how much of it is words for emoji and looks; 1 if that is not known
    /// What a match asks of an emoji at the least; see KeySummary.
    LetterSet letters = 0;       ///< of `folded`
    LetterSet name_letters = 0;  ///< of `folded` and of `words` alike
    std::vector<KanaSet> sound_letters;  ///< of each of the keys in `sounds`
    std::bitset<word_hashes> synonym_hashes;
    /// Other words for that, by their folded form and by their sound, each with its best meaning.
    std::unordered_map<std::string, ConceptWord> synonyms;
    std::unordered_map<std::string, ConceptWord> synonym_sounds;
};

[[nodiscard]] TextQuery analyse(std::string_view text, const Language& language,
                                bool with_concepts);

}  // namespace emojiscope::search
