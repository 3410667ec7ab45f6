// Gradient descent on the divergence between affinities and a layout.
#pragma once

#include "affinities.hpp"
#include "point_tree.hpp"
#include "work_team.hpp"

#include "emojiscope/map/tsne.hpp"

#include <array>
#include <vector>

namespace emojiscope::map {

/// One layout on its way. For one thread; the team helps.
template <int Dims>
class Descent {
public:
    using Coordinates = std::array<std::vector<float>, Dims>;  ///< [dimension][point]

    /// `affinities` must outlive it; `start` has as many points, at least two.
    Descent(const Affinities& affinities, Coordinates start, double theta, WorkTeam& team);

    /// dC/dy of every point: 4 (sum_j exaggeration p_ij q_ij Z (y_i - y_j) - sum_j q_ij² Z (y_i -
    /// y_j)).
    [[nodiscard]] const Coordinates& gradient(double exaggeration);

    /// KL(P || Q) as of the last call of `gradient`, nats.
    [[nodiscard]] double divergence() const;

    /// Moves every point along the gradient that was last computed.
    void step(double learning_rate, double momentum);

    /// Forgets speed and gains, as at the end of the exaggeration.
    void rest();

    [[nodiscard]] double gradient_norm() const;
    [[nodiscard]] const Coordinates& positions() const { return positions_; }

private:
    void attract();

    const Affinities& affinities_;
    WorkTeam& team_;
    PointTree<Dims> tree_;
    Coordinates positions_;
    Coordinates attraction_;
    Coordinates gradient_;  ///< first the repulsion
    Coordinates speed_;
    Coordinates gains_;
    double weights_ = 0;  ///< Z, the sum of all q
};

extern template class Descent<2>;
extern template class Descent<3>;

}  // namespace emojiscope::map
