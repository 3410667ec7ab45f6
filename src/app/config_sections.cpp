#include "config_sections.hpp"

#include "emojiscope/core/text.hpp"
#include "emojiscope/search/duplicate_finder.hpp"
#include "emojiscope/slack/proxy.hpp"
#include "emojiscope/slack/socket_mode_client.hpp"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <map>
#include <string_view>
#include <vector>

namespace emojiscope::app {
namespace {

constexpr std::uintmax_t max_token_bytes = 4096;

using Setter = std::function<void(const YAML::Node&)>;
using Section = std::map<std::string, Setter>;

void read_section(const YAML::Node& node, const std::string& prefix, const Section& known) {
    if (!node.IsMap()) {
        throw Refused{"'" + prefix + "' must hold keys and values"};
    }
    for (const auto& item : node) {
        const auto key = item.first.as<std::string>();
        const auto setter = known.find(key);
        if (setter == known.end()) {
            std::string list;
            for (const auto& [name, unused] : known) {
                list += (list.empty() ? "" : ", ") + name;
            }
            throw Refused{"unknown key '" + prefix + one_line(key) + "' (known: " + list + ")"};
        }
        if (item.second.IsNull()) {
            continue;  // nothing after the colon: as if it were not there
        }
        try {
            setter->second(item.second);
        } catch (const YAML::Exception&) {
            throw Refused{"'" + prefix + key + "' has the wrong type"};
        }
    }
}

std::string read_token_file(const std::string& path) {
    std::error_code error;
    const auto size = std::filesystem::file_size(path, error);
    if (error || size > max_token_bytes) {
        throw Refused{"cannot read the token file " + path};
    }
    std::ifstream in(path);
    std::string token;
    std::getline(in, token);
    // Editors leave carriage returns and spaces behind; no token holds any.
    const auto first = token.find_first_not_of(" \t\r");
    if (first == std::string::npos) {
        throw Refused{"the token file " + path + " is empty"};
    }
    return token.substr(first, token.find_last_not_of(" \t\r") - first + 1);
}

template <class T>
T in_range(const YAML::Node& node, T low, T high, const char* key) {
    const T number = node.as<T>();
    if (number < low || number > high) {
        throw Refused{std::string("'") + key + "' must lie between " + std::to_string(low) +
                      " and " + std::to_string(high)};
    }
    return number;
}

std::set<search::DuplicateKind> read_kinds(const YAML::Node& node) {
    using search::DuplicateKind;
    std::set<DuplicateKind> kinds;
    if (!node.IsSequence()) {
        throw Refused{"'slack.alert_kinds' must be a list of identical, same_image, near"};
    }
    for (const YAML::Node& item : node) {
        const auto word = item.as<std::string>();
        bool known = false;
        for (const auto kind :
             {DuplicateKind::identical, DuplicateKind::same_image, DuplicateKind::near}) {
            if (word == search::to_string(kind)) {
                kinds.insert(kind);
                known = true;
            }
        }
        if (!known) {
            throw Refused{"'slack.alert_kinds' knows identical, same_image and near, not '" +
                          one_line(word) + "'"};
        }
    }
    return kinds;
}

/// What may stand in a message as <URL>.
std::string read_link(const YAML::Node& node) {
    const auto link = node.as<std::string>();
    const bool web = link.starts_with("https://") || link.starts_with("http://");
    if (!web || link.find_first_of("<>| \t\r\n") != std::string::npos) {
        throw Refused{"'slack.map_url' must be a link (https://…)"};
    }
    return link;
}

std::string read_proxy(const YAML::Node& node) {
    auto text = node.as<std::string>();
    if (const auto proxy = slack::parse_proxy(text); !text.empty() && !proxy) {
        throw Refused{"'slack.proxy': " + proxy.error().message};
    }
    return text;
}

bool is_host(std::string_view word) {
    return !word.empty() && word.size() <= 253 && std::ranges::all_of(word, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
    });
}

bool is_user_id(std::string_view word) {
    return word.size() >= 2 && word.size() <= 32 && (word[0] == 'U' || word[0] == 'W') &&
           std::ranges::all_of(
               word, [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); });
}

std::vector<std::string> read_words(const YAML::Node& node, const std::string& key,
                                    bool (*good)(std::string_view)) {
    if (!node.IsSequence()) {
        throw Refused{"'" + key + "' must be a list"};
    }
    std::vector<std::string> words;
    for (const YAML::Node& item : node) {
        words.push_back(item.as<std::string>());
        if (!good(words.back())) {
            throw Refused{"'" + key + "' cannot hold '" + one_line(words.back()) + "'"};
        }
    }
    return words;
}

