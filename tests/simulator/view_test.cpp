// Modals, the Home tab, shortcuts and reactions of the local Slack.
#include "raw_client.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace emojiscope::simulator;
using emojiscope::simulator::test::RawClient;
using emojiscope::simulator::test::RawSocket;
using nlohmann::json;

namespace {

json plain(const std::string& text) {
    return {{"type", "plain_text"}, {"text", text}};
}

json option(const std::string& value) {
    return {{"text", plain("option " + value)}, {"value", value}};
}

json input(const std::string& block, json element) {
    return {{"type", "input"},
            {"block_id", block},
            {"label", plain(block)},
            {"element", std::move(element)}};
}

json modal(json blocks) {
    return {{"type", "modal"},
            {"title", plain("A title")},
            {"submit", plain("Send")},
            {"blocks", std::move(blocks)}};
}

json asking_modal() {
    json menu = input("menu", {{"type", "external_select"}, {"action_id", "pick"}});
    menu["dispatch_action"] = true;
    return modal({menu, input("where", {{"type", "conversations_select"},
                                        {"action_id", "to"},
                                        {"default_to_current_conversation", true},
                                        {"response_url_enabled", true}})});
}

/// A connected app, by hand.
struct App {
    explicit App(const Options& options = {}) : client(options), socket(client, client.link()) {
        socket.read("hello");
    }

    json call(const std::string& method, const json& arguments) {
        return client.call(method, "xoxb-local", arguments);
    }
    json post(const std::string& path, const json& body) {
        return json::parse(client.post(path, body).body());
    }
    json answer(const json& sent) {
        return client.sim("/sim/command?wait_ms=5000&id=" + sent.at("id").get<std::string>());
    }
    /// The payload of the next interaction; it is acknowledged, with an answer if there is one.
    json take(const json& answer = nullptr) {
        const json envelope = socket.read("interactive");
        json ack = {{"envelope_id", envelope.at("envelope_id")}};
        if (!answer.is_null()) {
            ack["payload"] = answer;
        }
        socket.write(ack.dump());
        return envelope.at("payload");
    }
    std::string trigger() {
        post("/sim/shortcut", {{"callback_id", "any"}, {"channel_id", "C0EMOJI"}});
        return take().at("trigger_id");
    }
    json modal_now() { return client.sim("/sim/surfaces").at("modal"); }
    json violations() { return client.sim("/sim/state").at("violations"); }

    RawClient client;
    RawSocket socket;
};

}  // namespace

TEST_CASE("a shortcut's trigger opens one modal, soon") {
    App app;
    const std::string trigger = app.trigger();
    const json opened = app.call("views.open", {{"trigger_id", trigger}, {"view", asking_modal()}});
    REQUIRE(opened.at("ok") == true);
    CHECK(app.modal_now().at("id") == opened.at("view").at("id"));
    // The conversation that the person is in is chosen already.
    CHECK(app.modal_now().at("state").at("values").at("where").at("to").at(
              "selected_conversation") == "C0EMOJI");
    const auto open = [&](const std::string& by, const json& view) {
        return app.call("views.open", {{"trigger_id", by}, {"view", view}}).at("error");
    };
    CHECK(open(trigger, asking_modal()) == "exchanged_trigger_id");
    CHECK(open("made up", asking_modal()) == "invalid_trigger_id");
    CHECK(open(app.trigger(), {{"type", "home"}, {"blocks", json::array()}}) ==
          "invalid_arguments");
    CHECK(app.violations().size() == 1);
}

TEST_CASE("a trigger expires") {
    Options options;
    options.trigger_life = std::chrono::milliseconds(0);
    App app(options);
    CHECK(app.call("views.open", {{"trigger_id", app.trigger()}, {"view", asking_modal()}})
              .at("error") == "expired_trigger_id");
}

