#include "emojiscope/map/fonts.hpp"
#include "emojiscope/map/painting.hpp"

#include "fakes/fake_picture_reader.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <set>
#include <string>
#include <utility>

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

/// Dark pixels: letters, whose edges are paler than their ink, and the darkest of the pictures.
std::size_t ink_of(const RgbaImage& image) {
    std::size_t dark = 0;
    for (std::size_t i = 0; i < image.pixels.size(); i += 4) {
        const auto* pixel = image.pixels.data() + i;
        dark += *std::max_element(pixel, pixel + 3) < 128 ? 1U : 0U;
    }
    return dark;
}

/// The columns from `left` to `right`.
RgbaImage part_of(const RgbaImage& image, int left, int right) {
    RgbaImage part{right - left, image.height, {}};
    for (int y = 0; y < image.height; ++y) {
        const auto row = image.pixels.begin() + std::ptrdiff_t{4} * y * image.width;
        part.pixels.insert(part.pixels.end(), row + std::ptrdiff_t{4} * left,
                           row + std::ptrdiff_t{4} * right);
    }
    return part;
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

TEST_CASE("the names of clusters are written on the map and in the list", "[map]") {
    const EmojiMap named = square();
    EmojiMap bare = named;
    bare.clusters[1].label.clear();  // far from the other one's
    const RgbaImage with = painted(named);
    const RgbaImage without = painted(bare);
    const int list = 2400 - 480;
    CHECK(ink_of(part_of(with, 0, list)) > ink_of(part_of(without, 0, list)) + 200);
    CHECK(ink_of(part_of(with, list, 2400)) > ink_of(part_of(without, list, 2400)) + 200);
}

TEST_CASE("no name is written over another", "[map]") {
    const auto ink_on_map = [](const EmojiMap& map) {
        return ink_of(part_of(painted(map), 0, 2400 - 480));
    };
    EmojiMap one = square();
    one.clusters = {{"HHHHHHHHHH", 8, 4}};
    for (MappedEmoji& emoji : one.emoji) {
        emoji.cluster = 0;
    }
    EmojiMap two = one;
    two.clusters.push_back({"HHHHHHHHHH", 1, 4});  // in the same place
    EmojiMap none = one;
    none.clusters.clear();
    // As much ink again, and not half of it under the other's border.
    const std::size_t pictures = ink_on_map(none);
    CHECK(10 * (ink_on_map(two) - pictures) > 18 * (ink_on_map(one) - pictures));
}

TEST_CASE("no two clusters have patches of the same colour and shape", "[map]") {
    EmojiMap map;
    map.emoji.resize(1);
    map.clusters.assign(64, {"", 1, 0});
    std::set<std::string> patches;
    for (std::uint32_t cluster = 0; cluster < 64; ++cluster) {
        map.emoji[0].cluster = cluster;
        const RgbaImage image =
            paint_map(map, {.width = 600, .height = 400},
                      [](std::size_t) -> std::optional<RgbaImage> { return std::nullopt; })
                .value();
        const RgbaImage part = part_of(image, 0, 480);
        patches.emplace(part.pixels.begin(), part.pixels.end());
    }
    CHECK(patches.size() == 64);
}

TEST_CASE("small maps and small papers are drawn too", "[map]") {
    CHECK(painted({}).width == 2400);
    EmojiMap one = square();
    one.emoji.resize(1);
    one.clusters = {{"alone", 1, 0}};
    const auto of_size = [](int width, int height) {
        PaintingOptions options;
        options.width = width;
        options.height = height;
        return options;
    };
    CHECK(pixels_of(painted(one, of_size(300, 200)), colour_of(0)) > 10);
    for (const auto& [width, height] :
         {std::pair(200, 200), std::pair(200, 8000), std::pair(8000, 200)}) {
        const RgbaImage image = painted(square(), of_size(width, height));
        CHECK(image.width == width);
        CHECK(image.height == height);
        CHECK(pixels_of(image, colour_of(0)) > 10);
        CHECK(pixels_of(image, colour_of(7)) > 10);
    }
    for (const auto& [width, height] : {std::pair(100, 100), std::pair(9000, 1000)}) {
        CHECK(paint_map(one, of_size(width, height), {}).error().code ==
              ErrorCode::invalid_argument);
    }
}

TEST_CASE("a map without names has all its paper for larger pictures", "[map]") {
    PaintingOptions small;
    small.width = 720;
    small.height = 480;
    const RgbaImage named = painted(square(), small);
    small.names = false;
    const RgbaImage bare = painted(square(), small);
    const int list = 720 - 144;
    CHECK(pixels_of(part_of(named, list, 720), colour_of(2)) == 0);
    CHECK(pixels_of(part_of(bare, list, 720), colour_of(2)) > 500);
    for (const std::size_t i : {0U, 2U, 6U}) {
        CHECK(pixels_of(bare, colour_of(i)) > 2 * pixels_of(named, colour_of(i)));
    }
    EmojiMap renamed = square();
    renamed.clusters[0].label = "quite another name";
    CHECK(painted(renamed, small).pixels == bare.pixels);
}

TEST_CASE("the painting of a map stops when told", "[map]") {
    std::stop_source stop;
    PaintingOptions options;
    options.stop = stop.get_token();
    std::size_t asked = 0;
    const auto painting =
        paint_map(square(), options, [&](std::size_t) -> std::optional<RgbaImage> {
            ++asked;
            stop.request_stop();
            return std::nullopt;
        });
    CHECK(painting.error().code == ErrorCode::cancelled);
    CHECK(asked == 1);
}

TEST_CASE("what the fonts have no shape for is told", "[map]") {
    CHECK(can_write("Emoji"));
    CHECK(can_write("絵文字ビール"));
    CHECK_FALSE(can_write("Emoji \U0010FFFD"));  // nobody's sign
}
