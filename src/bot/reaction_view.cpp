#include "emojiscope/bot/reaction_view.hpp"

#include "view_parts.hpp"

#include "emojiscope/bot/picker_view.hpp"
#include "emojiscope/slack/block_kit.hpp"
#include "emojiscope/slack/bounded_json.hpp"
#include "emojiscope/slack/json_fields.hpp"

#include <algorithm>

namespace emojiscope::bot {
namespace {

using nlohmann::json;
using slack::string_field;

json modal(Language language, json blocks) {
    return {{"type", "modal"},
            {"callback_id", std::string(callback_reactions)},
            {"title", plain(say(language, Phrase::react_title))},
            {"close", plain(say(language, Phrase::close))},
            {"blocks", std::move(blocks)}};
}

std::string action_for(std::size_t number) {
    return std::string(action_react_prefix) + std::to_string(number);
}

/// A heading and a line for each emoji; nothing if none of them is there any more.
void append_emoji(json& blocks, std::size_t& number, Phrase head, const std::vector<EmojiId>& ids,
                  const NameOf& name_of, Language language) {
    json lines = json::array();
    for (const EmojiId id : ids) {
        const std::string name = name_of(id);
        if (name.empty()) {
            continue;
        }
        json line = slack::section(shown(name));
        line["accessory"] =
            button(action_for(number++), say(language, Phrase::react_add), encode_pick({id, {}}));
        lines.push_back(std::move(line));
    }
    if (lines.empty()) {
        return;
    }
    blocks.push_back(slack::section("*" + say(language, head) + "*"));
    blocks.insert(blocks.end(), lines.begin(), lines.end());
}

void append_standard(json& blocks, std::size_t& number, const std::vector<std::string>& names,
                     Language language) {
    if (names.empty()) {
        return;
    }
    blocks.push_back(slack::section("*" + say(language, Phrase::picker_standard) + "*"));
    json buttons = json::array();
    for (const std::string& name : names) {
        json one = button(action_for(number++), in_plain(name), encode_pick({0, name}));
        one["text"] = plain(in_plain(name));
        buttons.push_back(std::move(one));
    }
    blocks.push_back(actions(std::move(buttons)));
}

template <class T, class Take>
std::vector<T> list_in(const json& text, const char* key, Take take) {
    std::vector<T> list;
    const auto found = text.is_object() ? text.find(key) : text.end();
    if (found == text.end() || !found->is_array()) {
        return list;
    }
    for (const json& item : *found) {
        if (list.size() < most_reactions) {
            take(item, list);
        }
    }
    return list;
}

void take_id(const json& item, std::vector<EmojiId>& ids) {
    if (item.is_number_integer() && item.get<EmojiId>() > 0) {
        ids.push_back(item.get<EmojiId>());
    }
}

void take_name(const json& item, std::vector<std::string>& names) {
    if (item.is_string() && is_emoji_name(item.get<std::string>())) {
        names.push_back(item.get<std::string>());
    }
}

}  // namespace

std::string encode_reactions(const ReactionState& state) {
    const json text = {{"language", code_of(state.language)},
                       {"channel", state.channel},
                       {"ts", state.message_ts},
                       {"words", state.for_words},
                       {"picture", state.for_picture},
                       {"standard", state.standard},
                       {"unseen", state.picture_unseen},
                       {"large", state.picture_too_large}};
    return text.dump(-1, ' ', false, json::error_handler_t::replace);
}

ReactionState decode_reactions(std::string_view private_metadata) {
    const json text = slack::json_or_null(private_metadata, slack::note_bounds);
    ReactionState state;
    state.language = parse_language(string_field(text, "language")).value_or(Language::english);
    state.channel = string_field(text, "channel");
    state.message_ts = string_field(text, "ts");
    state.for_words = list_in<EmojiId>(text, "words", take_id);
    state.for_picture = list_in<EmojiId>(text, "picture", take_id);
    state.standard = list_in<std::string>(text, "standard", take_name);
    state.picture_unseen = slack::bool_field(text, "unseen");
    state.picture_too_large = slack::bool_field(text, "large");
    return state;
}

json reactions_loading(Language language) {
    return modal(language, json::array({slack::section(say(language, Phrase::react_looking))}));
}

json reactions_view(const ReactionState& state, const NameOf& name_of, const std::string& status) {
    json blocks = json::array();
    if (!status.empty()) {
        blocks.push_back(slack::section(status));
        blocks.push_back({{"type", "divider"}});
    }
    const std::size_t before = blocks.size();
    std::size_t number = 0;
    append_emoji(blocks, number, Phrase::react_for_words, state.for_words, name_of, state.language);
    append_emoji(blocks, number, Phrase::react_for_picture, state.for_picture, name_of,
                 state.language);
    append_standard(blocks, number, state.standard, state.language);
    if (blocks.size() == before) {
        blocks.push_back(slack::section(say(state.language, Phrase::react_none)));
    }
    if (state.picture_unseen) {
        blocks.push_back(context(say(state.language, Phrase::react_picture_unseen)));
    }
    if (state.picture_too_large) {
        blocks.push_back(context(say(state.language, Phrase::react_picture_too_large)));
    }
    json view = modal(state.language, std::move(blocks));
    view["private_metadata"] = encode_reactions(state);
    return view;
}

}  // namespace emojiscope::bot
