// Where an emoji's picture is: on the web, or in a file. Pure.
#pragma once

#include <string_view>

namespace emojiscope {

/// Whether `value` (EmojiRecord::value) is a URL. Everything else is the path of a file.
inline bool is_url(std::string_view value) noexcept {
    return value.starts_with("https://") || value.starts_with("http://");
}

}  // namespace emojiscope
