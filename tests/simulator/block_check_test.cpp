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
    const auto of_file = [](const json& file) {
        return json{{"type", "image"}, {"slack_file", file}, {"alt_text", "b"}};
    };
    CHECK(takes(of_file({{"id", "F01234567"}})));
    CHECK(takes(of_file({{"url", "https://files.slack.com/files-pri/T1-F1/a.png"}})));
    CHECK_FALSE(takes(of_file({{"id", "F01234567"}, {"url", "https://files.slack.com/a.png"}})));
    CHECK_FALSE(takes(of_file(json::object())));
    CHECK_FALSE(takes(of_file("F01234567")));
    for (const char* id : {"", "F0123456", "G01234567", "F0123456a", "F0123456/"}) {
        CHECK_FALSE(takes(of_file({{"id", id}})));
    }
    json both = of_file({{"id", "F01234567"}});
    both["image_url"] = "https://a.example/b.png";
    CHECK_FALSE(takes(both));
    CHECK_FALSE(takes({{"type", "image"}, {"alt_text", "b"}}));
    json unsaid = of_file({{"id", "F01234567"}});
    unsaid.erase("alt_text");
    CHECK_FALSE(takes(unsaid));
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

namespace {

json plain(const std::string& text) {
    return {{"type", "plain_text"}, {"text", text}};
}

json option(const std::string& text, const std::string& value) {
    return {{"text", plain(text)}, {"value", value}};
}

json select(json options) {
    return {{"type", "static_select"}, {"action_id", "menu"}, {"options", std::move(options)}};
}

json input(json element) {
    return {{"type", "input"}, {"label", plain("Label")}, {"element", std::move(element)}};
}

json modal_with(const char* key, json value) {
    json view = {{"type", "modal"},
                 {"title", plain("Title")},
                 {"submit", plain("Send")},
                 {"blocks", json::array({section("a")})}};
    view[key] = std::move(value);
    return view;
}

bool takes_view(const json& view) {
    return emojiscope::simulator::check_view(view).empty();
}

bool offers(const json& payload) {
    return emojiscope::simulator::check_options(payload).empty();
}

}  // namespace

TEST_CASE("a view has a type, a short title and not too much in it") {
    CHECK(takes_view(modal_with("close", plain("No"))));
    CHECK_FALSE(takes_view(modal_with("type", "window")));
    CHECK_FALSE(takes_view(nullptr));
    CHECK(takes_view(modal_with("title", plain(repeated("é", 24)))));
    for (const char* key : {"title", "submit", "close"}) {
        CAPTURE(key);
        CHECK_FALSE(takes_view(modal_with(key, plain(repeated("é", 25)))));
    }
    CHECK(takes_view(modal_with("private_metadata", repeated("a", 3000))));
    CHECK_FALSE(takes_view(modal_with("private_metadata", repeated("a", 3001))));
    CHECK_FALSE(takes_view(modal_with("callback_id", repeated("a", 256))));
    CHECK(takes_view(modal_with("blocks", json(100, section("a")))));
    CHECK_FALSE(takes_view(modal_with("blocks", json(101, section("a")))));
    json untitled = modal_with("close", plain("No"));
    untitled.erase("title");
    CHECK_FALSE(takes_view(untitled));
    json home = {{"type", "home"}, {"blocks", json::array({section("a")})}};
    CHECK(takes_view(home));
    home["title"] = plain("Home");
    CHECK_FALSE(takes_view(home));
}

TEST_CASE("inputs stand in views, and a modal with one can be sent off") {
    const json asks = input(select({option("a", "1")}));
    CHECK_FALSE(takes(asks));
    CHECK(takes_view(modal_with("blocks", json::array({asks}))));
    json silent = modal_with("blocks", json::array({asks}));
    silent.erase("submit");
    CHECK_FALSE(takes_view(silent));
    CHECK_FALSE(takes_view(modal_with("blocks", json::array({input(button("a", "1"))}))));
    const json where = {{"type", "conversations_select"}, {"response_url_enabled", true}};
    CHECK(takes_view(modal_with("blocks", json::array({input(where)}))));
    CHECK_FALSE(
        takes_view(modal_with("blocks", json::array({with_elements("actions", where, 1)}))));
    CHECK_FALSE(takes_view({{"type", "home"}, {"blocks", json::array({input(where)})}}));
}

TEST_CASE("a menu has options, and the chosen one is among them") {
    const auto in_message = [](const json& menu) {
        return takes(with_elements("actions", menu, 1));
    };
    CHECK(in_message(select({option("a", "1"), option("b", "2")})));
    CHECK_FALSE(in_message(select(json::array())));
    CHECK_FALSE(in_message({{"type", "static_select"}}));
    json chosen = select({option("a", "1")});
    chosen["initial_option"] = option("a", "1");
    CHECK(in_message(chosen));
    chosen["initial_option"] = option("b", "2");
    CHECK_FALSE(in_message(chosen));
    json placeholder = select({option("a", "1")});
    placeholder["placeholder"] = plain(repeated("a", 151));
    CHECK_FALSE(in_message(placeholder));
}

TEST_CASE("what is offered has options or groups, within the limits") {
    CHECK(offers({{"options", json::array()}}));
    CHECK(offers({{"options", {option(repeated("é", 75), repeated("v", 75))}}}));
    CHECK_FALSE(offers({{"options", {option(repeated("é", 76), "v")}}}));
    CHECK_FALSE(offers({{"options", {option("a", repeated("v", 76))}}}));
    CHECK_FALSE(offers({{"options", {option("a", "")}}}));
    CHECK_FALSE(offers({{"options", {option("a", "1"), option("b", "1")}}}));
    json many = json::array();
    for (int i = 0; i < 101; ++i) {
        many.push_back(option("a", std::to_string(i)));
    }
    CHECK_FALSE(offers({{"options", many}}));
    const json group = {{"label", plain("G")}, {"options", {option("a", "1")}}};
    CHECK(offers({{"option_groups", {group}}}));
    CHECK_FALSE(offers({{"option_groups", json::array()}}));
    CHECK_FALSE(offers({{"option_groups", {{{"label", plain("G")}, {"options", json::array()}}}}}));
    CHECK_FALSE(offers({{"option_groups", {group}}, {"options", json::array()}}));
    CHECK_FALSE(offers(json::object()));
    CHECK_FALSE(offers(nullptr));
}
