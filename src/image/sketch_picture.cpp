#include "pixels.hpp"

#include "emojiscope/image/frames.hpp"
#include "emojiscope/image/sketch.hpp"

#include <algorithm>
#include <cmath>

namespace emojiscope::image {
namespace {

/// Of the paper around the drawing, at most so many pixels are shown on each side.
constexpr int most_margin = 8;

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
    const auto paper = straight(sketch.paper);
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
