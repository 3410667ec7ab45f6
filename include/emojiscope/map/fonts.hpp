// Whether the fonts of this machine can write names on the picture of a map.
#pragma once

#include <string_view>

namespace emojiscope::map {

/// Every sign of `text` (UTF-8) has a shape in some font, as the painter would choose it. From any
/// thread; the first call reads the list of fonts.
[[nodiscard]] bool can_write(std::string_view text);

}  // namespace emojiscope::map
