// What the doctor found, for people and for scripts.
#pragma once

#include "check.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace emojiscope::app::doctor {

/// Whatever finds its way into a line from outside: none of these words is ever shown.
void hide(Checks& checks, const std::vector<std::string>& secrets);

[[nodiscard]] bool all_well(const Checks& checks) noexcept;  ///< nothing has failed

/// A line for each check, aligned, the remedy under it; a last line counts.
[[nodiscard]] std::string for_people(const Checks& checks, bool colours);

/// {"ok":…, "warnings":N, "failures":N, "checks":[{"name","outcome","finding","remedy"}]}
[[nodiscard]] nlohmann::json for_scripts(const Checks& checks);

}  // namespace emojiscope::app::doctor
