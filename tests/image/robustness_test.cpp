// Hostile and broken files: whatever happens, an error or a well-formed picture, no crash.
#include "emojiscope/image/decode.hpp"
#include "emojiscope/image/encode.hpp"

#include "image/fixtures.hpp"

#include <catch2/catch.hpp>

#include <random>

using namespace emojiscope;
using namespace emojiscope::image;
using namespace emojiscope::image::fixtures;

namespace {

struct Sample {
    std::string name;
    Bytes bytes;
    bool whole_or_nothing = true;  ///< each proper prefix must be an error
};

std::vector<Sample> samples() {
    const RgbaImage image = rgba_noise(12, 10, 7);
    PngSpec palette{.width = 9, .height = 9, .colour_type = 3, .bit_depth = 2, .interlaced = true,
                    .palette = {red, green, {1, 2, 3, 40}, blue}, .rows = {}};
    palette.rows.assign(9, Bytes{0x1B, 0xE4, 0x40});
    const std::vector<GifPatch> patches = {
        {.rows = {"rgbw", "wbgr", "r..w", "gggg", "bwbw"}, .interlaced = true},
        {.left = 1, .top = 1, .rows = {"wr", "bg"}, .disposal = 3, .local_palette = true},
        {.left = 2, .top = 0, .rows = {"gb", "rw"}, .disposal = 2}};
    const std::vector<WebpFrame> frames = {
        {.image = rgba_noise(8, 6, 1), .duration_ms = 40},
        {.image = rgba_noise(4, 4, 2), .left = 2, .top = 2, .duration_ms = 40, .dispose = true}};
    return {
        {"PNG, RGBA", *encode_png(image)},
        {"PNG, palette, interlaced", png(palette)},
        {"JPEG", *encode_jpeg(noise(24, 20, 3), 80)},
        {"JPEG, progressive", jpeg(24, 20, 3, noise(24, 20, 3).pixels, false, true)},
        {"JPEG, YCCK", jpeg(9, 7, 4, rgba_noise(9, 7, 3).pixels, true)},
        {"GIF", gif(4, 5, patches), false},
        {"WebP", webp_lossless(image)},
        {"WebP, animated", webp_animation(8, 6, frames)},
    };
}

void require_sound(const Result<Picture>& picture) {
    if (!picture) {
        REQUIRE_FALSE(picture.error().message.empty());
        REQUIRE(picture.error().message.find('\n') == std::string::npos);
        return;
    }
    REQUIRE_FALSE(picture->frames.empty());
    for (const Frame& frame : picture->frames) {
        REQUIRE(frame.image.width == picture->width());
        REQUIRE(frame.image.height == picture->height());
        REQUIRE(frame.image.pixels.size() == static_cast<std::size_t>(frame.image.width) *
                                                 static_cast<std::size_t>(frame.image.height) * 4);
    }
}

// Small, so that a flipped size costs little time.
constexpr DecodeLimits limits{.max_side = 512, .max_total_pixels = 1 << 20};

}  // namespace

TEST_CASE("a file cut off anywhere is an error, or for a GIF its whole frames") {
    for (const Sample& sample : samples()) {
        INFO(sample.name);
        REQUIRE(decode(sample.bytes, limits).has_value());
        std::size_t frames = 0;
        for (std::size_t length = 0; length < sample.bytes.size(); ++length) {
            INFO("first " << length << " of " << sample.bytes.size() << " bytes");
            // A copy of the exact length, so that AddressSanitizer sees a read past it.
            const Bytes prefix(sample.bytes.begin(),
                               sample.bytes.begin() + static_cast<std::ptrdiff_t>(length));
            const auto picture = decode(prefix, limits);
            require_sound(picture);
            if (sample.whole_or_nothing) {
                REQUIRE_FALSE(picture.has_value());
            } else if (picture) {
                REQUIRE(picture->frames.size() >= frames);
                frames = picture->frames.size();
            }
        }
    }
}

TEST_CASE("a file with flipped bytes never crashes the decoder") {
    std::mt19937 random(20240601);  // its sequence is the same everywhere
    for (const Sample& sample : samples()) {
        INFO(sample.name);
        for (int round = 0; round < 1500; ++round) {
            Bytes bytes = sample.bytes;
            const auto flips = 1 + random() % 4;
            for (std::uint32_t i = 0; i < flips; ++i) {
                bytes[random() % bytes.size()] = static_cast<std::uint8_t>(random());
            }
            INFO("round " << round);
            require_sound(decode(bytes, limits));
        }
    }
}

TEST_CASE("noise behind a valid signature never crashes the decoder") {
    std::mt19937 random(7);
    for (const Sample& sample : samples()) {
        INFO(sample.name);
        for (int round = 0; round < 200; ++round) {
            Bytes bytes(sample.bytes.begin(), sample.bytes.begin() + 12);
            const auto length = random() % 300;
            for (std::uint32_t i = 0; i < length; ++i) {
                bytes.push_back(static_cast<std::uint8_t>(random()));
            }
            require_sound(decode(bytes, limits));
        }
    }
}
