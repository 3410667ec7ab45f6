// The names that --signals takes.
#pragma once

#include "emojiscope/search/emoji_search.hpp"

#include <optional>
#include <string>
#include <vector>

namespace emojiscope::app {

/// All of them for no names; null for a name that there is not.
[[nodiscard]] std::optional<search::SignalSet> parse_signals(
    const std::vector<std::string>& names);

}  // namespace emojiscope::app
