// The sub-commands of /emoji: an explicit list. Each is a function from the typed text to a
// message, or names the desk that does it. Whatever is no sub-command is a query.
#pragma once

#include "emojiscope/bot/answer_view.hpp"
#include "emojiscope/search/catalogue.hpp"
#include "emojiscope/search/duplicate_finder.hpp"
#include "emojiscope/search/emoji_search.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace emojiscope::bot {

/// What a command may use. Refers to its parts; safe to use from any pool thread.
struct CommandContext {
    const search::EmojiSearch& search;
    const search::EmojiLibrary& library;
    const search::Catalogue& catalogue;
    search::DuplicateFinder& duplicates;
    std::string team_id;
    std::size_t results = 8;
    bool postable = false;  ///< asked in a conversation where an emoji can be posted for others
    Language language = Language::english;  ///< of who asks
    bool syncing = false;  ///< the first sync is still under way: say that more may come
};

/// Commands that are more than one answer: each has a desk of its own, which answers at once and
/// does the rest later.
enum class Deferred { no, map, picker, resync };

/// Which of them `/emoji TEXT` is.
[[nodiscard]] Deferred deferred_command(std::string_view text);

/// What `/emoji TEXT` is: a word of a small set, as `map`, `info`, `query`.
[[nodiscard]] std::string_view sub_command_name(std::string_view text);
/// All of these words.
[[nodiscard]] std::vector<std::string_view> sub_command_names();

/// The answer to `/emoji TEXT` that is not deferred, and to a direct message, where nothing is.
/// `text` is as typed (Slack's escapes undone). Blocking; never fails:
/// an error becomes a sentence for the user and a line in the log.
[[nodiscard]] Message run_command(std::string_view text, const CommandContext& context);

}  // namespace emojiscope::bot
