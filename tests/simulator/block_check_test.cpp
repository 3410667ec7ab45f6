#include "block_check.hpp"

#include <catch2/catch.hpp>

#include <string>

using emojiscope::simulator::check_blocks;
using nlohmann::json;

namespace {

std::string repeated(const std::string& piece, std::size_t times) {
    std::string text;
    for (std::size_t i = 0; i < times; ++i) {
        text += piece;
    }
    return text;
}

json section(const std::string& text) {
    return {{"type", "section"}, {"text", {{"type", "mrkdwn"}, {"text", text}}}};
}

json image(const std::string& url, const std::string& alt) {
    return {{"type", "image"}, {"image_url", url}, {"alt_text", alt}};
}

json button(const std::string& text, const std::string& value) {
    return {{"type", "button"},
            {"action_id", "press"},
            {"text", {{"type", "plain_text"}, {"text", text}}},
            {"value", value}};
}

json with_elements(const char* type, const json& element, std::size_t count) {
    json elements = json::array();
    for (std::size_t i = 0; i < count; ++i) {
        elements.push_back(element);
        if (element.contains("action_id")) {
            elements.back()["action_id"] = "press-" + std::to_string(i);
        }
    }
    return {{"type", type}, {"elements", elements}};
}

bool takes(const json& block) {
    return check_blocks(json::array({block})).empty();
}

}  // namespace

TEST_CASE("a message as the bot writes it is taken") {
    const json blocks =
        json::array({{{"type", "header"}, {"text", {{"type", "plain_text"}, {"text", "Found"}}}},
                     section("*1.* :beer:  `:beer:`"),
                     {{"type", "section"},
                      {"text", {{"type", "mrkdwn"}, {"text", "the same picture"}}},
                      {"accessory", image("https://emoji.example/beer.png", ":beer:")}},
                     image("http://127.0.0.1:8765/emoji/T/beer/0.png", "beer"),
                     {{"type", "divider"}},
                     with_elements("context", {{"type", "mrkdwn"}, {"text", "12 ms"}}, 1)});
    CHECK(check_blocks(blocks).empty());
}

TEST_CASE("a text may be as long as Slack says, counted in characters") {
    CHECK(takes(section(std::string(3'000, 'a'))));
    CHECK_FALSE(takes(section(std::string(3'001, 'a'))));
    CHECK(takes(section(repeated("乾", 3'000))));
    CHECK_FALSE(takes(section(repeated("乾", 3'001))));
    CHECK_FALSE(takes(section("")));
    const auto header = [](std::size_t length) {
        return json{{"type", "header"},
                    {"text", {{"type", "plain_text"}, {"text", std::string(length, 'a')}}}};
    };
    CHECK(takes(header(150)));
    CHECK_FALSE(takes(header(151)));
}

TEST_CASE("a header takes plain text only") {
    CHECK_FALSE(takes({{"type", "header"}, {"text", {{"type", "mrkdwn"}, {"text", "a"}}}}));
}

TEST_CASE("a picture needs a web address and a description") {
    CHECK(takes(image("https://a.example/b.png", "b")));
    CHECK_FALSE(takes(image("file:///etc/passwd", "b")));
    CHECK_FALSE(takes(image("", "b")));
    CHECK_FALSE(takes(image("https://a.example/b.png", "")));
    CHECK_FALSE(takes({{"type", "image"}, {"image_url", "https://a.example/b.png"}}));
    CHECK(takes(image("https://a.example/b.png", std::string(2'000, 'a'))));
    CHECK_FALSE(takes(image("https://a.example/b.png", std::string(2'001, 'a'))));
    const std::string host = "https://a.example/";
    CHECK(takes(image(host + std::string(3'000 - host.size(), 'a'), "b")));
    CHECK_FALSE(takes(image(host + std::string(3'001 - host.size(), 'a'), "b")));
}

TEST_CASE("a message holds 50 blocks, a context 10 elements, actions 25") {
    json blocks = json::array();
    for (int i = 0; i < 50; ++i) {
        blocks.push_back({{"type", "divider"}});
    }
    CHECK(check_blocks(blocks).empty());
    blocks.push_back({{"type", "divider"}});
    CHECK_FALSE(check_blocks(blocks).empty());

    const json text = {{"type", "mrkdwn"}, {"text", "a"}};
    CHECK(takes(with_elements("context", text, 10)));
    CHECK_FALSE(takes(with_elements("context", text, 11)));
    CHECK_FALSE(takes(with_elements("context", text, 0)));
    CHECK(takes(with_elements("actions", button("Go", "1"), 25)));
    CHECK_FALSE(takes(with_elements("actions", button("Go", "1"), 26)));
}

TEST_CASE("a button's limits count characters, not bytes") {
    const auto actions = [](const json& element) { return with_elements("actions", element, 1); };
    CHECK(takes(actions(button(std::string(75, 'a'), "1"))));
    CHECK_FALSE(takes(actions(button(std::string(76, 'a'), "1"))));
    CHECK(takes(actions(button("Go", repeated("乾", 2'000)))));
    CHECK_FALSE(takes(actions(button("Go", repeated("乾", 2'001)))));
}

TEST_CASE("a block or an element that Slack does not know is refused") {
    CHECK_FALSE(takes({{"type", "carousel"}}));
    CHECK_FALSE(takes({{"type", "section"}}));
    CHECK_FALSE(takes(json("text")));
    CHECK_FALSE(takes(with_elements("actions", {{"type", "carousel"}}, 1)));
    CHECK_FALSE(takes(with_elements("actions", image("https://a.example/b.png", "b"), 1)));
    CHECK_FALSE(check_blocks(json::object()).empty());
}

TEST_CASE("two blocks cannot have one id") {
    json first = section("a");
    first["block_id"] = "one";
    json second = first;
    CHECK_FALSE(check_blocks(json::array({first, second})).empty());
    second["block_id"] = "two";
    CHECK(check_blocks(json::array({first, second})).empty());
}

TEST_CASE("a fault says where it is") {
    const auto faults = check_blocks(json::array({{{"type", "divider"}}, section("")}));
    REQUIRE(faults.size() == 1);
    CHECK(faults.front().find("blocks/1") != std::string::npos);
}
