// Transparency removed: a picture laid on paper of one colour.
#pragma once

#include "emojiscope/core/image.hpp"

namespace emojiscope::image {

/// For each channel (colour * alpha + background * (255 - alpha) + 127) / 255, in integers.
/// REQUIRES: image.pixels.size() == 4 * width * height.
[[nodiscard]] RgbImage composite(const RgbaImage& image, Rgb background);

}  // namespace emojiscope::image
