// Port: points gathered around centres.
#pragma once

#include "emojiscope/core/error.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace emojiscope::search {

struct Clustering {
    std::vector<std::uint32_t> cluster_of;  ///< of each point; below the number that was asked for
    std::vector<float> centres;             ///< row-major; that of an empty cluster is any point
    double spread = 0;  ///< the sum of squared distances between points and their centres
};

/// Blocking; safe from any thread.
class Clusterer {
public:
    virtual ~Clusterer() = default;

    /// K-means with restarts: the best of several runs. `points` is row-major, finite, of any
    /// length; 1 <= clusters <= their number. The same input and seed give the same answer.
    /// Error: invalid_argument.
    [[nodiscard]] virtual Result<Clustering> cluster(std::span<const float> points,
                                                     std::size_t dimension, std::size_t clusters,
                                                     std::uint64_t seed) const = 0;
};

}  // namespace emojiscope::search
