#include "../newest.hpp"

#include "../questions.hpp"
#include "sub_commands.hpp"

namespace emojiscope::bot {

bool is_newest(std::string_view text) {
    return text == "new";
}

Message run_newest(std::string_view /*text*/, const CommandContext& context) {
    const auto emoji = newest_emoji(context.catalogue, context.team_id, context.results);
    if (!emoji) {
        return search_failed("the list of the newest emoji", emoji.error(), context.language);
    }
    if (emoji->empty()) {
        return no_emoji(context);
    }
    return newest_message(*emoji, context.postable, context.language);
}

}  // namespace emojiscope::bot
