#include "emojiscope/index/faiss_clusterer.hpp"

#include "emojiscope/core/uniform.hpp"

#include <faiss/Clustering.h>
#include <faiss/IndexFlat.h>
#include <faiss/impl/FaissException.h>
#include <faiss/utils/distances.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <string>

namespace emojiscope::index {
namespace {

constexpr int iterations = 25;  // Faiss's own number; later ones move centres by next to nothing

/// A view of the points, and how many there are.
struct Points {
    std::span<const float> values;
    std::size_t dimension;
    std::size_t count;

    [[nodiscard]] const float* row(std::size_t i) const { return values.data() + i * dimension; }
};

/// Each further centre is a point drawn by its squared distance to the nearest one so far.
std::vector<float> distant_centres(const Points& points, std::size_t clusters,
                                   std::mt19937_64& random) {
    std::vector<float> nearest(points.count, std::numeric_limits<float>::max());
    std::vector<float> distances(points.count);
    std::vector<float> centres;
    centres.reserve(clusters * points.dimension);
    auto chosen = static_cast<std::size_t>(uniform(random) * static_cast<double>(points.count));
    for (;;) {
        centres.insert(centres.end(), points.row(chosen), points.row(chosen) + points.dimension);
        if (centres.size() == clusters * points.dimension) {
            return centres;
        }
        faiss::fvec_L2sqr_ny(distances.data(), points.row(chosen), points.values.data(),
                             points.dimension, points.count);
        double sum = 0;
        for (std::size_t i = 0; i < points.count; ++i) {
            nearest[i] = std::min(nearest[i], distances[i]);
            sum += static_cast<double>(nearest[i]);
        }
        double left = uniform(random) * sum;
        chosen = 0;
        while (chosen + 1 < points.count && left >= static_cast<double>(nearest[chosen])) {
            left -= static_cast<double>(nearest[chosen]);
            ++chosen;
        }
    }
}

search::Clustering one_run(const Points& points, std::size_t clusters, std::mt19937_64& random) {
    faiss::ClusteringParameters parameters;
    parameters.niter = iterations;
    parameters.min_points_per_centroid = 1;
    parameters.max_points_per_centroid = static_cast<int>(points.count);  // all of them, no sample
    const auto width = static_cast<int>(points.dimension);
    const auto count = static_cast<faiss::Clustering::idx_t>(points.count);
    faiss::Clustering training(width, static_cast<int>(clusters), parameters);
    training.centroids = distant_centres(points, clusters, random);
    faiss::IndexFlatL2 centres(width);
    training.train(count, points.values.data(), centres);

    std::vector<float> squared(points.count);
    std::vector<faiss::Index::idx_t> nearest(points.count);
    centres.search(count, points.values.data(), 1, squared.data(), nearest.data());
    search::Clustering found;
    found.centres = std::move(training.centroids);
    found.cluster_of.reserve(points.count);
    for (std::size_t i = 0; i < points.count; ++i) {
        found.cluster_of.push_back(static_cast<std::uint32_t>(nearest[i]));
        found.spread += static_cast<double>(squared[i]);
    }
    return found;
}

}  // namespace

Result<search::Clustering> FaissClusterer::cluster(std::span<const float> points,
                                                   std::size_t dimension, std::size_t clusters,
                                                   std::uint64_t seed) const {
    const std::size_t count = dimension == 0 ? 0 : points.size() / dimension;
    if (dimension == 0 || points.size() != count * dimension || clusters < 1 || clusters > count) {
        return fail(ErrorCode::invalid_argument, std::to_string(count) + " points cannot form " +
                                                     std::to_string(clusters) + " clusters");
    }
    if (!std::all_of(points.begin(), points.end(), [](float x) { return std::isfinite(x); })) {
        return fail(ErrorCode::invalid_argument, "the points to be clustered are not finite");
    }
    try {
        std::mt19937_64 random(seed);
        search::Clustering best;
        for (int run = 0; run < restarts_; ++run) {
            auto found = one_run({points, dimension, count}, clusters, random);
            if (run == 0 || found.spread < best.spread) {
                best = std::move(found);
            }
        }
        return best;
    } catch (const faiss::FaissException& exception) {
        return fail(ErrorCode::internal, std::string("K-means failed: ") + exception.what());
    }
}

}  // namespace emojiscope::index
