#include "fakes/fake_embedder.hpp"

#include "emojiscope/core/text.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace emojiscope::fakes {
namespace {

using Vector = std::vector<float>;

void normalise(Vector& vector) {
    double squares = 0;
    for (const float value : vector) {
        squares += static_cast<double>(value) * static_cast<double>(value);
    }
    for (float& value : vector) {
        value = static_cast<float>(static_cast<double>(value) / std::sqrt(squares));
    }
}

/// The constant keeps an all-black picture and an empty text from having no direction.
Vector blank() {
    Vector vector(FakeEmbedder::dimension, 0.0F);
    vector.back() = 1.0F;
    return vector;
}

Vector vector_of(const RgbaImage& image) {
    constexpr int grid = FakeEmbedder::grid;
    Vector vector = blank();
    for (int cell = 0; cell < grid * grid; ++cell) {
        const int left = cell % grid * image.width / grid;
        const int top = cell / grid * image.height / grid;
        // At least one pixel, so that pictures smaller than the grid count as well.
        const int right = std::max(left + 1, (cell % grid + 1) * image.width / grid);
        const int bottom = std::max(top + 1, (cell / grid + 1) * image.height / grid);
        for (int channel = 0; channel < 3; ++channel) {
            double sum = 0;
            for (int y = top; y < bottom; ++y) {
                for (int x = left; x < right; ++x) {
                    const auto at =
                        4 * (static_cast<std::size_t>(y) * static_cast<std::size_t>(image.width) +
                             static_cast<std::size_t>(x));
                    const double alpha = image.pixels[at + 3] / 255.0;
                    const double colour =
                        image.pixels[at + static_cast<std::size_t>(channel)] / 255.0;
                    sum += alpha * colour + (1.0 - alpha);  // on white
                }
            }
            vector[static_cast<std::size_t>(3 * cell + channel)] =
                static_cast<float>(2.0 * sum / ((right - left) * (bottom - top)) - 1.0);
        }
    }
    normalise(vector);
    return vector;
}

Vector vector_of(std::string_view text) {
    Vector vector = blank();
    for (const char32_t letter : to_code_points(to_valid_utf8(text))) {
        const std::uint32_t hash = static_cast<std::uint32_t>(letter) * 2654435761U;
        vector[(hash >> 16U) % (FakeEmbedder::dimension - 1)] += 1.0F;
    }
    normalise(vector);
    return vector;
}

}  // namespace

FakeEmbedder::FakeEmbedder(std::string version) : model_{"fake", std::move(version), dimension} {}

std::optional<Error> FakeEmbedder::take_failure() {
    return std::exchange(failure_, std::nullopt);
}

Result<search::Embeddings> FakeEmbedder::embed_images(std::span<const RgbaImage* const> images) {
    const std::lock_guard lock(mutex_);
    if (auto failure = take_failure()) {
        return *failure;
    }
    search::Embeddings all{dimension, {}};
    for (const RgbaImage* const image : images) {
        const Vector vector = vector_of(*image);
        all.values.insert(all.values.end(), vector.begin(), vector.end());
        ++images_embedded_;
    }
    return all;
}

Result<search::Embeddings> FakeEmbedder::embed_texts(std::span<const std::string> texts) {
    const std::lock_guard lock(mutex_);
    if (auto failure = take_failure()) {
        return *failure;
    }
    search::Embeddings all{dimension, {}};
    for (const std::string& text : texts) {
        const auto known = taught_.find(text);
        const Vector vector = known != taught_.end() ? known->second : vector_of(text);
        all.values.insert(all.values.end(), vector.begin(), vector.end());
    }
    return all;
}

void FakeEmbedder::teach(const std::string& text, const RgbaImage& image) {
    const std::lock_guard lock(mutex_);
    taught_[text] = vector_of(image);
}

void FakeEmbedder::fail_next(Error error) {
    const std::lock_guard lock(mutex_);
    failure_ = std::move(error);
}

}  // namespace emojiscope::fakes
