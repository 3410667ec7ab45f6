// Fake of search::Embedder: pictures by their colours, texts by their letters.
//
// Alike pictures come out alike, which is enough to test what is done with vectors. Words and
// pictures have nothing to do with each other unless a test teaches it.
#pragma once

#include "emojiscope/search/embedder.hpp"

#include <atomic>
#include <map>
#include <mutex>
#include <optional>

namespace emojiscope::fakes {

/// Safe from any thread.
class FakeEmbedder final : public search::Embedder {
public:
    /// A grid of mean colours (three numbers a cell) and one constant.
    static constexpr int grid = 4;
    static constexpr int dimension = 3 * grid * grid + 1;

    explicit FakeEmbedder(std::string version = "1");

    [[nodiscard]] const search::ModelId& model() const noexcept override { return model_; }
    [[nodiscard]] Result<search::Embeddings> embed_images(
        std::span<const RgbaImage* const> images) override;
    [[nodiscard]] Result<search::Embeddings> embed_texts(
        std::span<const std::string> texts) override;

    /// From now on `text` gets the vector of `image`.
    void teach(const std::string& text, const RgbaImage& image);
    /// The next call fails with `error`.
    void fail_next(Error error);
    /// How many pictures were embedded so far.
    [[nodiscard]] std::size_t images_embedded() const { return images_embedded_; }

private:
    [[nodiscard]] std::optional<Error> take_failure();

    search::ModelId model_;
    std::mutex mutex_;
    std::map<std::string, std::vector<float>> taught_;
    std::optional<Error> failure_;
    std::atomic<std::size_t> images_embedded_{0};
};

}  // namespace emojiscope::fakes
