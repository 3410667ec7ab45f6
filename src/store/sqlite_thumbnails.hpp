// What is remembered of the map's small picture, in SQLite.
#pragma once

#include "database.hpp"

#include "emojiscope/core/map_thumbnail.hpp"

namespace emojiscope::store {

class SqliteThumbnails final : public ThumbnailBook {
public:
    /// Must outlive it.
    explicit SqliteThumbnails(Database& database) : database_(database) {}

    [[nodiscard]] Result<MapThumbnail> load(std::string_view team_id) const override;
    [[nodiscard]] Result<void> save(std::string_view team_id,
                                    const MapThumbnail& thumbnail) override;

private:
    Database& database_;
};

}  // namespace emojiscope::store
