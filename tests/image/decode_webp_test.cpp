#include "emojiscope/image/decode.hpp"

#include "image/fixtures.hpp"

#include <catch2/catch.hpp>

using namespace emojiscope;
using namespace emojiscope::image;
using namespace emojiscope::image::fixtures;
using std::chrono::milliseconds;

namespace {

Picture decoded(const Bytes& bytes) {
    auto picture = decode(bytes);
    INFO((picture ? std::string() : picture.error().message));
    REQUIRE(picture.has_value());
    CHECK(picture->format == ImageFormat::webp);
    return *picture;
}

}  // namespace

TEST_CASE("a lossless WebP with alpha is read bit for bit") {
    const RgbaImage image = rgba_noise(15, 9, 4);
    const Picture picture = decoded(webp_lossless(image));
    REQUIRE(picture.frames.size() == 1);
    CHECK(picture.frames[0].image == image);
    CHECK(picture.frames[0].duration == milliseconds(0));
}

TEST_CASE("an animated WebP is composited, blended and disposed of") {
    const Picture picture = decoded(webp_animation(
        4, 2,
        {{.image = drawn({"rrrr", "rrrr"}), .duration_ms = 50},
         {.image = drawn({"g."}), .left = 2, .duration_ms = 5, .dispose = true},
         {.image = drawn({"b."}), .left = 0, .duration_ms = 200, .blend = false}}));
    REQUIRE(picture.frames.size() == 3);
    CHECK(picture.frames[0].image == drawn({"rrrr", "rrrr"}));
    CHECK(picture.frames[1].image == drawn({"rrgr", "rrrr"}));
    CHECK(picture.frames[2].image == drawn({"b...", "rrrr"}));
    CHECK(picture.frames[0].duration == milliseconds(50));
    CHECK(picture.frames[1].duration == milliseconds(100));  // 5 ms is not believed
    CHECK(picture.frames[2].duration == milliseconds(200));
}

TEST_CASE("an animated WebP of one frame is a still") {
    const Picture picture =
        decoded(webp_animation(2, 1, {{.image = drawn({"rg"}), .duration_ms = 70}}));
    REQUIRE(picture.frames.size() == 1);
    CHECK(picture.frames[0].image == drawn({"rg"}));
    CHECK(picture.frames[0].duration == milliseconds(0));
}

TEST_CASE("a WebP that is cut off is corrupt") {
    const Bytes still = webp_lossless(rgba_noise(15, 9, 4));
    const Bytes animation = webp_animation(
        4, 4, {{.image = rgba_noise(4, 4, 1)}, {.image = rgba_noise(4, 4, 2)}});
    for (Bytes bytes : {still, animation}) {
        bytes.resize(bytes.size() - 10);
        const auto picture = decode(bytes);
        REQUIRE_FALSE(picture.has_value());
        CHECK(picture.error().code == ErrorCode::corrupt);
    }
}

TEST_CASE("a WebP's canvas and frames are checked against the limits") {
    const Bytes still = webp_lossless(rgba_noise(15, 9, 4));
    CHECK(decode(still, {.max_side = 14}).error() ==
          Error{ErrorCode::too_large, "WebP 15x9 is over the limit of 14 a side"});
    const Bytes animation = webp_animation(
        4, 4, {{.image = drawn({"r"})}, {.image = drawn({"g"})}, {.image = drawn({"b"})}});
    CHECK(decode(animation, {.max_frames = 3}).has_value());
    CHECK(decode(animation, {.max_frames = 2}).error() ==
          Error{ErrorCode::too_large, "WebP has more than the limit of 2 frames"});
    CHECK(decode(animation, {.max_total_pixels = 47}).error().code == ErrorCode::too_large);
    CHECK(decode(animation, {.max_side = 3}).error() ==
          Error{ErrorCode::too_large, "WebP 4x4 is over the limit of 3 a side"});
}
