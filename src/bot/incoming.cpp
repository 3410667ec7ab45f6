#include "emojiscope/bot/incoming.hpp"

#include "emojiscope/search/workspace.hpp"
#include "emojiscope/slack/json_fields.hpp"
#include "emojiscope/slack/mrkdwn.hpp"

namespace emojiscope::bot {
namespace {

using nlohmann::json;
using slack::object_field;
using slack::string_field;

std::vector<std::string> strings_of(const json& object, const char* key) {
    std::vector<std::string> strings;
    const auto found = object.find(key);
    if (found != object.end() && found->is_array()) {
        for (const json& item : *found) {
            if (item.is_string()) {
                strings.push_back(item.get<std::string>());
            }
        }
    }
    return strings;
}

/// https://api.slack.com/events/emoji_changed
Incoming parse_emoji_changed(const json& event) {
    const std::string subtype = string_field(event, "subtype");
    const std::string name = string_field(event, "name");
    const std::string value = string_field(event, "value");
    if (subtype == "add" && is_emoji_name(name) && !value.empty()) {
        const auto target = search::alias_target(value);
        if (!target.empty()) {
            return EmojiAliased{name, std::string(target)};
        }
        return EmojiAdded{name, value};
    }
    if (subtype == "remove") {
        auto names = strings_of(event, "names");
        if (!names.empty()) {
            return EmojiRemoved{std::move(names)};
        }
    }
    if (subtype == "rename") {
        const std::string from = string_field(event, "old_name");
        const std::string to = string_field(event, "new_name");
        if (is_emoji_name(from) && is_emoji_name(to)) {
            return EmojiRenamed{from, to};
        }
    }
    return EmojiListChanged{};
}

/// https://api.slack.com/events/message.im
Incoming parse_message(const json& event, std::string_view bot_user_id) {
    if (string_field(event, "channel_type") != "im") {
        return Ignored{"a message outside of direct messages"};
    }
    if (!string_field(event, "bot_id").empty() || string_field(event, "user") == bot_user_id) {
        return Ignored{"a bot's own message"};
    }
    const std::string subtype = string_field(event, "subtype");
    if (!subtype.empty() && subtype != "file_share") {
        return Ignored{"a message of subtype " + subtype};
    }
    DirectMessage message;
    message.channel = string_field(event, "channel");
    message.user_id = string_field(event, "user");
    message.text = slack::unescape_mrkdwn(string_field(event, "text"));
    const auto files = event.find("files");
    if (files != event.end() && files->is_array()) {
        for (const json& file : *files) {
            message.files.push_back(slack::parse_file(file));
        }
    }
    if (message.channel.empty()) {
        return Ignored{"a message without a channel"};
    }
    return message;
}

/// https://api.slack.com/reference/interaction-payloads/block-actions
Incoming parse_interaction(const json& payload) {
    const std::string type = string_field(payload, "type");
    if (type != "block_actions") {
        return Ignored{"an interaction of type '" + type + "'"};
    }
    const auto actions = payload.find("actions");
    if (actions == payload.end() || !actions->is_array() || actions->empty()) {
        return Ignored{"a block_actions without an action"};
    }
    const json& action = actions->front();
    ButtonPressed press{string_field(action, "action_id"), string_field(action, "value"),
                        string_field(object_field(payload, "user"), "id"),
                        string_field(payload, "response_url"), object_field(payload, "message")};
    if (press.response_url.empty()) {
        return Ignored{"a button without a response_url"};
    }
    return press;
}

Incoming parse_event(const json& payload, std::string_view bot_user_id) {
    const json& event = object_field(payload, "event");
    const std::string type = string_field(event, "type");
    if (type == "emoji_changed") {
        return parse_emoji_changed(event);
    }
    if (type == "message") {
        return parse_message(event, bot_user_id);
    }
    return Ignored{"an event of type '" + type + "'"};
}

}  // namespace

Incoming parse_incoming(std::string_view envelope_type, const json& payload,
                        std::string_view bot_user_id) {
    if (envelope_type == "slash_commands") {
        SlashCommand command{slack::unescape_mrkdwn(string_field(payload, "text")),
                             string_field(payload, "response_url"),
                             string_field(payload, "user_id")};
        if (command.response_url.empty()) {
            return Ignored{"a command without a response_url"};
        }
        return command;
    }
    if (envelope_type == "events_api") {
        return parse_event(payload, bot_user_id);
    }
    if (envelope_type == "interactive") {
        return parse_interaction(payload);
    }
    return Ignored{"an envelope of type '" + std::string(envelope_type) + "'"};
}

std::string deduplication_key(const slack::Envelope& envelope) {
    const std::string event_id = string_field(envelope.payload, "event_id");
    return event_id.empty() ? "envelope:" + envelope.id : "event:" + event_id;
}

}  // namespace emojiscope::bot
