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
    CHECK(picture->format == ImageFormat::gif);
    return *picture;
}

}  // namespace

TEST_CASE("a GIF of one frame is a still without a duration") {
    const Picture picture = decoded(gif(3, 2, {{.rows = {"rgb", "w.r"}}}));
    REQUIRE(picture.frames.size() == 1);
    CHECK_FALSE(picture.animated());
    CHECK(picture.frames[0].duration == milliseconds(0));
    CHECK(picture.frames[0].image == drawn({"rgb", "w.r"}));
}

TEST_CASE("what no GIF patch covers is transparent, whatever the background colour") {
    const Picture picture = decoded(gif(3, 3, {{.left = 1, .top = 1, .rows = {"g"}}}));
    CHECK(picture.frames[0].image == drawn({"...", ".g.", "..."}));
}

TEST_CASE("GIF disposal 0 and 1 leave the patch for the next frame") {
    const int disposal = GENERATE(0, 1);
    const Picture picture = decoded(
        gif(3, 1, {{.rows = {"rrr"}, .disposal = disposal}, {.left = 1, .rows = {"g"}}}));
    REQUIRE(picture.frames.size() == 2);
    CHECK(picture.frames[1].image == drawn({"rgr"}));
}

TEST_CASE("GIF disposal 2 clears the patch only, to transparent") {
    const Picture picture = decoded(gif(4, 1,
                                        {{.rows = {"rrrr"}},
                                         {.left = 1, .rows = {"gg"}, .disposal = 2},
                                         {.left = 3, .rows = {"b"}}}));
    REQUIRE(picture.frames.size() == 3);
    CHECK(picture.frames[1].image == drawn({"rggr"}));
    CHECK(picture.frames[2].image == drawn({"r..b"}));
}

TEST_CASE("GIF disposal 3 brings back what was before, also for the first frame") {
    const Picture picture = decoded(gif(3, 1,
                                        {{.rows = {"rrr"}, .disposal = 3},
                                         {.left = 0, .rows = {"w"}, .disposal = 1},
                                         {.left = 1, .rows = {"gg"}, .disposal = 3},
                                         {.left = 2, .rows = {"b"}}}));
    REQUIRE(picture.frames.size() == 4);
    CHECK(picture.frames[0].image == drawn({"rrr"}));
    CHECK(picture.frames[1].image == drawn({"w.."}));
    CHECK(picture.frames[2].image == drawn({"wgg"}));
    CHECK(picture.frames[3].image == drawn({"w.b"}));
}

TEST_CASE("transparent GIF pixels let the frame before show through") {
    const Picture picture = decoded(gif(3, 1, {{.rows = {"rgb"}}, {.rows = {"w.."}}}));
    CHECK(picture.frames[1].image == drawn({"wgb"}));
}

TEST_CASE("without a transparent index every GIF pixel is painted") {
    const Picture picture =
        decoded(gif(2, 1, {{.rows = {"rr"}}, {.rows = {"g."}, .transparency = false}}));
    CHECK(picture.frames[1].image == drawn({"gw"}));
}

TEST_CASE("a GIF frame's own palette goes before the global one") {
    const Picture picture =
        decoded(gif(4, 1, {{.rows = {"rgbw"}}, {.rows = {"rgbw"}, .local_palette = true}}));
    CHECK(picture.frames[1].image == drawn({"rgbw"}));
}

TEST_CASE("interlaced GIF rows are put in order") {
    const std::vector<std::string> rows = {"r", "g", "b", "w", "r", "r", "g", "g", "b", "b", "w"};
    const Picture picture = decoded(gif(1, 11, {{.rows = rows, .interlaced = true}}));
    CHECK(picture.frames[0].image == drawn(rows));
}

TEST_CASE("GIF patches that reach over the canvas are clipped") {
    const Picture picture = decoded(gif(2, 2,
                                        {{.left = 1, .top = 1, .rows = {"rgb", "gbr"}},
                                         {.left = 5, .top = 0, .rows = {"r"}, .disposal = 2},
                                         {.left = 0, .top = 7, .rows = {"r"}, .disposal = 2},
                                         {.left = 0, .top = 0, .rows = {"www", "www", "www"}}}));
    REQUIRE(picture.frames.size() == 4);
    CHECK(picture.frames[0].image == drawn({"..", ".r"}));
    CHECK(picture.frames[1].image == drawn({"..", ".r"}));
    CHECK(picture.frames[2].image == drawn({"..", ".r"}));
    CHECK(picture.frames[3].image == drawn({"ww", "ww"}));
}

