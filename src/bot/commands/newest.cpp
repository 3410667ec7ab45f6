#include "../questions.hpp"
#include "sub_commands.hpp"

#include <algorithm>

namespace emojiscope::bot {

bool is_newest(std::string_view text) {
    return text == "new";
}

Message run_newest(std::string_view /*text*/, const CommandContext& context) {
    auto emoji = context.catalogue.list(context.team_id);
    if (!emoji) {
        return search_failed("the list of the newest emoji", emoji.error(), context.language);
    }
    std::erase_if(*emoji, [](const auto& one) { return one.state != EmojiState::ready; });
    if (emoji->empty()) {
        return no_emoji(context);
    }
    const auto count = static_cast<std::ptrdiff_t>(std::min(emoji->size(), context.results));
    std::partial_sort(emoji->begin(), emoji->begin() + count, emoji->end(),
                      [](const EmojiRecord& a, const EmojiRecord& b) {
                          return a.added_at != b.added_at ? a.added_at > b.added_at : a.id > b.id;
                      });
    emoji->resize(static_cast<std::size_t>(count));
    return newest_message(*emoji, context.postable, context.language);
}

}  // namespace emojiscope::bot
