// What the bot says, in each language.
#include "emojiscope/bot/wording.hpp"

#include "emojiscope/core/text.hpp"

#include <catch2/catch.hpp>

#include <set>

namespace emojiscope::bot {
namespace {

/// The numbers in braces.
std::multiset<char> places_in(std::string_view text) {
    std::multiset<char> places;
    for (std::size_t i = 0; i + 2 < text.size(); ++i) {
        if (text[i] == '{' && text[i + 2] == '}') {
            places.insert(text[i + 1]);
        }
    }
    return places;
}

}  // namespace

TEST_CASE("every phrase has the same inserts in every language", "[wording]") {
    for (std::size_t i = 0; i < static_cast<std::size_t>(Phrase::count_); ++i) {
        const auto phrase = static_cast<Phrase>(i);
        const auto english = raw_phrase(Language::english, phrase);
        const auto japanese = raw_phrase(Language::japanese, phrase);
        CAPTURE(english, japanese);
        CHECK(places_in(english) == places_in(japanese));
        // Without gaps: {0}, {1}, …
        char next = '0';
        for (const char place : places_in(english)) {
            CHECK(place == next++);
        }
        CHECK(to_utf8(to_code_points(japanese)) == japanese);
    }
}

TEST_CASE("what is bold is parted from its neighbours by spaces, as Slack wants it", "[wording]") {
    for (std::size_t i = 0; i < static_cast<std::size_t>(Phrase::count_); ++i) {
        for (const Language language : {Language::english, Language::japanese}) {
            const std::string_view text = raw_phrase(language, static_cast<Phrase>(i));
            CAPTURE(text);
            bool opens = true;
            for (std::size_t at = 0; at < text.size(); ++at) {
                if (text[at] != '*') {
                    continue;
                }
                const bool first =
                    at == 0 || text[at - 1] == ' ' || text[at - 1] == '\n' || text[at - 1] == '(';
                const bool last = at + 1 == text.size() || text[at + 1] == ' ' ||
                                  text[at + 1] == '\n' || text[at + 1] == '?';
                CHECK((opens ? first : last));
                opens = !opens;
            }
            CHECK(opens);
        }
    }
}

TEST_CASE("inserts stand where they belong", "[wording]") {
    CHECK(say(Language::english, Phrase::upload_near, {":a:", ":b:"}) ==
          "New emoji :a: looks much like :b:.");
    CHECK(say(Language::japanese, Phrase::upload_near, {":a:", ":b:"}) ==
          "新しい絵文字 :a: は :b: によく似ています。");
    // An insert is no phrase.
    CHECK(say(Language::english, Phrase::reads, {"{0}{1}"}) == "reads {0}{1}");
}

TEST_CASE("a locale is one of the languages, else English", "[wording]") {
    for (const char* locale : {"ja-JP", "ja", "ja_JP"}) {
        CHECK(language_of(locale) == Language::japanese);
    }
    for (const char* locale : {"", "en-US", "de-DE", "jam", "j"}) {
        CHECK(language_of(locale) == Language::english);
    }
    CHECK(parse_language("ja") == Language::japanese);
    CHECK(parse_language("en") == Language::english);
    CHECK(parse_language("de") == std::nullopt);
}

}  // namespace emojiscope::bot
