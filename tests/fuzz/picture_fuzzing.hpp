// What must hold of every picture, whatever its format.
#pragma once

#include "fuzzing.hpp"

#include "emojiscope/core/image.hpp"
#include "emojiscope/image/limits.hpp"

#include <span>

namespace emojiscope::fuzz {

/// `bytes` as an emoji is read: an error of one line, or frames of one size within the limits, the
/// same ones each time, whose facts agree with them. Inputs of another format are passed over.
void check_picture(std::span<const std::uint8_t> bytes, ImageFormat format);

}  // namespace emojiscope::fuzz
