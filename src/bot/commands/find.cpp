#include "sub_commands.hpp"

#include <spdlog/spdlog.h>

namespace emojiscope::bot {
namespace {

/// Longer queries say nothing more to the model and would fill the answer.
constexpr std::size_t max_query_bytes = 500;

}  // namespace

Message search_failed(std::string_view what, const Error& error) {
    spdlog::error("{} failed: {}; the user is told", what, error.message);
    return plain_message("Sorry, the search failed. Please try again.");
}

bool is_find(std::string_view /*text*/) {
    return true;
}

Message run_find(std::string_view text, const CommandContext& context) {
    if (text.size() > max_query_bytes) {
        return plain_message("That is too long for a query: a word or a few are best.");
    }
    if (context.library.size() == 0) {
        return plain_message(
            context.syncing ? "I am still learning the emoji of this workspace. Try again in a "
                              "minute."
                            : "This workspace has no custom emoji yet.");
    }
    auto answer = context.search.by_text(text, context.results);
    if (!answer) {
        if (answer.error().code == ErrorCode::invalid_argument) {
            return help_message();
        }
        return search_failed("a text query", answer.error());
    }
    return answer_message(text, *answer);
}

}  // namespace emojiscope::bot
