#include "emojiscope/search/entry_keys.hpp"

#include "emojiscope/core/text.hpp"

#include <algorithm>
#include <functional>

namespace emojiscope::search {
namespace {

constexpr std::size_t most_readings = 4;
/// Words in pictures are misread: more ways to read them are kept.
constexpr std::size_t most_text_readings = 8;

/// Of a text in which the reader had no confidence at all, what is left of its worth.
constexpr double without_confidence = 0.85;
/// Up to this confidence words may have been seen where there are none.
constexpr double may_be_none = 0.8;
/// So many characters are seldom seen where there are none.
constexpr double no_accident = 5;
/// The reader's first choice is right most often; each later one a little less.
constexpr double for_later_choice = 0.985;

enum class Kind { separator, digit, other };

Kind kind_of(char32_t c) {
    if (c <= U' ' || c == U'_' || c == U'-' || c == U'.' || c == U'\'' || c == U':' ||
        c == U'\u3000') {
        return Kind::separator;
    }
    return c >= U'0' && c <= U'9' ? Kind::digit : Kind::other;
}

void add_new(std::vector<std::string>& keys, const std::vector<std::string>& more) {
    for (const std::string& key : more) {
        if (!key.empty() && std::find(keys.begin(), keys.end(), key) == keys.end()) {
            keys.push_back(key);
        }
    }
}

void add_reading(TextKeys& keys, const KanaText& kana, std::size_t text) {
    const auto known = std::find_if(keys.readings.begin(), keys.readings.end(),
                                    [&](const ReadingKey& reading) {
                                        return reading.kana.size == kana.size &&
                                               reading.kana.ids == kana.ids;
                                    });
    if (known == keys.readings.end()) {
        keys.readings.push_back({kana, text});
    } else if (keys.texts[text].worth > keys.texts[known->text].worth) {
        known->text = text;
    }
}

void add_word(KeySummary& summary, std::string_view word) {
    const auto end = summary.words.begin() +
                     std::min<std::ptrdiff_t>(summary.word_count, KeySummary::most_words);
    const std::uint16_t hash = word_hash(word);
    if (std::find(summary.words.begin(), end, hash) != end) {
        return;
    }
    if (end != summary.words.end()) {
        *end = hash;
    }
    summary.word_count = static_cast<std::uint8_t>(
        std::min<std::size_t>(summary.word_count + 1U, KeySummary::most_words + 1));
}

/// How surely these words are drawn in a picture: not if they were read with doubt, or are so short
/// that lines of a drawing may have been taken for them.
double surely_written(const TextKey& text) {
    const double sure = std::max(0.0, (text.confidence - may_be_none) / (1 - may_be_none));
    const auto length = static_cast<double>(to_code_points(text.folded).size());
    return sure * std::min(1.0, length / no_accident);
}

void add_all(KanaSet& set, const std::vector<std::string>& keys) {
    for (const std::string& key : keys) {
        set.add(kana_in(key));
    }
}

}  // namespace

LetterSet letters_of(std::string_view folded) noexcept {
    constexpr unsigned bits = 64;
    LetterSet set = 0;
    for (const char c : folded) {
        set |= LetterSet{1} << (static_cast<unsigned char>(c) % bits);
    }
    return set;
}

std::uint16_t word_hash(std::string_view folded) noexcept {
    constexpr unsigned bits = 16;
    const std::size_t hash = std::hash<std::string_view>{}(folded);
    return static_cast<std::uint16_t>(hash ^ (hash >> bits));
}

std::vector<std::string> words_of(std::string_view text) {
    std::vector<std::string> words;
    std::u32string word;
    Kind before = Kind::separator;
    const auto finish = [&] {
        const std::string folded = fold_for_matching(to_utf8(word));
        if (!folded.empty()) {
            words.push_back(folded);
        }
        word.clear();
    };
    for (const char32_t c : to_code_points(text)) {
        const Kind kind = kind_of(c);
        if (kind != before) {
            finish();
        }
        if (kind != Kind::separator) {
            word.push_back(c);
        }
        before = kind;
    }
    finish();
    return words;
}

Sounds sounds_of(std::string_view text, const Language& language) {
    SoundKeys spelt = sound_keys(text);
    Sounds sounds{std::move(spelt.exact), std::move(spelt.loose), {}};
    if (sounds.spelt.empty() && language.readings != nullptr) {
        for (const std::string& reading : language.readings->readings(text, most_readings)) {
            add_new(sounds.read, sound_keys(reading).exact);
        }
    }
    return sounds;
}

NameKeys name_keys(std::string_view name, const Language& language) {
    return {std::string(name), fold_for_matching(name), words_of(name), sounds_of(name, language)};
}

TextKeys text_keys(std::span<const ReadText> texts, const Language& language) {
    TextKeys keys;
    double choice = 1;
    for (const ReadText& text : texts) {
        const double sure = without_confidence + (1 - without_confidence) * text.confidence;
        keys.texts.push_back(
            {text.text, fold_for_matching(text.text), text.confidence, choice * sure});
        choice *= for_later_choice;
        std::vector<std::string> readings;
        if (language.readings != nullptr) {
            readings = language.readings->readings(text.text, most_text_readings);
        }
        if (readings.empty()) {
            readings.push_back(to_hiragana(text.text));
        }
        for (const std::string& reading : readings) {
            if (const KanaText kana = encode(reading); kana.size > 0) {
                add_reading(keys, kana, keys.texts.size() - 1);
            }
        }
    }
    return keys;
}

KeySummary summary_of(std::span<const NameKeys> names, const TextKeys& texts) {
    KeySummary summary;
    for (const NameKeys& name : names) {
        summary.name_letters |= letters_of(name.folded);
        add_word(summary, name.folded);
        for (const std::string& word : name.tokens) {
            summary.name_letters |= letters_of(word);
            add_word(summary, word);
        }
        for (const std::string& key : name.sounds.spelt) {
            add_word(summary, key);
        }
        add_all(summary.name_sounds, name.sounds.spelt);
        add_all(summary.name_sounds, name.sounds.loose);
        add_all(summary.name_sounds, name.sounds.read);
    }
    for (const TextKey& text : texts.texts) {
        summary.text_letters |= letters_of(text.folded);
        summary.written = std::max(summary.written, static_cast<float>(surely_written(text)));
        add_word(summary, text.folded);
    }
    if (!texts.readings.empty()) {
        summary.text_common = texts.readings.front().kana.reach.same;
    }
    for (const ReadingKey& reading : texts.readings) {
        summary.text_common.keep(reading.kana.reach.same);
        summary.text_reach.add(reading.kana.reach);
        summary.longest_reading =
            std::max(summary.longest_reading, static_cast<std::uint8_t>(reading.kana.size));
    }
    return summary;
}

}  // namespace emojiscope::search
