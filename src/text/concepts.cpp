#include "emojiscope/text/concepts.hpp"

#include "gunzip.hpp"

#include "emojiscope/core/text.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>

namespace emojiscope::text {
namespace {

using search::ConceptMatch;

constexpr std::string_view mark = "emojiscope concepts 1";
constexpr std::size_t most_bytes = std::size_t{64} << 20U;
constexpr std::size_t most_emoji = 20'000;
constexpr std::size_t most_keys = 4'000'000;
/// Nobody describes an emoji in more words, and hostile texts end here.
constexpr std::size_t most_words = 8;
constexpr std::size_t longest_text = 400;

/// Of what all words of a text mean, and of what only some of them do.
constexpr double for_all_words = 0.95;
constexpr double for_some_words = 0.45;
/// Of what a part of a text without spaces means.
constexpr double for_part = 0.7;
constexpr std::size_t longest_part = 8;

/// Words that say nothing of a picture.
constexpr std::array<std::string_view, 14> grammar{"a",  "an",   "and", "at",   "for", "in", "is",
                                                   "my", "like", "of",  "on",   "the", "to", "with"};
/// What a character counts for coverage: kana are mostly grammar where they are no known word, and
/// one kanji is part of many words.
constexpr double kanji_weight = 1;
constexpr double known_kana_weight = 0.5;
constexpr double other_kana_weight = 0.25;
constexpr double single_kanji_share = 0.6;

constexpr std::array<std::string_view, 2> languages_kept{"en", "ja"};

std::string_view take_until(std::string_view& text, char separator) {
    const auto end = std::min(text.find(separator), text.size());
    const std::string_view taken = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return taken;
}

std::optional<std::size_t> take_number(std::string_view text, std::size_t most) {
    std::size_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value > most) {
        return std::nullopt;
    }
    return value;
}

std::vector<std::string> split(std::string_view text, char separator) {
    std::vector<std::string> parts;
    while (!text.empty()) {
        if (const auto part = take_until(text, separator); !part.empty()) {
            parts.emplace_back(part);
        }
    }
    return parts;
}

bool is_skin_tone(char32_t c) {
    return c >= 0x1F3FB && c <= 0x1F3FF;
}

/// The emoji as the dictionary has it: without skin tones and variation selectors.
std::string bare(std::string_view emoji) {
    std::u32string points;
    for (const char32_t c : to_code_points(emoji)) {
        if (c != 0xFE0F && c != 0xFE0E && !is_skin_tone(c)) {
            points += c;
        }
    }
    return to_utf8(points);
}

/// Plain English: parrots, dishes, running.
std::vector<std::string> without_endings(const std::string& word) {
    std::vector<std::string> forms;
    for (const std::string_view ending : {"es", "s", "ing", "ed"}) {
        if (word.size() >= ending.size() + 3 && word.ends_with(ending)) {
            forms.push_back(word.substr(0, word.size() - ending.size()));
        }
    }
    return forms;
}

/// Emoji by place, with the best weight each.
using Weights = std::map<std::size_t, double>;

void keep_best(Weights& all, const Weights& more, double factor) {
    for (const auto& [place, weight] : more) {
        double& best = all[place];
        best = std::max(best, factor * weight);
    }
}

}  // namespace

struct ConceptDictionary::Parts {
    struct Emoji {
        std::string emoji;
        std::string short_name;
        std::array<std::vector<std::string>, languages_kept.size()> words;
    };

    std::string text;                     ///< the whole file; keys are views of it
    std::vector<Emoji> emoji;
    std::unordered_map<std::string, std::size_t> places;
    std::vector<std::string_view> keys;   ///< whole lines, sorted by key

    [[nodiscard]] bool read();
    [[nodiscard]] Weights look_up(std::string_view key) const;
    [[nodiscard]] Weights look_up_word(const std::string& word) const;
    [[nodiscard]] Weights look_up_words(const std::vector<std::string>& words) const;
    [[nodiscard]] Weights look_up_parts(const std::string& folded) const;
    [[nodiscard]] double coverage_by_words(std::string_view words) const;
    [[nodiscard]] double coverage_by_parts(const std::string& folded) const;
};

