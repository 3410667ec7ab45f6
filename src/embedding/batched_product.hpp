// The product of two stacks of matrices, by oneDNN, wherever they lie in memory.
#pragma once

#include <ATen/ATen.h>

namespace emojiscope::embedding {

/// As torch.matmul. float32 tensors of the same four-dimensional stack, a [B,H,M,K] and b
/// [B,H,K,N], are multiplied without being copied first; all others are given to at::matmul.
/// Any thread may call it.
[[nodiscard]] at::Tensor batched_product(const at::Tensor& a, const at::Tensor& b);

}  // namespace emojiscope::embedding
