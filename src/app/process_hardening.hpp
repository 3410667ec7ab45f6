// What the program gives up at its start, since its memory holds tokens.
#pragma once

#include "emojiscope/core/error.hpp"

namespace emojiscope::app {

/// Set, and not to 0 or nothing: core dumps, debuggers and profilers of the same user are let in.
inline constexpr const char* allow_core_dumps_variable = "EMOJISCOPE_ALLOW_CORE_DUMPS";

/// For the rest of the process's life:
/// - no core dumps, neither into a file (RLIMIT_CORE) nor into a program that collects them
///   (PR_SET_DUMPABLE, which the kernel asks for both). The second also closes what /proc/PID has
///   of memory, environment and open files to everybody but root, and debuggers likewise; the
///   process itself may read its own;
/// - no new privileges by set-user-ID files (PR_SET_NO_NEW_PRIVS).
/// With `allow_core_dumps` the former stay as they were. For the start of `main`. Error: io.
[[nodiscard]] Result<void> harden_process(bool allow_core_dumps);

/// What the environment says of that.
[[nodiscard]] bool core_dumps_are_allowed();

}  // namespace emojiscope::app
