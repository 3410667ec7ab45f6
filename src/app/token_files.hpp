// The two tokens of Slack: where they come from, and whether they can be what they are said to be.
#pragma once

#include "emojiscope/app/config.hpp"
#include "emojiscope/core/error.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace emojiscope::app {

/// Where systemd puts what it shows to a service and to root alone.
inline constexpr std::string_view credentials_of_services = "/run/credentials/";

/// What the process was given besides its configuration.
struct TokenSources {
    std::string bot_token;              ///< of SLACK_BOT_TOKEN; empty: none
    std::string app_token;              ///< of SLACK_APP_TOKEN
    std::filesystem::path credentials;  ///< $CREDENTIALS_DIRECTORY of systemd; empty: none
};

/// Takes the tokens out of the environment (see take_secret) and notes the folder of credentials.
/// For the start of `main`, before there are threads.
[[nodiscard]] TokenSources take_token_sources();

/// The mode of a token's file that others than its owner may open ("0644"). Nothing: they may not,
/// it cannot be looked at, or systemd guards it (below `credentials` or `credentials_of_services`).
[[nodiscard]] std::optional<std::string> open_to_others(
    const std::filesystem::path& file, const std::filesystem::path& credentials = {});

/// Fills `bot_token` and `app_token` of `slack`, each from the first of these that is there: the
/// environment; the file that the configuration names; the credential `bot_token` or `app_token`.
/// One that is nowhere stays empty. Blanks around a token are dropped, and only the first line of a
/// file counts.
///
/// Returns lines of warning: a file that is `open_to_others`. Errors: not_found, io (a file that
/// cannot be read), invalid_argument (an empty file, or what does not look like such a token). No
/// line ever shows a token.
[[nodiscard]] Result<std::vector<std::string>> read_tokens(const TokenSources& sources,
                                                           SlackConfig& slack);

}  // namespace emojiscope::app
