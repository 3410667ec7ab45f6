// Kana in Latin letters.
#include "emojiscope/core/romaji.hpp"

#include <catch2/catch.hpp>

#include <utility>
#include <vector>

namespace emojiscope {

TEST_CASE("kana are spelt as people type them", "[romaji]") {
    const std::vector<std::pair<std::string, std::string>> expected{{"かんぱい", "kanpai"},
                                                                    {"びーる", "biiru"},
                                                                    {"まっちゃ", "matcha"},
                                                                    {"ざっし", "zasshi"},
                                                                    {"しゅっぱつ", "shuppatsu"},
                                                                    {"きんようび", "kinyoubi"},
                                                                    {"ぱーてぃー", "paatii"},
                                                                    {"ゔぁいおりん", "vaiorin"},
                                                                    {"ひー", "hii"},
                                                                    {"ok2", "ok2"},
                                                                    {"", ""},
                                                                    {"はっ", "ha"},
                                                                    {"ーあ", "a"},
                                                                    {"おつかれ", "otsukare"}};
    for (const auto& [kana, romaji] : expected) {
        CAPTURE(kana);
        CHECK(to_romaji(kana) == romaji);
    }
}

TEST_CASE("what is not kana is not spelt", "[romaji]") {
    for (const char* text : {"乾杯", "ビール", "a b", "beer!", "é", "\xff"}) {
        CAPTURE(text);
        CHECK(to_romaji(text).empty());
    }
}

}  // namespace emojiscope
