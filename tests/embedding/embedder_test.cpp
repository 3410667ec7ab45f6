// The shipped model, against vectors that the training scripts wrote with it.
#include "emojiscope/embedding/embedder.hpp"

#include "fakes/fake_picture_reader.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <random>
#include <thread>

using namespace emojiscope;
using namespace emojiscope::embedding;
using search::Embeddings;

namespace {

/// Loaded once: that takes longer than all of these tests.
search::Embedder& shipped() {
    static const std::unique_ptr<search::Embedder> embedder =
        load_embedder(read_model_package("models/emojiclip").value(), {.threads = 2}).value();
    return *embedder;
}

nlohmann::json golden() {
    std::ifstream in("tests/data/emojiclip_golden.json");
    REQUIRE(in);
    return nlohmann::json::parse(in);
}

double largest_difference(std::span<const float> a, std::span<const float> b) {
    REQUIRE(a.size() == b.size());
    double largest = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        largest =
            std::max(largest, std::abs(static_cast<double>(a[i]) - static_cast<double>(b[i])));
    }
    return largest;
}

/// Every row a point of the unit sphere.
void check_unit(const Embeddings& rows, std::size_t count) {
    REQUIRE(rows.count() == count);
    for (std::size_t i = 0; i < count; ++i) {
        double squares = 0;
        for (const float value : rows.row(i)) {
            REQUIRE(std::isfinite(value));
            squares += static_cast<double>(value) * static_cast<double>(value);
        }
        CHECK(std::sqrt(squares) == Approx(1.0).margin(1e-5));
    }
}

Embeddings images(const std::vector<RgbaImage>& pictures) {
    std::vector<const RgbaImage*> pointers;
    for (const RgbaImage& picture : pictures) {
        pointers.push_back(&picture);
    }
    return shipped().embed_images(pointers).value();
}

Embeddings texts(const std::vector<std::string>& words) {
    return shipped().embed_texts(words).value();
}

/// Noise of many sizes, transparency included.
std::vector<RgbaImage> random_pictures(std::size_t count) {
    std::mt19937 random(3);
    std::vector<RgbaImage> pictures;
    for (std::size_t i = 0; i < count; ++i) {
        const auto width = static_cast<int>(1 + random() % 90);
        const auto height = static_cast<int>(1 + random() % 90);
        RgbaImage picture = fakes::plain_image(width, height, {});
        for (std::uint8_t& value : picture.pixels) {
            value = static_cast<std::uint8_t>(random());
        }
        pictures.push_back(std::move(picture));
    }
    return pictures;
}

}  // namespace

TEST_CASE("texts get the vectors that the training scripts computed", "[embedder]") {
    const auto cases = golden().at("text");
    REQUIRE(cases.size() >= 3);
    for (const auto& entry : cases) {
        const auto text = entry.at("text").get<std::string>();
        CAPTURE(text);
        const Embeddings row = texts({text});
        check_unit(row, 1);
        CHECK(largest_difference(row.row(0), entry.at("vector").get<std::vector<float>>()) <= 1e-4);
    }
}

TEST_CASE("pictures get the vectors that the training scripts computed", "[embedder]") {
    const auto cases = golden().at("images");
    REQUIRE(cases.size() >= 2);
    for (const auto& entry : cases) {
        const RgbaImage picture{entry.at("width"), entry.at("height"),
                                entry.at("rgba").get<std::vector<std::uint8_t>>()};
        CAPTURE(picture.width, picture.height);
        const Embeddings row = images({picture});
        check_unit(row, 1);
        CHECK(largest_difference(row.row(0), entry.at("vector").get<std::vector<float>>()) <= 1e-4);
    }
}

TEST_CASE("the embedder says which model it runs", "[embedder]") {
    const ModelPackage package = read_model_package("models/emojiclip").value();
    CHECK(shipped().model() == package.id);
    CHECK(golden().at("model") == package.id.name + " " + package.id.version);
}

TEST_CASE("a picture's vector does not depend on its company", "[embedder]") {
    const std::vector<RgbaImage> pictures = random_pictures(40);
    const Embeddings all = images(pictures);
    check_unit(all, 40);
    for (std::size_t i = 0; i < pictures.size(); ++i) {
        CAPTURE(i);
        CHECK(largest_difference(images({pictures[i]}).row(0), all.row(i)) <= 1e-5);
    }
    for (std::size_t i = 0; i + 2 < pictures.size(); i += 5) {
        const Embeddings three = images({pictures[i + 2], pictures[i], pictures[i + 1]});
        CHECK(largest_difference(three.row(0), all.row(i + 2)) <= 1e-5);
        CHECK(largest_difference(three.row(1), all.row(i)) <= 1e-5);
        CHECK(largest_difference(three.row(2), all.row(i + 1)) <= 1e-5);
    }
}

