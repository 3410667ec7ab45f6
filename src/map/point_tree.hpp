// Who repels whom, and how much: all pairs of points, with distant ones taken together.
//
// The tree halves the points at the median of their longer side until eight are left, which is
// what the inner loop handles at once; it is walked once for each such group, not for each point.
// (J. Barnes and P. Hut, 1986; groups: J. E. Barnes, 1990.)
#pragma once

#include "lanes.hpp"
#include "work_team.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace emojiscope::map {

/// For one thread; the team helps.
template <int Dims>
class PointTree {
public:
    PointTree(std::size_t points, double theta);

    /// Follows the points: coordinate[d][i] of point i. Their boxes and centres are always exact;
    /// which points form a box is settled anew every few calls only, since points move little.
    void follow(const std::array<std::vector<float>, Dims>& coordinate, WorkTeam& team);

    /// Fills force[d][i] with the sum over j of q² (y_i - y_j), q = 1 / (1 + |y_i - y_j|²), and
    /// returns the sum of q over all pairs i ≠ j. The same for any number of threads.
    [[nodiscard]] double repulse(std::array<std::vector<float>, Dims>& force, WorkTeam& team);

private:
    struct Box {
        std::array<float, Dims> low;
        std::array<float, Dims> high;
        std::array<double, Dims> sum;
    };

    void rebuild(const std::array<std::vector<float>, Dims>& coordinate);
    void split(const std::array<std::vector<float>, Dims>& coordinate, std::size_t first,
               std::size_t last);
    void measure_leaf(std::uint32_t group, Box& box) const;
    void measure();

    std::size_t points_;
    float far_factor_;  ///< 1 / theta²; infinite for theta 0
    unsigned age_ = 0;
    std::vector<std::uint32_t> order_;  ///< the point at each place of the groups
    std::vector<TreeNode<Dims>> nodes_;
    std::vector<Box> boxes_;                       ///< of the nodes
    std::array<std::vector<float>, Dims> placed_;  ///< coordinates in that order
    std::array<std::vector<float>, Dims> group_low_;
    std::array<std::vector<float>, Dims> group_high_;
    std::array<std::vector<float>, Dims> force_;
    std::vector<float> weights_;
};

extern template class PointTree<2>;
extern template class PointTree<3>;

}  // namespace emojiscope::map
