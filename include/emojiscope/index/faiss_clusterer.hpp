// K-means by Faiss.
#pragma once

#include "emojiscope/search/clusterer.hpp"

#include <algorithm>

namespace emojiscope::index {

/// Starts from centres that lie apart (D. Arthur and S. Vassilvitskii, "k-means++", 2007), which
/// Faiss then moves. Stateless. Threads: as the port says.
class FaissClusterer final : public search::Clusterer {
public:
    /// Of so many runs (one at least) that with the least spread counts.
    explicit FaissClusterer(int restarts = 4) : restarts_(std::max(1, restarts)) {}

    [[nodiscard]] Result<search::Clustering> cluster(std::span<const float> points,
                                                     std::size_t dimension, std::size_t clusters,
                                                     std::uint64_t seed) const override;

private:
    int restarts_;
};

}  // namespace emojiscope::index
