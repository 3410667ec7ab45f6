#include "emojiscope/text/readings.hpp"

#include "emojiscope/core/kana.hpp"
#include "emojiscope/core/text.hpp"

#include <mecab.h>

#include <algorithm>
#include <string>
#include <utility>

namespace emojiscope::text {
namespace {

/// Divisions of a text that are looked at; the same reading comes from several.
constexpr std::size_t divisions = 12;
constexpr std::size_t sounds_of_a_kanji = 3;
constexpr std::size_t most_combinations = 9;
/// No emoji says more, and MeCab's time grows with the length.
constexpr std::size_t longest_bytes = 300;
/// Where IPADIC's entries have the reading, in katakana, counted from 0; unknown words have fewer.
constexpr std::size_t reading_field = 7;

bool is_kanji(char32_t c) {
    return (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x3400 && c <= 0x4DBF) || c == U'々' || c == U'〆';
}

bool is_kana(char32_t c) {
    return (c >= U'ぁ' && c <= U'ゖ') || (c >= U'ァ' && c <= U'ヺ') || c == U'ー';
}

bool is_japanese(std::string_view text) {
    const std::u32string points = to_code_points(text);
    return std::any_of(points.begin(), points.end(),
                       [](char32_t c) { return is_kanji(c) || is_kana(c); });
}

/// The n-th of the comma-separated fields; empty if there are fewer.
std::string_view field(std::string_view fields, std::size_t n) {
    for (; n > 0; --n) {
        const auto comma = fields.find(',');
        if (comma == std::string_view::npos) {
            return {};
        }
        fields.remove_prefix(comma + 1);
    }
    return fields.substr(0, fields.find(','));
}

/// The reading of one word, in hiragana; nothing if it has none.
std::string reading_of(const MeCab::Node& node) {
    const std::string surface(node.surface, node.length);
    const std::string_view read = field(node.feature, reading_field);
    if (!read.empty() && read != "*") {
        return fold_for_matching(read);
    }
    if (std::string kana = to_hiragana(surface); !kana.empty()) {
        return kana;
    }
    std::u32string kept;
    for (const char32_t c : to_code_points(fold_for_matching(surface))) {
        if (is_kana(c)) {
            kept += c;
        }
    }
    return to_utf8(kept);
}

void add_new(std::vector<std::string>& readings, std::string reading) {
    if (!reading.empty() &&
        std::find(readings.begin(), readings.end(), reading) == readings.end()) {
        readings.push_back(std::move(reading));
    }
}

}  // namespace

struct JapaneseReader::Parts {
    std::unique_ptr<MeCab::Model> model;

    /// By the likeliest divisions into words.
    [[nodiscard]] std::vector<std::string> divide(std::string_view text, std::size_t most) const;
    [[nodiscard]] std::vector<std::string> by_character(std::string_view text) const;
};

JapaneseReader::JapaneseReader(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
JapaneseReader::~JapaneseReader() = default;

Result<std::unique_ptr<JapaneseReader>> JapaneseReader::open() {
    auto parts = std::make_unique<Parts>();
    parts->model.reset(MeCab::createModel("-d /var/lib/mecab/dic/ipadic-utf8"));
    if (!parts->model) {
        return fail(ErrorCode::not_found,
                    "the dictionary of Japanese readings cannot be opened: install mecab-ipadic-utf8");
    }
    return std::unique_ptr<JapaneseReader>(new JapaneseReader(std::move(parts)));
}

/// Each kanji by itself: a misread character spoils the word, but not its neighbours' sounds.
std::vector<std::string> JapaneseReader::Parts::by_character(std::string_view text) const {
    std::vector<std::string> combined{""};
    for (const char32_t c : to_code_points(text)) {
        std::vector<std::string> sounds;
        if (is_kanji(c)) {
            sounds = divide(to_utf8({&c, 1}), sounds_of_a_kanji);
        } else {
            add_new(sounds, to_hiragana(to_utf8({&c, 1})));
        }
        if (sounds.empty()) {
            continue;
        }
        std::vector<std::string> longer;
        for (const std::string& begun : combined) {
            for (const std::string& sound : sounds) {
                if (longer.size() < most_combinations) {
                    longer.push_back(begun + sound);
                }
            }
        }
        combined = std::move(longer);
    }
    return combined;
}

std::vector<std::string> JapaneseReader::readings(std::string_view text, std::size_t most) const {
    std::vector<std::string> found;
    if (!is_japanese(text) || most == 0) {
        return found;
    }
    if (std::string kana = to_hiragana(text); !kana.empty()) {
        found.push_back(std::move(kana));
        return found;
    }
    const std::string_view sentence = truncate_utf8(text, longest_bytes);
    found = parts_->divide(sentence, most);
    for (std::string& combination : parts_->by_character(sentence)) {
        if (found.size() < most) {
            add_new(found, std::move(combination));
        }
    }
    return found;
}

std::vector<std::string> JapaneseReader::Parts::divide(std::string_view text,
                                                       std::size_t most) const {
    std::vector<std::string> found;
    const std::string sentence(text);
    // The model is shared; a tagger and a lattice are this call's own.
    const std::unique_ptr<MeCab::Tagger> tagger(model->createTagger());
    const std::unique_ptr<MeCab::Lattice> lattice(model->createLattice());
    if (!tagger || !lattice) {
        return found;
    }
    lattice->set_request_type(MECAB_NBEST);
    lattice->set_sentence(sentence.c_str(), sentence.size());
    if (!tagger->parse(lattice.get())) {
        return found;
    }
    for (std::size_t i = 0; i < divisions && found.size() < most; ++i) {
        std::string reading;
        for (const MeCab::Node* node = lattice->bos_node(); node != nullptr; node = node->next) {
            if (node->stat != MECAB_BOS_NODE && node->stat != MECAB_EOS_NODE) {
                reading += reading_of(*node);
            }
        }
        add_new(found, std::move(reading));
        if (!lattice->next()) {
            break;
        }
    }
    return found;
}

}  // namespace emojiscope::text
