// Chance that is the same everywhere: the distributions of the standard library are not.
#pragma once

#include <random>

namespace emojiscope {

/// [0, 1)
[[nodiscard]] inline double uniform(std::mt19937_64& engine) {
    return static_cast<double>(engine() >> 11U) * 0x1p-53;
}

}  // namespace emojiscope
