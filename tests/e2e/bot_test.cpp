#include "bot_world.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace emojiscope;
using e2e::BotWorld;
using nlohmann::json;

namespace {

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("commands are answered over TLS, in whatever form they are asked", "[e2e]") {
    BotWorld world;
    world.start();
    CHECK(world.names_for("red_disc").front() == "red_disc");
    CHECK(world.names_for("Blue Disc").front() == "blue_disc");
    const auto alike = world.names_for(":green_disc:");
    REQUIRE(!alike.empty());
    CHECK(std::ranges::find(alike, "green_disc") == alike.end());
    CHECK(contains(world.ask("help"), "/emoji"));
    CHECK(world.call("/sim/state").at("violations").empty());
}

TEST_CASE("everybody is answered in their own language", "[e2e]") {
    BotWorld world;
    world.post("/sim/locale", {{"locale", "ja-JP"}});
    world.start();
    CHECK(contains(world.ask("help"), "絵文字を探します"));
    CHECK(contains(world.ask("red_disc"), "チャンネルに投稿"));
    CHECK(world.call("/sim/state").at("violations").empty());
}

TEST_CASE("the catalogue follows every change, and only a true double raises an alert", "[e2e]") {
    BotWorld world;
    world.start();
    world.call("/sim/emoji?name=fresh", BotWorld::picture({1, 2, 3}, {250, 240, 10}, 11));
    CHECK(world.becomes_first("fresh", "fresh"));
    world.post("/sim/emoji/alias", {{"name", "brand_new"}, {"alias_for", "fresh"}});
    CHECK(world.becomes_first("brand_new", "fresh"));
    world.post("/sim/emoji/rename", {{"old_name", "fresh"}, {"new_name", "stale"}});
    CHECK(world.becomes_first("stale", "stale"));
    CHECK(world.becomes_first("fresh", "fresh", false));

    world.call("/sim/emoji?name=double", BotWorld::picture({1, 2, 3}, {250, 240, 10}, 11));
    const std::string alert = world.await_message(world.alerts());
    CHECK(contains(alert, ":double:"));
    CHECK(contains(alert, ":stale:"));
    CHECK(contains(alert, "alias"));
    CHECK(world.messages(world.alerts()).size() == 1);

    world.post("/sim/emoji/remove", {{"names", {"stale"}}});
    CHECK(world.becomes_first("brand_new", "stale", false));
    // An upload whose event never came: an event of an unknown kind makes the bot read the list.
    world.call("/sim/emoji?name=unheard&silent=1", BotWorld::picture({9, 9, 9}, {0, 200, 90}, 20));
    world.post("/sim/emoji/unknown", json::object());
    CHECK(world.becomes_first("unheard", "unheard"));
    CHECK(world.messages(world.alerts()).size() == 1);
}

TEST_CASE("an altered copy raises an alert, and its buttons are remembered", "[e2e]") {
    BotWorld world;
    world.start();
    world.call("/sim/emoji?name=first", BotWorld::picture({1, 2, 3}, {250, 240, 10}, 11));
    CHECK(world.becomes_first("first", "first"));
    // The same drawing as a JPEG.
    world.call("/sim/emoji?name=copied", BotWorld::photo({1, 2, 3}, {250, 240, 10}, 11));
    const json alert = json::parse(world.await_message(world.alerts()));
    CHECK(contains(alert.dump(), ":copied:"));
    CHECK(contains(alert.dump(), "altered copy of"));
    CHECK(contains(alert.dump(), "duplicate.mute"));
    const std::string answered = world.press(alert, "duplicate.refute");
    CHECK(contains(answered, "no duplicates"));
    CHECK_FALSE(contains(answered, "duplicate.mute"));
    CHECK_FALSE(contains(world.ask("dupes"), ":copied:"));
    // Said once, it holds for the same two pictures under another name.
    world.post("/sim/emoji/remove", {{"names", {"copied"}}});
    world.call("/sim/emoji?name=once_more", BotWorld::photo({1, 2, 3}, {250, 240, 10}, 11));
    CHECK(world.becomes_first("once_more", "once_more"));
    // Identical pixels are another matter.
    world.call("/sim/emoji?name=double", BotWorld::picture({1, 2, 3}, {250, 240, 10}, 11));
    CHECK(contains(world.await_message(world.alerts(), 1), ":double:"));
    CHECK(contains(world.ask("dupes"), ":double:"));
    CHECK(world.call("/sim/state").at("violations").empty());
}

TEST_CASE("the buttons under an answer post, look on, and clear up", "[e2e]") {
    BotWorld world;
    world.start();
    const json answer = world.answer_to("red_disc");
    CHECK(answer.at("ephemeral") == true);
    CHECK(contains(world.press(answer, "emoji.post"), ":red_disc:"));
    const json posted = world.messages(answer.at("channel")).back();
    CHECK(posted.at("ephemeral") == false);
    CHECK(contains(posted.dump(), "from <@"));
    CHECK(contains(world.press(answer, "emoji.like"), "look like :red_disc:"));
    world.press(answer, "answer.dismiss");
    const json said = world.call("/sim/messages?channel=" + std::string(answer.at("channel")));
    CHECK(said.at("messages").back().at("ts") == answer.at("ts"));
    CHECK(said.at("messages").back().at("deleted") == true);
    CHECK(world.call("/sim/state").at("violations").empty());
}

TEST_CASE("a burst of uploads becomes one digest", "[e2e]") {
    BotWorld world;
    world.start();
    world.post("/sim/hold", json::object());  // so that no machine is too slow for one burst
    for (int i = 0; i < 40; ++i) {
        world.call("/sim/emoji?name=copy_" + std::to_string(i), world.picture_of("red_disc"));
    }
    world.post("/sim/release", json::object());
    const std::string digest = world.await_message(world.alerts());
    CHECK(contains(digest, "40 of the emoji just uploaded"));
    CHECK(contains(digest, "and 20 more"));
    CHECK(contains(world.ask("dupes"), "and 30 more"));
    CHECK(world.messages(world.alerts()).size() == 1);
}

TEST_CASE("a picture in a direct message is looked up", "[e2e]") {
    BotWorld world;
    world.start();
    world.call("/sim/dm?filename=a.png", world.picture_of("green_disc"));
    const std::string known = world.await_message(world.direct(), 0);
    CHECK(contains(known, "already there"));
    CHECK(BotWorld::names_in(known).front() == "green_disc");
    // Details only by files.info.
    world.call("/sim/dm?filename=b.png&check_file_info=1",
               BotWorld::picture({200, 0, 220}, {20, 20, 20}, 9));
    CHECK(contains(world.await_message(world.direct(), 1), "not there yet"));
    world.call("/sim/dm?filename=c.txt", "no picture at all");
    CHECK(contains(world.await_message(world.direct(), 2), "cannot read `c.txt`"));
    world.call("/sim/dm?text=red_disc", {}, true);
    CHECK(BotWorld::names_in(world.await_message(world.direct(), 3)).front() == "red_disc");
}

TEST_CASE("after a cut connection the bot is back, with everything that happened meanwhile",
          "[e2e]") {
    BotWorld world;
    world.start();
    world.post("/sim/cut", {{"for_ms", 500}});
    world.call("/sim/emoji?name=told", BotWorld::picture({90, 9, 9}, {0, 20, 90}, 20));
    world.call("/sim/emoji?name=untold&silent=1", BotWorld::picture({9, 90, 9}, {0, 90, 90}, 15));
    world.await_log("Socket Mode: connected", 2);
    CHECK(world.becomes_first("told", "told"));
    CHECK(world.becomes_first("untold", "untold"));
    world.post("/sim/disconnect", {{"reason", "refresh_requested"}});
    CHECK(world.names_for("red_disc").front() == "red_disc");
    world.await_log("Socket Mode: connected", 3);
    CHECK(world.names_for("blue_disc").front() == "blue_disc");
    CHECK(world.call("/sim/state").at("violations").empty());
}

TEST_CASE("after kill -9 what was acknowledged is still done, and nothing is embedded again",
          "[e2e]") {
    BotWorld world;
    world.start();
    std::vector<std::string> asked;
    for (int i = 0; i < 20; ++i) {
        asked.push_back(world.post("/sim/command", {{"text", "red_disc"}}).at("id"));
    }
    world.kill_bot();
    world.start();
    for (const std::string& id : asked) {
        const json state = world.call("/sim/command?id=" + id + "&wait_ms=60000");
        // What was not acknowledged the user knows to have failed.
        CHECK((state.at("answered") || !state.at("acked")));
    }
    CHECK(contains(world.bot().err(), "(0 embedded)"));
}

TEST_CASE("what cannot work ends with one clear line", "[e2e]") {
    BotWorld world;
    SECTION("a second bot on the same catalogue") {
        world.start();
        const app::Run second = app::run(world.arguments());
        CHECK(second.status == 1);
        CHECK(contains(second.err, "emojiscope: "));
    }
    SECTION("a token that Slack refuses") {
        app::write_text(world.folder() / "bot", "xoxb-of-somebody-else\n");
        const app::Run refused = app::run(world.arguments());
        CHECK(refused.status == 1);
        CHECK(contains(refused.err, "invalid_auth"));
        CHECK(contains(refused.err, "emojiscope doctor"));
        CHECK(!contains(refused.err, "xoxb-"));
    }
    SECTION("a certificate that nobody vouches for") {
        world.write_config({});
        world.start_only();
        world.await_log("TLS handshake");
        CHECK(world.call("/sim/state").at("sockets") == 0);
    }
}

TEST_CASE("SIGTERM ends the bot cleanly", "[e2e]") {
    BotWorld world;
    world.start();
    world.bot().signal(SIGTERM);
    CHECK(world.bot().wait() == 0);
}

TEST_CASE("a map of all emoji is drawn in the background and comes as files", "[e2e]") {
    BotWorld world;
    world.start();
    CHECK(contains(world.ask("map"), "direct message"));
    CHECK(world.names_for("red_disc").front() == "red_disc");  // nobody waits for it
    const json message = json::parse(world.await_message(world.direct()));
    CHECK(contains(message.at("text"), "12 emoji"));
    const json& files = message.at("files");
    REQUIRE(!files.empty());
    CHECK(files[0].at("mimetype") == "image/png");
    CHECK(files[0].at("size") > 10'000);
    if (files.size() > 1) {  // built with plotly.js
        CHECK(files[1].at("mimetype") == "text/html");
        CHECK(files[1].at("size") > 4'000'000);
    }
    world.await_log("was drawn in");
    // The next one is there already, until something changes: words that are read in the pictures
    // may do so once for each picture at most.
    std::size_t maps = 1;
    bool there = false;
    while (!there && maps <= 13) {
        there = !contains(world.ask("map"), "being drawn");
        CHECK_FALSE(world.await_message(world.direct(), maps++).empty());
    }
    CHECK(there);
    CHECK(world.call("/sim/state").at("violations").empty());
}
