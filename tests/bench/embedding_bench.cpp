// How fast a model package embeds, in the process, after load. tests/bench/embedding.py calls it:
//   embedding_bench PACKAGE [PRECISION] [options of Google Benchmark]
// ceiling: oneDNN's GEMM of the shapes of ViT-B/32's blocks, weights packed once, at the rows of as
// many pictures; `images` and `texts`: the embedder, pictures as they come from the decoder;
// `load`: from the package's folder to an embedder that was tried out. What the first one of the
// process took, with all that libtorch and oneDNN prepare once, is printed before.
#include "emojiscope/embedding/embedder.hpp"
#include "emojiscope/embedding/memory.hpp"

#include <benchmark/benchmark.h>
#include <oneapi/dnnl/dnnl.hpp>

#include <omp.h>

#include <array>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace emojiscope {
namespace {

using embedding::LocalEmbedder;
using embedding::Precision;

constexpr std::array batches{1, 8, 32};
constexpr std::array thread_counts{1, 2};

/// libtorch's number of threads is the process's: an embedder is loaded anew when it changes.
class Loaded {
public:
    explicit Loaded(embedding::ModelPackage package, std::optional<Precision> precision)
        : package_(std::move(package)), precision_(precision) {}

    LocalEmbedder& with(int threads) {
        if (threads != threads_) {
            auto embedder =
                embedding::load_embedder(package_, {.threads = threads, .precision = precision_});
            if (!embedder) {
                std::cerr << "embedding_bench: " << embedder.error().message << '\n';
                std::exit(1);
            }
            embedder_ = std::move(*embedder);
            threads_ = threads;
        }
        return *embedder_;
    }

private:
    embedding::ModelPackage package_;
    std::optional<Precision> precision_;
    int threads_ = 0;
    std::unique_ptr<LocalEmbedder> embedder_;
};

/// Of the usual size of an emoji.
std::vector<RgbaImage> pictures(std::size_t count) {
    constexpr int side = 128;
    std::vector<RgbaImage> made;
    std::uint32_t state = 1;
    for (std::size_t i = 0; i < count; ++i) {
        RgbaImage picture{side, side, std::vector<std::uint8_t>(std::size_t{side} * side * 4)};
        for (std::uint8_t& value : picture.pixels) {
            state = state * 1664525U + 1013904223U;
            value = static_cast<std::uint8_t>(state >> 24U);
        }
        made.push_back(std::move(picture));
    }
    return made;
}

void embed_images(benchmark::State& state, Loaded& loaded, int batch, int threads) {
    LocalEmbedder& embedder = loaded.with(threads);
    const auto made = pictures(static_cast<std::size_t>(batch));
    std::vector<const RgbaImage*> pointers;
    for (const RgbaImage& picture : made) {
        pointers.push_back(&picture);
    }
    for (auto _ : state) {
        auto rows = embedder.embed_images(pointers);
        benchmark::DoNotOptimize(rows);
    }
    state.SetItemsProcessed(state.iterations() * batch);
}

void embed_texts(benchmark::State& state, Loaded& loaded, int batch, int threads) {
    LocalEmbedder& embedder = loaded.with(threads);
    const std::array<std::string, 4> some{"beer", "ビール", "a face with tears of joy",
                                          "party parrot"};
    std::vector<std::string> texts;
    for (int i = 0; i < batch; ++i) {
        texts.push_back(some[static_cast<std::size_t>(i) % some.size()]);
    }
    for (auto _ : state) {
        auto rows = embedder.embed_texts(texts);
        benchmark::DoNotOptimize(rows);
    }
    state.SetItemsProcessed(state.iterations() * batch);
}

/// After the first time: the file is in the system's cache and libtorch has registered its
/// operators.
void load_package(benchmark::State& state, const std::string& folder,
                  std::optional<Precision> precision) {
    for (auto _ : state) {
        const auto package = embedding::read_model_package(folder);
        if (!package) {
            state.SkipWithError("the package cannot be read any more");
            return;
        }
        auto embedder = embedding::load_embedder(*package, {.threads = 1, .precision = precision});
        benchmark::DoNotOptimize(embedder);
    }
}

/// One float32 linear layer of a block, for `rows` tokens.
class Gemm {
public:
    Gemm(dnnl::memory::dim rows, dnnl::memory::dim inputs, dnnl::memory::dim outputs)
        : how_(describe(rows, inputs, outputs)),
          arguments_{{DNNL_ARG_SRC, {how_.src_desc(), engine()}},
                     {DNNL_ARG_WEIGHTS, {how_.weights_desc(), engine()}},
                     {DNNL_ARG_DST, {how_.dst_desc(), engine()}}},
          primitive_(how_) {
        for (auto& [unused, memory] : arguments_) {
            std::fill_n(static_cast<float*>(memory.get_data_handle()),
                        memory.get_desc().get_size() / sizeof(float), 0.5F);
        }
    }