bool ConceptDictionary::Parts::read() {
    std::string_view rest = text;
    if (take_until(rest, '\n') != mark) {
        return false;
    }
    const auto emoji_count = take_number(take_until(rest, '\n'), most_emoji);
    for (std::size_t i = 0; i < emoji_count.value_or(0); ++i) {
        std::string_view line = take_until(rest, '\n');
        Emoji one;
        one.emoji = take_until(line, '\t');
        one.short_name = take_until(line, '\t');
        for (auto& words : one.words) {
            words = split(take_until(line, '\t'), '|');
        }
        if (one.emoji.empty() || !is_valid_utf8(one.emoji)) {
            return false;
        }
        places.emplace(one.emoji, i);
        emoji.push_back(std::move(one));
    }
    const auto key_count = take_number(take_until(rest, '\n'), most_keys);
    if (emoji.empty() || !key_count) {
        return false;
    }
    keys.reserve(*key_count);
    for (std::size_t i = 0; i < *key_count; ++i) {
        const std::string_view line = take_until(rest, '\n');
        if (line.find('\t') == std::string_view::npos) {
            return false;
        }
        keys.push_back(line);
    }
    return rest.empty();
}

Weights ConceptDictionary::Parts::look_up(std::string_view key) const {
    Weights weights;
    const auto key_of = [](std::string_view line) { return line.substr(0, line.find('\t')); };
    const auto found =
        std::lower_bound(keys.begin(), keys.end(), key,
                         [&](std::string_view line, std::string_view wanted) {
                             return key_of(line) < wanted;
                         });
    if (key.empty() || found == keys.end() || key_of(*found) != key) {
        return weights;
    }
    std::string_view rest = found->substr(key.size() + 1);
    while (!rest.empty()) {
        std::string_view item = take_until(rest, ' ');
        const auto place = take_number(take_until(item, ':'), emoji.size() - 1);
        const auto percent = take_number(item, 100);
        if (place && percent) {
            weights[*place] = static_cast<double>(*percent) / 100;
        }
    }
    return weights;
}

Weights ConceptDictionary::Parts::look_up_word(const std::string& word) const {
    Weights weights = look_up(word);
    if (weights.empty()) {
        for (const std::string& form : without_endings(word)) {
            keep_best(weights, look_up(form), for_all_words);
        }
    }
    return weights;
}

Weights ConceptDictionary::Parts::look_up_words(const std::vector<std::string>& words) const {
    struct Sum {
        double weight = 0;
        std::size_t words = 0;
    };
    std::map<std::size_t, Sum> sums;
    for (const std::string& word : words) {
        for (const auto& [place, weight] : look_up_word(word)) {
            sums[place].weight += weight;
            ++sums[place].words;
        }
    }
    Weights weights;
    const auto count = static_cast<double>(words.size());
    for (const auto& [place, sum] : sums) {
        const double factor = sum.words == words.size() ? for_all_words : for_some_words;
        weights[place] = factor * sum.weight / (sum.words == words.size() ? count : count - 0.5);
    }
    return weights;
}

/// Every part of a few characters, longer ones first in weight.
Weights ConceptDictionary::Parts::look_up_parts(const std::string& folded) const {
    Weights weights;
    const std::u32string points = to_code_points(folded);
    if (points.size() > longest_text / 4) {
        return weights;
    }
    const auto all = static_cast<double>(points.size());
    for (std::size_t begin = 0; begin < points.size(); ++begin) {
        for (std::size_t size = 1; size <= std::min(longest_part, points.size() - begin); ++size) {
            const std::u32string part = points.substr(begin, size);
            // One kana or letter is part of anything.
            if (size == 1 && part[0] < 0x3400) {
                continue;
            }
            keep_best(weights, look_up(to_utf8(part)),
                      for_part * std::sqrt(static_cast<double>(size) / all));
        }
    }
    return weights;
}

double ConceptDictionary::Parts::coverage_by_words(std::string_view words) const {
    double known = 0;
    double all = 0;
    std::size_t count = 0;
    for (const std::string& part : split(one_line(words), ' ')) {
        const std::string word = fold_for_matching(part);
        if (std::find(grammar.begin(), grammar.end(), word) != grammar.end() ||
            ++count > most_words) {
            continue;
        }
        const auto letters = static_cast<double>(word.size());
        all += letters;
        known += look_up_word(word).empty() ? 0 : letters;
    }
    return all > 0 ? known / all : 0;
}

