#include "emojiscope/core/text.hpp"

#include <catch2/catch.hpp>

using namespace emojiscope;

TEST_CASE("UTF-8 survives a round trip through code points", "[core][text]") {
    const std::string text = "aé日🍺";
    CHECK(to_utf8(to_code_points(text)) == text);
    CHECK(to_code_points(text).size() == 4);
}

TEST_CASE("invalid UTF-8 is found and mended", "[core][text]") {
    const std::string broken = "a\xE3\x81z\xFF";
    CHECK_FALSE(is_valid_utf8(broken));
    const std::string mended = to_valid_utf8(broken);
    CHECK(is_valid_utf8(mended));
    CHECK(mended == "a\uFFFDz\uFFFD");
}

TEST_CASE("truncation never splits a code point", "[core][text]") {
    CHECK(truncate_utf8("日本", 5) == "日");
    CHECK(truncate_utf8("日本", 6) == "日本");
    CHECK(truncate_utf8("日本", 2).empty());
}

TEST_CASE("control characters cannot break a line", "[core][text]") {
    CHECK(one_line("a\nb\tc\x7F") == "a b c ");
}

TEST_CASE("folding makes one of the ways to write a name", "[core][text]") {
    CHECK(fold_for_matching("Party Parrot") == fold_for_matching("party_parrot"));
    CHECK(fold_for_matching("ビール") == fold_for_matching("びーる"));
    CHECK(fold_for_matching("ﾋﾞｰﾙ") == fold_for_matching("ビール"));
    CHECK(fold_for_matching("ＯＫ") == "ok");
    CHECK(fold_for_matching(" :_-. ").empty());
    CHECK(fold_for_matching("+1") == "+1");
}
