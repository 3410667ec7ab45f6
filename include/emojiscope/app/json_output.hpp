// The JSON forms of the command line's contract.
#pragma once

#include "emojiscope/search/duplicate_finder.hpp"
#include "emojiscope/search/emoji_search.hpp"

#include <nlohmann/json.hpp>

#include <chrono>
#include <string>
#include <vector>

namespace emojiscope::app {

/// {"query":…, "results":[{"rank","name","score","signals"}], "confident", "took_ms"}
[[nodiscard]] nlohmann::json search_json(const std::string& query, const search::Answer& answer,
                                         std::chrono::duration<double, std::milli> took);

/// {"file":…, "alert":…, "matches":[{"name","kind","score"}]}; "likeness" too where not all is alike
[[nodiscard]] nlohmann::json check_json(const std::string& file,
                                        const std::vector<search::DuplicateMatch>& matches);

/// {"groups":[{"kind","names"}]}
[[nodiscard]] nlohmann::json groups_json(const std::vector<search::DuplicateGroup>& groups);

/// One line of JSON; bytes that are not UTF-8 (a file's name, say) as U+FFFD.
[[nodiscard]] std::string to_line(const nlohmann::json& value);

}  // namespace emojiscope::app
