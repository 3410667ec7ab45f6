#include "emojiscope/embedding/embedder.hpp"

#include "emojiscope/core/one_thread.hpp"
#include "emojiscope/core/text.hpp"
#include "emojiscope/image/composite.hpp"
#include "emojiscope/image/fit.hpp"

#include <ATen/Parallel.h>
#include <torch/script.h>
#include <torch/version.h>

#include <algorithm>
#include <cmath>
#include <mutex>
#include <optional>
#include <sstream>
#include <thread>

namespace emojiscope::embedding {
namespace {

using search::Embeddings;
using search::ModelId;

std::string first_line(const std::exception& error) {
    const std::string text = error.what();
    return one_line(text.substr(0, text.find('\n')));
}

Result<torch::jit::Module> load_tower(const ModelPackage& package, const PackageFile& file) {
    auto bytes = read_verified(package, file);
    if (!bytes) {
        return bytes.error();
    }
    try {
        std::istringstream stream(std::string(bytes->begin(), bytes->end()));
        torch::jit::Module module = torch::jit::load(stream, torch::kCPU);
        module.eval();
        module.to(torch::kFloat32);
        return module;
    } catch (const std::exception& error) {
        return fail(ErrorCode::corrupt, (package.folder / file.name).string() +
                                            ": not a loadable TorchScript module: " +
                                            first_line(error));
    }
}

/// Rows scaled to unit length. Error: internal if a value is not finite or a row is zero.
Result<Embeddings> to_unit_rows(const torch::Tensor& output, std::size_t rows, int dimension) {
    const torch::Tensor tensor = output.to(torch::kFloat32).contiguous();
    const bool right_shape = tensor.dim() == 2 && tensor.size(0) == static_cast<long>(rows) &&
                             tensor.size(1) == dimension;
    if (!right_shape) {
        return fail(ErrorCode::corrupt, "the model's output does not have the stated dimension " +
                                            std::to_string(dimension));
    }
    Embeddings out{dimension, {}};
    const float* data = tensor.data_ptr<float>();
    out.values.assign(data, data + rows * static_cast<std::size_t>(dimension));
    for (std::size_t r = 0; r < rows; ++r) {
        const auto row = std::span<float>(out.values)
                             .subspan(r * static_cast<std::size_t>(dimension),
                                      static_cast<std::size_t>(dimension));
        double square = 0;
        for (const float v : row) {
            square += static_cast<double>(v) * static_cast<double>(v);
        }
        if (!std::isfinite(square) || square <= 0) {
            return fail(ErrorCode::internal, "the model's output is not finite");
        }
        const double scale = 1.0 / std::sqrt(square);
        for (float& v : row) {
            v = static_cast<float>(static_cast<double>(v) * scale);
        }
    }
    return out;
}

void append(Embeddings& all, const Embeddings& part) {
    all.values.insert(all.values.end(), part.values.begin(), part.values.end());
}

/// Bytes of a text tower, times texts, below which a second thread brings nothing: an embedding of
/// one text by the default model takes a fifth of a millisecond.
constexpr std::uint64_t little_work = 16U << 20U;

class TorchScriptEmbedder final : public search::Embedder {
public:
    TorchScriptEmbedder(ModelPackage package, torch::jit::Module image_tower,
                        torch::jit::Module text_tower, std::size_t max_batch)
        : package_(std::move(package)),
          image_tower_(std::move(image_tower)),
          text_tower_(std::move(text_tower)),
          max_batch_(std::max<std::size_t>(1, max_batch)) {}

    const ModelId& model() const noexcept override { return package_.id; }

    Result<Embeddings> embed_images(std::span<const RgbaImage* const> images) override {
        Embeddings all{package_.id.dimension, {}};
        for (std::size_t at = 0; at < images.size(); at += max_batch_) {
            const auto batch = images.subspan(at, std::min(max_batch_, images.size() - at));
            auto part = forward(image_tower_, image_mutex_, batch.size(),
                                [&] { return Inputs{to_input(batch)}; });
            if (!part) {
                return part.error();
            }
            append(all, *part);
        }
        return all;
    }

    Result<Embeddings> embed_texts(std::span<const std::string> texts) override {
        Embeddings all{package_.id.dimension, {}};
        for (std::size_t at = 0; at < texts.size(); at += max_batch_) {
            const auto batch = texts.subspan(at, std::min(max_batch_, texts.size() - at));
            std::optional<OneThread> one_thread;
            if (package_.text_tower.bytes * batch.size() < little_work) {
                one_thread.emplace();
            }
            auto part = forward(text_tower_, text_mutex_, batch.size(),
                                [&] { return to_ids(batch); });
            if (!part) {
                return part.error();
            }
            append(all, *part);
        }
        return all;
    }

private:
    using Inputs = std::vector<torch::jit::IValue>;

