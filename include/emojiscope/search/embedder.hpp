// Port: pictures and words into one vector space.
#pragma once

#include "emojiscope/core/error.hpp"
#include "emojiscope/core/image.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace emojiscope::search {

/// Which model made a vector; vectors of two models never meet.
struct ModelId {
    std::string name;
    std::string version;
    int dimension = 0;

    friend bool operator==(const ModelId&, const ModelId&) = default;
};

/// For messages: name and version.
[[nodiscard]] inline std::string to_string(const ModelId& model) {
    return model.name + " " + model.version;
}

/// Vectors, row-major, `count() * dimension` floats, each row of unit length.
struct Embeddings {
    int dimension = 0;
    std::vector<float> values;

    [[nodiscard]] std::size_t count() const {
        return dimension == 0 ? 0 : values.size() / static_cast<std::size_t>(dimension);
    }
    [[nodiscard]] std::span<const float> row(std::size_t i) const {
        const auto d = static_cast<std::size_t>(dimension);
        return std::span<const float>(values).subspan(i * d, d);
    }
};

/// Blocking; safe to call from several threads, which then share the cores.
class Embedder {
public:
    virtual ~Embedder() = default;

    [[nodiscard]] virtual const ModelId& model() const noexcept = 0;

    /// One row for each picture, in order. Alpha is composited on the model's own background.
    /// An empty span gives an empty result. Error: internal if inference fails or is not finite.
    [[nodiscard]] virtual Result<Embeddings> embed_images(
        std::span<const RgbaImage* const> images) = 0;

    /// One row for each text (UTF-8; invalid bytes are replaced, long texts truncated).
    [[nodiscard]] virtual Result<Embeddings> embed_texts(std::span<const std::string> texts) = 0;
};

}  // namespace emojiscope::search
