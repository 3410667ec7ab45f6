#include "emojiscope/bot/alert_view.hpp"

#include <catch2/catch.hpp>

#include <set>

namespace emojiscope::bot {
namespace {

using nlohmann::json;
using search::DuplicateKind;

EmojiRecord emoji(EmojiId id, const std::string& name) {
    EmojiRecord record;
    record.id = id;
    record.name = name;
    record.value = "https://e/" + name + ".png";
    return record;
}

DuplicateAlert alert(EmojiId upload, EmojiId original, AlertState state = AlertState::open) {
    return {emoji(upload, "new" + std::to_string(upload)),
            emoji(original, "old" + std::to_string(original)), DuplicateKind::same_image, state,
            state == AlertState::open ? "" : "U7"};
}

bool says(const Message& message, const std::string& text) {
    return message.blocks.dump().find(text) != std::string::npos;
}

std::size_t count(const json& value, const std::string& type) {
    std::size_t found = value.is_object() && value.value("type", json()) == type ? 1 : 0;
    for (const json& part : value) {
        if (part.is_structured()) {
            found += count(part, type);
        }
    }
    return found;
}

/// Slack's limits that these messages could come near to.
void check_limits(const Message& message) {
    CHECK(message.blocks.size() <= 50);
    CHECK(message.blocks.dump().size() < 20'000);
    std::set<std::string> ids;
    for (const json& block : message.blocks) {
        if (block.contains("block_id")) {
            CHECK(block["block_id"].get<std::string>().size() <= 255);
            CHECK(ids.insert(block["block_id"]).second);
        }
        for (const json& element : block.value("elements", json::array())) {
            CHECK(element["text"]["text"].get<std::string>().size() <= 75);
        }
    }
}

}  // namespace

TEST_CASE("a pair goes into a block_id and comes out again", "[alert]") {
    for (const auto kind :
         {DuplicateKind::identical, DuplicateKind::same_image, DuplicateKind::near}) {
        const EmojiPair pair{123456789012345, 7, kind};
        CHECK(decode_pair(encode_pair(pair)) == pair);
    }
    for (const char* broken :
         {"", "pair:", "pair:1", "pair:1:2", "pair:1:2:", "pair:1:2:same", "pair:a:2:near",
          "pair:1::near", "pair:-1:2:near", "pair:0:2:near", "pair:99999999999999999999:2:near",
          "pear:1:2:near", "pair:1:2:near "}) {
        CAPTURE(broken);
        CHECK_FALSE(decode_pair(broken));
    }
}

TEST_CASE("the alert shows both pictures, both names, the advice and the buttons", "[alert]") {
    const DuplicateAlert one = alert(9, 4);
    const Message message = alert_message({&one, 1}, Language::english);
    CHECK(count(message.blocks, "image") == 2);
    CHECK(says(message, "https://e/new9.png"));
    CHECK(says(message, "https://e/old4.png"));
    CHECK(says(message, "is an altered copy of"));
    CHECK(says(message, "delete `:new9:` and add the name as an alias of `:old4:`"));
    CHECK(count(message.blocks, "button") == 2);
    CHECK(says(message, std::string(action_not_duplicate)));
    CHECK(says(message, std::string(action_mute)));
    CHECK(pairs_of({{"blocks", message.blocks}}) ==
          std::vector<EmojiPair>{{9, 4, DuplicateKind::same_image}});
    CHECK(message.text.find(":new9:") != std::string::npos);
    check_limits(message);
}

TEST_CASE("the alert goes without pictures that Slack cannot fetch, and with the longest names",
          "[alert]") {
    DuplicateAlert one = alert(9, 4);
    one.original.value = "/srv/emoji/old.png";
    one.original.name = std::string(100, 'n');
    const Message message = alert_message({&one, 1}, Language::english);
    CHECK(count(message.blocks, "image") == 1);
    CHECK_FALSE(says(message, "/srv/emoji"));
    check_limits(message);
}

TEST_CASE("an alert that was answered says by whom, and has no buttons", "[alert]") {
    const DuplicateAlert refuted = alert(9, 4, AlertState::not_duplicate);
    const Message first = alert_message({&refuted, 1}, Language::english);
    CHECK(count(first.blocks, "button") == 0);
    CHECK(says(first, "<@U7> said: no duplicates"));
    const DuplicateAlert muted = alert(9, 4, AlertState::muted);
    const Message second = alert_message({&muted, 1}, Language::english);
    CHECK(count(second.blocks, "button") == 0);
    CHECK(says(second, "no more alerts"));
    CHECK(pairs_of({{"blocks", second.blocks}}).size() == 1);
}

TEST_CASE("many alerts are one list, each with its button, within Slack's limits", "[alert]") {
    std::vector<DuplicateAlert> alerts;
    for (EmojiId id = 1; id <= 200; ++id) {
        alerts.push_back(
            alert(1000 + id, id, id == 2 ? AlertState::not_duplicate : AlertState::open));
        alerts.back().upload.name = std::string(95, 'u') + std::to_string(id);
    }
    const Message few = alert_message(std::span(alerts).first(3), Language::english);
    CHECK(says(few, "3 of the emoji just uploaded"));
    CHECK(count(few.blocks, "button") == 2);
    CHECK(pairs_of({{"blocks", few.blocks}}).size() == 3);
    check_limits(few);
    const Message all = alert_message(alerts, Language::english);
    CHECK(says(all, "and 180 more"));
    CHECK(says(all, "/emoji dupes"));
    check_limits(all);
}

TEST_CASE("the groups come in pages", "[alert]") {
    std::vector<search::DuplicateGroup> groups(21);
    for (std::size_t i = 0; i < groups.size(); ++i) {
        for (EmojiId member = 0; member < 30; ++member) {
            groups[i].members.push_back(
                emoji(1 + member, "g" + std::to_string(i) + "_" + std::string(90, 'x')));
        }
    }
    CHECK(says(dupes_message({}, 1, Language::english), "No two emoji"));
    const Message one = dupes_message(std::span(groups).first(10), 1, Language::english);
    CHECK(count(one.blocks, "button") == 0);
    CHECK(says(one, "10 pictures"));
    check_limits(one);
    const Message first = dupes_message(groups, 1, Language::english);
    CHECK(count(first.blocks, "button") == 1);
    CHECK(says(first, "page 1 of 3"));
    CHECK(says(first, "and 26 more"));
    const Message middle = dupes_message(groups, 2, Language::english);
    CHECK(count(middle.blocks, "button") == 2);
    CHECK(says(middle, "g10_"));
    CHECK_FALSE(says(middle, "g20_"));
    const Message beyond = dupes_message(groups, 99, Language::english);
    CHECK(says(beyond, "page 3 of 3"));
    CHECK(says(beyond, "g20_"));
    CHECK(dupes_message(groups, 0, Language::english).blocks == first.blocks);
}

}  // namespace emojiscope::bot
