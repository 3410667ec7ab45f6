// One decoder for each format. decode() has checked the length of `bytes` and the first of them.
#pragma once

#include "emojiscope/core/error.hpp"
#include "emojiscope/core/image.hpp"
#include "emojiscope/image/limits.hpp"

#include <cstdint>
#include <span>

namespace emojiscope::image {

[[nodiscard]] Result<Picture> decode_png(std::span<const std::uint8_t> bytes,
                                         const DecodeLimits& limits);
[[nodiscard]] Result<Picture> decode_jpeg(std::span<const std::uint8_t> bytes,
                                          const DecodeLimits& limits);
[[nodiscard]] Result<Picture> decode_gif(std::span<const std::uint8_t> bytes,
                                         const DecodeLimits& limits);
[[nodiscard]] Result<Picture> decode_webp(std::span<const std::uint8_t> bytes,
                                          const DecodeLimits& limits);

}  // namespace emojiscope::image
