#include "measured_ports.hpp"

#include <utility>

namespace emojiscope::app {
namespace {

using std::chrono::steady_clock;

class MeasuredEmbedder final : public search::Embedder {
public:
    MeasuredEmbedder(std::unique_ptr<search::Embedder> embedder, CallMeter& meter)
        : embedder_(std::move(embedder)), meter_(meter) {}

    [[nodiscard]] const search::ModelId& model() const noexcept override {
        return embedder_->model();
    }
    [[nodiscard]] Result<search::Embeddings> embed_images(
        std::span<const RgbaImage* const> images) override {
        const auto began = steady_clock::now();
        auto made = embedder_->embed_images(images);
        meter_.embedded_images(images.size(), steady_clock::now() - began, made.has_value());
        return made;
    }
    [[nodiscard]] Result<search::Embeddings> embed_texts(
        std::span<const std::string> texts) override {
        const auto began = steady_clock::now();
        auto made = embedder_->embed_texts(texts);
        meter_.embedded_texts(steady_clock::now() - began, made.has_value());
        return made;
    }

private:
    std::unique_ptr<search::Embedder> embedder_;
    CallMeter& meter_;
};

class MeasuredTextReader final : public search::TextReader {
public:
    MeasuredTextReader(std::unique_ptr<search::TextReader> reader, CallMeter& meter)
        : reader_(std::move(reader)), meter_(meter) {}

    [[nodiscard]] Result<std::vector<search::ReadText>> read(
        const RgbaImage& picture) const override {
        const auto began = steady_clock::now();
        auto texts = reader_->read(picture);
        meter_.read_text(steady_clock::now() - began, texts.has_value());
        return texts;
    }
    [[nodiscard]] std::string version() const override { return reader_->version(); }

private:
    std::unique_ptr<search::TextReader> reader_;
    CallMeter& meter_;
};

}  // namespace

std::unique_ptr<search::Embedder> measured(std::unique_ptr<search::Embedder> embedder,
                                           CallMeter* meter) {
    return meter == nullptr ? std::move(embedder)
                            : std::make_unique<MeasuredEmbedder>(std::move(embedder), *meter);
}

std::unique_ptr<search::TextReader> measured(std::unique_ptr<search::TextReader> reader,
                                             CallMeter* meter) {
    return meter == nullptr ? std::move(reader)
                            : std::make_unique<MeasuredTextReader>(std::move(reader), *meter);
}

}  // namespace emojiscope::app
