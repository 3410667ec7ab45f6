#include "pixels.hpp"

#include "emojiscope/image/composite.hpp"

#include <algorithm>
#include <cstddef>

namespace emojiscope::image {

void normalise_transparent(RgbaImage& image) {
    for (std::size_t i = 0; i + 3 < image.pixels.size(); i += 4) {
        if (image.pixels[i + 3] == 0) {
            image.pixels[i] = 0;
            image.pixels[i + 1] = 0;
            image.pixels[i + 2] = 0;
        }
    }
}

RgbaImage premultiplied(const RgbaImage& image) {
    const RgbImage colours = composite(image, {0, 0, 0});
    RgbaImage out = image;
    for (std::size_t i = 0; i < out.pixels.size() / 4; ++i) {
        for (std::size_t c = 0; c < 3; ++c) {
            out.pixels[4 * i + c] = colours.pixels[3 * i + c];
        }
    }
    return out;
}

std::array<std::uint8_t, 4> straight(const std::array<std::uint8_t, 4>& premultiplied) {
    std::array<std::uint8_t, 4> pixel{0, 0, 0, premultiplied[3]};
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
    for (std::size_t i = 0; i + 3 < image.pixels.size(); i += 4) {
        std::array<std::uint8_t, 4> pixel{};
        std::copy_n(image.pixels.begin() + static_cast<std::ptrdiff_t>(i), 4, pixel.begin());
        pixel = straight(pixel);
        std::copy(pixel.begin(), pixel.end(),
                  image.pixels.begin() + static_cast<std::ptrdiff_t>(i));
    }
    return image;
}

RgbaImage resize_premultiplied(const RgbaImage& image, int width, int height, Filter filter) {
    if (width == image.width && height == image.height) {
        return image;
    }
    const std::size_t count = image.pixels.size() / 4;
    RgbImage colours{image.width, image.height, std::vector<std::uint8_t>(count * 3)};
    bool opaque = true;
    for (std::size_t i = 0; i < count; ++i) {
        for (std::size_t c = 0; c < 3; ++c) {
            colours.pixels[3 * i + c] = image.pixels[4 * i + c];
        }
        opaque = opaque && image.pixels[4 * i + 3] == 255;
    }
    const RgbImage small = resize(colours, width, height, filter);
    RgbaImage out{width, height, std::vector<std::uint8_t>(small.pixels.size() / 3 * 4, 255)};
    for (std::size_t i = 0; i < out.pixels.size() / 4; ++i) {
        for (std::size_t c = 0; c < 3; ++c) {
            out.pixels[4 * i + c] = small.pixels[3 * i + c];
        }
    }
    if (opaque) {
        return out;
    }
    // Three times the same: the resampler works on RGB.
    RgbImage& alphas = colours;
    for (std::size_t i = 0; i < count; ++i) {
        std::fill_n(alphas.pixels.begin() + static_cast<std::ptrdiff_t>(3 * i), 3,
                    image.pixels[4 * i + 3]);
    }
    alphas = resize(alphas, width, height, filter);
    for (std::size_t i = 0; i < out.pixels.size() / 4; ++i) {
        out.pixels[4 * i + 3] = alphas.pixels[3 * i];
    }
    return out;
}

}  // namespace emojiscope::image
