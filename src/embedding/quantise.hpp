// float32 to int8, the largest magnitude to 127: q = round(x / scale), scale = max|x| / 127.
#pragma once

#include <ATen/ATen.h>

namespace emojiscope::embedding {

/// Of a signed byte; -128 is left out so that the range is symmetric.
inline constexpr float largest_byte = 127.0F;

/// The scale at which the largest magnitude of float32 `values`, which lie one behind the other,
/// becomes 127. Of zeros alone (and what is below 1e-30) it is 1; where a value is not finite, it
/// is not finite either.
[[nodiscard]] float byte_scale_of(const at::Tensor& values);

/// int8 of the same shape; `scale` is that of byte_scale_of.
[[nodiscard]] at::Tensor to_bytes(const at::Tensor& values, float scale);

}  // namespace emojiscope::embedding
