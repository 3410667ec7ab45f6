// Kana in Latin letters.
#pragma once

#include <string>
#include <string_view>

namespace emojiscope {

/// Hiragana in Hepburn, as people type it: "kinyoubi", "matcha", "biiru". Latin letters and digits
/// stay. Empty if anything else is in it.
[[nodiscard]] std::string to_romaji(std::string_view hiragana);

}  // namespace emojiscope
