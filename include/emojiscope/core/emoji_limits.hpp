// What Slack takes as an emoji. https://slack.com/help/articles/206870177
#pragma once

#include <cstddef>

namespace emojiscope {

inline constexpr int emoji_pixels = 128;  ///< a side
inline constexpr std::size_t max_emoji_file_bytes = std::size_t{128} * 1024;
inline constexpr int max_emoji_frames = 50;

}  // namespace emojiscope
