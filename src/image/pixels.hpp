// Small operations on RGBA pixels that several files need.
#pragma once

#include "emojiscope/core/image.hpp"
#include "emojiscope/image/resize.hpp"

#include <array>
#include <cstdint>

namespace emojiscope::image {

/// Pixels of alpha 0 become 0,0,0,0: what cannot be seen must not make a difference.
void normalise_transparent(RgbaImage& image);

/// Each colour times its alpha.
[[nodiscard]] RgbaImage premultiplied(const RgbaImage& image);

/// The other way: each colour divided by its alpha; what is transparent is black.
[[nodiscard]] std::array<std::uint8_t, 4> straight(
    const std::array<std::uint8_t, 4>& premultiplied);
[[nodiscard]] RgbaImage straight(const RgbaImage& premultiplied);

/// resize() for premultiplied pixels, each of the four channels by itself.
/// REQUIRES: all sides >= 1.
[[nodiscard]] RgbaImage resize_premultiplied(const RgbaImage& image, int width, int height,
                                             Filter filter);

}  // namespace emojiscope::image
