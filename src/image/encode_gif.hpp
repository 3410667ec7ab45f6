// Animations to GIF files.
#pragma once

#include "emojiscope/core/error.hpp"
#include "emojiscope/core/image.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace emojiscope::image {

/// All frames with one palette of 255 colours, played for ever; each replaces the one before. Alpha
/// becomes all or nothing. REQUIRES: at least one frame, all of one size of at most 65,535 pixels a
/// side. Errors: internal.
[[nodiscard]] Result<std::vector<std::uint8_t>> encode_gif(std::span<const Frame> frames);

}  // namespace emojiscope::image
