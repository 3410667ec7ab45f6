#include "sqlite_thumbnails.hpp"

#include "catalogue_rows.hpp"

#include <algorithm>
#include <cstdint>

namespace emojiscope::store {
namespace {

/// The pause between two tries grows no more long before this.
constexpr int most_failures = 1000;

}  // namespace

Result<MapThumbnail> SqliteThumbnails::load(std::string_view team_id) const {
    return database_.read([&](Connection& connection) -> Result<MapThumbnail> {
        Query query = connection.query(
            "SELECT file_id, old_file_id, emoji, newest, look, drawn_at, tried_at, failures"
            " FROM map_thumbnail WHERE team_id = ?");
        query << team_id;
        MapThumbnail thumbnail;
        if (query.next()) {
            thumbnail.file_id = query.text(0);
            thumbnail.old_file_id = query.text(1);
            thumbnail.emoji = static_cast<std::size_t>(std::max<std::int64_t>(0, query.integer(2)));
            thumbnail.newest = query.integer(3);
            thumbnail.look = query.text(4);
            thumbnail.drawn_at = to_time(query.integer(5));
            thumbnail.tried_at = to_time(query.integer(6));
            thumbnail.failures = std::clamp(query.small(7), 0, most_failures);
        }
        return thumbnail;
    });
}

Result<void> SqliteThumbnails::save(std::string_view team_id, const MapThumbnail& thumbnail) {
    return database_.write(Durability::durable, [&](Connection& connection) -> Result<void> {
        Query query = connection.query(
            "INSERT OR REPLACE INTO map_thumbnail (team_id, file_id, old_file_id, emoji, newest,"
            " look, drawn_at, tried_at, failures) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
        query << team_id << thumbnail.file_id << thumbnail.old_file_id
              << static_cast<std::int64_t>(thumbnail.emoji) << thumbnail.newest << thumbnail.look
              << to_milliseconds(thumbnail.drawn_at) << to_milliseconds(thumbnail.tried_at)
              << static_cast<std::int64_t>(thumbnail.failures);
        query.run();
        return {};
    });
}

}  // namespace emojiscope::store
