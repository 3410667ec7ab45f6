// The configurations in deploy/: the example with every key, and the one that is installed.
#include "emojiscope/app/config.hpp"

#include "config_sections.hpp"

#include "fakes/temp_folder.hpp"

#include <catch2/catch.hpp>

#include <fstream>
#include <set>
#include <string>

using namespace emojiscope;
using namespace emojiscope::app;

namespace {

/// deploy/config.example.yaml with every key taken into use, and the keys: all of them, and those
/// behind which no value stands.
struct Example {
    std::string yaml;
    std::set<std::string> keys;
    std::set<std::string> without_value;
};

Example read_example() {
    std::ifstream in("deploy/config.example.yaml");  // tests run from the top of the tree
    REQUIRE(in);
    Example example;
    std::string section;
    for (std::string line; std::getline(in, line);) {
        const bool key_line =
            line.size() > 1 && line[0] == '#' && (line[1] != ' ' || line.substr(1, 2) == "  ");
        if (!key_line) {
            continue;  // words
        }
        line.erase(0, 1);
        example.yaml += line + "\n";
        const auto from = line.find_first_not_of(' ');
        const auto colon = line.find(':');
        REQUIRE(colon != std::string::npos);
        const std::string name = line.substr(from, colon - from);
        const std::string full = from == 0 ? name : section + "." + name;
        const bool empty = line.find_first_not_of(' ', colon + 1) == std::string::npos;
        CHECK(example.keys.insert(full).second);
        if (empty) {
            example.without_value.insert(full);
        }
        if (from == 0) {
            section = name;
        }
    }
    return example;
}

}  // namespace

TEST_CASE("the example of a configuration has every key, with its default", "[config]") {
    const Example example = read_example();
    const auto known = known_keys();
    CHECK(example.keys == std::set<std::string>(known.begin(), known.end()));
    // Sections, and what has no default that could stand there.
    CHECK(example.without_value ==
          std::set<std::string>{"data", "model", "next_model", "concepts", "log_level", "slack",
                                "slack.bot_token_file", "slack.app_token_file", "slack.ca_file",
                                "slack.proxy", "slack.alert_channel", "slack.map_url", "search",
                                "status", "inference", "inference.precision"});
    const fakes::TempFolder folder;
    const auto file = folder.path() / "config.yaml";
    std::ofstream(file) << example.yaml;
    Config config = default_config();
    read_config(file, config).value();
    CHECK(config == default_config());
    // As it stands, it sets nothing.
    Config untouched = default_config();
    read_config("deploy/config.example.yaml", untouched).value();
    CHECK(untouched == default_config());
}

TEST_CASE("the configuration that is installed is accepted", "[config]") {
    Config config = default_config();
    read_config("deploy/config.yaml", config).value();
    CHECK(config.data == "/var/lib/emojiscope");
    CHECK(config.slack.bot_token_file == "/run/credentials/emojiscope.service/bot_token");
    CHECK(config.slack.app_token_file == "/run/credentials/emojiscope.service/app_token");
}
