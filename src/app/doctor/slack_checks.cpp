#include "checks.hpp"

#include "token_files.hpp"

#include "emojiscope/bot/incoming.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>
#include <utility>

namespace emojiscope::app::doctor {
namespace {

using std::chrono::sys_seconds;

/// Leaves the rest of a step's time to the name service, which cannot be stopped.
constexpr std::chrono::milliseconds patience{8'000};

/// TLS, and the age of an event, bear no more.
constexpr std::chrono::seconds most_clock_difference{60};

constexpr const char* not_configured = "unknown, for the configuration could not be read";
constexpr const char* not_taken = "the tokens could not be taken (see bot_token)";

constexpr const char* token_remedy =
    "mend what the line names: SLACK_BOT_TOKEN and SLACK_APP_TOKEN, the files that "
    "slack.bot_token_file and slack.app_token_file name, or the service's credentials";

constexpr const char* service_remedy =
    "to have the tokens looked at, start the service and run this as root, or set SLACK_BOT_TOKEN "
    "and SLACK_APP_TOKEN for this command";

/// Where Slack shows a token, and where this program looks for it.
const char* where(bool app_token) {
    return app_token ? "api.slack.com/apps, your app, Basic Information, App-Level Tokens; then "
                       "into slack.app_token_file or SLACK_APP_TOKEN"
                     : "api.slack.com/apps, your app, Install App; then into slack.bot_token_file "
                       "or SLACK_BOT_TOKEN";
}

/// What Slack says when the trouble is its own, or passes.
bool is_passing(std::string_view word) {
    constexpr std::array<std::string_view, 6> words{"ratelimited",     "internal_error",
                                                    "fatal_error",     "service_unavailable",
                                                    "request_timeout", "team_added_to_org"};
    return std::ranges::find(words, word) != words.end();
}

/// What Slack says of a token that is not one of its own.
bool is_wrong_token(std::string_view word) {
    constexpr std::array<std::string_view, 3> words{"invalid_auth", "not_authed", "invalid_token"};
    return std::ranges::find(words, word) != words.end();
}

std::string mend(std::string_view word, bool app_token) {
    if (word == "not_allowed_token_type") {
        return "the bot token and the app-level token are swapped, or it is a user's token";
    }
    if (word == "account_inactive" || word == "token_revoked") {
        return "install the app in the workspace again, and copy the new token";
    }
    if (word == "token_expired") {
        return "turn token rotation off in the app's settings, and copy a new token";
    }
    if (word == "missing_scope") {
        return app_token ? "make an app-level token with the scope connections:write"
                         : "compare the app with manifests/slack-app.yaml, and install it again";
    }
    if (is_passing(word)) {
        return "wait a minute and try again";
    }
    if (is_wrong_token(word)) {
        return std::string("copy it anew from ") + where(app_token);
    }
    return std::string("see what Slack's documentation of ") +
           (app_token ? "apps.connections.open" : "auth.test") + " says of that word";
}

Check judge_token(const std::string& name, const SlackAnswer& answer, std::string good,
                  bool app_token) {
    if (answer.ok) {
        return ok(name, std::move(good));
    }
    if (is_passing(answer.word)) {
        return warning(name, "Slack does not say, for trouble of its own: " + answer.word,
                       mend(answer.word, app_token));
    }
    return failed(name, "Slack refuses it: " + (answer.word.empty() ? "no reason" : answer.word),
                  mend(answer.word, app_token));
}

/// A token that is not there, where the other one is, is a mistake; without both nobody means to
/// run the bot yet.
Check no_token(bool app_token, bool other_is_there, bool configured) {
    const std::string name = app_token ? "app_token" : "bot_token";
    if (!configured) {
        return skipped(name, not_configured);
    }
    const std::string remedy = std::string("copy it from ") + where(app_token);
    return other_is_there
               ? failed(name, "there is none, and the bot needs both", remedy)
               : warning(name, "there is none: import and search work, the bot does not", remedy);
}

std::string joined(const std::set<std::string>& words) {
    std::string text;
    for (const std::string& word : words) {
        text += (text.empty() ? "" : ", ") + word;
    }
    return text;
}

const Check* find(const Checks& checks, std::string_view name) {
    const auto found = std::ranges::find(checks, name, &Check::name);
    return found == checks.end() ? nullptr : &*found;
}

/// The four checks that one question to Slack would settle, where it was not asked.
Checks not_asked(Check token, const std::string& why) {
    return {skipped("slack", why), std::move(token), skipped("scopes", why), skipped("clock", why)};
}

}  // namespace

std::set<std::string> needed_scopes() {
    // The first two no single method or event asks for (tests/bot/manifest_test.cpp).
    std::set<std::string> scopes{"commands", "chat:write.public"};
    for (const slack::MethodFacts& method : slack::api_methods()) {
        scopes.emplace(method.scope);
    }
    for (const bot::HeardEvent& event : bot::heard_events()) {
        scopes.emplace(event.scope);
    }
    scopes.erase("");
    return scopes;
}

Check judge_bot_token(const SlackAnswer& answer) {
    return judge_token("bot_token", answer, "workspace " + answer.team + ", user " + answer.user,
                       false);
}

Check judge_scopes(const SlackAnswer& answer) {
    if (!answer.ok || !answer.scopes) {
        return skipped("scopes", "Slack did not say which scopes the token has");
    }
    std::set<std::string> missing;
    std::ranges::set_difference(needed_scopes(), *answer.scopes,
                                std::inserter(missing, missing.end()));
    if (!missing.empty()) {
        return failed("scopes", "the token lacks " + joined(missing),
                      "paste manifests/slack-app.yaml into the app's manifest, and install the app "
                      "in the workspace again");
    }
    return ok("scopes",
              "all " + std::to_string(needed_scopes().size()) + " that the manifest asks for");
}

Check judge_clock(std::optional<sys_seconds> theirs, sys_seconds ours) {
    if (!theirs) {
        return skipped("clock", "whoever answered did not tell the time");
    }
    const auto ahead = ours - *theirs;
    if (ahead > most_clock_difference || -ahead > most_clock_difference) {
        return warning("clock",
                       "this machine is " + std::to_string(std::abs(ahead.count())) + " s " +
                           (ahead.count() > 0 ? "ahead of" : "behind") + " Slack",
                       "set the time, and keep it right (timedatectl set-ntp true)");
    }
    return ok("clock", "within " + std::to_string(most_clock_difference.count()) + " s of Slack's");
}

Check check_token_files(const SlackConfig& slack, bool configured) {
    const std::string name = "token_files";
    if (!configured) {
        return skipped(name, not_configured);
    }
    if (slack.token_problem) {
        return skipped(name, not_taken);
    }
    if (slack.open_token_files.empty()) {
        return ok(name, slack.bot_token.empty() && slack.app_token.empty()
                            ? "there are none"
                            : "none that was read is open to others");
    }
    std::string finding = "open to others:";
    std::string remedy = "chmod 600";
    for (const auto& [file, mode] : slack.open_token_files) {
        finding += " " + file + " (mode " + mode + ")";
        remedy += " " + file;
    }
    return warning(name, std::move(finding), std::move(remedy));
}

bool needs_the_service(const SlackConfig& slack) {
    if (!slack.token_problem || slack.token_problem->code == ErrorCode::invalid_argument) {
        return false;  // a token was found, wherever it was
    }
    // Only there while the service runs.
    return std::ranges::any_of(
        std::array{slack.bot_token_file, slack.app_token_file}, [&](const std::string& file) {
            return is_credential_of_service(file) && ::access(file.c_str(), R_OK) != 0;
        });
}

Checks check_bot(const Config& config, bool configured) {
    const std::string& token = config.slack.bot_token;
    if (const auto& problem = config.slack.token_problem) {
        return not_asked(needs_the_service(config.slack)
                             ? skipped("bot_token", problem->message, service_remedy)
                             : failed("bot_token", problem->message, token_remedy),
                         "not asked, for want of a token");
    }
    if (token.empty()) {
        return not_asked(no_token(false, !config.slack.app_token.empty(), configured),
                         "not asked, for want of a token");
    }
    const auto answer = ask_slack(config, slack::Method::auth_test, token, patience);
    if (!answer) {
        Checks checks = not_asked(skipped("bot_token", "it looks right; Slack could not be asked"),
                                  "Slack could not be asked");
        checks.front() = failed("slack", answer.error().message,
                                "see whether this machine reaches " + config.slack.api_base_url +
                                    " (a firewall, a proxy, a name service, certificates)");
        return checks;
    }
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    return {ok("slack", config.slack.api_base_url + " answers"), judge_bot_token(*answer),
            judge_scopes(*answer), judge_clock(answer->date, now)};
}

Check check_app_token(const Config& config, bool configured, const Checks& so_far) {
    const std::string name = "app_token";
    const std::string& token = config.slack.app_token;
    if (config.slack.token_problem) {
        return skipped(name, not_taken);
    }
    if (token.empty()) {
        return no_token(true, !config.slack.bot_token.empty(), configured);
    }
    if (const Check* slack = find(so_far, "slack");
        slack != nullptr && slack->outcome != Outcome::ok) {
        return skipped(name, "it looks right; Slack could not be asked");
    }
    // This hands out an address and opens nothing.
    const auto answer = ask_slack(config, slack::Method::apps_connections_open, token, patience);
    if (!answer) {
        return failed(name, answer.error().message, "see whether this machine reaches Slack");
    }
    return judge_token(name, *answer, "Slack would open a connection", true);
}

Check check_alert_channel(std::string_view channel) {
    const std::string name = "alert_channel";
    if (channel.empty()) {
        return warning(name, "slack.alert_channel is not set: duplicates raise no alert",
                       "set it to the id of a channel, or leave it so");
    }
    const bool id = channel.size() >= 3 && (channel[0] == 'C' || channel[0] == 'G') &&
                    std::ranges::all_of(channel, [](unsigned char c) {
                        return std::isdigit(c) != 0 || std::isupper(c) != 0;
                    });
    if (!id) {
        return warning(name, "it is no id of a channel (C…): Slack may not know it",
                       "copy the id from the bottom of the channel's details");
    }
    // To ask for a channel takes a scope that the bot has no other use for.
    return ok(name, std::string(channel) +
                        ": looks like a channel; into a private one the bot must be invited");
}

}  // namespace emojiscope::app::doctor
