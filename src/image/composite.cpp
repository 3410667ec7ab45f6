#include "emojiscope/image/composite.hpp"

#include <cassert>

namespace emojiscope::image {
namespace {

std::uint8_t blend(unsigned colour, unsigned background, unsigned alpha) {
    return static_cast<std::uint8_t>((colour * alpha + background * (255 - alpha) + 127) / 255);
}

}  // namespace

RgbImage composite(const RgbaImage& image, Rgb background) {
    const std::size_t count =
        static_cast<std::size_t>(image.width) * static_cast<std::size_t>(image.height);
    assert(image.pixels.size() == count * 4);
    RgbImage out{image.width, image.height, std::vector<std::uint8_t>(count * 3)};
    for (std::size_t i = 0; i < count; ++i) {
        const std::uint8_t* from = image.pixels.data() + i * 4;
        std::uint8_t* to = out.pixels.data() + i * 3;
        to[0] = blend(from[0], background.r, from[3]);
        to[1] = blend(from[1], background.g, from[3]);
        to[2] = blend(from[2], background.b, from[3]);
    }
    return out;
}

}  // namespace emojiscope::image
