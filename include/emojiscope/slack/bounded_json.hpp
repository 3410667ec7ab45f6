// JSON that somebody else wrote, within bounds.
//
// The library reads whatever fits in memory, a hundred bytes for each value of two characters, and
// writes, copies and compares by recursion, so that a million '[' bring the program down long after
// they were read. Here the text is measured before anything is made of it.
#pragma once

#include "emojiscope/core/error.hpp"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <string_view>

namespace emojiscope::slack {

struct JsonBounds {
    std::size_t bytes = 0;   ///< of the text
    std::size_t depth = 64;  ///< of objects and lists in one another; Slack's have about ten
    std::size_t values = 0;  ///< objects, lists and what is in them
};

/// An answer of the Web API. The largest is emoji.list, with a value for each emoji.
inline constexpr JsonBounds answer_bounds{std::size_t{16} * 1024 * 1024, 64, 1'000'000};

/// A frame of Socket Mode.
inline constexpr JsonBounds frame_bounds{std::size_t{4} * 1024 * 1024, 64, 200'000};

/// What was kept of a frame, or is to be sent, in the database: written anew it may be longer, and
/// something is put around it.
inline constexpr JsonBounds kept_bounds{std::size_t{16} * 1024 * 1024, 68, 201'000};

/// What we gave a view or a button to keep, and Slack gives back: it takes 3,000 characters.
inline constexpr JsonBounds note_bounds{std::size_t{16} * 1024, 8, 2'000};

/// Errors, of one line: too_large (beyond a bound), corrupt (no JSON). Takes no more stack for a
/// deep text than for a flat one.
[[nodiscard]] Result<nlohmann::json> parse_json(std::string_view text, const JsonBounds& bounds);

/// The same where what is unusable reads as nothing: null.
[[nodiscard]] nlohmann::json json_or_null(std::string_view text, const JsonBounds& bounds);

}  // namespace emojiscope::slack
