#include "block_check.hpp"

#include "emojiscope/core/text.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

namespace emojiscope::simulator {
namespace {

using nlohmann::json;

constexpr std::size_t max_blocks = 50;
constexpr std::size_t max_view_blocks = 100;
constexpr std::size_t max_view_title = 24;  // and its two buttons
constexpr std::size_t max_private_metadata = 3000;
constexpr std::size_t max_label = 2000;
constexpr std::size_t max_placeholder = 150;
constexpr std::size_t max_options = 100;
constexpr std::size_t max_option_groups = 100;
constexpr std::size_t max_option_text = 75;
constexpr std::size_t max_option_value = 75;
constexpr std::size_t max_section = 3000;
constexpr std::size_t max_header = 150;
constexpr std::size_t max_fields = 10;
constexpr std::size_t max_field = 2000;
constexpr std::size_t max_context_elements = 10;
constexpr std::size_t max_action_elements = 25;
constexpr std::size_t max_button_text = 75;
constexpr std::size_t max_value = 2000;
constexpr std::size_t max_id = 255;
constexpr std::size_t max_alt_text = 2000;
constexpr std::size_t max_url = 3000;
constexpr std::size_t max_title = 2000;
constexpr std::size_t max_confirm_title = 100;
constexpr std::size_t max_confirm_text = 300;
constexpr std::size_t max_confirm_button = 30;

enum class Surface { message, modal, home };

/// What may stand in a block of actions, or beside a section (there, an image may as well).
constexpr std::array<std::string_view, 12> interactive_elements{
    "button",        "checkboxes",      "channels_select",     "conversations_select",
    "datepicker",    "external_select", "multi_static_select", "overflow",
    "radio_buttons", "static_select",   "timepicker",          "users_select"};

std::size_t characters(const std::string& text) {
    return to_code_points(text).size();
}

bool is_file_id(const std::string& id) {
    return id.size() >= 9 && id[0] == 'F' && std::ranges::all_of(id, [](char c) {
               return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
           });
}

class Checker {
public:
    explicit Checker(Surface surface) : surface_(surface) {}

    std::vector<std::string> faults;

    void blocks(const json& list) {
        if (!list.is_array()) {
            fault("blocks", "must be an array");
            return;
        }
        const std::size_t most = surface_ == Surface::message ? max_blocks : max_view_blocks;
        if (list.size() > most) {
            fault("blocks", "no more than " + std::to_string(most) + " items allowed");
        }
        std::set<std::string> ids;
        for (std::size_t i = 0; i < list.size(); ++i) {
            const std::string where = "blocks/" + std::to_string(i);
            block(where, list[i]);
            const std::string id = text_of(list[i], "block_id");
            if (!id.empty() && !ids.insert(id).second) {
                fault(where, "block_id must be unique");
            }
        }
    }

    /// https://api.slack.com/reference/surfaces/views
    void view(const json& object) {
        const bool modal = surface_ == Surface::modal;
        for (const char* key : {"title", "submit", "close"}) {
            const bool there = object.contains(key);
            if (there && !modal) {
                fault(key, "not in a home view");
            } else if (there || (modal && std::string_view(key) == "title")) {
                text_object(key, object.value(key, json()), max_view_title, true);
            }
        }
        if (characters(text_of(object, "private_metadata")) > max_private_metadata) {
            fault("private_metadata", "no more than 3000 characters allowed");
        }
        if (characters(text_of(object, "callback_id")) > max_id) {
            fault("callback_id", "too long");
        }
        blocks(object.value("blocks", json()));
        if (modal && has_input_ && !object.contains("submit")) {
            fault("submit", "needed where there are input blocks");
        }
    }

    /// https://api.slack.com/reference/block-kit/composition-objects#option
    void options(const std::string& where, const json& object) {
        const bool has_options = object.contains("options");
        if (has_options == object.contains("option_groups")) {
            fault(where, "must have either options or option_groups");
            return;
        }
        if (has_options) {
            option_list(where, object["options"]);
            return;
        }
        const json& groups = object["option_groups"];
        if (!groups.is_array() || groups.empty() || groups.size() > max_option_groups) {
            fault(where + "/option_groups", "must hold 1 to 100 items");
            return;
        }
        for (const json& group : groups) {
            text_object(where + "/label", group.value("label", json()), max_option_text, true);
            const json list = group.value("options", json());
            if (list.empty()) {
                fault(where + "/option_groups", "a group must not be empty");
            }
            option_list(where, list);
        }
    }

private:
    void option_list(const std::string& where, const json& list) {
        if (!list.is_array() || list.size() > max_options) {
            fault(where + "/options", "no more than 100 items allowed");
            return;
        }
        std::set<std::string> values;
        for (const json& option : list) {
            text_object(where + "/options/text", option.value("text", json()), max_option_text,
                        true);
            const std::string value = text_of(option, "value");
            length(where + "/options/value", value, max_option_value);
            if (!values.insert(value).second) {
                fault(where + "/options/value", "must be unique");
            }
        }
    }

