// Many small pictures in a few large ones.
#pragma once

#include "emojiscope/core/error.hpp"
#include "emojiscope/core/image.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <vector>

namespace emojiscope::map {

struct SpriteSheets {
    int tile = 0;     ///< side of one picture, pixels
    int columns = 0;  ///< pictures in a row of a sheet, and rows in a full one
    /// WebP files. Picture i is number i % columns² of sheet i / columns².
    std::vector<std::vector<std::uint8_t>> sheets;
};

/// `picture(i)` for each i below `count`; nothing leaves the place transparent. The pictures are as
/// large and as good as all sheets together stay within `most_bytes`, or, if they never do, as
/// small as there are. Meanwhile all of them are held, 12 KB each. `progress` is told of pictures
/// taken in; may be empty. Errors: cancelled, and those of the encoder.
[[nodiscard]] Result<SpriteSheets> make_sprite_sheets(
    std::size_t count, const std::function<std::optional<RgbaImage>(std::size_t)>& picture,
    std::size_t most_bytes, const std::stop_token& stop = {},
    const std::function<void(std::size_t done, std::size_t all)>& progress = {});

}  // namespace emojiscope::map
