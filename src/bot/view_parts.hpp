// What the messages of several views are made of.
#pragma once

#include <nlohmann/json.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace emojiscope::bot {

/// chat.postMessage refuses (msg_blocks_too_long) somewhat more than this, in characters of JSON.
inline constexpr std::size_t most_characters_of_blocks = 10'000;

/// `:name:` to copy: Slack does not draw it.
[[nodiscard]] std::string code_name(const std::string& name);

/// The emoji itself, and its name to copy beside it.
[[nodiscard]] std::string shown(const std::string& name);

/// Whether Slack's servers can fetch it: only such may stand in an image.
[[nodiscard]] bool is_public_url(const std::string& value);

[[nodiscard]] nlohmann::json button(std::string_view action, const std::string& text,
                                    const std::string& value);

[[nodiscard]] nlohmann::json actions(nlohmann::json elements);

/// A line in small letters.
[[nodiscard]] nlohmann::json context(const std::string& mrkdwn);

/// A section with the emoji's picture beside it, if Slack can show it.
[[nodiscard]] nlohmann::json with_picture(nlohmann::json section, const std::string& name,
                                          const std::string& url);

}  // namespace emojiscope::bot
