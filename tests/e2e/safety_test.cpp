// What people type and press does no harm: not in what is shown, not by its number, and not to what
// concerns everybody.
#include "bot_world.hpp"

#include <catch2/catch.hpp>

using namespace emojiscope;
using e2e::BotWorld;
using nlohmann::json;

namespace {

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

/// An alert about a copy, as it stands in the channel of alerts.
json alert_about_copy(BotWorld& world) {
    world.call("/sim/emoji?name=first", BotWorld::picture({1, 2, 3}, {250, 240, 10}, 11));
    CHECK(world.becomes_first("first", "first"));
    world.call("/sim/emoji?name=copied", BotWorld::picture({1, 2, 3}, {250, 240, 10}, 11));
    return json::parse(world.await_message(world.alerts()));
}

}  // namespace

TEST_CASE("a question that could call everybody arrives as a text", "[e2e]") {
    BotWorld world;
    world.start();
    const std::string answer = world.ask("<!channel> `x` *b* <@U0HUMAN>\n\u202Eevil");
    CHECK(contains(answer, "`&lt;!channel&gt; ˋxˋ *b* &lt;@U0HUMAN&gt; evil`"));
    const json sent = json::parse(answer);
    CHECK_FALSE(contains(sent.at("text"), "<!"));
    CHECK_FALSE(contains(sent.at("text"), "<@"));
    CHECK_FALSE(contains(sent.at("text"), "\u202E"));
    world.call("/sim/dm?filename=%3C%21here%3E%60.txt", "no picture at all");
    CHECK(contains(world.await_message(world.direct()), "cannot read `&lt;!here&gt;ˋ.txt`"));
    CHECK(world.call("/sim/state").at("violations").empty());
}

TEST_CASE("only admins end alerts, and are believed while Slack says so", "[e2e]") {
    BotWorld world;
    world.start();
    const json alert = alert_about_copy(world);
    for (const char* action : {"duplicate.mute", "duplicate.refute"}) {
        const json refused = json::parse(world.press(alert, action, e2e::member));
        CHECK(contains(refused.at("text"), "Only admins"));
        CHECK(refused.at("response_type") == "ephemeral");
        CHECK(refused.at("replace_original") == false);
    }
    CHECK(contains(world.messages(world.alerts()).front().dump(), "duplicate.mute"));
    CHECK(contains(world.ask("dupes"), ":copied:"));
    CHECK(contains(world.press(alert, "duplicate.mute"), "no more alerts"));
    CHECK(world.call("/sim/state").at("violations").empty());
}

TEST_CASE("while Slack does not say who is an admin, only those of the configuration are",
          "[e2e]") {
    BotWorld world;
    SECTION("nobody is named") {
        world.post("/sim/fail",
                   {{"method", "users.info"}, {"error", "missing_scope"}, {"count", 99}});
        world.start();
        const json alert = alert_about_copy(world);
        CHECK(contains(world.press(alert, "duplicate.mute"), "nothing was changed"));
        CHECK(contains(world.ask("resync"), "nothing was changed"));
    }
    SECTION("the member is named") {
        world.name_admin(e2e::member);
        world.start();
        const json alert = alert_about_copy(world);
        CHECK(contains(world.press(alert, "duplicate.mute", e2e::member), "no more alerts"));
    }
}

TEST_CASE("an admin has the list compared at once", "[e2e]") {
    BotWorld world;
    world.start();
    // Nothing tells of it but the list.
    world.call("/sim/emoji?name=unheard&silent=1", BotWorld::picture({9, 9, 9}, {0, 200, 90}, 20));
    CHECK(contains(world.ask_as_member("resync"), "Only admins"));
    CHECK(contains(world.ask_as_member("resync icon"), "`resync icon`"));  // a search
    CHECK(contains(world.ask("resync"), "12 emoji"));
    CHECK(world.becomes_first("unheard", "unheard"));
    CHECK(contains(world.await_log("has the list of the workspace compared"), "U0HUMAN"));
    CHECK(world.call("/sim/state").at("violations").empty());
}

TEST_CASE("an answer that all can see is changed by who asked for it, and by admins", "[e2e]") {
    BotWorld world;
    world.start();
    const std::string channel = "C0GENERAL";
    world.call("/sim/message?channel=" + channel + "&text=@Emojiscope%20red_disc", {}, true);
    const json answer = json::parse(world.await_message(channel));
    const auto press = [&](const json& message, const char* action, const char* user) {
        return json::parse(world.press(message, action, user));
    };
    const json refused = press(answer, "answer.dismiss", e2e::member);
    CHECK(contains(refused.at("text"), "only who asked for it"));
    const json own = press(answer, "emoji.like", e2e::member);
    CHECK(contains(own.at("text"), "look like"));
    for (const json& beside : {refused, own}) {
        CHECK(beside.at("response_type") == "ephemeral");
        CHECK(beside.at("replace_original") == false);
    }
    CHECK(press(answer, "emoji.like", "").at("replace_original") == true);
    // It is still the asker's.
    CHECK(contains(press(answer, "answer.dismiss", e2e::member).at("text"), "only who asked"));
    CHECK(press(answer, "answer.dismiss", "").at("delete_original") == true);

    const json said = world.call(
        "/sim/message?channel=" + channel + "&text=@Emojiscope%20blue_disc&user=" + e2e::member, {},
        true);
    json of_member;
    for (std::size_t i = 0; of_member.is_null(); ++i) {
        const json one = json::parse(world.await_message(channel, i));
        of_member = one.value("thread_ts", json()) == said.at("ts") ? one : json();
    }
    CHECK(press(of_member, "emoji.like", "").at("replace_original") == true);  // an admin
    CHECK(press(of_member, "answer.dismiss", e2e::member).at("delete_original") == true);
    CHECK(world.call("/sim/state").at("violations").empty());
}

TEST_CASE("who asks for more than a person may is told to wait, and others are answered", "[e2e]") {
    BotWorld world;
    world.limit_commands(1);
    world.start();
    std::vector<json> sent;
    for (int i = 0; i < 13; ++i) {
        sent.push_back(world.post("/sim/command", {{"text", "red_disc"}}));
    }
    int told = 0;
    for (const json& one : sent) {
        const json answer = json::parse(world.answer_of(one));
        if (contains(answer.at("text"), "That is a lot at once")) {
            CHECK(answer.at("response_type") == "ephemeral");
            ++told;
        } else {
            CHECK(BotWorld::names_in(answer.dump()).front() == "red_disc");
        }
    }
    // Three, or fewer by one for each minute that all of this took.
    CHECK(told >= 1);
    CHECK(told <= 3);
    CHECK(BotWorld::names_in(world.ask_as_member("red_disc")).front() == "red_disc");
    // Of messages not each is answered.
    constexpr std::size_t messages = 6;
    for (std::size_t i = 0; i < messages; ++i) {
        world.call("/sim/dm?text=red_disc", {}, true);
    }
    bool warned = false;
    for (std::size_t i = 0; i < messages && !warned; ++i) {
        warned = contains(world.await_message(world.direct(), i), "That is a lot at once");
    }
    CHECK(warned);
    CHECK(BotWorld::names_in(world.ask_as_member("blue_disc")).front() == "blue_disc");
    CHECK(world.messages(world.direct()).size() < messages);
    CHECK(world.call("/sim/state").at("violations").empty());
}
