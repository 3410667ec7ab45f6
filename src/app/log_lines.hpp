// What a line of the log looks like: from a message to the bytes that are written. Pure functions;
// whatever stands in a message, one message is one line.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace emojiscope::app {

/// Line breaks and other control characters, those of the direction of writing included, as escapes
/// (\n, \t, \x1b), bytes that are no UTF-8 as \xNN: nobody who chooses a name writes a second
/// line, commands to a terminal, or what is read in another order than it was written.
[[nodiscard]] std::string escape_controls(std::string_view message);

/// 2026-01-31T23:59:59.123Z
[[nodiscard]] std::string rfc3339(std::chrono::system_clock::time_point time);

/// Names and values in their order, of `event name=value name="quoted value"`, where \" and \\,
/// \n, \r, \t and \u001b may stand in quotes. Nothing if the message is no such line from its
/// beginning to its end.
using EventFields = std::vector<std::pair<std::string, std::string>>;
[[nodiscard]] std::optional<EventFields> parse_event(std::string_view message);

struct LogLine {
    std::chrono::system_clock::time_point time;
    std::string_view level;  ///< debug, info, warning, error, critical
    std::uint64_t thread = 0;
    std::string_view message;
};

/// One JSON object without a line break: time, level, message, thread; and of an event line
/// `"message":"event"` with an object `event`. Its members are texts, as they came, but numbers
/// where the name says so by its end: _ms, _s, _bytes, attempts.
[[nodiscard]] std::string json_line(const LogLine& line);

/// For systemd's journal, which adds the time: `<N>message`, N being the priority of syslog.
[[nodiscard]] std::string journal_line(const LogLine& line);

/// Whether `stream`, the value of $JOURNAL_STREAM, names this device and inode.
[[nodiscard]] bool is_journal_stream(std::string_view stream, std::uint64_t device,
                                     std::uint64_t inode);

}  // namespace emojiscope::app
