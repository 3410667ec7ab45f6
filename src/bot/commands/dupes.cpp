#include "../questions.hpp"
#include "sub_commands.hpp"

#include "emojiscope/bot/alert_view.hpp"

#include <charconv>

namespace emojiscope::bot {
namespace {

constexpr std::string_view word = "dupes";

bool is_number(std::string_view text) {
    return text.size() <= 6 && text.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

bool is_dupes(std::string_view text) {
    return starts_with_word(text, word) && is_number(after_word(text, word));
}

Message run_dupes(std::string_view text, const CommandContext& context) {
    const std::string_view page = after_word(text, word);
    std::size_t number = 1;
    std::from_chars(page.data(), page.data() + page.size(), number);
    const auto groups = context.duplicates.groups(context.team_id);
    if (!groups) {
        return search_failed("the search for duplicates", groups.error(), context.language);
    }
    return with_search(dupes_message(*groups, number, context.language), std::string(word),
                       context.postable, context.language);
}

}  // namespace emojiscope::bot
