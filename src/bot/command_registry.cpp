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
    std::string_view name;  ///< for logs and figures
    bool offered;           ///< the name is a word to type, which may be meant by a slip
    bool (*matches)(std::string_view text);
    Message (*run)(std::string_view text, const CommandContext& context);  ///< null: deferred
    Deferred deferred = Deferred::no;
};

/// In order; the last one takes everything.
constexpr std::array<SubCommand, 11> registry{{
    {"picker", false, is_picker, nullptr, Deferred::picker},
    {"help", true, is_help, run_help},
    {"dupes", true, is_dupes, run_dupes},
    {"new", true, is_newest, run_newest},
    {"random", true, is_random, run_random},
    {"info", true, is_info, run_info},
    {"map", true, is_map, nullptr, Deferred::map},
    {"resync", false, is_resync, nullptr, Deferred::resync},  // few may
    {"find", true, is_find, run_find},
    {"like", false, is_like, run_like},
    {"query", false, is_query, run_query},
}};

/// Whether one letter more or less, or two letters exchanged, make one word of the other. Another
/// letter in the place of one makes a word of its own too often (kind, hell, dudes).
bool is_slip_of(std::string_view typed, std::string_view word) {
    const auto same = std::mismatch(typed.begin(), typed.end(), word.begin(), word.end());
    const std::string_view a = typed.substr(static_cast<std::size_t>(same.first - typed.begin()));
    const std::string_view b = word.substr(static_cast<std::size_t>(same.second - word.begin()));
    const bool exchanged =
        a.size() > 1 && b.size() > 1 && a[0] == b[1] && a[1] == b[0] && a.substr(2) == b.substr(2);
    return exchanged || (a.size() == b.size() + 1 && a.substr(1) == b) ||
           (b.size() == a.size() + 1 && b.substr(1) == a);
}

/// The sub-command that was perhaps meant; empty if none, or if there is an emoji of that name.
std::string_view meant_by(std::string_view typed, const CommandContext& context) {
    constexpr std::size_t shortest = 4;  // of three letters, anything is a slip of something
    if (context.library.find(typed)) {
        return {};
    }
    for (const SubCommand& command : registry) {
        if (command.offered && command.name.size() >= shortest && is_slip_of(typed, command.name)) {
            return command.name;
        }
    }
    return {};
}

}  // namespace

bool starts_with_word(std::string_view text, std::string_view word) {
    return text.starts_with(word) && (text.size() == word.size() || text[word.size()] == ' ');
}

std::string_view after_word(std::string_view text, std::string_view word) {
    return trimmed(text.substr(word.size()));
}

Deferred deferred_command(std::string_view text) {
    const std::string_view typed = trimmed(text);
    const auto* const found =
        std::find_if(registry.begin(), registry.end(),
                     [&](const SubCommand& command) { return command.matches(typed); });
    return found->deferred;
}

std::string_view sub_command_name(std::string_view text) {
    const std::string_view typed = trimmed(text);
    const auto* const found =
        std::find_if(registry.begin(), registry.end(),
                     [&](const SubCommand& command) { return command.matches(typed); });
    return found->name;
}

std::vector<std::string_view> sub_command_names() {
    std::vector<std::string_view> names;
    for (const SubCommand& command : registry) {
        names.push_back(command.name);
    }
    return names;
}

Message run_command(std::string_view text, const CommandContext& context) {
    const std::string_view typed = trimmed(text);
    const auto* const found =
        std::find_if(registry.begin(), registry.end(), [&](const SubCommand& command) {
            return command.run != nullptr && command.matches(typed);
        });
    Message message = found->run(typed, context);
    const std::string_view meant =
        found->run == run_query ? meant_by(typed, context) : std::string_view{};
    return meant.empty() ? message
                         : with_remark(std::move(message),
                                       say(context.language, Phrase::did_you_mean, {meant}));
}

}  // namespace emojiscope::bot
