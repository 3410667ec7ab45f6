// Secrets that come as environment variables.
#pragma once

#include <string>

namespace emojiscope::app {

/// The value of an environment variable, which is then gone: children do not inherit it, and
/// /proc/PID/environ, which shows the memory that the kernel filled at the start, shows `*` in its
/// place. Empty if there is no such variable. For the start of `main`, before there are threads.
[[nodiscard]] std::string take_secret(const char* name);

}  // namespace emojiscope::app
