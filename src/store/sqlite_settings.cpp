#include "sqlite_settings.hpp"

#include "catalogue_rows.hpp"

#include <cstdint>

namespace emojiscope::store {

Result<UserSettings> SqliteSettings::load(std::string_view team_id,
                                          std::string_view user_id) const {
    return database_.read([&](Connection& connection) -> Result<UserSettings> {
        Query query = connection.query(
            "SELECT results, language FROM user_settings WHERE team_id = ? AND user_id = ?");
        query << team_id << user_id;
        UserSettings settings;
        if (query.next()) {
            const std::int64_t results = query.integer(0);
            if (results > 0 && static_cast<std::size_t>(results) <= most_results_chosen) {
                settings.results = static_cast<std::size_t>(results);
            }
            settings.language = query.text(1);
        }
        return settings;
    });
}

Result<void> SqliteSettings::save(std::string_view team_id, std::string_view user_id,
                                  const UserSettings& settings) {
    return database_.write(Durability::durable, [&](Connection& connection) -> Result<void> {
        Query query = connection.query(
            "INSERT OR REPLACE INTO user_settings (team_id, user_id, results, language, chosen_at)"
            " VALUES (?, ?, ?, ?, ?)");
        query << team_id << user_id << static_cast<std::int64_t>(settings.results)
              << settings.language << to_milliseconds(clock_.now());
        query.run();
        return {};
    });
}

}  // namespace emojiscope::store
