#include "emojiscope/image/frames.hpp"

#include "image/fixtures.hpp"

#include <catch2/catch.hpp>

using namespace emojiscope;
using namespace emojiscope::image;
using namespace emojiscope::image::fixtures;

namespace {

using Indices = std::vector<std::size_t>;

/// A red block of `ink` columns (10 pixels each), inside a clear frame of 102x12.
RgbaImage block(int ink, Rgba colour = red) {
    RgbaImage image = filled(102, 12, clear);
    fill(image, 1, 1, ink, 10, colour);
    return image;
}

Picture animation(const std::vector<RgbaImage>& images, int duration_ms = 100) {
    Picture out{ImageFormat::gif, {}};
    for (const RgbaImage& image : images) {
        out.frames.push_back({image, std::chrono::milliseconds(duration_ms)});
    }
    return out;
}

}  // namespace

TEST_CASE("ink is what differs from the paper at the edges") {
    CHECK(visible_ink(block(7)) == 70);
    CHECK(visible_ink(filled(9, 9, white)) == 0);
    CHECK(visible_ink(filled(9, 9, clear)) == 0);
    CHECK(visible_ink(filled(1, 1, red)) == 0);
    RgbaImage on_white = filled(9, 9, white);
    fill(on_white, 3, 3, 2, 2, blue);
    CHECK(visible_ink(on_white) == 4);
    // A hardly opaque block is not visible.
    CHECK(visible_ink(block(7, {255, 0, 0, 10})) == 0);
}

TEST_CASE("a still is represented by its frame") {
    CHECK(representative_frames(animation({block(5)})) == Indices{0});
    CHECK(representative_frames(animation({filled(3, 3, clear)})) == Indices{0});
}

TEST_CASE("no frames are asked for or given") {
    CHECK(representative_frames(animation({block(5), block(6)}), 0).empty());
    CHECK(representative_frames(Picture{}).empty());
}

TEST_CASE("a short animation gives each of its pictures once, where it is shown first") {
    CHECK(representative_frames(animation({block(50), block(60), block(50), block(60),
                                           block(70)})) == Indices{0, 1, 4});
}

TEST_CASE("pictures that differ only where nothing is seen are the same") {
    RgbaImage other = block(50);
    other.pixels[0] = 99;  // colour of a clear pixel
    CHECK(representative_frames(animation({block(50), other})) == Indices{0});
}

TEST_CASE("an almost blank frame is not chosen when there are others") {
    CHECK(representative_frames(animation({block(0), block(9), block(10), block(100)})) ==
          Indices{2, 3});
    CHECK(representative_frames(animation({filled(102, 12, white), block(100)})) == Indices{1});
}

TEST_CASE("flat frames represent an animation that has nothing else") {
    CHECK(representative_frames(animation({filled(4, 4, red), filled(4, 4, blue)})) ==
          Indices{0, 1});
}

TEST_CASE("a long animation is sampled evenly over time") {
    std::vector<RgbaImage> images;
    for (int i = 0; i < 40; ++i) {
        images.push_back(block(50, {static_cast<std::uint8_t>(100 + i), 0, 0, 255}));
    }
    const Indices chosen = representative_frames(animation(images));
    // All have the same ink: the first stands for its window of ten, of the others the middle.
    CHECK(chosen == Indices{0, 14, 24, 34});
    CHECK(representative_frames(animation(images)) == chosen);
    CHECK(representative_frames(animation(images), 1) == Indices{0});
}

TEST_CASE("the frame with the most ink is always chosen") {
    std::vector<RgbaImage> images;
    for (int i = 0; i < 40; ++i) {
        images.push_back(block(50, {static_cast<std::uint8_t>(100 + i), 0, 0, 255}));
    }
    images[29] = block(51);
    CHECK(representative_frames(animation(images)) == Indices{4, 14, 29, 34});
    CHECK(representative_frames(animation(images), 1) == Indices{29});
}

TEST_CASE("windows are of time, not of frames") {
    std::vector<RgbaImage> images;
    for (int i = 0; i < 10; ++i) {
        images.push_back(block(50, {static_cast<std::uint8_t>(100 + i), 0, 0, 255}));
    }
    Picture picture = animation(images, 10);
    picture.frames[9].duration = std::chrono::milliseconds(910);  // of 1,000 in all
    // The last frame is nearest to the middle of the second half.
    CHECK(representative_frames(picture, 2) == Indices{0, 9});
}
