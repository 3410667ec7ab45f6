// The TorchScript adapter of search::Embedder, and what is known of the machine it runs on.
#pragma once

#include "emojiscope/core/error.hpp"
#include "emojiscope/embedding/model_package.hpp"
#include "emojiscope/search/embedder.hpp"

#include <memory>
#include <string>

namespace emojiscope::embedding {

struct EmbedderOptions {
    /// Intra-op threads of libtorch, process-wide; 0 = one for each core.
    int threads = 0;
    /// Pictures in one forward pass; bounds memory, not results.
    std::size_t max_batch = 32;
};

/// Loads both towers, checks shapes and finite outputs with a probe, and warms them up.
/// Calls on the result are safe from any thread; image batches queue behind each other, and texts
/// behind texts, but a text never waits for a picture.
/// Errors: as read_verified; corrupt if a tower does not keep to the contract of the package.
[[nodiscard]] Result<std::unique_ptr<search::Embedder>> load_embedder(
    const ModelPackage& package, const EmbedderOptions& options = {});

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
