// Files that Slack takes as emoji, of pictures of any kind.
#include "emojiscope/image/emoji_file.hpp"

#include "encode_gif.hpp"

#include "emojiscope/image/decode.hpp"
#include "emojiscope/image/encode.hpp"

#include <catch2/catch.hpp>

#include <random>

namespace emojiscope::image {
namespace {

using std::chrono::milliseconds;

RgbaImage plain(int width, int height, std::array<std::uint8_t, 4> colour) {
    RgbaImage image{width, height, {}};
    for (int i = 0; i < width * height; ++i) {
        image.pixels.insert(image.pixels.end(), colour.begin(), colour.end());
    }
    return image;
}

/// The worst there is for a compressor.
RgbaImage noise(int width, int height, unsigned seed) {
    std::mt19937 random(seed);
    RgbaImage image = plain(width, height, {0, 0, 0, 255});
    for (std::size_t i = 0; i < image.pixels.size(); ++i) {
        if (i % 4 != 3) {
            image.pixels[i] = static_cast<std::uint8_t>(random());
        }
    }
    return image;
}

std::vector<std::uint8_t> animation(std::size_t frames, int width, int height, bool noisy) {
    std::vector<Frame> made;
    for (std::size_t i = 0; i < frames; ++i) {
        made.push_back({noisy
                            ? noise(width, height, static_cast<unsigned>(i))
                            : plain(width, height, {static_cast<std::uint8_t>(i * 40), 9, 9, 255}),
                        milliseconds(70)});
    }
    return encode_gif(made).value();
}

Picture decoded(const EmojiFile& file) {
    CHECK(file.bytes.size() <= max_emoji_file_bytes);
    return decode(file.bytes).value();
}

milliseconds length_of(const Picture& picture) {
    milliseconds total{0};
    for (const Frame& frame : picture.frames) {
        total += frame.duration;
    }
    return total;
}

}  // namespace

TEST_CASE("a large still becomes a square of 128 pixels", "[emoji_file]") {
    const auto bytes = encode_png(plain(600, 300, {200, 10, 10, 255})).value();
    const EmojiFile file = make_emoji_file(bytes).value();
    CHECK(std::string(file.extension) == "png");
    CHECK(file.side == emoji_pixels);
    const RgbaImage image = decoded(file).frames.front().image;
    CHECK(image.width == 128);
    CHECK(image.height == 128);
    CHECK(image.pixels[3] == 0);  // transparency above
    const std::size_t middle = (64 * 128 + 64) * 4;
    CHECK(image.pixels[middle] == 200);
    CHECK(image.pixels[middle + 3] == 255);
}

TEST_CASE("a small still is made square and not enlarged", "[emoji_file]") {
    const auto bytes = encode_png(plain(20, 40, {1, 2, 3, 255})).value();
    const EmojiFile file = make_emoji_file(bytes).value();
    CHECK(file.side == 40);
    CHECK(decoded(file).width() == 40);
    CHECK(decoded(file).height() == 40);
}

TEST_CASE("the heaviest still is light enough", "[emoji_file]") {
    decoded(make_emoji_file(encode_png(noise(500, 500, 1)).value()).value());
}

TEST_CASE("an animation stays one, of the same length", "[emoji_file]") {
    const EmojiFile file = make_emoji_file(animation(5, 300, 200, false)).value();
    CHECK(std::string(file.extension) == "gif");
    const Picture picture = decoded(file);
    CHECK(picture.frames.size() == 5);
    CHECK(picture.width() == 128);
    CHECK(picture.height() == 128);
    CHECK(length_of(picture) == milliseconds(350));
    CHECK(picture.frames[0].image.pixels[3] == 0);  // transparency above
    const std::size_t middle = (64 * 128 + 64) * 4;
    for (std::size_t i = 0; i < 5; ++i) {
        CHECK(std::abs(picture.frames[i].image.pixels[middle] - static_cast<int>(i * 40)) <= 4);
    }
}

TEST_CASE("a heavy animation loses frames and pixels, not its length", "[emoji_file]") {
    const EmojiFile file = make_emoji_file(animation(60, 128, 128, true)).value();
    const Picture picture = decoded(file);
    CHECK(picture.animated());
    CHECK(picture.frames.size() <= static_cast<std::size_t>(max_emoji_frames));
    CHECK(length_of(picture) == milliseconds(60 * 70));
    CHECK(file.side < emoji_pixels);
}

TEST_CASE("few colours are kept as they are", "[emoji_file]") {
    std::vector<Frame> frames;
    for (int i = 0; i < 3; ++i) {
        frames.push_back(
            {plain(16, 16, {static_cast<std::uint8_t>(60 * i), 200, 17, 255}), milliseconds(100)});
    }
    frames.push_back({plain(16, 16, {0, 0, 0, 0}), milliseconds(100)});
    const Picture picture = decode(encode_gif(frames).value()).value();
    REQUIRE(picture.frames.size() == 4);
    for (std::size_t i = 0; i < 3; ++i) {
        CHECK(picture.frames[i].image == frames[i].image);
    }
    CHECK(picture.frames[3].image.pixels[3] == 0);
}

TEST_CASE("what is no picture becomes no file", "[emoji_file]") {
    const std::vector<std::uint8_t> junk{1, 2, 3};
    CHECK(make_emoji_file(junk).error().code == ErrorCode::unsupported);
    auto cut = encode_png(noise(64, 64, 1)).value();
    cut.resize(cut.size() / 2);
    CHECK(make_emoji_file(cut).error().code == ErrorCode::corrupt);
}

}  // namespace emojiscope::image
