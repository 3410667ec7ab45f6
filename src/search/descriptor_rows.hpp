// What the duplicate search does with rows of descriptors.
#pragma once

#include "emojiscope/core/emoji.hpp"
#include "emojiscope/search/vector_index.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace emojiscope::search {

/// Whole rows of `width` values, each of length 1.
[[nodiscard]] bool are_unit_rows(std::span<const float> values, std::size_t width);

/// The ids of all neighbours that may be copies, once each, nearest first.
[[nodiscard]] std::vector<EmojiId> nearest(std::span<const std::vector<Neighbour>> found);

}  // namespace emojiscope::search