    torch::Tensor to_input(std::span<const RgbaImage* const> images) const {
        const int s = package_.input_size;
        torch::Tensor tensor =
            torch::empty({static_cast<long>(images.size()), 3, s, s}, torch::kFloat32);
        float* out = tensor.data_ptr<float>();
        const auto plane = static_cast<std::size_t>(s) * static_cast<std::size_t>(s);
        for (std::size_t i = 0; i < images.size(); ++i) {
            const RgbImage flat = image::composite(*images[i], package_.background);
            const RgbImage fitted = package_.resize == ResizeRule::pad
                                        ? image::fit_pad(flat, s, package_.background)
                                        : image::fit_crop(flat, s);
            for (std::size_t c = 0; c < 3; ++c) {
                float* channel = out + (i * 3 + c) * plane;
                const float scale = 1.0F / (255.0F * package_.std[c]);
                const float shift = package_.mean[c] / package_.std[c];
                for (std::size_t p = 0; p < plane; ++p) {
                    channel[p] = static_cast<float>(fitted.pixels[p * 3 + c]) * scale - shift;
                }
            }
        }
        return tensor;
    }

    Inputs to_ids(std::span<const std::string> texts) const {
        std::vector<std::vector<std::int64_t>> rows;
        std::size_t longest = 1;
        for (const std::string& text : texts) {
            rows.push_back(package_.tokenizer->encode(text));
            longest = std::max(longest, rows.back().size());
        }
        const std::vector<std::int64_t> shape = {static_cast<std::int64_t>(rows.size()),
                                                 static_cast<std::int64_t>(longest)};
        torch::Tensor ids = torch::zeros(shape, torch::kInt64);
        torch::Tensor mask = torch::zeros(shape, torch::kInt64);
        for (std::size_t r = 0; r < rows.size(); ++r) {
            std::copy(rows[r].begin(), rows[r].end(), ids.data_ptr<std::int64_t>() + r * longest);
            std::fill_n(mask.data_ptr<std::int64_t>() + r * longest, rows[r].size(), 1);
        }
        return {ids, mask};
    }

    /// What throws while `make_inputs` builds tensors is told as what throws in the tower.
    template <class MakeInputs>
    Result<Embeddings> forward(torch::jit::Module& tower, std::mutex& mutex, std::size_t rows,
                               const MakeInputs& make_inputs) const {
        try {
            const torch::InferenceMode no_gradients;
            Inputs inputs = make_inputs();
            const std::lock_guard lock(mutex);
            const torch::jit::IValue output = tower.forward(std::move(inputs));
            if (!output.isTensor()) {
                return fail(ErrorCode::corrupt, "the model's output is not a tensor");
            }
            return to_unit_rows(output.toTensor(), rows, package_.id.dimension);
        } catch (const std::exception& error) {
            return fail(ErrorCode::internal, "inference failed: " + first_line(error));
        }
    }

    ModelPackage package_;
    torch::jit::Module image_tower_;
    torch::jit::Module text_tower_;
    std::size_t max_batch_;
    std::mutex image_mutex_;
    std::mutex text_mutex_;
};

/// Several passes at several shapes: TorchScript profiles and compiles during the first ones.
Result<void> warm_up(search::Embedder& embedder) {
    const RgbaImage grey{2, 2, std::vector<std::uint8_t>(16, 128)};
    const std::array<const RgbaImage*, 2> pictures{&grey, &grey};
    const std::array<std::string, 2> texts{"beer", "ビール"};
    for (int pass = 0; pass < 3; ++pass) {
        for (const std::size_t batch : {std::size_t{1}, std::size_t{2}}) {
            auto images = embedder.embed_images(std::span(pictures).first(batch));
            if (!images) {
                return images.error();
            }
            auto words = embedder.embed_texts(std::span(texts).first(batch));
            if (!words) {
                return words.error();
            }
        }
    }
    return {};
}

}  // namespace

Result<std::unique_ptr<search::Embedder>> load_embedder(const ModelPackage& package,
                                                        const EmbedderOptions& options) {
    const unsigned cores = std::max(1U, std::thread::hardware_concurrency());
    at::set_num_threads(options.threads > 0 ? options.threads : static_cast<int>(cores));
    auto image_tower = load_tower(package, package.image_tower);
    if (!image_tower) {
        return image_tower.error();
    }
    auto text_tower = load_tower(package, package.text_tower);
    if (!text_tower) {
        return text_tower.error();
    }
    auto embedder = std::make_unique<TorchScriptEmbedder>(
        package, std::move(*image_tower), std::move(*text_tower), options.max_batch);
    auto probe = warm_up(*embedder);
    if (!probe) {
        return fail(ErrorCode::corrupt,
                    "model package " + package.folder.string() + ": " + probe.error().message);
    }
    return std::unique_ptr<search::Embedder>(std::move(embedder));
}

int inference_threads() {
    return at::get_num_threads();
}

std::string torch_version() {
    return TORCH_VERSION;
}

}  // namespace emojiscope::embedding
