// Which points belong together, and into how many clusters they fall.
#pragma once

#include "emojiscope/core/error.hpp"
#include "emojiscope/search/clusterer.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <stop_token>
#include <vector>

namespace emojiscope::map {

inline constexpr std::size_t most_clusters = 64;

struct Clusters {
    /// Of each point. Cluster 0 is the largest one; none is empty.
    std::vector<std::uint32_t> cluster_of;
    std::vector<std::size_t> sizes;
    std::vector<std::uint32_t> middles;  ///< of each cluster, the point nearest to its centre
    double silhouette = 0;               ///< of the chosen number; 0 if it was not measured
};

/// How `find_clusters` goes about it.
struct ClusterOptions {
    std::uint64_t seed = 1;
    std::stop_token stop;
    /// Called with numbers of clusters that were tried of those in all; may be empty.
    std::function<void(std::size_t done, std::size_t all)> progress;
};

/// K-means over `points` (row-major). `wanted` 0 chooses the number: of 2 to 24 (of 100 points and
/// more, of 5 to 24), the one with the highest mean silhouette (P. J. Rousseeuw, 1987) over at most
/// 1,500 of the points; otherwise it is taken as min(wanted, points), at most most_clusters.
/// Errors: invalid_argument, cancelled, and those of the clusterer.
[[nodiscard]] Result<Clusters> find_clusters(std::span<const float> points, std::size_t dimension,
                                             std::size_t wanted, const search::Clusterer& clusterer,
                                             const ClusterOptions& options);

/// -1 (with the wrong cluster) to 1 (far from every other one): the mean over all points; 0 for a
/// point that is alone in its cluster, and if there is but one cluster.
[[nodiscard]] double mean_silhouette(std::span<const float> points, std::size_t dimension,
                                     std::span<const std::uint32_t> cluster_of);

}  // namespace emojiscope::map
