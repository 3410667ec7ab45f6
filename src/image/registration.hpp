// Finds how one picture lies within another: scale and shift along both axes.
//
// Damped Gauss-Newton on the sum of squared differences, after B. D. Lucas and T. Kanade, "An
// Iterative Image Registration Technique with an Application to Stereo Vision", 1981.
#pragma once

#include "planes.hpp"

#include <cstddef>

namespace emojiscope::image {

/// The point (x, y) of the first picture, in pixels from the top left corner, shows what lies at
/// (scale_x * x + shift_x, scale_y * y + shift_y) of the second.
struct Placement {
    double scale_x = 1;
    double scale_y = 1;
    double shift_x = 0;
    double shift_y = 0;
};

/// The second picture as the first one's pixels see it, bilinear.
struct Warped {
    Planes picture;
    /// The pixels that the second picture reaches: columns [left, right), rows [top, bottom).
    int left = 0;
    int top = 0;
    int right = 0;
    int bottom = 0;

    [[nodiscard]] std::size_t shared() const {
        return static_cast<std::size_t>(right - left) * static_cast<std::size_t>(bottom - top);
    }
};

/// Where the second picture does not reach, `picture` holds the nearest pixel of its edge.
[[nodiscard]] Warped warp(const Planes& second, int width, int height, const Placement& placement);

/// The mean squared difference per channel where both pictures are; infinite if they share less
/// than half of the first one's pixels.
[[nodiscard]] double mean_squared_difference(const Planes& first, const Warped& second);

/// Improves `start`; never returns a worse one. REQUIRES: the same number of channels.
[[nodiscard]] Placement refine(const Planes& first, const Planes& second, const Placement& start,
                               int max_steps);

/// Every pixel the mean of a block of 2 x 2; an odd last row or column is a block of its own.
[[nodiscard]] Planes halved(const Planes& planes);

}  // namespace emojiscope::image
