// The keys of config.yaml, a table for each section.
#pragma once

#include "emojiscope/app/config.hpp"

#include <string>

namespace YAML {
class Node;
}

namespace emojiscope::app {

/// Thrown by read_root: one line, without the file's name.
struct Refused {
    std::string what;
};

/// Takes every key of the whole file. Throws Refused, YAML::Exception.
void read_root(const YAML::Node& root, Config& config);

}  // namespace emojiscope::app
