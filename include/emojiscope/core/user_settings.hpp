// Port: what people chose for themselves.
#pragma once

#include "emojiscope/core/error.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace emojiscope {

/// Emoji in an answer, whoever chooses; what is stored beyond that was not written by us.
inline constexpr std::size_t most_results_chosen = 20;

struct UserSettings {
    /// Emoji in an answer, at most most_results_chosen; 0: as many as the workspace has it.
    std::size_t results = 0;
    std::string language;     ///< "en", "ja"; empty: as Slack says

    friend bool operator==(const UserSettings&, const UserSettings&) = default;
};

/// Kept for good. Blocking; safe from any thread. Errors: of the disk.
class SettingsBook {
public:
    virtual ~SettingsBook() = default;

    /// Of somebody who never chose anything: as a fresh UserSettings.
    [[nodiscard]] virtual Result<UserSettings> load(std::string_view team_id,
                                                    std::string_view user_id) const = 0;
    [[nodiscard]] virtual Result<void> save(std::string_view team_id, std::string_view user_id,
                                            const UserSettings& settings) = 0;
};

}  // namespace emojiscope
