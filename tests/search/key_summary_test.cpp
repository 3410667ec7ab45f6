// What a search leaves out, after a glance at its summary, would not have matched.
#include "concept_signal.hpp"
#include "name_signal.hpp"
#include "text_signal.hpp"

#include "emojiscope/core/text.hpp"
#include "fakes/fake_language.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

namespace emojiscope::search {
namespace {

const std::vector<std::string> words{
    "ok",       "okay",   "ookei",  "おーけー",   "party",  "parrot",     "part",   "beer",
    "ビール",   "biiru",  "乾杯",   "kanpai",     "完敗",   "おつかれ",   "otukare", "お疲れ様",
    "がんばれ", "かんばれ", "さま",  "おつかれさま", "犬",     "inu",        "dog",    "party2",
    "2nd",      "さん",   "すごい", "すこい",     "シュゴイ", "lgtm",       "LGTM!",  "ーー",
    "🍺",       "beer mug", "a",    "っ",         "へつ",   "くっ",
};

struct Entry {
    std::vector<NameKeys> names;
    TextKeys texts;
    KeySummary summary;
};

class Dice {
public:
    Dice() {
        readings_.known = {{"乾杯", {"かんぱい", "けんぱい"}}, {"完敗", {"かんぱい"}},
                           {"犬", {"いぬ", "けん"}},           {"お疲れ様", {"おつかれさま"}}};
        concepts_.known = {{"🍺", {"beer", {"beer mug", "beer", "ビール", "乾杯"}}},
                           {"🐶", {"dog", {"dog face", "dog", "犬", "いぬ"}}}};
    }

    [[nodiscard]] std::string phrase() {
        std::string text = word();
        while (random_() % 3 == 0) {
            text += (random_() % 2 == 0 ? "_" : "") + word();
        }
        return random_() % 4 == 0 ? with_typo(text) : text;
    }

    [[nodiscard]] Entry entry() {
        Entry made;
        for (std::size_t left = 1 + random_() % 2; left > 0; --left) {
            made.names.push_back(name_keys(phrase(), language_));
        }
        std::vector<ReadText> read;
        for (std::size_t left = random_() % 5; left > 0; --left) {
            read.push_back({phrase(), static_cast<double>(random_() % 101) / 100});
        }
        made.texts = text_keys(read, language_);
        made.summary = summary_of(made.names, made.texts);
        return made;
    }

    [[nodiscard]] TextQuery query() { return analyse(phrase(), language_, true); }

private:
    [[nodiscard]] std::string word() { return words[random_() % words.size()]; }

    [[nodiscard]] std::string with_typo(const std::string& text) {
        std::u32string letters = to_code_points(text);
        const std::size_t at = random_() % letters.size();
        if (random_() % 2 == 0 && letters.size() > 1) {
            letters.erase(at, 1);
        } else {
            letters[at] = U'x';
        }
        return to_utf8(letters);
    }

