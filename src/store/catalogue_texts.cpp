#include "catalogue_rows.hpp"
#include "sqlite_catalogue.hpp"

namespace emojiscope::store {

Result<std::vector<EmojiRecord>> SqliteCatalogue::unread(std::string_view team_id,
                                                         std::string_view reader,
                                                         std::size_t most) const {
    return database_.read([&](Connection& connection) -> Result<std::vector<EmojiRecord>> {
        Query query = connection.query(
            "SELECT " EMOJISCOPE_EMOJI_COLUMNS
            " FROM emoji JOIN fingerprint ON fingerprint.emoji_id = emoji.id"
            " LEFT JOIN picture_read ON picture_read.emoji_id = emoji.id"
            "  AND picture_read.pixel_hash = emoji.pixel_hash AND picture_read.reader = ?2"
            " WHERE emoji.state = 1 AND (?1 = '' OR emoji.team_id = ?1)"
            "  AND picture_read.emoji_id IS NULL ORDER BY emoji.id LIMIT ?3");
        query << team_id << reader << static_cast<std::int64_t>(most);
        std::vector<EmojiRecord> records;
        while (query.next()) {
            records.push_back(read_emoji(query));
        }
        return records;
    });
}

Result<void> SqliteCatalogue::put_texts(EmojiId id, std::string_view pixel_hash,
                                        std::string_view reader,
                                        std::span<const search::ReadText> texts) {
    return database_.write(Durability::recoverable, [&](Connection& connection) -> Result<void> {
        {
            Query query = connection.query(
                "SELECT 1 FROM emoji WHERE id = ? AND pixel_hash = ? AND state = 1");
            query << id << pixel_hash;
            if (!query.next()) {
                return emojiscope::fail(ErrorCode::not_found,
                                        "emoji " + std::to_string(id) +
                                            " is gone, or shows another picture by now");
            }
        }
        {
            Query query = connection.query("DELETE FROM picture_read WHERE emoji_id = ?");
            query << id;
            query.run();
        }
        {
            Query query = connection.query(
                "INSERT INTO picture_read (emoji_id, pixel_hash, reader) VALUES (?, ?, ?)");
            query << id << pixel_hash << reader;
            query.run();
        }
        for (std::size_t place = 0; place < texts.size(); ++place) {
            Query query = connection.query(
                "INSERT INTO picture_text (emoji_id, place, text, confidence) VALUES (?, ?, ?, ?)");
            query << id << static_cast<std::int64_t>(place) << texts[place].text;
            query.real(texts[place].confidence);
            query.run();
        }
        return {};
    });
}

Result<void> SqliteCatalogue::for_each_text(
    std::string_view team_id,
    const std::function<void(EmojiId, std::span<const search::ReadText>)>& visit) const {
    return database_.read([&](Connection& connection) -> Result<void> {
        Query query = connection.query(
            "SELECT emoji.id, picture_text.text, picture_text.confidence FROM emoji"
            " JOIN picture_read ON picture_read.emoji_id = emoji.id"
            "  AND picture_read.pixel_hash = emoji.pixel_hash"
            " JOIN picture_text ON picture_text.emoji_id = emoji.id"
            " WHERE emoji.state = 1 AND (?1 = '' OR emoji.team_id = ?1)"
            " ORDER BY emoji.id, picture_text.place");
        query << team_id;
        EmojiId id = 0;
        std::vector<search::ReadText> texts;
        const auto tell = [&] {
            if (!texts.empty()) {
                visit(id, texts);
                texts.clear();
            }
        };
        while (query.next()) {
            if (query.integer(0) != id) {
                tell();
                id = query.integer(0);
            }
            texts.push_back({query.text(1), query.real(2)});
        }
        tell();
        return {};
    });
}

Result<std::vector<search::ReadText>> SqliteCatalogue::texts(EmojiId id) const {
    return database_.read([&](Connection& connection) -> Result<std::vector<search::ReadText>> {
        Query query = connection.query(
            "SELECT picture_text.text, picture_text.confidence FROM emoji"
            " JOIN picture_read ON picture_read.emoji_id = emoji.id"
            "  AND picture_read.pixel_hash = emoji.pixel_hash"
            " JOIN picture_text ON picture_text.emoji_id = emoji.id"
            " WHERE emoji.id = ? AND emoji.state = 1 ORDER BY picture_text.place");
        query << id;
        std::vector<search::ReadText> found;
        while (query.next()) {
            found.push_back({query.text(0), query.real(1)});
        }
        return found;
    });
}

}  // namespace emojiscope::store
