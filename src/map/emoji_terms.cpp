#include "emoji_terms.hpp"

#include "emojiscope/core/text.hpp"
#include "emojiscope/search/entry_keys.hpp"

#include <algorithm>
#include <array>

namespace emojiscope::map {
namespace {

/// A word must mean the emoji at least this surely: keywords in passing say little of a cluster.
constexpr double sure_meaning = 0.6;
/// In code points. Longer ones are sentences, which nothing else has in common with them.
constexpr std::size_t longest_word = 12;
constexpr std::size_t shortest_word = 2;
constexpr std::size_t shortest_meaning = 3;  // bytes: one kanji is enough

bool is_number(const std::string& word) {
    return std::all_of(word.begin(), word.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool is_usable(const std::string& word) {
    const std::size_t size = to_code_points(word).size();
    const bool ideograph = size == 1 && to_code_points(word)[0] >= 0x3400;
    return (size >= shortest_word || ideograph) && size <= longest_word && !is_number(word);
}

/// What kind of words a picture shows.
Term script_of(const std::string& text) {
    for (const char32_t c : to_code_points(text)) {
        if (c >= 0xAC00 && c <= 0xD7A3) {
            return {"has Korean words", "Korean words"};
        }
        if (c >= 0x3040 && c <= 0x9FFF) {
            return {"has Japanese words", "Japanese words"};
        }
    }
    return {"has words", "words"};
}

}  // namespace

const std::optional<Term>& TermMaker::meaning_of(const std::string& word) {
    const auto [place, is_new] = meanings_.try_emplace(word);
    const bool too_short = word.size() < shortest_meaning;  // "us" and "id" mean countries
    if (is_new && !too_short && language_.concepts != nullptr) {
        const auto found = language_.concepts->match(word, 1);
        if (!found.empty() && found.front().weight >= sure_meaning) {
            constexpr std::array<std::string_view, 1> languages{"en"};
            const auto words = language_.concepts->words(found.front().emoji, languages);
            const std::string name = words.empty() ? "" : " " + words.front();
            place->second = Term{"means " + found.front().emoji, found.front().emoji + name};
        }
    }
    return place->second;
}

void TermMaker::add_words(const std::string& text, std::vector<Term>& terms) {
    for (const std::string& word : search::words_of(text)) {
        if (!is_usable(word)) {
            continue;
        }
        terms.push_back({word, word});
        if (const auto& meaning = meaning_of(word)) {
            terms.push_back(*meaning);
        }
    }
}

std::vector<Term> TermMaker::terms_of(const MappedEmoji& emoji) {
    std::vector<Term> terms;
    add_words(emoji.name, terms);
    for (const std::string& alias : emoji.aliases) {
        add_words(alias, terms);
    }
    if (!emoji.words.empty()) {
        add_words(emoji.words.front(), terms);
        terms.push_back(script_of(emoji.words.front()));
    }
    if (emoji.animated) {
        terms.push_back({"is animated", "animated"});
    }
    return terms;
}

}  // namespace emojiscope::map
