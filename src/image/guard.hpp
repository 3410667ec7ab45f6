// The checks that every decoder makes, with their messages in one place.
#pragma once

#include "emojiscope/core/error.hpp"
#include "emojiscope/core/image.hpp"
#include "emojiscope/image/limits.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace emojiscope::image {

/// One canvas: not empty, and within max_side and max_pixels.
[[nodiscard]] Result<void> check_canvas(ImageFormat format, std::uint32_t width,
                                        std::uint32_t height, const DecodeLimits& limits);

/// An animation as far as it is known: within max_frames and max_total_pixels.
[[nodiscard]] Result<void> check_animation(ImageFormat format, std::size_t frames,
                                           std::uint64_t total_pixels, const DecodeLimits& limits);

/// "PNG is damaged: <detail>", on one line.
[[nodiscard]] Error damaged(ImageFormat format, std::string_view detail);

[[nodiscard]] std::uint64_t pixel_count(std::uint32_t width, std::uint32_t height) noexcept;

/// REQUIRES: the size passed check_canvas(). Fully transparent.
[[nodiscard]] RgbaImage blank_canvas(std::uint32_t width, std::uint32_t height);

/// How long browsers really show a frame: 100 ms for one that claims 10 ms or less.
[[nodiscard]] std::chrono::milliseconds shown_duration(std::chrono::milliseconds claimed) noexcept;

}  // namespace emojiscope::image
