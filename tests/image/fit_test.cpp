#include "emojiscope/image/fit.hpp"
#include "emojiscope/image/hash.hpp"

#include "image/fixtures.hpp"

#include <catch2/catch.hpp>

#include <nlohmann/json.hpp>

#include <fstream>

using namespace emojiscope;
using namespace emojiscope::image;
using namespace emojiscope::image::fixtures;

TEST_CASE("fit_pad and fit_crop give what Pillow and torchvision's rules give") {
    std::ifstream file("tests/data/resize_golden.json");
    REQUIRE(file);
    const auto golden = nlohmann::json::parse(file);
    REQUIRE(golden.at("fit").size() > 20);
    for (const auto& row : golden.at("fit")) {
        INFO(row.dump());
        const RgbImage image = noise(row.at("source").at(0).get<int>(),
                                     row.at("source").at(1).get<int>(),
                                     row.at("seed").get<std::uint32_t>());
        const int size = row.at("size").get<int>();
        CHECK(sha256_hex(fit_pad(image, size, Rgb{255, 254, 7}).pixels) ==
              row.at("pad").get<std::string>());
        CHECK(sha256_hex(fit_crop(image, size).pixels) == row.at("crop").get<std::string>());
    }
}

TEST_CASE("fit_pad of a line keeps one pixel of it") {
    const RgbImage out = fit_pad(RgbImage{100, 1, Bytes(300, 0)}, 4, Rgb{9, 9, 9});
    REQUIRE(out.pixels.size() == 48);
    CHECK(out.pixels == Bytes{9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9,  //
                              0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,  //
                              9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9,  //
                              9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9});
}

TEST_CASE("fit_crop of a picture of the right size changes nothing") {
    const RgbImage image = noise(32, 32, 1);
    CHECK(fit_crop(image, 32) == image);
    CHECK(fit_pad(image, 32, Rgb{}) == image);
}

TEST_CASE("fit_crop's cost does not grow with the aspect") {
    // Resized as a whole this strip would be 917,504 x 224 pixels, 600 MiB.
    const RgbImage out = fit_crop(noise(4096, 1, 1), 224);
    CHECK(out.width == 224);
    CHECK(out.height == 224);
}
