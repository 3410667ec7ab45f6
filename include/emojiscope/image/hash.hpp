// Names for contents: of a file's bytes, and of what a picture looks like.
//
// Both are lower-case hexadecimal SHA-256 (64 characters). They throw std::runtime_error only
// if OpenSSL cannot compute a SHA-256 at all.
#pragma once

#include "emojiscope/core/error.hpp"
#include "emojiscope/core/image.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

namespace emojiscope::image {

[[nodiscard]] std::string sha256_hex(std::span<const std::uint8_t> bytes);

/// Of a file, read in pieces of a mebibyte and not kept. Errors: not_found, io (the message begins
/// with the path); timeout if it was not read whole by `deadline`.
[[nodiscard]] Result<std::string> sha256_hex_of_file(
    const std::filesystem::path& path, std::chrono::steady_clock::time_point deadline);

/// The same for two pictures that look the same, whatever files they came from: it is how
/// aliases and re-uploads are found. Hashed are, all integers little-endian:
///   width u32, height u32, frame count u32,
///   then for each frame its duration in ms u64 (0 when there is one frame) and its RGBA.
/// Before that, pixels of alpha 0 become 0,0,0,0, and a frame equal to the one before it is
/// merged into it (durations added); so an animation that never changes hashes as a still.
/// REQUIRES: at least one frame. The format is not hashed.
[[nodiscard]] std::string pixel_hash(const Picture& picture);

}  // namespace emojiscope::image