TEST_CASE("a text's vector does not depend on its company", "[embedder]") {
    // Of very different lengths, so that the short ones are padded.
    const std::vector<std::string> words{
        "beer", "x", std::string(500, 'y'), "", "face with tears of joy", "ビール"};
    std::vector<std::string> many;
    for (std::size_t i = 0; i < 45; ++i) {
        many.push_back(words[i % words.size()]);
    }
    const Embeddings all = texts(many);
    check_unit(all, many.size());
    for (std::size_t i = 0; i < many.size(); ++i) {
        CAPTURE(i);
        CHECK(largest_difference(texts({many[i]}).row(0), all.row(i)) <= 1e-5);
    }
}

TEST_CASE("the same text gives the same vector each time", "[embedder]") {
    const Embeddings first = texts({"beer"});
    for (int i = 0; i < 5; ++i) {
        CHECK(texts({"beer"}).values == first.values);
    }
    CHECK(largest_difference(texts({"rain"}).row(0), first.row(0)) > 1e-2);
}

TEST_CASE("a transparent pixel's colour does not matter", "[embedder]") {
    RgbaImage black = fakes::plain_image(20, 20, {0, 0, 0});
    RgbaImage pink = fakes::plain_image(20, 20, {255, 100, 180});
    for (RgbaImage* const picture : {&black, &pink}) {
        for (std::size_t i = 3; i < picture->pixels.size(); i += 4) {
            picture->pixels[i] = 0;
        }
    }
    const Embeddings rows = images({black, pink, fakes::plain_image(20, 20, {0, 0, 0})});
    CHECK(largest_difference(rows.row(0), rows.row(1)) <= 1e-6);
    CHECK(largest_difference(rows.row(0), rows.row(2)) > 1e-3);
}

TEST_CASE("any bytes are a text", "[embedder]") {
    std::mt19937 random(5);
    std::vector<std::string> words{"", "\xff\xfe", "\xC3", std::string("a\0b", 3),
                                   std::string(200'000, 'z')};
    for (int i = 0; i < 50; ++i) {
        std::string bytes(random() % 40, '\0');
        for (char& byte : bytes) {
            byte = static_cast<char>(random());
        }
        words.push_back(bytes);
    }
    check_unit(texts(words), words.size());
    // What is no UTF-8 counts as the replacement character.
    CHECK(texts({"a\xff"}).values == texts({"a\xEF\xBF\xBD"}).values);
}

TEST_CASE("any size is a picture", "[embedder]") {
    const std::vector<std::pair<int, int>> sizes{{1, 1}, {1, 600}, {600, 1}, {2048, 2048}, {3, 2}};
    std::vector<RgbaImage> pictures;
    for (const auto& [width, height] : sizes) {
        pictures.push_back(fakes::plain_image(width, height, {200, 30, 30}));
    }
    check_unit(images(pictures), pictures.size());
    check_unit(images({}), 0);
    check_unit(texts({}), 0);
}

TEST_CASE("four threads at once get what one gets alone", "[embedder]") {
    const std::vector<RgbaImage> pictures = random_pictures(6);
    const std::vector<std::string> words{"beer", "rain", "ビール", "party parrot"};
    const Embeddings expected_images = images(pictures);
    const Embeddings expected_texts = texts(words);
    constexpr std::size_t callers = 4;
    std::array<Embeddings, callers> got_images;
    std::array<Embeddings, callers> got_texts;
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < callers; ++i) {
        threads.emplace_back([&, i] {
            for (int round = 0; round < 5; ++round) {
                std::vector<const RgbaImage*> pointers;
                for (const RgbaImage& picture : pictures) {
                    pointers.push_back(&picture);
                }
                got_images[i] = shipped().embed_images(pointers).value();
                got_texts[i] = shipped().embed_texts(words).value();
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    for (std::size_t i = 0; i < callers; ++i) {
        CHECK(largest_difference(got_images[i].values, expected_images.values) <= 1e-5);
        CHECK(largest_difference(got_texts[i].values, expected_texts.values) <= 1e-5);
    }
}

TEST_CASE("the size of a pass bounds memory, not results", "[embedder]") {
    const ModelPackage package = read_model_package("models/emojiclip").value();
    const auto narrow = load_embedder(package, {.threads = 2, .max_batch = 1}).value();
    const std::vector<RgbaImage> pictures = random_pictures(5);
    std::vector<const RgbaImage*> pointers;
    for (const RgbaImage& picture : pictures) {
        pointers.push_back(&picture);
    }
    const Embeddings rows = narrow->embed_images(pointers).value();
    CHECK(largest_difference(rows.values, images(pictures).values) <= 1e-5);
    const auto nothing_at_once = load_embedder(package, {.threads = 2, .max_batch = 0}).value();
    CHECK(nothing_at_once->embed_images(pointers).value().count() == pictures.size());
}

TEST_CASE("the machine's part in inference is named", "[embedder]") {
    CHECK(!blas_info().description.empty());
    CHECK(!torch_version().empty());
    (void)shipped();
    CHECK(inference_threads() >= 1);
}
