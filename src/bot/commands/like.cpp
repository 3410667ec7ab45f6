#include "sub_commands.hpp"

namespace emojiscope::bot {

bool is_like(std::string_view text) {
    return text.size() > 2 && text.front() == ':' && text.back() == ':' &&
           text.substr(1, text.size() - 2).find(':') == std::string_view::npos;
}

Message run_like(std::string_view text, const CommandContext& context) {
    const auto name = to_emoji_name(text);
    if (!name || !context.library.find(*name)) {
        // A standard emoji, or a slip: the words of the name still make a query.
        return run_find(text.substr(1, text.size() - 2), context);
    }
    auto answer = context.search.like(*name, context.results, context.catalogue);
    if (!answer) {
        return search_failed("a look-alike query", answer.error());
    }
    return answer_message("looks like :" + *name + ":", *answer);
}

}  // namespace emojiscope::bot
