// The TorchScript adapter of search::Embedder, and what is known of the machine it runs on.
#pragma once

#include "emojiscope/core/error.hpp"
#include "emojiscope/embedding/model_package.hpp"
#include "emojiscope/search/embedder.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

namespace emojiscope::embedding {

struct EmbedderOptions {
    /// Threads that embed at the same time, and intra-op threads of libtorch, process-wide;
    /// 0 = one for each core.
    int threads = 0;
    /// Pictures in one forward pass; bounds memory, not results (but in int8, where a pass shares
    /// its scales: by no more than the rounding itself). What a pass of eight works with stays in
    /// the cache.
    std::size_t max_batch = 8;
    /// In place of the package's own. A CPU that lacks the instructions computes in float32.
    std::optional<Precision> precision = std::nullopt;
};

/// How one tower is computed.
struct TowerInfo {
    Precision precision = Precision::float32;
    std::size_t packed_layers = 0;  ///< linear layers given to oneDNN
    std::size_t packed_products = 0;
    /// Cosine between this and the tower as it came, over probes; the smallest one.
    double fidelity = 1.0;
    /// Why the tower is run as it came, by libtorch alone; empty if it is not.
    std::string as_it_came;
};

class LocalEmbedder : public search::Embedder {
public:
    [[nodiscard]] virtual const TowerInfo& image_tower() const noexcept = 0;
    [[nodiscard]] virtual const TowerInfo& text_tower() const noexcept = 0;
};

/// Loads both towers, gives their heavy layers to oneDNN, checks shapes, finite outputs and that
/// the answers are still those of the package (a tower that then differs is run as it came), and
/// warms them up.
/// Calls on the result are safe from any thread. Several pictures are divided among the threads,
/// each of which works alone, so that OpenMP's threads never wait for one another; a single
/// picture, or a long text, has all of them.
/// Errors: as read_verified; corrupt if a tower does not keep to the contract of the package.
[[nodiscard]] Result<std::unique_ptr<LocalEmbedder>> load_embedder(
    const ModelPackage& package, const EmbedderOptions& options = {});

/// What a CPU computes in that was asked for this.
[[nodiscard]] Precision usable_precision(Precision wanted);

/// The linear algebra library that inference runs on.
struct BlasInfo {
    std::string description;  ///< e.g. "OpenBLAS 0.3.21 (/usr/lib/…/libblas.so.3)"
    bool reference = false;   ///< Netlib's reference BLAS: 27 times slower than OpenBLAS
};
[[nodiscard]] BlasInfo blas_info();

/// Threads that libtorch uses at present, and its version.
[[nodiscard]] int inference_threads();
[[nodiscard]] std::string torch_version();

}  // namespace emojiscope::embedding
