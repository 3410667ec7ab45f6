// Buttons in messages: what a click sends, and what an app may do with its response_url.
#include "raw_client.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace emojiscope::simulator;
using emojiscope::simulator::test::Headers;
using emojiscope::simulator::test::RawClient;
using emojiscope::simulator::test::RawSocket;
using nlohmann::json;

namespace {

json button(const std::string& action, const std::string& value) {
    return {{"type", "button"},
            {"action_id", action},
            {"value", value},
            {"text", {{"type", "plain_text"}, {"text", "Press"}}}};
}

json section(const std::string& text) {
    return {{"type", "section"}, {"text", {{"type", "mrkdwn"}, {"text", text}}}};
}

/// Posts a message with a button, as the bot; returns its ts.
std::string post_button(RawClient& client) {
    json with_button = section("one");
    with_button["accessory"] = button("side", "s");
    const json posted = client.call(
        "chat.postMessage", "xoxb-local",
        {{"channel", "C0EMOJI"},
         {"text", "press"},
         {"blocks", {with_button, {{"type", "actions"}, {"elements", {button("below", "b")}}}}}});
    REQUIRE(posted.at("ok") == true);
    return posted.at("ts");
}

json click(RawClient& client, const std::string& ts, const std::string& action) {
    const auto answer =
        client.post("/sim/click", {{"channel_id", "C0EMOJI"}, {"ts", ts}, {"action_id", action}});
    return json::parse(answer.body());
}

unsigned respond(RawClient& client, const std::string& target, const json& message) {
    return client.post(target, message).result_int();
}

json newest(RawClient& client) {
    return client.sim("/sim/messages?channel=C0EMOJI").at("messages").back();
}

}  // namespace

TEST_CASE("a click comes as block_actions, and its response_url replaces the message") {
    RawClient client;
    RawSocket socket(client, client.link());
    socket.read("hello");
    const std::string ts = post_button(client);
    const std::string id = click(client, ts, "below").at("id");
    const json envelope = socket.read("interactive");
    CHECK(envelope.at("accepts_response_payload") == false);
    CHECK_FALSE(envelope.contains("retry_attempt"));
    const json& payload = envelope.at("payload");
    CHECK(payload.at("type") == "block_actions");
    CHECK(payload.at("user").at("id") == "U0HUMAN");
    CHECK(payload.at("container").at("message_ts") == ts);
    CHECK(payload.at("container").at("is_ephemeral") == false);
    CHECK(payload.at("message").at("ts") == ts);
    const json& action = payload.at("actions").at(0);
    CHECK(action.at("action_id") == "below");
    CHECK(action.at("value") == "b");
    CHECK(action.at("type") == "button");
    CHECK(action.contains("action_ts"));
    CHECK(payload.at("message").at("blocks").at(1).at("block_id") == action.at("block_id"));
    socket.ack(envelope);

    const std::string target = RawClient::target_of(payload.at("response_url").get<std::string>());
    CHECK(respond(client, target, {{"replace_original", true}, {"text", "done"}}) == 200);
    CHECK(client.sim("/sim/command?id=" + id + "&wait_ms=5000").at("acked") == true);
    const json changed = newest(client);
    CHECK(changed.at("ts") == ts);
    CHECK(changed.at("text") == "done");
    CHECK(changed.at("edited") == true);
    CHECK_FALSE(changed.contains("blocks"));
    CHECK(click(client, ts, "below").at("error") == "no_such_element");

    CHECK(respond(client, target, {{"text", "beside"}}) == 200);
    CHECK(newest(client).at("ephemeral") == true);
    CHECK(respond(client, target, {{"delete_original", true}}) == 200);
    CHECK(newest(client).at("deleted") == true);
    CHECK(click(client, ts, "below").at("error") == "message_not_found");
    CHECK(respond(client, target, {{"text", "4"}}) == 200);
    CHECK(respond(client, target, {{"text", "5"}}) == 200);
    CHECK(respond(client, target, {{"text", "6"}}) == 404);  // five uses
}

