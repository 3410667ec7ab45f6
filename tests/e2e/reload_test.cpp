// SIGHUP to the running program, and its log as other programs read it.
#include "bot_world.hpp"

#include <catch2/catch.hpp>

#include <csignal>
#include <set>

using namespace emojiscope;
using e2e::BotWorld;
using nlohmann::json;

namespace {

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

/// How many emoji an answer offers; three have a name with this word.
std::size_t offered(BotWorld& world) {
    const auto names = world.names_for("night");
    return std::set<std::string>(names.begin(), names.end()).size();
}

/// An upload, and its double.
void upload_twice(BotWorld& world, const std::string& name, Rgb colour) {
    world.call("/sim/emoji?name=" + name, BotWorld::picture(colour, {250, 240, 10}, 11));
    CHECK(world.becomes_first(name, name));
    world.call("/sim/emoji?name=" + name + "_too", BotWorld::picture(colour, {250, 240, 10}, 11));
}

}  // namespace

TEST_CASE("SIGHUP takes what is safe to change, and says what is not", "[e2e]") {
    BotWorld world;
    world.start();
    REQUIRE(offered(world) > 2);
    const std::string channel = "  alert_channel: ";
    world.edit_config(channel + world.alerts(), channel + world.general() +
                                                    "\n  results: 2\n  language: ja"
                                                    "\n  connections: 2\n  proxy: ''");
    world.bot().signal(SIGHUP);
    const std::string log = world.await_log("takes effect at the next start");
    CHECK(contains(log, "reload: slack.alert_channel, slack.results, slack.language taken"));
    CHECK(contains(log, "takes effect at the next start: slack.proxy, slack.connections\n"));
    CHECK(offered(world) == 2);
    const std::size_t said = world.messages(world.general()).size();
    upload_twice(world, "fresh", {1, 2, 3});
    std::string alert;
    for (std::size_t i = said; alert.empty(); ++i) {
        const std::string message = world.await_message(world.general(), i);
        REQUIRE_FALSE(message.empty());
        // The answers to commands are in the same channel.
        alert = contains(message, "duplicate.refute") ? message : "";
    }
    CHECK(contains(alert, ":fresh_too:"));
    CHECK(contains(alert, "重複"));
    CHECK(world.messages(world.alerts()).empty());
    CHECK(world.call("/sim/state").at("sockets") == 1);
    CHECK(world.call("/sim/state").at("violations").empty());
    world.bot().signal(SIGTERM);
    CHECK(world.bot().wait() == 0);
}

TEST_CASE("a configuration that is broken changes nothing", "[e2e]") {
    BotWorld world;
    world.start();
    const std::size_t before = offered(world);
    REQUIRE(before > 1);
    // What is right in it stands before what is wrong.
    SECTION("an unknown key") {
        world.edit_config("  alert_channel: " + world.alerts(),
                          "  results: 1\n  alert_channel: " + world.general() + "\n  chanel: x");
    }
    SECTION("no YAML") {
        world.edit_config("slack:", "log_level: debug\nslack: {");
    }
    SECTION("a level that there is not") {
        world.edit_config("log_level: info", "log_level: loud");
        world.edit_config("slack:\n", "slack:\n  results: 1\n");
    }
    SECTION("no file") {
        std::filesystem::remove(world.folder() / "config.yaml");
    }
    world.bot().signal(SIGHUP);
    const std::string log = world.await_log("every setting stays as it is");
    CHECK_FALSE(contains(log, " taken from the configuration"));
    CHECK(offered(world) == before);
    upload_twice(world, "fresh", {1, 2, 3});
    CHECK(contains(world.await_message(world.alerts()), ":fresh_too:"));
    CHECK(world.bot().is_running());
}

TEST_CASE("SIGHUP does not end a bot that waits for Slack", "[e2e]") {
    BotWorld world;
    world.edit_config(world.api_base_url(), "http://127.0.0.1:1/api/");
    world.start_only();
    world.await_log("trying again");
    world.edit_config("log_level: info", "log_level: info\nlog_format: json");
    world.bot().signal(SIGHUP);
    world.await_log(R"("message":"reload: log_format taken)");
    CHECK(world.bot().is_running());
    world.bot().signal(SIGTERM);
    CHECK(world.bot().wait() == 0);
    CHECK(
        contains(world.bot().err(), R"("level":"info","message":"stopped before Slack answered")"));
    CHECK_FALSE(contains(world.bot().err(), "critical"));
}

TEST_CASE("on request each line of the log is a JSON object", "[e2e]") {
    BotWorld world;
    world.configure("log_format: json\n");
    world.start_only();
    world.await_log("sync: ");
    world.ask("red_disc");
    world.bot().signal(SIGTERM);
    CHECK(world.bot().wait() == 0);
    const auto lines = app::lines_of(world.bot().err());
    CHECK(lines.size() > 5);
    for (const std::string& line : lines) {
        CAPTURE(line);
        const json one = json::parse(line, nullptr, false);
        REQUIRE(one.is_object());
        CHECK(one.at("time").get<std::string>().ends_with("Z"));
        CHECK(one.contains("level"));
        CHECK(one.contains("message"));
    }
}
