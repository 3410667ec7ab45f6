// Fake of search::Clusterer: Lloyd's algorithm from the points that lie farthest apart; one run.
#pragma once

#include "emojiscope/search/clusterer.hpp"

namespace emojiscope::fakes {

class LloydClusterer final : public search::Clusterer {
public:
    [[nodiscard]] Result<search::Clustering> cluster(std::span<const float> points,
                                                     std::size_t dimension, std::size_t clusters,
                                                     std::uint64_t seed) const override;
};

}  // namespace emojiscope::fakes
