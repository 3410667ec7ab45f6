// Contract of search::Embedder. To test another embedder, add a line to `embedders`.
#include "emojiscope/embedding/embedder.hpp"
#include "fakes/fake_embedder.hpp"
#include "fakes/fake_picture_reader.hpp"

#include <catch2/catch.hpp>

#include <cmath>
#include <functional>
#include <memory>
#include <numeric>
#include <thread>

namespace emojiscope::contract {
namespace {

struct Candidate {
    const char* name;
    /// Null if the embedder's files are not there; then the candidate is left out.
    std::function<std::unique_ptr<search::Embedder>()> make;
};

const std::vector<Candidate>& embedders() {
    static const std::vector<Candidate> all{
        {"fake", [] { return std::make_unique<fakes::FakeEmbedder>(); }},
        {"TorchScript",
         [] {
             const auto package = embedding::read_model_package("models/emojiclip").value();
             return embedding::load_embedder(package, {.threads = 1}).value();
         }},
    };
    return all;
}

/// Runs `test` on each embedder that is there.
void on_each(const std::function<void(search::Embedder&)>& test) {
    int tested = 0;
    for (const Candidate& candidate : embedders()) {
        if (const auto embedder = candidate.make()) {
            INFO("embedder: " << candidate.name);
            test(*embedder);
            ++tested;
        }
    }
    REQUIRE(tested > 0);
}

double cosine(std::span<const float> a, std::span<const float> b) {
    return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

void check_rows(const search::Embeddings& rows, std::size_t count, const search::ModelId& model) {
    REQUIRE(rows.dimension == model.dimension);
    REQUIRE(rows.values.size() == count * static_cast<std::size_t>(model.dimension));
    for (std::size_t i = 0; i < count; ++i) {
        CHECK(cosine(rows.row(i), rows.row(i)) == Approx(1.0).margin(1e-3));
    }
}

const RgbaImage red = fakes::plain_image(32, 24, {255, 0, 0});
const RgbaImage black = fakes::plain_image(128, 128, {0, 0, 0});
const RgbaImage dot = fakes::plain_image(1, 1, {0, 0, 255});

}  // namespace

TEST_CASE("an embedder names its model", "[embedder]") {
    on_each([](search::Embedder& embedder) {
        CHECK(!embedder.model().name.empty());
        CHECK(embedder.model().dimension > 0);
    });
}

TEST_CASE("pictures become unit rows in order", "[embedder]") {
    on_each([](search::Embedder& embedder) {
        const std::vector<const RgbaImage*> images{&red, &black, &dot, &red};
        const auto rows = embedder.embed_images(images).value();
        check_rows(rows, 4, embedder.model());
        CHECK(cosine(rows.row(0), rows.row(3)) == Approx(1.0).margin(1e-3));
        CHECK(cosine(rows.row(0), rows.row(1)) < 0.999);

        const std::vector<const RgbaImage*> alone{&black};
        const auto row = embedder.embed_images(alone).value();
        CHECK(cosine(row.row(0), rows.row(1)) == Approx(1.0).margin(1e-3));
    });
}

TEST_CASE("texts become unit rows, whatever their bytes", "[embedder]") {
    on_each([](search::Embedder& embedder) {
        const std::vector<std::string> texts{
            "party parrot",           "乾杯",        "", "\xff\xfe broken \x80",
            std::string(10'000, 'x'), "party parrot"};
        const auto rows = embedder.embed_texts(texts).value();
        check_rows(rows, texts.size(), embedder.model());
        CHECK(cosine(rows.row(0), rows.row(5)) == Approx(1.0).margin(1e-3));
        CHECK(cosine(rows.row(0), rows.row(1)) < 0.999);
    });
}

TEST_CASE("nothing in gives nothing out", "[embedder]") {
    on_each([](search::Embedder& embedder) {
        check_rows(embedder.embed_images({}).value(), 0, embedder.model());
        check_rows(embedder.embed_texts({}).value(), 0, embedder.model());
    });
}

TEST_CASE("threads share an embedder", "[embedder]") {
    on_each([](search::Embedder& embedder) {
        const std::vector<const RgbaImage*> images{&red};
        const std::vector<std::string> texts{"red"};
        const auto image = embedder.embed_images(images).value();
        const auto text = embedder.embed_texts(texts).value();
        std::vector<double> cosines(8);
        std::vector<std::thread> threads;
        for (std::size_t i = 0; i < cosines.size(); ++i) {
            threads.emplace_back([&, i] {
                cosines[i] =
                    i % 2 == 0 ? cosine(embedder.embed_images(images).value().row(0), image.row(0))
                               : cosine(embedder.embed_texts(texts).value().row(0), text.row(0));
            });
        }
        for (std::thread& thread : threads) {
            thread.join();
        }
        for (const double value : cosines) {
            CHECK(value == Approx(1.0).margin(1e-3));
        }
    });
}

TEST_CASE("the fake embedder can be taught and can fail", "[embedder]") {
    fakes::FakeEmbedder embedder;
    embedder.teach("red", red);
    const std::vector<const RgbaImage*> images{&red};
    const std::vector<std::string> texts{"red"};
    CHECK(embedder.embed_texts(texts).value().values ==
          embedder.embed_images(images).value().values);
    CHECK(embedder.images_embedded() == 1);
    embedder.fail_next(fail(ErrorCode::internal, "broken"));
    CHECK(embedder.embed_images(images).error().message == "broken");
    CHECK(embedder.embed_images(images).has_value());
}

}  // namespace emojiscope::contract
