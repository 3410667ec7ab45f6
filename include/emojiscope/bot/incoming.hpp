// What comes in from Slack, as the bot understands it. Pure: JSON in, typed values out.
#pragma once

#include "emojiscope/core/emoji.hpp"
#include "emojiscope/slack/envelope.hpp"
#include "emojiscope/slack/web_api.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace emojiscope::bot {

/// `/emoji …`
struct SlashCommand {
    std::string text;  ///< as typed: Slack's escapes undone
    std::string response_url;
    std::string user_id;  ///< who typed it
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
};
/// Something about the list changed that the event does not tell: read it again.
struct EmojiListChanged {};

/// A person wrote to the bot in a direct message.
struct DirectMessage {
    std::string channel;
    std::string user_id;
    std::string text;  ///< Slack's escapes undone
    std::vector<slack::SlackFile> files;
};

/// A person pressed a button of one of our messages.
struct ButtonPressed {
    std::string action_id;
    std::string value;
    std::string user_id;
    std::string response_url;
    nlohmann::json message;  ///< the one with the button; null if it was shown to one person only
};

/// Nothing for us; `why` for the log.
struct Ignored {
    std::string why;
};

using Incoming = std::variant<SlashCommand, EmojiAdded, EmojiAliased, EmojiRemoved, EmojiRenamed,
                              EmojiListChanged, DirectMessage, ButtonPressed, Ignored>;

/// `bot_user_id` and `bot_id` are the bot's own: its own messages are ignored. A payload that lacks
/// what its type needs is Ignored, except that a broken emoji_changed asks for the list.
[[nodiscard]] Incoming parse_incoming(std::string_view envelope_type, const nlohmann::json& payload,
                                      std::string_view bot_user_id);

/// What names an envelope for good: the event's id, which stays through retries, else the
/// envelope's.
[[nodiscard]] std::string deduplication_key(const slack::Envelope& envelope);

}  // namespace emojiscope::bot
