// The bot's maps: made by the room map of what the engine knows, and kept until something changes.
#pragma once

#include "emojiscope/bot/map_maker.hpp"
#include "emojiscope/index/faiss_clusterer.hpp"
#include "emojiscope/map/emoji_map.hpp"

#include <memory>
#include <mutex>
#include <string>

namespace emojiscope::app {

class Engine;

/// What a map is made from. The engine and the clusterer must outlive it.
[[nodiscard]] map::MapSources map_sources(Engine& engine, const search::Concepts* concepts,
                                          const search::Clusterer& clusterer);

/// Safe from any thread; one map is made at a time. Keeps the last one in memory (some 15 MB for
/// 5,000 emoji). The engine, opened with its model, must outlive it.
class MapService final : public bot::MapMaker {
public:
    /// `team_id`: the workspace that is drawn.
    MapService(Engine& engine, std::string team_id);

    [[nodiscard]] Result<std::shared_ptr<const bot::MapFiles>> make(
        const std::stop_token& stop) override;
    [[nodiscard]] bool is_ready() override;

private:
    /// Differs as soon as the map would: names, pictures and words of all emoji.
    [[nodiscard]] Result<std::string> state() const;
    [[nodiscard]] Result<std::shared_ptr<const bot::MapFiles>> draw(const std::stop_token& stop);

    Engine& engine_;
    std::string team_id_;
    index::FaissClusterer clusterer_;
    std::mutex making_;
    std::mutex kept_mutex_;  ///< of what follows
    std::string kept_state_;
    std::shared_ptr<const bot::MapFiles> kept_;
};

}  // namespace emojiscope::app
