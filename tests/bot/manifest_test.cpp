// The manifest says what the program uses, no more and no less.
#include "emojiscope/bot/incoming.hpp"
#include "emojiscope/slack/api_methods.hpp"

#include <yaml-cpp/yaml.h>
#include <catch2/catch.hpp>

#include <set>
#include <string>

namespace emojiscope::bot {
namespace {

using Set = std::set<std::string>;

/// What no single method or event asks for.
const Set further_scopes{
    "commands",           // the slash command and the shortcuts
    "chat:write.public",  // alerts in a channel that the bot was not invited to
};

YAML::Node manifest() {
    return YAML::LoadFile(std::string(EMOJISCOPE_SOURCE) + "/manifests/slack-app.yaml");
}

Set set_of(const YAML::Node& list) {
    Set set;
    for (const auto& item : list) {
        set.insert(item.as<std::string>());
    }
    CHECK(set.size() == list.size());
    return set;
}

}  // namespace

TEST_CASE("the manifest asks for every scope that is used, and for no other", "[manifest]") {
    Set used = further_scopes;
    for (const slack::MethodFacts& method : slack::api_methods()) {
        used.emplace(method.scope);
    }
    for (const HeardEvent& event : heard_events()) {
        used.emplace(event.scope);
    }
    used.erase("");
    CHECK(set_of(manifest()["oauth_config"]["scopes"]["bot"]) == used);
}

TEST_CASE("the manifest subscribes to every event that is heard, and to no other", "[manifest]") {
    Set heard;
    for (const HeardEvent& event : heard_events()) {
        heard.emplace(event.subscribed);
    }
    CHECK(set_of(manifest()["settings"]["event_subscriptions"]["bot_events"]) == heard);
}

TEST_CASE("the manifest offers the command and the shortcuts that are answered", "[manifest]") {
    const YAML::Node features = manifest()["features"];
    REQUIRE(features["slash_commands"].size() == 1);
    CHECK(features["slash_commands"][0]["command"].as<std::string>() == slash_command);
    Set offered;
    for (const OfferedShortcut& shortcut : offered_shortcuts()) {
        offered.insert(std::string(shortcut.type) + " " + std::string(shortcut.callback_id));
    }
    Set listed;
    for (const auto& shortcut : features["shortcuts"]) {
        listed.insert(shortcut["type"].as<std::string>() + " " +
                      shortcut["callback_id"].as<std::string>());
        CHECK(shortcut["name"].as<std::string>().size() <= 24);
        CHECK(shortcut["description"].as<std::string>().size() <= 150);
    }
    CHECK(listed == offered);
}

TEST_CASE("the manifest switches on what the program needs to be reached", "[manifest]") {
    const YAML::Node settings = manifest()["settings"];
    CHECK(settings["socket_mode_enabled"].as<bool>());
    CHECK(settings["interactivity"]["is_enabled"].as<bool>());
    const YAML::Node home = manifest()["features"]["app_home"];
    CHECK(home["home_tab_enabled"].as<bool>());
    CHECK(home["messages_tab_enabled"].as<bool>());
    CHECK_FALSE(home["messages_tab_read_only_enabled"].as<bool>());
}

}  // namespace emojiscope::bot
