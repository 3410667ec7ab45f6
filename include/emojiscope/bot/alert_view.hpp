// Duplicates as Block Kit: the alert, the digest of many, and the pages of /emoji dupes. Pure.
//
// Each pair of emoji in a message is a block whose block_id names the pair, so that the message can
// be drawn again after somebody pressed one of its buttons.
#pragma once

#include "emojiscope/bot/answer_view.hpp"
#include "emojiscope/search/duplicate_finder.hpp"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace emojiscope::bot {

inline constexpr std::string_view action_not_duplicate = "duplicate.refute";
inline constexpr std::string_view action_mute = "duplicate.mute";
/// Several buttons of a message turn to a page: what follows tells them apart.
inline constexpr std::string_view action_page_prefix = "dupes.page.";

/// Two emoji that a message speaks of, as its blocks and buttons carry them.
struct EmojiPair {
    EmojiId upload = 0;
    EmojiId original = 0;
    search::DuplicateKind kind = search::DuplicateKind::identical;

    friend bool operator==(const EmojiPair&, const EmojiPair&) = default;
};

[[nodiscard]] std::string encode_pair(const EmojiPair& pair);
/// Nothing if `text` is not what `encode_pair` made.
[[nodiscard]] std::optional<EmojiPair> decode_pair(std::string_view text);
/// The pairs of a message that Slack hands back, in order.
[[nodiscard]] std::vector<EmojiPair> pairs_of(const nlohmann::json& message);
/// How many more pairs a message speaks of than it lists.
[[nodiscard]] std::size_t unlisted_in(const nlohmann::json& message);

/// What became of an alert.
enum class AlertState { open, not_duplicate, muted };

struct DuplicateAlert {
    EmojiRecord upload;
    EmojiRecord original;
    search::DuplicateKind kind = search::DuplicateKind::identical;
    AlertState state = AlertState::open;
    std::string said_by;  ///< user id, if the state was set by somebody just now
};

/// One pair: both pictures, both names, the advice and the buttons; or many as a list.
/// `unlisted` more were told of before and are only counted. REQUIRES: at least one alert.
[[nodiscard]] Message alert_message(std::span<const DuplicateAlert> alerts, Language language,
                                    std::size_t unlisted = 0);

/// Page `page` (from 1; beyond the last: the last) of all groups.
[[nodiscard]] Message dupes_message(std::span<const search::DuplicateGroup> groups,
                                    std::size_t page, Language language);

}  // namespace emojiscope::bot
