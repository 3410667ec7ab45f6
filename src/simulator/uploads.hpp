// Files that the bot brings: announced, sent to a place of their own, shared.
// https://api.slack.com/messaging/files#uploading_files
#pragma once

#include "exchange.hpp"
#include "hub.hpp"
#include "workspace_state.hpp"

#include <nlohmann/json.hpp>

#include <string>

namespace emojiscope::simulator {

/// files.getUploadURLExternal. `origin`: e.g. http://127.0.0.1:8765
[[nodiscard]] nlohmann::json announce_upload(WorkspaceState& state, const nlohmann::json& arguments,
                                             const std::string& origin);

/// What was announced, and no token. Both is held against the bot if it is otherwise.
[[nodiscard]] Response receive_upload(WorkspaceState& state, Hub& hub, const std::string& id,
                                      const Request& request);

/// files.completeUploadExternal
[[nodiscard]] nlohmann::json complete_upload(WorkspaceState& state, const Options& options,
                                             const nlohmann::json& arguments);

/// files.delete, of what the bot uploaded.
[[nodiscard]] nlohmann::json delete_file(WorkspaceState& state, const nlohmann::json& arguments);

}  // namespace emojiscope::simulator
