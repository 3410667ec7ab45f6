#include "emojiscope/core/emoji.hpp"

#include <catch2/catch.hpp>

using namespace emojiscope;

TEST_CASE("names that Slack allows are emoji names", "[core][emoji]") {
    for (const char* name :
         {"beer", "+1", "party-parrot", "it's", "annsinn_2", "ビール", "안녕", "v1.0"}) {
        CAPTURE(name);
        CHECK(is_emoji_name(name));
    }
}

TEST_CASE("what Slack refuses is no emoji name", "[core][emoji]") {
    for (const char* name : {"", "Beer", "a b", ":beer:", "a/b", "a\nb", "🍺", "\xFF", "a<b"}) {
        CAPTURE(name);
        CHECK_FALSE(is_emoji_name(name));
    }
    CHECK(is_emoji_name(std::string(100, 'a')));
    CHECK_FALSE(is_emoji_name(std::string(101, 'a')));
}

TEST_CASE("a file stem or typed name is brought into the form of a name", "[core][emoji]") {
    CHECK(to_emoji_name(":Beer Mug:").value() == "beer_mug");
    CHECK(to_emoji_name("ÀÉ").value() == "àé");
    CHECK(to_emoji_name("::").error().code == ErrorCode::invalid_argument);
    const auto long_name = to_emoji_name(std::string(10'000, '\xff'));
    REQUIRE(long_name.has_error());
    CHECK(long_name.error().message.size() < 1'000);
    CHECK(to_emoji_name("a/b").has_error());
}

TEST_CASE("a decomposed file name gives the composed emoji name", "[emoji]") {
    CHECK(emojiscope::to_emoji_name("\u304B\u3099").value() == "\u304C");
}
