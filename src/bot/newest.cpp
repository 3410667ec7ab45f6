#include "newest.hpp"

#include <algorithm>

namespace emojiscope::bot {

Result<std::vector<EmojiRecord>> newest_emoji(const search::Catalogue& catalogue,
                                              std::string_view team_id, std::size_t most) {
    auto emoji = catalogue.list(team_id);
    if (!emoji) {
        return emoji.error();
    }
    std::erase_if(*emoji, [](const auto& one) { return one.state != EmojiState::ready; });
    const auto count = static_cast<std::ptrdiff_t>(std::min(emoji->size(), most));
    std::partial_sort(emoji->begin(), emoji->begin() + count, emoji->end(),
                      [](const EmojiRecord& a, const EmojiRecord& b) {
                          return a.added_at != b.added_at ? a.added_at > b.added_at : a.id > b.id;
                      });
    emoji->resize(static_cast<std::size_t>(count));
    return emoji;
}

}  // namespace emojiscope::bot
