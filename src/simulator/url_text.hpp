// Percent-encoding and forms, as HTTP needs them.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace emojiscope::simulator {

using Parameters = std::map<std::string, std::string, std::less<>>;

/// Everything but unreserved characters as %XX.
[[nodiscard]] std::string percent_encode(std::string_view text);

/// %XX decoded, and '+' as a space if `form`. Broken escapes stay as they are.
[[nodiscard]] std::string percent_decode(std::string_view text, bool form = false);

/// a=b&c=d
[[nodiscard]] Parameters parse_form(std::string_view text);

/// A request target, split at '?': path (still encoded) and query parameters.
struct Target {
    std::string path;
    Parameters query;
};
[[nodiscard]] Target parse_target(std::string_view target);

/// Empty if absent.
[[nodiscard]] std::string get(const Parameters& parameters, std::string_view key);

}  // namespace emojiscope::simulator
