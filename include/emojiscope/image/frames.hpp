// Which frames stand for an animation when only a few can be looked at.
#pragma once

#include "emojiscope/core/image.hpp"

#include <cstddef>
#include <vector>

namespace emojiscope::image {

/// How many pixels of a frame carry something to see: those that differ visibly from the
/// frame's paper, the colour (or transparency) most common along its four edges. A frame of
/// one flat colour has no ink.
[[nodiscard]] std::size_t visible_ink(const RgbaImage& frame);

/// At most `max_frames` indices into `picture.frames`, ascending; {0} for a still.
///
/// - Each index is the first showing of a picture that no other index shows.
/// - The frame with the most visible ink is always among them (the earliest on a tie).
/// - A frame with less than a tenth of that ink is almost blank and is not chosen.
/// - If more frames qualify than may be returned, the playing time is cut into `max_frames`
///   equal windows. The frame with the most ink stands for the window that it falls in; each
///   other window takes the frame nearest to its middle that is not yet taken.
///
/// Deterministic. Empty only if `max_frames` is 0 or the picture has no frames.
[[nodiscard]] std::vector<std::size_t> representative_frames(const Picture& picture,
                                                             std::size_t max_frames = 4);

}  // namespace emojiscope::image
