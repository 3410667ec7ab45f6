// See lanes.hpp. All names in here are local to the file that includes it.
#include "lanes.hpp"

namespace emojiscope::map {
namespace {

using Lanes [[gnu::vector_size(lane_count * sizeof(float))]] = float;

Lanes load(const float* from) {
    Lanes lanes;
    __builtin_memcpy(&lanes, from, sizeof lanes);
    return lanes;
}

void store(float* to, const Lanes& lanes) {
    __builtin_memcpy(to, &lanes, sizeof lanes);
}

float sum_of(const Lanes& lanes) {
    return ((lanes[0] + lanes[4]) + (lanes[2] + lanes[6])) +
           ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7]));
}

template <int Dims>
struct GroupForces {
    Lanes at[Dims];
    Lanes force[Dims] = {};
    Lanes weights = {};

    void push_from(const float* place, float mass) {
        Lanes away[Dims];
        Lanes squared = Lanes{} + 1.0F;
        for (int d = 0; d < Dims; ++d) {
            away[d] = at[d] - place[d];
            squared += away[d] * away[d];
        }
        const Lanes q = 1.0F / squared;
        const Lanes weighted = mass * q;
        weights += weighted;
        const Lanes strength = weighted * q;
        for (int d = 0; d < Dims; ++d) {
            force[d] += strength * away[d];
        }
    }
};

/// From the box of a group to a place outside it; 0 inside.
template <int Dims>
float squared_distance(const float* low, const float* high, const float* place) {
    float squared = 0;
    for (int d = 0; d < Dims; ++d) {
        const float below = low[d] - place[d];
        const float above = place[d] - high[d];
        const float outside = below > above ? below : above;
        squared += outside > 0 ? outside * outside : 0.0F;
    }
    return squared;
}

template <int Dims>
void repulse_group(const RepulsionInput<Dims>& input, const RepulsionOutput<Dims>& output,
                   std::size_t group) {
    const std::size_t first = group * lane_count;
    GroupForces<Dims> forces;
    float low[Dims];
    float high[Dims];
    for (int d = 0; d < Dims; ++d) {
        forces.at[d] = load(input.coordinate[d] + first);
        low[d] = input.low[d][group];
        high[d] = input.high[d][group];
    }
    for (std::size_t i = 0; i < input.node_count;) {
        const TreeNode<Dims>& node = input.nodes[i];
        if (squared_distance<Dims>(low, high, node.centre) > node.far_from) {
            forces.push_from(node.centre, node.mass);
            i = node.next;
        } else if (node.group == no_group) {
            ++i;
        } else {
            const std::size_t begin = std::size_t{node.group} * lane_count;
            const std::size_t left = input.points - begin;
            const std::size_t end = begin + (left < lane_count ? left : lane_count);
            for (std::size_t j = begin; j < end; ++j) {
                float place[Dims];
                for (int d = 0; d < Dims; ++d) {
                    place[d] = input.coordinate[d][j];
                }
                forces.push_from(place, 1.0F);
            }
            i = node.next;
        }
    }
    for (int d = 0; d < Dims; ++d) {
        store(output.force[d] + first, forces.force[d]);
    }
    store(output.weights + first, forces.weights);
}

template <int Dims>
void repulse(const RepulsionInput<Dims>& input, const RepulsionOutput<Dims>& output,
             std::size_t first, std::size_t last) noexcept {
    for (std::size_t group = first; group < last; ++group) {
        repulse_group(input, output, group);
    }
}

template <int Dims>
void attract(const AttractionInput<Dims>& input, std::size_t first, std::size_t last) noexcept {
    for (std::size_t i = first; i < last; ++i) {
        Lanes sums[Dims] = {};
        for (std::size_t e = input.rows.begin[i]; e < input.rows.begin[i + 1]; e += lane_count) {
            const std::uint32_t* column = input.rows.column + e;
            Lanes away[Dims];
            Lanes squared = Lanes{} + 1.0F;
            for (int d = 0; d < Dims; ++d) {
                const float* from = input.coordinate[d];
                const Lanes others = {from[column[0]], from[column[1]], from[column[2]],
                                      from[column[3]], from[column[4]], from[column[5]],
                                      from[column[6]], from[column[7]]};
                away[d] = from[i] - others;
                squared += away[d] * away[d];
            }
            const Lanes strength = load(input.rows.value + e) / squared;
            for (int d = 0; d < Dims; ++d) {
                sums[d] += strength * away[d];
            }
        }
        for (int d = 0; d < Dims; ++d) {
            input.force[d][i] = sum_of(sums[d]);
        }
    }
}

float product(const float* a, const float* b, std::size_t count) noexcept {
    Lanes sums = {};
    std::size_t i = 0;
    for (; i + lane_count <= count; i += lane_count) {
        sums += load(a + i) * load(b + i);
    }
    float total = sum_of(sums);
    for (; i < count; ++i) {
        total += a[i] * b[i];
    }
    return total;
}

void add_scaled(float* a, const float* b, float factor, std::size_t count) noexcept {
    for (std::size_t i = 0; i < count; ++i) {
        a[i] += factor * b[i];
    }
}

constexpr LaneKernels kernels{repulse<2>, repulse<3>, attract<2>, attract<3>, product, add_scaled};

}  // namespace
}  // namespace emojiscope::map
