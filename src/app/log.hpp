// The program's log: lines on stderr, as text, as JSON, or as systemd's journal wants them.
#pragma once

#include "emojiscope/app/config.hpp"
#include "emojiscope/core/error.hpp"

#include <string>

namespace emojiscope::app {

/// Whether `start_log` and `change_log` would take it. Error: invalid_argument.
[[nodiscard]] Result<void> check_log(const LogConfig& config);

/// From now on lines go to stderr, as configured; without a configured level warnings and worse if
/// `quiet`, otherwise information too. A line that cannot be written (a full disk, a closed stderr)
/// is lost, and nothing else happens. stderr, where it is a file, is written at its end, so that it
/// may be cut off meanwhile. For main's thread. Error: invalid_argument, nothing is changed.
[[nodiscard]] Result<void> start_log(const LogConfig& config, bool quiet);

/// The same for the log that is there, while other threads write to it.
[[nodiscard]] Result<void> change_log(const LogConfig& config, bool quiet);

/// Takes the places of the standard streams that are closed, so that no file that is opened later
/// gets the messages meant for them. First of all, from main.
void hold_standard_streams();

/// The last line of a command that runs as a service: in the log's own form where somebody's
/// program reads that, otherwise as `report` writes it. Returns the exit status `failed`.
int end_with(const LogConfig& config, const std::string& message);

}  // namespace emojiscope::app
