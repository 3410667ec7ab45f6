// What somebody may have meant by a word that is not known: the nearest one that is. Pure; from any
// thread.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace emojiscope::app {

/// Damerau-Levenshtein distance of adjacent transpositions (optimal string alignment): how many
/// letters are to be inserted, left out, exchanged for another or swapped with their neighbour.
[[nodiscard]] std::size_t edit_distance(std::string_view one, std::string_view other);

/// How far `typed` is from `known`: `-`, `_` and capitals do not count, so that alertChannel is
/// alert_channel, and a word of which the other is the beginning is as near as may be. Nothing: so
/// far that a suggestion would be a guess, or one of them is empty.
[[nodiscard]] std::optional<std::size_t> nearness(std::string_view typed, std::string_view known);

/// The nearest of `known`, the first of several; nothing if none is near.
[[nodiscard]] std::optional<std::string> nearest(std::string_view typed,
                                                 std::span<const std::string> known);

/// ": did you mean 'WORD'?" of the nearest, or nothing, to end a line with.
[[nodiscard]] std::string did_you_mean(std::string_view typed, std::span<const std::string> known);

}  // namespace emojiscope::app
