#include "emojiscope/image/fit.hpp"

#include "pixels.hpp"
#include "resample.hpp"

#include "emojiscope/image/resize.hpp"

#include <algorithm>
#include <cassert>
#include <cstdint>
#include <cstring>

namespace emojiscope::image {
namespace {

/// floor(side * size / longer + 0.5), in integers.
int scaled_side(int side, int longer, int size) {
    const std::int64_t twice = 2 * std::int64_t{side} * size + longer;
    return static_cast<int>(std::max<std::int64_t>(twice / (2 * std::int64_t{longer}), 1));
}

/// Half of `difference` >= 0, with halves rounded to even as Python's round() does.
int half_to_even(int difference) {
    const int down = difference / 2;
    return difference % 2 == 1 && down % 2 == 1 ? down + 1 : down;
}

RgbImage filled_square(int size, Rgb colour) {
    const auto count = static_cast<std::size_t>(size) * static_cast<std::size_t>(size);
    RgbImage out{size, size, std::vector<std::uint8_t>(count * 3)};
    for (std::size_t i = 0; i < out.pixels.size(); i += 3) {
        out.pixels[i] = colour.r;
        out.pixels[i + 1] = colour.g;
        out.pixels[i + 2] = colour.b;
    }
    return out;
}

}  // namespace

RgbImage fit_pad(const RgbImage& image, int size, Rgb background) {
    assert(size >= 1 && image.width >= 1 && image.height >= 1);
    const int longer = std::max(image.width, image.height);
    const RgbImage small = resize_bicubic(image, scaled_side(image.width, longer, size),
                                          scaled_side(image.height, longer, size));
    RgbImage out = filled_square(size, background);
    const auto left = static_cast<std::size_t>((size - small.width) / 2);
    const auto top = static_cast<std::size_t>((size - small.height) / 2);
    const std::size_t row_bytes = static_cast<std::size_t>(small.width) * 3;
    for (std::size_t y = 0; y < static_cast<std::size_t>(small.height); ++y) {
        std::memcpy(out.pixels.data() + ((top + y) * static_cast<std::size_t>(size) + left) * 3,
                    small.pixels.data() + y * row_bytes, row_bytes);
    }
    return out;
}

RgbImage fit_crop(const RgbImage& image, int size) {
    assert(size >= 1 && image.width >= 1 && image.height >= 1);
    const int shorter = std::min(image.width, image.height);
    const auto span = [&](int side) {
        const int full = static_cast<int>(std::int64_t{size} * side / shorter);
        return Span{full, half_to_even(full - size), size};
    };
    return resample(image, span(image.width), span(image.height), Filter::bicubic);
}

RgbaImage fit_tile(const RgbaImage& image, int size) {
    assert(size >= 1 && image.width >= 1 && image.height >= 1);
    const int longer = std::max(image.width, image.height);
    const int side = std::min(longer, size);
    const RgbaImage small =
        straight(resize_premultiplied(premultiplied(image), scaled_side(image.width, longer, side),
                                      scaled_side(image.height, longer, side), Filter::bicubic));
    const auto area = static_cast<std::size_t>(size) * static_cast<std::size_t>(size);
    RgbaImage out{size, size, std::vector<std::uint8_t>(area * 4)};
    const auto left = static_cast<std::size_t>((size - small.width) / 2);
    const auto top = static_cast<std::size_t>((size - small.height) / 2);
    const std::size_t row_bytes = static_cast<std::size_t>(small.width) * 4;
    for (std::size_t y = 0; y < static_cast<std::size_t>(small.height); ++y) {
        std::memcpy(out.pixels.data() + ((top + y) * static_cast<std::size_t>(size) + left) * 4,
                    small.pixels.data() + y * row_bytes, row_bytes);
    }
    return out;
}

}  // namespace emojiscope::image
