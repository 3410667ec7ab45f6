// The two tokens of Slack: where they come from, and whether they can be what they are said to be.
#pragma once

#include "emojiscope/app/config.hpp"
#include "emojiscope/core/error.hpp"

#include <filesystem>
#include <string>

namespace emojiscope::app {

/// Whether systemd shows this file to a service and to root alone, whatever its mode says: below
/// /run/credentials.
[[nodiscard]] bool is_credential_of_service(const std::filesystem::path& file);

/// What the process was given besides its configuration.
struct TokenSources {
    std::string bot_token;              ///< of SLACK_BOT_TOKEN; empty: none
    std::string app_token;              ///< of SLACK_APP_TOKEN
    std::filesystem::path credentials;  ///< $CREDENTIALS_DIRECTORY of systemd; empty: none
};

/// Takes the tokens out of the environment (see take_secret) and notes the folder of credentials.
/// For the start of `main`, before there are threads.
[[nodiscard]] TokenSources take_token_sources();

/// Fills `open_token_files` of `slack`, and `bot_token` and `app_token`, each from the first of
/// these that is there: the environment; the file that the configuration names; the credential
/// `bot_token` or `app_token`. One that is nowhere stays empty. Blanks around a token are dropped,
/// and only the first line of a file counts.
///
/// A credential, whose folder systemd guards, is open to nobody else. Errors: not_found, io (a file
/// that cannot be read), invalid_argument (an empty file, or what does not look like such a token).
/// No line ever shows a token.
[[nodiscard]] Result<void> read_tokens(const TokenSources& sources, SlackConfig& slack);

}  // namespace emojiscope::app
