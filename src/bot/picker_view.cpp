#include "emojiscope/bot/picker_view.hpp"

#include "view_parts.hpp"

#include "emojiscope/core/emoji.hpp"
#include "emojiscope/core/text.hpp"
#include "emojiscope/slack/block_kit.hpp"
#include "emojiscope/slack/bounded_json.hpp"
#include "emojiscope/slack/json_fields.hpp"
#include "emojiscope/slack/mrkdwn.hpp"

#include <algorithm>
#include <charconv>

namespace emojiscope::bot {
namespace {

using nlohmann::json;
using slack::object_field;
using slack::string_field;

constexpr const char* block_emoji = "picker.emoji.block";
constexpr const char* block_where = "picker.where.block";
constexpr std::string_view id_prefix = "id:";
constexpr std::string_view standard_prefix = "std:";
/// Of an emoji's other names.
constexpr std::size_t most_names_told = 12;

json option(const std::string& name, const PickedEmoji& picked) {
    const std::string seen = slack::quoted_plain(name, slack::max_option_characters);
    std::string text = ":" + name + ": " + seen;
    if (seen != name || !is_emoji_name(name) ||
        to_code_points(text).size() > slack::max_option_characters) {
        text = seen;
    }
    return {{"text", plain(text)}, {"value", encode_pick(picked)}};
}

json group(const std::string& label, json options) {
    return {{"label", plain(label)}, {"options", std::move(options)}};
}

json emoji_menu(Language language) {
    return {{"type", "input"},
            {"block_id", block_emoji},
            {"dispatch_action", true},
            {"label", plain(say(language, Phrase::picker_emoji))},
            {"element",
             {{"type", "external_select"},
              {"action_id", std::string(action_pick)},
              {"min_query_length", 1},
              {"focus_on_load", true},
              {"placeholder", plain(say(language, Phrase::picker_type))}}}};
}

json conversation_menu(Language language) {
    return {{"type", "input"},
            {"block_id", block_where},
            {"label", plain(say(language, Phrase::picker_where))},
            {"element",
             {{"type", "conversations_select"},
              {"action_id", std::string(action_where)},
              {"default_to_current_conversation", true},
              {"response_url_enabled", true}}}};
}

void append_preview(json& blocks, const PickerPreview& preview, Language language) {
    blocks.push_back(
        with_picture(slack::section(shown(preview.name)), preview.name, preview.value));
    if (preview.aliases.empty()) {
        return;
    }
    std::string names = say(language, Phrase::also_called);
    const std::size_t count = std::min(preview.aliases.size(), most_names_told);
    for (std::size_t i = 0; i < count; ++i) {
        names += (i == 0 ? " " : ", ") + code_name(preview.aliases[i]);
    }
    if (count < preview.aliases.size()) {
        names +=
            " " + say(language, Phrase::and_more, {std::to_string(preview.aliases.size() - count)});
    }
    blocks.push_back(context(names));
}

}  // namespace

std::string encode_picker(const PickerState& state) {
    const json text = {{"language", code_of(state.language)}, {"to", state.response_url}};
    return text.dump(-1, ' ', false, json::error_handler_t::replace);
}

PickerState decode_picker(std::string_view private_metadata) {
    const json text = slack::json_or_null(private_metadata, slack::note_bounds);
    return {parse_language(string_field(text, "language")).value_or(Language::english),
            string_field(text, "to")};
}

std::string encode_pick(const PickedEmoji& picked) {
    return picked.id == 0 ? std::string(standard_prefix) + picked.standard
                          : std::string(id_prefix) + std::to_string(picked.id);
}

std::optional<PickedEmoji> decode_pick(std::string_view value) {
    if (value.starts_with(standard_prefix)) {
        const std::string_view name = value.substr(standard_prefix.size());
        return is_emoji_name(name) ? std::optional(PickedEmoji{0, std::string(name)})
                                   : std::nullopt;
    }
    if (!value.starts_with(id_prefix)) {
        return std::nullopt;
    }
    EmojiId id = 0;
    const char* const end = value.data() + value.size();
    const auto [stop, problem] = std::from_chars(value.data() + id_prefix.size(), end, id);
    return problem == std::errc{} && stop == end && id > 0 ? std::optional(PickedEmoji{id, {}})
                                                           : std::nullopt;
}

std::optional<PickedEmoji> picked_in(const json& values) {
    const json& chosen =
        object_field(object_field(values, block_emoji), std::string(action_pick).c_str());
    return decode_pick(string_field(object_field(chosen, "selected_option"), "value"));
}

json picker_view(const PickerState& state, const PickerPreview* preview) {
    json blocks = json::array({emoji_menu(state.language)});
    if (state.response_url.empty()) {
        blocks.push_back(conversation_menu(state.language));
    }
    if (preview != nullptr) {
        append_preview(blocks, *preview, state.language);
    } else {
        blocks.push_back(context(say(state.language, Phrase::picker_advice)));
    }
    return {{"type", "modal"},
            {"callback_id", std::string(callback_picker)},
            {"private_metadata", encode_picker(state)},
            {"title", plain(say(state.language, Phrase::picker_title))},
            {"submit", plain(say(state.language, Phrase::picker_insert))},
            {"close", plain(say(state.language, Phrase::cancel))},
            {"blocks", std::move(blocks)}};
}

json picker_options(const search::Answer& answer, Language language) {
    json found = json::array();
    for (const search::Hit& hit : answer.hits) {
        if (found.size() < most_options_offered) {
            found.push_back(option(hit.name, {hit.id, {}}));
        }
    }
    json standard = json::array();
    for (const search::StandardEmoji& emoji : answer.standard) {
        if (standard.size() < most_options_offered && is_emoji_name(emoji.name)) {
            standard.push_back(option(emoji.name, {0, emoji.name}));
        }
    }
    json groups = json::array();
    if (!found.empty()) {
        groups.push_back(
            group(say(language, answer.confident ? Phrase::picker_best : Phrase::picker_perhaps),
                  std::move(found)));
    }
    if (!standard.empty()) {
        groups.push_back(group(say(language, Phrase::picker_standard), std::move(standard)));
    }
    if (groups.empty()) {
        return {{"options", json::array()}};
    }
    return {{"option_groups", std::move(groups)}};
}

}  // namespace emojiscope::bot
