#include "emojiscope/map/painting.hpp"

#include "fakes/fake_picture_reader.hpp"

#include <catch2/catch.hpp>

using namespace emojiscope;
using namespace emojiscope::map;

namespace {

/// Nine emoji on a square, three in a row; the last one is in a cluster of its own.
EmojiMap square() {
    EmojiMap map;
    for (int i = 0; i < 9; ++i) {
        MappedEmoji emoji;
        emoji.name = "e" + std::to_string(i);
        emoji.at = {static_cast<float>(i % 3), static_cast<float>(i / 3), 0};
        emoji.cluster = i == 8 ? 1 : 0;
        map.emoji.push_back(emoji);
    }
    map.clusters = {{"🍺 ビール", 8, 4}, {"other", 1, 8}};
    return map;
}

std::size_t pixels_of(const RgbaImage& image, const Rgb& colour) {
    std::size_t found = 0;
    for (std::size_t i = 0; i < image.pixels.size(); i += 4) {
        found += image.pixels[i] == colour.r && image.pixels[i + 1] == colour.g &&
                         image.pixels[i + 2] == colour.b
                     ? 1U
                     : 0U;
    }
    return found;
}

Rgb colour_of(std::size_t i) {
    return {static_cast<std::uint8_t>(200 - 20 * i), 10, static_cast<std::uint8_t>(20 * i)};
}

RgbaImage painted(const EmojiMap& map, const PaintingOptions& options = {}) {
    return paint_map(map, options,
                     [](std::size_t i) -> std::optional<RgbaImage> {
                         return i == 5 ? std::nullopt
                                       : std::optional(fakes::plain_image(20, 20, colour_of(i)));
                     })
        .value();
}

/// The rows in which a colour is, first and last.
std::pair<int, int> rows_of(const RgbaImage& image, const Rgb& colour) {
    std::pair<int, int> rows{-1, -1};
    for (int y = 0; y < image.height; ++y) {
        RgbaImage row{image.width, 1, {}};
        const auto begin = image.pixels.begin() + std::ptrdiff_t{4} * y * image.width;
        row.pixels.assign(begin, begin + std::ptrdiff_t{4} * image.width);
        if (pixels_of(row, colour) > 0) {
            rows.first = rows.first < 0 ? y : rows.first;
            rows.second = y;
        }
    }
    return rows;
}

}  // namespace

TEST_CASE("every emoji is drawn in, and those without a picture as a patch", "[map]") {
    const RgbaImage image = painted(square());
    CHECK(image.width == 2400);
    CHECK(image.height == 1600);
    for (std::size_t i = 0; i < 9; ++i) {
        if (i != 4) {  // the first cluster's name lies over it
            CHECK((pixels_of(image, colour_of(i)) > 1000) == (i != 5));
        }
    }
    CHECK(pixels_of(image, {255, 255, 255}) > 2'000'000);
    // What is higher on the map is higher on the paper.
    CHECK(rows_of(image, colour_of(7)).second < rows_of(image, colour_of(1)).first);
}

TEST_CASE("the names of clusters are written", "[map]") {
    EmojiMap map = square();
    const std::size_t ink = pixels_of(painted(map), {27, 31, 36});
    for (MapCluster& cluster : map.clusters) {
        cluster.label.clear();
    }
    CHECK(pixels_of(painted(map), {27, 31, 36}) < ink);
}

TEST_CASE("small maps and small papers are drawn too", "[map]") {
    CHECK(painted({}).width == 2400);
    EmojiMap one = square();
    one.emoji.resize(1);
    one.clusters = {{"alone", 1, 0}};
    CHECK(pixels_of(painted(one, {300, 200}), colour_of(0)) > 10);
    CHECK(paint_map(one, {100, 100}, {}).error().code == ErrorCode::invalid_argument);
    CHECK(paint_map(one, {9000, 1000}, {}).error().code == ErrorCode::invalid_argument);
}
