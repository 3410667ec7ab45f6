#include "../questions.hpp"
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
        return run_query(text.substr(1, text.size() - 2), context);
    }
    return answer_question({Question::Kind::look_alikes, *name, 0, context.postable}, context);
}

}  // namespace emojiscope::bot
