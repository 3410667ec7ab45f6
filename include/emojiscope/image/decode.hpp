// Encoded pictures (PNG, JPEG, GIF, WebP) to pixels.
//
// All functions are pure, keep no state and may be called from any thread at once. The format
// is found from the bytes; file names are never believed. Errors are one line and say what was
// wrong:
//   unsupported  none of the four formats
//   too_large    over a limit of DecodeLimits
//   corrupt      cut off, or damaged so that no whole frame can be shown
#pragma once

#include "emojiscope/core/error.hpp"
#include "emojiscope/core/image.hpp"
#include "emojiscope/image/limits.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <vector>

namespace emojiscope::image {

/// "PNG", "JPEG", "GIF" or "WebP".
[[nodiscard]] const char* format_name(ImageFormat format) noexcept;

/// The format that the first bytes announce; nothing is said about the rest.
[[nodiscard]] std::optional<ImageFormat> sniff(std::span<const std::uint8_t> bytes) noexcept;

/// Decodes to straight-alpha RGBA. Colour profiles and gamma are ignored.
///
/// PNG   every colour type and depth; of 16 bits the high eight are kept. Of an animated PNG
///       only its default picture is decoded.
/// JPEG  grey, YCbCr, RGB, CMYK and YCCK; the last two are read as Adobe writes them
///       (inverted), which is also what browsers do. EXIF orientation is not applied.
/// GIF   each frame is the whole canvas as a browser shows it: disposal applied, the
///       background transparent, patches clipped to the canvas. If the file is cut off or
///       damaged after at least one whole frame, the whole frames are returned.
/// WebP  stills and animations, with alpha.
///
/// A picture of one frame has the duration 0. In an animation a frame that claims 10 ms or
/// less is given 100 ms, as in browsers.
[[nodiscard]] Result<Picture> decode(std::span<const std::uint8_t> bytes,
                                     const DecodeLimits& limits = {});

/// read_file() and decode(); the message begins with the path.
[[nodiscard]] Result<Picture> decode_file(const std::filesystem::path& path,
                                          const DecodeLimits& limits = {});

/// The whole of a regular file. Its size is checked before a byte is read.
/// Errors: not_found, io (a directory, a device, no permission), too_large.
[[nodiscard]] Result<std::vector<std::uint8_t>> read_file(
    const std::filesystem::path& path, std::size_t max_bytes = default_max_bytes);

}  // namespace emojiscope::image
