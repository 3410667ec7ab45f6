#include "emojiscope/bot/alert_view.hpp"

#include "emojiscope/core/text.hpp"
#include "emojiscope/slack/block_kit.hpp"
#include "emojiscope/slack/json_fields.hpp"
#include "emojiscope/slack/mrkdwn.hpp"

#include <algorithm>
#include <charconv>

namespace emojiscope::bot {
namespace {

using nlohmann::json;
using search::DuplicateKind;

constexpr std::string_view pair_prefix = "pair:";
constexpr std::string_view more_prefix = "more:";
constexpr std::size_t most_pairs_listed = 20;
/// chat.postMessage refuses (msg_blocks_too_long) somewhat more than this, in characters of JSON.
constexpr std::size_t most_characters_listed = 10'000;
constexpr std::size_t groups_on_page = 10;
constexpr std::size_t most_members_named = 12;
constexpr std::size_t most_characters_of_group = 700;
/// A button's text takes 75 characters; names may have 100.
constexpr std::size_t most_name_on_button = 40;

std::size_t characters(const std::string& text) {
    return to_code_points(text).size();
}

std::string code_name(const std::string& name) {
    return "`:" + slack::escape_mrkdwn(name) + ":`";
}

/// The name, and the emoji itself beside it.
std::string shown(const EmojiRecord& emoji) {
    return ":" + slack::escape_mrkdwn(emoji.name) + ": " + code_name(emoji.name);
}

bool is_public_url(const std::string& value) {
    return value.starts_with("https://") || value.starts_with("http://");
}

json button(std::string_view action, const std::string& text, const std::string& value) {
    return {{"type", "button"},
            {"action_id", std::string(action)},
            {"text", {{"type", "plain_text"}, {"text", text}}},
            {"value", value}};
}

json with_confirmation(json element, const std::string& title, const std::string& text,
                       const std::string& confirm) {
    const auto plain = [](const std::string& words) {
        return json{{"type", "plain_text"}, {"text", words}};
    };
    element["confirm"] = {{"title", plain(title)},
                          {"text", plain(text)},
                          {"confirm", plain(confirm)},
                          {"deny", plain("Cancel")}};
    return element;
}

const char* is_the_same(const DuplicateAlert& alert) {
    switch (alert.kind) {
        case DuplicateKind::identical: return "is exactly the same picture as";
        case DuplicateKind::same_image: return "is an altered copy of";
        case DuplicateKind::near: break;
    }
    const bool moves = alert.upload.frame_count > 1;
    if (moves == (alert.original.frame_count > 1)) {
        return "looks much like";
    }
    return moves ? "has a frame that looks much like" : "looks much like a frame of";
}

std::string outcome(const DuplicateAlert& alert) {
    const std::string who = alert.said_by.empty() ? "" : "<@" + alert.said_by + "> said: ";
    switch (alert.state) {
        case AlertState::open: return "";
        case AlertState::not_duplicate:
            return who + "no duplicates. I shall not mention these two again.";
        case AlertState::muted:
            return who + "no more alerts about copies of " + code_name(alert.original.name) + ".";
    }
    return "";
}

std::string sentence(const DuplicateAlert& alert) {
    return "New emoji " + shown(alert.upload) + " " + is_the_same(alert) + " " +
           shown(alert.original) + ".";
}

std::string advice(const DuplicateAlert& alert) {
    return "If one picture is enough: delete " + code_name(alert.upload.name) +
           " and add the name as an alias of " + code_name(alert.original.name) + ".";
}

EmojiPair pair_of(const DuplicateAlert& alert) {
    return {alert.upload.id, alert.original.id, alert.kind};
}

json buttons_of(const DuplicateAlert& alert) {
    const std::string value = encode_pair(pair_of(alert));
    const std::string name = slack::shorten(alert.original.name, most_name_on_button);
    return {{"type", "actions"},
            {"block_id", value},
            {"elements",
             {button(action_not_duplicate, "Not a duplicate", value),
              with_confirmation(button(action_mute, "Mute for :" + name + ":", value),
                                "Mute this emoji?",
                                "No more alerts about copies of :" + name + ":.", "Mute")}}};
}

Message single_alert(const DuplicateAlert& alert) {
    const std::string head = sentence(alert);
    json blocks = json::array({slack::section(head)});
    for (const EmojiRecord* emoji : {&alert.upload, &alert.original}) {
        if (is_public_url(emoji->value)) {
            json block = slack::image(emoji->value, ":" + emoji->name + ":");
            block["title"] = {{"type", "plain_text"}, {"text", emoji->name}};
            blocks.push_back(std::move(block));
        }
    }
    if (alert.state == AlertState::open) {
        blocks.push_back(slack::section(advice(alert)));
        blocks.push_back(buttons_of(alert));
    } else {
        json block = slack::section(outcome(alert));
        block["block_id"] = encode_pair(pair_of(alert));
        blocks.push_back(std::move(block));
    }
    return {head, std::move(blocks)};
}

json listed(const DuplicateAlert& alert) {
    const std::string value = encode_pair(pair_of(alert));
    std::string text = sentence(alert);
    if (alert.state != AlertState::open) {
        text += "\n_" + outcome(alert) + "_";
    }
    json block = slack::section(text);
    block["block_id"] = value;
    if (alert.state == AlertState::open) {
        block["accessory"] = button(action_not_duplicate, "Not a duplicate", value);
    }
    return block;
}

json page_button(const std::string& text, std::size_t page) {
    const std::string number = std::to_string(page);
    return button(std::string(action_page_prefix) + number, text, number);
}

std::string group_text(const search::DuplicateGroup& group) {
    std::string text;
    std::size_t named = std::min(group.members.size(), most_members_named);
    std::size_t i = 0;
    for (; i < named && characters(text) < most_characters_of_group; ++i) {
        text += (i == 0 ? "" : "  ") + shown(group.members[i]);
    }
    named = i;
    if (named < group.members.size()) {
        text += "  and " + std::to_string(group.members.size() - named) + " more";
    }
    return text + (group.kind == DuplicateKind::identical ? "\n_the very same picture_"
                                                          : "\n_the same picture, altered_");
}

}  // namespace

std::string encode_pair(const EmojiPair& pair) {
    return std::string(pair_prefix) + std::to_string(pair.upload) + ":" +
           std::to_string(pair.original) + ":" + search::to_string(pair.kind);
}

std::optional<EmojiPair> decode_pair(std::string_view text) {
    const std::string_view whole = text;
    if (!text.starts_with(pair_prefix)) {
        return std::nullopt;
    }
    text.remove_prefix(pair_prefix.size());
    EmojiPair pair;
    for (EmojiId* id : {&pair.upload, &pair.original}) {
        const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), *id);
        const auto length = static_cast<std::size_t>(end - text.data());
        if (problem != std::errc{} || length >= text.size() || text[length] != ':' || *id <= 0) {
            return std::nullopt;
        }
        text.remove_prefix(length + 1);
    }
    for (const auto kind :
         {DuplicateKind::identical, DuplicateKind::same_image, DuplicateKind::near}) {
        pair.kind = kind;
        if (encode_pair(pair) == whole) {
            return pair;
        }
    }
    return std::nullopt;
}

