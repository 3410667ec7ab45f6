// How good a layout is, whoever made it: both figures over all pairs of points, nothing left out.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace emojiscope::bench {

struct LayoutView {
    std::size_t dims = 2;
    std::span<const float> positions;  ///< row-major
};

struct MapQuality {
    /// KL(P || Q), nats: P of the given perplexity over all n - 1 neighbours of each point, made
    /// symmetric; Q by Student's kernel with one degree of freedom.
    double divergence = 0;
    /// J. Venna and S. Kaski, 2001: 1 if the k nearest in the layout are among the k nearest of the
    /// points; each that is not costs as much as its rank exceeds k.
    double trustworthiness = 0;
};

/// Judges layouts of the same points (row-major, `dimension` numbers each). Blocking, on all cores.
[[nodiscard]] std::vector<MapQuality> judge(std::span<const float> points, std::size_t dimension,
                                            std::span<const LayoutView> layouts, double perplexity,
                                            std::size_t k);

}  // namespace emojiscope::bench
