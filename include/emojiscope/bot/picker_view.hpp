// The picker as Block Kit: a modal with a menu that finds while somebody types. Pure.
#pragma once

#include "emojiscope/bot/wording.hpp"
#include "emojiscope/search/emoji_search.hpp"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace emojiscope::bot {

inline constexpr std::string_view callback_picker = "picker";
/// The menu of emoji, and that of conversations.
inline constexpr std::string_view action_pick = "picker.emoji";
inline constexpr std::string_view action_where = "picker.where";

/// What a picker is asked for, as it travels in the view.
struct PickerState {
    Language language = Language::english;
    std::string response_url;  ///< of the command; empty: the conversation is chosen in the view

    friend bool operator==(const PickerState&, const PickerState&) = default;
};

[[nodiscard]] std::string encode_picker(const PickerState& state);
/// What cannot be read is as if it were absent.
[[nodiscard]] PickerState decode_picker(std::string_view private_metadata);

/// One that somebody chose: a custom emoji by its id, or a standard one by Slack's name of it.
struct PickedEmoji {
    EmojiId id = 0;        ///< 0: a standard one
    std::string standard;  ///< its name

    friend bool operator==(const PickedEmoji&, const PickedEmoji&) = default;
};

[[nodiscard]] std::string encode_pick(const PickedEmoji& picked);
/// Nothing if `value` is not what `encode_pick` made.
[[nodiscard]] std::optional<PickedEmoji> decode_pick(std::string_view value);
/// What is chosen in a submitted picker.
[[nodiscard]] std::optional<PickedEmoji> picked_in(const nlohmann::json& values);

/// What the picker shows of the chosen emoji.
struct PickerPreview {
    std::string name;
    std::string value;                 ///< URL of the picture; empty for a standard emoji
    std::vector<std::string> aliases;  ///< other names
};

/// `preview` null: nothing is chosen yet.
[[nodiscard]] nlohmann::json picker_view(const PickerState& state, const PickerPreview* preview);

/// The emoji of an answer as the menu shows them, at most `most_options_offered` of each kind.
[[nodiscard]] nlohmann::json picker_options(const search::Answer& answer, Language language);
inline constexpr std::size_t most_options_offered = 25;

}  // namespace emojiscope::bot
