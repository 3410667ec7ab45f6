// The proof of a duplicate: which alterations are the same picture, and which are not.
#include "emojiscope/image/picture_comparer.hpp"

#include "drawings.hpp"

#include "emojiscope/image/sketch.hpp"
#include "emojiscope/image/sketch_descriptors.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <map>
#include <numeric>

using namespace emojiscope;
using namespace emojiscope::image;
using namespace emojiscope::image::fixtures;
using search::DuplicateKind;

namespace {

using Verdict = std::optional<DuplicateKind>;

constexpr Rgba cream{250, 240, 220, 255};
constexpr Rgba black{0, 0, 0, 255};

std::vector<std::uint8_t> sketch_of(const Picture& picture) {
    return encode_sketch(make_sketch(picture)).value();
}

Verdict verdict(const Picture& copy, const Picture& original) {
    const std::vector<std::vector<std::uint8_t>> originals{sketch_of(original)};
    const auto found = image::PictureComparer().compare(sketch_of(copy), originals).value().front();
    return found ? Verdict(found->kind) : std::nullopt;
}

Verdict verdict(const RgbaImage& copy, const RgbaImage& original) {
    return verdict(still(copy), still(original));
}

/// The best cosine between a row of one and a row of the other.
double nearest_rows(const RgbaImage& a, const RgbaImage& b) {
    const auto first = sketch_descriptors(make_sketch(still(a)));
    const auto second = sketch_descriptors(make_sketch(still(b)));
    double best = -1;
    for (std::size_t i = 0; i < first.size(); i += descriptor_dimension) {
        for (std::size_t j = 0; j < second.size(); j += descriptor_dimension) {
            best = std::max(best, std::inner_product(
                                      first.begin() + static_cast<std::ptrdiff_t>(i),
                                      first.begin() + static_cast<std::ptrdiff_t>(i) +
                                          descriptor_dimension,
                                      second.begin() + static_cast<std::ptrdiff_t>(j), 0.0));
        }
    }
    return best;
}

/// A bar that moves from left to right.
std::vector<RgbaImage> moving_bar() {
    std::vector<RgbaImage> images;
    for (int i = 0; i < 8; ++i) {
        RgbaImage image = drawing();
        fill(image, 8 + 14 * i, 4, 12, 120, {10, 10, 10, 255});
        images.push_back(image);
    }
    return images;
}

}  // namespace

TEST_CASE("copies are the same picture, whichever of the two came first", "[duplicates]") {
    const std::map<std::string, std::pair<RgbaImage, RgbaImage>> copies{
        {"half size", {half_size(drawing()), drawing()}},
        {"half size, see-through", {half_size(stamp()), stamp()}},
        {"a full stamp, half size", {half_size(full_stamp(Mark::dakuten)),
                                     full_stamp(Mark::dakuten)}},
        {"a full stamp, noisy", {noisy(full_stamp(Mark::none), 6), full_stamp(Mark::none)}},
        {"a full stamp, padded", {padded(full_stamp(Mark::handakuten), 9, white),
                                  full_stamp(Mark::handakuten)}},
        {"noisy", {noisy(drawing(), 6), drawing()}},
        {"padded", {padded(drawing(), 12, cream), drawing()}},
        {"padded, see-through", {padded(stamp(), 14, clear), stamp()}},
        {"cropped", {padded(drawing(), -4, cream), drawing()}},
        {"on white", {on_paper(stamp(), white), stamp()}},
        {"on black", {on_paper(stamp({200, 220, 80, 255}), black), stamp({200, 220, 80, 255})}},
        {"on white, half size", {half_size(on_paper(stamp(), white)), stamp()}},
    };
    for (const auto& [name, pair] : copies) {
        CAPTURE(name);
        CHECK(verdict(pair.first, pair.second) == DuplicateKind::same_image);
        CHECK(verdict(pair.second, pair.first) == DuplicateKind::same_image);
    }
}

TEST_CASE("what a person tells apart is not the same picture", "[duplicates]") {
    RgbaImage recoloured = drawing();
    for (std::size_t i = 0; i < recoloured.pixels.size(); i += 4) {
        std::swap(recoloured.pixels[i], recoloured.pixels[i + 2]);
    }
    RgbaImage other = filled(128, 128, cream);
    fill(other, 10, 60, 100, 20, {90, 30, 120, 255});
    const std::map<std::string, std::pair<RgbaImage, RgbaImage>> pairs{
        {"two strokes more", {stamp_with_dakuten(), stamp()}},
        {"two strokes more, half size", {half_size(stamp_with_dakuten()), stamp()}},
        {"a character with a mark", {full_stamp(Mark::dakuten), full_stamp(Mark::none)}},
        {"a character with another mark", {full_stamp(Mark::handakuten), full_stamp(Mark::none)}},
        {"mirrored", {mirrored(drawing()), drawing()}},
        {"mirrored stamp", {mirrored(stamp()), stamp()}},
        {"other colours", {recoloured, drawing()}},
        {"other ink", {stamp({160, 20, 20, 255}), stamp()}},
        {"another drawing", {other, drawing()}},
    };
    for (const auto& [name, pair] : pairs) {
        CAPTURE(name);
        CHECK(verdict(pair.first, pair.second) != DuplicateKind::same_image);
        CHECK(verdict(pair.second, pair.first) != DuplicateKind::same_image);
    }
}

