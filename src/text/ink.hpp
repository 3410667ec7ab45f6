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

/// The same where one colour lies on another within what `ink_of` sees as one spot, as in letters
/// with an outline or on a plate: the distance from the colour that lies against the paper. Empty if
/// there is next to no other.
[[nodiscard]] InkImage inner_ink_of(const RgbaImage& picture);

/// Whether one or two colours make up all that is drawn, as in most stamps and few drawings.
[[nodiscard]] bool has_two_colours(const RgbaImage& picture);

/// Brought to this size by bicubic interpolation, and a border of paper around.
[[nodiscard]] InkImage resized(const InkImage& ink, int width, int height, int border);

/// Its lines of writing from top to bottom, each cut out: parted where rows of pixels are empty; a
/// block as high as wide in which none are is parted where there is least ink near its middle.
[[nodiscard]] std::vector<InkImage> lines_of(const InkImage& ink);

/// Whether it stands in columns: further apart from side to side than from top to bottom.
[[nodiscard]] bool has_columns(const InkImage& ink);

/// Lines of writing on one line, from left to right, without the paper beside them: brought to this
/// height, `stretch` times as wide as they are, with this many empty pixels between and around them.
/// Empty if they hold no ink.
[[nodiscard]] InkImage side_by_side(const std::vector<InkImage>& lines, int height, double stretch,
                                    int gap);

}  // namespace emojiscope::text
