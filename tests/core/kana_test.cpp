// How Japanese sounds, whatever the script.
#include "emojiscope/core/kana.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
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

TEST_CASE("a query is found within a longer text", "[kana]") {
    CHECK(containment("つかれ", "おつかれさま") == 1);
    CHECK(containment("つかれ", "つかれ") == 1);
    CHECK(containment("がんば", "かんばれ") > 0.8);
    CHECK(containment("つかれ", "さかな") < 0.7);
    CHECK(containment("つ", "おつかれ") == 0);
    CHECK(containment("いぬ", "いぬいさん") == 0);
    CHECK(containment("おつかれさま", "おつかれ") == 0);
}
