#include "emojiscope/image/hash.hpp"
#include "emojiscope/image/decode.hpp"
#include "emojiscope/image/encode.hpp"

#include "fakes/temp_folder.hpp"
#include "image/fixtures.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <fstream>

using namespace emojiscope;
using namespace emojiscope::image;
using namespace emojiscope::image::fixtures;
using std::chrono::milliseconds;

namespace {

Picture animation(const std::vector<std::pair<RgbaImage, int>>& frames) {
    Picture out{ImageFormat::gif, {}};
    for (const auto& [image, duration] : frames) {
        out.frames.push_back({image, milliseconds(duration)});
    }
    return out;
}

Picture still(const RgbaImage& image) {
    return animation({{image, 0}});
}

}  // namespace

TEST_CASE("sha256_hex gives the published digests") {
    CHECK(sha256_hex({}) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(sha256_hex(Bytes{'a', 'b', 'c'}) ==
          "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST_CASE("a file has the digest of its bytes, of whatever length") {
    const fakes::TempFolder folder;
    const auto file = folder.path() / "file";
    const auto later = std::chrono::steady_clock::now() + std::chrono::hours(1);
    for (const std::size_t length : {0U, 3U, 1024U * 1024U, 1024U * 1024U + 1U, 3'000'000U}) {
        Bytes bytes(length);
        for (std::size_t i = 0; i < length; ++i) {
            bytes[i] = static_cast<std::uint8_t>(i * 7 % 251);
        }
        std::ofstream(file, std::ios::binary)
            .write(reinterpret_cast<const char*>(bytes.data()),
                   static_cast<std::streamsize>(length));
        CHECK(sha256_hex_of_file(file, later).value() == sha256_hex(bytes));
    }
    CHECK(sha256_hex_of_file(file, std::chrono::steady_clock::time_point::min()).error().code ==
          ErrorCode::timeout);
    CHECK(sha256_hex_of_file(folder.path() / "none", later).error().code == ErrorCode::not_found);
    CHECK(sha256_hex_of_file(folder.path(), later).error().code == ErrorCode::io);
}

TEST_CASE("a still has the same pixel hash whatever its file format") {
    const RgbaImage image = drawn({"r.b", "gw."});
    const auto png = decode(*encode_png(image));
    const auto gif_file = decode(gif(3, 2, {{.rows = {"r.b", "gw."}}}));
    const auto webp = decode(webp_lossless(image));
    REQUIRE((png && gif_file && webp));
    CHECK(pixel_hash(*png) == pixel_hash(*gif_file));
    CHECK(pixel_hash(*png) == pixel_hash(*webp));
}

TEST_CASE("the pixel hash is the documented layout") {
    const Bytes layout = {1,   0, 0, 0,  1, 0, 0, 0, 1, 0, 0, 0,  // width, height, frames
                          0,   0, 0, 0,  0, 0, 0, 0,              // duration
                          255, 0, 0, 255};
    CHECK(pixel_hash(still(drawn({"r"}))) == sha256_hex(layout));
}

TEST_CASE("colours under alpha 0 do not count, others do") {
    const Picture a = still({2, 1, {9, 9, 9, 0, 1, 2, 3, 4}});
    const Picture b = still({2, 1, {7, 0, 1, 0, 1, 2, 3, 4}});
    const Picture c = still({2, 1, {7, 0, 1, 0, 1, 2, 3, 5}});
    CHECK(pixel_hash(a) == pixel_hash(b));
    CHECK(pixel_hash(a) != pixel_hash(c));
}

TEST_CASE("the same pixels in another shape hash differently") {
    CHECK(pixel_hash(still(filled(2, 3, red))) != pixel_hash(still(filled(3, 2, red))));
}

TEST_CASE("equal frames in a row are one, with their durations added") {
    const RgbaImage r = drawn({"r"});
    const RgbaImage g = drawn({"g"});
    const Picture split = animation({{r, 30}, {r, 20}, {g, 10}});
    const Picture merged = animation({{r, 50}, {g, 10}});
    CHECK(pixel_hash(split) == pixel_hash(merged));
    CHECK(pixel_hash(merged) != pixel_hash(animation({{r, 50}, {g, 20}})));
    CHECK(pixel_hash(merged) != pixel_hash(animation({{g, 10}, {r, 50}})));
    CHECK(pixel_hash(animation({{r, 50}, {g, 10}, {r, 50}})) != pixel_hash(merged));
}

TEST_CASE("an animation that never changes hashes as a still") {
    const RgbaImage r = drawn({"r"});
    CHECK(pixel_hash(animation({{r, 30}, {r, 20}})) == pixel_hash(still(r)));
}
