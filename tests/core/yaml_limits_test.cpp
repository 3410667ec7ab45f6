// What a YAML text may cost: ordinary ones pass, bombs are refused before a tree is built.
#include "emojiscope/core/yaml_limits.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace emojiscope;

namespace {

std::string repeated(std::string_view piece, std::size_t times) {
    std::string text;
    text.reserve(piece.size() * times);
    for (std::size_t i = 0; i < times; ++i) {
        text += piece;
    }
    return text;
}

/// Each level names the one below it nine times.
std::string billion_laughs(int levels) {
    std::string text = "a0: &a0 ha\n";
    for (int level = 1; level <= levels; ++level) {
        const std::string below = "*a" + std::to_string(level - 1);
        text += "a" + std::to_string(level) + ": &a" + std::to_string(level) + " [" + below +
                repeated(", " + below, 8) + "]\n";
    }
    return text;
}

void check_too_large(std::string_view text, const std::string& what,
                     const YamlLimits& limits = {}) {
    const auto checked = check_yaml(text, limits);
    REQUIRE(checked.has_error());
    CHECK(checked.error().code == ErrorCode::too_large);
    CHECK_THAT(checked.error().message, Catch::Contains(what));
    CHECK(checked.error().message.find('\n') == std::string::npos);
}

}  // namespace

TEST_CASE("ordinary YAML is within the limits") {
    for (const char* text :
         {"", "# nothing\n", "just words", "data: /var/lib/emojiscope\nslack: {results: 8}\n",
          "a: &x [1, 2]\nb: *x\nc: *x\n", "- {name: \"[[[{{{&a*a\", value: 'a: b, c'}\n",
          "text: |\n  [[[[ {{{{ *a *b &c\n  - - - - -\n"}) {
        CAPTURE(text);
        CHECK(check_yaml(text).has_value());
    }
}

TEST_CASE("a list of the emoji of a large workspace is within the limits of lists") {
    const std::string list = repeated(
        "- {name: \"party-parrot_1\", updated: \"2024-05-01\", value: "
        "\"https://emoji.slack-edge.com/T0123456789/party-parrot_1/0123456789abcdef.png\"}\n",
        50'000);
    CHECK(check_yaml(list, yaml_list_limits).has_value());
    check_too_large(list, "bytes");
}

TEST_CASE("aliases count as if they were written out") {
    // A map with four keys, and what they hold: 1, 1 + 9, 1 + 9 * 10, 1 + 9 * 91.
    const std::string laughs = billion_laughs(3);
    CHECK(check_yaml(laughs, {.max_values = 927}).has_value());
    check_too_large(laughs, "values", {.max_values = 926});
    check_too_large(billion_laughs(9), "values");
    check_too_large(billion_laughs(500), "values");
}

TEST_CASE("an alias within what it names is refused") {
    for (const char* text : {"&a [*a]", "&a {b: *a}", "- &a [[*a]]\n"}) {
        const auto checked = check_yaml(text);
        REQUIRE(checked.has_error());
        CHECK(checked.error().code == ErrorCode::invalid_argument);
        CHECK_THAT(checked.error().message, Catch::Contains("alias"));
    }
}

TEST_CASE("YAML may be nested to a depth and no further") {
    const YamlLimits limits{.max_depth = 3};
    CHECK(check_yaml("[[[a]]]", limits).has_value());
    CHECK(check_yaml("[[[a], [b]], {c: {d: e}}]", limits).has_value());
    check_too_large("[[[[a]]]]", "deeper", limits);
    check_too_large("a:\n b:\n  c:\n   d: 1\n", "deeper", limits);
    for (const char* piece : {"[", "{", "- ", "? ", ": ", "{a: ", "[[{b: "}) {
        CAPTURE(piece);
        check_too_large(repeated(piece, 30'000), "deeper");
    }
}

TEST_CASE("text that is too long, or has more punctuation than values, is not parsed") {
    check_too_large(std::string(101, '#'), "bytes", {.max_bytes = 100});
    CHECK(check_yaml(std::string(100, '#'), {.max_bytes = 100}).has_value());
    check_too_large("[" + repeated(",", 1'040'000), "punctuation");
    check_too_large("[" + repeated("!a ", 340'000), "punctuation");
}

TEST_CASE("what is no YAML is refused in one short line") {
    for (const std::string& text :
         {std::string("a: [\n"), std::string("- {name: [\n"), std::string("- *b\n"),
          std::string("\0\xff\xfe\x01", 4), std::string("\"never closed"), std::string("%TAG\n- a"),
          "%YAML " + repeated("\xff", 10'000)}) {
        CAPTURE(text);
        const auto checked = check_yaml(text);
        REQUIRE(checked.has_error());
        CHECK(checked.error().code == ErrorCode::invalid_argument);
        CHECK_FALSE(checked.error().message.empty());
        CHECK(checked.error().message.find('\n') == std::string::npos);
        CHECK(checked.error().message.size() < 1'000);
    }
}
