// Sketches: what they keep of a picture, and that damaged ones are refused.
#include "emojiscope/image/sketch.hpp"

#include "drawings.hpp"

#include <catch2/catch.hpp>

using namespace emojiscope;
using namespace emojiscope::image;
using namespace emojiscope::image::fixtures;

namespace {

std::vector<std::uint8_t> encoded(const Picture& picture) {
    return encode_sketch(make_sketch(picture)).value();
}

bool is_sane(const Sketch& sketch) {
    const auto fits = [](const RgbaImage& image) {
        return image.width >= 1 && image.height >= 1 && image.width <= sketch_side &&
               image.pixels.size() ==
                   std::size_t{4} * static_cast<std::size_t>(image.width) *
                       static_cast<std::size_t>(image.height);
    };
    return !sketch.frames.empty() && sketch.frames.size() <= sketch_max_frames &&
           drawn_width(sketch) >= 1 && drawn_height(sketch) >= 1 &&
           std::all_of(sketch.frames.begin(), sketch.frames.end(),
                       [&](const SketchFrame& frame) { return fits(frame.image); });
}

}  // namespace

TEST_CASE("the paper around a drawing is cut off", "[sketch]") {
    RgbaImage image = filled(100, 80, white);
    fill(image, 10, 20, 30, 40, red);
    const Sketch sketch = make_sketch(still(image));
    CHECK(sketch.margins == Margins{10, 20, 60, 20});
    CHECK(drawn_width(sketch) == 30);
    CHECK(drawn_height(sketch) == 40);
    CHECK(sketch.paper == std::array<std::uint8_t, 4>{255, 255, 255, 255});
    CHECK_FALSE(sketch.animated());
    CHECK(sketch.duration.count() == 0);
}

TEST_CASE("in an animation only what is paper in every frame is cut off", "[sketch]") {
    RgbaImage first = filled(60, 60, white);
    RgbaImage second = first;
    fill(first, 10, 10, 10, 10, red);
    fill(second, 40, 30, 10, 20, red);
    const Sketch sketch = make_sketch(animation({first, second}, 100));
    CHECK(sketch.margins == Margins{10, 10, 10, 10});
    CHECK(sketch.pictures == 2);
    REQUIRE(sketch.frames.size() == 2);
    CHECK(sketch.frames[0].start.count() == 0);
    CHECK(sketch.frames[1].start.count() == 100);
    CHECK(sketch.duration.count() == 200);
}

TEST_CASE("a picture of nothing but paper keeps its whole canvas", "[sketch]") {
    const Sketch sketch = make_sketch(still(filled(50, 30, blue)));
    CHECK(sketch.margins == Margins{});
    CHECK(drawn_width(sketch) == 50);
    CHECK(is_sane(sketch));
}

TEST_CASE("sketches are small, however large or long the picture", "[sketch]") {
    CHECK(make_sketch(still(drawing())).frames.front().image.height == sketch_side);
    CHECK(make_sketch(still(filled(20, 10, red))).frames.front().image.width == 20);
    const Sketch tall = make_sketch(still(rgba_noise(3, 500, 1)));
    CHECK(tall.frames.front().image.height == sketch_side);
    CHECK(tall.frames.front().image.width >= 1);
    std::vector<RgbaImage> many;
    for (int i = 0; i < 60; ++i) {
        many.push_back(rgba_noise(100, 100, static_cast<std::uint32_t>(i)));
    }
    const Sketch sketch = make_sketch(animation(many, 20));
    CHECK(sketch.frames.size() == sketch_max_frames);
    CHECK(sketch.pictures == 60);
    std::size_t pixels = 0;
    for (const SketchFrame& frame : sketch.frames) {
        pixels += frame.image.pixels.size() / 4;
    }
    CHECK(pixels <= sketch_max_pixels);
    CHECK(is_sane(sketch));
}

TEST_CASE("edges tell what GIF would do to a picture", "[sketch]") {
    CHECK(make_sketch(still(stamp())).hard_edged);
    CHECK_FALSE(make_sketch(still(drawing())).hard_edged);  // nothing is see-through
    RgbaImage soft = stamp();
    fill(soft, 50, 50, 10, 10, {30, 40, 120, 128});
    const Sketch sketch = make_sketch(still(soft));
    CHECK_FALSE(sketch.hard_edged);
    CHECK(sketch.hardened.width == sketch.frames.front().image.width);
}

TEST_CASE("a sketch comes back from its bytes as it was", "[sketch]") {
    RgbaImage soft = stamp();
    fill(soft, 50, 50, 10, 10, {30, 40, 120, 128});
    for (const Picture& picture :
         {still(drawing()), still(stamp()), still(soft), still(filled(1, 1, red)),
          animation({drawing(), stamp(), drawing()}, 70)}) {
        const Sketch before = make_sketch(picture);
        const Sketch after = decode_sketch(encode_sketch(before).value()).value();
        CHECK(after.width == before.width);
        CHECK(after.height == before.height);
        CHECK(after.margins == before.margins);
        CHECK(after.paper == before.paper);
        CHECK(after.pictures == before.pictures);
        CHECK(after.duration == before.duration);
        CHECK(after.hard_edged == before.hard_edged);
        CHECK(after.hardened == before.hardened);
        REQUIRE(after.frames.size() == before.frames.size());
        for (std::size_t i = 0; i < after.frames.size(); ++i) {
            CHECK(after.frames[i].image == before.frames[i].image);
            CHECK(after.frames[i].start == before.frames[i].start);
        }
    }
}

TEST_CASE("cut or damaged bytes are refused, or still make a sane sketch", "[sketch]") {
    const auto good = encoded(animation({drawing(), stamp()}, 70));
    for (std::size_t size = 0; size < good.size(); size += 1 + size / 40) {
        const auto sketch = decode_sketch(std::span(good).first(size));
        REQUIRE(sketch.has_error());
        CHECK(sketch.error().code == ErrorCode::corrupt);
    }
    for (std::size_t i = 0; i < std::min<std::size_t>(good.size(), 400); ++i) {
        for (const int flip : {0x01, 0x80, 0xFF}) {
            auto bad = good;
            bad[i] = static_cast<std::uint8_t>(bad[i] ^ flip);
            const auto sketch = decode_sketch(bad);
            CHECK((sketch ? is_sane(*sketch) : sketch.error().code == ErrorCode::corrupt));
        }
    }
}

TEST_CASE("a sketch of larger pictures than we keep is none of ours", "[sketch]") {
    Sketch sketch;
    sketch.width = sketch_side;
    sketch.height = 2 * sketch_side;
    sketch.pictures = 1;
    sketch.frames.push_back({filled(sketch_side, sketch_side, red), {}});
    CHECK(decode_sketch(encode_sketch(sketch).value()).has_value());
    sketch.frames.front().image = filled(sketch_side, sketch_side + 1, red);
    CHECK(decode_sketch(encode_sketch(sketch).value()).error().code == ErrorCode::corrupt);
    sketch.frames.front().image = filled(4, 4000, red);
    CHECK(decode_sketch(encode_sketch(sketch).value()).error().code == ErrorCode::corrupt);
}
