// What others wrote, among our own words: nothing of it turns, hides or covers what is around it.
#include "emojiscope/core/legible.hpp"

#include "emojiscope/core/text.hpp"

#include <catch2/catch.hpp>

#include <random>
#include <string>

namespace emojiscope {
namespace {

std::string repeated(const std::string& part, int count) {
    std::string text;
    for (int i = 0; i < count; ++i) {
        text += part;
    }
    return text;
}

}  // namespace

TEST_CASE("ordinary writing stays as it is, in every script", "[legible]") {
    for (const char* text : {
             "beer", "ビール 乾杯", "全角　空白", "हिन्दी क्षत्रिय", "ภาษาไทยที่นี่", "Tiếng Việt",
             "العربية",
             "می‌خواهم",  // Persian, with a non-joiner
             "ශ්‍රී",    // Sinhala, with a joiner
             "👩‍👩‍👧‍👦", "👩🏽‍💻", "❤️",
             "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "1️⃣", "🇯🇵",
             "葛󠄀城",               // ideographic variation
             "a\u0301b\u0323\u0302",     // decomposed
             "<!channel> `x` *b* &lt;",  // markup is escaped elsewhere
         }) {
        CAPTURE(text);
        CHECK(legible(text, 100) == text);
    }
}

TEST_CASE("a text is one line without anything unseen", "[legible]") {
    CHECK(legible("a\nb\r\n\tc\x01\x7f"
                  "d\u0085e\u2028f\u2029g",
                  100) == "a b c d e f g");
    CHECK(legible("  \n a    b \t", 100) == "a b");
    CHECK(legible("a\u200Bb\u2060c\uFEFFd\u00ADe\u180Ef\u2061g", 100) == "abcdefg");
    CHECK(legible("a\u3164\u115F\uFFA0\u2800b", 100) == "a b");
    CHECK(legible(std::string("a\0b", 3), 100) == "a b");
    CHECK(legible("x\U000E0061\U000E0062\U000E007Fy", 100) == "xy");
    CHECK(legible("a\xff\xfe"
                  "b",
                  100) == "a\uFFFD\uFFFDb");
    for (const char* nothing : {"", " ", "\n\n", "\u200B\u200D\uFE0F", "\u202E", "\u3164"}) {
        CHECK(legible(nothing, 100).empty());
    }
}

TEST_CASE("nothing turns the direction of what follows", "[legible]") {
    for (const char* mark : {"\u061C", "\u200E", "\u200F", "\u202A", "\u202B", "\u202C", "\u202D",
                             "\u202E", "\u2066", "\u2067", "\u2068", "\u2069"}) {
        CHECK(legible("abc" + std::string(mark) + "def", 100) == "abcdef");
    }
}

TEST_CASE("joiners and selectors stay only where they do something", "[legible]") {
    CHECK(legible("a\u200Db\u200Cc", 100) == "abc");
    CHECK(legible("👩\u200D\u200D\u200D👧", 100) == "👩\u200D👧");
    CHECK(legible("a\uFE0F\uFE0Fb", 100) == "ab");
    CHECK(legible("❤\uFE0F\uFE0F\uFE0F", 100) == "❤\uFE0F");
    CHECK(legible("👩\u200D", 100) == "👩");
}

TEST_CASE("marks do not pile up, and stand on nothing of ours", "[legible]") {
    const std::string pile = "z" + repeated("\u0336\u0300", 200) + "x";
    CHECK(legible(pile, 100) == "z\u0336\u0300\u0336\u0300x");
    CHECK(legible("\u0301x", 100) == "\u25CC\u0301x");
    CHECK(legible("a \u0301x", 100) == "a \u25CC\u0301x");
    CHECK(legible("a\u20DD\u20DD\u20DD\u20DD\u20DD\u20DD", 100) == "a\u20DD\u20DD\u20DD\u20DD");
}

TEST_CASE("what is too long ends in a whole character and an ellipsis", "[legible]") {
    CHECK(legible("abcdef", 6) == "abcdef");
    CHECK(legible("abcdefg", 6) == "abcde…");
    CHECK(legible("abcd 👩‍👩‍👧‍👦 more", 8) == "abcd…");  // not into the family
    CHECK(legible("हिन्दीहिन्दी", 5) == "हि…");                             // of न्दी no half
    CHECK(legible("x", 1) == "x");
    CHECK(legible("xy", 1) == "…");
    const std::string endless = legible("👩" + repeated("\u200D👩", 500), 20);
    CHECK(to_code_points(endless).size() <= 20);
    CHECK(legible(std::string(10'000'000, 'a'), 10) == "aaaaaaaaa…");
}

TEST_CASE("an error quotes what somebody wrote as one bounded word", "[legible]") {
    CHECK(quoted_legibly("a\nb") == "'a b'");
    CHECK(quoted_legibly("") == "''");
    CHECK(quoted_legibly(std::string(1'000, 'x')) ==
          "'" + std::string(most_quoted_characters - 1, 'x') + "…'");
    CHECK(quoted_legibly("abcdef", 3) == "'ab…'");
}

TEST_CASE("whatever comes, a legible text is short, valid and legible", "[legible]") {
    const std::u32string alphabet =
        U"ab <>&`*_~:\n\t\u0300\u0336\u0940\u094D\u0915\u200B\u200C\u200D\u202E\u2066\u2069"
        U"\uFE0F\U0001F469\U0001F3FD\U0001F1EF\U000E0061\U0001F3F4\u3164\u0E33\u0627\u0600";
    std::mt19937 random(7);
    std::uniform_int_distribution<std::size_t> any(0, alphabet.size() - 1);
    std::uniform_int_distribution<std::size_t> length(0, 60);
    for (int i = 0; i < 5'000; ++i) {
        std::u32string made(length(random), U' ');
        for (char32_t& c : made) {
            c = alphabet[any(random)];
        }
        const std::string text = to_utf8(made);
        const std::string read = legible(text, 30);
        CAPTURE(text, read);
        REQUIRE(is_valid_utf8(read));
        REQUIRE(to_code_points(read).size() <= 30);
        REQUIRE(read.find_first_of("\n\t") == std::string::npos);
        REQUIRE(read.find("\u202E") == std::string::npos);
        REQUIRE(read.find("\u200B") == std::string::npos);
        REQUIRE(legible(read, 30) == read);
    }
}

}  // namespace emojiscope
