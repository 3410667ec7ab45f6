#include "surfaces.hpp"

#include "web_api_json.hpp"

namespace emojiscope::simulator {
namespace {

using nlohmann::json;
using std::chrono::steady_clock;

/// Of a menu: the option with this value, in whatever group.
json option_with(const json& menu, const std::string& value) {
    json lists = json::array({menu.value("options", json::array())});
    for (const json& group : menu.value("option_groups", json::array())) {
        lists.push_back(group.value("options", json::array()));
    }
    for (const json& list : lists) {
        for (const json& option : list) {
            if (string_of(option, "value") == value) {
                return option;
            }
        }
    }
    return nullptr;
}

template <class Visit>
void for_each_input(const json& view, Visit visit) {
    for (const json& block : view.value("blocks", json::array())) {
        if (string_of(block, "type") == "input") {
            visit(block, block.at("element"));
        }
    }
}

/// What was entered in elements that are still there.
json kept_values(const json& values, const json& blocks) {
    json kept = json::object();
    for (const auto& [block_id, actions] : values.items()) {
        for (const auto& [action_id, value] : actions.items()) {
            if (!find_element(blocks, block_id, action_id).is_null()) {
                kept[block_id][action_id] = value;
            }
        }
    }
    return kept;
}

bool is_view(const json& view, const std::string& id) {
    return !view.is_null() && string_of(view, "id") == id;
}

}  // namespace

json find_element(const json& blocks, const std::string& block_id, const std::string& action_id) {
    if (!blocks.is_array()) {
        return nullptr;
    }
    for (const json& block : blocks) {
        const std::string id = string_of(block, "block_id");
        if (!block_id.empty() && id != block_id) {
            continue;
        }
        json elements = json::array();
        for (const char* key : {"accessory", "element"}) {
            if (const auto single = block.find(key); single != block.end()) {
                elements.push_back(*single);
            }
        }
        if (string_of(block, "type") == "actions") {
            for (const json& element : block.at("elements")) {
                elements.push_back(element);
            }
        }
        for (json& element : elements) {
            if (string_of(element, "action_id") == action_id && !action_id.empty()) {
                element["block_id"] = id;
                element.erase("confirm");
                return element;
            }
        }
    }
    return nullptr;
}

std::string Surfaces::new_trigger(const std::string& channel) {
    std::string id = state_.next_id("trigger-");
    triggers_[id] = {steady_clock::now(), channel};
    return id;
}

std::string Surfaces::use_trigger(const std::string& trigger, std::string& channel) {
    const auto found = triggers_.find(trigger);
    if (found == triggers_.end()) {
        return "invalid_trigger_id";
    }
    if (found->second.used) {
        return "exchanged_trigger_id";
    }
    if (steady_clock::now() - found->second.given > options_.trigger_life) {
        return "expired_trigger_id";
    }
    found->second.used = true;
    channel = found->second.channel;
    return {};
}

json Surfaces::described(json view) {
    state_.name_blocks(view["blocks"]);
    view["team_id"] = options_.team_id;
    view["app_id"] = options_.app_id;
    view["bot_id"] = options_.bot_id;
    view["hash"] = state_.next_id("hash-");
    if (!view.contains("state")) {
        view["state"] = {{"values", json::object()}};
    }
    ++version_;
    return view;
}

const json& Surfaces::open(json view, const std::string& channel) {
    view["id"] = state_.next_id("V");
    modal_ = described(std::move(view));
    json& values = modal_["state"]["values"];
    for_each_input(modal_, [&](const json& block, const json& element) {
        if (element.value("default_to_current_conversation", json(false)) == true) {
            values[string_of(block, "block_id")][string_of(element, "action_id")] = {
                {"type", string_of(element, "type")}, {"selected_conversation", channel}};
        }
    });
    return modal_;
}

const json& Surfaces::update(const std::string& id, json view) {
    json& shown = *find(id);
    view["id"] = id;
    json fresh = described(std::move(view));
    fresh["state"]["values"] = kept_values(shown["state"]["values"], fresh["blocks"]);
    shown = std::move(fresh);
    return shown;
}

const json& Surfaces::publish(json view) {
    view["id"] = home_.is_null() ? state_.next_id("V") : string_of(home_, "id");
    home_ = described(std::move(view));
    return home_;
}

void Surfaces::close(const std::string& id) {
    if (!modal_.is_null() && string_of(modal_, "id") == id) {
        modal_ = nullptr;
        ++version_;
    }
}

json* Surfaces::find(const std::string& id) {
    if (is_view(modal_, id)) {
        return &modal_;
    }
    return is_view(home_, id) ? &home_ : nullptr;
}

const json* Surfaces::view(const std::string& id) const {
    if (is_view(modal_, id)) {
        return &modal_;
    }
    return is_view(home_, id) ? &home_ : nullptr;
}

void Surfaces::offer(const std::string& id, const std::string& action_id, const json& payload) {
    offers_[id + " " + action_id] = payload;
}

std::optional<json> Surfaces::enter(const std::string& id, const std::string& block_id,
                                    const std::string& action_id, const std::string& value) {
    json* const view = find(id);
    if (view == nullptr) {
        return std::nullopt;
    }
    json element = find_element(view->at("blocks"), block_id, action_id);
    const std::string type = element.is_null() ? std::string{} : string_of(element, "type");
    json action = {{"type", type},
                   {"action_id", action_id},
                   {"block_id", element.is_null() ? block_id : string_of(element, "block_id")}};
    if (type == "button") {
        action["value"] = string_of(element, "value");
        action["text"] = element.at("text");
        return action;
    }
    json entered = {{"type", type}};
    if (type == "conversations_select") {
        if (state_.find_channel(value) != value) {
            return std::nullopt;
        }
        entered["selected_conversation"] = value;
    } else if (type == "static_select" || type == "external_select") {
        const json& menu = type == "static_select" ? element : offers_[id + " " + action_id];
        json option = menu.is_object() ? option_with(menu, value) : json();
        if (option.is_null()) {
            return std::nullopt;
        }
        entered["selected_option"] = std::move(option);
    } else {
        return std::nullopt;
    }
    (*view)["state"]["values"][string_of(action, "block_id")][action_id] = entered;
    ++version_;
    action.update(entered);
    return action;
}

std::string Surfaces::missing_in(const std::string& id) const {
    std::string missing;
    const json* const shown = view(id);
    if (shown == nullptr) {
        return "no such view";
    }
    const json& values = shown->at("state").at("values");
    for_each_input(*shown, [&](const json& block, const json& element) {
        const json& entered = values.value(string_of(block, "block_id"), json::object())
                                  .value(string_of(element, "action_id"), json::object());
        if (block.value("optional", json(false)) != true && entered.size() < 2) {
            missing = string_of(block.at("label"), "text");
        }
    });
    return missing;
}

json Surfaces::for_page() const {
    return {{"version", version_}, {"modal", modal_}, {"home", home_}};
}

}  // namespace emojiscope::simulator
