// Fake of ThumbnailBook: in memory.
#pragma once

#include "emojiscope/core/map_thumbnail.hpp"

#include <map>
#include <mutex>
#include <optional>
#include <string>

namespace emojiscope::fakes {

/// Safe from any thread.
class MemoryThumbnails final : public ThumbnailBook {
public:
    [[nodiscard]] Result<MapThumbnail> load(std::string_view team_id) const override {
        const std::lock_guard lock(mutex_);
        if (failure) {
            return *failure;
        }
        const auto found = kept_.find(team_id);
        return found == kept_.end() ? MapThumbnail{} : found->second;
    }
    [[nodiscard]] Result<void> save(std::string_view team_id,
                                    const MapThumbnail& thumbnail) override {
        const std::lock_guard lock(mutex_);
        if (failure) {
            return *failure;
        }
        kept_.insert_or_assign(std::string(team_id), thumbnail);
        return {};
    }

    std::optional<Error> failure;  ///< of every call; set while nobody calls

private:
    mutable std::mutex mutex_;
    std::map<std::string, MapThumbnail, std::less<>> kept_;
};

}  // namespace emojiscope::fakes
