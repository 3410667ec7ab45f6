// Two pictures made ready to be laid over one another, and how they then lie.
#pragma once

#include "planes.hpp"
#include "registration.hpp"

#include "emojiscope/image/sketch.hpp"

#include <array>
#include <optional>

namespace emojiscope::image {

/// One frame of a sketch.
struct View {
    const Sketch& sketch;
    const RgbaImage& image;
};

/// Red, green and blue, 0 to 1.
using Colour = std::array<float, 3>;

/// Two pictures ready to be laid over one another: both RGB on the same paper, or, if both are
/// see-through, both premultiplied RGBA.
struct PicturePair {
    Planes original;
    Planes copy;
    Planes original_ink;  ///< how much each pixel belongs to the drawing, 0 to 1
    Planes copy_ink;
    double canvas_ratio_x = 1;  ///< the original's whole canvas to the copy's, in their pixels
    double canvas_ratio_y = 1;
};

[[nodiscard]] PicturePair prepare_pair(const View& original, const View& copy);

/// Whether one of the two shows nothing.
[[nodiscard]] bool is_blank(const PicturePair& pair);

/// The copy's canvas laid on the original's as it is.
[[nodiscard]] Placement canvas_on_canvas(const PicturePair& pair);

/// The mean squared difference of the two so placed.
[[nodiscard]] double error_of(const PicturePair& pair, const Placement& placement);

/// The best placement of the copy under the original; null if none comes near.
[[nodiscard]] std::optional<Placement> find_placement(const PicturePair& pair);

/// With the longer side brought down to `side`.
[[nodiscard]] RgbaImage shrunk(const RgbaImage& image, int side);

/// Premultiplied RGBA as RGB on paper of one colour.
[[nodiscard]] Planes laid_on(const Planes& rgba, const Colour& paper);

}  // namespace emojiscope::image
