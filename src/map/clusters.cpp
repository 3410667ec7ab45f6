#include "emojiscope/map/clusters.hpp"

#include "lanes.hpp"
#include "seeded.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <string>

namespace emojiscope::map {
namespace {

/// The numbers that are tried. Few clusters say little and many cannot be told apart by colour.
constexpr std::array<std::size_t, 16> candidates{2,  3,  4,  5,  6,  7,  8,  9,
                                                 10, 11, 12, 14, 16, 18, 20, 24};
/// From so many points on fewer than that say next to nothing, however well they are apart.
constexpr std::size_t many_points = 100;
constexpr std::size_t fewest_of_many = 5;
/// There should be that many points for each cluster…
constexpr std::size_t points_per_cluster = 3;
/// …and silhouettes are measured on at most so many of them.
constexpr std::size_t sample_size = 1500;

std::vector<std::size_t> sample_of(std::size_t count, std::uint64_t seed) {
    std::vector<std::size_t> all(count);
    std::iota(all.begin(), all.end(), std::size_t{0});
    if (count <= sample_size) {
        return all;
    }
    std::mt19937_64 random(seed);
    for (std::size_t i = 0; i < sample_size; ++i) {
        std::swap(all[i], all[i + pick(random, count - i)]);
    }
    all.resize(sample_size);
    return all;
}

/// Rows of a symmetric matrix of distances.
std::vector<float> distances_among(std::span<const float> points, std::size_t dimension) {
    const LaneKernels& lanes = lane_kernels();
    const std::size_t count = points.size() / dimension;
    std::vector<float> matrix(count * count);
    std::vector<float> difference(dimension);
    for (std::size_t i = 0; i < count; ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            std::copy_n(points.data() + i * dimension, dimension, difference.begin());
            lanes.add_scaled(difference.data(), points.data() + j * dimension, -1.0F, dimension);
            matrix[i * count + j] = matrix[j * count + i] =
                std::sqrt(lanes.product(difference.data(), difference.data(), dimension));
        }
    }
    return matrix;
}

double silhouette(std::span<const float> distances, std::span<const std::uint32_t> cluster_of) {
    const std::size_t count = cluster_of.size();
    std::vector<std::size_t> sizes;
    for (const std::uint32_t cluster : cluster_of) {
        sizes.resize(std::max(sizes.size(), std::size_t{cluster} + 1));
        ++sizes[cluster];
    }
    double sum = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const std::uint32_t own = cluster_of[i];
        if (sizes[own] < 2) {
            continue;
        }
        std::vector<double> to(sizes.size());
        for (std::size_t j = 0; j < count; ++j) {
            to[cluster_of[j]] += static_cast<double>(distances[i * count + j]);
        }
        const double inside = to[own] / static_cast<double>(sizes[own] - 1);
        double outside = HUGE_VAL;
        for (std::size_t c = 0; c < sizes.size(); ++c) {
            if (c != own && sizes[c] > 0) {
                outside = std::min(outside, to[c] / static_cast<double>(sizes[c]));
            }
        }
        if (std::isinf(outside)) {
            return 0;
        }
        const double longer = std::max(inside, outside);
        sum += longer > 0 ? (outside - inside) / longer : 0;
    }
    return count == 0 ? 0 : sum / static_cast<double>(count);
}

struct Chosen {
    search::Clustering clustering;
    double silhouette = 0;
};

/// Of the candidates those that so many points can form.
std::vector<std::size_t> numbers_for(std::size_t points) {
    std::vector<std::size_t> numbers;
    for (const std::size_t clusters : candidates) {
        const bool too_many = clusters * points_per_cluster > points;
        const bool too_few = points >= many_points && clusters < fewest_of_many;
        if (!too_many && !too_few) {
            numbers.push_back(clusters);
        }
    }
    return numbers;
}

