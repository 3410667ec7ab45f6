// Blocks within Slack's limits, which count characters, not bytes.
#include "emojiscope/slack/block_kit.hpp"

#include "emojiscope/core/text.hpp"

#include <catch2/catch.hpp>

namespace emojiscope::slack {
namespace {

std::string repeated(const std::string& text, std::size_t times) {
    std::string all;
    for (std::size_t i = 0; i < times; ++i) {
        all += text;
    }
    return all;
}

}  // namespace

TEST_CASE("a text within its limit stays, a longer one ends in an ellipsis", "[blocks]") {
    CHECK(shorten("", 5) == "");
    CHECK(shorten("abcde", 5) == "abcde");
    CHECK(shorten("abcdef", 5) == "abcd…");
    CHECK(shorten("ビールと乾杯", 6) == "ビールと乾杯");
    CHECK(shorten("ビールと乾杯", 5) == "ビールと…");
    CHECK(shorten("🍺🍺🍺", 2) == "🍺…");
    CHECK(shorten("ab", 1) == "…");
}

TEST_CASE("mrkdwn is cut where nothing falls in two", "[blocks]") {
    CHECK(shorten_mrkdwn("abc", 3) == "abc");
    CHECK(shorten_mrkdwn("abcd", 3) == "ab…");
    CHECK(shorten_mrkdwn("a `code` and `more`", 12) == "a `code` an…");
    CHECK(shorten_mrkdwn("a `code` and `more`", 17) == "a `code` and …");
    CHECK(shorten_mrkdwn("a `code`", 7) == "a …");
    CHECK(shorten_mrkdwn("ab &amp; cd", 7) == "ab …");
    CHECK(shorten_mrkdwn("ab &amp; cd", 9) == "ab &amp;…");
    CHECK(shorten_mrkdwn("ab <@U1> cd", 7) == "ab …");
    CHECK(shorten_mrkdwn("`&lt;&lt;`", 8) == "…");
    const std::string long_code = "x `" + std::string(4'000, 'y') + "`";
    CHECK(section(long_code).at("text").at("text") == "x …");
}

TEST_CASE("a section holds mrkdwn of at most 3000 characters", "[blocks]") {
    const auto block = section("*beer*");
    CHECK(block ==
          nlohmann::json::parse(R"({"type":"section","text":{"type":"mrkdwn","text":"*beer*"}})"));
    const std::string full = repeated("乾", 3000);
    CHECK(section(full)["text"]["text"] == full);
    const auto cut = section(full + "杯")["text"]["text"].get<std::string>();
    CHECK(to_code_points(cut).size() == 3000);
    CHECK(is_valid_utf8(cut));
}

TEST_CASE("an image has its URL and a short description", "[blocks]") {
    const auto block = image("https://emoji.slack-edge.com/a.png", ":a:");
    CHECK(block["type"] == "image");
    CHECK(block["image_url"] == "https://emoji.slack-edge.com/a.png");
    CHECK(block["alt_text"] == ":a:");
    const auto described = image("https://x/", repeated("杯", 2001));
    CHECK(to_code_points(described["alt_text"].get<std::string>()).size() == 2000);
}

}  // namespace emojiscope::slack
