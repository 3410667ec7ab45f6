// The bot's maps: made by the room map of what the engine knows, and kept until something changes.
#pragma once

#include "emojiscope/bot/map_maker.hpp"
#include "emojiscope/map/emoji_map.hpp"
#include "emojiscope/map/painting.hpp"
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

/// Safe from any thread; one map is made at a time, on the calling thread alone. Keeps the last
/// files in memory (some 15 MB for 5,000 emoji), and the last layout (some 2 MB). What it refers to
/// must outlive it.
class MapService final : public bot::MapMaker {
public:
    /// `verdicts`: which duplicates are none. `team_id`: the workspace that is drawn.
    MapService(map::MapSources sources, const search::DuplicateVerdicts& verdicts,
               std::string team_id);

    [[nodiscard]] Result<std::shared_ptr<const bot::MapFiles>> make(
        const std::stop_token& stop) override;
    [[nodiscard]] Result<std::shared_ptr<const std::string>> make_thumbnail(
        const std::stop_token& stop) override;
    [[nodiscard]] bool is_ready() override;

private:
    /// Differs as soon as the map would.
    [[nodiscard]] Result<std::string> state();
    [[nodiscard]] Result<std::int64_t> pictures_seen();
    /// The map as it lies at `state`; by whoever holds `making_`.
    [[nodiscard]] Result<std::shared_ptr<const map::EmojiMap>> lay_out(const std::string& state,
                                                                       const std::stop_token& stop);
    [[nodiscard]] Result<std::shared_ptr<const bot::MapFiles>> draw(const std::string& state,
                                                                    const std::stop_token& stop);
    [[nodiscard]] Result<std::string> paint(const map::EmojiMap& map,
                                            const map::PaintingOptions& options) const;

    map::MapSources sources_;
    const search::DuplicateVerdicts& verdicts_;
    std::string team_id_;
    std::mutex making_;  ///< and of what follows
    std::string laid_out_state_;
    std::shared_ptr<const map::EmojiMap> laid_out_;
    std::mutex kept_mutex_;           ///< of what follows
    std::int64_t pictures_seen_ = 0;  ///< the moment of the newest picture
    std::string kept_state_;
    std::shared_ptr<const bot::MapFiles> kept_;
};

}  // namespace emojiscope::app
