// 'Find an emoji for this': what is suggested for a message, and what a click does.
#include "interactions/reaction_desk.hpp"

#include "block_check.hpp"
#include "desk_fixture.hpp"

#include "emojiscope/bot/picker_view.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <set>

namespace emojiscope::bot {
namespace {

using nlohmann::json;
using search::learn;
using simulator::check_view;

struct Desk : DeskFixture {
    Desk() {
        crab = learn(world, "crab", search::red).id;
        frog = learn(world, "frog", search::green).id;
    }

    MessageShortcut shortcut(const std::string& text) {
        MessageShortcut made;
        made.callback_id = shortcut_react;
        made.user_id = "U7";
        made.trigger_id = "t.1";
        made.response_url = "https://hooks.example/1";
        made.channel = "C1";
        made.message_ts = "1.2";
        made.text = text;
        return made;
    }
    /// The file of a message, as Slack keeps it.
    slack::SlackFile file(const RgbaImage& image, const std::string& id = "F1") {
        const search::File bytes = search::file_of(image);
        files["/files/" + id] = std::string(bytes.begin(), bytes.end());
        return {id, "a.png", "image/png", bytes.size(), server.url("/files/" + id)};
    }
    /// The modal as it was last shown.
    json shown() { return calls("views.update").back().at("view"); }
    ReactionState state() {
        return decode_reactions(shown().at("private_metadata").get<std::string>());
    }
    /// Presses the button of an emoji in the modal of a message.
    std::string press(const std::string& value, const std::string& channel = "C1",
                      Language language = Language::english) {
        ReactionState asked;
        asked.language = language;
        asked.channel = channel;
        asked.message_ts = "1.2";
        asked.for_words = {crab};
        client
            .run(desk.add({std::string(action_react_prefix) + "0",
                           value,
                           "U7",
                           {"V1", "reactions", encode_reactions(asked)}}))
            .value();
        return shown().at("blocks").at(0).at("text").at("text");
    }

