// What comes in from Slack, as the bot understands it. Pure: JSON in, typed values out.
#pragma once

#include "emojiscope/core/emoji.hpp"
#include "emojiscope/slack/envelope.hpp"
#include "emojiscope/slack/web_api.hpp"

#include <nlohmann/json.hpp>

#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace emojiscope::bot {

/// `/emoji …`
struct SlashCommand {
    std::string text;  ///< as typed: Slack's escapes undone
    std::string response_url;
    std::string user_id;     ///< who typed it
    std::string trigger_id;  ///< opens one modal within three seconds
};

/// Chosen from Slack's own menus.
struct GlobalShortcut {
    std::string callback_id;
    std::string user_id;
    std::string trigger_id;
};

struct EmojiAdded {
    std::string name;
    std::string url;
};
struct EmojiAliased {
    std::string name;
    std::string target;
};
struct EmojiRemoved {
    std::vector<std::string> names;
};
struct EmojiRenamed {
    std::string from;
    std::string to;
    std::string url;  ///< where the picture lies now; empty: Slack does not say, or it is an alias
};
/// Something about the list changed that the event does not tell: read it again.
struct EmojiListChanged {};

/// Chosen from the menu of a message.
struct MessageShortcut {
    std::string callback_id;
    std::string user_id;
    std::string trigger_id;
    std::string response_url;
    std::string channel;
    std::string message_ts;
    std::string text;  ///< of the message, as Slack has it: mrkdwn
    std::vector<slack::SlackFile> files;
};

/// A person wrote to the bot: in a direct message, or somewhere else with its name.
struct DirectMessage {
    std::string channel;
    std::string user_id;
    std::string text;  ///< Slack's escapes undone; without the bot's name
    std::vector<slack::SlackFile> files;
    std::string thread_ts;  ///< the thread to answer in; empty: none
};

/// A person looks at the Home tab.
struct HomeOpened {
    std::string user_id;
};

/// A person pressed a button of one of our messages.
struct ButtonPressed {
    std::string action_id;
    std::string value;
    std::string user_id;
    std::string response_url;
    nlohmann::json message;    ///< the one with the button; null if it was shown to one person only
    bool seen_by_all = false;  ///< others see that message, too: it is in no direct conversation
};

/// A modal or Home tab of ours, as Slack hands it back.
struct ShownView {
    std::string id;
    std::string callback_id;
    std::string private_metadata;
};

/// A person pressed or chose something in a view.
struct ViewAction {
    std::string action_id;
    std::string value;  ///< of the button, or of the chosen option
    std::string user_id;
    ShownView view;
};

/// A person sent a modal off.
struct ViewSubmitted {
    ShownView view;
    std::string user_id;
    nlohmann::json values;     ///< block_id -> action_id -> what was entered
    std::string response_url;  ///< of the conversation that was chosen in it; may be empty
};

/// A person types into a menu: Slack waits for what it offers. Not kept, and not an Incoming.
struct Suggestion {
    std::string action_id;
    std::string typed;
    std::string user_id;
    ShownView view;
};

/// Nothing for us; `why` for the log.
struct Ignored {
    std::string why;
};

using Incoming = std::variant<SlashCommand, EmojiAdded, EmojiAliased, EmojiRemoved, EmojiRenamed,
                              EmojiListChanged, DirectMessage, ButtonPressed, GlobalShortcut,
                              MessageShortcut, ViewAction, ViewSubmitted, HomeOpened, Ignored>;

/// `bot_user_id` and `bot_id` are the bot's own: its own messages are ignored. A payload that lacks
/// what its type needs is Ignored, except that a broken emoji_changed asks for the list.
[[nodiscard]] Incoming parse_incoming(std::string_view envelope_type, const nlohmann::json& payload,
                                      std::string_view bot_user_id);

/// Whether Slack waits for what a menu offers, in the acknowledgement.
[[nodiscard]] bool is_suggestion(const slack::Envelope& envelope);
[[nodiscard]] Suggestion parse_suggestion(const nlohmann::json& payload);

/// An event that the bot hears.
struct HeardEvent {
    std::string_view type;        ///< as it comes
    std::string_view subscribed;  ///< as a manifest lists it
    std::string_view scope;       ///< that this needs; empty: none
};
/// All of them: no other is parsed.
[[nodiscard]] std::vector<HeardEvent> heard_events();

/// A shortcut that the bot offers.
struct OfferedShortcut {
    std::string_view callback_id;
    std::string_view type;  ///< as a manifest has it: global, message
};
[[nodiscard]] std::span<const OfferedShortcut> offered_shortcuts() noexcept;

/// The bot's slash command.
inline constexpr std::string_view slash_command = "/emoji";
/// The global shortcut that opens the picker.
inline constexpr std::string_view shortcut_pick = "pick_emoji";
/// The message shortcut that suggests reactions.
inline constexpr std::string_view shortcut_react = "react_to_message";

/// What names an envelope for good: the event's id, which stays through retries, else the
/// envelope's.
[[nodiscard]] std::string deduplication_key(const slack::Envelope& envelope);

}  // namespace emojiscope::bot
