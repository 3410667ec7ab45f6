#include "fakes/memory_catalogue.hpp"

namespace emojiscope::fakes {

bool MemoryCatalogue::is_read(const Stored& stored) {
    return stored.record.state == EmojiState::ready && !stored.reader.empty() &&
           stored.read_pixels == stored.record.pixel_hash;
}

Result<std::vector<EmojiRecord>> MemoryCatalogue::unread(std::string_view team_id,
                                                         std::string_view reader,
                                                         std::size_t most) const {
    const std::lock_guard lock(mutex_);
    std::vector<EmojiRecord> found;
    for (const auto& [id, stored] : emoji_) {
        const bool wanted = stored.record.state == EmojiState::ready &&
                            stored.record.fingerprinted &&
                            !(is_read(stored) && stored.reader == reader) &&
                            (team_id.empty() || stored.record.team_id == team_id);
        if (wanted && found.size() < most) {
            found.push_back(stored.record);
        }
    }
    return found;
}

Result<void> MemoryCatalogue::put_texts(EmojiId id, std::string_view pixel_hash,
                                        std::string_view reader,
                                        std::span<const search::ReadText> texts) {
    const std::lock_guard lock(mutex_);
    const auto found = emoji_.find(id);
    if (found == emoji_.end() || found->second.record.state != EmojiState::ready ||
        found->second.record.pixel_hash != pixel_hash) {
        return emojiscope::fail(ErrorCode::not_found,
                                "emoji " + std::to_string(id) +
                                    " is gone, or shows another picture by now");
    }
    Stored& stored = found->second;
    stored.read_pixels = pixel_hash;
    stored.reader = reader;
    stored.texts.assign(texts.begin(), texts.end());
    return {};
}

Result<void> MemoryCatalogue::for_each_text(
    std::string_view team_id,
    const std::function<void(EmojiId, std::span<const search::ReadText>)>& visit) const {
    std::map<EmojiId, std::vector<search::ReadText>> rows;
    {
        const std::lock_guard lock(mutex_);  // not while visiting: the visitor may ask back
        for (const auto& [id, stored] : emoji_) {
            if (is_read(stored) && !stored.texts.empty() &&
                (team_id.empty() || stored.record.team_id == team_id)) {
                rows.emplace(id, stored.texts);
            }
        }
    }
    for (const auto& [id, texts] : rows) {
        visit(id, texts);
    }
    return {};
}

Result<std::vector<search::ReadText>> MemoryCatalogue::texts(EmojiId id) const {
    const std::lock_guard lock(mutex_);
    const auto found = emoji_.find(id);
    return found != emoji_.end() && is_read(found->second) ? found->second.texts
                                                           : std::vector<search::ReadText>{};
}

}  // namespace emojiscope::fakes
