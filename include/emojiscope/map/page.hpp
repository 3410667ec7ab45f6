// The map as one page for a browser, with all that it needs inside: data, pictures and plotly.js.
#pragma once

#include "emojiscope/core/error.hpp"
#include "emojiscope/core/image.hpp"
#include "emojiscope/map/emoji_map.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>

namespace emojiscope::map {

struct PageOptions {
    std::string title = "Emoji map";
    bool labels = true;  ///< names are shown at first
    std::stop_token stop{};
    /// Called with pictures taken in of pictures in all; may be empty.
    std::function<void(std::size_t done, std::size_t all)> progress{};
};

/// Error: unsupported, if plotly.js was not there when the program was built.
[[nodiscard]] Result<void> can_make_pages();

/// HTML, UTF-8. `picture` gives the picture of an emoji by its place in the map. The page fetches
/// nothing: its own policy forbids it. Names and words are data in it, never markup. Up to 5,000
/// emoji it has less than 15 MB, and more in proportion beyond. Meanwhile each picture is held at
/// 54 pixels a side: 12 KB, 58 MB for 5,000 emoji.
/// Errors: unsupported (it cannot, see above), cancelled, internal.
[[nodiscard]] Result<std::string> make_page(
    const EmojiMap& map, const PageOptions& options,
    const std::function<std::optional<RgbaImage>(std::size_t)>& picture);

}  // namespace emojiscope::map
