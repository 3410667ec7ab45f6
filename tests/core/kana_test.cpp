// How Japanese sounds, whatever the script.
#include "emojiscope/core/kana.hpp"
#include "emojiscope/core/text.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <random>
#include <string>
#include <utility>
#include <vector>

using namespace emojiscope;

namespace {

bool same(const std::vector<std::string>& a, const std::vector<std::string>& b) {
    return std::any_of(a.begin(), a.end(), [&](const std::string& key) {
        return std::find(b.begin(), b.end(), key) != b.end();
    });
}

bool sounds_same(const std::string& a, const std::string& b) {
    return same(sound_keys(a).exact, sound_keys(b).exact);
}

bool sounds_loosely_same(const std::string& a, const std::string& b) {
    return same(sound_keys(a).loose, sound_keys(b).loose);
}

double similarity(const std::string& a, const std::string& b) {
    return sound_similarity(encode(a), encode(b));
}

double containment(const std::string& query, const std::string& text) {
    return sound_containment(encode(query), encode(text));
}

/// Some kana, few enough that two texts often have some in common.
std::string random_kana(std::mt19937& random) {
    static constexpr std::u32string_view kana = U"かがくへつっうしれあんーよょまら";
    std::u32string text;
    for (std::size_t size = 1 + random() % 8; size > 0; --size) {
        text.push_back(kana[random() % kana.size()]);
    }
    return to_utf8(text);
}

}  // namespace

TEST_CASE("every script and every system of romaji sounds the same", "[kana]") {
    const std::vector<std::vector<std::string>> groups{
        {"し", "シ", "ｼ", "si", "shi", "SHI"},
        {"つ", "ツ", "tu", "tsu"},
        {"ふ", "フ", "hu", "fu"},
        {"じ", "ぢ", "ジ", "zi", "ji", "di"},
        {"ず", "づ", "zu", "du"},
        {"しゃ", "シャ", "sya", "sha"},
        {"ちゃ", "tya", "cha", "cya"},
        {"じゃ", "zya", "ja", "jya"},
        {"あんしん", "アンシン", "annsinn", "anshin", "ansin", "an'shin"},
        {"かんぱい", "kannpai", "kanpai", "kampai"},
        {"おつかれ", "otukare", "otsukare", "o_tsu_ka_re"},
        {"ありがとう", "arigatou", "arigatoo", "arigatō", "ありがとー"},
        {"らーめん", "ラーメン", "raamen", "ra-men", "rāmen"},
        {"りょうかい", "ryoukai", "ryookai", "リョーカイ"},
        {"がんばれ", "gannbare", "ganbare", "gambare"},
        {"まっちゃ", "mattya", "matcha", "maccha"},
        {"やった", "yatta", "ヤッタ"},
        {"ほんや", "honnya", "honya", "hon'ya"},
        {"あんない", "annnai", "annai"},
        {"ふぁいる", "ファイル", "fairu"},
        {"あー", "a-", "アー", "aa"},
        {"おやつ3じ", "oyatu3zi", "oyatsu 3 ji"},
    };
    for (const auto& group : groups) {
        for (const std::string& text : group) {
            CAPTURE(group.front(), text);
            CHECK(sounds_same(group.front(), text));
        }
    }
}

TEST_CASE("what sounds different has other keys", "[kana]") {
    const std::vector<std::pair<std::string, std::string>> pairs{
        {"まだ", "また"}, {"かき", "がき"},   {"びょういん", "びよういん"}, {"きて", "きって"},
        {"さか", "さっか"}, {"おばさん", "おばあさん"}, {"こい", "こいん"}, {"え", "えい"},
    };
    for (const auto& [a, b] : pairs) {
        CAPTURE(a, b);
        CHECK_FALSE(sounds_same(a, b));
    }
    CHECK(sounds_loosely_same("おばさん", "おばあさん"));
    CHECK(sounds_loosely_same("otsukare", "おつかれー"));
    CHECK(sounds_loosely_same("arigato", "ありがとう"));
    CHECK_FALSE(sounds_loosely_same("まだ", "また"));
}

