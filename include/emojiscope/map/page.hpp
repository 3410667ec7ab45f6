// The map as one page for a browser, with all that it needs inside: data, pictures and plotly.js.
#pragma once

#include "emojiscope/core/error.hpp"
#include "emojiscope/core/image.hpp"
#include "emojiscope/map/emoji_map.hpp"

#include <functional>
#include <optional>
#include <string>

namespace emojiscope::map {

struct PageOptions {
    std::string title = "Emoji map";
    bool labels = true;  ///< names are shown at first
};

/// False if plotly.js was not there when the program was built.
[[nodiscard]] bool can_make_pages() noexcept;

/// HTML, UTF-8. `picture` gives the picture of an emoji by its place in the map. The page fetches
/// nothing: its own policy forbids it. Names and words are data in it, never markup.
/// Errors: unsupported (it cannot, see above), internal.
[[nodiscard]] Result<std::string> make_page(
    const EmojiMap& map, const PageOptions& options,
    const std::function<std::optional<RgbaImage>(std::size_t)>& picture);

}  // namespace emojiscope::map
