#include "emojiscope/search/entry_keys.hpp"

#include "emojiscope/core/text.hpp"

#include <algorithm>

namespace emojiscope::search {
namespace {

constexpr std::size_t most_readings = 4;
/// Words in pictures are misread: more ways to read them are kept.
constexpr std::size_t most_text_readings = 8;

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

}  // namespace

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

std::vector<TextKeys> text_keys(std::span<const ReadText> texts, const Language& language) {
    std::vector<TextKeys> keys;
    for (const ReadText& text : texts) {
        TextKeys one{text.text, fold_for_matching(text.text), text.confidence, {}};
        std::vector<std::string> readings;
        if (language.readings != nullptr) {
            readings = language.readings->readings(text.text, most_text_readings);
        }
        if (readings.empty()) {
            readings.push_back(to_hiragana(text.text));
        }
        for (const std::string& reading : readings) {
            if (!reading.empty()) {
                one.readings.push_back(encode(reading));
            }
        }
        keys.push_back(std::move(one));
    }
    return keys;
}

}  // namespace emojiscope::search
