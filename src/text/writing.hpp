// Whether what was read from a picture is writing, or signs that were seen in a drawing.
#pragma once

#include "emojiscope/search/text_reader.hpp"

#include <span>
#include <string_view>

namespace emojiscope::text {

/// `looks`: what each look at the picture made of it, empty texts included, with the engine's own
/// confidence. Writing is read alike by several looks, or by one with great confidence; what is
/// drawn in two colours is trusted earlier. The thresholds were chosen on stamps-train and Blobmoji
/// (tests/eval/README.md).
[[nodiscard]] bool is_writing(std::span<const search::ReadText> looks, bool two_colours);

/// How alike two texts are, 0 to 1: twice the length of their longest common subsequence over the
/// sum of their lengths, in code points.
[[nodiscard]] double alikeness(std::u32string_view a, std::u32string_view b);

}  // namespace emojiscope::text
