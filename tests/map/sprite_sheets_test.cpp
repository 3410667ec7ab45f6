#include "sprite_sheets.hpp"

#include "emojiscope/image/decode.hpp"
#include "fakes/fake_picture_reader.hpp"

#include <catch2/catch.hpp>

#include <random>

using namespace emojiscope;
using namespace emojiscope::map;

namespace {

/// Three colours, as far as WebP keeps them apart.
RgbaImage coloured(std::size_t i) {
    const std::array<Rgb, 3> colours{{{220, 20, 20}, {20, 200, 20}, {20, 20, 220}}};
    return fakes::plain_image(64, 64, colours[i % 3]);
}

/// The channel that the middle of a tile has most of; 3 if it is transparent.
std::size_t colour_at(const RgbaImage& sheet, std::size_t x, std::size_t y) {
    const std::uint8_t* pixel =
        sheet.pixels.data() + 4 * (y * static_cast<std::size_t>(sheet.width) + x);
    if (pixel[3] < 128) {
        return 3;
    }
    return static_cast<std::size_t>(std::max_element(pixel, pixel + 3) - pixel);
}

RgbaImage noise(std::size_t seed) {
    std::mt19937 random(static_cast<unsigned>(seed));
    RgbaImage image = fakes::plain_image(64, 64, {0, 0, 0});
    for (std::size_t i = 0; i < image.pixels.size(); ++i) {
        image.pixels[i] = i % 4 == 3 ? 255 : static_cast<std::uint8_t>(random());
    }
    return image;
}

}  // namespace

TEST_CASE("every picture is in its place on its sheet", "[map]") {
    const std::size_t count = 3000;  // more than one sheet holds
    const auto made =
        make_sprite_sheets(
            count,
            [](std::size_t i) {
                return i % 7 == 5 ? std::nullopt : std::optional<RgbaImage>(coloured(i));
            },
            10'000'000)
            .value();
    const auto columns = static_cast<std::size_t>(made.columns);
    const auto tile = static_cast<std::size_t>(made.tile);
    REQUIRE(made.sheets.size() == (count + columns * columns - 1) / (columns * columns));
    REQUIRE(made.sheets.size() > 1);
    std::vector<RgbaImage> sheets;
    for (const auto& bytes : made.sheets) {
        sheets.push_back(image::decode(bytes, {}).value().frames.front().image);
    }
    for (std::size_t i = 0; i < count; i += 11) {
        const std::size_t place = i % (columns * columns);
        CHECK(colour_at(sheets[i / (columns * columns)], place % columns * tile + tile / 2,
                        place / columns * tile + tile / 2) == (i % 7 == 5 ? 3 : i % 3));
    }
}

TEST_CASE("pictures become smaller to stay within the bytes", "[map]") {
    const auto sheets = [](std::size_t most_bytes) {
        return make_sprite_sheets(
                   200, [](std::size_t i) { return noise(i); }, most_bytes)
            .value();
    };
    const auto bytes_of = [](const SpriteSheets& made) {
        std::size_t bytes = 0;
        for (const auto& sheet : made.sheets) {
            bytes += sheet.size();
        }
        return bytes;
    };
    const SpriteSheets large = sheets(100'000'000);
    const SpriteSheets middling = sheets(bytes_of(large) * 7 / 10);
    CHECK(middling.tile < large.tile);
    CHECK(bytes_of(middling) <= bytes_of(large) * 7 / 10);
    const SpriteSheets least = sheets(1);  // as small as there are, though too large
    CHECK(least.tile < middling.tile);
    CHECK(least.sheets.size() == 1);
}

TEST_CASE("the making of sheets tells how far it is, and stops when told", "[map]") {
    std::stop_source stop;
    std::size_t told = 0;
    const auto made = make_sprite_sheets(
        50, [](std::size_t i) { return coloured(i); }, 1'000'000, stop.get_token(),
        [&](std::size_t done, std::size_t all) {
            CHECK(all == 50);
            told = done;
            if (done == 20) {
                stop.request_stop();
            }
        });
    CHECK(made.error().code == ErrorCode::cancelled);
    CHECK(told == 20);
}

TEST_CASE("no pictures make no sheets", "[map]") {
    CHECK(make_sprite_sheets(
              0, [](std::size_t) { return std::nullopt; }, 1000)
              .value()
              .sheets.empty());
}