    std::mt19937 random_{1};
    fakes::FakeReadings readings_;
    fakes::FakeConcepts concepts_;
    Language language_{&readings_, &concepts_};
};

/// match_texts as it is defined, every query reading against every reading.
double best_text(const TextQuery& query, const TextKeys& keys) {
    double best = 0;
    for (const TextKey& text : keys.texts) {
        if (text.folded == query.folded) {
            best = std::max(best, text.worth);
        } else if (text.folded.find(query.folded) != std::string::npos) {
            best = std::max(best, 0.92 * text.worth);
        }
    }
    for (const ReadingKey& reading : keys.readings) {
        for (const KanaText& wanted : query.readings) {
            const KanaText& read = reading.kana;
            double sound = std::max(sound_similarity(wanted, read),
                                    0.92 * sound_containment(wanted, read));
            if (read.size < wanted.size) {
                sound = std::max(sound, 0.9 * sound_containment(read, wanted) *
                                            static_cast<double>(read.size) /
                                            static_cast<double>(wanted.size));
            }
            best = std::max(best, 0.98 * sound * keys.texts[reading.text].worth);
        }
    }
    return best < least_text_score ? 0 : best;
}

}  // namespace

TEST_CASE("what matches is never left out", "[search][summary]") {
    Dice dice;
    int names = 0;
    int texts = 0;
    int meanings = 0;
    int left_out = 0;
    for (int i = 0; i < 20'000; ++i) {
        const TextQuery query = dice.query();
        const Entry entry = dice.entry();
        CAPTURE(query.text, entry.names.front().name);
        if (match_names(query, entry.names).score > 0) {
            ++names;
            CHECK(may_match_names(query, entry.summary));
        }
        const double text = match_texts(query, entry.texts).score;
        CHECK(text == Approx(best_text(query, entry.texts)).margin(1e-6));
        if (text > 0) {
            ++texts;
            CHECK(may_match_texts(query, entry.summary));
        }
        if (match_concepts(query, entry.names, entry.texts).score > 0) {
            ++meanings;
            CHECK(may_match_concepts(query, entry.summary));
        }
        left_out += may_match_names(query, entry.summary) ? 0 : 1;
        left_out += may_match_texts(query, entry.summary) ? 0 : 1;
        left_out += may_match_concepts(query, entry.summary) ? 0 : 1;
    }
    // None of it would say much if nothing matched, or if nothing were left out.
    CHECK(names > 1000);
    CHECK(texts > 1000);
    CHECK(meanings > 300);
    CHECK(left_out > 20'000);
}

TEST_CASE("an emoji with more words than its summary holds is always looked at",
          "[search][summary]") {
    Dice dice;
    std::vector<NameKeys> names;
    for (int i = 0; i < 40; ++i) {
        names.push_back(name_keys("name" + std::to_string(i * i) + "x", {}));
    }
    names.push_back(name_keys("beer", {}));
    const KeySummary summary = summary_of(names, {});
    fakes::FakeConcepts concepts;
    concepts.known = {{"🍺", {"beer", {"beer mug", "beer", "ビール"}}}};
    const TextQuery query = analyse("ビール", {nullptr, &concepts}, true);
    REQUIRE(match_concepts(query, names, {}).score > 0);
    CHECK(may_match_concepts(query, summary));
    CHECK_FALSE(may_match_concepts(analyse("qwxz", {nullptr, &concepts}, true), summary));
}

TEST_CASE("words are drawn in a picture if they were read surely", "[search][summary]") {
    const auto written = [](const std::vector<ReadText>& texts) {
        return summary_of({}, text_keys(texts, {})).written;
    };
    CHECK(written({}) == 0);
    CHECK(written({{"おつかれさま", 0.6}, {"おつかれ", 0.1}}) == 0);
    CHECK(written({{"おつかれさま", 0.6}, {"おつかれざま", 1}}) == 1);
    CHECK(written({{"おつかれさま", 0.9}}) == Approx(0.5).margin(1e-6));
    CHECK(written({{"お", 1}}) < 0.3F);  // a line of a drawing, perhaps
}

TEST_CASE("each reading is kept once, for the text where it is worth most", "[search][summary]") {
    fakes::FakeReadings readings;
    readings.known = {{"乾杯", {"かんぱい"}}, {"完敗", {"かんぱい"}}};
    const std::vector<ReadText> texts{{"完敗", 0.1}, {"乾杯", 0.9}, {"かんぱい", 0.2}};
    const TextKeys keys = text_keys(texts, {&readings, nullptr});
    REQUIRE(keys.texts.size() == 3);
    REQUIRE(keys.readings.size() == 1);
    CHECK(keys.readings.front().text == 1);
    CHECK(keys.texts[1].worth > keys.texts[0].worth);
    CHECK(text_keys({{{"lgtm", 1}, {"lgtm", 1}}}, {}).texts[1].worth <
          text_keys({{{"lgtm", 1}}}, {}).texts[0].worth);
}

}  // namespace emojiscope::search
