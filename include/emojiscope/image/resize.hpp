// Resampling, bit for bit as Pillow 9.4's Image.resize does it for mode RGB.
//
// The models were trained on pictures that Pillow had resized, and a golden test holds us to
// its output. Like Pillow we convolve in two passes (horizontal, then vertical; a pass whose
// size does not change is left out), round to 8 bits after each, and use coefficients in fixed
// point with 22 bits after the point. When shrinking, the kernel is stretched by the scale.
#pragma once

#include "emojiscope/core/image.hpp"

namespace emojiscope::image {

enum class Filter {
    box,       ///< support 0.5: the mean when shrinking, the nearest pixel when enlarging
    bilinear,  ///< support 1: a triangle
    bicubic,   ///< support 2: Keys' cubic convolution with a = -0.5
};

/// REQUIRES: width, height, image.width and image.height >= 1.
[[nodiscard]] RgbImage resize(const RgbImage& image, int width, int height, Filter filter);

[[nodiscard]] RgbImage resize_bicubic(const RgbImage& image, int width, int height);

}  // namespace emojiscope::image
