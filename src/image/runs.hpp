// An animation as its viewer sees it: a row of pictures, each shown for a while.
#pragma once

#include "emojiscope/core/image.hpp"

#include <chrono>
#include <cstddef>
#include <vector>

namespace emojiscope::image {

/// Consecutive frames that look the same.
struct Run {
    std::size_t first_frame = 0;
    std::chrono::milliseconds duration{0};  ///< of all its frames together
};

/// In order, at least one for a picture of at least one frame. Colours under alpha 0 make no
/// difference.
[[nodiscard]] std::vector<Run> runs_of(const Picture& picture);

}  // namespace emojiscope::image
