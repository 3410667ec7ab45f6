#include "emojiscope/search/model_in_use.hpp"

#include <utility>

namespace emojiscope::search {

ModelInUse::ModelInUse(std::unique_ptr<Embedder> embedder)
    : current_(std::move(embedder)), models_{current_->model()} {}

const ModelId& ModelInUse::model() const noexcept {
    const std::lock_guard lock(mutex_);
    return models_.front();
}

std::shared_ptr<Embedder> ModelInUse::current() const {
    const std::lock_guard lock(mutex_);
    return current_;
}

Result<Embeddings> ModelInUse::embed_images(std::span<const RgbaImage* const> images) {
    return current()->embed_images(images);
}

Result<Embeddings> ModelInUse::embed_texts(std::span<const std::string> texts) {
    return current()->embed_texts(texts);
}

void ModelInUse::exchange(std::unique_ptr<Embedder> embedder) {
    std::shared_ptr<Embedder> old = std::move(embedder);
    const std::lock_guard lock(mutex_);
    models_.push_front(old->model());
    current_.swap(old);
}

}  // namespace emojiscope::search
