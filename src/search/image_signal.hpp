// How well a query in words fits the look of each picture.
#pragma once

#include "emojiscope/core/emoji.hpp"
#include "emojiscope/search/vector_index.hpp"

#include <optional>
#include <vector>

namespace emojiscope::search {

/// A cosine means different things for different queries: what counts is by how many standard
/// deviations it stands over the mean of all pictures of the library, both held near what is usual
/// while the library is small. Immutable.
class ImageSignal {
public:
    ImageSignal() = default;
    /// The cosines of all pictures, by id.
    explicit ImageSignal(std::vector<Neighbour> cosines);

    struct Fit {
        double cosine = 0;
        double deviations = 0;
    };
    [[nodiscard]] std::size_t pictures() const { return cosines_.size(); }

    /// Looks up the pictures of emoji that come by rising id, which is quicker than each alone.
    class Cursor {
    public:
        Cursor(const ImageSignal& signal, EmojiId first);
        /// Null if there is no such picture. REQUIRES: not less than the id before.
        [[nodiscard]] std::optional<Fit> at(EmojiId id);

    private:
        const ImageSignal& signal_;
        std::vector<Neighbour>::const_iterator next_;
    };

private:
    std::vector<Neighbour> cosines_;
    double mean_ = 0;
    double deviation_ = 1;
};

}  // namespace emojiscope::search
