// Pictures made ready for a reader of print.
#include "ink.hpp"

#include <catch2/catch.hpp>

#include <cstdint>

namespace emojiscope::text {
namespace {

RgbaImage canvas(int width, int height, std::array<std::uint8_t, 4> colour) {
    RgbaImage image{width, height, {}};
    for (int i = 0; i < width * height; ++i) {
        image.pixels.insert(image.pixels.end(), colour.begin(), colour.end());
    }
    return image;
}

void fill(RgbaImage& image, int left, int top, int width, int height,
          std::array<std::uint8_t, 4> colour) {
    for (int y = top; y < top + height; ++y) {
        for (int x = left; x < left + width; ++x) {
            std::copy(colour.begin(), colour.end(),
                      image.pixels.begin() + 4 * (std::ptrdiff_t{y} * image.width + x));
        }
    }
}

int at(const InkImage& ink, int x, int y) {
    return ink.pixels[static_cast<std::size_t>(y * ink.width + x)];
}

constexpr std::array<std::uint8_t, 4> nothing{0, 0, 0, 0};
constexpr std::array<std::uint8_t, 4> white{255, 255, 255, 255};
constexpr std::array<std::uint8_t, 4> black{0, 0, 0, 255};
constexpr std::array<std::uint8_t, 4> red{220, 30, 30, 255};
constexpr std::array<std::uint8_t, 4> navy{10, 10, 90, 255};

}  // namespace

TEST_CASE("ink is what is drawn, whatever its colour and the paper's", "[text]") {
    for (const auto& [paper, drawn] : {std::pair{nothing, white}, std::pair{nothing, black},
                                       std::pair{white, black}, std::pair{navy, white}}) {
        RgbaImage picture = canvas(32, 32, paper);
        fill(picture, 8, 8, 10, 10, drawn);
        const InkImage ink = ink_of(picture);
        REQUIRE(ink.width == 32);
        REQUIRE(ink.height == 32);
        CHECK(at(ink, 12, 12) == 0);
        CHECK(at(ink, 2, 2) == 255);
        CHECK(at(ink, 30, 12) == 255);
    }
    CHECK(ink_of(canvas(32, 32, white)).pixels.empty());
    CHECK(ink_of(canvas(32, 32, nothing)).pixels.empty());
}

TEST_CASE("letters on a plate are inner ink", "[text]") {
    RgbaImage picture = canvas(64, 64, nothing);
    fill(picture, 4, 4, 56, 56, red);
    fill(picture, 20, 20, 8, 24, white);
    CHECK(at(ink_of(picture), 24, 30) == at(ink_of(picture), 10, 10));
    const InkImage inner = inner_ink_of(picture);
    REQUIRE_FALSE(inner.pixels.empty());
    CHECK(at(inner, 24, 30) == 0);
    CHECK(at(inner, 10, 10) == 255);
    CHECK(at(inner, 1, 1) == 255);
}

TEST_CASE("two colours, and more", "[text]") {
    RgbaImage picture = canvas(64, 64, nothing);
    CHECK_FALSE(has_two_colours(picture));
    fill(picture, 4, 4, 40, 40, red);
    CHECK(has_two_colours(picture));
    fill(picture, 10, 10, 10, 20, white);
    CHECK(has_two_colours(picture));
    fill(picture, 30, 10, 14, 30, navy);
    CHECK_FALSE(has_two_colours(picture));
}

TEST_CASE("lines are parted where rows are empty, and a full block in its middle", "[text]") {
    RgbaImage two = canvas(64, 64, nothing);
    fill(two, 4, 4, 56, 24, black);
    fill(two, 4, 34, 56, 24, black);
    const auto lines = lines_of(ink_of(two));
    REQUIRE(lines.size() == 2);
    CHECK(lines[0].height == 24);
    CHECK(lines[0].width == 64);

    RgbaImage touching = two;
    fill(touching, 30, 28, 2, 6, black);
    CHECK(lines_of(ink_of(touching)).size() == 2);

    RgbaImage one = canvas(64, 64, nothing);
    fill(one, 4, 20, 56, 20, black);
    CHECK(lines_of(ink_of(one)).size() == 1);
    CHECK(lines_of(InkImage{}).empty());
}

TEST_CASE("lines come side by side in their order, as high as asked", "[text]") {
    RgbaImage two = canvas(64, 64, nothing);
    fill(two, 10, 4, 20, 20, black);   // as wide as high
    fill(two, 10, 34, 40, 20, black);  // twice as wide
    const InkImage line = side_by_side(lines_of(ink_of(two)), 40, 1.0, 8);
    CHECK(line.height == 40 + 2 * 8);
    CHECK(line.width == 8 + 40 + 8 + 80 + 8);
    CHECK(at(line, 8 + 20, 28) == 0);
    CHECK(at(line, 8 + 40 + 4, 28) == 255);
    CHECK(at(line, 8 + 40 + 8 + 70, 28) == 0);
    CHECK(at(line, 2, 2) == 255);

    const InkImage wide = side_by_side(lines_of(ink_of(two)), 40, 1.5, 8);
    CHECK(wide.width == 8 + 60 + 8 + 120 + 8);
    CHECK(side_by_side({}, 40, 1.0, 8).pixels.empty());
    CHECK(side_by_side({InkImage{2, 2, {255, 255, 255, 255}}}, 40, 1.0, 8).pixels.empty());
}

TEST_CASE("a picture is brought to the size, with paper around", "[text]") {
    RgbaImage picture = canvas(10, 20, white);
    fill(picture, 2, 4, 6, 12, black);
    const InkImage large = resized(ink_of(picture), 50, 100, 7);
    CHECK(large.width == 64);
    CHECK(large.height == 114);
    CHECK(at(large, 3, 50) == 255);
    CHECK(at(large, 32, 57) == 0);
}

}  // namespace emojiscope::text
