// Short vectors by which copies of a picture are found among many: neighbours are candidates,
// not yet duplicates.
#pragma once

#include "emojiscope/image/sketch.hpp"

#include <cstddef>
#include <vector>

namespace emojiscope::image {

/// 8 x 8 of luma and twice 4 x 4 of chroma.
inline constexpr int descriptor_dimension = 96;
/// Of an animation, this many pictures spread over its turn are described, the first always.
inline constexpr std::size_t descriptor_max_frames = 6;

/// Vectors of unit length, `descriptor_dimension` floats each, one after another: each described
/// picture on white and, if it is see-through, on black as well. What is drawn is cut out of
/// the paper around it first, so that padding makes no difference (where that leaves only a part, the
/// whole follows); the mean of each plane is taken away, so that neither does a uniform change of
/// brightness. At most four for each described picture; empty for a blank one.
[[nodiscard]] std::vector<float> sketch_descriptors(const Sketch& sketch);

}  // namespace emojiscope::image
