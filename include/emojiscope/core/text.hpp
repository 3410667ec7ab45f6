// UTF-8 helpers that every room needs.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace emojiscope {

[[nodiscard]] bool is_valid_utf8(std::string_view text) noexcept;

/// Each maximal invalid sequence replaced by U+FFFD.
[[nodiscard]] std::string to_valid_utf8(std::string_view bytes);

/// The code points of valid UTF-8 (invalid sequences come out as U+FFFD).
[[nodiscard]] std::u32string to_code_points(std::string_view text);
[[nodiscard]] std::string to_utf8(std::u32string_view code_points);

/// At most `max_bytes` of `text`, cut between code points.
[[nodiscard]] std::string_view truncate_utf8(std::string_view text, std::size_t max_bytes) noexcept;

/// The form in which names and queries are compared: NFKC with case folded, katakana as hiragana,
/// and white space and `_ - . ' :` left out. "Party Parrot" and "party_parrot" are one.
[[nodiscard]] std::string fold_for_matching(std::string_view text);

/// Control characters (line breaks included) as spaces, so that a message stays one line.
[[nodiscard]] std::string one_line(std::string_view text);

}  // namespace emojiscope
