// When the map's thumbnail is drawn anew. Pure.
//
// Each time costs a layout, an upload, and a Home that is published again, so what changes a little
// waits for a day; a map that shows how things were a while ago is still a good one.
#pragma once

#include "emojiscope/core/map_thumbnail.hpp"
#include "emojiscope/search/emoji_library.hpp"

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

namespace emojiscope::bot {

struct ThumbnailPolicy {
    /// So many came, or any went, and a while passed …
    double changed_share = 0.05;
    std::size_t least_changed = 10;
    std::chrono::milliseconds after_many_changes = std::chrono::hours{1};
    /// … or anything changed, and this passed.
    std::chrono::milliseconds after_any_change = std::chrono::hours{24};
    /// After a try that failed; twice as long after each further one.
    std::chrono::milliseconds first_retry = std::chrono::minutes{10};
    std::chrono::milliseconds longest_retry = std::chrono::hours{24};
};

/// The emoji that a map would show.
struct MapNow {
    std::size_t emoji = 0;
    std::size_t of_then = 0;  ///< of them, those that may be on the thumbnail already
    EmojiId newest = 0;
    std::string look;
};

/// `model`: by which they are laid out. `drawn`: what `of_then` is counted against.
[[nodiscard]] MapNow map_now(const search::LibraryEntries& entries, std::string_view model,
                             const MapThumbnail& drawn);

/// Whether a thumbnail is to be drawn, `drawn` being what there is.
[[nodiscard]] bool is_due(const MapThumbnail& drawn, const MapNow& now, SystemTime time,
                          const ThumbnailPolicy& policy = {});

}  // namespace emojiscope::bot
