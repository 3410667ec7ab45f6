// Compiled for processors with AVX2 and FMA; called on these alone.
#include "lanes_body.hpp"

namespace emojiscope::map {

extern const LaneKernels avx2_kernels;
const LaneKernels avx2_kernels = kernels;

}  // namespace emojiscope::map
