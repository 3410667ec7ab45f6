#include "quantise.hpp"

#include <ATen/Parallel.h>

#include <algorithm>
#include <bit>
#include <cstdint>

// Compiled for several CPUs, the best of which is taken at load: the loops are a tenth of the time
// of a layer with AVX-512, and a third with SSE2.
#if defined(__x86_64__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define EMOJISCOPE_FOR_EACH_CPU __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define EMOJISCOPE_FOR_EACH_CPU
#endif

namespace emojiscope::embedding {
namespace {

constexpr std::int64_t grain = 32 * 1024;
/// Smaller magnitudes count as zero: the inverse of their scale would not be finite.
constexpr float nothing = 1e-30F;

/// The magnitudes of floats are ordered as their bits without the sign are; the largest of those
/// needs no leave to reorder floating-point operations.
EMOJISCOPE_FOR_EACH_CPU std::uint32_t largest_bits(const float* values, std::int64_t count) {
    std::uint32_t largest = 0;
    for (std::int64_t i = 0; i < count; ++i) {
        largest = std::max(largest, std::bit_cast<std::uint32_t>(values[i]) & 0x7FFFFFFFU);
    }
    return largest;
}

EMOJISCOPE_FOR_EACH_CPU void round_to_bytes(const float* values, std::int64_t count, float factor,
                                            std::int8_t* bytes) {
    // 1.5 * 2^23: a small number added to it is rounded to an integer, which then stands in the
    // last bits, with sign.
    constexpr float rounder = 12582912.0F;
    for (std::int64_t i = 0; i < count; ++i) {
        const auto bits = std::bit_cast<std::int32_t>(values[i] * factor + rounder);
        bytes[i] = static_cast<std::int8_t>(bits & 0xFF);
    }
}

}  // namespace

float byte_scale_of(const at::Tensor& values) {
    const float* const data = values.data_ptr<float>();
    const std::uint32_t bits = at::parallel_reduce(
        0, values.numel(), grain, std::uint32_t{0},
        [&](std::int64_t begin, std::int64_t end, std::uint32_t before) {
            return std::max(before, largest_bits(data + begin, end - begin));
        },
        [](std::uint32_t a, std::uint32_t b) { return std::max(a, b); });
    const float largest = std::bit_cast<float>(bits);
    return largest < nothing ? 1.0F : largest / largest_byte;
}

at::Tensor to_bytes(const at::Tensor& values, float scale) {
    at::Tensor bytes = at::empty(values.sizes(), at::kChar);
    const float* const data = values.data_ptr<float>();
    auto* const out = bytes.data_ptr<std::int8_t>();
    at::parallel_for(0, values.numel(), grain, [&](std::int64_t begin, std::int64_t end) {
        round_to_bytes(data + begin, end - begin, 1.0F / scale, out + begin);
    });
    return bytes;
}

}  // namespace emojiscope::embedding
