#include "emojiscope/image/frames.hpp"
#include "emojiscope/image/sketch.hpp"

#include <algorithm>
#include <cmath>

namespace emojiscope::image {
namespace {

/// Of the paper around the drawing, at most so many pixels are shown on each side.
constexpr int most_margin = 8;

using Pixel = std::array<std::uint8_t, 4>;

/// From premultiplied to straight alpha.
Pixel straight(const std::uint8_t* premultiplied) {
    Pixel pixel{0, 0, 0, premultiplied[3]};
    if (pixel[3] == 0) {
        return pixel;
    }
    for (std::size_t c = 0; c < 3; ++c) {
        const int value = (premultiplied[c] * 255 + pixel[3] / 2) / pixel[3];
        pixel[c] = static_cast<std::uint8_t>(std::min(value, 255));
    }
    return pixel;
}

RgbaImage straight(const RgbaImage& premultiplied) {
    RgbaImage image = premultiplied;
    for (std::size_t i = 0; i < image.pixels.size(); i += 4) {
        const Pixel pixel = straight(premultiplied.pixels.data() + i);
        std::copy(pixel.begin(), pixel.end(),
                  image.pixels.begin() + static_cast<std::ptrdiff_t>(i));
    }
    return image;
}

}  // namespace

RgbaImage picture_of(const Sketch& sketch) {
    std::vector<RgbaImage> frames;
    for (const SketchFrame& frame : sketch.frames) {
        frames.push_back(straight(frame.image));
    }
    const RgbaImage& fullest = *std::max_element(
        frames.begin(), frames.end(),
        [](const RgbaImage& a, const RgbaImage& b) { return visible_ink(a) < visible_ink(b); });
    const double scale = static_cast<double>(fullest.width) / drawn_width(sketch);
    const auto margin = [&](int pixels) {
        return std::min(most_margin, static_cast<int>(std::lround(pixels * scale)));
    };
    const int left = margin(sketch.margins.left);
    const int top = margin(sketch.margins.top);
    RgbaImage out{fullest.width + left + margin(sketch.margins.right),
                  fullest.height + top + margin(sketch.margins.bottom),
                  {}};
    const Pixel paper = straight(sketch.paper.data());
    for (int i = 0; i < out.width * out.height; ++i) {
        out.pixels.insert(out.pixels.end(), paper.begin(), paper.end());
    }
    for (int y = 0; y < fullest.height; ++y) {
        const auto row = fullest.pixels.begin() + std::ptrdiff_t{4} * y * fullest.width;
        std::copy(row, row + std::ptrdiff_t{4} * fullest.width,
                  out.pixels.begin() +
                      4 * (std::ptrdiff_t{y + top} * out.width + left));
    }
    return out;
}

}  // namespace emojiscope::image
