// What differs between two pictures laid over one another.
#pragma once

#include "picture_pair.hpp"

#include "emojiscope/image/sketch_comparison.hpp"

#include <optional>

namespace emojiscope::image {

/// Whether a mark of a few pixels makes another picture (a stamp with one more ゛). In an animation
/// it does not: at half its size GIF's hard edges make such marks in every frame.
enum class Marks { count, ignore };

/// Null if their same_image_probability is found to be below `least_probability`, which costs less
/// than to measure them all.
[[nodiscard]] std::optional<Differences> measure(const PicturePair& pair,
                                                 const Placement& placement,
                                                 Marks marks, double least_probability);

}  // namespace emojiscope::image
