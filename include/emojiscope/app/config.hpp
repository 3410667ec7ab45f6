// What the program is told: config.yaml, then environment, then the command line.
#pragma once

#include "emojiscope/bot/wording.hpp"
#include "emojiscope/core/error.hpp"
#include "emojiscope/embedding/model_package.hpp"
#include "emojiscope/search/fingerprint.hpp"

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace emojiscope::app {

/// The file of a token that others than its owner may open.
struct OpenTokenFile {
    std::string file;
    std::string mode;  ///< "0644"

    friend bool operator==(const OpenTokenFile&, const OpenTokenFile&) = default;
};

struct SlackConfig {
    std::string api_base_url = "https://slack.com/api/";
    /// xoxb-… and xapp-…. No configuration holds them: commands that speak to Slack are given them
    /// (src/app/token_files.hpp), the other ones never have them.
    std::string bot_token;
    std::string app_token;
    /// Why there are none although one was named: not_found or io of a file, invalid_argument of a
    /// token that cannot be one. One line.
    std::optional<Error> token_problem;
    std::vector<OpenTokenFile> open_token_files;  ///< of those that were read
    std::string bot_token_file;                   ///< empty: none is named
    std::string app_token_file;
    std::string ca_file;  ///< PEM; empty: the system's certificates
    /// Of http://user:password@host:port; empty: none is used; nothing: what the environment says.
    std::optional<std::string> proxy;
    int connections = 1;        ///< of Socket Mode, side by side: 1 to slack::max_connections
    std::string alert_channel;  ///< id or name; empty: no duplicate alerts
    /// Which duplicates raise an alert; none: alerts are off.
    std::set<search::DuplicateKind> alert_kinds{search::DuplicateKind::identical,
                                                search::DuplicateKind::same_image};
    std::size_t results = 8;                          ///< emoji in an answer, 1 to 20
    std::string map_url;                              ///< what `/emoji map` links; empty: it draws
    bot::Language language = bot::Language::english;  ///< of alerts, and of whom Slack says none
    std::chrono::minutes resync_every{60};
    /// Besides the host of the API: where emoji and pictures may be downloaded from, in lower case.
    std::vector<std::string> download_hosts{"emoji.slack-edge.com", "a.slack-edge.com",
                                            "files.slack.com"};
    /// Ids of who may do what concerns everybody (mute, dismiss, resync), beside the workspace's
    /// own admins and owners.
    std::set<std::string> admins;
    int commands_per_minute = 30;  ///< of one person; who asks for more is told to wait
    friend bool operator==(const SlackConfig&, const SlackConfig&) = default;
};

/// Where /healthz, /readyz and /metrics are answered.
struct StatusConfig {
    std::string address = "127.0.0.1";  ///< an IP address of this machine
    int port = 0;                       ///< 0: nothing listens
    friend bool operator==(const StatusConfig&, const StatusConfig&) = default;
};

struct LogConfig {
    std::string level;     ///< debug, info, warning, error, off; empty: as the command wants
    bool json = false;     ///< a JSON object for each line
    bool queries = false;  ///< what people look for stands in the lines about events
    friend bool operator==(const LogConfig&, const LogConfig&) = default;
};

struct InferenceConfig {
    int threads = 0;                    ///< to decode on, and to embed on; 0: one for each core
    bool allow_reference_blas = false;  ///< go on although it is 27 times slower
    /// In place of the model package's own.
    std::optional<embedding::Precision> precision;
    friend bool operator==(const InferenceConfig&, const InferenceConfig&) = default;
};

struct SearchConfig {
    bool standard_emoji = true;  ///< name the standard emoji that a query means, beside the answer
    friend bool operator==(const SearchConfig&, const SearchConfig&) = default;
};

struct Config {
    std::filesystem::path data;   ///< folder of the catalogue
    std::filesystem::path model;  ///< folder of the model package
    /// Folder of the one that the catalogue is to move to; empty: none.
    std::filesystem::path next_model;
    std::filesystem::path concepts;  ///< file of the concept dictionary
    SlackConfig slack;
    StatusConfig status;
    LogConfig log;
    SearchConfig search;
    InferenceConfig inference;
    friend bool operator==(const Config&, const Config&) = default;
};

/// Defaults: data in $XDG_DATA_HOME/emojiscope (or ~/.local/share/emojiscope), the embedded model
/// next to the program's installation or source tree.
[[nodiscard]] Config default_config();

/// Reads `file` over `config`. Unknown keys, keys that stand there twice and wrong values are
/// refused by name, with what may have been meant. Reads no token.
/// Errors: not_found, invalid_argument; too_large for a file, or what it would unfold to, beyond
/// the limits (core/yaml_limits.hpp).
[[nodiscard]] Result<void> read_config(const std::filesystem::path& file, Config& config);

/// Takes EMOJISCOPE_SLACK_API_URL, EMOJISCOPE_SLACK_CA_FILE and EMOJISCOPE_ALERT_CHANNEL from the
/// environment.
void read_environment(Config& config);

}  // namespace emojiscope::app
