#include "emojiscope/bot/alert_view.hpp"

#include "view_parts.hpp"

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
constexpr std::size_t groups_on_page = 10;
constexpr std::size_t most_members_named = 12;
/// Of a group, beyond which no further name begins; see most_characters_of_blocks.
constexpr std::size_t most_characters_of_group = 700;
/// Of a group, which no further name exceeds; two are named however long they are.
constexpr std::size_t most_bytes_of_group = 1'500;
/// Of the pairs in a list: a frame's 20,480 bytes less what stands around them in any language.
constexpr std::size_t most_bytes_of_pairs = 17'500;
/// A button's text takes 75 characters; names may have 100.
constexpr std::size_t most_name_on_button = 40;

std::size_t characters(const std::string& text) {
    return to_code_points(text).size();
}

std::string name_on_button(const DuplicateAlert& alert) {
    return ":" + slack::quoted_plain(alert.original.name, most_name_on_button) + ":";
}

json with_confirmation(json element, const DuplicateAlert& alert, Language language) {
    const auto plain = [&](Phrase phrase, const std::string& insert = {}) {
        return json{{"type", "plain_text"}, {"text", say(language, phrase, {insert})}};
    };
    const std::string name = name_on_button(alert);
    element["confirm"] = {{"title", plain(Phrase::mute_title)},
                          {"text", plain(Phrase::mute_text, name)},
                          {"confirm", plain(Phrase::mute)},
                          {"deny", plain(Phrase::cancel)}};
    return element;
}

Phrase what_it_is(const DuplicateAlert& alert) {
    switch (alert.kind) {
        case DuplicateKind::identical: return Phrase::upload_identical;
        case DuplicateKind::same_image: return Phrase::upload_altered;
        case DuplicateKind::near: break;
    }
    const bool moves = alert.upload.frame_count > 1;
    if (moves == (alert.original.frame_count > 1)) {
        return Phrase::upload_near;
    }
    return moves ? Phrase::upload_near_has_frame : Phrase::upload_near_frame_of;
}

std::string outcome(const DuplicateAlert& alert, Language language) {
    if (alert.state == AlertState::open) {
        return "";
    }
    std::string what = alert.state == AlertState::not_duplicate
                           ? say(language, Phrase::not_duplicates_now)
                           : say(language, Phrase::muted_now, {code_name(alert.original.name)});
    const std::string who = mention(alert.said_by);
    return who.empty() ? what : say(language, Phrase::somebody_said, {who, what});
}

std::string sentence(const DuplicateAlert& alert, Language language) {
    return say(language, what_it_is(alert), {shown(alert.upload.name), shown(alert.original.name)});
}

std::string advice(const DuplicateAlert& alert, Language language) {
    return say(language, Phrase::advice_on_duplicate,
               {code_name(alert.upload.name), code_name(alert.original.name)});
}

EmojiPair pair_of(const DuplicateAlert& alert) {
    return {alert.upload.id, alert.original.id, alert.kind};
}

json buttons_of(const DuplicateAlert& alert, Language language) {
    const std::string value = encode_pair(pair_of(alert));
    const std::string name = name_on_button(alert);
    json block = actions(json::array(
        {button(action_not_duplicate, say(language, Phrase::not_a_duplicate), value),
         with_confirmation(button(action_mute, say(language, Phrase::mute_for, {name}), value),
                           alert, language)}));
    block["block_id"] = value;
    return block;
}

Message single_alert(const DuplicateAlert& alert, Language language) {
    const std::string head = sentence(alert, language);
    json blocks = json::array({slack::section(head)});
    for (const EmojiRecord* emoji : {&alert.upload, &alert.original}) {
        if (can_be_shown(emoji->value)) {
            json block = slack::image(emoji->value, in_plain(emoji->name));
            block["title"] = {{"type", "plain_text"}, {"text", slack::quoted_plain(emoji->name)}};
            blocks.push_back(std::move(block));
        }
    }
    if (alert.state == AlertState::open) {
        blocks.push_back(slack::section(advice(alert, language)));
        blocks.push_back(buttons_of(alert, language));
    } else {
        json block = slack::section(outcome(alert, language));
        block["block_id"] = encode_pair(pair_of(alert));
        blocks.push_back(std::move(block));
    }
    return {head, std::move(blocks)};
}

