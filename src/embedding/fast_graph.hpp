// Rewrites a TorchScript graph so that oneDNN does what is heavy in it.
#pragma once

#include "emojiscope/embedding/model_package.hpp"

#include <torch/script.h>

#include <cstddef>

namespace emojiscope::embedding {

struct FastGraph {
    std::size_t linear_layers = 0;  ///< that were replaced
    std::size_t products = 0;       ///< of matrices, likewise
};

/// Replaces in `frozen` (a module from torch::jit::freeze that has not run yet)
/// - each linear layer with constant float32 weights by a PackedLinear of this precision, together
///   with a relu, gelu or silu behind it that is the only user of its output;
/// - each product of two tensors by one that takes them as they lie in memory: libtorch 1.13 copies
///   them, then calls the BLAS library once for every head of every picture;
/// - convolutions, and what goes with them, by libtorch's own pass for oneDNN.
/// What is neither stays as it is. The result must run without gradients; it is as safe from
/// several threads as the module was.
FastGraph speed_up(torch::jit::Module& frozen, Precision precision);

}  // namespace emojiscope::embedding
