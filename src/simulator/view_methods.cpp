#include "view_methods.hpp"

#include "block_check.hpp"
#include "shown_files.hpp"
#include "web_api_json.hpp"

#include "emojiscope/core/emoji.hpp"

namespace emojiscope::simulator {
namespace {

using nlohmann::json;

/// Slack reads a view as JSON, or, in a form, as a string of JSON.
json view_in(const json& arguments) {
    const auto found = arguments.find("view");
    if (found == arguments.end()) {
        return nullptr;
    }
    return found->is_string() ? json::parse(found->get<std::string>(), nullptr, false) : *found;
}

/// What is wrong with it; null if nothing.
json refuse_view(const json& view, const WorkspaceState& state, std::string_view type) {
    std::vector<std::string> faults = check_view(view);
    if (faults.empty() && string_of(view, "type") != type) {
        faults.push_back("type: must be " + std::string(type));
    }
    if (faults.empty()) {
        return refuse_files(view.at("blocks"), state);
    }
    json refused = error("invalid_arguments");
    refused["response_metadata"] = {{"messages", faults}};
    return refused;
}

}  // namespace

json open_view(Surfaces& surfaces, const WorkspaceState& state, const json& arguments) {
    json view = view_in(arguments);
    if (json refused = refuse_view(view, state, "modal"); !refused.is_null()) {
        return refused;
    }
    std::string channel;
    const std::string word = surfaces.use_trigger(string_of(arguments, "trigger_id"), channel);
    if (!word.empty()) {
        return error(word.c_str());
    }
    return {{"ok", true}, {"view", surfaces.open(std::move(view), channel)}};
}

json update_view(Surfaces& surfaces, const WorkspaceState& state, const json& arguments) {
    json view = view_in(arguments);
    if (json refused = refuse_view(view, state, "modal"); !refused.is_null()) {
        return refused;
    }
    const std::string id = string_of(arguments, "view_id");
    const json* const shown = surfaces.view(id);
    if (shown == nullptr) {
        return error("not_found");
    }
    const std::string hash = string_of(arguments, "hash");
    if (!hash.empty() && hash != string_of(*shown, "hash")) {
        return error("hash_conflict");
    }
    return {{"ok", true}, {"view", surfaces.update(id, std::move(view))}};
}

json publish_view(Surfaces& surfaces, const WorkspaceState& state, const Options& options,
                  const json& arguments) {
    if (string_of(arguments, "user_id") != options.user_id) {
        return error("user_not_found");
    }
    json view = view_in(arguments);
    if (json refused = refuse_view(view, state, "home"); !refused.is_null()) {
        return refused;
    }
    return {{"ok", true}, {"view", surfaces.publish(std::move(view))}};
}

json add_reaction(WorkspaceState& state, const Options& options, const json& arguments) {
    const std::string channel = string_of(arguments, "channel");
    const std::string ts = string_of(arguments, "timestamp");
    const std::string name = string_of(arguments, "name");
    if (state.find_channel(channel) != channel) {
        return error("channel_not_found");
    }
    if (!state.bot_is_in(channel)) {
        return error("not_in_channel");
    }
    if (!is_emoji_name(name)) {
        return error("invalid_name");
    }
    const json* const message = state.message(channel, ts);
    if (message == nullptr || message->contains("ephemeral")) {
        return error("message_not_found");
    }
    return state.react(channel, ts, name, options.bot_user_id) ? json{{"ok", true}}
                                                               : error("already_reacted");
}

}  // namespace emojiscope::simulator