Result<Chosen> choose(std::span<const float> points, std::size_t dimension,
                      const search::Clusterer& clusterer, const ClusterOptions& options) {
    const std::size_t count = points.size() / dimension;
    const auto sample = sample_of(count, options.seed);
    std::vector<float> rows;
    for (const std::size_t i : sample) {
        rows.insert(rows.end(), points.begin() + static_cast<std::ptrdiff_t>(i * dimension),
                    points.begin() + static_cast<std::ptrdiff_t>((i + 1) * dimension));
    }
    const std::vector<float> distances = distances_among(rows, dimension);
    auto single = clusterer.cluster(points, dimension, 1, options.seed);
    if (!single) {
        return single.error();
    }
    Chosen best{std::move(*single), 0};
    const auto numbers = numbers_for(count);
    for (std::size_t tried = 0; tried < numbers.size(); ++tried) {
        if (options.stop.stop_requested()) {
            return fail(ErrorCode::cancelled, "the choice of clusters was stopped");
        }
        auto found = clusterer.cluster(points, dimension, numbers[tried], options.seed);
        if (!found) {
            return found.error();
        }
        std::vector<std::uint32_t> cluster_of;
        for (const std::size_t i : sample) {
            cluster_of.push_back(found->cluster_of[i]);
        }
        const double value = silhouette(distances, cluster_of);
        if (value > best.silhouette) {
            best = {std::move(*found), value};
        }
        if (options.progress) {
            options.progress(tried + 1, numbers.size());
        }
    }
    return best;
}

/// Numbered by size, empty ones left out.
Clusters in_order(std::span<const float> points, std::size_t dimension,
                  const search::Clustering& found) {
    const std::size_t clusters = found.centres.size() / dimension;
    std::vector<std::size_t> sizes(clusters);
    for (const std::uint32_t cluster : found.cluster_of) {
        ++sizes[cluster];
    }
    std::vector<std::uint32_t> order(clusters);
    std::iota(order.begin(), order.end(), 0U);
    std::stable_sort(order.begin(), order.end(),
                     [&](std::uint32_t a, std::uint32_t b) { return sizes[a] > sizes[b]; });
    Clusters out;
    std::vector<std::uint32_t> number(clusters);
    for (const std::uint32_t cluster : order) {
        if (sizes[cluster] > 0) {
            number[cluster] = static_cast<std::uint32_t>(out.sizes.size());
            out.sizes.push_back(sizes[cluster]);
        }
    }
    out.middles.resize(out.sizes.size());
    std::vector<double> least(out.sizes.size(), HUGE_VAL);
    for (std::size_t i = 0; i < found.cluster_of.size(); ++i) {
        const std::uint32_t old = found.cluster_of[i];
        out.cluster_of.push_back(number[old]);
        double squared = 0;
        for (std::size_t d = 0; d < dimension; ++d) {
            const double away = static_cast<double>(points[i * dimension + d]) -
                                static_cast<double>(found.centres[old * dimension + d]);
            squared += away * away;
        }
        if (squared < least[number[old]]) {
            least[number[old]] = squared;
            out.middles[number[old]] = static_cast<std::uint32_t>(i);
        }
    }
    return out;
}

}  // namespace

Result<Clusters> find_clusters(std::span<const float> points, std::size_t dimension,
                               std::size_t wanted, const search::Clusterer& clusterer,
                               const ClusterOptions& options) {
    if (dimension == 0 || points.size() % dimension != 0) {
        return fail(ErrorCode::invalid_argument, std::to_string(points.size()) +
                                                     " numbers are no points of dimension " +
                                                     std::to_string(dimension));
    }
    if (wanted > most_clusters) {
        return fail(ErrorCode::invalid_argument,
                    "a map can have 1 to " + std::to_string(most_clusters) + " clusters");
    }
    const std::size_t count = points.size() / dimension;
    if (count == 0) {
        return Clusters{};
    }
    if (wanted == 0) {
        auto chosen = choose(points, dimension, clusterer, options);
        if (!chosen) {
            return chosen.error();
        }
        Clusters clusters = in_order(points, dimension, chosen->clustering);
        clusters.silhouette = chosen->silhouette;
        return clusters;
    }
    auto found = clusterer.cluster(points, dimension, std::min(wanted, count), options.seed);
    if (!found) {
        return found.error();
    }
    return in_order(points, dimension, *found);
}

double mean_silhouette(std::span<const float> points, std::size_t dimension,
                       std::span<const std::uint32_t> cluster_of) {
    return silhouette(distances_among(points, dimension), cluster_of);
}

}  // namespace emojiscope::map
