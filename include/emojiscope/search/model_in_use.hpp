// The embedder of a running program, which can be exchanged for another model's.
#pragma once

#include "emojiscope/search/embedder.hpp"

#include <forward_list>
#include <memory>
#include <mutex>

namespace emojiscope::search {

/// Safe from any thread. A call that was begun ends with the embedder that it began with.
class ModelInUse final : public Embedder {
public:
    /// `embedder` is not null.
    explicit ModelInUse(std::unique_ptr<Embedder> embedder);

    /// The present one. The reference stays valid for as long as this object lives.
    [[nodiscard]] const ModelId& model() const noexcept override;
    [[nodiscard]] Result<Embeddings> embed_images(
        std::span<const RgbaImage* const> images) override;
    [[nodiscard]] Result<Embeddings> embed_texts(std::span<const std::string> texts) override;

    /// `embedder` is not null. Vectors that are compared with each other must come from one model:
    /// see EmojiLibrary::exchange.
    void exchange(std::unique_ptr<Embedder> embedder);

private:
    [[nodiscard]] std::shared_ptr<Embedder> current() const;

    mutable std::mutex mutex_;
    std::shared_ptr<Embedder> current_;
    std::forward_list<ModelId> models_;  ///< the present one first
};

}  // namespace emojiscope::search
