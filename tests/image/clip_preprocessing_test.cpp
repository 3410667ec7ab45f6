// Photos made ready for CLIP, against what Pillow and torchvision made of the same files. They lie
// in the optional folder of test data: EMOJISCOPE_SHARED/fixtures/clip/images.
#include "emojiscope/image/composite.hpp"
#include "emojiscope/image/decode.hpp"
#include "emojiscope/image/fit.hpp"
#include "emojiscope/image/hash.hpp"

#include "fakes/npy.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>

using namespace emojiscope;

namespace {

constexpr int side = 224;
constexpr std::array<float, 3> mean{0.48145466F, 0.4578275F, 0.40821073F};
constexpr std::array<float, 3> deviation{0.26862954F, 0.26130258F, 0.27577711F};
/// JPEG decoders may differ by a step or two of 255.
constexpr float most_difference = 0.03F;

float largest_difference(const RgbImage& image, const std::vector<float>& expected) {
    constexpr std::size_t area = std::size_t{side} * side;
    REQUIRE(expected.size() == 3 * area);
    REQUIRE(image.pixels.size() == 3 * area);
    float largest = 0;
    for (std::size_t c = 0; c < 3; ++c) {
        for (std::size_t p = 0; p < area; ++p) {
            const float value =
                (static_cast<float>(image.pixels[3 * p + c]) / 255.0F - mean[c]) / deviation[c];
            largest = std::max(largest, std::abs(value - expected[c * area + p]));
        }
    }
    return largest;
}

std::vector<std::uint8_t> from_hex(const std::string& hex) {
    std::vector<std::uint8_t> bytes;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
        bytes.push_back(static_cast<std::uint8_t>(std::stoi(hex.substr(i, 2), nullptr, 16)));
    }
    return bytes;
}

}  // namespace

TEST_CASE(
    "PNGs of every kind are made ready for CLIP as Pillow and torchvision do it, bit for bit") {
    std::ifstream in("tests/data/png_golden.json");
    REQUIRE(in);
    const auto cases = nlohmann::json::parse(in);
    REQUIRE(cases.size() >= 14);
    for (const auto& entry : cases) {
        CAPTURE(entry.at("what").get<std::string>());
        const auto picture = image::decode(from_hex(entry.at("png").get<std::string>())).value();
        const RgbImage flat = image::composite(picture.frames.front().image, {255, 255, 255});
        const RgbImage ready = image::fit_crop(flat, side);
        CHECK(image::sha256_hex(ready.pixels) == entry.at("sha256").get<std::string>());
    }
}

TEST_CASE("photos are made ready for CLIP as Pillow and torchvision do it") {
    const char* shared = std::getenv("EMOJISCOPE_SHARED");
    const std::filesystem::path folder =
        std::filesystem::path(shared == nullptr ? "" : shared) / "fixtures" / "clip" / "images";
    if (shared == nullptr || !std::filesystem::exists(folder)) {
        WARN("skipped: EMOJISCOPE_SHARED does not name a folder with fixtures/clip/images");
        return;
    }
    int photos = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        if (entry.path().extension() != ".jpg") {
            continue;
        }
        ++photos;
        CAPTURE(entry.path());
        const auto picture = image::decode_file(entry.path()).value();
        const RgbImage flat = image::composite(picture.frames.front().image, {255, 255, 255});
        auto expected = entry.path();
        expected.replace_extension(".preprocessed.npy");
        CHECK(largest_difference(image::fit_crop(flat, side), fakes::read_npy(expected)) <=
              most_difference);
    }
    CHECK(photos == 7);
}