json listed(const DuplicateAlert& alert, Language language) {
    const std::string value = encode_pair(pair_of(alert));
    std::string text = sentence(alert, language);
    if (alert.state != AlertState::open) {
        text += "\n_" + outcome(alert, language) + "_";
    }
    json block = slack::section(text);
    block["block_id"] = value;
    if (alert.state == AlertState::open) {
        block["accessory"] =
            button(action_not_duplicate, say(language, Phrase::not_a_duplicate), value);
    }
    return block;
}

json page_button(const std::string& text, std::size_t page) {
    const std::string number = std::to_string(page);
    return button(std::string(action_page_prefix) + number, text, number);
}

std::string group_text(const search::DuplicateGroup& group, Language language) {
    std::string text;
    std::size_t named = 0;
    const std::size_t most = std::min(group.members.size(), most_members_named);
    for (; named < most && characters(text) < most_characters_of_group; ++named) {
        const std::string name = (named == 0 ? "" : "  ") + shown(group.members[named].name);
        if (named >= 2 && text.size() + name.size() > most_bytes_of_group) {
            break;
        }
        text += name;
    }
    if (named < group.members.size()) {
        text +=
            "  " + say(language, Phrase::and_more, {std::to_string(group.members.size() - named)});
    }
    return text + "\n_" +
           say(language, group.kind == DuplicateKind::identical ? Phrase::group_identical
                                                                : Phrase::group_altered) +
           "_";
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

Message alert_message(std::span<const DuplicateAlert> alerts, Language language,
                      std::size_t unlisted) {
    if (alerts.size() == 1 && unlisted == 0) {
        return single_alert(alerts.front(), language);
    }
    const bool some_near = std::any_of(alerts.begin(), alerts.end(), [](const auto& alert) {
        return alert.kind == DuplicateKind::near;
    });
    const std::string head =
        say(language, some_near ? Phrase::uploads_repeat_or_near : Phrase::uploads_repeat,
            {std::to_string(alerts.size() + unlisted)});
    json blocks = json::array({slack::section(head)});
    BlockLength length(most_bytes_of_pairs);
    std::size_t count = 0;
    for (; count < std::min(alerts.size(), most_pairs_listed); ++count) {
        json block = listed(alerts[count], language);
        if (!length.takes(block)) {
            break;
        }
        blocks.push_back(std::move(block));
    }
    unlisted += alerts.size() - count;
    if (unlisted > 0) {
        json block =
            slack::section(say(language, Phrase::more_in_dupes, {std::to_string(unlisted)}));
        block["block_id"] = std::string(more_prefix) + std::to_string(unlisted);
        blocks.push_back(std::move(block));
    }
    blocks.push_back(slack::section(say(language, Phrase::advice_on_duplicates)));
    return {head, std::move(blocks)};
}

Message dupes_message(std::span<const search::DuplicateGroup> groups, std::size_t page,
                      Language language) {
    if (groups.empty()) {
        return plain_message(language, Phrase::no_duplicates);
    }
    const std::size_t pages = (groups.size() + groups_on_page - 1) / groups_on_page;
    page = std::clamp<std::size_t>(page, 1, pages);
    std::string head = say(language, groups.size() == 1 ? Phrase::one_group : Phrase::groups,
                           {std::to_string(groups.size())});
    if (pages > 1) {
        head += " " + say(language, Phrase::page_of, {std::to_string(page), std::to_string(pages)});
    }
    json blocks = json::array({slack::section(head)});
    for (const search::DuplicateGroup& group :
         groups.subspan((page - 1) * groups_on_page)
             .first(std::min(groups_on_page, groups.size() - (page - 1) * groups_on_page))) {
        blocks.push_back(slack::section(group_text(group, language)));
    }
    json buttons = json::array();
    if (page > 1) {
        buttons.push_back(page_button(say(language, Phrase::previous), page - 1));
    }
    if (page < pages) {
        buttons.push_back(page_button(say(language, Phrase::next), page + 1));
    }
    if (!buttons.empty()) {
        blocks.push_back(actions(std::move(buttons)));
    }
    return {head, std::move(blocks)};
}

}  // namespace emojiscope::bot
