// Reactions that suit a message, as Block Kit: a modal with a button for each. Pure.
#pragma once

#include "emojiscope/bot/wording.hpp"
#include "emojiscope/core/emoji.hpp"

#include <nlohmann/json.hpp>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace emojiscope::bot {

inline constexpr std::string_view callback_reactions = "reactions";
/// The value is what `encode_pick` makes. Several stand in one block: what follows tells them
/// apart.
inline constexpr std::string_view action_react_prefix = "react.add.";

/// Emoji of each kind that are suggested at most.
inline constexpr std::size_t most_reactions = 8;

/// For which message, and what is suggested: travels in the view, which is drawn again from it.
struct ReactionState {
    Language language = Language::english;
    std::string channel;
    std::string message_ts;
    std::vector<EmojiId> for_words;
    std::vector<EmojiId> for_picture;
    std::vector<std::string> standard;  ///< Slack's names
    bool picture_unseen = false;        ///< there was one, and it could not be looked at
    bool picture_too_large = false;     ///< nor one, for its size

    friend bool operator==(const ReactionState&, const ReactionState&) = default;
};

/// At most 3,000 characters. REQUIRES: at most `most_reactions` of each kind.
[[nodiscard]] std::string encode_reactions(const ReactionState& state);
/// What cannot be read is as if it were absent.
[[nodiscard]] ReactionState decode_reactions(std::string_view private_metadata);

/// The present name of an emoji; empty if it is gone.
using NameOf = std::function<std::string(EmojiId)>;

/// While the message is looked at.
[[nodiscard]] nlohmann::json reactions_loading(Language language);

/// `status`: mrkdwn, what became of the last click; empty: none yet.
[[nodiscard]] nlohmann::json reactions_view(const ReactionState& state, const NameOf& name_of,
                                            const std::string& status);

}  // namespace emojiscope::bot
