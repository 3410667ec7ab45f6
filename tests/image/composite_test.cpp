#include "emojiscope/image/composite.hpp"

#include "image/fixtures.hpp"

#include <catch2/catch.hpp>

using namespace emojiscope;
using namespace emojiscope::image;
using namespace emojiscope::image::fixtures;

TEST_CASE("composite keeps opaque colours and shows the background through clear ones") {
    const RgbaImage image = drawn({"r.", "w."});
    const RgbImage out = composite(image, Rgb{1, 2, 3});
    CHECK(out.width == 2);
    CHECK(out.height == 2);
    CHECK(out.pixels == Bytes{255, 0, 0, 1, 2, 3, 255, 255, 255, 1, 2, 3});
}

TEST_CASE("composite rounds as (c * a + bg * (255 - a) + 127) / 255") {
    const RgbaImage image{3, 1, {200, 100, 0, 128, 10, 20, 30, 1, 10, 20, 30, 254}};
    const RgbImage out = composite(image, Rgb{255, 255, 255});
    // (200*128 + 255*127 + 127) / 255 = 227, (100*128 + 32385 + 127) / 255 = 177, ...
    CHECK(out.pixels == Bytes{227, 177, 127, 254, 254, 254, 11, 21, 31});
}
