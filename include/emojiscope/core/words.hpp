// What a sentence is made of.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace emojiscope {

/// The words of a text in any language, as Unicode parts them (UAX 29; Japanese by ICU's
/// dictionary), in order; neither spaces nor marks.
[[nodiscard]] std::vector<std::string> words_of(std::string_view text);

}  // namespace emojiscope