TEST_CASE("a menu offers what the acknowledgement holds, and that can be chosen and sent off") {
    App app;
    const std::string id =
        app.call("views.open", {{"trigger_id", app.trigger()}, {"view", asking_modal()}})
            .at("view")
            .at("id");
    const json asked =
        app.post("/sim/view/suggest", {{"view_id", id}, {"action_id", "pick"}, {"value", "be"}});
    const json suggestion = app.take(json{{"options", {option("1"), option("2")}}});
    CHECK(suggestion.at("type") == "block_suggestion");
    CHECK(suggestion.at("value") == "be");
    CHECK(suggestion.at("view").at("id") == id);
    CHECK(app.answer(asked).at("answers").at(0).at("options").size() == 2);

    const auto choose = [&](const std::string& value) {
        return app.post("/sim/view/act",
                        {{"view_id", id}, {"action_id", "pick"}, {"value", value}});
    };
    CHECK(choose("3").at("error") == "no_such_element");
    CHECK(app.post("/sim/view/submit", {{"view_id", id}}).at("error") ==
          "menu: complete this field");
    choose("2");
    const json action = app.take();
    CHECK(action.at("actions").at(0).at("selected_option") == option("2"));
    CHECK_FALSE(action.contains("response_url"));

    // What was chosen outlasts an update, as the menu does.
    CHECK(app.call("views.update", {{"view_id", id}, {"view", asking_modal()}}).at("ok") == true);
    CHECK(app.call("views.update", {{"view_id", id}, {"hash", "old"}, {"view", asking_modal()}})
              .at("error") == "hash_conflict");
    CHECK(app.call("views.update", {{"view_id", "V9"}, {"view", asking_modal()}}).at("error") ==
          "not_found");
    app.post("/sim/view/submit", {{"view_id", id}});
    const json submission = app.take();
    CHECK(submission.at("type") == "view_submission");
    CHECK(submission.at("view").at("state").at("values").at("menu").at("pick").at(
              "selected_option") == option("2"));
    const json& url = submission.at("response_urls").at(0);
    CHECK(url.at("channel_id") == "C0EMOJI");
    const std::string target = RawClient::target_of(url.at("response_url").get<std::string>());
    CHECK(app.client.post(target, {{"text", "posted"}, {"response_type", "in_channel"}})
              .result_int() == 200);
    const json said = app.client.sim("/sim/messages?channel=C0EMOJI").at("messages").back();
    CHECK(said.at("text") == "posted");
    CHECK(said.at("ephemeral") == false);
    CHECK(app.modal_now().is_null());
    CHECK(app.violations().empty());
}

TEST_CASE("a submission may be answered with errors, another view, or nothing") {
    App app;
    json view = modal({{{"type", "divider"}}});
    const std::string id =
        app.call("views.open", {{"trigger_id", app.trigger()}, {"view", view}}).at("view").at("id");
    const json wrong = app.post("/sim/view/submit", {{"view_id", id}});
    app.take(json{{"response_action", "errors"}, {"errors", {{"a", "no"}}}});
    CHECK(app.answer(wrong).at("answers").at(0).at("errors").at("a") == "no");
    CHECK(app.modal_now().at("id") == id);
    view["title"] = plain("Another");
    const json changed = app.post("/sim/view/submit", {{"view_id", id}});
    app.take(json{{"response_action", "update"}, {"view", view}});
    CHECK(app.answer(changed).at("acked") == true);
    CHECK(app.modal_now().at("title").at("text") == "Another");
    app.post("/sim/view/close", {{"view_id", id}});
    CHECK(app.modal_now().is_null());
    CHECK(app.violations().empty());
}

TEST_CASE("what a menu must not be offered is noted") {
    App app;
    const std::string id =
        app.call("views.open", {{"trigger_id", app.trigger()}, {"view", asking_modal()}})
            .at("view")
            .at("id");
    for (const json& offered : {json{{"options", {option("1"), option("1")}}},
                                json{{"options", {option(std::string(76, 'a'))}}}, json()}) {
        const std::size_t before = app.violations().size();
        const json asked =
            app.post("/sim/view/suggest", {{"view_id", id}, {"action_id", "pick"}, {"value", "x"}});
        app.take(offered);
        app.answer(asked);
        CHECK(app.violations().size() > before);
    }
}

