// Ranking in the real space of OpenAI's CLIP: embeddings that it made of photos and of names, in the
// optional folder of test data (EMOJISCOPE_SHARED/fixtures/clip), through our index and score.
#include "catalogue_contract.hpp"

#include "emojiscope/index/faiss_index.hpp"
#include "emojiscope/search/emoji_library.hpp"
#include "emojiscope/search/emoji_search.hpp"
#include "fakes/npy.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <optional>

namespace emojiscope::contract {
namespace {

namespace fs = std::filesystem;

constexpr int dimension = 512;
constexpr const char* kittens[] = {"123_456", "456_123"};

/// Scales every row to unit length.
std::vector<float> unit_rows(std::vector<float> values) {
    for (auto row = values.begin(); row < values.end(); row += dimension) {
        const float length = std::sqrt(std::inner_product(row, row + dimension, row, 0.0F));
        std::transform(row, row + dimension, row, [length](float v) { return v / length; });
    }
    return values;
}

/// What CLIP made of "a cat" and 79 other names.
class Names80 final : public search::Embedder {
public:
    explicit Names80(const fs::path& folder)
        : values_(unit_rows(fakes::read_npy(folder / "coco_text_embeddings.npy"))) {
        std::ifstream in(folder / "coco_names.json");
        names = nlohmann::json::parse(in).get<std::vector<std::string>>();
    }

    [[nodiscard]] const search::ModelId& model() const noexcept override { return model_; }
    [[nodiscard]] Result<search::Embeddings> embed_images(
        std::span<const RgbaImage* const> /*images*/) override {
        return fail(ErrorCode::unsupported, "only names");
    }
    [[nodiscard]] Result<search::Embeddings> embed_texts(
        std::span<const std::string> texts) override {
        search::Embeddings rows{dimension, {}};
        for (const std::string& text : texts) {
            const auto found = std::find(names.begin(), names.end(), text);
            if (found == names.end()) {
                return fail(ErrorCode::not_found, text);
            }
            const auto row = this->row(static_cast<std::size_t>(found - names.begin()));
            rows.values.insert(rows.values.end(), row.begin(), row.end());
        }
        return rows;
    }
    [[nodiscard]] std::span<const float> row(std::size_t i) const {
        return std::span(values_).subspan(i * dimension, dimension);
    }
    [[nodiscard]] std::span<const float> rows() const { return values_; }

    std::vector<std::string> names;

private:
    search::ModelId model_{"clip", "ViT-B/32", dimension};
    std::vector<float> values_;
};

std::optional<fs::path> clip_folder() {
    const char* shared = std::getenv("EMOJISCOPE_SHARED");
    const fs::path folder = fs::path(shared == nullptr ? "" : shared) / "fixtures" / "clip";
    if (shared == nullptr || !fs::exists(folder)) {
        WARN("skipped: EMOJISCOPE_SHARED does not name a folder with fixtures/clip");
        return std::nullopt;
    }
    return folder;
}

std::vector<float> embedding_of(const fs::path& folder, const std::string& photo) {
    return unit_rows(fakes::read_npy(folder / "images" / (photo + ".image_embedding.npy")));
}

}  // namespace

TEST_CASE("photos of kittens are nearest to 'cat'", "[clip]") {
    const auto folder = clip_folder();
    if (!folder) {
        return;
    }
    const Names80 names(*folder);
    REQUIRE(names.names.size() == 80);
    const auto index = index::FaissIndex::create(dimension).value();
    std::vector<std::int64_t> ids(80);
    std::iota(ids.begin(), ids.end(), 0);
    index->add(ids, names.rows()).value();
    for (const char* kitten : kittens) {
        const auto nearest = index->search(embedding_of(*folder, kitten), 3).value();
        REQUIRE(nearest.size() == 3);
        CHECK(names.names[static_cast<std::size_t>(nearest.front().id)] == "cat");
        CHECK(nearest.front().cosine == Approx(0.253).margin(0.005));
        CHECK(nearest.front().cosine > nearest[1].cosine + 0.01);
    }
}

TEST_CASE("a query of words finds the photos that CLIP is nearest to", "[clip]") {
    const auto folder = clip_folder();
    if (!folder) {
        return;
    }
    Names80 names(*folder);
    MemoryHarness harness;
    harness.catalogue().claim_model(names.model()).value();
    int number = 0;
    for (const auto& entry : fs::directory_iterator(*folder / "images")) {
        if (entry.path().extension() != ".jpg") {
            continue;
        }
        const std::string photo = entry.path().stem().string();
        const std::string hash = "hash" + std::to_string(++number);
        put_ready(harness.catalogue(), "T1", photo,
                  {hash, hash, 128, 128, 1, {dimension, embedding_of(*folder, photo)}, {}});
    }
    REQUIRE(number == 7);
    search::EmojiLibrary library(harness.catalogue(),
                                 index::FaissIndex::create(dimension).value(), "T1");
    library.load().value();
    const search::EmojiSearch search(library, names);
    const auto answer = search.by_text("cat", 7, {false, false, false, true}).value();
    REQUIRE(answer.hits.size() >= 2);
    std::vector<std::string> first{answer.hits[0].name, answer.hits[1].name};
    std::sort(first.begin(), first.end());
    CHECK(first == std::vector<std::string>(std::begin(kittens), std::end(kittens)));
    for (std::size_t i = 0; i < 2; ++i) {
        CHECK(answer.hits[i].cosine.value() == Approx(0.253).margin(0.005));
    }
    // A hit's cosine is null where its looks had no say.
    for (std::size_t i = 2; i < answer.hits.size(); ++i) {
        CHECK(answer.hits[i].cosine.value_or(0) < 0.2);
    }
}

}  // namespace emojiscope::contract
