// Files that blocks show: whether Slack would find them, and pictures in them.
// https://docs.slack.dev/reference/block-kit/composition-objects/slack-file-object
#pragma once

#include "workspace_state.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace emojiscope::simulator {

/// One line for each `slack_file` that the bot may not show: there is none, it is no picture, the
/// bot does not see it, or Slack has not looked at it yet. The blocks must be sound (block_check).
[[nodiscard]] std::vector<std::string> check_files(const nlohmann::json& blocks,
                                                   const WorkspaceState& state);

/// The answer to a call with such blocks; null if there is nothing wrong with them.
[[nodiscard]] nlohmann::json refuse_files(const nlohmann::json& blocks,
                                          const WorkspaceState& state);

}  // namespace emojiscope::simulator
