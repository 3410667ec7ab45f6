// How much a picture from outside may cost us.
//
// Anybody in a workspace may upload an emoji, and a few hundred bytes can claim a canvas
// of gigabytes. A decoder compares what a header claims with these limits before it
// allocates for it, so a hostile file costs an error message and no memory.
//
// Within the limits the libraries take for themselves: libpng and giflib next to nothing, libjpeg
// 2 bytes for each pixel and colour of a progressive file, libwebp another canvas or two, and for a
// lossless picture up to 12 KB for each 4 x 4 pixels, 0.8 GB at most (its Huffman tables: only a
// file made for it comes near, and nothing but a decoder can see it coming). Where that memory is
// not to be had the picture is refused, as a damaged one (tests/bombs).
#pragma once

#include <cstddef>
#include <cstdint>

namespace emojiscope::image {

/// Slack takes emoji of up to 128 KiB (1 MiB when it shrinks them itself); 8 MiB leaves room
/// for pictures that a user attaches to a search.
inline constexpr std::size_t default_max_bytes = std::size_t{8} * 1024 * 1024;

/// Emoji have 128 pixels a side, screenshots and photos of phones up to about 4,000.
inline constexpr std::uint32_t default_max_side = 4096;

/// One canvas: 16 Mi pixels are 64 MiB of RGBA.
inline constexpr std::uint64_t default_max_pixels = std::uint64_t{16} * 1024 * 1024;

/// Slack cuts animations at 50 frames; hand-made GIFs of several hundred frames exist.
inline constexpr std::size_t default_max_frames = 1024;

/// All frames together, which we hold at once: 32 Mi pixels are 128 MiB of RGBA, or 2,048
/// frames of 128x128. What is learnt of them takes about as much again.
inline constexpr std::uint64_t default_max_total_pixels = std::uint64_t{32} * 1024 * 1024;

struct DecodeLimits {
    std::size_t max_bytes = default_max_bytes;    ///< length of the encoded file
    std::uint32_t max_side = default_max_side;    ///< width and height, in pixels
    std::uint64_t max_pixels = default_max_pixels;  ///< of one canvas
    std::size_t max_frames = default_max_frames;
    std::uint64_t max_total_pixels = default_max_total_pixels;  ///< over all frames
};

}  // namespace emojiscope::image
