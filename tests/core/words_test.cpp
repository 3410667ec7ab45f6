// Sentences and their words.
#include "emojiscope/core/words.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace emojiscope {

using Words = std::vector<std::string>;

TEST_CASE("a sentence is its words, without marks", "[words]") {
    CHECK(words_of("Let's have a beer, at 7!") == Words{"Let's", "have", "a", "beer", "at", "7"});
    CHECK(words_of("party_parrot") == Words{"party_parrot"});
    CHECK(words_of(":beer: 🍺 …").size() == 1);
    CHECK(words_of("").empty());
    CHECK(words_of(" \n\t ").empty());
}

TEST_CASE("Japanese is parted without spaces", "[words]") {
    const Words words = words_of("今夜ビールで乾杯しましょう");
    for (const char* word : {"ビール", "乾杯"}) {
        CAPTURE(word);
        CHECK(std::ranges::find(words, word) != words.end());
    }
}

TEST_CASE("what is no UTF-8 parts words and harms nothing", "[words]") {
    const Words words = words_of("beer\xff wine");
    REQUIRE(words.size() >= 2);
    CHECK(words.back() == "wine");
}

}  // namespace emojiscope
