// Block Kit as Slack takes it: what it would refuse, and why.
#pragma once

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace emojiscope::simulator {

/// Empty if a message may carry these blocks; otherwise one line for each fault.
/// https://api.slack.com/reference/block-kit/blocks
[[nodiscard]] std::vector<std::string> check_blocks(const nlohmann::json& blocks);

/// The same of a view as views.open, views.update and views.publish take it.
[[nodiscard]] std::vector<std::string> check_view(const nlohmann::json& view);

/// The same of what an app offers in a menu that asks for it (block_suggestion).
[[nodiscard]] std::vector<std::string> check_options(const nlohmann::json& payload);

}  // namespace emojiscope::simulator
