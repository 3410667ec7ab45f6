#include "reload.hpp"

namespace emojiscope::app {
namespace {

/// A key of the file's top level.
template <auto Field>
ConfigKey key(const char* name, Takes takes) {
    return {name, takes, [](const Config& a, const Config& b) { return a.*Field == b.*Field; },
            [](const Config& from, Config& to) { to.*Field = from.*Field; }};
}

/// A key of a section.
template <auto Section, auto Field>
ConfigKey key(const char* name, Takes takes) {
    return {name, takes,
            [](const Config& a, const Config& b) { return a.*Section.*Field == b.*Section.*Field; },
            [](const Config& from, Config& to) { to.*Section.*Field = from.*Section.*Field; }};
}

template <auto Field>
ConfigKey slack(const char* name, Takes takes) {
    return key<&Config::slack, Field>(name, takes);
}

std::vector<ConfigKey> make_keys() {
    using enum Takes;
    return {
        key<&Config::data>("data", at_next_start),
        key<&Config::model>("model", at_next_start),
        key<&Config::next_model>("next_model", at_next_start),
        key<&Config::concepts>("concepts", at_next_start),
        key<&Config::log, &LogConfig::level>("log_level", at_once),
        key<&Config::log, &LogConfig::json>("log_format", at_once),
        key<&Config::log, &LogConfig::queries>("log_queries", at_once),
        slack<&SlackConfig::api_base_url>("slack.api_base_url", at_next_start),
        slack<&SlackConfig::bot_token>("the bot token", at_next_start_unseen),
        slack<&SlackConfig::app_token>("the app-level token", at_next_start_unseen),
        slack<&SlackConfig::token_problem>("the tokens", at_next_start_unseen),
        slack<&SlackConfig::open_token_files>("who may read them", at_next_start_unseen),
        slack<&SlackConfig::bot_token_file>("slack.bot_token_file", at_next_start),
        slack<&SlackConfig::app_token_file>("slack.app_token_file", at_next_start),
        slack<&SlackConfig::ca_file>("slack.ca_file", at_next_start),
        slack<&SlackConfig::proxy>("slack.proxy", at_next_start),
        slack<&SlackConfig::connections>("slack.connections", at_next_start),
        slack<&SlackConfig::alert_channel>("slack.alert_channel", at_once),
        slack<&SlackConfig::alert_kinds>("slack.alert_kinds", at_once),
        slack<&SlackConfig::results>("slack.results", at_once),
        slack<&SlackConfig::map_url>("slack.map_url", at_once),
        slack<&SlackConfig::language>("slack.language", at_once),
        slack<&SlackConfig::resync_every>("slack.resync_minutes", at_once),
        slack<&SlackConfig::download_hosts>("slack.download_hosts", at_next_start),
        slack<&SlackConfig::admins>("slack.admins", at_once),
        slack<&SlackConfig::commands_per_minute>("slack.commands_per_minute", at_once),
        key<&Config::status, &StatusConfig::address>("status.address", at_next_start),
        key<&Config::status, &StatusConfig::port>("status.port", at_next_start),
        key<&Config::search, &SearchConfig::standard_emoji>("search.standard_emoji", at_once),
        key<&Config::inference, &InferenceConfig::threads>("inference.threads", at_next_start),
        key<&Config::inference, &InferenceConfig::allow_reference_blas>(
            "inference.allow_reference_blas", at_next_start),
        key<&Config::inference, &InferenceConfig::precision>("inference.precision", at_next_start),
    };
}

}  // namespace

const std::vector<ConfigKey>& config_keys() {
    static const std::vector<ConfigKey> keys = make_keys();
    return keys;
}

ConfigChanges changes(const Config& running, const Config& next) {
    ConfigChanges found;
    for (const ConfigKey& key : config_keys()) {
        if (key.takes == Takes::at_next_start_unseen || key.same(running, next)) {
            continue;
        }
        (key.takes == Takes::at_once ? found.at_once : found.at_next_start).emplace_back(key.name);
    }
    return found;
}

Config reloaded(const Config& running, const Config& next) {
    Config result = running;
    for (const ConfigKey& key : config_keys()) {
        if (key.takes == Takes::at_once) {
            key.copy(next, result);
        }
    }
    return result;
}

}  // namespace emojiscope::app
