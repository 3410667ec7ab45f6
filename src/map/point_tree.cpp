#include "point_tree.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

namespace emojiscope::map {
namespace {

/// After so many steps the boxes are formed anew. Older ones overlap more, which costs time and
/// nothing else.
constexpr unsigned oldest = 10;

std::size_t groups_of(std::size_t points) {
    return (points + lane_count - 1) / lane_count;
}

}  // namespace

template <int Dims>
PointTree<Dims>::PointTree(std::size_t points, double theta)
    : points_(points),
      far_factor_(theta > 0 ? static_cast<float>(1 / (theta * theta))
                            : std::numeric_limits<float>::infinity()),
      age_(oldest),
      order_(points) {
    std::iota(order_.begin(), order_.end(), 0U);
    const std::size_t groups = groups_of(points);
    for (int d = 0; d < Dims; ++d) {
        placed_[d].resize(groups * lane_count);
        force_[d].resize(groups * lane_count);
        group_low_[d].resize(groups);
        group_high_[d].resize(groups);
    }
    weights_.resize(groups * lane_count);
}

template <int Dims>
void PointTree<Dims>::split(const std::array<std::vector<float>, Dims>& coordinate,
                            std::size_t first, std::size_t last) {
    const std::size_t at = nodes_.size();
    nodes_.emplace_back();
    const std::size_t groups = groups_of(last - first);
    if (groups <= 1) {
        nodes_[at].group = static_cast<std::uint32_t>(first / lane_count);
    } else {
        nodes_[at].group = no_group;
        const auto begin = order_.begin() + static_cast<std::ptrdiff_t>(first);
        const auto end = order_.begin() + static_cast<std::ptrdiff_t>(last);
        int longest = 0;
        float most = -1;
        for (int d = 0; d < Dims; ++d) {
            const auto [low, high] =
                std::minmax_element(begin, end, [&](std::uint32_t a, std::uint32_t b) {
                    return coordinate[d][a] < coordinate[d][b];
                });
            const float side = coordinate[d][*high] - coordinate[d][*low];
            if (side > most) {
                most = side;
                longest = d;
            }
        }
        const std::size_t middle = first + groups / 2 * lane_count;
        const std::vector<float>& values = coordinate[longest];
        std::nth_element(begin, order_.begin() + static_cast<std::ptrdiff_t>(middle), end,
                         [&](std::uint32_t a, std::uint32_t b) {
                             return values[a] != values[b] ? values[a] < values[b] : a < b;
                         });
        split(coordinate, first, middle);
        split(coordinate, middle, last);
    }
    nodes_[at].next = static_cast<std::uint32_t>(nodes_.size());
    nodes_[at].mass = static_cast<float>(last - first);
}

template <int Dims>
void PointTree<Dims>::rebuild(const std::array<std::vector<float>, Dims>& coordinate) {
    nodes_.clear();
    split(coordinate, 0, points_);
    boxes_.resize(nodes_.size());
    age_ = 0;
}

template <int Dims>
void PointTree<Dims>::measure_leaf(std::uint32_t group, Box& box) const {
    const std::size_t first = std::size_t{group} * lane_count;
    const std::size_t last = std::min(first + lane_count, points_);
    for (int d = 0; d < Dims; ++d) {
        box.low[d] = box.high[d] = placed_[d][first];
        box.sum[d] = 0;
        for (std::size_t i = first; i < last; ++i) {
            box.low[d] = std::min(box.low[d], placed_[d][i]);
            box.high[d] = std::max(box.high[d], placed_[d][i]);
            box.sum[d] += static_cast<double>(placed_[d][i]);
        }
    }
}

/// From the leaves up: inside the list a node's first half follows it, and its second half follows
/// the first one's last.
template <int Dims>
void PointTree<Dims>::measure() {
    for (std::size_t i = nodes_.size(); i-- > 0;) {
        TreeNode<Dims>& node = nodes_[i];
        Box& box = boxes_[i];
        if (node.group != no_group) {
            measure_leaf(node.group, box);
        } else {
            const Box& left = boxes_[i + 1];
            const Box& right = boxes_[nodes_[i + 1].next];
            for (int d = 0; d < Dims; ++d) {
                box.low[d] = std::min(left.low[d], right.low[d]);
                box.high[d] = std::max(left.high[d], right.high[d]);
                box.sum[d] = left.sum[d] + right.sum[d];
            }
        }
        float side = 0;
        for (int d = 0; d < Dims; ++d) {
            node.centre[d] = static_cast<float>(box.sum[d] / static_cast<double>(node.mass));
            side = std::max(side, box.high[d] - box.low[d]);
            if (node.group != no_group) {
                group_low_[d][node.group] = box.low[d];
                group_high_[d][node.group] = box.high[d];
            }
        }
        node.far_from = side > 0 ? side * side * far_factor_ : 0.0F;
    }
}

template <int Dims>
void PointTree<Dims>::follow(const std::array<std::vector<float>, Dims>& coordinate,
                             WorkTeam& team) {
    if (age_++ >= oldest) {
        rebuild(coordinate);
    }
    team.run(points_, [&](std::size_t first, std::size_t last) {
        for (int d = 0; d < Dims; ++d) {
            for (std::size_t i = first; i < last; ++i) {
                placed_[d][i] = coordinate[d][order_[i]];
            }
        }
    });
    measure();
}

template <int Dims>
double PointTree<Dims>::repulse(std::array<std::vector<float>, Dims>& force, WorkTeam& team) {
    RepulsionInput<Dims> input{};
    RepulsionOutput<Dims> output{};
    for (int d = 0; d < Dims; ++d) {
        input.coordinate[d] = placed_[d].data();
        input.low[d] = group_low_[d].data();
        input.high[d] = group_high_[d].data();
        output.force[d] = force_[d].data();
    }
    input.points = points_;
    input.nodes = nodes_.data();
    input.node_count = nodes_.size();
    output.weights = weights_.data();
    const LaneKernels& lanes = lane_kernels();
    team.run(groups_of(points_), [&](std::size_t first, std::size_t last) {
        if constexpr (Dims == 2) {
            lanes.repulse2(input, output, first, last);
        } else {
            lanes.repulse3(input, output, first, last);
        }
        const std::size_t end = std::min(last * lane_count, points_);
        for (int d = 0; d < Dims; ++d) {
            for (std::size_t i = first * lane_count; i < end; ++i) {
                force[d][order_[i]] = force_[d][i];
            }
        }
    });
    double sum = 0;
    for (std::size_t i = 0; i < points_; ++i) {
        sum += static_cast<double>(weights_[i]);
    }
    return sum - static_cast<double>(points_);  // each point's q of 1 with itself
}

template class PointTree<2>;
template class PointTree<3>;

}  // namespace emojiscope::map