    EmojiId crab = 0;
    EmojiId frog = 0;
    ReactionDesk desk{parts, client.api, postbox, queries, options};
};

}  // namespace

TEST_CASE("what is suggested travels in the view", "[reactions]") {
    ReactionState state;
    state.language = Language::japanese;
    state.channel = "C1";
    state.message_ts = "1.2";
    state.for_words = {7, 9'000'000'000'000'000'000};
    state.for_picture = {3};
    state.standard = {"beer", "+1"};
    state.picture_unseen = true;
    state.picture_too_large = true;
    CHECK(decode_reactions(encode_reactions(state)) == state);
    CHECK(decode_reactions("no JSON") == ReactionState{});
    CHECK(decode_reactions(R"({"words":[0,-1,"a"],"standard":[1,"No!"]})") == ReactionState{});
}

TEST_CASE("reactions are shown within Slack's limits, with everything as long as it can be",
          "[reactions]") {
    ReactionState state;
    state.channel = std::string(20, 'C');
    state.message_ts = std::string(20, '1');
    for (std::size_t i = 0; i < most_reactions; ++i) {
        state.for_words.push_back(9'000'000'000'000'000'000 + static_cast<EmojiId>(i));
        state.for_picture.push_back(8'000'000'000'000'000'000 + static_cast<EmojiId>(i));
        state.standard.push_back(std::string(60, 'a') + std::to_string(i));
    }
    state.picture_unseen = state.picture_too_large = true;
    const auto longest = [](EmojiId) { return std::string(100, 'n'); };
    for (const Language language : {Language::english, Language::japanese}) {
        state.language = language;
        CHECK(check_view(reactions_view(state, longest, "*status*")).empty());
        CHECK(check_view(reactions_loading(language)).empty());
        const json none = reactions_view({language, "C1", "1.2", {}, {}, {}, false}, longest, "");
        CHECK(check_view(none).empty());
        CHECK(says(none, say(language, Phrase::react_none)));
    }
    // Those that are gone by now are left out.
    const json gone = reactions_view(
        state, [](EmojiId) { return std::string(); }, "");
    CHECK_FALSE(says(gone, "id:9"));
    CHECK(says(gone, "std:"));
}

TEST_CASE("an emoji is suggested for a word of a message", "[reactions]") {
    Desk desk;
    ReactionState state;
    suggest_for_words("<@U1> what about a *crab* for dinner?", desk.world.search, state);
    REQUIRE_FALSE(state.for_words.empty());
    CHECK(std::ranges::find(state.for_words, desk.crab) != state.for_words.end());
    ReactionState alone;
    suggest_for_words("crab", desk.world.search, alone);
    REQUIRE_FALSE(alone.for_words.empty());
    CHECK(alone.for_words.front() == desk.crab);
    ReactionState nothing;
    suggest_for_words("<https://e.com> ", desk.world.search, nothing);
    CHECK(nothing.for_words.empty());
}

TEST_CASE("the modal opens at once, and then shows what was found", "[reactions]") {
    Desk desk;
    desk.world.embedder.teach("crab", search::red);  // the word is not for the frog
    MessageShortcut shortcut = desk.shortcut("crab");
    shortcut.files.push_back(desk.file(search::green));
    REQUIRE(desk.client.run(desk.desk.open(shortcut, Language::english, "s1")));
    CHECK(says(desk.calls("views.open").at(0), "Looking for emoji"));
    CHECK(desk.calls("views.update").at(0).at("view_id") == "V1");
    const ReactionState state = desk.state();
    CHECK(state.channel == "C1");
    CHECK(state.message_ts == "1.2");
    REQUIRE_FALSE(state.for_words.empty());
    CHECK(state.for_words.front() == desk.crab);
    REQUIRE_FALSE(state.for_picture.empty());
    CHECK(state.for_picture.front() == desk.frog);
    CHECK_FALSE(state.picture_unseen);
    CHECK(says(desk.shown(), ":frog:"));
}

TEST_CASE("a picture that cannot be had does not keep the words from being answered",
          "[reactions]") {
    Desk desk;
    for (const char* bytes : {"", "not a picture"}) {
        MessageShortcut shortcut = desk.shortcut("crab");
        shortcut.files.push_back(desk.file(search::green));
        desk.files["/files/F1"] = bytes;
        REQUIRE(desk.client.run(desk.desk.open(shortcut, Language::english, "s1")));
        CHECK(desk.state().picture_unseen);
        CHECK(desk.state().for_words.front() == desk.crab);
        CHECK(says(desk.shown(), "I cannot see"));
    }
    // A file that is no picture is no matter.
    MessageShortcut shortcut = desk.shortcut("crab");
    shortcut.files.push_back({"F2", "a.txt", "text/plain", 3, desk.server.url("/files/F2")});
    REQUIRE(desk.client.run(desk.desk.open(shortcut, Language::english, "s2")));
    CHECK_FALSE(desk.state().picture_unseen);
}

TEST_CASE("the first few pictures of a message are looked at, and the rest left", "[reactions]") {
    Desk desk;
    learn(desk.world, "whale", search::blue);
    MessageShortcut shortcut = desk.shortcut("");
    shortcut.files = {desk.file(search::green, "F1"), desk.file(search::red, "F2"),
                      desk.file(search::green, "F3"), desk.file(search::green, "F4"),
                      desk.file(search::blue, "F5")};
    REQUIRE(desk.client.run(desk.desk.open(shortcut, Language::english, "s1")));
    // Both that are shown go before the one that is only somewhat like them.
    const std::vector<EmojiId> found = desk.state().for_picture;
    REQUIRE(found.size() >= 2);
    CHECK(std::set(found.begin(), found.begin() + 2) == std::set{desk.crab, desk.frog});
    CHECK(std::set(found.begin(), found.end()).size() == found.size());
    const auto asked = [&](const std::string& id) {
        return std::ranges::any_of(desk.server.requests(), [&](const loopback::Request& request) {
            return request.target() == "/files/" + id;
        });
    };
    CHECK(asked("F4"));
    CHECK_FALSE(asked("F5"));
    // One that cannot be had keeps nobody from the others.
    desk.files["/files/F1"] = "not a picture";
    REQUIRE(desk.client.run(desk.desk.open(shortcut, Language::english, "s2")));
    CHECK(desk.state().picture_unseen);
    CHECK(desk.state().for_picture.size() >= 2);
}

TEST_CASE("a picture that is too large is not said to be out of sight", "[reactions]") {
    Desk desk;
    MessageShortcut shortcut = desk.shortcut("crab");
    shortcut.files.push_back(desk.file(search::green));
    shortcut.files.back().bytes = desk.options.max_file_bytes + 1;
    REQUIRE(desk.client.run(desk.desk.open(shortcut, Language::english, "s1")));
    CHECK(says(desk.shown(), "too large for me to look at"));
    CHECK_FALSE(says(desk.shown(), "I cannot see"));
    CHECK(desk.state().for_words.front() == desk.crab);
    REQUIRE(desk.client.run(desk.desk.open(shortcut, Language::japanese, "s2")));
    CHECK(says(desk.shown(), "大きすぎて見られない画像"));
}

TEST_CASE("who cannot be shown reactions is told so", "[reactions]") {
    Desk desk;
    desk.answers["views.open"] = R"({"ok":false,"error":"expired_trigger_id"})";
    REQUIRE(desk.client.run(desk.desk.open(desk.shortcut("crab"), Language::english, "s1")));
    CHECK(says(desk.left().at(0), "could not be shown"));
    CHECK(desk.calls("views.update").empty());
}

TEST_CASE("a click adds the reaction, under the emoji's present name", "[reactions]") {
    Desk desk;
    desk.world.workspace.rename("crab", "krab").value();
    CHECK(desk.press("id:" + std::to_string(desk.crab)) == ":krab: `:krab:` was added.");
    CHECK(desk.calls("reactions.add").at(0) ==
          json{{"channel", "C1"}, {"timestamp", "1.2"}, {"name", "krab"}});
    CHECK(desk.press("std:beer") == ":beer: `:beer:` was added.");
    // The suggestions are still there.
    CHECK(desk.state().for_words == std::vector<EmojiId>{desk.crab});
}

TEST_CASE("why a reaction cannot be added is told in words", "[reactions]") {
    Desk desk;
    const std::map<std::string, std::string> expected{{"already_reacted", "was added"},
                                                      {"not_in_channel", "/invite @Emojiscope"},
                                                      {"channel_not_found", "/invite @Emojiscope"},
                                                      {"message_not_found", "gone by now"},
                                                      {"invalid_name", "gone by now"},
                                                      {"too_many_reactions", "no more reactions"},
                                                      {"missing_scope", "reactions:write"},
                                                      {"internal_error", "could not be added"}};
    for (const auto& [word, sentence] : expected) {
        CAPTURE(word);
        desk.answers["reactions.add"] = json{{"ok", false}, {"error", word}}.dump();
        CHECK_THAT(desk.press("id:" + std::to_string(desk.crab)), Catch::Contains(sentence));
    }
    CHECK_THAT(desk.press("id:99999"), Catch::Contains("gone by now"));
    // Nobody can invite anybody into a conversation of two.
    desk.answers["reactions.add"] = R"({"ok":false,"error":"channel_not_found"})";
    const std::string crab = "id:" + std::to_string(desk.crab);
    CHECK(desk.press(crab, "D1") == "I cannot add reactions in a direct message between others.");
    CHECK_THAT(desk.press(crab, "D1", Language::japanese),
               Catch::Contains("ほかの方どうしのダイレクトメッセージ"));
    desk.answers["reactions.add"] = R"({"ok":false,"error":"not_in_channel"})";
    CHECK_THAT(desk.press(crab, "D1"), Catch::Contains("/invite @Emojiscope"));
}

}  // namespace emojiscope::bot