std::size_t unlisted_in(const json& message) {
    const auto blocks = message.find("blocks");
    if (blocks == message.end() || !blocks->is_array()) {
        return 0;
    }
    for (const json& block : *blocks) {
        const std::string id = slack::string_field(block, "block_id");
        if (id.starts_with(more_prefix)) {
            std::size_t count = 0;
            std::from_chars(id.data() + more_prefix.size(), id.data() + id.size(), count);
            return count;
        }
    }
    return 0;
}

std::vector<EmojiPair> pairs_of(const json& message) {
    std::vector<EmojiPair> pairs;
    const auto blocks = message.find("blocks");
    if (blocks == message.end() || !blocks->is_array()) {
        return pairs;
    }
    for (const json& block : *blocks) {
        if (const auto pair = decode_pair(slack::string_field(block, "block_id"))) {
            pairs.push_back(*pair);
        }
    }
    return pairs;
}

Message alert_message(std::span<const DuplicateAlert> alerts, std::size_t unlisted) {
    if (alerts.size() == 1 && unlisted == 0) {
        return single_alert(alerts.front());
    }
    const bool some_near = std::any_of(alerts.begin(), alerts.end(), [](const auto& alert) {
        return alert.kind == DuplicateKind::near;
    });
    const std::string head = std::to_string(alerts.size() + unlisted) +
                             " of the emoji just uploaded " +
                             (some_near ? "repeat others, or look much like them."
                                        : "were there already.");
    json blocks = json::array({slack::section(head)});
    std::size_t length = 0;
    std::size_t count = 0;
    for (; count < std::min(alerts.size(), most_pairs_listed); ++count) {
        json block = listed(alerts[count]);
        length += characters(block.dump());
        if (length > most_characters_listed) {
            break;
        }
        blocks.push_back(std::move(block));
    }
    unlisted += alerts.size() - count;
    if (unlisted > 0) {
        json block = slack::section("… and " + std::to_string(unlisted) +
                                    " more: */emoji dupes* shows them all.");
        block["block_id"] = std::string(more_prefix) + std::to_string(unlisted);
        blocks.push_back(std::move(block));
    }
    blocks.push_back(
        slack::section("If one picture is enough: delete the newer one and add its name as an "
                       "alias of the older."));
    return {head, std::move(blocks)};
}

Message dupes_message(std::span<const search::DuplicateGroup> groups, std::size_t page) {
    if (groups.empty()) {
        return plain_message("No two emoji of this workspace show the same picture.");
    }
    const std::size_t pages = (groups.size() + groups_on_page - 1) / groups_on_page;
    page = std::clamp<std::size_t>(page, 1, pages);
    std::string head = groups.size() == 1 ? "*1 picture is there more than once*"
                                          : "*" + std::to_string(groups.size()) +
                                                " pictures are there more than once*";
    if (pages > 1) {
        head += " (page " + std::to_string(page) + " of " + std::to_string(pages) + ")";
    }
    json blocks = json::array({slack::section(head)});
    for (const search::DuplicateGroup& group :
         groups.subspan((page - 1) * groups_on_page)
             .first(std::min(groups_on_page, groups.size() - (page - 1) * groups_on_page))) {
        blocks.push_back(slack::section(group_text(group)));
    }
    json buttons = json::array();
    if (page > 1) {
        buttons.push_back(page_button("Previous", page - 1));
    }
    if (page < pages) {
        buttons.push_back(page_button("Next", page + 1));
    }
    if (!buttons.empty()) {
        blocks.push_back({{"type", "actions"}, {"elements", std::move(buttons)}});
    }
    return {head, std::move(blocks)};
}

}  // namespace emojiscope::bot