double ConceptDictionary::Parts::coverage_by_parts(const std::string& folded) const {
    const std::u32string points = to_code_points(folded);
    const auto is_kana = [](char32_t c) { return c >= 0x3041 && c <= 0x30FF; };
    double known = 0;
    double all = 0;
    for (std::size_t begin = 0; begin < points.size();) {
        std::size_t size = std::min(longest_part, points.size() - begin);
        while (size > 0 && ((size == 1 && points[begin] < 0x3400) ||
                            look_up(to_utf8(points.substr(begin, size))).empty())) {
            --size;
        }
        for (const char32_t c : points.substr(begin, std::max<std::size_t>(size, 1))) {
            const double weight = !is_kana(c) ? kanji_weight
                                  : size > 0  ? known_kana_weight
                                              : other_kana_weight;
            all += weight;
            known += size > 1 ? weight : size == 1 ? single_kanji_share * weight : 0;
        }
        begin += std::max<std::size_t>(size, 1);
    }
    return all > 0 ? known / all : 0;
}

ConceptDictionary::ConceptDictionary(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
ConceptDictionary::~ConceptDictionary() = default;

Result<std::unique_ptr<ConceptDictionary>> ConceptDictionary::open(
    const std::filesystem::path& file) {
    auto text = gunzip(file, most_bytes);
    if (!text) {
        return text.error();
    }
    auto parts = std::make_unique<Parts>();
    parts->text = std::move(*text);
    if (!parts->read()) {
        return fail(ErrorCode::corrupt, file.string() + " is no concept dictionary, or damaged");
    }
    return std::unique_ptr<ConceptDictionary>(new ConceptDictionary(std::move(parts)));
}

std::vector<ConceptMatch> ConceptDictionary::match(std::string_view text, std::size_t most) const {
    const std::string_view cut = truncate_utf8(text, longest_text);
    const std::string folded = fold_for_matching(bare(cut));
    Weights weights = parts_->look_up_word(folded);
    if (weights.empty()) {
        std::vector<std::string> words;
        for (const std::string& word : split(one_line(cut), ' ')) {
            words.push_back(fold_for_matching(word));
        }
        if (words.size() > 1 && words.size() <= most_words) {
            weights = parts_->look_up_words(words);
        }
        const bool without_spaces = std::any_of(folded.begin(), folded.end(), [](char c) {
            return static_cast<unsigned char>(c) >= 0x80;
        });
        if (weights.empty() && without_spaces) {
            weights = parts_->look_up_parts(folded);
        }
    }
    std::vector<ConceptMatch> found;
    for (const auto& [place, weight] : weights) {
        found.push_back({parts_->emoji[place].emoji, std::min(1.0, weight)});
    }
    // By Slack's order where equally likely, as the places are.
    std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
        return a.weight > b.weight;
    });
    found.resize(std::min(most, found.size()));
    return found;
}

double ConceptDictionary::coverage(std::string_view text) const {
    const std::string_view cut = truncate_utf8(text, longest_text);
    const std::string folded = fold_for_matching(bare(cut));
    if (!parts_->look_up_word(folded).empty()) {
        return 1;
    }
    const double by_words = parts_->coverage_by_words(cut);
    const bool without_spaces = std::any_of(folded.begin(), folded.end(), [](char c) {
        return static_cast<unsigned char>(c) >= 0x80;
    });
    return without_spaces ? std::max(by_words, parts_->coverage_by_parts(folded)) : by_words;
}

std::vector<std::string> ConceptDictionary::words(
    std::string_view emoji, std::span<const std::string_view> languages) const {
    std::vector<std::string> found;
    const auto place = parts_->places.find(bare(emoji));
    if (place == parts_->places.end()) {
        return found;
    }
    for (std::size_t i = 0; i < languages_kept.size(); ++i) {
        if (std::find(languages.begin(), languages.end(), languages_kept[i]) != languages.end()) {
            const auto& words = parts_->emoji[place->second].words[i];
            found.insert(found.end(), words.begin(), words.end());
        }
    }
    return found;
}

std::string ConceptDictionary::short_name(std::string_view emoji) const {
    const auto place = parts_->places.find(bare(emoji));
    return place == parts_->places.end() ? std::string{} : parts_->emoji[place->second].short_name;
}

}  // namespace emojiscope::text