    void run() {
        dnnl::stream stream(engine());
        primitive_.execute(stream, arguments_);
        stream.wait();
    }

private:
    using Description = dnnl::inner_product_forward::primitive_desc;

    static const dnnl::engine& engine() {
        static const dnnl::engine cpu(dnnl::engine::kind::cpu, 0);
        return cpu;
    }

    static Description describe(dnnl::memory::dim rows, dnnl::memory::dim inputs,
                                dnnl::memory::dim outputs) {
        using tag = dnnl::memory::format_tag;
        const auto type = dnnl::memory::data_type::f32;
        const dnnl::inner_product_forward::desc what(
            dnnl::prop_kind::forward_inference, {{rows, inputs}, type, tag::ab},
            {{outputs, inputs}, type, tag::any}, {{rows, outputs}, type, tag::ab});
        return {what, engine()};
    }

    Description how_;
    std::unordered_map<int, dnnl::memory> arguments_;
    dnnl::inner_product_forward primitive_;
};

/// All layers of ViT-B/32's twelve blocks for a batch; its rate in pictures is the ceiling.
void ceiling(benchmark::State& state, int batch, int threads) {
    omp_set_num_threads(threads);
    constexpr int tokens = 50;
    constexpr int width = 768;
    constexpr int blocks = 12;
    const dnnl::memory::dim rows = dnnl::memory::dim{batch} * tokens;
    std::vector<std::unique_ptr<Gemm>> layers;
    for (int block = 0; block < blocks; ++block) {
        for (const auto& [inputs, outputs] : {std::pair{width, 3 * width},
                                              {width, width},
                                              {width, 4 * width},
                                              {4 * width, width}}) {
            layers.push_back(std::make_unique<Gemm>(rows, inputs, outputs));
        }
    }
    for (auto _ : state) {
        for (const auto& layer : layers) {
            layer->run();
        }
    }
    state.SetItemsProcessed(state.iterations() * batch);
}

void register_all(Loaded& loaded) {
    for (const int threads : thread_counts) {
        for (const int batch : batches) {
            const std::string where =
                "/batch:" + std::to_string(batch) + "/threads:" + std::to_string(threads);
            const auto add = [&](const std::string& name, auto function) {
                benchmark::RegisterBenchmark((name + where).c_str(), function)
                    ->Unit(benchmark::kMillisecond)
                    ->UseRealTime();
            };
            add("images", [&loaded, batch, threads](benchmark::State& state) {
                embed_images(state, loaded, batch, threads);
            });
            add("texts", [&loaded, batch, threads](benchmark::State& state) {
                embed_texts(state, loaded, batch, threads);
            });
            add("ceiling",
                [batch, threads](benchmark::State& state) { ceiling(state, batch, threads); });
        }
    }
}

}  // namespace
}  // namespace emojiscope

int main(int argc, char** argv) {
    using namespace emojiscope;
    benchmark::Initialize(&argc, argv);
    if (argc < 2 || argc > 3) {
        std::cerr << "usage: embedding_bench PACKAGE [PRECISION] [options]\n";
        return 2;
    }
    embedding::keep_memory_for_inference();
    const auto began = std::chrono::steady_clock::now();
    auto package = embedding::read_model_package(argv[1]);
    const auto precision = argc > 2 ? embedding::parse_precision(argv[2]) : std::nullopt;
    if (!package || (argc > 2 && !precision)) {
        std::cerr << "embedding_bench: "
                  << (package ? std::string("no such precision") : package.error().message) << '\n';
        return 1;
    }
    const std::optional<Precision> wanted = precision ? std::optional(*precision) : std::nullopt;
    Loaded loaded(std::move(*package), wanted);
    const auto& info = loaded.with(1).image_tower();
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - began;
    std::cerr << "first load of this process: " << std::lround(took.count()) << " ms, one thread\n";
    std::cerr << "image tower: " << embedding::to_string(info.precision) << ", "
              << info.packed_layers << " layers and " << info.packed_products
              << " products by oneDNN, fidelity " << info.fidelity << '\n';
    benchmark::RegisterBenchmark(
        "load", [&](benchmark::State& state) { load_package(state, argv[1], wanted); })
        ->Unit(benchmark::kMillisecond)
        ->UseRealTime();
    register_all(loaded);
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
