#include "emojiscope/image/composite.hpp"
#include "emojiscope/image/decode.hpp"
#include "emojiscope/image/encode.hpp"

#include "image/fixtures.hpp"

#include <catch2/catch.hpp>

#include <cstdlib>

using namespace emojiscope;
using namespace emojiscope::image;
using namespace emojiscope::image::fixtures;

namespace {

RgbaImage decoded(const Bytes& bytes) {
    auto picture = decode(bytes);
    INFO((picture ? std::string() : picture.error().message));
    REQUIRE(picture.has_value());
    CHECK(picture->format == ImageFormat::jpeg);
    REQUIRE(picture->frames.size() == 1);
    return picture->frames[0].image;
}

/// Every pixel within `tolerance` of `colour`, and opaque.
bool is_about(const RgbaImage& image, Rgb colour, int tolerance = 3) {
    for (int y = 0; y < image.height; ++y) {
        for (int x = 0; x < image.width; ++x) {
            const Rgba p = at(image, x, y);
            if (std::abs(p.r - colour.r) > tolerance || std::abs(p.g - colour.g) > tolerance ||
                std::abs(p.b - colour.b) > tolerance || p.a != 255) {
                return false;
            }
        }
    }
    return true;
}

Bytes repeated(const Bytes& sample, std::size_t count) {
    Bytes out;
    for (std::size_t i = 0; i < count; ++i) {
        out.insert(out.end(), sample.begin(), sample.end());
    }
    return out;
}

}  // namespace

TEST_CASE("colours come through encode_jpeg and decode nearly unchanged") {
    const auto bytes = encode_jpeg(composite(filled(19, 9, {200, 90, 30, 255}), Rgb{}), 95);
    REQUIRE(bytes.has_value());
    const RgbaImage image = decoded(*bytes);
    CHECK(image.width == 19);
    CHECK(image.height == 9);
    CHECK(is_about(image, Rgb{200, 90, 30}));
}

TEST_CASE("encode_jpeg refuses what it cannot write") {
    CHECK(encode_jpeg({2, 2, Bytes(11)}, 90).error().code == ErrorCode::invalid_argument);
    CHECK(encode_jpeg(noise(2, 2, 1), 0).error().code == ErrorCode::invalid_argument);
    CHECK(encode_jpeg(noise(2, 2, 1), 101).error().code == ErrorCode::invalid_argument);
}

TEST_CASE("a grey JPEG has three equal channels") {
    CHECK(is_about(decoded(jpeg(8, 8, 1, Bytes(64, 77))), Rgb{77, 77, 77}, 1));
}

TEST_CASE("a progressive JPEG is read") {
    CHECK(is_about(decoded(jpeg(8, 8, 3, repeated({10, 200, 60}, 64), false, true)),
                   Rgb{10, 200, 60}));
}

TEST_CASE("CMYK and YCCK are stored inverted, as Adobe does") {
    const bool ycck = GENERATE(false, true);
    // Stored 255 - C = 255, 255 - M = 51, 255 - Y = 102, 255 - K = 200.
    const RgbaImage image = decoded(jpeg(8, 8, 4, repeated({255, 51, 102, 200}, 64), ycck));
    CHECK(is_about(image, Rgb{200, 40, 80}));
}

TEST_CASE("a JPEG that is cut off is corrupt, and says so") {
    Bytes bytes = *encode_jpeg(noise(40, 40, 1), 90);
    bytes.resize(bytes.size() - 20);
    const auto picture = decode(bytes);
    REQUIRE_FALSE(picture.has_value());
    CHECK(picture.error() == Error{ErrorCode::corrupt, "JPEG is damaged: it is cut off"});
}

TEST_CASE("a JPEG's claimed size is checked against the limits") {
    const Bytes bytes = *encode_jpeg(noise(40, 30, 1), 90);
    const auto side = decode(bytes, {.max_side = 39});
    REQUIRE_FALSE(side.has_value());
    CHECK(side.error() ==
          Error{ErrorCode::too_large, "JPEG 40x30 is over the limit of 39 a side"});
    const auto pixels = decode(bytes, {.max_pixels = 1199});
    REQUIRE_FALSE(pixels.has_value());
    CHECK(pixels.error() ==
          Error{ErrorCode::too_large, "JPEG 40x30 is over the limit of 1199 pixels"});
    CHECK(decode(bytes, {.max_side = 40, .max_pixels = 1200}).has_value());
}

TEST_CASE("a JPEG of very many scans is refused") {
    const Bytes bytes = jpeg(8, 8, 1, Bytes(64, 77), false, true);
    // The last scan, repeated: from the last start-of-scan marker to the end-of-image marker.
    const Bytes marker = {0xFF, 0xDA};
    const auto scan = std::find_end(bytes.begin(), bytes.end(), marker.begin(), marker.end());
    REQUIRE(scan != bytes.end());
    Bytes many(bytes.begin(), scan);
    for (int i = 0; i < 200; ++i) {
        many.insert(many.end(), scan, bytes.end() - 2);
    }
    many.insert(many.end(), bytes.end() - 2, bytes.end());
    const auto picture = decode(many);
    REQUIRE_FALSE(picture.has_value());
    CHECK(picture.error() == Error{ErrorCode::corrupt, "JPEG is damaged: it has too many scans"});
}
