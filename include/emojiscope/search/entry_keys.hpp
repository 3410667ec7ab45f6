// By what an emoji is found in words: keys of its names and of the words in its picture, made
// once, when it is shown to searches.
#pragma once

#include "emojiscope/core/kana.hpp"
#include "emojiscope/search/language.hpp"
#include "emojiscope/search/text_reader.hpp"

#include <array>
#include <cstdint>
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

/// Which bytes occur in a folded text; several bytes share a bit.
using LetterSet = std::uint64_t;

[[nodiscard]] LetterSet letters_of(std::string_view folded) noexcept;

struct NameKeys {
    std::string name;                 ///< as it is written
    std::string folded;               ///< fold_for_matching
    std::vector<std::string> tokens;  ///< its words, folded
    Sounds sounds;
};

/// Words read from a picture.
struct TextKey {
    std::string text;  ///< as it was read
    std::string folded;
    double confidence = 0;  ///< 0 to 1
    double worth = 0;       ///< 0 to 1, of a match with it: less if it is unsure or a later choice
};

struct ReadingKey {
    KanaText kana;
    std::size_t text = 0;  ///< of which of the texts
};

/// All that was read from one picture.
struct TextKeys {
    std::vector<TextKey> texts;         ///< the likeliest first
    std::vector<ReadingKey> readings;  ///< how they may be read; each once, of the worthiest text
};

/// What the keys of one emoji may hold at all: small and in one piece, since of most emoji a query
/// need look at no more. The signals' may_match_… read it.
struct KeySummary {
    static constexpr std::size_t most_words = 22;

    LetterSet name_letters = 0;  ///< of all names
    LetterSet text_letters = 0;  ///< of all texts
    KanaSet name_sounds;         ///< of all keys of how the names sound
    KanaReach text_reach;        ///< of all readings together
    KanaSet text_common;         ///< the kana that every reading has
    float written = 0;           ///< how surely words are drawn in the picture, 0 to 1
    std::uint8_t longest_reading = 0;
    /// How many of `words` are set, or more, if there was no room for all.
    std::uint8_t word_count = 0;
    /// word_hash of all by which a concept may find it.
    std::array<std::uint16_t, most_words> words{};
};

inline constexpr std::size_t word_hashes = 65536;

[[nodiscard]] std::uint16_t word_hash(std::string_view folded) noexcept;

/// The words of a name or a query, folded: parted at white space and `_ - . ' :`, and where digits
/// begin or end.
[[nodiscard]] std::vector<std::string> words_of(std::string_view text);

[[nodiscard]] Sounds sounds_of(std::string_view text, const Language& language);
[[nodiscard]] NameKeys name_keys(std::string_view name, const Language& language);
[[nodiscard]] TextKeys text_keys(std::span<const ReadText> texts, const Language& language);
[[nodiscard]] KeySummary summary_of(std::span<const NameKeys> names, const TextKeys& texts);

}  // namespace emojiscope::search