    /// https://api.slack.com/reference/block-kit/block-elements#select
    void menu(const std::string& where, const json& object, const std::string& type,
              bool in_input) {
        if (object.contains("placeholder")) {
            text_object(where + "/placeholder", object["placeholder"], max_placeholder, true);
        }
        if (type == "static_select") {
            options(where, object);
            if (object.value("options", json::array({0})).empty()) {
                fault(where + "/options", "must not be empty");
            }
            if (object.contains("initial_option") && !offers(object, object["initial_option"])) {
                fault(where + "/initial_option", "must be one of the options");
            }
        }
        const json least = object.value("min_query_length", json(0));
        if (!least.is_number_integer() || least.get<long long>() < 0) {
            fault(where + "/min_query_length", "must be a number");
        }
        if (object.contains("response_url_enabled") && (!in_input || surface_ != Surface::modal)) {
            fault(where + "/response_url_enabled", "only in an input block of a modal");
        }
    }

    static bool offers(const json& object, const json& wanted) {
        const json list = object.value("options", json::array());
        return std::ranges::find(list, wanted) != list.end();
    }

    void input(const std::string& where, const json& object) {
        has_input_ = true;
        if (surface_ == Surface::message) {
            fault(where, "unsupported type: 'input'");
        }
        text_object(where + "/label", object.value("label", json()), max_label, true);
        if (object.contains("hint")) {
            text_object(where + "/hint", object["hint"], max_label, true);
        }
        element(where + "/element", object.value("element", json()), true);
    }

    void fault(const std::string& where, const std::string& what) {
        faults.push_back(where + ": " + what);
    }

    static std::string text_of(const json& object, const char* key) {
        if (!object.is_object()) {
            return {};
        }
        const auto found = object.find(key);
        return found != object.end() && found->is_string() ? found->get<std::string>() : "";
    }

    void length(const std::string& where, const std::string& text, std::size_t most) {
        const std::size_t count = characters(text);
        if (count == 0) {
            fault(where, "must not be empty");
        } else if (count > most) {
            fault(where, "no more than " + std::to_string(most) + " characters allowed");
        }
    }

    void text_object(const std::string& where, const json& object, std::size_t most,
                     bool plain_only) {
        const std::string type = text_of(object, "type");
        if (type != "plain_text" && (plain_only || type != "mrkdwn")) {
            fault(where, plain_only ? "must be a plain_text object" : "must be a text object");
            return;
        }
        length(where + "/text", text_of(object, "text"), most);
    }

    /// https://docs.slack.dev/reference/block-kit/composition-objects/slack-file-object
    void slack_file(const std::string& where, const json& object) {
        if (!object.is_object() || object.contains("id") == object.contains("url")) {
            fault(where, "must have either id or url");
        } else if (object.contains("url")) {
            length(where + "/url", text_of(object, "url"), max_url);
        } else if (!is_file_id(text_of(object, "id"))) {
            fault(where + "/id", "must match ^[F][A-Z0-9]{8,}$");
        }
    }

    void image(const std::string& where, const json& object) {
        if (object.contains("image_url") == object.contains("slack_file")) {
            fault(where, "must have either image_url or slack_file");
        } else if (object.contains("slack_file")) {
            slack_file(where + "/slack_file", object["slack_file"]);
        } else {
            const std::string url = text_of(object, "image_url");
            length(where + "/image_url", url, max_url);
            if (!url.starts_with("https://") && !url.starts_with("http://")) {
                fault(where + "/image_url", "must be a URL");
            }
        }
        length(where + "/alt_text", text_of(object, "alt_text"), max_alt_text);
        if (object.contains("title")) {
            text_object(where + "/title", object["title"], max_title, true);
        }
    }

