#include "event_log.hpp"

#include "emojiscope/bot/command_registry.hpp"
#include "emojiscope/core/text.hpp"

#include <algorithm>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace emojiscope::bot {
namespace {

/// Of one value: what comes from outside may be long.
constexpr std::size_t most_bytes = 300;
/// Of emoji that went together.
constexpr std::size_t most_names = 5;

bool needs_quotes(std::string_view value) {
    return value.empty() || std::ranges::any_of(value, [](char c) {
               const auto byte = static_cast<unsigned char>(c);
               return byte <= ' ' || byte == 0x7f || c == '"' || c == '=' || c == '\\';
           });
}

std::string quoted(std::string_view value) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out = "\"";
    for (const char c : value) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (c == '\n') {
            out += "\\n";
        } else if (byte < ' ' || byte == 0x7f) {
            out += "\\u00";
            out += digits[byte >> 4U];
            out += digits[byte & 15U];
        } else {
            out += c;
        }
    }
    return out + '"';
}

void add(std::string& line, std::string_view name, std::string_view value) {
    const std::string valid = to_valid_utf8(value);
    const std::string_view shown = truncate_utf8(valid, most_bytes);
    line += ' ';
    line += name;
    line += '=';
    line += needs_quotes(shown) ? quoted(shown) : std::string(shown);
}

void add_if_any(std::string& line, std::string_view name, const std::string& value) {
    if (!value.empty()) {
        add(line, name, value);
    }
}

std::string joined(const std::vector<std::string>& names) {
    std::string all;
    for (std::size_t i = 0; i < std::min(names.size(), most_names); ++i) {
        all += (i > 0 ? "," : "") + names[i];
    }
    if (names.size() > most_names) {
        all += ",and " + std::to_string(names.size() - most_names) + " more";
    }
    return all;
}

const char* word_for(Outcome::Kind outcome) {
    switch (outcome) {
        case Outcome::Kind::done: return "done";
        case Outcome::Kind::retry: return "retry";
        case Outcome::Kind::dead: break;
    }
    return "given_up";
}

/// One for each kind of Incoming.
struct Facts {
    EventFacts operator()(const SlashCommand& one) const {
        EventFacts facts{std::string(sub_command_name(one.text))};
        facts.user = one.user_id;
        facts.query = one.text;
        return facts;
    }
    EventFacts operator()(const EmojiAdded& one) const { return about("emoji_added", one.name); }
    EventFacts operator()(const EmojiAliased& one) const {
        EventFacts facts = about("emoji_aliased", one.name);
        facts.before = one.target;
        return facts;
    }
    EventFacts operator()(const EmojiRemoved& one) const {
        return about("emoji_removed", joined(one.names));
    }
    EventFacts operator()(const EmojiRenamed& one) const {
        EventFacts facts = about("emoji_renamed", one.to);
        facts.before = one.from;
        return facts;
    }
    EventFacts operator()(const EmojiListChanged&) const { return about("emoji_list_changed", {}); }
    EventFacts operator()(const DirectMessage& one) const {
        EventFacts facts = by("message", one.user_id);
        facts.query = one.text;
        return facts;
    }
    EventFacts operator()(const ButtonPressed& one) const {
        return by("button", one.user_id, one.action_id);
    }
    EventFacts operator()(const GlobalShortcut& one) const {
        return by("shortcut", one.user_id, one.callback_id);
    }
    EventFacts operator()(const MessageShortcut& one) const {
        return by("message_shortcut", one.user_id, one.callback_id);
    }
    EventFacts operator()(const ViewAction& one) const {
        return by("view_action", one.user_id, one.action_id);
    }
    EventFacts operator()(const ViewSubmitted& one) const {
        return by("view_submitted", one.user_id, one.view.callback_id);
    }
    EventFacts operator()(const HomeOpened& one) const { return by("home_opened", one.user_id); }
    EventFacts operator()(const Ignored&) const { return about("ignored", {}); }

private:
    static EventFacts about(const char* what, std::string emoji) {
        EventFacts facts{what};
        facts.emoji = std::move(emoji);
        return facts;
    }
    static EventFacts by(const char* what, std::string user, std::string action = {}) {
        EventFacts facts{what};
        facts.user = std::move(user);
        facts.action = std::move(action);
        return facts;
    }
};

}  // namespace

EventFacts facts_of(const Incoming& incoming) {
    return std::visit(Facts{}, incoming);
}

std::string event_line(const WorkItem& item, const EventFacts& facts, Outcome::Kind outcome,
                       const EventTimes& times, bool with_query) {
    std::string line = "event";
    add(line, "key", item.key);
    add(line, "kind", item.kind);
    add_if_any(line, "what", facts.what);
    add_if_any(line, "action", facts.action);
    add_if_any(line, "emoji", facts.emoji);
    add_if_any(line, "before", facts.before);
    add_if_any(line, "user", facts.user);
    if (with_query) {
        add_if_any(line, "query", facts.query);
    }
    add(line, "outcome", word_for(outcome));
    add(line, "attempts", std::to_string(item.attempts + 1));
    add(line, "waited_ms", std::to_string(times.waited.count()));
    add(line, "worked_ms", std::to_string(times.worked.count()));
    return line;
}

}  // namespace emojiscope::bot
