// Block Kit as Slack takes it: what it would refuse, and why.
#pragma once

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace emojiscope::simulator {

/// Empty if a message may carry these blocks; otherwise one line for each fault.
/// https://api.slack.com/reference/block-kit/blocks
[[nodiscard]] std::vector<std::string> check_blocks(const nlohmann::json& blocks);

}  // namespace emojiscope::simulator
