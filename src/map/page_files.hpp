// The files of the page, built into the program (see page/ and CMakeLists.txt).
#pragma once

#include <cstddef>
#include <string_view>

namespace emojiscope::map {

/// The page, with places for the rest: {{style}}, {{plotly}}, {{data}}, {{sheets}}, {{script}}.
[[nodiscard]] std::string_view page_html();
[[nodiscard]] std::string_view page_style();
[[nodiscard]] std::string_view page_script();

/// Empty if it was not there when the program was built.
[[nodiscard]] std::string_view plotly_script();

}  // namespace emojiscope::map