TEST_CASE("the Home tab is as it was last published") {
    App app;
    app.post("/sim/home", json::object());
    const json event = app.socket.read("events_api");
    CHECK(event.at("payload").at("event").at("type") == "app_home_opened");
    CHECK(event.at("payload").at("event").at("tab") == "home");
    const json home = {{"type", "home"},
                       {"blocks",
                        {{{"type", "actions"},
                          {"elements",
                           {{{"type", "static_select"},
                             {"action_id", "count"},
                             {"options", {option("3"), option("5")}}}}}}}}};
    CHECK(app.call("views.publish", {{"user_id", "U9"}, {"view", home}}).at("error") ==
          "user_not_found");
    const json published = app.call("views.publish", {{"user_id", "U0HUMAN"}, {"view", home}});
    REQUIRE(published.at("ok") == true);
    const std::string id = published.at("view").at("id");
    CHECK(app.client.sim("/sim/surfaces").at("home").at("id") == id);
    app.post("/sim/view/act", {{"view_id", id}, {"action_id", "count"}, {"value", "5"}});
    const json action = app.take();
    CHECK(action.at("view").at("type") == "home");
    CHECK(action.at("actions").at(0).at("selected_option").at("value") == "5");
    CHECK(app.call("views.publish", {{"user_id", "U0HUMAN"}, {"view", home}}).at("view").at("id") ==
          id);
}

TEST_CASE("a message's shortcut tells of the message, and a reaction is seen") {
    App app;
    const json said = json::parse(
        app.client
            .request(emojiscope::simulator::test::http::verb::post,
                     "/sim/message?channel=C0GENERAL&text=cheers&filename=a.png", "\x89PNG...")
            .body());
    const json where = {
        {"callback_id", "react"}, {"channel_id", "C0GENERAL"}, {"ts", said.at("ts")}};
    app.post("/sim/shortcut", where);
    const json payload = app.take();
    CHECK(payload.at("type") == "message_action");
    CHECK(payload.at("message").at("text") == "cheers");
    CHECK(payload.at("message").at("files").at(0).at("name") == "a.png");
    CHECK(payload.at("channel").at("id") == "C0GENERAL");
    CHECK(payload.contains("response_url"));

    const auto react = [&](const json& channel, const json& ts, const std::string& name) {
        const json answer =
            app.call("reactions.add", {{"channel", channel}, {"timestamp", ts}, {"name", name}});
        return answer.value("error", std::string("ok"));
    };
    CHECK(react("C0GENERAL", said.at("ts"), "beer") == "ok");
    CHECK(react("C0GENERAL", said.at("ts"), "beer") == "already_reacted");
    CHECK(react("C0GENERAL", said.at("ts"), "no name") == "invalid_name");
    CHECK(react("C0GENERAL", "1.2", "beer") == "message_not_found");
    CHECK(react("C0NONE", said.at("ts"), "beer") == "channel_not_found");
    CHECK(react("C0RANDOM", said.at("ts"), "beer") == "not_in_channel");
    const json now = app.client.sim("/sim/messages?channel=C0GENERAL").at("messages").back();
    CHECK(now.at("ts") == said.at("ts"));
    CHECK(now.at("text") == "cheers");
    CHECK(now.at("reactions").at(0).at("name") == "beer");
    CHECK(now.at("reactions").at(0).at("count") == 1);
}

TEST_CASE("a mention is an event where the bot is, and nowhere else") {
    App app;
    const auto say = [&](const std::string& channel, const std::string& text) {
        return json::parse(app.client
                               .request(emojiscope::simulator::test::http::verb::post,
                                        "/sim/message?channel=" + channel + "&text=" + text)
                               .body());
    };
    say("C0RANDOM", "@Emojiscope%20here");
    say("C0GENERAL", "nothing%20for%20it");
    const json said = say("C0GENERAL", "a%3Cb%20@Emojiscope%20beer");
    const json event = app.socket.read("events_api").at("payload").at("event");
    CHECK(event.at("type") == "app_mention");
    CHECK(event.at("ts") == said.at("ts"));
    CHECK(event.at("text") == "a&lt;b <@U0BOT> beer");
    CHECK(event.at("user") == "U0HUMAN");
    say("C0GENERAL", "@Emojiscope%20beer&user=U0MEMBER");
    CHECK(app.socket.read("events_api").at("payload").at("event").at("user") == "U0MEMBER");
    CHECK(say("C0GENERAL", "@Emojiscope&user=U1").at("error") == "user_not_found");
    CHECK(say("D0HUMAN", "hello").at("error") == "channel_not_found");
    const json thread = {
        {"channel", "C0GENERAL"}, {"text", "answer"}, {"thread_ts", said.at("ts")}};
    CHECK(app.call("chat.postMessage", thread).at("message").at("thread_ts") == said.at("ts"));
    CHECK(app.call("chat.postMessage",
                   {{"channel", "C0GENERAL"}, {"text", "a"}, {"thread_ts", "1.2"}})
              .at("error") == "thread_not_found");
}
