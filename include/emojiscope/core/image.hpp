// Pictures as plain pixels: what the decoders make and the models read.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace emojiscope {

/// 8-bit RGBA, straight (not premultiplied) alpha, row-major, top row first;
/// `pixels.size() == 4 * width * height`.
struct RgbaImage {
    int width = 0;
    int height = 0;
    std::vector<std::uint8_t> pixels;

    friend bool operator==(const RgbaImage&, const RgbaImage&) = default;
};

/// 8-bit RGB, row-major, top row first; `pixels.size() == 3 * width * height`.
struct RgbImage {
    int width = 0;
    int height = 0;
    std::vector<std::uint8_t> pixels;

    friend bool operator==(const RgbImage&, const RgbImage&) = default;
};

struct Rgb {
    std::uint8_t r = 255;
    std::uint8_t g = 255;
    std::uint8_t b = 255;

    friend bool operator==(const Rgb&, const Rgb&) = default;
};

struct Frame {
    RgbaImage image;                     ///< the whole canvas as shown, not a patch of it
    std::chrono::milliseconds duration{0};  ///< 0 for a still
};

enum class ImageFormat { png, jpeg, gif, webp };

/// A decoded still (one frame) or animation; every frame has the same size.
struct Picture {
    ImageFormat format = ImageFormat::png;
    std::vector<Frame> frames;

    [[nodiscard]] int width() const { return frames.front().image.width; }
    [[nodiscard]] int height() const { return frames.front().image.height; }
    [[nodiscard]] bool animated() const { return frames.size() > 1; }
};

}  // namespace emojiscope
