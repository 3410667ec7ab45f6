#include "emojiscope/image/decode.hpp"
#include "emojiscope/image/encode.hpp"

#include "image/fixtures.hpp"

#include <catch2/catch.hpp>

using namespace emojiscope;
using namespace emojiscope::image;
using namespace emojiscope::image::fixtures;

namespace {

RgbaImage decoded(const Bytes& bytes) {
    auto picture = decode(bytes);
    INFO((picture ? std::string() : picture.error().message));
    REQUIRE(picture.has_value());
    CHECK(picture->format == ImageFormat::png);
    REQUIRE(picture->frames.size() == 1);
    CHECK(picture->frames[0].duration == std::chrono::milliseconds(0));
    return picture->frames[0].image;
}

}  // namespace

TEST_CASE("RGBA survives encode_png and decode bit for bit") {
    const RgbaImage image = rgba_noise(33, 17, 5);
    const auto bytes = encode_png(image);
    REQUIRE(bytes.has_value());
    CHECK(decoded(*bytes) == image);
}

TEST_CASE("encode_png refuses pixels that do not match the size") {
    CHECK(encode_png({2, 2, Bytes(15)}).error().code == ErrorCode::invalid_argument);
    CHECK(encode_png({0, 0, {}}).error().code == ErrorCode::invalid_argument);
}

TEST_CASE("grey PNGs of 1 to 16 bits spread to 0 to 255") {
    CHECK(decoded(png({.width = 2, .height = 1, .colour_type = 0, .bit_depth = 1,
                       .rows = {{0x40}}})) ==
          RgbaImage{2, 1, {0, 0, 0, 255, 255, 255, 255, 255}});
    CHECK(decoded(png({.width = 2, .height = 1, .colour_type = 0, .bit_depth = 4,
                       .rows = {{0x5F}}})) ==
          RgbaImage{2, 1, {0x55, 0x55, 0x55, 255, 255, 255, 255, 255}});
    CHECK(decoded(png({.width = 1, .height = 1, .colour_type = 0, .rows = {{77}}})) ==
          RgbaImage{1, 1, {77, 77, 77, 255}});
    CHECK(decoded(png({.width = 1, .height = 1, .colour_type = 0, .bit_depth = 16,
                       .rows = {{77, 255}}})) == RgbaImage{1, 1, {77, 77, 77, 255}});
}

TEST_CASE("grey with alpha and a transparent grey") {
    CHECK(decoded(png({.width = 2, .height = 1, .colour_type = 4, .rows = {{9, 0, 8, 130}}})) ==
          RgbaImage{2, 1, {9, 9, 9, 0, 8, 8, 8, 130}});
    CHECK(decoded(png({.width = 2, .height = 1, .colour_type = 0, .transparent = {9},
                       .rows = {{9, 8}}})) == RgbaImage{2, 1, {9, 9, 9, 0, 8, 8, 8, 255}});
}

TEST_CASE("RGB with and without a transparent colour, of 8 and of 16 bits") {
    CHECK(decoded(png({.width = 2, .height = 1, .colour_type = 2,
                       .rows = {{1, 2, 3, 4, 5, 6}}})) ==
          RgbaImage{2, 1, {1, 2, 3, 255, 4, 5, 6, 255}});
    CHECK(decoded(png({.width = 2, .height = 1, .colour_type = 2, .transparent = {4, 5, 6},
                       .rows = {{1, 2, 3, 4, 5, 6}}})) ==
          RgbaImage{2, 1, {1, 2, 3, 255, 4, 5, 6, 0}});
    // The key is compared with all 16 bits.
    CHECK(decoded(png({.width = 2, .height = 1, .colour_type = 2, .bit_depth = 16,
                       .transparent = {0x0102, 0x0304, 0x0506},
                       .rows = {{1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 7}}})) ==
          RgbaImage{2, 1, {1, 3, 5, 0, 1, 3, 5, 255}});
}

TEST_CASE("RGBA of 16 bits keeps the high bytes") {
    CHECK(decoded(png({.width = 1, .height = 1, .colour_type = 6, .bit_depth = 16,
                       .rows = {{10, 255, 20, 0, 30, 128, 40, 7}}})) ==
          RgbaImage{1, 1, {10, 20, 30, 40}});
}

TEST_CASE("palettes with alpha, of 8 and of 2 bits") {
    const std::vector<Rgba> palette = {red, {1, 2, 3, 77}, blue};
    const RgbaImage expected{3, 1, {0, 0, 255, 255, 1, 2, 3, 77, 255, 0, 0, 255}};
    CHECK(decoded(png({.width = 3, .height = 1, .colour_type = 3, .palette = palette,
                       .rows = {{2, 1, 0}}})) == expected);
    CHECK(decoded(png({.width = 3, .height = 1, .colour_type = 3, .bit_depth = 2,
                       .palette = palette, .rows = {{0b10'01'00'00}}})) == expected);
}

TEST_CASE("an interlaced PNG is the same as a straight one") {
    const RgbImage image = noise(13, 11, 3);
    PngSpec spec{.width = 13, .height = 11, .colour_type = 2};
    for (std::size_t y = 0; y < 11; ++y) {
        const auto row = image.pixels.begin() + static_cast<std::ptrdiff_t>(y * 13 * 3);
        spec.rows.emplace_back(row, row + 13 * 3);
    }
    const RgbaImage straight = decoded(png(spec));
    spec.interlaced = true;
    CHECK(decoded(png(spec)) == straight);
}

TEST_CASE("gamma does not change the pixels") {
    CHECK(decoded(png({.width = 1, .height = 1, .colour_type = 2, .rows = {{10, 100, 200}},
                       .gamma = true})) == RgbaImage{1, 1, {10, 100, 200, 255}});
}

TEST_CASE("a PNG that is cut off is corrupt, and says so") {
    Bytes bytes = *encode_png(rgba_noise(20, 20, 1));
    bytes.resize(bytes.size() / 2);
    const auto picture = decode(bytes);
    REQUIRE_FALSE(picture.has_value());
    CHECK(picture.error() == Error{ErrorCode::corrupt, "PNG is damaged: it is cut off"});
}

TEST_CASE("a PNG whose data do not match their checksum is corrupt") {
    Bytes bytes = *encode_png(rgba_noise(20, 20, 1));
    bytes[bytes.size() / 2] ^= 1;
    const auto picture = decode(bytes);
    REQUIRE_FALSE(picture.has_value());
    CHECK(picture.error().code == ErrorCode::corrupt);
}

TEST_CASE("a PNG's claimed size is checked before anything else of it") {
    Bytes bytes = *encode_png(rgba_noise(2, 2, 1));
    for (const std::size_t i : {18U, 19U, 22U, 23U}) {
        bytes[i] = 0xFF;
    }
    const auto picture = decode(bytes);
    REQUIRE_FALSE(picture.has_value());
    CHECK(picture.error() ==
          Error{ErrorCode::too_large, "PNG 65535x65535 is over the limit of 4096 a side"});
}
