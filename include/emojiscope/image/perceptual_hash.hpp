// The well-known DCT perceptual hash, as a yardstick for our own comparison: on text stamps it
// takes most pictures for each other.
#pragma once

#include "emojiscope/core/image.hpp"

#include <cstdint>

namespace emojiscope::image {

/// C. Zauner, "Implementation and Benchmarking of Perceptual Image Hash Functions", 2010: the
/// picture on white, grey, at 32 x 32; of its DCT-II the 8 x 8 lowest frequencies; a bit for each
/// that lies above their median. REQUIRES: image not empty.
[[nodiscard]] std::uint64_t perceptual_hash(const RgbaImage& image);

}  // namespace emojiscope::image
