#include "sqlite_verdicts.hpp"

#include "catalogue_rows.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace emojiscope::store {
namespace {

Error gone(EmojiId id) {
    return fail(ErrorCode::not_found, "there is no emoji with the number " + std::to_string(id));
}

}  // namespace

Result<void> SqliteVerdicts::say_not_duplicates(EmojiId one, EmojiId other,
                                                std::string_view user) {
    return database_.write(Durability::durable, [&](Connection& connection) -> Result<void> {
        const auto [low, high] = std::minmax(one, other);
        const auto first = load_emoji(connection, low);
        const auto second = load_emoji(connection, high);
        if (!first || !second) {
            return gone(first ? high : low);
        }
        const auto [low_pixels, high_pixels] = std::minmax(first->pixel_hash, second->pixel_hash);
        Query query = connection.query(
            "INSERT OR REPLACE INTO not_duplicate (team_id, first_id, second_id, first_pixels,"
            " second_pixels, said_by, said_at) VALUES (?, ?, ?, ?, ?, ?, ?)");
        query << first->team_id << low << high << low_pixels << high_pixels << user
              << to_milliseconds(clock_.now());
        query.run();
        return {};
    });
}

Result<bool> SqliteVerdicts::not_duplicates(const EmojiRecord& one,
                                            const EmojiRecord& other) const {
    return database_.read([&](Connection& connection) -> Result<bool> {
        const auto [low, high] = std::minmax(one.id, other.id);
        const auto [low_pixels, high_pixels] = std::minmax(one.pixel_hash, other.pixel_hash);
        // It was said of two pictures: an emoji that shows another one by now is not meant. Of two
        // emoji with the same pixels only the ids can tell which two were.
        Query query = connection.query(
            "SELECT 1 FROM not_duplicate WHERE first_id = ?1 AND second_id = ?2"
            " AND first_pixels = ?4 AND second_pixels = ?5"
            " UNION ALL "
            "SELECT 1 FROM not_duplicate WHERE team_id = ?3 AND first_pixels = ?4"
            " AND second_pixels = ?5 AND first_pixels <> second_pixels AND first_pixels <> ''");
        query << low << high << one.team_id << low_pixels << high_pixels;
        return query.next();
    });
}

Result<std::size_t> SqliteVerdicts::pairs() const {
    return database_.read([&](Connection& connection) -> Result<std::size_t> {
        Query query = connection.query("SELECT count(*) FROM not_duplicate");
        return query.next() ? static_cast<std::size_t>(query.integer(0)) : std::size_t{0};
    });
}

Result<void> SqliteVerdicts::mute(EmojiId id, std::string_view user) {
    return database_.write(Durability::durable, [&](Connection& connection) -> Result<void> {
        if (!load_emoji(connection, id)) {
            return gone(id);
        }
        Query query = connection.query(
            "INSERT OR IGNORE INTO muted_emoji (emoji_id, said_by, said_at) VALUES (?, ?, ?)");
        query << id << user << to_milliseconds(clock_.now());
        query.run();
        return {};
    });
}

Result<bool> SqliteVerdicts::muted(EmojiId id) const {
    return database_.read([&](Connection& connection) -> Result<bool> {
        Query query = connection.query("SELECT 1 FROM muted_emoji WHERE emoji_id = ?");
        query << id;
        return query.next();
    });
}

}  // namespace emojiscope::store