Section slack_section(SlackConfig& config) {
    return {
        {"api_base_url", [&](const YAML::Node& n) { config.api_base_url = n.as<std::string>(); }},
        {"bot_token_file",
         [&](const YAML::Node& n) { config.bot_token = read_token_file(n.as<std::string>()); }},
        {"app_token_file",
         [&](const YAML::Node& n) { config.app_token = read_token_file(n.as<std::string>()); }},
        {"ca_file", [&](const YAML::Node& n) { config.ca_file = n.as<std::string>(); }},
        {"proxy", [&](const YAML::Node& n) { config.proxy = read_proxy(n); }},
        {"connections",
         [&](const YAML::Node& n) {
             config.connections = in_range<int>(n, 1, slack::max_connections, "slack.connections");
         }},
        {"alert_channel", [&](const YAML::Node& n) { config.alert_channel = n.as<std::string>(); }},
        {"alert_kinds", [&](const YAML::Node& n) { config.alert_kinds = read_kinds(n); }},
        {"language",
         [&](const YAML::Node& n) {
             const auto code = n.as<std::string>();
             const auto language = bot::parse_language(code);
             if (!language) {
                 throw Refused{"'slack.language' knows en and ja, not '" + one_line(code) + "'"};
             }
             config.language = *language;
         }},
        {"results",
         [&](const YAML::Node& n) {
             config.results = in_range<std::size_t>(n, 1, 20, "slack.results");
         }},
        {"map_url", [&](const YAML::Node& n) { config.map_url = read_link(n); }},
        {"download_hosts",
         [&](const YAML::Node& n) {
             config.download_hosts = read_words(n, "slack.download_hosts", is_host);
         }},
        {"admins",
         [&](const YAML::Node& n) {
             const auto ids = read_words(n, "slack.admins", is_user_id);
             config.admins = {ids.begin(), ids.end()};
         }},
        {"commands_per_minute",
         [&](const YAML::Node& n) {
             config.commands_per_minute = in_range<int>(n, 1, 10'000, "slack.commands_per_minute");
         }},
        {"resync_minutes",
         [&](const YAML::Node& n) {
             config.resync_every =
                 std::chrono::minutes{in_range<int>(n, 1, 10'080, "slack.resync_minutes")};
         }},
    };
}

Section status_section(StatusConfig& status) {
    return {
        {"port",
         [&](const YAML::Node& n) { status.port = in_range<int>(n, 0, 65'535, "status.port"); }},
        {"address", [&](const YAML::Node& n) { status.address = n.as<std::string>(); }},
    };
}

Section search_section(SearchConfig& search) {
    return {
        {"standard_emoji", [&](const YAML::Node& n) { search.standard_emoji = n.as<bool>(); }},
    };
}

Section inference_section(InferenceConfig& inference) {
    return {
        {"threads",
         [&](const YAML::Node& n) {
             inference.threads = in_range<int>(n, 0, 256, "inference.threads");
         }},
        {"precision",
         [&](const YAML::Node& n) {
             const auto word = n.as<std::string>();
             inference.precision = embedding::parse_precision(word);
             if (!inference.precision) {
                 throw Refused{"'inference.precision' knows float32, bfloat16 and int8, not '" +
                               one_line(word) + "'"};
             }
         }},
        {"allow_reference_blas",
         [&](const YAML::Node& n) { inference.allow_reference_blas = n.as<bool>(); }},
    };
}

}  // namespace

void read_root(const YAML::Node& root, Config& config) {
    const Section known = {
        {"data", [&](const YAML::Node& n) { config.data = n.as<std::string>(); }},
        {"model", [&](const YAML::Node& n) { config.model = n.as<std::string>(); }},
        {"next_model", [&](const YAML::Node& n) { config.next_model = n.as<std::string>(); }},
        {"concepts", [&](const YAML::Node& n) { config.concepts = n.as<std::string>(); }},
        {"log_level", [&](const YAML::Node& n) { config.log.level = n.as<std::string>(); }},
        {"log_format",
         [&](const YAML::Node& n) {
             const auto word = n.as<std::string>();
             if (word != "text" && word != "json") {
                 throw Refused{"'log_format' knows text and json, not '" + one_line(word) + "'"};
             }
             config.log.json = word == "json";
         }},
        {"log_queries", [&](const YAML::Node& n) { config.log.queries = n.as<bool>(); }},
        {"slack",
         [&](const YAML::Node& n) { read_section(n, "slack.", slack_section(config.slack)); }},
        {"search",
         [&](const YAML::Node& n) { read_section(n, "search.", search_section(config.search)); }},
        {"status",
         [&](const YAML::Node& n) { read_section(n, "status.", status_section(config.status)); }},
        {"inference",
         [&](const YAML::Node& n) {
             read_section(n, "inference.", inference_section(config.inference));
         }},
    };
    read_section(root, "", known);
}

}  // namespace emojiscope::app
