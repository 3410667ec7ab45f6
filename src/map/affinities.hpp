// How much each point is a neighbour of each other one: t-SNE's P, sparse.
#pragma once

#include "work_team.hpp"

#include "emojiscope/core/error.hpp"
#include "emojiscope/map/tsne.hpp"
#include "emojiscope/search/vector_index.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <stop_token>
#include <vector>

namespace emojiscope::map {

/// The nearest other points of each point, nearest first.
struct NeighbourTable {
    std::size_t each = 0;            ///< how many of each point
    std::vector<std::uint32_t> ids;  ///< row-major: points * each
    std::vector<float> squared;      ///< their squared Euclidean distances
};

/// Adds the points to `index`, which is empty, and asks it for `each` < points.size() neighbours of
/// every one. Errors: cancelled, and those of the index.
[[nodiscard]] Result<NeighbourTable> nearest_neighbours(
    const PointsView& points, search::VectorIndex& index, std::size_t each,
    const std::stop_token& stop, const std::function<void(std::size_t points_done)>& progress);

/// Symmetric, all values together 1; in the form that lanes.hpp's AffinityRows describes.
struct Affinities {
    std::vector<std::size_t> begin;  ///< points + 1
    std::vector<std::uint32_t> column;
    std::vector<float> value;

    [[nodiscard]] std::size_t points() const { return begin.size() - 1; }
};

/// A Gaussian around each point whose conditional distribution has this perplexity (or comes as
/// near to it as its neighbours allow), then p_ij = (p_j|i + p_i|j) / 2n.
[[nodiscard]] Affinities make_affinities(const NeighbourTable& neighbours, double perplexity,
                                         WorkTeam& team);

}  // namespace emojiscope::map
