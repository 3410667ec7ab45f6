// /sim/…: what a person's hands do with shortcuts, modals and the Home tab.
#pragma once

#include "exchange.hpp"
#include "hub.hpp"
#include "surfaces.hpp"
#include "workspace_state.hpp"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>

namespace emojiscope::simulator {

/// One thread, that of the hub.
class ViewControl {
public:
    ViewControl(const Options& options, WorkspaceState& state, Hub& hub, Surfaces& surfaces)
        : options_(options), state_(state), hub_(hub), surfaces_(surfaces) {}

    void set_origin(std::string origin) { origin_ = std::move(origin); }

    /// Nothing if the path is none of these.
    [[nodiscard]] std::optional<Response> post(const std::string& path, const nlohmann::json& body);

private:
    [[nodiscard]] Response shortcut(const nlohmann::json& body);
    [[nodiscard]] Response open_home();
    [[nodiscard]] Response suggest(const nlohmann::json& body);
    [[nodiscard]] Response act(const nlohmann::json& body);
    [[nodiscard]] Response submit(const nlohmann::json& body);
    [[nodiscard]] Response close(const nlohmann::json& body);
    [[nodiscard]] nlohmann::json payload_of(const char* type) const;
    [[nodiscard]] nlohmann::json response_urls(const nlohmann::json& view);
    Response dispatch(CommandEntry& entry, nlohmann::json payload);

    Options options_;
    WorkspaceState& state_;
    Hub& hub_;
    Surfaces& surfaces_;
    std::string origin_;
};

}  // namespace emojiscope::simulator
