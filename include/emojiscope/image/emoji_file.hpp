// A picture of any kind as a file that Slack takes as an emoji, as it is and without shrinking it.
// https://slack.com/help/articles/206870177
#pragma once

#include "emojiscope/core/emoji_limits.hpp"
#include "emojiscope/core/error.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace emojiscope::image {

struct EmojiFile {
    std::vector<std::uint8_t> bytes;
    const char* extension = "";  ///< png, gif
    int side = 0;                ///< pixels
};

/// A square of at most `emoji_pixels` pixels with the whole picture in it, never enlarged: a still
/// as PNG; an animation as GIF, with fewer frames or pixels if it would be too heavy otherwise, and
/// of the same length. Pure. Errors: as `decode`; too_large if nothing makes it light enough.
[[nodiscard]] Result<EmojiFile> make_emoji_file(std::span<const std::uint8_t> bytes);

}  // namespace emojiscope::image
