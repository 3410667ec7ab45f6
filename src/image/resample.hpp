// The resampler behind resize.hpp and fit.hpp.
#pragma once

#include "emojiscope/core/image.hpp"
#include "emojiscope/image/resize.hpp"

namespace emojiscope::image {

/// A side resized to `full` pixels, of which only [first, first + count) are wanted.
struct Span {
    int full = 0;
    int first = 0;
    int count = 0;
};

/// resize() to horizontal.full x vertical.full, cut to the two spans; pixel for pixel the same
/// as cutting afterwards.
[[nodiscard]] RgbImage resample(const RgbImage& image, Span horizontal, Span vertical,
                                Filter filter);

}  // namespace emojiscope::image