TEST_CASE("a GIF canvas of 0x0 takes the size of the first frame") {
    const Picture picture = decoded(gif(0, 0, {{.left = 1, .rows = {"rg"}}}));
    CHECK(picture.frames[0].image == drawn({".rg"}));
}

TEST_CASE("GIF delays are hundredths of a second, and 0 or 1 mean ten of them") {
    const Picture picture = decoded(gif(1, 1,
                                        {{.rows = {"r"}, .delay = 0},
                                         {.rows = {"g"}, .delay = 1},
                                         {.rows = {"b"}, .delay = 2},
                                         {.rows = {"w"}, .delay = 250}}));
    REQUIRE(picture.frames.size() == 4);
    CHECK(picture.frames[0].duration == milliseconds(100));
    CHECK(picture.frames[1].duration == milliseconds(100));
    CHECK(picture.frames[2].duration == milliseconds(20));
    CHECK(picture.frames[3].duration == milliseconds(2500));
}

TEST_CASE("a GIF cut off in its second frame gives the first") {
    const Bytes one = gif(3, 3, {{.rows = {"rgb", "rgb", "rgb"}}});
    Bytes two = gif(3, 3, {{.rows = {"rgb", "rgb", "rgb"}}, {.rows = {"www", "www", "www"}}});
    two.resize(one.size() + 12);  // into the second frame's descriptor
    const Picture picture = decoded(two);
    REQUIRE(picture.frames.size() == 1);
    CHECK(picture.frames[0].duration == milliseconds(0));
    CHECK(picture.frames[0].image == drawn({"rgb", "rgb", "rgb"}));
}

TEST_CASE("a GIF cut off in its first frame is corrupt") {
    Bytes bytes = gif(3, 3, {{.rows = {"rgb", "rgb", "rgb"}}});
    bytes.resize(bytes.size() - 6);
    const auto picture = decode(bytes);
    REQUIRE_FALSE(picture.has_value());
    CHECK(picture.error() == Error{ErrorCode::corrupt, "GIF is damaged: it is cut off"});
}

TEST_CASE("a GIF without a frame is corrupt") {
    const auto picture = decode(gif(3, 3, {}));
    REQUIRE_FALSE(picture.has_value());
    CHECK(picture.error() == Error{ErrorCode::corrupt, "GIF is damaged: it has no frame"});
}

TEST_CASE("a GIF patch larger than the limits is refused though its canvas is small") {
    Bytes bytes = gif(1, 1, {{.rows = {"r"}}});
    const std::string descriptor("\x2C\0\0\0\0\1\0\1\0", 9);
    const auto found = std::search(bytes.begin(), bytes.end(), descriptor.begin(),
                                   descriptor.end());
    REQUIRE(found != bytes.end());
    found[6] = 0xFF;  // the high byte of the width
    const auto picture = decode(bytes);
    REQUIRE_FALSE(picture.has_value());
    CHECK(picture.error() ==
          Error{ErrorCode::too_large, "GIF 65281x1 is over the limit of 4096 a side"});
}

TEST_CASE("GIF frames are counted against both limits of an animation") {
    const Bytes bytes = gif(2, 2, std::vector<GifPatch>(5, {.rows = {"r"}}));
    CHECK(decode(bytes, {.max_frames = 5}).has_value());
    const auto frames = decode(bytes, {.max_frames = 4});
    REQUIRE_FALSE(frames.has_value());
    CHECK(frames.error() ==
          Error{ErrorCode::too_large, "GIF has more than the limit of 4 frames"});
    CHECK(decode(bytes, {.max_total_pixels = 20}).has_value());
    const auto pixels = decode(bytes, {.max_total_pixels = 19});
    REQUIRE_FALSE(pixels.has_value());
    CHECK(pixels.error() ==
          Error{ErrorCode::too_large, "GIF has more than the limit of 19 pixels over all frames"});
}
