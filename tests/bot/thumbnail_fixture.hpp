// What the tests of Home and of the map's thumbnail share.
#pragma once

#include "emojiscope/bot/map_maker.hpp"
#include "emojiscope/bot/parts.hpp"

#include "fakes/memory_thumbnails.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

namespace emojiscope::bot {

/// Makes thumbnails and no maps.
class FakeThumbnailMaker final : public MapMaker {
public:
    Result<std::shared_ptr<const MapFiles>> make(const std::stop_token&) override {
        return fail(ErrorCode::unsupported, "thumbnails only");
    }
    Result<std::shared_ptr<const std::string>> make_thumbnail(
        const std::stop_token& stop) override {
        niceness = ::getpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()));
        ++made;
        on_make(stop);
        if (stop.stop_requested()) {
            return fail(ErrorCode::cancelled, "stopped");
        }
        if (failure) {
            return *failure;
        }
        return std::make_shared<const std::string>("small PNG");
    }
    bool is_ready() override { return false; }

    std::atomic<int> made{0};
    std::atomic<int> niceness{0};
    /// On the thread that draws; these are set while nothing is drawn.
    std::function<void(const std::stop_token&)> on_make = [](const std::stop_token&) {};
    std::optional<Error> failure;
};

/// As an earlier run remembered it.
inline MapThumbnail thumbnail_of(const std::string& file_id) {
    MapThumbnail thumbnail;
    thumbnail.file_id = file_id;
    thumbnail.emoji = 3;
    return thumbnail;
}

inline Parts with_thumbnails(Parts parts, MapMaker& maker, ThumbnailBook& book) {
    parts.map = &maker;
    parts.thumbnails = &book;
    return parts;
}

}  // namespace emojiscope::bot
