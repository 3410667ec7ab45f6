// Text of others as it may stand among our own words: what somebody typed, the name of a file, what
// is read in a picture. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace emojiscope {

/// Marks that may stand on one letter: of ordinary writing no letter has more (Hindi, Thai,
/// Vietnamese and Hebrew have three at most, Tibetan four).
inline constexpr std::size_t most_marks_on_letter = 4;

/// How much of a text an error quotes, and how much of what a library says of one.
inline constexpr std::size_t most_quoted_characters = 80;
inline constexpr std::size_t most_message_characters = 300;

/// `text` as one line of at most `max_characters` code points of valid UTF-8 that disturbs nothing
/// around it:
/// - white space and control characters as one space in a run, none at the ends (a full-width space
///   stays one);
/// - no marks of direction (they turn around what follows) and nothing invisible; joiners and
///   variation selectors stay where an emoji or a script needs them;
/// - at most `most_marks_on_letter` combining marks on a letter, and none that would stand on what
///   comes before the text;
/// - too long: cut between characters as people see them, with '…' as the last one.
/// Empty if nothing of it can be seen. REQUIRES: `max_characters` > 0.
[[nodiscard]] std::string legible(std::string_view text, std::size_t max_characters);

/// The same between apostrophes, as an error quotes what somebody wrote.
[[nodiscard]] std::string quoted_legibly(std::string_view text,
                                         std::size_t max_characters = most_quoted_characters);

}  // namespace emojiscope
