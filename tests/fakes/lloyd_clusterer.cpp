#include "fakes/lloyd_clusterer.hpp"

#include <algorithm>
#include <cmath>

namespace emojiscope::fakes {
namespace {

constexpr int rounds = 30;

double squared_distance(const float* a, const float* b, std::size_t dimension) {
    double sum = 0;
    for (std::size_t d = 0; d < dimension; ++d) {
        const double away = static_cast<double>(a[d]) - static_cast<double>(b[d]);
        sum += away * away;
    }
    return sum;
}

/// Puts every point to its nearest centre.
void assign(std::span<const float> points, std::size_t dimension, search::Clustering& found) {
    found.spread = 0;
    for (std::size_t i = 0; i < found.cluster_of.size(); ++i) {
        double least = HUGE_VAL;
        for (std::size_t c = 0; c * dimension < found.centres.size(); ++c) {
            const double away = squared_distance(points.data() + i * dimension,
                                                 found.centres.data() + c * dimension, dimension);
            if (away < least) {
                least = away;
                found.cluster_of[i] = static_cast<std::uint32_t>(c);
            }
        }
        found.spread += least;
    }
}

void move_centres(std::span<const float> points, std::size_t dimension, search::Clustering& found) {
    const std::size_t clusters = found.centres.size() / dimension;
    std::vector<double> sums(found.centres.size());
    std::vector<std::size_t> sizes(clusters);
    for (std::size_t i = 0; i < found.cluster_of.size(); ++i) {
        const std::size_t c = found.cluster_of[i];
        ++sizes[c];
        for (std::size_t d = 0; d < dimension; ++d) {
            sums[c * dimension + d] += static_cast<double>(points[i * dimension + d]);
        }
    }
    for (std::size_t c = 0; c < clusters; ++c) {
        for (std::size_t d = 0; d < dimension && sizes[c] > 0; ++d) {
            found.centres[c * dimension + d] =
                static_cast<float>(sums[c * dimension + d] / static_cast<double>(sizes[c]));
        }
    }
}

}  // namespace

Result<search::Clustering> LloydClusterer::cluster(std::span<const float> points,
                                                   std::size_t dimension, std::size_t clusters,
                                                   std::uint64_t seed) const {
    const std::size_t count = dimension == 0 ? 0 : points.size() / dimension;
    const bool finite =
        std::all_of(points.begin(), points.end(), [](float x) { return std::isfinite(x); });
    if (count == 0 || points.size() != count * dimension || clusters < 1 || clusters > count ||
        !finite) {
        return fail(ErrorCode::invalid_argument, "these points cannot be clustered so");
    }
    search::Clustering found;
    found.cluster_of.resize(count);
    std::size_t next = seed % count;
    for (std::size_t c = 0; c < clusters; ++c) {
        found.centres.insert(found.centres.end(), points.data() + next * dimension,
                             points.data() + (next + 1) * dimension);
        assign(points, dimension, found);
        double most = -1;
        for (std::size_t i = 0; i < count; ++i) {
            const double away =
                squared_distance(points.data() + i * dimension,
                                 found.centres.data() + found.cluster_of[i] * dimension, dimension);
            if (away > most) {
                most = away;
                next = i;
            }
        }
    }
    for (int round = 0; round < rounds; ++round) {
        move_centres(points, dimension, found);
        assign(points, dimension, found);
    }
    return found;
}

}  // namespace emojiscope::fakes
