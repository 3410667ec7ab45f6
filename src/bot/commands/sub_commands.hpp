// One file a sub-command; command_registry.cpp lists them in order.
#pragma once

#include "emojiscope/bot/command_registry.hpp"

namespace emojiscope::bot {

/// Whether `text` is `word`, or begins with it and a space.
[[nodiscard]] bool starts_with_word(std::string_view text, std::string_view word);
/// What follows the word, without the spaces between. REQUIRES: `text` starts with it.
[[nodiscard]] std::string_view after_word(std::string_view text, std::string_view word);

/// Nothing at all. Answered by PickerDesk.
bool is_picker(std::string_view text);

/// `help`, or nothing where no picker can be opened.
bool is_help(std::string_view text);
Message run_help(std::string_view text, const CommandContext& context);

/// `dupes`, or `dupes 2` for the second page.
bool is_dupes(std::string_view text);
Message run_dupes(std::string_view text, const CommandContext& context);

/// `new`
bool is_newest(std::string_view text);
Message run_newest(std::string_view text, const CommandContext& context);

/// `random`
bool is_random(std::string_view text);
Message run_random(std::string_view text, const CommandContext& context);

/// `info :name:` or `info name`; a query if there is no such emoji.
bool is_info(std::string_view text);
Message run_info(std::string_view text, const CommandContext& context);

/// `:name:`; a query if there is no such emoji.
bool is_like(std::string_view text);
Message run_like(std::string_view text, const CommandContext& context);

/// `find words`: always a query.
bool is_find(std::string_view text);
Message run_find(std::string_view text, const CommandContext& context);

/// `map` and nothing else. Answered by MapDesk.
bool is_map(std::string_view text);

/// `resync` and nothing else. Answered by ResyncDesk.
bool is_resync(std::string_view text);

/// Anything.
bool is_query(std::string_view text);
Message run_query(std::string_view text, const CommandContext& context);

}  // namespace emojiscope::bot
