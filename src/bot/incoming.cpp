#include "emojiscope/bot/incoming.hpp"

#include "emojiscope/search/workspace.hpp"
#include "emojiscope/slack/json_fields.hpp"
#include "emojiscope/slack/mrkdwn.hpp"

#include <algorithm>
#include <array>

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
Incoming parse_emoji_changed(const json& event, std::string_view /*bot_user_id*/) {
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
            const bool alias = !search::alias_target(value).empty();
            return EmojiRenamed{from, to, alias ? std::string() : value};
        }
    }
    return EmojiListChanged{};
}

std::vector<slack::SlackFile> files_of(const json& message) {
    std::vector<slack::SlackFile> files;
    const auto found = message.find("files");
    if (found != message.end() && found->is_array()) {
        for (const json& file : *found) {
            files.push_back(slack::parse_file(file));
        }
    }
    return files;
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
    message.files = files_of(event);
    if (message.channel.empty()) {
        return Ignored{"a message without a channel"};
    }
    return message;
}

/// `text` without `<@BOT>`, wherever that stands.
std::string without_mention(std::string text, std::string_view bot_user_id) {
    const std::string plain = "<@" + std::string(bot_user_id) + ">";
    for (auto at = text.find(plain); at != std::string::npos; at = text.find(plain)) {
        text.erase(at, plain.size());
    }
    return text;
}

/// https://api.slack.com/events/app_mention
Incoming parse_mention(const json& event, std::string_view bot_user_id) {
    if (!string_field(event, "bot_id").empty() || string_field(event, "user") == bot_user_id) {
        return Ignored{"a bot's own mention"};
    }
    DirectMessage message;
    message.channel = string_field(event, "channel");
    message.user_id = string_field(event, "user");
    message.text =
        slack::unescape_mrkdwn(without_mention(string_field(event, "text"), bot_user_id));
    message.files = files_of(event);
    // A thread of its own, so that nobody else is disturbed.
    message.thread_ts = string_field(event, "thread_ts");
    if (message.thread_ts.empty()) {
        message.thread_ts = string_field(event, "ts");
    }
    if (message.channel.empty()) {
        return Ignored{"a mention without a channel"};
    }
    return message;
}

/// https://api.slack.com/events/app_home_opened
Incoming parse_home_opened(const json& event, std::string_view /*bot_user_id*/) {
    HomeOpened opened{string_field(event, "user")};
    if (string_field(event, "tab") != "home" || opened.user_id.empty()) {
        return Ignored{"another tab than Home was opened"};
    }
    return opened;
}

ShownView view_of(const json& payload) {
    const json& view = object_field(payload, "view");
    return {string_field(view, "id"), string_field(view, "callback_id"),
            string_field(view, "private_metadata")};
}

std::string user_of(const json& payload) {
    return string_field(object_field(payload, "user"), "id");
}

/// Of a button its value, of a menu that of the chosen option.
std::string value_of(const json& action) {
    const std::string value = string_field(action, "value");
    return value.empty() ? string_field(object_field(action, "selected_option"), "value") : value;
}

/// How the id of a conversation with the bot alone begins.
constexpr char direct_prefix = 'D';

/// https://api.slack.com/reference/interaction-payloads/block-actions
Incoming parse_block_actions(const json& payload) {
    const auto actions = payload.find("actions");
    if (actions == payload.end() || !actions->is_array() || actions->empty()) {
        return Ignored{"a block_actions without an action"};
    }
    const json& action = actions->front();
    if (payload.contains("view")) {
        return ViewAction{string_field(action, "action_id"), value_of(action), user_of(payload),
                          view_of(payload)};
    }
    ButtonPressed press{string_field(action, "action_id"), string_field(action, "value"),
                        user_of(payload), string_field(payload, "response_url"),
                        object_field(payload, "message")};
    if (press.response_url.empty()) {
        return Ignored{"a button without a response_url"};
    }
    const std::string channel = string_field(object_field(payload, "channel"), "id");
    press.seen_by_all = press.message.is_object() && !channel.starts_with(direct_prefix);
    return press;
}

/// https://api.slack.com/reference/interaction-payloads/views
Incoming parse_submission(const json& payload) {
    ViewSubmitted submitted{view_of(payload), user_of(payload), json::object(), {}};
    submitted.values = object_field(object_field(object_field(payload, "view"), "state"), "values");
    if (submitted.view.id.empty()) {
        return Ignored{"a submission without a view"};
    }
    const auto urls = payload.find("response_urls");
    if (urls != payload.end() && urls->is_array() && !urls->empty()) {
        submitted.response_url = string_field(urls->front(), "response_url");
    }
    return submitted;
}

