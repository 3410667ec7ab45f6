// How well a query in words fits the look of each picture.
#pragma once

#include "emojiscope/core/emoji.hpp"
#include "emojiscope/search/vector_index.hpp"

#include <span>
#include <unordered_map>

namespace emojiscope::search {

/// A cosine means different things for different queries: what counts is by how many standard
/// deviations it stands over the mean of all pictures of the library, both held near what is usual
/// while the library is small.
class ImageSignal {
public:
    ImageSignal() = default;
    explicit ImageSignal(std::span<const Neighbour> neighbours);

    struct Fit {
        double cosine = 0;
        double deviations = 0;
    };
    /// Null if the picture is not among the neighbours.
    [[nodiscard]] const Fit* of(EmojiId id) const;
    [[nodiscard]] std::size_t pictures() const { return fits_.size(); }

private:
    std::unordered_map<EmojiId, Fit> fits_;
};

}  // namespace emojiscope::search