TEST_CASE("a click that nobody acknowledges fails, and is not sent again") {
    Options options;
    options.ack_timeout = std::chrono::milliseconds(50);
    RawClient client(options);
    const std::string ts = post_button(client);
    SECTION("no app is connected") {
        const std::string id = click(client, ts, "side").at("id");
        CHECK(client.sim("/sim/command?id=" + id + "&wait_ms=5000").at("failed") == true);
    }
    SECTION("the app is silent") {
        RawSocket socket(client, client.link());
        socket.read("hello");
        const std::string id = click(client, ts, "side").at("id");
        CHECK(client.sim("/sim/command?id=" + id + "&wait_ms=5000").at("failed") == true);
        CHECK(client.sim("/sim/state").at("counts").at("waiting") == 0);
    }
}

TEST_CASE("what cannot be clicked is refused") {
    RawClient client;
    const std::string ts = post_button(client);
    CHECK(click(client, "1.2", "side").at("error") == "message_not_found");
    CHECK(click(client, ts, "nowhere").at("error") == "no_such_element");
    CHECK(click(client, ts, "").at("error") == "no_such_element");
}

TEST_CASE("chat.update changes the bot's own messages only") {
    RawClient client;
    const std::string ts = post_button(client);
    const auto update = [&](const json& arguments) {
        return client.call("chat.update", "xoxb-local", arguments);
    };
    CHECK(update({{"channel", "C0NONE"}, {"ts", ts}, {"text", "a"}}).at("error") ==
          "channel_not_found");
    CHECK(update({{"channel", "C0EMOJI"}, {"ts", "1.2"}, {"text", "a"}}).at("error") ==
          "message_not_found");
    CHECK(update({{"channel", "C0EMOJI"}, {"ts", ts}}).at("error") == "no_text");
    CHECK(update({{"channel", "C0EMOJI"}, {"ts", ts}, {"text", "new"}}).at("ok") == true);
    CHECK(newest(client).at("text") == "new");
    client.post("/sim/command", {{"text", "beer"}, {"channel_id", "C0EMOJI"}});
    const json answer = client.sim("/sim/messages?channel=C0EMOJI");
    for (const json& said : answer.at("messages")) {
        if (said.contains("command")) {
            CHECK(update({{"channel", "C0EMOJI"}, {"ts", said.at("ts")}, {"text", "a"}})
                      .at("error") == "cant_update_message");
        }
    }
}

TEST_CASE("what a person does may be done by the member, who is no admin") {
    RawClient client;
    RawSocket socket(client, client.link());
    socket.read("hello");
    const std::string ts = post_button(client);
    CHECK(client
              .post("/sim/click", {{"channel_id", "C0EMOJI"},
                                   {"ts", ts},
                                   {"action_id", "below"},
                                   {"user", "U0MEMBER"}})
              .result_int() == 200);
    const json pressed = socket.read("interactive");
    CHECK(pressed.at("payload").at("user").at("id") == "U0MEMBER");
    socket.ack(pressed);
    CHECK(client.post("/sim/command", {{"text", "beer"}, {"user", "U0MEMBER"}}).result_int() ==
          200);
    const json typed = socket.read("slash_commands");
    CHECK(typed.at("payload").at("user_id") == "U0MEMBER");
    socket.ack(typed);
    const auto nobody = client.post("/sim/command", {{"text", "beer"}, {"user", "U1"}});
    CHECK(json::parse(nobody.body()).at("error") == "user_not_found");

    const auto about = [&](const char* user) {
        // Methods that only read take no JSON.
        const Headers headers{{"Authorization", "Bearer xoxb-local"}};
        const std::string target = std::string("/api/users.info?user=") + user;
        return json::parse(
            client.request(boost::beast::http::verb::get, target, {}, headers).body());
    };
    CHECK(about("U0HUMAN").at("user").at("is_admin") == true);
    CHECK(about("U0MEMBER").at("user").at("is_admin") == false);
    CHECK(about("U0MEMBER").at("user").at("is_owner") == false);
    CHECK(about("U1").at("error") == "user_not_found");
}
