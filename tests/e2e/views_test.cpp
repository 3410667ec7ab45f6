// Modals, shortcuts and the Home tab, from the person's hands to Slack and back.
#include "bot_world.hpp"

#include "emojiscope/image/decode.hpp"

#include <catch2/catch.hpp>

using namespace emojiscope;
using e2e::BotWorld;
using nlohmann::json;

namespace {

bool contains(const json& part, const std::string& text) {
    return part.dump().find(text) != std::string::npos;
}

/// Types into the picker's menu; the first that is offered.
json offered(BotWorld& world, const json& modal, const std::string& typed) {
    const json got =
        world.act("/sim/view/suggest",
                  {{"view_id", modal.at("id")}, {"action_id", "picker.emoji"}, {"value", typed}});
    return got.at("answers").at(0).at("option_groups").at(0).at("options").at(0);
}

/// The name of the emoji that was posted for everybody, once one is.
std::string await_posted(BotWorld& world, const std::string& channel) {
    const auto until = std::chrono::steady_clock::now() + e2e::patience;
    while (std::chrono::steady_clock::now() < until) {
        for (const json& said : world.messages(channel)) {
            if (said.value("ephemeral", json()) == false) {
                return said.at("text");
            }
        }
        world.call("/sim/messages?after=1000000&wait_ms=20");
    }
    return {};
}

}  // namespace

TEST_CASE("/emoji with nothing opens a picker that finds, shows and posts", "[e2e]") {
    BotWorld world;
    world.start();
    world.post("/sim/command", {{"text", ""}});
    const json modal = world.await_modal("picker.emoji");
    const json option = offered(world, modal, "red_disc");
    CHECK(contains(option, "red_disc"));
    world.act("/sim/view/act", {{"view_id", modal.at("id")},
                                {"action_id", "picker.emoji"},
                                {"value", option.at("value")}});
    CHECK(contains(world.await_modal("`:red_disc:`"), "image_url"));
    world.act("/sim/view/submit", {{"view_id", modal.at("id")}});
    CHECK(await_posted(world, "C0GENERAL") == "<@U0HUMAN> :red_disc:");
    CHECK(world.call("/sim/surfaces").at("modal").is_null());
    CHECK(world.call("/sim/state").at("violations").empty());
}

TEST_CASE("the global shortcut's picker posts where one is, or chooses", "[e2e]") {
    BotWorld world;
    world.start();
    world.act("/sim/shortcut", {{"callback_id", "pick_emoji"}, {"channel_id", "C0EMOJI"}});
    const json modal = world.await_modal("picker.where");
    CHECK(world.post("/sim/view/submit", {{"view_id", modal.at("id")}}).at("ok") == false);
    const json option = offered(world, modal, "blue_disc");
    world.act("/sim/view/act", {{"view_id", modal.at("id")},
                                {"action_id", "picker.emoji"},
                                {"value", option.at("value")}});
    world.await_modal("`:blue_disc:`");
    world.act("/sim/view/submit", {{"view_id", modal.at("id")}});
    CHECK(await_posted(world, "C0EMOJI") == "<@U0HUMAN> :blue_disc:");
    CHECK(world.call("/sim/state").at("violations").empty());
}

TEST_CASE("a message gets the reaction that was suggested for it", "[e2e]") {
    BotWorld world;
    world.start();
    const auto react = [&](const std::string& channel) {
        const json said =
            world.call("/sim/message?text=red_disc%20please&channel=" + channel, {}, true);
        world.act(
            "/sim/shortcut",
            {{"callback_id", "react_to_message"}, {"channel_id", channel}, {"ts", said.at("ts")}});
        const json modal = world.await_modal("`:red_disc:`");
        json button;
        for (const json& block : modal.at("blocks")) {
            if (contains(block, "`:red_disc:`")) {
                button = block.at("accessory");
            }
        }
        world.act("/sim/view/act",
                  {{"view_id", modal.at("id")}, {"action_id", button.at("action_id")}});
        return said.at("ts");
    };
    const json ts = react("C0GENERAL");
    const json done = world.await_modal("was added");
    const json now = world.call("/sim/messages?channel=C0GENERAL").at("messages").back();
    CHECK(now.at("ts") == ts);
    CHECK(now.at("reactions").at(0).at("name") == "red_disc");
    // It names the emoji as the next one does, which must not be taken for it.
    world.post("/sim/view/close", {{"view_id", done.at("id")}});
    react("C0RANDOM");
    CHECK(contains(world.await_modal("/invite"), "/invite @Emojiscope"));
    CHECK(world.call("/sim/state").at("violations").empty());
}

