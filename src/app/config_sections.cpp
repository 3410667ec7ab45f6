#include "config_sections.hpp"

#include "nearest_key.hpp"

#include "emojiscope/core/is_url.hpp"
#include "emojiscope/core/legible.hpp"
#include "emojiscope/search/duplicate_finder.hpp"
#include "emojiscope/slack/proxy.hpp"
#include "emojiscope/slack/socket_mode_client.hpp"

#include <yaml-cpp/yaml.h>
#include <boost/asio/ip/address.hpp>

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <set>
#include <span>
#include <string_view>
#include <vector>

namespace emojiscope::app {
namespace {

using Setter = std::function<void(const YAML::Node&)>;
using Section = std::map<std::string, Setter>;

/// A key of another section, and where it belongs.
std::string with_place(const std::string& full) {
    const auto dot = full.find('.');
    return "'" + full + "' (" +
           (dot == std::string::npos ? "at the left margin"
                                     : "below '" + full.substr(0, dot) + ":'") +
           ")";
}

/// The key that `key` was perhaps meant to be: one of the same section, but rather the very same
/// one of another section than a similar one of this. Empty: none is near.
std::string suggestion(const std::string& prefix, const std::string& key) {
    std::string best;
    std::size_t best_rank = 0;
    for (const std::string& full : known_keys()) {
        const auto dot = full.find('.');
        const std::string section = dot == std::string::npos ? "" : full.substr(0, dot + 1);
        const bool here = section == prefix;
        auto distance = nearness(key, full.substr(section.size()));
        if (!distance) {
            distance = nearness(key, full);  // `slack.results: 8` in one line
        }
        if (!distance) {
            continue;
        }
        const std::size_t rank = 1 + 2 * *distance + (here ? 0 : 1);
        if (best.empty() || rank < best_rank) {
            best = here ? "'" + full.substr(section.size()) + "'" : with_place(full);
            best_rank = rank;
        }
    }
    return best;
}

[[noreturn]] void refuse_key(const std::string& prefix, const std::string& key,
                             const Section& known) {
    std::string list;
    for (const auto& [name, unused] : known) {
        list += (list.empty() ? "" : ", ") + name;
    }
    const std::string meant = suggestion(prefix, key);
    throw Refused{"unknown key " + quoted_legibly(prefix + key) +
                  (meant.empty() ? "" : ": did you mean " + meant + "?") + " (known: " + list +
                  ")"};
}

void read_section(const YAML::Node& node, const std::string& prefix, const Section& known) {
    if (!node.IsMap()) {
        throw Refused{prefix.empty() ? "it must hold keys and values"
                                     : "'" + prefix.substr(0, prefix.size() - 1) +
                                           "' must hold keys and values"};
    }
    std::set<std::string> seen;
    for (const auto& item : node) {
        const auto key = item.first.as<std::string>();
        const auto setter = known.find(key);
        if (setter == known.end()) {
            refuse_key(prefix, key, known);
        }
        if (!seen.insert(key).second) {
            // yaml-cpp would take one of them, and nobody could tell which.
            throw Refused{"the key '" + prefix + key + "' stands there twice"};
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

/// The word of `node`, one of `known`.
std::string read_word(const YAML::Node& node, const std::string& key,
                      std::span<const std::string> known) {
    const auto word = node.as<std::string>();
    if (std::ranges::find(known, word) != known.end()) {
        return word;
    }
    std::string list;
    for (std::size_t i = 0; i < known.size(); ++i) {
        list += (i == 0 ? "" : i + 1 == known.size() ? " and " : ", ") + known[i];
    }
    throw Refused{"'" + key + "' knows " + list + ", not " + quoted_legibly(word) +
                  did_you_mean(word, known)};
}

const std::array<std::string, 5> log_levels{"debug", "info", "warning", "error", "off"};
const std::array<std::string, 2> log_formats{"text", "json"};
const std::array<std::string, 2> languages{"en", "ja"};
const std::array<std::string, 3> precisions{"float32", "bfloat16", "int8"};
const std::array<std::string, 3> duplicate_kinds{"identical", "same_image", "near"};

/// The name of a file that holds a token.
std::string read_token_file(const YAML::Node& node, const std::string& key) {
    auto file = node.as<std::string>();
    if (file.starts_with("xox") || file.starts_with("xapp-")) {
        // Errors and logs name the file.
        throw Refused{"'" + key + "' holds a token: put that into a file, and its name here"};
    }
    return file;
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
    if (!node.IsSequence()) {
        throw Refused{"'slack.alert_kinds' must be a list of identical, same_image, near"};
    }
    std::set<DuplicateKind> kinds;
    for (const YAML::Node& item : node) {
        const std::string word = read_word(item, "slack.alert_kinds", duplicate_kinds);
        for (const auto kind :
             {DuplicateKind::identical, DuplicateKind::same_image, DuplicateKind::near}) {
            if (word == search::to_string(kind)) {
                kinds.insert(kind);
            }
        }
    }
    return kinds;
}

/// What may stand in a message as <URL>.
std::string read_link(const YAML::Node& node) {
    const auto link = node.as<std::string>();
    if (!is_url(link) || link.find_first_of("<>| \t\r\n") != std::string::npos) {
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

/// A name as DNS has it, in lower case: no scheme, port or path, no wildcard.
bool is_host(std::string_view word) {
    const bool letters = std::ranges::all_of(word, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
    });
    return letters && !word.empty() && word.size() <= 253 && word.front() != '.' &&
           word.back() != '.' && word.find("..") == std::string_view::npos;
}

bool is_user_id(std::string_view word) {
    return word.size() >= 2 && word.size() <= 32 && (word[0] == 'U' || word[0] == 'W') &&
           std::ranges::all_of(
               word, [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); });
}

/// `wanted`: what its items are, for who wrote something else.
std::vector<std::string> read_words(const YAML::Node& node, const std::string& key,
                                    bool (*good)(std::string_view), const char* wanted) {
    if (!node.IsSequence()) {
        throw Refused{"'" + key + "' must be a list of " + wanted};
    }
    std::vector<std::string> words;
    for (const YAML::Node& item : node) {
        words.push_back(item.as<std::string>());
        if (!good(words.back())) {
            throw Refused{"'" + key + "' is a list of " + wanted + "; it cannot hold " +
                          quoted_legibly(words.back())};
        }
    }
    return words;
}

std::string read_address(const YAML::Node& node, const std::string& key) {
    auto text = node.as<std::string>();
    boost::system::error_code error;
    (void)boost::asio::ip::make_address(text, error);
    if (error) {
        throw Refused{"'" + key + "' must be an IP address (127.0.0.1, ::1), not " +
                      quoted_legibly(text)};
    }
    return text;
}

Section slack_section(SlackConfig& config) {
    return {
        {"api_base_url", [&](const YAML::Node& n) { config.api_base_url = n.as<std::string>(); }},
        {"bot_token_file",
         [&](const YAML::Node& n) {
             config.bot_token_file = read_token_file(n, "slack.bot_token_file");
         }},
        {"app_token_file",
         [&](const YAML::Node& n) {
             config.app_token_file = read_token_file(n, "slack.app_token_file");
         }},
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
             config.language =
                 bot::parse_language(read_word(n, "slack.language", languages)).value();
         }},
        {"results",
         [&](const YAML::Node& n) {
             config.results = in_range<std::size_t>(n, 1, 20, "slack.results");
         }},
        {"map_url", [&](const YAML::Node& n) { config.map_url = read_link(n); }},
        {"download_hosts",
         [&](const YAML::Node& n) {
             config.download_hosts = read_words(n, "slack.download_hosts", is_host,
                                                "names of hosts in lower case (files.slack.com)");
         }},
        {"admins",
         [&](const YAML::Node& n) {
             const auto ids = read_words(n, "slack.admins", is_user_id, "ids of users (U0123ABCD)");
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
        {"address",
         [&](const YAML::Node& n) { status.address = read_address(n, "status.address"); }},
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
             inference.precision =
                 embedding::parse_precision(read_word(n, "inference.precision", precisions));
         }},
        {"allow_reference_blas",
         [&](const YAML::Node& n) { inference.allow_reference_blas = n.as<bool>(); }},
    };
}

Section root_section(Config& config) {
    return {
        {"data", [&](const YAML::Node& n) { config.data = n.as<std::string>(); }},
        {"model", [&](const YAML::Node& n) { config.model = n.as<std::string>(); }},
        {"next_model", [&](const YAML::Node& n) { config.next_model = n.as<std::string>(); }},
        {"concepts", [&](const YAML::Node& n) { config.concepts = n.as<std::string>(); }},
        {"log_level",
         [&](const YAML::Node& n) { config.log.level = read_word(n, "log_level", log_levels); }},
        {"log_format",
         [&](const YAML::Node& n) {
             config.log.json = read_word(n, "log_format", log_formats) == "json";
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
}

void add_keys(std::vector<std::string>& keys, const std::string& prefix, const Section& section) {
    for (const auto& [name, unused] : section) {
        keys.push_back(prefix + name);
    }
}

}  // namespace

std::vector<std::string> known_keys() {
    Config unused;  // the tables refer to one
    std::vector<std::string> keys;
    add_keys(keys, "", root_section(unused));
    add_keys(keys, "slack.", slack_section(unused.slack));
    add_keys(keys, "search.", search_section(unused.search));
    add_keys(keys, "status.", status_section(unused.status));
    add_keys(keys, "inference.", inference_section(unused.inference));
    return keys;
}

void read_root(const YAML::Node& root, Config& config) {
    read_section(root, "", root_section(config));
}

}  // namespace emojiscope::app
