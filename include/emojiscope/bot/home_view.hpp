// The Home tab as Block Kit: what is known of all emoji, and what a person may choose. Pure.
#pragma once

#include "emojiscope/bot/wording.hpp"
#include "emojiscope/core/emoji.hpp"
#include "emojiscope/core/user_settings.hpp"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace emojiscope::bot {

/// Whatever can be used at Home begins so.
inline constexpr std::string_view action_home_prefix = "home.";
/// The menus; their values are read by `chosen_in`.
inline constexpr std::string_view action_home_results = "home.results";
inline constexpr std::string_view action_home_language = "home.language";
/// Opens a web page and asks nothing of the bot.
inline constexpr std::string_view action_home_map = "home.map";

inline constexpr std::size_t most_newest_at_home = 8;
inline constexpr std::size_t most_pairs_at_home = 5;

/// The same for everybody.
struct HomeFacts {
    std::size_t emoji = 0;
    std::size_t more_names = 0;       ///< aliases
    std::vector<std::string> newest;  ///< names, newest first
    std::optional<std::size_t>
        duplicates;  ///< pictures that are there more than once, once counted
    std::vector<std::pair<std::string, std::string>> similar;  ///< names, most alike first
    std::size_t similar_among = 0;  ///< of the newest only that many were compared; 0: all
};

/// Fewer lie anywhere on a map, which says nothing then.
inline constexpr std::size_t least_emoji_on_thumbnail = 3;

/// The thumbnail of the map.
struct HomeMap {
    std::string file_id;    ///< of Slack, which shows it; empty: there is none
    std::size_t emoji = 0;  ///< how many are on it
};

/// What surrounds the settings of one person.
struct HomeFrame {
    Language language = Language::english;
    std::size_t usual_results = 8;
    std::string map_url;     ///< empty: there is none
    bool draws_maps = true;  ///< whether `/emoji map` gives one
    HomeMap map{};
};

[[nodiscard]] nlohmann::json home_view(const HomeFacts& facts, const UserSettings& settings,
                                       const HomeFrame& frame);

/// `settings` with what was chosen in a menu; nothing if that is not offered there.
[[nodiscard]] std::optional<UserSettings> chosen_in(std::string_view action_id,
                                                    std::string_view value, UserSettings settings);

}  // namespace emojiscope::bot
