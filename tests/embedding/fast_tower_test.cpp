// Towers whose heavy layers run by oneDNN, against what eager PyTorch made of the same inputs
// (tests/embedding/make_packages.py, run by the build).
#include "emojiscope/embedding/embedder.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <thread>

using namespace emojiscope;
using namespace emojiscope::embedding;

namespace {

/// The folder is named by the build; empty where Debian's PyTorch is missing.
std::filesystem::path packages() {
    const char* folder = std::getenv("EMOJISCOPE_TEST_PACKAGES");
    return folder == nullptr ? "" : folder;
}

bool skipped() {
    if (!packages().empty()) {
        return false;
    }
    WARN("skipped: python3-torch or python3-yaml is not installed");
    return true;
}

struct Golden {
    std::vector<RgbaImage> pictures;
    nlohmann::json vectors;
    std::size_t blocks = 0;

    [[nodiscard]] std::vector<float> vector(const std::string& package, std::size_t i) const {
        return vectors.at(package).at(i).get<std::vector<float>>();
    }
};

const Golden& golden() {
    static const Golden read = [] {
        std::ifstream in(packages() / "golden.json");
        const auto json = nlohmann::json::parse(in);
        Golden made;
        for (const auto& pixels : json.at("pictures")) {
            made.pictures.push_back(
                {json.at("side"), json.at("side"), pixels.get<std::vector<std::uint8_t>>()});
        }
        made.vectors = json.at("vectors");
        made.blocks = json.at("blocks");
        return made;
    }();
    return read;
}

std::unique_ptr<LocalEmbedder> load(const std::string& package, EmbedderOptions options = {}) {
    if (options.threads == 0) {
        options.threads = 2;
    }
    return load_embedder(read_model_package(packages() / package).value(), options).value();
}

std::vector<const RgbaImage*> first_pictures(std::size_t count) {
    std::vector<const RgbaImage*> pointers;
    for (std::size_t i = 0; i < count; ++i) {
        pointers.push_back(&golden().pictures[i]);
    }
    return pointers;
}

double cosine(std::span<const float> a, std::span<const float> b) {
    REQUIRE(a.size() == b.size());
    return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

double least_cosine(const search::Embeddings& rows, const std::string& package) {
    double least = 1.0;
    for (std::size_t i = 0; i < rows.count(); ++i) {
        least = std::min(least, cosine(rows.row(i), golden().vector(package, i)));
    }
    return least;
}

bool exact(Precision precision) {
    return usable_precision(precision) == Precision::float32;
}

}  // namespace

TEST_CASE("every linear layer and product of a transformer is oneDNN's", "[fast]") {
    if (skipped()) {
        return;
    }
    const auto embedder = load("float32");
    const std::size_t blocks = golden().blocks;
    // Query with key and value, output, and the two of the perceptron; patches and head.
    CHECK(embedder->image_tower().packed_layers == 4 * blocks + 2);
    CHECK(embedder->image_tower().packed_products == 2 * blocks);
    CHECK(embedder->text_tower().packed_layers == 4 * blocks + 1);
    CHECK(embedder->image_tower().as_it_came.empty());
    CHECK(embedder->image_tower().fidelity == Approx(1.0).margin(1e-6));
}

TEST_CASE("float32 is eager PyTorch's at every size of a batch and number of threads", "[fast]") {
    if (skipped()) {
        return;
    }
    for (const int threads : {1, 2, 3}) {
        for (const std::size_t max_batch : {std::size_t{1}, std::size_t{8}, std::size_t{32}}) {
            const auto embedder = load("float32", {threads, max_batch});
            for (const std::size_t count : {1U, 2U, 3U, 7U, 32U, 40U}) {
                CAPTURE(threads, max_batch, count);
                const auto rows = embedder->embed_images(first_pictures(count)).value();
                REQUIRE(rows.count() == count);
                CHECK(least_cosine(rows, "float32") > 1.0 - 1e-6);
            }
        }
    }
}

TEST_CASE("rounded weights answer as PyTorch does with them, or as near as rounded inputs allow",
          "[fast][precision]") {
    if (skipped()) {
        return;
    }
    for (const Precision precision : {Precision::bfloat16, Precision::int8}) {
        const std::string name = to_string(precision);
        CAPTURE(name);
        const auto embedder = load(name);
        CHECK(embedder->image_tower().precision == usable_precision(precision));
        const auto rows = embedder->embed_images(first_pictures(40)).value();
        CHECK(least_cosine(rows, name) > (exact(precision) ? 1.0 - 1e-6 : 0.995));
        CHECK(least_cosine(rows, "float32") > 0.99);
        const auto texts = embedder->embed_texts(std::vector<std::string>{"ab cd", "q"}).value();
        const auto exact_texts =
            load("float32")->embed_texts(std::vector<std::string>{"ab cd", "q"}).value();
        CHECK(cosine(texts.row(0), exact_texts.row(0)) > 0.99);
        CHECK(cosine(texts.row(1), exact_texts.row(1)) > 0.99);
    }
}

TEST_CASE("the precision of a package can be overridden", "[fast][precision]") {
    if (skipped()) {
        return;
    }
    EmbedderOptions options;
    options.precision = Precision::float32;
    const auto exactly = load("int8", options);
    CHECK(exactly->image_tower().precision == Precision::float32);
    CHECK(least_cosine(exactly->embed_images(first_pictures(8)).value(), "int8") > 1.0 - 1e-6);
    options.precision = Precision::bfloat16;
    const auto rounded = load("float32", options);
    CHECK(rounded->image_tower().precision == usable_precision(Precision::bfloat16));
    CHECK(least_cosine(rounded->embed_images(first_pictures(8)).value(), "float32") > 0.999);
}

TEST_CASE("a tower that would answer otherwise in fewer bits runs in float32", "[fast]") {
    if (skipped()) {
        return;
    }
    const auto embedder = load("outliers");
    CHECK(embedder->image_tower().precision == Precision::float32);
    CHECK(embedder->image_tower().packed_layers == 1);
    // That each tower decides for itself: as it does where the other one has no outliers. (With
    // AMX, oneDNN 2.6 computes the small text tower otherwise in int8, and it stays in float32.)
    CHECK(embedder->text_tower().precision == load("int8")->text_tower().precision);
    const auto rows = embedder->embed_images(first_pictures(5)).value();
    CHECK(least_cosine(rows, "outliers") > 1.0 - 1e-6);
}

TEST_CASE("activations, layers without bias, rows of zeros and products of any shape", "[fast]") {
    if (skipped()) {
        return;
    }
    for (const Precision precision : {Precision::float32, Precision::bfloat16, Precision::int8}) {
        CAPTURE(to_string(precision));
        EmbedderOptions options;
        options.precision = precision;
        const auto embedder = load("mixed", options);
        CHECK(embedder->image_tower().as_it_came.empty());
        CHECK(embedder->image_tower().packed_layers == 5);
        const double least =
            least_cosine(embedder->embed_images(first_pictures(9)).value(), "mixed");
        CHECK(least > (exact(precision) ? 1.0 - 1e-6 : 0.98));
    }
}

TEST_CASE("in int8 a picture beside others is what it is alone, but for the rounding", "[fast]") {
    if (skipped()) {
        return;
    }
    const auto embedder = load("int8");
    const std::size_t side = static_cast<std::size_t>(golden().pictures.front().width);
    const RgbaImage white{static_cast<int>(side), static_cast<int>(side),
                          std::vector<std::uint8_t>(side * side * 4, 255)};
    std::vector<const RgbaImage*> beside(8, &white);
    beside[3] = &golden().pictures[0];
    const auto rows = embedder->embed_images(beside).value();
    const auto alone = embedder->embed_images(first_pictures(1)).value();
    CHECK(cosine(rows.row(3), alone.row(0)) > 0.999);
}

TEST_CASE("texts of more lengths than there are plans stay right", "[fast]") {
    if (skipped()) {
        return;
    }
    const auto embedder = load("float32");
    std::vector<std::string> texts;
    for (std::size_t length = 1; length <= 70; ++length) {
        std::string text;
        for (std::size_t i = 0; i < length; ++i) {
            text += static_cast<char>('a' + static_cast<char>((i * 7 + length) % 26));
            text += ' ';
        }
        texts.push_back(std::move(text));
    }
    const auto together = embedder->embed_texts(texts).value();
    for (int round = 0; round < 2; ++round) {
        for (std::size_t i = 0; i < texts.size(); ++i) {
            CAPTURE(round, i);
            const auto alone = embedder->embed_texts({&texts[i], 1}).value();
            CHECK(cosine(alone.row(0), together.row(i)) > 1.0 - 1e-5);
        }
    }
}

TEST_CASE("many threads at once get what one gets", "[fast]") {
    if (skipped()) {
        return;
    }
    for (const char* package : {"float32", "int8"}) {
        CAPTURE(package);
        const auto embedder = load(package);
        const std::vector<std::string> words{"ab", "cd ef", "ghi"};
        const auto pictures = embedder->embed_images(first_pictures(12)).value();
        const auto texts = embedder->embed_texts(words).value();
        std::vector<double> least(4, 1.0);
        std::vector<std::thread> threads;
        for (double& mine : least) {
            threads.emplace_back([&] {
                for (int round = 0; round < 8; ++round) {
                    const auto rows = embedder->embed_images(first_pictures(12)).value();
                    const auto row = embedder->embed_texts(words).value();
                    for (std::size_t i = 0; i < rows.count(); ++i) {
                        const double cos = std::inner_product(
                            rows.row(i).begin(), rows.row(i).end(), pictures.row(i).begin(), 0.0);
                        mine = std::min(mine, cos);
                    }
                    mine = std::min(mine, std::inner_product(row.row(1).begin(), row.row(1).end(),
                                                             texts.row(1).begin(), 0.0));
                }
            });
        }
        for (std::thread& thread : threads) {
            thread.join();
        }
        CHECK(*std::min_element(least.begin(), least.end()) > 1.0 - 1e-6);
    }
}
