// What becomes of a configuration that was read anew while the program runs: which of its keys hold
// at once, and which at the next start. Pure functions.
#pragma once

#include "emojiscope/app/config.hpp"
#include "emojiscope/core/error.hpp"

#include <functional>
#include <string>
#include <vector>

namespace emojiscope::app {

/// Reads the configuration as at the start: the file, the environment, the command line.
using Reread = std::function<Result<Config>()>;

/// When another value of a key holds.
enum class Takes {
    at_once,
    at_next_start,
    /// At the next start, and nobody is told: tokens are not kept where they came from, so that
    /// nothing can be said of whether they changed.
    at_next_start_unseen,
};

struct ConfigKey {
    const char* name;  ///< as in the file: slack.alert_channel
    Takes takes;
    bool (*same)(const Config& a, const Config& b);
    void (*copy)(const Config& from, Config& to);
};

/// Every key of the configuration, once.
[[nodiscard]] const std::vector<ConfigKey>& config_keys();

/// Names of keys that differ, in the order of `config_keys`.
struct ConfigChanges {
    std::vector<std::string> at_once;
    std::vector<std::string> at_next_start;
};
[[nodiscard]] ConfigChanges changes(const Config& running, const Config& next);

/// `running`, with what of `next` holds at once.
[[nodiscard]] Config reloaded(const Config& running, const Config& next);

}  // namespace emojiscope::app
