// Pictures drawn by tests of duplicates, and ways to alter them.
#pragma once

#include "emojiscope/core/image.hpp"
#include "fixtures.hpp"

#include <vector>

namespace emojiscope::image::fixtures {

/// A text-like stamp of dark strokes on nothing, 128 x 128.
inline RgbaImage stamp(Rgba ink = {30, 40, 120, 255}) {
    RgbaImage image = filled(128, 128, clear);
    fill(image, 12, 14, 44, 8, ink);
    fill(image, 30, 14, 8, 44, ink);
    fill(image, 72, 20, 40, 8, ink);
    fill(image, 72, 44, 40, 8, ink);
    fill(image, 12, 74, 8, 40, ink);
    fill(image, 12, 106, 40, 8, ink);
    fill(image, 80, 72, 8, 44, ink);
    fill(image, 66, 88, 44, 8, ink);
    return image;
}

/// The same with two short strokes more, as か differs from が.
inline RgbaImage stamp_with_dakuten(Rgba ink = {30, 40, 120, 255}) {
    RgbaImage image = stamp(ink);
    fill(image, 112, 66, 5, 12, ink);
    fill(image, 120, 62, 5, 12, ink);
    return image;
}

enum class Mark { none, dakuten, handakuten };

/// Two lines of three characters that fill their canvas, with ゛ or ゜ at one of them: ポスター and
/// ボスター are told apart by so little. 128 x 128, opaque.
inline RgbaImage full_stamp(Mark mark, Rgba ink = {20, 20, 20, 255}) {
    RgbaImage image = filled(128, 128, white);
    for (int row = 0; row < 2; ++row) {
        for (int column = 0; column < 3; ++column) {
            const int x = 2 + 42 * column;
            const int y = 2 + 64 * row;
            fill(image, x, y + 14, 36, 6, ink);
            fill(image, x + 16, y, 6, 60, ink);
            fill(image, x + 2 + 4 * column, y + 32 + 6 * row, 6, 22, ink);
            fill(image, x + 28, y + 32, 6, 22, ink);
        }
    }
    if (mark == Mark::dakuten) {
        fill(image, 28, 1, 2, 4, ink);
        fill(image, 32, 0, 2, 4, ink);
    } else if (mark == Mark::handakuten) {
        fill(image, 28, 0, 6, 6, ink);
        fill(image, 30, 2, 2, 2, white);
    }
    return image;
}

/// A coloured drawing without any symmetry, 128 x 128, opaque.
inline RgbaImage drawing() {
    RgbaImage image = filled(128, 128, {250, 240, 220, 255});
    fill(image, 20, 24, 60, 60, {200, 40, 40, 255});
    fill(image, 60, 60, 50, 44, {40, 90, 200, 255});
    fill(image, 30, 90, 20, 24, {20, 140, 60, 255});
    fill(image, 84, 20, 24, 20, {240, 190, 30, 255});
    return image;
}

/// Each pixel of the result is the one that lies there in `image`, or the mean of four.
inline RgbaImage half_size(const RgbaImage& image) {
    RgbaImage out{image.width / 2, image.height / 2, {}};
    for (int y = 0; y < out.height; ++y) {
        for (int x = 0; x < out.width; ++x) {
            for (std::size_t c = 0; c < 4; ++c) {
                const auto value = [&](int px, int py) {
                    return int{image.pixels[4 * static_cast<std::size_t>(py * image.width + px) + c]};
                };
                const int sum = value(2 * x, 2 * y) + value(2 * x + 1, 2 * y) +
                                value(2 * x, 2 * y + 1) + value(2 * x + 1, 2 * y + 1);
                out.pixels.push_back(static_cast<std::uint8_t>(sum / 4));
            }
        }
    }
    return out;
}

/// `margin` pixels of `paper` around it; negative: so many cut off.
inline RgbaImage padded(const RgbaImage& image, int margin, Rgba paper) {
    RgbaImage out = filled(image.width + 2 * margin, image.height + 2 * margin, paper);
    for (int y = 0; y < out.height; ++y) {
        for (int x = 0; x < out.width; ++x) {
            const int from_x = x - margin;
            const int from_y = y - margin;
            if (from_x >= 0 && from_y >= 0 && from_x < image.width && from_y < image.height) {
                fill(out, x, y, 1, 1, at(image, from_x, from_y));
            }
        }
    }
    return out;
}

inline RgbaImage on_paper(RgbaImage image, Rgba paper) {
    for (std::size_t i = 0; i < image.pixels.size(); i += 4) {
        if (image.pixels[i + 3] == 0) {
            image.pixels[i] = paper.r;
            image.pixels[i + 1] = paper.g;
            image.pixels[i + 2] = paper.b;
            image.pixels[i + 3] = 255;
        }
    }
    return image;
}

inline RgbaImage mirrored(const RgbaImage& image) {
    RgbaImage out = image;
    for (int y = 0; y < image.height; ++y) {
        for (int x = 0; x < image.width; ++x) {
            fill(out, x, y, 1, 1, at(image, image.width - 1 - x, y));
        }
    }
    return out;
}

/// A little noise on every channel, as a re-encoding leaves it.
inline RgbaImage noisy(RgbaImage image, int strength) {
    Noise noise(7);
    for (std::size_t i = 0; i < image.pixels.size(); ++i) {
        const int change = noise.next() % (2 * strength + 1) - strength;
        if (i % 4 != 3) {
            image.pixels[i] =
                static_cast<std::uint8_t>(std::clamp(int{image.pixels[i]} + change, 0, 255));
        }
    }
    return image;
}

inline Picture still(RgbaImage image) {
    Picture picture;
    picture.frames.push_back({std::move(image), std::chrono::milliseconds{0}});
    return picture;
}

inline Picture animation(const std::vector<RgbaImage>& images, int milliseconds_each) {
    Picture picture;
    for (const RgbaImage& image : images) {
        picture.frames.push_back({image, std::chrono::milliseconds{milliseconds_each}});
    }
    return picture;
}

}  // namespace emojiscope::image::fixtures