constexpr std::array<OfferedShortcut, 2> shortcuts{{
    {shortcut_pick, "global"},
    {shortcut_react, "message"},
}};

bool is_offered(std::string_view callback_id, std::string_view type) {
    return std::ranges::any_of(shortcuts, [&](const OfferedShortcut& shortcut) {
        return shortcut.callback_id == callback_id && shortcut.type == type;
    });
}

/// https://api.slack.com/reference/interaction-payloads/shortcuts
Incoming parse_global_shortcut(const json& payload) {
    GlobalShortcut shortcut{string_field(payload, "callback_id"), user_of(payload),
                            string_field(payload, "trigger_id")};
    if (!is_offered(shortcut.callback_id, "global") || shortcut.trigger_id.empty()) {
        return Ignored{"a shortcut that is none of ours, or has no trigger_id"};
    }
    return shortcut;
}

Incoming parse_message_shortcut(const json& payload) {
    const json& message = object_field(payload, "message");
    MessageShortcut shortcut;
    shortcut.callback_id = string_field(payload, "callback_id");
    shortcut.user_id = user_of(payload);
    shortcut.trigger_id = string_field(payload, "trigger_id");
    shortcut.response_url = string_field(payload, "response_url");
    shortcut.channel = string_field(object_field(payload, "channel"), "id");
    shortcut.message_ts = string_field(message, "ts");
    shortcut.text = string_field(message, "text");
    shortcut.files = files_of(message);
    if (!is_offered(shortcut.callback_id, "message") || shortcut.channel.empty() ||
        shortcut.message_ts.empty() || shortcut.trigger_id.empty()) {
        return Ignored{"a shortcut that is none of ours, is for no message, or has no trigger"};
    }
    return shortcut;
}

struct Interaction {
    std::string_view type;
    Incoming (*parse)(const json& payload);
};

constexpr std::array<Interaction, 4> interactions{{
    {"block_actions", parse_block_actions},
    {"view_submission", parse_submission},
    {"shortcut", parse_global_shortcut},
    {"message_action", parse_message_shortcut},
}};

Incoming parse_interaction(const json& payload) {
    const std::string type = string_field(payload, "type");
    for (const Interaction& interaction : interactions) {
        if (interaction.type == type) {
            return interaction.parse(payload);
        }
    }
    return Ignored{"an interaction of type '" + type + "'"};
}

struct Event {
    HeardEvent heard;
    Incoming (*parse)(const json& event, std::string_view bot_user_id);
};

constexpr std::array<Event, 4> events{{
    {{"emoji_changed", "emoji_changed", "emoji:read"}, parse_emoji_changed},
    {{"message", "message.im", "im:history"}, parse_message},
    {{"app_mention", "app_mention", "app_mentions:read"}, parse_mention},
    {{"app_home_opened", "app_home_opened", ""}, parse_home_opened},
}};

Incoming parse_event(const json& payload, std::string_view bot_user_id) {
    const json& event = object_field(payload, "event");
    const std::string type = string_field(event, "type");
    for (const Event& one : events) {
        if (one.heard.type == type) {
            return one.parse(event, bot_user_id);
        }
    }
    return Ignored{"an event of type '" + type + "'"};
}

}  // namespace

Incoming parse_incoming(std::string_view envelope_type, const json& payload,
                        std::string_view bot_user_id) {
    if (envelope_type == "slash_commands") {
        SlashCommand command{slack::unescape_mrkdwn(string_field(payload, "text")),
                             string_field(payload, "response_url"),
                             string_field(payload, "user_id"), string_field(payload, "trigger_id")};
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

bool is_suggestion(const slack::Envelope& envelope) {
    return envelope.type == "interactive" &&
           string_field(envelope.payload, "type") == "block_suggestion";
}

Suggestion parse_suggestion(const json& payload) {
    return {string_field(payload, "action_id"),
            slack::unescape_mrkdwn(string_field(payload, "value")), user_of(payload),
            view_of(payload)};
}

std::vector<HeardEvent> heard_events() {
    std::vector<HeardEvent> heard;
    for (const Event& event : events) {
        heard.push_back(event.heard);
    }
    return heard;
}

std::span<const OfferedShortcut> offered_shortcuts() noexcept {
    return shortcuts;
}

std::string deduplication_key(const slack::Envelope& envelope) {
    const std::string event_id = string_field(envelope.payload, "event_id");
    return event_id.empty() ? "envelope:" + envelope.id : "event:" + event_id;
}

}  // namespace emojiscope::bot
