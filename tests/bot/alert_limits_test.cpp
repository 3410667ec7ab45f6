// The alerts and pages with everything as long as it can get: Slack must take them all.
#include "emojiscope/bot/alert_view.hpp"

#include "emojiscope/core/text.hpp"

#include <catch2/catch.hpp>

#include <limits>
#include <set>

namespace emojiscope::bot {
namespace {

using nlohmann::json;
using search::DuplicateKind;

std::size_t characters(const json& text) {
    return to_code_points(text.get<std::string>()).size();
}

void check_button(const json& button) {
    CHECK(button.at("type") == "button");
    CHECK(button.at("text").at("type") == "plain_text");
    CHECK(characters(button.at("text").at("text")) <= 75);
    CHECK(characters(button.at("value")) <= 2000);
    CHECK(characters(button.at("action_id")) <= 255);
    if (button.contains("confirm")) {
        const json& confirm = button.at("confirm");
        CHECK(characters(confirm.at("title").at("text")) <= 100);
        CHECK(characters(confirm.at("text").at("text")) <= 300);
        CHECK(characters(confirm.at("confirm").at("text")) <= 30);
        CHECK(characters(confirm.at("deny").at("text")) <= 30);
    }
}

void check_block(const json& block) {
    const std::string type = block.at("type");
    if (type == "section") {
        CHECK(characters(block.at("text").at("text")) <= 3000);
        // Nothing had to be cut off in the middle of a name.
        CHECK_FALSE(block.at("text").at("text").get<std::string>().ends_with("…"));
        if (block.contains("accessory")) {
            check_button(block.at("accessory"));
        }
    } else if (type == "image") {
        CHECK(characters(block.at("alt_text")) <= 2000);
        CHECK(characters(block.at("title").at("text")) <= 2000);
        CHECK(block.at("image_url").get<std::string>().starts_with("http"));
    } else {
        REQUIRE(type == "actions");
        REQUIRE_FALSE(block.at("elements").empty());
        CHECK(block.at("elements").size() <= 25);
        std::set<std::string> actions;
        for (const json& element : block.at("elements")) {
            check_button(element);
            CHECK(actions.insert(element.at("action_id")).second);
        }
    }
}

void check_message(const Message& message) {
    CHECK_FALSE(message.text.empty());
    CHECK(message.text.size() <= 40'000);
    CHECK(message.blocks.size() <= 50);
    std::set<std::string> ids;
    for (const json& block : message.blocks) {
        CAPTURE(block.dump());
        check_block(block);
        if (block.contains("block_id")) {
            CHECK(characters(block.at("block_id")) <= 255);
            CHECK(ids.insert(block.at("block_id")).second);
        }
    }
}

/// 100 characters, as long as a name can be, and of three bytes each but for the number.
std::string long_name(const std::string& kind, EmojiId id) {
    std::string name = kind + std::to_string(id) + "_";
    while (to_code_points(name).size() < 100) {
        name += "語";
    }
    return name;
}

std::vector<DuplicateAlert> alerts_of(EmojiId count, AlertState state = AlertState::open) {
    std::vector<DuplicateAlert> alerts;
    for (EmojiId i = 1; i <= count; ++i) {
        DuplicateAlert alert;
        alert.upload.id = 4'000'000'000'000'000'000 + i;
        alert.upload.name = long_name("new", i);
        alert.upload.value = "https://e/new/" + std::to_string(i);
        alert.original.id = 3'000'000'000'000'000'000 + i;
        alert.original.name = long_name("old", i);
        alert.original.value = "https://e/old/" + std::to_string(i);
        alert.kind = DuplicateKind::same_image;
        alert.state = state;
        alert.said_by = state == AlertState::open ? "" : "U7";
        alerts.push_back(alert);
    }
    return alerts;
}

std::vector<search::DuplicateGroup> groups_of(std::size_t count, std::size_t members) {
    std::vector<search::DuplicateGroup> groups(count);
    EmojiId id = 0;
    for (std::size_t i = 0; i < count; ++i) {
        groups[i].kind = i % 2 == 0 ? DuplicateKind::identical : DuplicateKind::same_image;
        for (std::size_t k = 0; k < members; ++k) {
            EmojiRecord member;
            member.id = ++id;
            member.name = long_name("g" + std::to_string(i) + "m", member.id);
            groups[i].members.push_back(member);
        }
    }
    return groups;
}

std::size_t buttons_in(const json& part) {
    std::size_t count = part.is_object() && part.value("type", json()) == "button" ? 1 : 0;
    if (part.is_structured()) {
        for (const json& inner : part) {
            count += buttons_in(inner);
        }
    }
    return count;
}

bool says(const Message& message, const std::string& text) {
    return message.blocks.dump().find(text) != std::string::npos;
}

}  // namespace

TEST_CASE("alerts with the longest names stay within Slack's limits", "[alert]") {
    const auto state = GENERATE(AlertState::open, AlertState::not_duplicate, AlertState::muted);
    for (const EmojiId count : {1, 2, 3, 20, 21, 25, 200, 500}) {
        CAPTURE(count);
        const auto alerts = alerts_of(count, state);
        const Message message = alert_message(alerts, Language::english);
        check_message(message);
        const json said = {{"blocks", message.blocks}};
        const std::size_t listed = pairs_of(said).size();
        CHECK(listed >= std::min<std::size_t>(alerts.size(), 10));
        CHECK(listed <= 20);
        CHECK(listed + unlisted_in(said) == alerts.size());
        CHECK(says(message, "more: */emoji dupes*") == (listed < alerts.size()));
        if (state != AlertState::open) {
            CHECK(buttons_in(message.blocks) == 0);
        } else {
            CHECK(buttons_in(message.blocks) == (count == 1 ? 2 : listed));
        }
    }
}

TEST_CASE("every pair of a list has its own outcome", "[alert]") {
    auto alerts = alerts_of(3);
    alerts[1].state = AlertState::not_duplicate;
    alerts[1].said_by = "U7";
    alerts[2].state = AlertState::muted;  // by somebody, some time ago
    const Message message = alert_message(alerts, Language::english);
    check_message(message);
    CHECK(buttons_in(message.blocks) == 1);
    CHECK(says(message, "<@U7> said: no duplicates"));
    CHECK(says(message, "_no more alerts about copies of"));
    const auto pairs = pairs_of({{"blocks", message.blocks}});
    REQUIRE(pairs.size() == 3);
    CHECK(pairs[1] == EmojiPair{alerts[1].upload.id, alerts[1].original.id, alerts[1].kind});
}

TEST_CASE("each kind of duplicate is called by its own words", "[alert]") {
    auto alerts = alerts_of(1);
    alerts.front().kind = DuplicateKind::identical;
    CHECK(says(alert_message(alerts, Language::english), "is exactly the same picture as"));
    alerts.front().kind = DuplicateKind::near;
    CHECK(says(alert_message(alerts, Language::english), "looks much like :"));
    alerts.front().original.frame_count = 8;
    CHECK(says(alert_message(alerts, Language::english), "looks much like a frame of :"));
    std::swap(alerts.front().original.frame_count, alerts.front().upload.frame_count);
    CHECK(says(alert_message(alerts, Language::english), "has a frame that looks much like :"));
}

TEST_CASE("pairs are read from whatever message comes back", "[alert]") {
    CHECK(pairs_of(nullptr).empty());
    CHECK(pairs_of(json::object()).empty());
    CHECK(pairs_of({{"blocks", "none"}}).empty());
    CHECK(pairs_of(json::array({1, 2})).empty());
    CHECK(pairs_of("text").empty());
    const json blocks = {{{"block_id", "pair:1:2:near"}}, {{"block_id", 7}},       nullptr,
                         {{"block_id", "x9Z"}},           {{"type", "section"}},   "pair:5:6:near",
                         {{"block_id", "pair:3:4:near"}}, {{"block_id", "pair:3"}}};
    CHECK(pairs_of({{"blocks", blocks}}) == std::vector<EmojiPair>{
                                                {1, 2, DuplicateKind::near},
                                                {3, 4, DuplicateKind::near},
                                            });
}

TEST_CASE("the largest numbers make a pair, larger ones do not", "[alert]") {
    constexpr EmojiId largest = std::numeric_limits<EmojiId>::max();
    const EmojiPair pair{largest, largest - 1, DuplicateKind::same_image};
    CHECK(decode_pair(encode_pair(pair)) == pair);
    for (const char* broken :
         {"pair:9223372036854775808:1:near", "pair:+1:2:near", "pair: 1:2:near", "pair:1 :2:near",
          "pair:1:2:NEAR", "pair:1:2", "pair:1;2;near", "pair:1:0:near", "pair:1:-2:near",
          "pair:1:2:near:3", "Pair:1:2:near", " pair:1:2:near", "pair:0x1:2:near"}) {
        CAPTURE(broken);
        CHECK_FALSE(decode_pair(broken));
    }
    CHECK_FALSE(decode_pair(std::string_view("pair:1:2:near\0", 14)));
}

TEST_CASE("pages of long groups stay within Slack's limits and lead to each other", "[alert]") {
    struct Case {
        std::size_t groups;
        std::size_t page;
        std::size_t shown;
        std::vector<std::string> actions;
    };
    const std::vector<Case> cases{
        {1, 1, 1, {}},
        {1, 2, 1, {}},
        {10, 1, 10, {}},
        {11, 1, 10, {"dupes.page.2"}},
        {11, 2, 1, {"dupes.page.1"}},
        {11, 99, 1, {"dupes.page.1"}},
        {11, 0, 10, {"dupes.page.2"}},
        {35, 2, 10, {"dupes.page.1", "dupes.page.3"}},
        {35, 4, 5, {"dupes.page.3"}},
    };
    for (const Case& one : cases) {
        CAPTURE(one.groups, one.page);
        const Message message =
            dupes_message(groups_of(one.groups, 40), one.page, Language::english);
        check_message(message);
        std::vector<std::string> actions;
        if (message.blocks.back().at("type") == "actions") {
            for (const json& button : message.blocks.back().at("elements")) {
                actions.push_back(button.at("action_id"));
                CHECK("dupes.page." + button.at("value").get<std::string>() == actions.back());
            }
        }
        CHECK(actions == one.actions);
        CHECK(message.blocks.size() == 1 + one.shown + (actions.empty() ? 0 : 1));
        CHECK(says(message, " more"));
        CHECK(message.placement == Placement::beside);
    }
}

TEST_CASE("a group names all of its few members, and says how much alike they are", "[alert]") {
    auto groups = groups_of(2, 12);
    for (search::DuplicateGroup& group : groups) {
        for (EmojiRecord& member : group.members) {
            member.name = "m" + std::to_string(member.id);
        }
    }
    const Message message = dupes_message(groups, 1, Language::english);
    check_message(message);
    for (const search::DuplicateGroup& group : groups) {
        for (const EmojiRecord& member : group.members) {
            CHECK(says(message, "`:" + member.name + ":`"));
        }
    }
    CHECK_FALSE(says(message, "  and "));
    CHECK(says(message, "the very same picture"));
    CHECK(says(message, "the same picture, altered"));
    CHECK(says(dupes_message(groups_of(1, 2), 1, Language::english), "*1 picture is there"));
}

TEST_CASE("a digest of the longest names is not too long for chat.postMessage", "[alert]") {
    // Slack answers msg_blocks_too_long from about 13,200 characters on:
    // https://github.com/slackapi/bolt-js/issues/2509
    auto alerts = alerts_of(200);
    for (DuplicateAlert& alert : alerts) {
        alert.upload.name = alert.original.name = std::string(100, 'x');
    }
    CHECK(alert_message(alerts, Language::english).blocks.dump().size() < 13'200);
}

TEST_CASE("only what encode_pair makes is a pair", "[alert]") {
    CHECK_FALSE(decode_pair("pair:01:2:near"));
}

TEST_CASE("a digest that is drawn again counts those that it does not list", "[alert]") {
    auto alerts = alerts_of(25);
    for (DuplicateAlert& alert : alerts) {
        alert.upload.name = alert.original.name = "short";
    }
    const Message first = alert_message(alerts, Language::english);
    const json said = {{"blocks", first.blocks}};
    CHECK(unlisted_in(said) == 5);
    CHECK(pairs_of(said).size() == 20);
    const Message again =
        alert_message(std::span(alerts).first(20), Language::english, unlisted_in(said));
    CHECK(again.blocks == first.blocks);
    CHECK(unlisted_in({{"blocks", alert_message(alerts_of(3), Language::english).blocks}}) == 0);
    CHECK(unlisted_in(json::object()) == 0);
}

}  // namespace emojiscope::bot
