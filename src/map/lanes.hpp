// The inner loops of the layout, on eight points at a time. Included by lanes_plain.cpp and
// lanes_avx2.cpp, which compile it for different processors: so nothing in here may be shared
// between files, be it a template of the standard library.
#pragma once

#include <cstddef>
#include <cstdint>

namespace emojiscope::map {

inline constexpr std::size_t lane_count = 8;

/// A box of points, in the order in which the tree is walked.
template <int Dims>
struct TreeNode {
    float centre[Dims];   ///< of mass
    float mass;           ///< how many points
    float far_from;       ///< a squared distance: from further away it is one point
    std::uint32_t next;   ///< the node that follows all that is inside this one
    std::uint32_t group;  ///< of a leaf: its number; otherwise no_group
};
inline constexpr std::uint32_t no_group = 0xFFFFFFFFU;

/// Points in groups of lane_count; `coordinate[d][i]` of point i. The last group may have fewer;
/// its further places hold any finite numbers.
template <int Dims>
struct RepulsionInput {
    const float* coordinate[Dims];
    std::size_t points;
    const TreeNode<Dims>* nodes;
    std::size_t node_count;
    const float* low[Dims];  ///< of each group's box
    const float* high[Dims];
};

/// What the points of each group in [first, last) are pushed by: sums of q² (y_i - y_j), and
/// of q, the point itself with its q of 1 among them; q = 1 / (1 + |y_i - y_j|²).
template <int Dims>
struct RepulsionOutput {
    float* force[Dims];
    float* weights;
};

/// Symmetric affinities: row i holds the entries [begin[i], begin[i + 1]), a multiple of
/// lane_count, filled up with entries of value 0.
struct AffinityRows {
    const std::size_t* begin;
    const std::uint32_t* column;
    const float* value;
};

/// force[d][i] of each i in [first, last): the sum of p q (y_i - y_j).
template <int Dims>
struct AttractionInput {
    AffinityRows rows;
    const float* coordinate[Dims];
    float* force[Dims];
};

/// One of these for each kind of processor.
struct LaneKernels {
    void (*repulse2)(const RepulsionInput<2>&, const RepulsionOutput<2>&, std::size_t first,
                     std::size_t last) noexcept;
    void (*repulse3)(const RepulsionInput<3>&, const RepulsionOutput<3>&, std::size_t first,
                     std::size_t last) noexcept;
    void (*attract2)(const AttractionInput<2>&, std::size_t first, std::size_t last) noexcept;
    void (*attract3)(const AttractionInput<3>&, std::size_t first, std::size_t last) noexcept;
    /// The inner product of two rows of `count` numbers.
    float (*product)(const float* a, const float* b, std::size_t count) noexcept;
    /// a += factor * b
    void (*add_scaled)(float* a, const float* b, float factor, std::size_t count) noexcept;
};

/// The best for this processor.
[[nodiscard]] const LaneKernels& lane_kernels() noexcept;

}  // namespace emojiscope::map
