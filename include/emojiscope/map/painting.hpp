// The map as one picture, with the emoji drawn in: for whoever cannot open a page.
#pragma once

#include "emojiscope/core/error.hpp"
#include "emojiscope/core/image.hpp"
#include "emojiscope/map/emoji_map.hpp"

#include <functional>
#include <optional>
#include <stop_token>

namespace emojiscope::map {

struct PaintingOptions {
    int width = 2400;  ///< pixels, 200 to 8000; the list of clusters included
    int height = 1600;
    bool names = true;  ///< false: no names and no list, and larger pictures: for a small paper
    std::stop_token stop{};
};

/// A flat map on white paper (of three dimensions the first two are shown): each emoji on a patch
/// of its cluster's colour and shape (no two clusters share both), the clusters' numbers and names
/// over it, largest first where there is room, and a list of them beside it. `picture` gives the
/// picture of an emoji by its place in the map; one is held at a time. Drawn by cairo, texts by
/// Pango. Errors: invalid_argument (size), cancelled, internal.
[[nodiscard]] Result<RgbaImage> paint_map(
    const EmojiMap& map, const PaintingOptions& options,
    const std::function<std::optional<RgbaImage>(std::size_t)>& picture);

}  // namespace emojiscope::map
