// By what an emoji is found in words: keys of its names and of the words in its picture, made
// once, when it is shown to searches.
#pragma once

#include "emojiscope/core/kana.hpp"
#include "emojiscope/search/language.hpp"
#include "emojiscope/search/text_reader.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace emojiscope::search {

/// How a text sounds, whatever the script: core/kana.hpp's keys of what it spells, or of how its
/// kanji may be read.
struct Sounds {
    std::vector<std::string> spelt;  ///< of kana and romaji
    std::vector<std::string> loose;  ///< the same with long vowels shortened
    std::vector<std::string> read;   ///< of kanji, by reading
};

struct NameKeys {
    std::string name;                 ///< as it is written
    std::string folded;               ///< fold_for_matching
    std::vector<std::string> tokens;  ///< its words, folded
    Sounds sounds;
};

struct TextKeys {
    std::string text;  ///< as it was read
    std::string folded;
    double confidence = 0;          ///< 0 to 1
    std::vector<KanaText> readings;  ///< how it may be read
};

/// The words of a name or a query, folded: parted at white space and `_ - . ' :`, and where digits
/// begin or end.
[[nodiscard]] std::vector<std::string> words_of(std::string_view text);

[[nodiscard]] Sounds sounds_of(std::string_view text, const Language& language);
[[nodiscard]] NameKeys name_keys(std::string_view name, const Language& language);
[[nodiscard]] std::vector<TextKeys> text_keys(std::span<const ReadText> texts,
                                              const Language& language);

}  // namespace emojiscope::search
