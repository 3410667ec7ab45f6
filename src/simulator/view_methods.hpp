// Methods of the Web API for views and reactions.
// https://api.slack.com/surfaces
#pragma once

#include "surfaces.hpp"

#include <nlohmann/json.hpp>

namespace emojiscope::simulator {

[[nodiscard]] nlohmann::json open_view(Surfaces& surfaces, const WorkspaceState& state,
                                       const nlohmann::json& arguments);
[[nodiscard]] nlohmann::json update_view(Surfaces& surfaces, const WorkspaceState& state,
                                         const nlohmann::json& arguments);
[[nodiscard]] nlohmann::json publish_view(Surfaces& surfaces, const WorkspaceState& state,
                                          const Options& options, const nlohmann::json& arguments);

/// In a conversation that the bot is in. Which emoji are standard ones is not known here: of names
/// that no custom emoji has, only the form is checked.
[[nodiscard]] nlohmann::json add_reaction(WorkspaceState& state, const Options& options,
                                          const nlohmann::json& arguments);

}  // namespace emojiscope::simulator
