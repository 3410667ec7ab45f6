// The list of what `emojiscope doctor` looks at, and how it goes through that list.
#pragma once

#include "check.hpp"

#include "commands/commands.hpp"

#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace emojiscope::app::doctor {

/// One look, which may find several things. It gets what was found before it, and whatever else it
/// needs it owns: where it takes too long it is left behind, on a thread of its own.
struct Step {
    std::string name;  ///< of what is said if it takes too long
    std::function<Checks(const Checks& so_far)> look;
};

/// All that the doctor looks at, in the order in which it tells of it.
[[nodiscard]] std::vector<Step> steps(const ConfigReading& reading, const Config& config);

struct Diagnosis {
    Checks checks;
    bool overdue = false;  ///< a step still runs: the process must end without waiting for it
};

inline constexpr std::chrono::seconds step_limit{10};

/// One step after another, each for at most `limit`. What a step throws is a finding, too.
[[nodiscard]] Diagnosis go_through(const std::vector<Step>& steps,
                                   std::chrono::milliseconds limit = step_limit);

}  // namespace emojiscope::app::doctor
