// What differs between two pictures laid over one another.
#pragma once

#include "picture_pair.hpp"

#include "emojiscope/image/sketch_comparison.hpp"

#include <optional>

namespace emojiscope::image {

/// Null if their same_image_probability is found to be below `least_probability`, which costs less
/// than to measure them all.
[[nodiscard]] std::optional<Differences> measure(const PicturePair& pair,
                                                 const Placement& placement,
                                                 double least_probability);

}  // namespace emojiscope::image
