// One question to Slack, with what the answer's head tells besides.
#pragma once

#include "emojiscope/app/config.hpp"
#include "emojiscope/core/error.hpp"
#include "emojiscope/slack/api_methods.hpp"

#include <chrono>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace emojiscope::app::doctor {

struct SlackAnswer {
    bool ok = false;
    std::string word;  ///< Slack's own, where it refuses
    std::string team;  ///< name and id of the workspace
    std::string user;  ///< name of the bot there
    /// Of the token; nothing if Slack does not say.
    std::optional<std::set<std::string>> scopes;
    std::optional<std::chrono::sys_seconds> date;  ///< by the clock of whoever answered
};

/// Calls a method without arguments, once, with certificates and proxies as the bot has them.
/// Errors: network, timeout, invalid_argument (no usable URL), and those of Dialer::create. None of
/// them, and nothing in the answer, has the token in it.
[[nodiscard]] Result<SlackAnswer> ask_slack(const Config& config, slack::Method method,
                                            const std::string& token,
                                            std::chrono::milliseconds patience);

/// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110, 5.6.7); nothing for any other form.
[[nodiscard]] std::optional<std::chrono::sys_seconds> parse_http_date(std::string_view text);

/// "a,b, c"
[[nodiscard]] std::set<std::string> parse_scopes(std::string_view list);

}  // namespace emojiscope::app::doctor
