#include "map_service.hpp"

#include "new_index.hpp"

#include "emojiscope/app/engine.hpp"
#include "emojiscope/image/encode.hpp"
#include "emojiscope/image/hash.hpp"
#include "emojiscope/map/page.hpp"

#include <spdlog/spdlog.h>

#include <chrono>
#include <span>
#include <string_view>
#include <vector>

namespace emojiscope::app {
namespace {

constexpr int thumbnail_width = 720;
constexpr int thumbnail_height = 480;

/// Texts one after another, so that no two lists of texts look the same.
class Summary {
public:
    void add(std::string_view text) {
        text_.append(std::to_string(text.size())).append(":").append(text);
    }
    void add(const std::vector<std::string>& texts) {
        add(std::to_string(texts.size()));
        for (const std::string& text : texts) {
            add(text);
        }
    }
    [[nodiscard]] std::string hash() const {
        return image::sha256_hex(
            {reinterpret_cast<const std::uint8_t*>(text_.data()), text_.size()});
    }

private:
    std::string text_;
};

}  // namespace

map::MapSources map_sources(Engine& engine, const search::Concepts* concepts,
                            const search::Clusterer& clusterer) {
    return {engine.catalogue(), engine.duplicates(), {nullptr, concepts}, clusterer, new_index};
}

MapService::MapService(map::MapSources sources, const search::DuplicateVerdicts& verdicts,
                       std::string team_id)
    : sources_(std::move(sources)), verdicts_(verdicts), team_id_(std::move(team_id)) {}

/// Grows with every picture that is learnt, be it one that was there already: its vectors and its
/// small copy may have changed.
Result<std::int64_t> MapService::pictures_seen() {
    const std::lock_guard lock(kept_mutex_);
    const auto seen = sources_.catalogue.for_each_fingerprint(
        team_id_, pictures_seen_, [](EmojiId /*id*/, std::span<const float> /*descriptors*/) {});
    if (seen) {
        pictures_seen_ = *seen;
    }
    return seen;
}

Result<std::string> MapService::state() {
    Summary all;
    const auto model = sources_.catalogue.model();
    if (!model) {
        return model.error();
    }
    all.add(*model ? to_string(**model) : "");
    const auto seen = pictures_seen();
    if (!seen) {
        return seen.error();
    }
    all.add(std::to_string(*seen));
    const auto verdicts = verdicts_.pairs();
    if (!verdicts) {
        return verdicts.error();
    }
    all.add(std::to_string(*verdicts));
    const auto records = sources_.catalogue.list(team_id_);
    if (!records) {
        return records.error();
    }
    for (const EmojiRecord& record : *records) {
        if (record.state == EmojiState::ready) {
            all.add(std::to_string(record.id));
            all.add(record.name);
            all.add(record.pixel_hash);
            all.add(std::to_string(record.frame_count));
            all.add(record.aliases);
        }
    }
    auto read = sources_.catalogue.for_each_text(
        team_id_, [&](EmojiId id, std::span<const search::ReadText> texts) {
            all.add(std::to_string(id));
            std::vector<std::string> words;
            for (const search::ReadText& text : texts) {
                words.push_back(text.text);
            }
            all.add(words);
        });
    if (!read) {
        return read.error();
    }
    return all.hash();
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
    auto drawn = draw(*now, stop);
    if (drawn) {
        const std::lock_guard lock(kept_mutex_);
        kept_state_ = std::move(*now);
        kept_ = *drawn;
    }
    return drawn;
}

Result<std::shared_ptr<const std::string>> MapService::make_thumbnail(const std::stop_token& stop) {
    const std::lock_guard one_at_a_time(making_);
    const auto now = state();
    if (!now) {
        return now.error();
    }
    const auto map = lay_out(*now, stop);
    if (!map) {
        return map.error();
    }
    map::PaintingOptions options;
    options.width = thumbnail_width;
    options.height = thumbnail_height;
    options.names = false;
    options.stop = stop;
    auto png = paint(**map, options);
    if (!png) {
        return png.error();
    }
    return std::make_shared<const std::string>(std::move(*png));
}

Result<std::shared_ptr<const map::EmojiMap>> MapService::lay_out(const std::string& state,
                                                                 const std::stop_token& stop) {
    if (laid_out_ && laid_out_state_ == state) {
        return laid_out_;
    }
    const auto begin = std::chrono::steady_clock::now();
    map::MapOptions options;
    options.layout.threads = 1;  // the other cores are for whoever waits for an answer
    options.layout.stop = stop;
    auto map = map::make_map(sources_, team_id_, options);
    if (!map) {
        return map.error();
    }
    if (map->emoji.empty()) {
        return fail(ErrorCode::not_found, "there are no emoji to draw a map of");
    }
    laid_out_ = std::make_shared<const map::EmojiMap>(std::move(*map));
    laid_out_state_ = state;
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    spdlog::info("the map of {} emoji was laid out in {:.1f} s", laid_out_->emoji.size(),
                 took.count());
    return laid_out_;
}

Result<std::string> MapService::paint(const map::EmojiMap& map,
                                      const map::PaintingOptions& options) const {
    const auto painting = map::paint_map(map, options, [&](std::size_t i) {
        return map::small_picture(sources_.catalogue, map.emoji[i].id);
    });
    if (!painting) {
        return painting.error();
    }
    const auto png = image::encode_png(*painting);
    if (!png) {
        return png.error();
    }
    return std::string(png->begin(), png->end());
}

Result<std::shared_ptr<const bot::MapFiles>> MapService::draw(const std::string& state,
                                                              const std::stop_token& stop) {
    const auto begin = std::chrono::steady_clock::now();
    const auto map = lay_out(state, stop);
    if (!map) {
        return map.error();
    }
    const map::EmojiMap& drawn = **map;
    Result<std::string> page = std::string();
    if (map::can_make_pages()) {
        map::PageOptions page_options;
        page_options.stop = stop;
        page = map::make_page(drawn, page_options, [&](std::size_t i) {
            return map::small_picture(sources_.catalogue, drawn.emoji[i].id);
        });
    }
    if (!page) {
        return page.error();
    }
    map::PaintingOptions painting_options;
    painting_options.stop = stop;
    auto png = paint(drawn, painting_options);
    if (!png) {
        return png.error();
    }
    auto files = std::make_shared<bot::MapFiles>();
    files->emoji = drawn.emoji.size();
    for (const map::MapCluster& cluster : drawn.clusters) {
        files->clusters.push_back(cluster.label);
    }
    files->picture = std::move(*png);
    files->page = std::move(*page);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    spdlog::info("the map of {} emoji was drawn in {:.1f} s", files->emoji, took.count());
    return std::shared_ptr<const bot::MapFiles>(std::move(files));
}

}  // namespace emojiscope::app
