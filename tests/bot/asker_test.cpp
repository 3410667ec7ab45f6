// Who may change a message that all can see.
#include "asker.hpp"

#include "emojiscope/bot/answer_view.hpp"

#include <catch2/catch.hpp>

namespace emojiscope::bot {
namespace {

using nlohmann::json;

Message with_buttons() {
    return {"text", json::array({{{"type", "section"}},
                                 {{"type", "actions"}, {"elements", json::array()}},
                                 {{"type", "actions"}, {"elements", json::array()}}})};
}

/// As Slack hands it back.
json handed_back(const Message& message) {
    return {{"text", message.text}, {"blocks", message.blocks}};
}

}  // namespace

TEST_CASE("who asked is noted in the first block with buttons, and read back", "[asker]") {
    Message message = with_buttons();
    CHECK(asker_of(handed_back(message)).empty());
    note_asker(message, "U7");
    CHECK(asker_of(handed_back(message)) == "U7");
    CHECK_FALSE(message.blocks[0].contains("block_id"));
    CHECK_FALSE(message.blocks[2].contains("block_id"));  // ids must differ
    // A message that takes its place is noted anew.
    note_asker(message, "U8");
    CHECK(asker_of(handed_back(message)) == "U8");
}

TEST_CASE("nobody is noted where there is nothing to press, or nobody known", "[asker]") {
    Message plain = plain_message("a sentence");
    note_asker(plain, "U7");
    CHECK(asker_of(handed_back(plain)).empty());
    Message nothing{"", {}, Placement::removes};
    note_asker(nothing, "U7");
    CHECK(nothing.blocks.is_null());
    Message message = with_buttons();
    note_asker(message, "");
    CHECK(message.blocks == with_buttons().blocks);
}

TEST_CASE("a message that is none of ours tells of nobody", "[asker]") {
    for (const json& odd :
         {json(), json("asked by U7"), json::array(), json{{"blocks", "asked by U7"}},
          json{{"blocks", json::array({7, nullptr, {{"block_id", 7}}})}},
          json{{"blocks", json::array({{{"block_id", "pair:9:4:identical"}}})}}}) {
        CAPTURE(odd.dump());
        CHECK(asker_of(odd).empty());
    }
}

TEST_CASE("for others an answer that all can see stays as it is", "[asker]") {
    Message page = with_buttons();
    page.placement = Placement::replaces;
    const Message own = beside_what_stands(page, Language::english);
    CHECK(own.placement == Placement::beside);
    CHECK(own.blocks == page.blocks);
    for (const Language language : {Language::english, Language::japanese}) {
        const Message refused = beside_what_stands(Message{"", {}, Placement::removes}, language);
        CHECK(refused.placement == Placement::beside);
        CHECK(refused.text == say(language, Phrase::askers_only));
    }
    // What is said for all in the name of who pressed changes nothing that stands.
    page.placement = Placement::to_channel;
    CHECK(beside_what_stands(page, Language::english).placement == Placement::to_channel);
}

}  // namespace emojiscope::bot
