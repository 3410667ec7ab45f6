#include "view_control.hpp"

#include "web_api_json.hpp"

namespace emojiscope::simulator {
namespace {

using nlohmann::json;
using Kind = CommandEntry::Kind;

Response refused(const std::string& why) {
    return make_json({{"ok", false}, {"error", why}}, 400);
}

bool is_input(const json& view, const std::string& block_id) {
    for (const json& block : view.at("blocks")) {
        if (string_of(block, "block_id") == block_id) {
            return string_of(block, "type") == "input" &&
                   block.value("dispatch_action", json(false)) != true;
        }
    }
    return false;
}

}  // namespace

std::optional<Response> ViewControl::post(const std::string& path, const json& body) {
    if (path == "/sim/shortcut") {
        return shortcut(body);
    }
    if (path == "/sim/home") {
        return open_home();
    }
    if (path == "/sim/view/suggest") {
        return suggest(body);
    }
    if (path == "/sim/view/act") {
        return act(body);
    }
    if (path == "/sim/view/submit") {
        return submit(body);
    }
    if (path == "/sim/view/close") {
        return close(body);
    }
    return std::nullopt;
}

json ViewControl::payload_of(const char* type) const {
    return {{"type", type},
            {"token", "legacy"},
            {"api_app_id", options_.app_id},
            {"team", {{"id", options_.team_id}, {"domain", "local"}}},
            {"user",
             {{"id", options_.user_id},
              {"username", "human"},
              {"name", "human"},
              {"team_id", options_.team_id}}},
            {"enterprise", nullptr},
            {"is_enterprise_install", false},
            {"action_ts", state_.next_ts()}};
}

Response ViewControl::dispatch(CommandEntry& entry, json payload) {
    const std::string id = entry.id;
    hub_.dispatch_interaction(entry, std::move(payload));
    return make_json({{"ok", true}, {"id", id}});
}

/// https://api.slack.com/reference/interaction-payloads/shortcuts
Response ViewControl::shortcut(const json& body) {
    std::string channel = state_.find_channel(string_of(body, "channel_id"));
    if (channel.empty()) {
        channel = options_.general_channel;
    }
    const std::string ts = string_of(body, "ts");
    const json* const message = ts.empty() ? nullptr : state_.message(channel, ts);
    if (!ts.empty() && (message == nullptr || message->contains("ephemeral"))) {
        return refused("message_not_found");
    }
    CommandEntry& entry = state_.interact(Kind::shortcut, channel);
    json payload = payload_of(ts.empty() ? "shortcut" : "message_action");
    payload["callback_id"] = string_of(body, "callback_id");
    payload["trigger_id"] = surfaces_.new_trigger(channel);
    if (message != nullptr) {
        payload["message_ts"] = ts;
        payload["channel"] = {{"id", channel}, {"name", "local"}};
        payload["response_url"] = origin_ + "/response/" + entry.id;
        json shown = {{"type", "message"}, {"team", options_.team_id}};
        for (const char* key : {"ts", "user", "bot_id", "text", "files", "blocks"}) {
            if (const auto found = message->find(key); found != message->end()) {
                shown[key] = *found;
            }
        }
        payload["message"] = std::move(shown);
    }
    return dispatch(entry, std::move(payload));
}

/// https://api.slack.com/events/app_home_opened
Response ViewControl::open_home() {
    hub_.raise_event({{"type", "app_home_opened"},
                      {"user", options_.user_id},
                      {"channel", options_.dm_channel},
                      {"tab", "home"}});
    return make_json({{"ok", true}});
}

Response ViewControl::suggest(const json& body) {
    const json* const view = surfaces_.view(string_of(body, "view_id"));
    const std::string action_id = string_of(body, "action_id");
    const json element =
        view == nullptr ? json()
                        : find_element(view->at("blocks"), string_of(body, "block_id"), action_id);
    if (element.is_null() || string_of(element, "type") != "external_select") {
        return refused("no_such_element");
    }
    CommandEntry& entry = state_.interact(Kind::suggestion, {});
    entry.view_id = string_of(*view, "id");
    entry.text = action_id;
    json payload = payload_of("block_suggestion");
    payload["action_id"] = action_id;
    payload["block_id"] = string_of(element, "block_id");
    payload["value"] = string_of(body, "value");
    payload["container"] = {{"type", "view"}, {"view_id", entry.view_id}};
    payload["view"] = *view;
    return dispatch(entry, std::move(payload));
}

Response ViewControl::act(const json& body) {
    const std::string view_id = string_of(body, "view_id");
    auto action = surfaces_.enter(view_id, string_of(body, "block_id"),
                                  string_of(body, "action_id"), string_of(body, "value"));
    if (!action) {
        return refused("no_such_element");
    }
    const json& view = *surfaces_.view(view_id);
    hub_.changed();
    if (is_input(view, string_of(*action, "block_id"))) {
        return make_json({{"ok", true}});  // told when the view is sent off
    }
    CommandEntry& entry = state_.interact(Kind::view_action, {});
    entry.view_id = view_id;
    (*action)["action_ts"] = state_.next_ts();
    json payload = payload_of("block_actions");
    payload["container"] = {{"type", "view"}, {"view_id", view_id}};
    payload["trigger_id"] = surfaces_.new_trigger(options_.general_channel);
    payload["view"] = view;
    payload["actions"] = json::array({std::move(*action)});
    return dispatch(entry, std::move(payload));
}

/// Of the conversations that were chosen in elements with `response_url_enabled`.
json ViewControl::response_urls(const json& view) {
    json urls = json::array();
    const json& values = view.at("state").at("values");
    for (const json& block : view.at("blocks")) {
        const json element = block.value("element", json::object());
        if (element.value("response_url_enabled", json(false)) != true) {
            continue;
        }
        const std::string block_id = string_of(block, "block_id");
        const std::string action_id = string_of(element, "action_id");
        const json entered =
            values.value(block_id, json::object()).value(action_id, json::object());
        const std::string channel = string_of(entered, "selected_conversation");
        if (channel.empty()) {
            continue;
        }
        const CommandEntry& entry = state_.interact(Kind::shortcut, channel);
        urls.push_back({{"block_id", block_id},
                        {"action_id", action_id},
                        {"channel_id", channel},
                        {"response_url", origin_ + "/response/" + entry.id}});
    }
    return urls;
}

/// https://api.slack.com/reference/interaction-payloads/views
Response ViewControl::submit(const json& body) {
    const std::string view_id = string_of(body, "view_id");
    const json* const view = surfaces_.view(view_id);
    if (view == nullptr || string_of(*view, "type") != "modal" || !view->contains("submit")) {
        return refused("no_such_view");
    }
    if (const std::string missing = surfaces_.missing_in(view_id); !missing.empty()) {
        return refused(missing + ": complete this field");
    }
    const json sent = *view;
    json payload = payload_of("view_submission");
    payload["trigger_id"] = surfaces_.new_trigger(options_.general_channel);
    payload["response_urls"] = response_urls(sent);
    payload["view"] = sent;
    CommandEntry& entry = state_.interact(Kind::submission, {});
    entry.view_id = view_id;
    return dispatch(entry, std::move(payload));
}

Response ViewControl::close(const json& body) {
    surfaces_.close(string_of(body, "view_id"));
    hub_.changed();
    return make_json({{"ok", true}});
}

}  // namespace emojiscope::simulator
