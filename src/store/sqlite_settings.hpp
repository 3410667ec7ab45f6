// What people chose, in SQLite.
#pragma once

#include "database.hpp"

#include "emojiscope/core/clock.hpp"
#include "emojiscope/core/user_settings.hpp"

namespace emojiscope::store {

class SqliteSettings final : public SettingsBook {
public:
    /// Both must outlive it.
    SqliteSettings(Database& database, const Clock& clock) : database_(database), clock_(clock) {}

    [[nodiscard]] Result<UserSettings> load(std::string_view team_id,
                                            std::string_view user_id) const override;
    [[nodiscard]] Result<void> save(std::string_view team_id, std::string_view user_id,
                                    const UserSettings& settings) override;

private:
    Database& database_;
    const Clock& clock_;
};

}  // namespace emojiscope::store
