#include "../questions.hpp"
#include "sub_commands.hpp"

#include <spdlog/spdlog.h>

namespace emojiscope::bot {
namespace {

constexpr std::string_view word = "info";
constexpr std::size_t most_similar = 5;

/// The emoji that are the same picture, or look like it; what cannot be found out is left out.
void look_around(EmojiInfo& info, const CommandContext& context) {
    if (const auto texts = context.catalogue.texts(info.emoji.id); texts && !texts->empty()) {
        info.text = texts->front().text;
    }
    const auto copies = context.duplicates.check(info.emoji);
    if (copies) {
        for (const search::DuplicateMatch& match : *copies) {
            if (search::is_duplicate(match.kind)) {
                info.copies.push_back(match.original.name);
            }
        }
    } else {
        spdlog::warn("info: copies of :{}: cannot be found: {}; left out", info.emoji.name,
                     copies.error().message);
    }
    const auto similar = context.search.like(info.emoji.name, most_similar, context.catalogue);
    if (similar) {
        for (const search::Hit& hit : similar->hits) {
            info.similar.push_back(hit.name);
        }
    } else {
        spdlog::warn("info: what looks like :{}: cannot be found: {}; left out", info.emoji.name,
                     similar.error().message);
    }
}

}  // namespace

bool is_info(std::string_view text) {
    return starts_with_word(text, word) && !after_word(text, word).empty();
}

Message run_info(std::string_view text, const CommandContext& context) {
    const auto name = to_emoji_name(after_word(text, word));
    const auto entry = name ? context.library.find(*name) : nullptr;
    if (!entry) {
        return run_query(text, context);
    }
    auto emoji = context.catalogue.find(entry->id);
    if (!emoji) {
        return search_failed("what is known of an emoji", emoji.error(), context.language);
    }
    EmojiInfo info{std::move(*emoji), {}, {}, {}};
    look_around(info, context);
    return info_message(info, context.postable, context.language);
}

}  // namespace emojiscope::bot
