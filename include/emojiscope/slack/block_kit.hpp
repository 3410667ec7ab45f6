// Block Kit: the blocks that we use, within Slack's limits.
#pragma once

#include <nlohmann/json.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace emojiscope::slack {

// https://api.slack.com/reference/block-kit/blocks
inline constexpr std::size_t max_blocks_per_message = 50;
inline constexpr std::size_t max_section_characters = 3000;
inline constexpr std::size_t max_alt_text_characters = 2000;
inline constexpr std::size_t max_image_url_characters = 3000;
inline constexpr std::size_t max_message_characters = 40'000;
inline constexpr std::size_t max_blocks_per_view = 100;
inline constexpr std::size_t max_options = 100;
inline constexpr std::size_t max_option_characters = 75;

/// At most `max_characters` code points of valid UTF-8; a cut ends in '…'.
[[nodiscard]] std::string shorten(std::string_view text, std::size_t max_characters);

/// The same for mrkdwn: no code, no markup and no entity is cut in two, whose other half would be
/// taken for something else.
[[nodiscard]] std::string shorten_mrkdwn(std::string_view mrkdwn, std::size_t max_characters);

/// A section of mrkdwn, shortened to what Slack takes.
[[nodiscard]] nlohmann::json section(std::string_view mrkdwn);

/// {"type":"image"}: a block, or the accessory of a section.
[[nodiscard]] nlohmann::json image(std::string_view url, std::string_view alt_text);

/// The same of a picture that this app uploaded.
[[nodiscard]] nlohmann::json image_of_file(std::string_view file_id, std::string_view alt_text);

}  // namespace emojiscope::slack