TEST_CASE("what is alike is told", "[duplicates]") {
    using search::Likeness;
    const auto likeness = [](const Picture& copy, const Picture& original) {
        const std::vector<std::vector<std::uint8_t>> originals{sketch_of(original)};
        const auto found = image::PictureComparer().compare(sketch_of(copy), originals).value();
        return found.front().value().likeness;
    };
    const auto images = moving_bar();
    const Picture moving = animation(images, 100);
    CHECK(likeness(still(half_size(drawing())), still(drawing())) == Likeness::whole);
    CHECK(likeness(animation(images, 60), moving) == Likeness::whole);
    CHECK(likeness(animation(images, 40), moving) == Likeness::other_speed);
    CHECK(likeness(animation(images, 400), moving) == Likeness::other_speed);
    CHECK(likeness(still(images[3]), moving) == Likeness::frame_of);
    CHECK(likeness(moving, still(images[3])) == Likeness::has_frame);
}

TEST_CASE("a blank picture is like no other", "[duplicates]") {
    CHECK(verdict(filled(64, 64, white), drawing()) == std::nullopt);
    CHECK(verdict(drawing(), filled(64, 64, white)) == std::nullopt);
    CHECK(verdict(filled(64, 64, clear), stamp()) == std::nullopt);
    CHECK(sketch_descriptors(make_sketch(still(filled(64, 64, white)))).empty());
}

TEST_CASE("animations are compared as animations", "[duplicates]") {
    const auto images = moving_bar();
    const Picture original = animation(images, 100);
    CHECK(verdict(animation(images, 60), original) == DuplicateKind::same_image);
    CHECK(verdict(animation(images, 200), original) == DuplicateKind::same_image);
    CHECK(verdict(animation(images, 40), original) == DuplicateKind::near);
    auto reversed = images;
    std::reverse(reversed.begin(), reversed.end());
    CHECK(verdict(animation(reversed, 100), original) != DuplicateKind::same_image);
    std::vector<RgbaImage> only_the_first(images.size(), mirrored(images.front()));
    for (std::size_t i = 1; i < only_the_first.size(); ++i) {
        fill(only_the_first[i], 4, 4, 10 * static_cast<int>(i), 90, {200, 20, 200, 255});
    }
    only_the_first.front() = images.front();
    CHECK(verdict(animation(only_the_first, 100), original) != DuplicateKind::same_image);
    // Every frame shown twice is the same animation.
    std::vector<RgbaImage> twice;
    for (const RgbaImage& image : images) {
        twice.insert(twice.end(), 2, image);
    }
    CHECK(verdict(animation(twice, 50), original) == DuplicateKind::same_image);
}

TEST_CASE("a still cut from an animation is near to it, and no more", "[duplicates]") {
    const auto images = moving_bar();
    const Picture original = animation(images, 100);
    CHECK(verdict(still(images[3]), original) == DuplicateKind::near);
    CHECK(verdict(original, still(images[3])) == DuplicateKind::near);
    CHECK(verdict(still(stamp()), original) == std::nullopt);
}

TEST_CASE("damaged sketches are told, or match nothing", "[duplicates]") {
    const auto good = sketch_of(still(drawing()));
    const std::vector<std::vector<std::uint8_t>> damaged{{}, {1, 2, 3}, good};
    const image::PictureComparer comparer;
    const auto found = comparer.compare(good, damaged).value();
    REQUIRE(found.size() == 3);
    CHECK_FALSE(found[0]);
    CHECK_FALSE(found[1]);
    REQUIRE(found[2]);
    CHECK(found[2]->score > 0.9);
    CHECK(comparer.compare({}, damaged).error().code == ErrorCode::corrupt);
}

TEST_CASE("copies have a descriptor near one of the original's", "[duplicates]") {
    CHECK(nearest_rows(half_size(drawing()), drawing()) > 0.98);
    CHECK(nearest_rows(padded(drawing(), 12, cream), drawing()) > 0.98);
    CHECK(nearest_rows(on_paper(stamp(), white), stamp()) > 0.98);
    CHECK(nearest_rows(padded(drawing(), -4, cream), drawing()) > 0.85);
    CHECK(nearest_rows(stamp(), drawing()) < 0.8);
    // A plain spot says something only within the whole: on a canvas that the drawing fills, and
    // on paper.
    RgbaImage spot = filled(96, 96, white);
    fill(spot, 8, 8, 80, 80, {220, 30, 30, 255});
    fill(spot, 50, 24, 30, 24, white);
    CHECK(nearest_rows(noisy(spot, 4), spot) > 0.98);
    RgbaImage box = filled(96, 96, {220, 30, 30, 255});
    fill(box, 50, 24, 30, 24, white);
    CHECK(nearest_rows(noisy(box, 4), box) > 0.98);
    CHECK(verdict(noisy(box, 4), box) == DuplicateKind::same_image);
    const auto rows = sketch_descriptors(make_sketch(animation(moving_bar(), 100)));
    CHECK(rows.size() % descriptor_dimension == 0);
    CHECK(rows.size() <= 4 * descriptor_max_frames * descriptor_dimension);
    for (std::size_t i = 0; i < rows.size(); i += descriptor_dimension) {
        double squares = 0;
        for (std::size_t k = 0; k < descriptor_dimension; ++k) {
            squares += static_cast<double>(rows[i + k] * rows[i + k]);
        }
        CHECK(squares == Approx(1).margin(1e-4));
    }
}
