// One file a sub-command; command_registry.cpp lists them in order.
#pragma once

#include "emojiscope/bot/command_registry.hpp"

namespace emojiscope::bot {

bool is_help(std::string_view text);
Message run_help(std::string_view text, const CommandContext& context);

/// `dupes`, or `dupes 2` for the second page.
bool is_dupes(std::string_view text);
Message run_dupes(std::string_view text, const CommandContext& context);

bool is_like(std::string_view text);
Message run_like(std::string_view text, const CommandContext& context);

bool is_find(std::string_view text);
Message run_find(std::string_view text, const CommandContext& context);

/// `map` and nothing else. Answered by MapDesk.
bool is_map(std::string_view text);

/// The message for a failed search: logged, and a sentence for the user.
Message search_failed(std::string_view what, const Error& error);

}  // namespace emojiscope::bot
