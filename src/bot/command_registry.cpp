#include "emojiscope/bot/command_registry.hpp"

#include "commands/sub_commands.hpp"

#include <algorithm>
#include <array>

namespace emojiscope::bot {
namespace {

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view spaces = " \t\r\n";
    const auto first = text.find_first_not_of(spaces);
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(spaces) - first + 1);
}

struct SubCommand {
    bool (*matches)(std::string_view text);
    Message (*run)(std::string_view text, const CommandContext& context);  ///< null: deferred
    Deferred deferred = Deferred::no;
};

/// In order; the last one takes everything.
constexpr std::array<SubCommand, 5> registry{{
    {is_help, run_help},
    {is_dupes, run_dupes},
    {is_like, run_like},
    {is_map, nullptr, Deferred::map},
    {is_find, run_find},
}};

}  // namespace

Deferred deferred_command(std::string_view text) {
    const std::string_view typed = trimmed(text);
    const auto* const found =
        std::find_if(registry.begin(), registry.end(),
                     [&](const SubCommand& command) { return command.matches(typed); });
    return found == registry.end() ? Deferred::no : found->deferred;
}

Message run_command(std::string_view text, const CommandContext& context) {
    const std::string_view typed = trimmed(text);
    for (const SubCommand& command : registry) {
        if (command.run != nullptr && command.matches(typed)) {
            return command.run(typed, context);
        }
    }
    return help_message();
}

}  // namespace emojiscope::bot
