// Random numbers that are the same everywhere: the standard library's distributions are not.
#pragma once

#include "emojiscope/core/uniform.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <random>

namespace emojiscope::map {

/// [0, below); REQUIRES: below > 0.
[[nodiscard]] inline std::size_t pick(std::mt19937_64& engine, std::size_t below) {
    return static_cast<std::size_t>(uniform(engine) * static_cast<double>(below));
}

/// Standard normal, by Box and Muller.
class SeededNormal {
public:
    explicit SeededNormal(std::uint64_t seed) : engine_(seed) {}

    double operator()() {
        const double radius = std::sqrt(-2 * std::log(1 - uniform(engine_)));
        return radius * std::cos(2 * std::numbers::pi * uniform(engine_));
    }

private:
    std::mt19937_64 engine_;
};

}  // namespace emojiscope::map
