// The files of the page, built into the program (see page/ and CMakeLists.txt).
#pragma once

#include <string_view>

namespace emojiscope::simulator {

struct PageFile {
    std::string_view path;  ///< as in the URL
    std::string_view type;
    std::string_view content;
};

/// Null if there is no such file.
[[nodiscard]] const PageFile* find_page_file(std::string_view path);

}  // namespace emojiscope::simulator