TEST_CASE("Home shows the emoji and keeps what is chosen there", "[e2e]") {
    BotWorld world;
    world.start();
    world.post("/sim/home", json::object());
    const auto home = [&](const std::string& text) {
        return world.await_surfaces([&](const json& now) { return contains(now.at("home"), text); })
            .at("home");
    };
    const json first = home("custom emoji");
    world.call("/sim/emoji?name=fresh", BotWorld::picture({1, 2, 3}, {250, 240, 10}, 11));
    home("`:fresh:`");  // without being opened again
    const auto choose = [&](const std::string& action, const std::string& value) {
        world.act("/sim/view/act",
                  {{"view_id", first.at("id")}, {"action_id", action}, {"value", value}});
    };
    choose("home.results", "3");
    choose("home.language", "ja");
    home("あなたの設定");
    const json answer = world.answer_to("disc");
    CHECK(contains(answer, "チャンネルに投稿"));
    CHECK(BotWorld::names_in(answer.dump()).size() <= 3);
    // After a restart it is as it was chosen.
    world.kill_bot();
    world.start();
    CHECK(contains(world.answer_to("disc"), "チャンネルに投稿"));
    CHECK(world.call("/sim/state").at("violations").empty());
}

TEST_CASE("Home shows a thumbnail of the map, which outlasts a restart", "[e2e]") {
    BotWorld world;
    world.start();
    const auto picture_in = [](const json& home) -> json {
        if (home.is_object()) {
            for (const json& block : home.at("blocks")) {
                if (block.at("type") == "image") {
                    return block;
                }
            }
        }
        return nullptr;
    };
    const auto thumbnail = [&] {
        world.post("/sim/home", json::object());
        const json now = world.await_surfaces(
            [&](const json& all) { return !picture_in(all.at("home")).is_null(); });
        return picture_in(now.at("home"));
    };
    const json first = thumbnail();
    CHECK(contains(first.at("alt_text"), "A map of "));
    const std::string id = first.at("slack_file").at("id");
    const std::string bytes = world.fetch("/sim/file?id=" + id);
    const auto picture =
        image::decode(std::vector<std::uint8_t>(bytes.begin(), bytes.end())).value();
    CHECK(picture.width() == 720);
    // Not to be seen anywhere else.
    CHECK(world.messages(world.direct()).empty());
    world.kill_bot();
    world.start();
    CHECK(thumbnail().at("slack_file").at("id") == id);
    // Somebody deletes it: Home is published all the same, without it.
    world.post("/sim/file/delete", {{"id", id}});
    world.call("/sim/emoji?name=fresh", BotWorld::picture({1, 2, 3}, {250, 240, 10}, 11));
    const json now = world.await_surfaces(
        [&](const json& all) { return contains(all.at("home"), "`:fresh:`"); });
    CHECK_FALSE(contains(now, "slack_file"));
    CHECK(world.call("/sim/state").at("violations").empty());
}

TEST_CASE("a picture that is no emoji yet gets advice, and a file that can be added", "[e2e]") {
    BotWorld world;
    world.start();
    const auto bytes = image::encode_png(fakes::plain_image(300, 200, {9, 90, 9})).value();
    const std::string large(bytes.begin(), bytes.end());
    world.call("/sim/dm?filename=meadow.png", large);
    const std::string answer = world.await_message(world.direct(), 0);
    CHECK(contains(answer, "300 × 200 is not square"));
    CHECK(contains(answer, "`:meadow:`"));
    const json file = json::parse(world.await_message(world.direct(), 1)).at("files").at(0);
    CHECK(file.at("filetype") == "png");
    CHECK(file.at("size").get<std::size_t>() <= 128 * 1024);

    // Called by name in a channel, it answers in a thread.
    const json said =
        world.call("/sim/message?channel=C0GENERAL&text=@Emojiscope&filename=field.png", large);
    const json reply = json::parse(world.await_message("C0GENERAL", 0));
    CHECK(reply.at("thread_ts") == said.at("ts"));
    CHECK(contains(reply, "`:field:`"));
    CHECK(json::parse(world.await_message("C0GENERAL", 1)).at("thread_ts") == said.at("ts"));
    CHECK(world.call("/sim/state").at("violations").empty());
}
