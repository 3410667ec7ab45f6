// What comes from Slack, and what the bot makes of it.
#include "emojiscope/bot/incoming.hpp"

#include <catch2/catch.hpp>

namespace emojiscope::bot {
namespace {

using nlohmann::json;

Incoming event(const json& inner) {
    return parse_incoming("events_api", {{"event", inner}, {"event_id", "Ev1"}}, "UBOT");
}

Incoming emoji_changed(json inner) {
    inner["type"] = "emoji_changed";
    return event(inner);
}

Incoming message(const json& more) {
    json inner = {{"type", "message"},
                  {"channel_type", "im"},
                  {"channel", "D1"},
                  {"user", "U1"},
                  {"text", "beer"}};
    inner.update(more);
    return event(inner);
}

/// As Slack sends it, with what we do not read left out.
json button_payload() {
    return {{"type", "block_actions"},
            {"user", {{"id", "U7"}, {"username", "ann"}}},
            {"response_url", "https://r/"},
            {"message", {{"blocks", {{{"type", "actions"}, {"block_id", "pair:9:4:identical"}}}}}},
            {"actions",
             {{{"type", "button"},
               {"action_id", "duplicate.refute"},
               {"value", "pair:9:4:identical"}}}}};
}

Incoming interaction(const json& more) {
    json payload = button_payload();
    payload.update(more);
    return parse_incoming("interactive", payload, "UBOT");
}

template <class T>
T as(const Incoming& incoming) {
    REQUIRE(std::holds_alternative<T>(incoming));
    return std::get<T>(incoming);
}

bool ignored(const Incoming& incoming) {
    return std::holds_alternative<Ignored>(incoming);
}

}  // namespace

TEST_CASE("a command has its text as typed and where to answer", "[incoming]") {
    const auto command = as<SlashCommand>(parse_incoming("slash_commands",
                                                         {{"command", "/emoji"},
                                                          {"text", "a &lt;b&gt; &amp; c"},
                                                          {"response_url", "https://r/"},
                                                          {"user_id", "U7"}},
                                                         "UBOT"));
    CHECK(command.user_id == "U7");
    CHECK(command.text == "a <b> & c");
    CHECK(command.response_url == "https://r/");
    CHECK(as<SlashCommand>(parse_incoming("slash_commands", {{"response_url", "https://r/"}}, ""))
              .text.empty());
    CHECK(ignored(parse_incoming("slash_commands", {{"text", "beer"}}, "UBOT")));
    CHECK(ignored(parse_incoming("slash_commands", nullptr, "UBOT")));
}

TEST_CASE("an emoji that was added is a picture or an alias", "[incoming]") {
    const auto added = as<EmojiAdded>(
        emoji_changed({{"subtype", "add"}, {"name", "beer-san"}, {"value", "https://e/beer.png"}}));
    CHECK(added.name == "beer-san");
    CHECK(added.url == "https://e/beer.png");
    const auto alias = as<EmojiAliased>(
        emoji_changed({{"subtype", "add"}, {"name", "ビール"}, {"value", "alias:beer-san"}}));
    CHECK(alias.name == "ビール");
    CHECK(alias.target == "beer-san");
}

TEST_CASE("emoji are removed by all their names", "[incoming]") {
    const auto removed = as<EmojiRemoved>(
        emoji_changed({{"subtype", "remove"}, {"names", {"a", 7, "b"}}, {"event_ts", "1"}}));
    CHECK(removed.names == std::vector<std::string>{"a", "b"});
}

TEST_CASE("an emoji is renamed", "[incoming]") {
    const auto renamed = as<EmojiRenamed>(emoji_changed({{"subtype", "rename"},
                                                         {"old_name", "grin"},
                                                         {"new_name", "big-grin"},
                                                         {"value", "https://e/grin.png"}}));
    CHECK(renamed.from == "grin");
    CHECK(renamed.to == "big-grin");
    CHECK(renamed.url == "https://e/grin.png");
    const auto alias = as<EmojiRenamed>(emoji_changed({{"subtype", "rename"},
                                                       {"old_name", "smile"},
                                                       {"new_name", "smiley"},
                                                       {"value", "alias:grin"}}));
    CHECK(alias.url.empty());
}

TEST_CASE("a change of emoji that cannot be understood asks for the list", "[incoming]") {
    for (const json& broken : {
             json::object(),
             json{{"subtype", "recolour"}, {"name", "a"}},
             json{{"subtype", "add"}},
             json{{"subtype", "add"}, {"name", "a"}},
             json{{"subtype", "add"}, {"name", "not a name"}, {"value", "https://e/a.png"}},
             json{{"subtype", "add"}, {"name", 7}, {"value", "https://e/a.png"}},
             json{{"subtype", "remove"}},
             json{{"subtype", "remove"}, {"names", json::array()}},
             json{{"subtype", "remove"}, {"names", "a"}},
             json{{"subtype", "remove"}, {"names", {1, 2}}},
             json{{"subtype", "rename"}, {"old_name", "a"}},
             json{{"subtype", "rename"}, {"old_name", "a"}, {"new_name", ""}},
         }) {
        CAPTURE(broken.dump());
        CHECK(std::holds_alternative<EmojiListChanged>(emoji_changed(broken)));
    }
}

TEST_CASE("a direct message has its words as typed", "[incoming]") {
    const auto said = as<DirectMessage>(message({{"text", "&lt;3 &amp; beer"}}));
    CHECK(said.channel == "D1");
    CHECK(said.text == "<3 & beer");
    CHECK(said.files.empty());
}

TEST_CASE("a direct message has its files", "[incoming]") {
    const auto said = as<DirectMessage>(message(
        {{"subtype", "file_share"},
         {"text", ""},
         {"files",
          {{{"id", "F1"},
            {"name", "a.png"},
            {"mimetype", "image/png"},
            {"size", 12U},
            {"url_private_download", "https://files.slack.com/a"}},
           {{"id", "F2"}, {"file_access", "check_file_info"}, {"url_private_download", "x"}},
           "broken"}}}));
    REQUIRE(said.files.size() == 3);
    CHECK(said.files[0].id == "F1");
    CHECK(said.files[0].name == "a.png");
    CHECK(said.files[0].mimetype == "image/png");
    CHECK(said.files[0].bytes == 12);
    CHECK(said.files[0].url_private_download == "https://files.slack.com/a");
    // A file of another workspace: files.info must be asked for where it lies.
    CHECK(said.files[1].id == "F2");
    CHECK(said.files[1].url_private_download.empty());
    CHECK(said.files[2].id.empty());
}

TEST_CASE("the bot does not talk to itself, nor to other bots", "[incoming]") {
    CHECK(ignored(message({{"user", "UBOT"}})));
    CHECK(ignored(message({{"bot_id", "B1"}})));
    CHECK(ignored(message({{"bot_id", "B1"}, {"subtype", "bot_message"}})));
}

TEST_CASE("only direct messages that are new are answered", "[incoming]") {
    CHECK(ignored(message({{"channel_type", "channel"}})));
    CHECK(ignored(message({{"channel_type", nullptr}})));
    CHECK(ignored(message({{"subtype", "message_changed"}})));
    CHECK(ignored(message({{"subtype", "message_deleted"}})));
    CHECK(ignored(message({{"channel", ""}})));
}

TEST_CASE("what is not for us is ignored", "[incoming]") {
    CHECK(ignored(event({{"type", "reaction_added"}})));
    CHECK(ignored(event(json::object())));
    CHECK(ignored(parse_incoming("events_api", json::array(), "UBOT")));
    CHECK(ignored(parse_incoming("interactive", {{"type", "block_actions"}}, "UBOT")));
    CHECK(ignored(parse_incoming("", nullptr, "UBOT")));
}

TEST_CASE("a button that was pressed says which, by whom, where, and in what message",
          "[incoming]") {
    const auto press = as<ButtonPressed>(interaction(json::object()));
    CHECK(press.action_id == "duplicate.refute");
    CHECK(press.value == "pair:9:4:identical");
    CHECK(press.user_id == "U7");
    CHECK(press.response_url == "https://r/");
    CHECK(press.message.at("blocks").at(0).at("block_id") == "pair:9:4:identical");
}

TEST_CASE("a button in what one person was shown has no message", "[incoming]") {
    const auto press = as<ButtonPressed>(interaction({{"message", nullptr}}));
    CHECK(press.message.is_null());
    CHECK(press.action_id == "duplicate.refute");
    json payload = button_payload();
    payload.erase("message");
    CHECK(as<ButtonPressed>(parse_incoming("interactive", payload, "UBOT")).message.is_null());
}

TEST_CASE("a message with a button is seen by all but in a conversation with the bot alone",
          "[incoming]") {
    for (const char* id : {"C1", "G1", "", "d1"}) {
        CAPTURE(id);
        CHECK(as<ButtonPressed>(interaction({{"channel", {{"id", id}}}})).seen_by_all);
    }
    for (const json& channel : {json(), json("D1"), json::object(), json{{"id", 7}}}) {
        CAPTURE(channel.dump());
        CHECK(as<ButtonPressed>(interaction({{"channel", channel}})).seen_by_all);
    }
    CHECK_FALSE(as<ButtonPressed>(interaction({{"channel", {{"id", "D1"}}}})).seen_by_all);
    CHECK_FALSE(as<ButtonPressed>(interaction({{"channel", {{"id", "C1"}}}, {"message", nullptr}}))
                    .seen_by_all);
}

TEST_CASE("a press that cannot be answered or understood is ignored", "[incoming]") {
    for (const json& broken : {
             json{{"actions", json::array()}},
             json{{"actions", "none"}},
             json{{"actions", nullptr}},
             json{{"response_url", ""}},
             json{{"response_url", 7}},
             json{{"type", "view_submission"}},
             json{{"type", "shortcut"}},
             json{{"type", nullptr}},
         }) {
        CAPTURE(broken.dump());
        CHECK(ignored(interaction(broken)));
    }
    for (const char* key : {"actions", "response_url", "type"}) {
        CAPTURE(key);
        json payload = button_payload();
        payload.erase(key);
        CHECK(ignored(parse_incoming("interactive", payload, "UBOT")));
    }
    for (const json& payload : {json(), json::array(), json("press"), json::object()}) {
        CHECK(ignored(parse_incoming("interactive", payload, "UBOT")));
    }
    // The same payload in another envelope is no press.
    CHECK_FALSE(std::holds_alternative<ButtonPressed>(
        parse_incoming("events_api", button_payload(), "UBOT")));
}

TEST_CASE("a press with fields of wrong types does no harm", "[incoming]") {
    const json odd = {{"action_id", 7}, {"value", json::array()}};
    for (const json& action : {odd, json("broken"), json(), json::array({1})}) {
        CAPTURE(action.dump());
        const Incoming incoming =
            interaction({{"actions", json::array({action})}, {"user", "U7"}, {"message", "m"}});
        if (const auto* const press = std::get_if<ButtonPressed>(&incoming)) {
            CHECK(press->action_id.empty());
            CHECK(press->value.empty());
            CHECK(press->user_id.empty());
            CHECK(press->message.is_null());
        }
    }
}

TEST_CASE("an event is known by its id through retries, anything else by its envelope",
          "[incoming]") {
    slack::Envelope first;
    first.id = "e1";
    first.payload = {{"event_id", "Ev1"}};
    slack::Envelope repeated = first;
    repeated.id = "e2";
    CHECK(deduplication_key(first) == deduplication_key(repeated));

    slack::Envelope command;
    command.id = "Ev1";  // must not be taken for the event of this name
    command.payload = {{"text", "beer"}};
    slack::Envelope other = command;
    other.id = "e3";
    CHECK(deduplication_key(command) != deduplication_key(first));
    CHECK(deduplication_key(command) != deduplication_key(other));
}

TEST_CASE("a shortcut has a trigger, and that of a message the message", "[incoming]") {
    const auto global = as<GlobalShortcut>(parse_incoming("interactive",
                                                          {{"type", "shortcut"},
                                                           {"callback_id", "pick_emoji"},
                                                           {"user", {{"id", "U7"}}},
                                                           {"trigger_id", "t.1"}},
                                                          "UBOT"));
    CHECK(global.callback_id == shortcut_pick);
    CHECK(global.user_id == "U7");
    CHECK(global.trigger_id == "t.1");
    json payload = {
        {"type", "message_action"},
        {"callback_id", "react_to_message"},
        {"user", {{"id", "U7"}}},
        {"trigger_id", "t.1"},
        {"response_url", "https://r/"},
        {"channel", {{"id", "C1"}}},
        {"message", {{"ts", "1.2"}, {"text", "a &lt; b"}, {"files", {{{"id", "F1"}}}}}}};
    const auto of_message = as<MessageShortcut>(parse_incoming("interactive", payload, "UBOT"));
    CHECK(of_message.callback_id == shortcut_react);
    CHECK(of_message.channel == "C1");
    CHECK(of_message.message_ts == "1.2");
    CHECK(of_message.text == "a &lt; b");
    REQUIRE(of_message.files.size() == 1);
    CHECK(of_message.files[0].id == "F1");
    for (const char* type : {"shortcut", "message_action"}) {
        json other = payload;
        other["type"] = type;
        other["callback_id"] = "somebody_elses";
        CHECK(ignored(parse_incoming("interactive", other, "UBOT")));
    }
    json without = payload;
    without.erase("trigger_id");
    CHECK(ignored(parse_incoming("interactive", without, "UBOT")));
    payload["message"].erase("ts");
    CHECK(ignored(parse_incoming("interactive", payload, "UBOT")));
}

TEST_CASE("what is done in a view tells of the view", "[incoming]") {
    const json view = {{"id", "V1"},
                       {"callback_id", "picker"},
                       {"private_metadata", "meta"},
                       {"state", {{"values", {{"b", {{"a", {{"value", "x"}}}}}}}}}};
    const auto chosen = as<ViewAction>(parse_incoming(
        "interactive",
        {{"type", "block_actions"},
         {"user", {{"id", "U7"}}},
         {"view", view},
         {"actions", {{{"action_id", "menu"}, {"selected_option", {{"value", "3"}}}}}}},
        "UBOT"));
    CHECK(chosen.action_id == "menu");
    CHECK(chosen.value == "3");
    CHECK(chosen.view.id == "V1");
    CHECK(chosen.view.private_metadata == "meta");
    json payload = {{"type", "view_submission"},
                    {"user", {{"id", "U7"}}},
                    {"view", view},
                    {"response_urls", {{{"response_url", "https://r/"}}}}};
    const auto sent = as<ViewSubmitted>(parse_incoming("interactive", payload, "UBOT"));
    CHECK(sent.view.callback_id == "picker");
    CHECK(sent.values.at("b").at("a").at("value") == "x");
    CHECK(sent.response_url == "https://r/");
    payload.erase("response_urls");
    CHECK(as<ViewSubmitted>(parse_incoming("interactive", payload, "UBOT")).response_url.empty());
}

TEST_CASE("a mention is answered in a thread, without the bot's name", "[incoming]") {
    json inner = {
        {"type", "app_mention"},       {"channel", "C1"},          {"user", "U1"}, {"ts", "1.2"},
        {"text", "<@UBOT> a &amp; b"}, {"files", {{{"id", "F1"}}}}};
    const auto mention = as<DirectMessage>(event(inner));
    CHECK(mention.text == " a & b");
    CHECK(mention.channel == "C1");
    CHECK(mention.thread_ts == "1.2");
    CHECK(mention.files.size() == 1);
    inner["thread_ts"] = "1.1";
    CHECK(as<DirectMessage>(event(inner)).thread_ts == "1.1");
    CHECK(as<DirectMessage>(message(json::object())).thread_ts.empty());
    inner["bot_id"] = "B1";
    CHECK(ignored(event(inner)));
}

TEST_CASE("the Home tab is one tab of two", "[incoming]") {
    json inner = {{"type", "app_home_opened"}, {"user", "U1"}, {"tab", "home"}};
    CHECK(as<HomeOpened>(event(inner)).user_id == "U1");
    inner["tab"] = "messages";
    CHECK(ignored(event(inner)));
}

}  // namespace emojiscope::bot
