#include "emojiscope/image/hash.hpp"
#include "emojiscope/image/resize.hpp"

#include "image/fixtures.hpp"

#include <catch2/catch.hpp>

#include <nlohmann/json.hpp>

#include <fstream>
#include <map>

using namespace emojiscope;
using namespace emojiscope::image;
using namespace emojiscope::image::fixtures;

TEST_CASE("resize gives Pillow 9.4's pixels bit for bit") {
    std::ifstream file("tests/data/resize_golden.json");
    REQUIRE(file);
    const auto golden = nlohmann::json::parse(file);
    const std::map<std::string, Filter> filters = {
        {"box", Filter::box}, {"bilinear", Filter::bilinear}, {"bicubic", Filter::bicubic}};
    REQUIRE(golden.at("resize").size() > 100);
    for (const auto& row : golden.at("resize")) {
        INFO(row.dump());
        const RgbImage image = noise(row.at("source").at(0).get<int>(),
                                     row.at("source").at(1).get<int>(),
                                     row.at("seed").get<std::uint32_t>());
        const RgbImage out = resize(image, row.at("target").at(0).get<int>(),
                                    row.at("target").at(1).get<int>(),
                                    filters.at(row.at("filter").get<std::string>()));
        CHECK(sha256_hex(out.pixels) == row.at("sha256").get<std::string>());
    }
}

TEST_CASE("resizing to the same size changes nothing") {
    const RgbImage image = noise(9, 4, 2);
    CHECK(resize_bicubic(image, 9, 4) == image);
}

TEST_CASE("a flat colour stays flat at any size") {
    const RgbImage flat{5, 5, Bytes(75, 200)};
    for (const auto& [width, height] : {std::pair{1, 1}, {3, 50}, {224, 224}}) {
        const RgbImage out = resize_bicubic(flat, width, height);
        CHECK(std::all_of(out.pixels.begin(), out.pixels.end(),
                          [](std::uint8_t byte) { return byte == 200; }));
    }
}
