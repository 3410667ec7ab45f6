// A picture as a reader of print wants it: black on white.
#pragma once

#include "emojiscope/core/image.hpp"

#include <cstdint>
#include <vector>

namespace emojiscope::text {

/// 8-bit grey, row-major; 0 is full ink, 255 paper.
struct InkImage {
    int width = 0;
    int height = 0;
    std::vector<std::uint8_t> pixels;
};

/// What is drawn: of a see-through picture its alpha, of an opaque one the distance of each pixel's
/// colour from that of the edges. Empty if next to nothing is drawn.
[[nodiscard]] InkImage ink_of(const RgbaImage& picture);

/// The same where one colour lies on another within what `ink_of` sees as one spot, as in a letter
/// with an outline or a plate with letters: the distance from the most common drawn colour. Empty if
/// there is only one colour.
[[nodiscard]] InkImage inner_ink_of(const RgbaImage& picture);

/// Brought to this size by bicubic interpolation, and a border of paper around.
[[nodiscard]] InkImage resized(const InkImage& ink, int width, int height, int border);

/// Its lines of writing from top to bottom, each cut out: parted where rows of pixels are empty; a
/// block as high as wide in which none are is parted where there is least ink near its middle.
[[nodiscard]] std::vector<InkImage> lines_of(const InkImage& ink);

}  // namespace emojiscope::text
