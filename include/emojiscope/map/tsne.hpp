// t-SNE: points of many dimensions laid out in two or three, so that near ones stay near.
//
// L. van der Maaten and G. Hinton, "Visualizing Data using t-SNE", 2008, with the sparse
// affinities of L. van der Maaten, "Accelerating t-SNE using Tree-Based Algorithms", 2014.
// Learning rate: A. C. Belkina et al., 2019; start by principal axes: D. Kobak and P. Berens, 2019.
// The rules by which the descent goes on and ends are those of scikit-learn's TSNE.
#pragma once

#include "emojiscope/core/error.hpp"
#include "emojiscope/search/vector_index.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <stop_token>
#include <vector>

namespace emojiscope::map {

/// Vectors of unit length, row-major; a view.
struct PointsView {
    std::size_t dimension = 0;
    std::span<const float> values;  ///< `size() * dimension`

    [[nodiscard]] std::size_t size() const noexcept {
        return dimension == 0 ? 0 : values.size() / dimension;
    }
    [[nodiscard]] std::span<const float> row(std::size_t i) const {
        return values.subspan(i * dimension, dimension);
    }
};

struct TsneOptions {
    int dims = 2;           ///< 2 or 3
    double perplexity = 0;  ///< how many neighbours count, about; 0: default_perplexity
    int iterations = 1000;  ///< at most
    int exaggerated = 250;  ///< of these, with attraction `exaggeration` times as strong
    double exaggeration = 12;
    /// How coarsely distant points are taken together: 0 (not at all) to 1 / sqrt(dims). A box of
    /// points is taken as one if its longest side is less than `theta` times its distance.
    double theta = 0.5;
    std::uint64_t seed = 1;
    unsigned threads = 0;  ///< 0: one for each core; those of the index are its own
    std::stop_token stop;
    /// Called from the calling thread, with steps done of steps in all; may be empty.
    std::function<void(std::size_t done, std::size_t all)> progress;
};

struct Layout {
    int dims = 2;
    std::vector<float> positions;  ///< row-major, a point's `dims` numbers together; centred
    double divergence = 0;         ///< Kullback-Leibler, nats, over the sparse affinities
    int iterations = 0;

    [[nodiscard]] std::size_t size() const {
        return positions.size() / static_cast<std::size_t>(dims);
    }
};

/// min(30, (n - 1) / 3), at least 1. Three neighbours are taken for each unit of it, so with more
/// every point would be everybody's neighbour, and there would be nothing to be far from.
[[nodiscard]] double default_perplexity(std::size_t points) noexcept;

/// Blocking; pure but for `index`, which is empty and of the points' dimension, and holds them
/// afterwards. The same neighbours (as the index finds them), options and kind of processor give
/// the same layout, bit for bit, whatever the number of threads. Fewer than two points lie at the
/// origin. Errors: invalid_argument (dims, perplexity not in [1, n - 1], theta, exaggeration, a
/// wrong shape, vectors that are not of unit length), cancelled, and what the index says.
[[nodiscard]] Result<Layout> tsne(const PointsView& points, search::VectorIndex& index,
                                  const TsneOptions& options);

}  // namespace emojiscope::map
