// Pictures made in code, in every format that we read.
#pragma once

#include "emojiscope/core/error.hpp"
#include "emojiscope/core/image.hpp"

#include <catch2/catch.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace emojiscope::image::fixtures {

using Bytes = std::vector<std::uint8_t>;

/// Deterministic bytes; make_goldens.py has the same generator.
class Noise {
public:
    explicit Noise(std::uint32_t seed) : state_(seed) {}
    std::uint8_t next() {
        state_ = state_ * 1664525U + 1013904223U;
        return static_cast<std::uint8_t>(state_ >> 24);
    }

private:
    std::uint32_t state_;
};

RgbImage noise(int width, int height, std::uint32_t seed);
RgbaImage rgba_noise(int width, int height, std::uint32_t seed);

struct Rgba {
    std::uint8_t r = 0;
    std::uint8_t g = 0;
    std::uint8_t b = 0;
    std::uint8_t a = 0;
    friend bool operator==(const Rgba&, const Rgba&) = default;
};
inline constexpr Rgba red{255, 0, 0, 255};
inline constexpr Rgba green{0, 255, 0, 255};
inline constexpr Rgba blue{0, 0, 255, 255};
inline constexpr Rgba white{255, 255, 255, 255};
inline constexpr Rgba clear{0, 0, 0, 0};

RgbaImage filled(int width, int height, Rgba colour);
void fill(RgbaImage& image, int left, int top, int width, int height, Rgba colour);
Rgba at(const RgbaImage& image, int x, int y);

/// The letters r, g, b, w and '.' (clear), a string for each row.
RgbaImage drawn(const std::vector<std::string>& rows);

/// `rows` as PNG stores them: packed samples, big-endian where of 16 bits.
struct PngSpec {
    int width = 0;
    int height = 0;
    int colour_type = 0;  ///< PNG's numbers: 0 grey, 2 RGB, 3 palette, 4 grey + alpha, 6 RGBA
    int bit_depth = 8;
    bool interlaced = false;
    std::vector<Rgba> palette = {};           ///< for type 3; its alphas go to tRNS
    std::vector<std::uint16_t> transparent = {};  ///< tRNS of types 0 (one) and 2 (three)
    std::vector<Bytes> rows = {};
    bool gamma = false;  ///< a gAMA chunk far from sRGB's
};
Bytes png(const PngSpec& spec);

/// A JPEG of quality 100; `channels` 1: grey, 3: RGB, 4: CMYK (stored as YCCK if `ycck`).
Bytes jpeg(int width, int height, int channels, const Bytes& samples, bool ycck = false,
           bool progressive = false);

Bytes webp_lossless(const RgbaImage& image);

struct WebpFrame {
    RgbaImage image;
    int left = 0;  ///< even
    int top = 0;   ///< even
    int duration_ms = 0;
    bool blend = true;
    bool dispose = false;
};
Bytes webp_animation(int width, int height, const std::vector<WebpFrame>& frames);

struct GifPatch {
    int left = 0;
    int top = 0;
    std::vector<std::string> rows;  ///< letters as for drawn(); '.' is the transparent index
    int delay = 10;                 ///< in 1/100 s
    int disposal = 0;
    bool interlaced = false;
    bool local_palette = false;  ///< the colours in another order than in the global palette
    bool transparency = true;    ///< false: '.' has no meaning and is drawn white
};
Bytes gif(int width, int height, const std::vector<GifPatch>& patches);

}  // namespace emojiscope::image::fixtures

/// So that a failed comparison of errors shows what they say.
template <>
struct Catch::StringMaker<emojiscope::Error> {
    static std::string convert(const emojiscope::Error& error) {
        return std::string(emojiscope::to_string(error.code)) + ": " + error.message;
    }
};
