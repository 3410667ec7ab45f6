// The keys of config.yaml, a table for each section.
#pragma once

#include "emojiscope/app/config.hpp"

#include <string>
#include <vector>

namespace YAML {
class Node;
}

namespace emojiscope::app {

/// Thrown by read_root: one line, without the file's name.
struct Refused {
    std::string what;
};

/// Every key that a configuration may hold, sections included: "data", "slack", "slack.results".
[[nodiscard]] std::vector<std::string> known_keys();

/// Takes every key of the whole file. Throws Refused, YAML::Exception.
void read_root(const YAML::Node& root, Config& config);

}  // namespace emojiscope::app
