// The picker: what it shows and offers, and what becomes of what is chosen.
#include "interactions/picker_desk.hpp"

#include "block_check.hpp"
#include "desk_fixture.hpp"

#include "emojiscope/slack/envelope.hpp"

#include <catch2/catch.hpp>

#include <boost/asio/co_spawn.hpp>

#include <functional>
#include <future>
#include <map>

namespace emojiscope::bot {
namespace {

using nlohmann::json;
using search::learn;
using simulator::check_options;
using simulator::check_view;

const PickerState commanded{Language::english, "https://hooks.example/1"};

Suggestion typed(const std::string& text, const PickerState& state = commanded) {
    return {std::string(action_pick), text, "U7", {"V1", "picker", encode_picker(state)}};
}

/// The values of all that is offered, in order.
std::vector<std::string> offered(const json& options) {
    std::vector<std::string> values;
    for (const json& group : options.value("option_groups", json::array())) {
        for (const json& option : group.at("options")) {
            values.push_back(option.at("value"));
        }
    }
    return values;
}

/// A view's state in which this was chosen.
json chosen(const std::string& value) {
    return {{"picker.emoji.block", {{"picker.emoji", {{"selected_option", {{"value", value}}}}}}}};
}

struct Desk : DeskFixture {
    Desk() {
        crab = learn(world, "crab", search::red).id;
        search::put_alias(world, "krabbe", "crab");
    }
    ViewSubmitted submitted(const std::string& value, const PickerState& state = commanded) {
        return {{"V1", "picker", encode_picker(state)}, "U7", chosen(value), ""};
    }

