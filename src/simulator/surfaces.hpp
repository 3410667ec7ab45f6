// What a person sees beside messages: a modal and the Home tab, with what was entered in them.
// Pure: no sockets; one thread.
#pragma once

#include "workspace_state.hpp"

#include <nlohmann/json.hpp>

#include <chrono>
#include <map>
#include <optional>
#include <string>

namespace emojiscope::simulator {

/// A view is JSON as the methods answer it, with its state; it has an id and a hash.
class Surfaces {
public:
    Surfaces(const Options& options, WorkspaceState& state) : options_(options), state_(state) {}

    /// Good once, for `Options::trigger_life`. `channel`: where the person is.
    [[nodiscard]] std::string new_trigger(const std::string& channel);
    /// Slack's word for why it is good no more; empty if it was, until now.
    [[nodiscard]] std::string use_trigger(const std::string& trigger, std::string& channel);

    /// Takes the place of an open modal. `channel`: what `default_to_current_conversation` means.
    const nlohmann::json& open(nlohmann::json view, const std::string& channel);
    /// What was entered stays where block and element keep their ids.
    const nlohmann::json& update(const std::string& id, nlohmann::json view);
    const nlohmann::json& publish(nlohmann::json view);
    void close(const std::string& id);

    /// Null if there is none.
    [[nodiscard]] const nlohmann::json* view(const std::string& id) const;

    /// What a menu was last offered.
    void offer(const std::string& id, const std::string& action_id, const nlohmann::json& payload);

    /// Enters a value: one of the options, or a conversation. Returns the action that Slack would
    /// send, or nothing if that cannot be entered.
    [[nodiscard]] std::optional<nlohmann::json> enter(const std::string& id,
                                                      const std::string& block_id,
                                                      const std::string& action_id,
                                                      const std::string& value);

    /// Slack's own refusal of a modal in which something is missing; empty if nothing is.
    [[nodiscard]] std::string missing_in(const std::string& id) const;

    /// Grows with every change.
    [[nodiscard]] std::size_t version() const { return version_; }
    /// {"version","modal","home"}
    [[nodiscard]] nlohmann::json for_page() const;

private:
    struct Trigger {
        std::chrono::steady_clock::time_point given;
        std::string channel;
        bool used = false;
    };

    [[nodiscard]] nlohmann::json* find(const std::string& id);
    [[nodiscard]] nlohmann::json described(nlohmann::json view);

    Options options_;
    WorkspaceState& state_;
    std::map<std::string, Trigger> triggers_;
    std::map<std::string, nlohmann::json> offers_;  ///< by view and action
    nlohmann::json modal_;
    nlohmann::json home_;
    std::size_t version_ = 0;
};

/// The element with this action_id, with its block_id; any block if `block_id` is empty. Null if
/// there is none.
[[nodiscard]] nlohmann::json find_element(const nlohmann::json& blocks, const std::string& block_id,
                                          const std::string& action_id);

}  // namespace emojiscope::simulator
