// Pixels to files, for tools and tests.
#pragma once

#include "emojiscope/core/error.hpp"
#include "emojiscope/core/image.hpp"

#include <cstdint>
#include <vector>

namespace emojiscope::image {

/// How hard a compressor tries: `low` is several times faster, and the file somewhat larger.
enum class Effort { low, normal };

/// 8-bit RGBA PNG, lossless. Errors: invalid_argument (pixels do not match the size), internal.
[[nodiscard]] Result<std::vector<std::uint8_t>> encode_png(const RgbaImage& image,
                                                            Effort effort = Effort::normal);

/// Baseline YCbCr JPEG, `quality` 1 to 100. Errors: invalid_argument, internal.
[[nodiscard]] Result<std::vector<std::uint8_t>> encode_jpeg(const RgbImage& image, int quality);

/// Lossy WebP with exact alpha, `quality` 1 to 100; both sides at most 16,383 pixels.
/// Errors: invalid_argument, internal.
[[nodiscard]] Result<std::vector<std::uint8_t>> encode_webp(const RgbaImage& image, int quality);

}  // namespace emojiscope::image
