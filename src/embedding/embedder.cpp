#include "emojiscope/embedding/embedder.hpp"

#include "tower.hpp"

#include "emojiscope/core/one_thread.hpp"
#include "emojiscope/image/composite.hpp"
#include "emojiscope/image/fit.hpp"

#include <ATen/Parallel.h>
#include <torch/version.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

namespace emojiscope::embedding {
namespace {

using search::Embeddings;
using search::ModelId;

/// Bytes of a tower, times texts or pictures, below which several threads in one pass bring
/// nothing: that they wait for one another in every layer takes longer.
constexpr std::uint64_t little_work = 16U << 20U;

/// Keeps libtorch and oneDNN to the calling thread.
class Alone {
public:
    Alone() {
        // libtorch sets a thread's number of OpenMP threads when it first needs it, which would
        // undo ours; and oneDNN divides work among as many threads as that number says.
        at::internal::lazy_init_num_threads();
        one_thread_.emplace();
    }

private:
    std::optional<OneThread> one_thread_;
};

torch::Tensor pictures_to_input(const ModelPackage& package,
                                std::span<const RgbaImage* const> images) {
    const int s = package.input_size;
    torch::Tensor tensor =
        torch::empty({static_cast<long>(images.size()), 3, s, s}, torch::kFloat32);
    float* out = tensor.data_ptr<float>();
    const auto plane = static_cast<std::size_t>(s) * static_cast<std::size_t>(s);
    for (std::size_t i = 0; i < images.size(); ++i) {
        const RgbImage flat = image::composite(*images[i], package.background);
        const RgbImage fitted = package.resize == ResizeRule::pad
                                    ? image::fit_pad(flat, s, package.background)
                                    : image::fit_crop(flat, s);
        for (std::size_t c = 0; c < 3; ++c) {
            float* channel = out + (i * 3 + c) * plane;
            const float scale = 1.0F / (255.0F * package.std[c]);
            const float shift = package.mean[c] / package.std[c];
            for (std::size_t p = 0; p < plane; ++p) {
                channel[p] = static_cast<float>(fitted.pixels[p * 3 + c]) * scale - shift;
            }
        }
    }
    return tensor;
}

/// Ids and mask, padded with 0 to the longest.
Inputs texts_to_inputs(const ModelPackage& package, std::span<const std::string> texts) {
    std::vector<std::vector<std::int64_t>> rows;
    std::size_t longest = 1;
    for (const std::string& text : texts) {
        rows.push_back(package.tokenizer->encode(text));
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

class TorchScriptEmbedder final : public LocalEmbedder {
public:
    TorchScriptEmbedder(ModelPackage package, Tower image_tower, Tower text_tower,
                        const EmbedderOptions& options)
        : package_(std::move(package)),
          image_tower_(std::move(image_tower)),
          text_tower_(std::move(text_tower)),
          threads_(static_cast<std::size_t>(options.threads)),
          max_batch_(std::max<std::size_t>(1, options.max_batch)) {}

    const ModelId& model() const noexcept override { return package_.id; }
    const TowerInfo& image_tower() const noexcept override { return image_tower_.info(); }
    const TowerInfo& text_tower() const noexcept override { return text_tower_.info(); }

    Result<Embeddings> embed_images(std::span<const RgbaImage* const> images) override {
        const std::size_t share = (images.size() + threads_ - 1) / threads_;
        const auto alone = alone_if_little(package_.image_tower, images.size());
        return in_parts(images.size(), std::min(share, max_batch_), threads_,
                        [&](std::size_t first, std::size_t count) {
                            const auto part = images.subspan(first, count);
                            return image_tower_.run(count, package_.id.dimension, [&] {
                                return Inputs{pictures_to_input(package_, part)};
                            });
                        });
    }

    Result<Embeddings> embed_texts(std::span<const std::string> texts) override {
        const auto alone = alone_if_little(package_.text_tower, texts.size());
        return in_parts(texts.size(), max_batch_, 1, [&](std::size_t first, std::size_t count) {
            const auto part = texts.subspan(first, count);
            return text_tower_.run(count, package_.id.dimension,
                                   [&] { return texts_to_inputs(package_, part); });
        });
    }

private:
    static std::optional<Alone> alone_if_little(const PackageFile& tower, std::size_t count) {
        return tower.bytes * count < little_work ? std::optional<Alone>(std::in_place)
                                                 : std::nullopt;
    }

    /// The rows of all parts in order, or the error of the first part that failed. Several parts
    /// are shared among at most `workers` threads, each alone; a single one is worked at by all.
    template <class Embed>
    Result<Embeddings> in_parts(std::size_t total, std::size_t part_size, std::size_t workers,
                                const Embed& embed) const {
        Embeddings all{package_.id.dimension, {}};
        if (total == 0) {
            return all;
        }
        const std::size_t count = (total + part_size - 1) / part_size;
        std::vector<std::optional<Result<Embeddings>>> parts(count);
        std::atomic<std::size_t> next{0};
        const auto work = [&] {
            for (std::size_t i = next++; i < count; i = next++) {
                const std::size_t first = i * part_size;
                parts[i].emplace(embed(first, std::min(part_size, total - first)));
            }
        };
        share_out(std::min(workers, count), work);
        for (auto& part : parts) {
            if (!*part) {
                return part->error();
            }
            all.values.insert(all.values.end(), (*part)->values.begin(), (*part)->values.end());
        }
        return all;
    }

    template <class Work>
    static void share_out(std::size_t workers, const Work& work) {
        if (workers < 2) {
            work();
            return;
        }
        const auto work_alone = [&] {
            const Alone alone;
            work();
        };
        std::vector<std::jthread> others;
        for (std::size_t i = 1; i < workers; ++i) {
            others.emplace_back(work_alone);
        }
        work_alone();
    }

    ModelPackage package_;
    Tower image_tower_;
    Tower text_tower_;
    std::size_t threads_;
    std::size_t max_batch_;
};

/// Noise of so many levels a channel; flat, of the level `seed`, if it is one.
RgbaImage probe_picture(int side, std::uint32_t seed, std::uint32_t levels) {
    RgbaImage picture{side, side,
                      std::vector<std::uint8_t>(static_cast<std::size_t>(side) *
                                                static_cast<std::size_t>(side) * 4)};
    std::uint32_t state = seed;
    for (std::size_t i = 0; i < picture.pixels.size(); ++i) {
        state = state * 1664525U + 1013904223U;  // Numerical Recipes' generator
        const std::uint32_t level =
            levels < 2 ? seed : ((state >> 24U) % levels) * 255U / (levels - 1);
        picture.pixels[i] = i % 4 == 3 ? 255 : static_cast<std::uint8_t>(level);
    }
    return picture;
}

/// One alone, then several together: noise, fine and coarse, drawings of few colours, flat ones.
std::vector<Inputs> picture_probes(const ModelPackage& package, Precision precision) {
    const int side = package.input_size;
    const std::array<RgbaImage, 8> pictures{
        probe_picture(side, 1, 256), probe_picture(1, 0, 1),       probe_picture(8, 3, 2),
        probe_picture(4, 4, 3),      probe_picture(3, 5, 256),     probe_picture(2, 6, 2),
        probe_picture(1, 255, 1),    probe_picture(side / 4, 2, 2)};
    constexpr std::size_t unrounded = 3;
    std::vector<const RgbaImage*> pointers;
    for (const RgbaImage& picture : pictures) {
        pointers.push_back(&picture);
    }
    const std::span<const RgbaImage* const> all(pointers);
    const auto together = precision == Precision::float32 ? all.first(unrounded) : all;
    return {Inputs{pictures_to_input(package, all.subspan(2, 1))},
            Inputs{pictures_to_input(package, together)}};
}

std::vector<Inputs> text_probes(const ModelPackage& package) {
    const std::array<std::string, 5> texts{
        "beer", "ビール", "a face with tears of joy", "お疲れさまでした",
        "red circle with white text on a transparent background"};
    const std::span<const std::string> all(texts);
    return {texts_to_inputs(package, all.first(1)), texts_to_inputs(package, all)};
}

/// A picture and a text, as a query is embedded: what oneDNN prepares for that shape is ready then.
Result<void> try_out(search::Embedder& embedder) {
    const RgbaImage grey{2, 2, std::vector<std::uint8_t>(16, 128)};
    const std::array<const RgbaImage*, 1> pictures{&grey};
    if (auto images = embedder.embed_images(pictures); !images) {
        return images.error();
    }
    const std::array<std::string, 1> texts{"beer"};
    if (auto words = embedder.embed_texts(texts); !words) {
        return words.error();
    }
    return {};
}

}  // namespace

Result<std::unique_ptr<LocalEmbedder>> load_embedder(const ModelPackage& package,
                                                     const EmbedderOptions& options) {
    EmbedderOptions settled = options;
    if (settled.threads <= 0) {
        settled.threads = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
    }
    at::set_num_threads(settled.threads);
    const Precision precision = usable_precision(options.precision.value_or(package.precision));
    auto image_tower = Tower::load(package, package.image_tower, precision,
                                   [&](Precision p) { return picture_probes(package, p); });
    if (!image_tower) {
        return image_tower.error();
    }
    auto text_tower = Tower::load(package, package.text_tower, precision,
                                  [&](Precision) { return text_probes(package); });
    if (!text_tower) {
        return text_tower.error();
    }
    auto embedder = std::make_unique<TorchScriptEmbedder>(package, std::move(*image_tower),
                                                          std::move(*text_tower), settled);
    auto probe = try_out(*embedder);
    if (!probe) {
        return fail(ErrorCode::corrupt,
                    "model package " + package.folder.string() + ": " + probe.error().message);
    }
    return std::unique_ptr<LocalEmbedder>(std::move(embedder));
}

int inference_threads() {
    return at::get_num_threads();
}

std::string torch_version() {
    return TORCH_VERSION;
}

}  // namespace emojiscope::embedding
