#include "sub_commands.hpp"

#include "emojiscope/bot/alert_view.hpp"

#include <charconv>

namespace emojiscope::bot {
namespace {

constexpr std::string_view word = "dupes";

/// What follows the word, without spaces.
std::string_view page_text(std::string_view text) {
    text.remove_prefix(word.size());
    const auto first = text.find_first_not_of(' ');
    return first == std::string_view::npos ? std::string_view{} : text.substr(first);
}

bool is_number(std::string_view text) {
    return text.size() <= 6 && text.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

bool is_dupes(std::string_view text) {
    if (!text.starts_with(word)) {
        return false;
    }
    const bool whole_word = text.size() == word.size() || text[word.size()] == ' ';
    return whole_word && is_number(page_text(text));
}

Message run_dupes(std::string_view text, const CommandContext& context) {
    const std::string_view page = page_text(text);
    std::size_t number = 1;
    std::from_chars(page.data(), page.data() + page.size(), number);
    const auto groups = context.duplicates.groups(context.team_id);
    if (!groups) {
        return search_failed("the search for duplicates", groups.error());
    }
    return dupes_message(*groups, number);
}

}  // namespace emojiscope::bot