TEST_CASE("what cannot be read as kana has no keys", "[kana]") {
    for (const char* text : {"", " ", "lgtm", "party", "乾杯", "ビール🍺", "---", "xyz", "b", "ok!"}) {
        CAPTURE(text);
        CHECK(sound_keys(text).exact.empty());
        CHECK(sound_keys(text).loose.empty());
        CHECK(to_hiragana(text).empty());
    }
    CHECK(to_hiragana("otsukare") == "おつかれ");
    CHECK(to_hiragana("ラーメン") == "らーめん");
}

TEST_CASE("hostile text is answered soon", "[kana]") {
    CHECK(sound_keys("\xFF\xFE\x80").exact.empty());
    CHECK(sound_keys(std::string(10'000, 'n')).exact.empty());
    CHECK(sound_keys(std::string(100, 'n')).exact.size() <= 8);
    std::string dashes;
    for (int i = 0; i < 50; ++i) {
        dashes += "a-";
    }
    CHECK(sound_keys(dashes).exact.size() <= 8);
    CHECK(encode(std::string(10'000, 'a')).size == KanaText::max_size);
    CHECK(similarity(std::string(10'000, 'a'), "a") == 0);
}

TEST_CASE("likely misreadings are nearer than others", "[kana]") {
    CHECK(similarity("がんばれ", "がんばれ") == 1);
    CHECK(similarity("がんばれ", "") == 0);
    CHECK(similarity("また", "まだ") > similarity("また", "まら"));
    CHECK(similarity("くるま", "へるま") > similarity("くるま", "さるま"));
    CHECK(similarity("やった", "やつた") > similarity("やった", "やきた"));
    CHECK(similarity("らーめん", "らめん") > similarity("らーめん", "らめめん"));
    CHECK(similarity("また", "まだ") == similarity("まだ", "また"));
    CHECK(similarity("また", "また") > similarity("また", "まだ"));
    CHECK(similarity("か", "かかかかか") == 0);
}

TEST_CASE("what is less alike than asked is told as 0, all else as it is", "[kana]") {
    std::mt19937 random(3);
    for (int i = 0; i < 3000; ++i) {
        const KanaText a = encode(random_kana(random));
        const KanaText b = encode(random_kana(random));
        const double alike = sound_similarity(a, b);
        const double inside = sound_containment(a, b);
        for (const double at_least : {0.113, 0.517, 0.803}) {
            CHECK(sound_similarity(a, b, at_least) == (alike >= at_least ? alike : 0));
            CHECK(sound_containment(a, b, at_least) == (inside >= at_least ? inside : 0));
        }
    }
}

TEST_CASE("no two texts are nearer than their kana allow", "[kana]") {
    std::mt19937 random(4);
    constexpr double rounding = 1e-5;
    for (int i = 0; i < 20000; ++i) {
        const KanaText a = encode(random_kana(random));
        const KanaText b = encode(random_kana(random));
        const auto size = static_cast<double>(a.size);
        if (const double alike = sound_similarity(a, b); alike > 0) {
            const double edits = (1 - alike) * static_cast<double>(std::max(a.size, b.size));
            CHECK(least_edits(a.reach.same, b.reach) <= edits + rounding);
            CHECK(least_edits(b.reach.same, a.reach) <= edits + rounding);
        }
        if (const double inside = sound_containment(a, b); inside > 0) {
            CHECK(least_edits(a.reach.same, b.reach) <= (1 - inside) * size + rounding);
        }
    }
    CHECK(least_edits(kana_in("かき"), encode("きか").reach) == 0);
    CHECK(least_edits(kana_in("か"), encode("が").reach) > 0);
    CHECK(least_edits(kana_in("く"), encode("へ").reach) >
          least_edits(kana_in("か"), encode("が").reach));
    CHECK(least_edits(kana_in("まみ"), encode("けこ").reach) == Approx(1.8));
    CHECK(least_edits(kana_in(std::string(300, 'a') + "び"), encode("a").reach) == Approx(0.9));
}

TEST_CASE("a query is found within a longer text", "[kana]") {
    CHECK(containment("つかれ", "おつかれさま") == 1);
    CHECK(containment("つかれ", "つかれ") == 1);
    CHECK(containment("がんば", "かんばれ") > 0.8);
    CHECK(containment("つかれ", "さかな") < 0.7);
    CHECK(containment("つ", "おつかれ") == 0);
    CHECK(containment("いぬ", "いぬいさん") == 0);
    CHECK(containment("おつかれさま", "おつかれ") == 0);
}
