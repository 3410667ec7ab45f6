// Port: what is remembered of the small picture of the map that Slack keeps for the Home tab.
#pragma once

#include "emojiscope/core/clock.hpp"
#include "emojiscope/core/emoji.hpp"
#include "emojiscope/core/error.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace emojiscope {

struct MapThumbnail {
    std::string file_id;      ///< of Slack; empty: there is none
    std::string old_file_id;  ///< of one that is shown no more and still has to be deleted
    std::size_t emoji = 0;    ///< how many are on it
    EmojiId newest = 0;       ///< the greatest id on it: whatever has a greater one came later
    std::string look;         ///< of the emoji on it: another one as soon as the map would differ
    SystemTime drawn_at{};
    SystemTime tried_at{};  ///< when the last try began
    int failures = 0;       ///< tries since Slack last showed one

    friend bool operator==(const MapThumbnail&, const MapThumbnail&) = default;
};

/// Kept for good. Blocking; safe from any thread. Errors: of the disk.
class ThumbnailBook {
public:
    virtual ~ThumbnailBook() = default;

    /// Of a workspace that never had one: as a fresh MapThumbnail.
    [[nodiscard]] virtual Result<MapThumbnail> load(std::string_view team_id) const = 0;
    [[nodiscard]] virtual Result<void> save(std::string_view team_id,
                                            const MapThumbnail& thumbnail) = 0;
};

}  // namespace emojiscope