    EmojiId crab = 0;
    /// Of `search`, on another thread.
    std::function<void(const std::string& typed)> on_search = [](const std::string&) {};
    PickerDesk picker{parts,
                      client.api,
                      postbox,
                      queries,
                      [this](const Suggestion& asked) {
                          on_search(asked.typed);
                          return suggest_emoji(asked, parts);
                      },
                      live};
};

}  // namespace

TEST_CASE("what a picker is for travels in its view", "[picker]") {
    for (const PickerState& state :
         {commanded, PickerState{Language::japanese, ""}, PickerState{Language::english, "\"<&"}}) {
        CHECK(decode_picker(encode_picker(state)) == state);
    }
    CHECK(decode_picker("no JSON") == PickerState{});
    for (const PickedEmoji& picked : {PickedEmoji{7, ""}, PickedEmoji{0, "beer"}}) {
        CHECK(decode_pick(encode_pick(picked)) == picked);
    }
    for (const char* value : {"", "id:", "id:0", "id:-1", "id:7x", "std:", "std:A b", "7"}) {
        CAPTURE(value);
        CHECK(decode_pick(value) == std::nullopt);
    }
}

TEST_CASE("a picker asks where to post only if no command says so", "[picker]") {
    for (const Language language : {Language::english, Language::japanese}) {
        const json with = picker_view({language, "https://r"}, nullptr);
        const json without = picker_view({language, ""}, nullptr);
        CHECK(check_view(with).empty());
        CHECK(check_view(without).empty());
        CHECK_FALSE(says(with, "conversations_select"));
        CHECK(says(without, "response_url_enabled"));
    }
}

TEST_CASE("a preview shows picture and names, however long they are", "[picker]") {
    PickerPreview preview{"crab", "https://e/crab.png", {"krabbe"}};
    const json view = picker_view(commanded, &preview);
    CHECK(says(view, "https://e/crab.png"));
    CHECK(says(view, "`:krabbe:`"));
    preview.name = std::string(100, 'n');
    preview.aliases.assign(500, std::string(100, 'a'));
    CHECK(check_view(picker_view({Language::japanese, std::string(200, 'u')}, &preview)).empty());
    CHECK(says(picker_view(commanded, &preview), "and 488 more"));
}

TEST_CASE("the menu offers what /emoji would find, by name or alias", "[picker]") {
    Desk desk;
    learn(desk.world, "lobster", search::pink);
    for (const char* text : {"crab", "CRAB", ":crab:", " krabbe "}) {
        CAPTURE(text);
        const json options = suggest_emoji(typed(text), desk.parts);
        CHECK(check_options(options).empty());
        REQUIRE_FALSE(offered(options).empty());
        CHECK(offered(options).front() == "id:" + std::to_string(desk.crab));
        CHECK(says(options, ":crab: crab"));
    }
    const auto found = desk.world.search.by_text("crab", most_options_offered).value();
    CHECK(offered(suggest_emoji(typed("crab"), desk.parts)).size() == found.hits.size());
}

TEST_CASE("the menu speaks the language of its picker", "[picker]") {
    Desk desk;
    CHECK(says(suggest_emoji(typed("crab", {Language::japanese, ""}), desk.parts), "候補"));
    CHECK(says(suggest_emoji(typed("crab"), desk.parts), "Best matches"));
}

TEST_CASE("where nothing can be searched nothing is offered", "[picker]") {
    Desk desk;
    desk.world.embedder.fail_next({ErrorCode::internal, "out of order"});
    const json nothing = {{"options", json::array()}};
    CHECK(suggest_emoji(typed("something red"), desk.parts) == nothing);
    for (const std::string& text : {std::string(), std::string("::"), std::string(5000, 'a')}) {
        CHECK(suggest_emoji(typed(text), desk.parts) == nothing);
    }
    Suggestion other = typed("crab");
    other.action_id = "another.menu";
    CHECK(suggest_emoji(other, desk.parts) == nothing);
    CHECK(check_options(nothing).empty());
}

TEST_CASE("the longest offer fits in an acknowledgement", "[picker]") {
    search::Answer answer;
    std::string longest;
    for (int i = 0; i < 100; ++i) {
        longest += "絵";
    }
    for (int i = 0; i < 60; ++i) {
        search::Hit hit;
        hit.id = 9'000'000'000'000'000'000 + i;
        hit.name = longest;
        answer.hits.push_back(hit);
        answer.standard.push_back({"x", "standard_" + std::to_string(i)});
    }
    const json options = picker_options(answer, Language::japanese);
    CHECK(check_options(options).empty());
    CHECK(slack::acknowledgement("envelope", options).size() < slack::frame_bytes_too_many);
    CHECK(offered(options).size() == 2 * most_options_offered);
}

TEST_CASE("a suggestion is answered as Slack wants it", "[picker]") {
    Desk desk;
    const json payload = {{"type", "block_suggestion"},
                          {"action_id", action_pick},
                          {"value", "crab"},
                          {"user", {{"id", "U7"}}},
                          {"view", {{"id", "V1"}, {"private_metadata", encode_picker(commanded)}}}};
    CHECK(is_suggestion({"e1", "interactive", true, 0, "", payload}));
    CHECK_FALSE(is_suggestion({"e1", "events_api", true, 0, "", payload}));
    const json options = desk.client.run(desk.picker.suggest(parse_suggestion(payload)));
    CHECK(offered(options).front() == "id:" + std::to_string(desk.crab));
}

TEST_CASE("of what is typed in one view only the newest is searched", "[picker]") {
    Desk desk;
    std::promise<void> let_go;
    const auto gate = let_go.get_future().share();
    std::vector<std::string> searched;
    desk.on_search = [&, gate](const std::string& typed) {
        gate.wait();
        searched.push_back(typed);
    };
    std::map<std::string, json> answered;
    const auto type = [&](const std::string& text, const std::string& view) {
        Suggestion asked = typed(text);
        asked.view.id = view;
        boost::asio::co_spawn(desk.client.io, desk.picker.suggest(std::move(asked)),
                              [&answered, text](const std::exception_ptr&, json options) {
                                  answered[text] = std::move(options);
                              });
    };
    type("lobster", "V0");  // keeps the one thread busy
    for (const char* text : {"c", "cr", "cra"}) {
        type(text, "V1");
    }
    type("crab", "V1");
    // Those that somebody typed on from are answered while nothing can be searched.
    loopback::run_until(desk.client.io, [&] { return answered.size() == 3; });
    for (const auto& [text, options] : answered) {
        CHECK(options == json{{"options", json::array()}});
    }
    CHECK_FALSE(answered.contains("crab"));
    let_go.set_value();
    loopback::run_until(desk.client.io, [&] { return answered.size() == 5; });
    CHECK(searched == std::vector<std::string>{"lobster", "crab"});
    CHECK(offered(answered["crab"]).front() == "id:" + std::to_string(desk.crab));
}

TEST_CASE("the thread that searches what is typed is the one that is watched", "[picker]") {
    Desk desk;
    std::thread::id searching;
    desk.on_search = [&](const std::string&) { searching = std::this_thread::get_id(); };
    static_cast<void>(desk.client.run(desk.picker.suggest(typed("crab"))));
    CHECK(searching == thread_of(desk.picker.pool()));
}

TEST_CASE("a picker is opened by its trigger", "[picker]") {
    Desk desk;
    CHECK(desk.client.run(desk.picker.open("t.1", commanded, "c1")).value());
    const auto opened = desk.calls("views.open");
    REQUIRE(opened.size() == 1);
    CHECK(opened[0].at("trigger_id") == "t.1");
    CHECK(decode_picker(opened[0].at("view").at("private_metadata").get<std::string>()) ==
          commanded);
    CHECK(desk.left().empty());
}

TEST_CASE("who cannot be shown a picker is told so", "[picker]") {
    Desk desk;
    desk.answers["views.open"] = R"({"ok":false,"error":"expired_trigger_id"})";
    CHECK_FALSE(desk.client.run(desk.picker.open("t.1", commanded, "c1")).value());
    REQUIRE(desk.left().size() == 1);
    CHECK(desk.left()[0].at("to") == commanded.response_url);
    CHECK(says(desk.left()[0], "could not be opened"));
    // By a shortcut nobody can be told; it is not tried for ever.
    CHECK_FALSE(desk.client.run(desk.picker.open("t.2", {Language::english, ""}, "c2")).value());
    CHECK(desk.left().size() == 1);
}

TEST_CASE("what is chosen is shown in the picker", "[picker]") {
    Desk desk;
    const auto choose = [&](const std::string& value) {
        return desk.client.run(desk.picker.preview(
            {std::string(action_pick), value, "U7", {"V1", "picker", encode_picker(commanded)}}));
    };
    REQUIRE(choose("id:" + std::to_string(desk.crab)));
    REQUIRE(choose("std:beer"));
    REQUIRE(choose("id:99999"));
    REQUIRE(choose("nonsense"));
    const auto updates = desk.calls("views.update");
    REQUIRE(updates.size() == 2);
    CHECK(updates[0].at("view_id") == "V1");
    CHECK(says(updates[0], search::url_of("crab")));
    CHECK(says(updates[0], "krabbe"));
    CHECK(says(updates[1], "`:beer:`"));
    // A picker that was closed meanwhile is no trouble.
    desk.answers["views.update"] = R"({"ok":false,"error":"not_found"})";
    CHECK(choose("std:beer"));
}

TEST_CASE("what is inserted is posted for everybody, in the name of who chose it", "[picker]") {
    Desk desk;
    const std::string crab = "id:" + std::to_string(desk.crab);
    desk.world.workspace.rename("crab", "krab").value();
    REQUIRE(desk.client.run(desk.picker.insert(desk.submitted(crab), "c1")));
    REQUIRE(desk.client.run(desk.picker.insert(desk.submitted(crab), "c1")));  // delivered twice
    const auto left = desk.left();
    REQUIRE(left.size() == 1);
    CHECK(left[0].at("to") == commanded.response_url);
    CHECK(left[0].at("message").at("response_type") == "in_channel");
    CHECK(says(left[0], ":krab:"));
    CHECK(says(left[0], "<@U7>"));
}

TEST_CASE("who chose too late is told in a direct message", "[picker]") {
    Desk desk;
    desk.answers["conversations.open"] = R"({"ok":true,"channel":{"id":"D7"}})";
    PickerState state = commanded;
    state.response_url = "https://elsewhere.example/1";  // refused, as an old one is
    REQUIRE(desk.client.run(desk.picker.insert(desk.submitted("std:beer", state), "c1")));
    const auto items = desk.outbox.due(SystemTime::max(), 10).value();
    REQUIRE(items.size() == 1);
    CHECK(desk.client.run(deliver(desk.client.api, items[0])).kind == Outcome::Kind::dead);
    REQUIRE(desk.calls("chat.postMessage").size() == 1);
    CHECK(desk.calls("chat.postMessage")[0].at("channel") == "D7");
    CHECK(says(desk.calls("chat.postMessage")[0], "30 minutes"));
}

TEST_CASE("a picker of a shortcut posts where it was told to", "[picker]") {
    Desk desk;
    ViewSubmitted submitted = desk.submitted("std:beer", {Language::english, ""});
    submitted.response_url = "https://hooks.example/2";
    REQUIRE(desk.client.run(desk.picker.insert(submitted, "c1")));
    CHECK(desk.left().at(0).at("to") == "https://hooks.example/2");
    CHECK(says(desk.left().at(0), ":beer:"));
    submitted.response_url.clear();
    REQUIRE(desk.client.run(desk.picker.insert(submitted, "c2")));
    CHECK(desk.left().size() == 1);
}

TEST_CASE("an emoji that went before it was inserted is told of, to one person", "[picker]") {
    Desk desk;
    desk.world.workspace.remove("crab").value();
    const std::string crab = "id:" + std::to_string(desk.crab);
    REQUIRE(desk.client.run(desk.picker.insert(desk.submitted(crab), "c1")));
    REQUIRE(desk.client.run(desk.picker.insert(desk.submitted("nonsense"), "c2")));
    for (const json& answer : desk.left()) {
        CHECK(answer.at("message").at("response_type") == "ephemeral");
        CHECK(says(answer, "gone by now"));
    }
    CHECK(desk.left().size() == 2);
}

}  // namespace emojiscope::bot
