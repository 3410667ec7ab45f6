// Any bytes are a configuration: refused in one line that names the file, or read, and then every
// number lies in its range. Read a second time it is the same.
#include "files_of_input.hpp"
#include "fuzzing.hpp"

#include "emojiscope/app/config.hpp"
#include "emojiscope/slack/socket_mode_client.hpp"

namespace emojiscope::fuzz {
namespace {

void check_ranges(const app::Config& config) {
    const app::SlackConfig& slack = config.slack;
    require(slack.connections >= 1 && slack.connections <= slack::max_connections, "connections");
    require(slack.results >= 1 && slack.results <= 20, "results");
    require(slack.resync_every.count() >= 1 && slack.resync_every.count() <= 10'080, "minutes");
    require(slack.commands_per_minute >= 1, "commands a minute");
    require(slack.map_url.find_first_of("<>| \t\r\n") == std::string::npos, "the link is one");
    require(config.status.port >= 0 && config.status.port <= 65'535, "the port");
    require(config.inference.threads >= 0 && config.inference.threads <= 256, "threads");
}

void run(std::string_view text) {
    static const Folder folder;
    const auto file = folder.write("config.yaml", text);
    app::Config config;
    const auto read = app::read_config(file, config);
    if (!read) {
        require_one_line(read.error().message);
        require(read.error().message.find("config.yaml") != std::string::npos, "names the file");
        return;
    }
    check_ranges(config);
    app::Config again;
    require(app::read_config(file, again).has_value(), "it can be read again");
    require(again.data == config.data && again.slack.api_base_url == config.slack.api_base_url &&
                again.slack.results == config.slack.results &&
                again.slack.proxy == config.slack.proxy &&
                again.slack.alert_kinds == config.slack.alert_kinds,
            "and is the same");
}

}  // namespace
}  // namespace emojiscope::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    emojiscope::fuzz::run(emojiscope::fuzz::text_of(data, size));
    return 0;
}