    void element(const std::string& where, const json& object, bool in_input = false) {
        const std::string type = text_of(object, "type");
        if (std::ranges::find(interactive_elements, type) == interactive_elements.end()) {
            fault(where, "unsupported type: '" + type + "'");
            return;
        }
        if (type == "button") {
            text_object(where + "/text", object.value("text", json()), max_button_text, true);
            if (characters(text_of(object, "value")) > max_value) {
                fault(where + "/value", "too long");
            }
            if (characters(text_of(object, "url")) > max_url) {
                fault(where + "/url", "too long");
            }
            const std::string style = text_of(object, "style");
            if (object.contains("style") && style != "primary" && style != "danger") {
                fault(where + "/style", "must be primary or danger");
            }
        }
        if (type.ends_with("_select")) {
            menu(where, object, type, in_input);
        }
        if (in_input && type == "button") {
            fault(where, "unsupported type: 'button'");
        }
        if (object.contains("confirm")) {
            confirmation(where + "/confirm", object["confirm"]);
        }
        if (characters(text_of(object, "action_id")) > max_id) {
            fault(where + "/action_id", "too long");
        }
    }

    /// https://api.slack.com/reference/block-kit/composition-objects#confirm
    void confirmation(const std::string& where, const json& object) {
        if (!object.is_object()) {
            fault(where, "must be an object");
            return;
        }
        text_object(where + "/title", object.value("title", json()), max_confirm_title, true);
        text_object(where + "/text", object.value("text", json()), max_confirm_text, false);
        text_object(where + "/confirm", object.value("confirm", json()), max_confirm_button, true);
        text_object(where + "/deny", object.value("deny", json()), max_confirm_button, true);
    }

    void element_or_image(const std::string& where, const json& object) {
        if (text_of(object, "type") == "image") {
            image(where, object);
        } else {
            element(where, object);
        }
    }

    void section(const std::string& where, const json& object) {
        const bool has_text = object.contains("text");
        const bool has_fields = object.contains("fields");
        if (!has_text && !has_fields) {
            fault(where, "must have text or fields");
        }
        if (has_text) {
            text_object(where + "/text", object["text"], max_section, false);
        }
        if (has_fields) {
            const json& fields = object["fields"];
            if (!fields.is_array() || fields.empty() || fields.size() > max_fields) {
                fault(where + "/fields", "must hold 1 to 10 items");
                return;
            }
            for (const json& field : fields) {
                text_object(where + "/fields", field, max_field, false);
            }
        }
        if (object.contains("accessory")) {
            element_or_image(where + "/accessory", object["accessory"]);
        }
    }

    void elements(const std::string& where, const json& object, std::size_t most, bool texts) {
        const json list = object.value("elements", json());
        if (!list.is_array() || list.empty() || list.size() > most) {
            fault(where + "/elements", "must hold 1 to " + std::to_string(most) + " items");
            return;
        }
        std::set<std::string> actions;
        for (const json& item : list) {
            if (!texts) {
                element(where + "/elements", item);
                const std::string action = text_of(item, "action_id");
                if (!action.empty() && !actions.insert(action).second) {
                    fault(where + "/elements", "action_id must be unique in its block");
                }
            } else if (text_of(item, "type") == "image") {
                image(where + "/elements", item);
            } else {
                text_object(where + "/elements", item, max_section, false);
            }
        }
    }

    void block(const std::string& where, const json& object) {
        const std::string type = text_of(object, "type");
        if (characters(text_of(object, "block_id")) > max_id) {
            fault(where + "/block_id", "too long");
        }
        if (type == "section") {
            section(where, object);
        } else if (type == "image") {
            image(where, object);
        } else if (type == "header") {
            text_object(where + "/text", object.value("text", json()), max_header, true);
        } else if (type == "context") {
            elements(where, object, max_context_elements, true);
        } else if (type == "actions") {
            elements(where, object, max_action_elements, false);
        } else if (type == "input") {
            input(where, object);
        } else if (type != "divider") {
            fault(where, "unsupported type: '" + type + "'");
        }
    }

    Surface surface_;
    bool has_input_ = false;
};

}  // namespace

std::vector<std::string> check_blocks(const json& blocks) {
    Checker checker(Surface::message);
    checker.blocks(blocks);
    return std::move(checker.faults);
}

std::vector<std::string> check_view(const json& view) {
    const json type = view.is_object() ? view.value("type", json()) : json();
    if (type != "modal" && type != "home") {
        return {"type: must be modal or home"};
    }
    Checker checker(type == "modal" ? Surface::modal : Surface::home);
    checker.view(view);
    return std::move(checker.faults);
}

std::vector<std::string> check_options(const json& payload) {
    if (!payload.is_object()) {
        return {"the options: must be an object"};
    }
    Checker checker(Surface::modal);
    checker.options("the options", payload);
    return std::move(checker.faults);
}

}  // namespace emojiscope::simulator
