#include "map_service.hpp"

#include "emojiscope/app/engine.hpp"
#include "emojiscope/image/encode.hpp"
#include "emojiscope/image/hash.hpp"
#include "emojiscope/index/faiss_index.hpp"
#include "emojiscope/map/page.hpp"
#include "emojiscope/map/painting.hpp"

#include <spdlog/spdlog.h>

#include <chrono>

namespace emojiscope::app {
namespace {

Result<std::unique_ptr<search::VectorIndex>> new_index(int dimension) {
    auto index = index::FaissIndex::create(dimension);
    if (!index) {
        return index.error();
    }
    return std::unique_ptr<search::VectorIndex>(std::move(*index));
}

Error stopped() {
    return fail(ErrorCode::cancelled, "the map was stopped");
}

}  // namespace

map::MapSources map_sources(Engine& engine, const search::Concepts* concepts,
                            const search::Clusterer& clusterer) {
    return {engine.catalogue(), engine.duplicates(), {nullptr, concepts}, clusterer, new_index};
}

MapService::MapService(Engine& engine, std::string team_id)
    : engine_(engine), team_id_(std::move(team_id)) {}

Result<std::string> MapService::state() const {
    const auto records = engine_.catalogue().list(team_id_);
    if (!records) {
        return records.error();
    }
    std::string all;
    const auto add = [&](const std::string& text) { all.append(text).push_back('\0'); };
    for (const EmojiRecord& record : *records) {
        if (record.state == EmojiState::ready) {
            add(record.name);
            add(record.pixel_hash);
            for (const std::string& alias : record.aliases) {
                add(alias);
            }
        }
    }
    auto read = engine_.catalogue().for_each_text(
        team_id_, [&](EmojiId id, std::span<const search::ReadText> texts) {
            add(std::to_string(id));
            for (const search::ReadText& text : texts) {
                add(text.text);
            }
        });
    if (!read) {
        return read.error();
    }
    return image::sha256_hex({reinterpret_cast<const std::uint8_t*>(all.data()), all.size()});
}

bool MapService::is_ready() {
    const auto now = state();
    const std::lock_guard lock(kept_mutex_);
    return now && kept_ && *now == kept_state_;
}

Result<std::shared_ptr<const bot::MapFiles>> MapService::make(const std::stop_token& stop) {
    const std::lock_guard one_at_a_time(making_);
    auto now = state();
    if (!now) {
        return now.error();
    }
    {
        const std::lock_guard lock(kept_mutex_);
        if (kept_ && *now == kept_state_) {
            return kept_;
        }
    }
    auto drawn = draw(stop);
    if (drawn) {
        const std::lock_guard lock(kept_mutex_);
        kept_state_ = std::move(*now);
        kept_ = *drawn;
    }
    return drawn;
}

Result<std::shared_ptr<const bot::MapFiles>> MapService::draw(const std::stop_token& stop) {
    const auto begin = std::chrono::steady_clock::now();
    map::MapOptions options;
    options.layout.threads = 1;  // the other cores are for whoever waits for an answer
    options.layout.stop = stop;
    const search::Language& language = engine_.library().language();
    auto map =
        map::make_map(map_sources(engine_, language.concepts, clusterer_), team_id_, options);
    if (!map) {
        return map.error();
    }
    if (map->emoji.empty()) {
        return fail(ErrorCode::not_found, "there are no emoji to draw a map of");
    }
    const auto picture = [&](std::size_t i) {
        return stop.stop_requested() ? std::nullopt
                                     : map::small_picture(engine_.catalogue(), map->emoji[i].id);
    };
    Result<std::string> page = std::string();
    if (map::can_make_pages()) {
        page = map::make_page(*map, {}, picture);
    }
    if (!page) {
        return page.error();
    }
    const auto painting = map::paint_map(*map, {}, picture);
    if (!painting) {
        return painting.error();
    }
    const auto png = image::encode_png(*painting);
    if (!png) {
        return png.error();
    }
    if (stop.stop_requested()) {
        return stopped();  // some pictures are missing
    }
    auto files = std::make_shared<bot::MapFiles>();
    files->emoji = map->emoji.size();
    for (const map::MapCluster& cluster : map->clusters) {
        files->clusters.push_back(cluster.label);
    }
    files->picture.assign(png->begin(), png->end());
    files->page = std::move(*page);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    spdlog::info("the map of {} emoji was drawn in {:.1f} s", files->emoji, took.count());
    return std::shared_ptr<const bot::MapFiles>(std::move(files));
}

}  // namespace emojiscope::app
