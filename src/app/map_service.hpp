// The bot's maps: made by the room map of what the engine knows, and kept until something changes.
#pragma once

#include "emojiscope/bot/map_maker.hpp"
#include "emojiscope/map/emoji_map.hpp"
#include "emojiscope/search/duplicate_verdicts.hpp"

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

namespace emojiscope::app {

class Engine;

/// What a map is made from. The engine and the clusterer must outlive it.
[[nodiscard]] map::MapSources map_sources(Engine& engine, const search::Concepts* concepts,
                                          const search::Clusterer& clusterer);

/// Safe from any thread; one map is made at a time, on the calling thread alone. Keeps the last one
/// in memory (some 15 MB for 5,000 emoji). What it refers to must outlive it.
class MapService final : public bot::MapMaker {
public:
    /// `verdicts`: which duplicates are none. `team_id`: the workspace that is drawn.
    MapService(map::MapSources sources, const search::DuplicateVerdicts& verdicts,
               std::string team_id);

    [[nodiscard]] Result<std::shared_ptr<const bot::MapFiles>> make(
        const std::stop_token& stop) override;
    [[nodiscard]] bool is_ready() override;

private:
    /// Differs as soon as the map would.
    [[nodiscard]] Result<std::string> state();
    [[nodiscard]] Result<std::int64_t> pictures_seen();
    [[nodiscard]] Result<std::shared_ptr<const bot::MapFiles>> draw(const std::stop_token& stop);

    map::MapSources sources_;
    const search::DuplicateVerdicts& verdicts_;
    std::string team_id_;
    std::mutex making_;
    std::mutex kept_mutex_;           ///< of what follows
    std::int64_t pictures_seen_ = 0;  ///< the moment of the newest picture
    std::string kept_state_;
    std::shared_ptr<const bot::MapFiles> kept_;
};

}  // namespace emojiscope::app
