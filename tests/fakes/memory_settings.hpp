// Fake of SettingsBook: in memory.
#pragma once

#include "emojiscope/core/user_settings.hpp"

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

namespace emojiscope::fakes {

/// Safe from any thread.
class MemorySettings final : public SettingsBook {
public:
    [[nodiscard]] Result<UserSettings> load(std::string_view team_id,
                                            std::string_view user_id) const override {
        const std::lock_guard lock(mutex_);
        if (failure) {
            return *failure;
        }
        const auto found = chosen_.find({std::string(team_id), std::string(user_id)});
        return found == chosen_.end() ? UserSettings{} : found->second;
    }
    [[nodiscard]] Result<void> save(std::string_view team_id, std::string_view user_id,
                                    const UserSettings& settings) override {
        const std::lock_guard lock(mutex_);
        if (failure) {
            return *failure;
        }
        chosen_[{std::string(team_id), std::string(user_id)}] = settings;
        return {};
    }

    std::optional<Error> failure;  ///< of every call; set while nobody calls

private:
    mutable std::mutex mutex_;
    std::map<std::pair<std::string, std::string>, UserSettings> chosen_;
};

}  // namespace emojiscope::fakes
