// Compiled for any processor.
#include "lanes_body.hpp"

namespace emojiscope::map {

#ifdef EMOJISCOPE_AVX2_KERNELS
extern const LaneKernels avx2_kernels;
#endif

const LaneKernels& lane_kernels() noexcept {
#ifdef EMOJISCOPE_AVX2_KERNELS
    if (__builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("fma") != 0) {
        return avx2_kernels;
    }
#endif
    return kernels;
}

}  // namespace emojiscope::map
