#include "thumbnail_desk.hpp"

#include "come_last.hpp"

#include "emojiscope/bot/queue_runner.hpp"
#include "emojiscope/core/text.hpp"

#include <spdlog/spdlog.h>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <utility>

namespace emojiscope::bot {
namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;
constexpr auto as_tuple = asio::as_tuple(asio::use_awaitable);

}  // namespace

ThumbnailDesk::ThumbnailDesk(asio::any_io_executor executor, const Parts& parts,
                             std::shared_ptr<slack::WebApi> api, asio::thread_pool& disk,
                             Complete complete, std::string team_id, const LiveSettings& live,
                             const ThumbnailPace& pace)
    : parts_(parts),
      api_(std::move(api)),
      disk_(disk),
      complete_(std::move(complete)),
      team_id_(std::move(team_id)),
      live_(live),
      pace_(pace),
      show_([]() -> asio::awaitable<void> { co_return; }),
      timer_(executor),
      asking_(executor) {
    asio::post(pool_, [] { come_last("the drawing of the map's thumbnail"); });
}

bool ThumbnailDesk::possible() const {
    return parts_.map != nullptr && parts_.thumbnails != nullptr;
}

bool ThumbnailDesk::enabled() const {
    return possible() && live_.now()->map_url.empty();
}

asio::awaitable<void> ThumbnailDesk::remember() {
    if (!enabled() || known_) {
        co_return;
    }
    auto kept = co_await run_on(disk_, [this] { return parts_.thumbnails->load(team_id_); });
    if (!kept) {
        spdlog::warn("the map's thumbnail: what is known of it cannot be read: {}",
                     kept.error().message);
        co_return;
    }
    kept_ = std::move(*kept);
    known_ = true;
}

HomeMap ThumbnailDesk::shown() const {
    return enabled() ? HomeMap{kept_.file_id, kept_.emoji} : HomeMap{};
}

void ThumbnailDesk::want() {
    wanted_ = parts_.clock.now();
    woken_ = true;
    timer_.cancel();
}

asio::awaitable<void> ThumbnailDesk::accepted(std::string file_id) {
    // Not for the one before, while another one is drawn or could not be.
    const bool of_last_try = kept_.drawn_at >= kept_.tried_at;
    if (file_id == kept_.file_id && of_last_try && kept_.failures > 0) {
        kept_.failures = 0;
        static_cast<void>(co_await save());  // otherwise the next one waits longer than it need
    }
}

asio::awaitable<void> ThumbnailDesk::refused(std::string file_id) {
    if (file_id.empty() || file_id != kept_.file_id) {
        co_return;
    }
    spdlog::warn("Slack does not show the map's thumbnail ({}); another one is made later",
                 file_id);
    if (kept_.old_file_id.empty()) {
        kept_.old_file_id = std::exchange(kept_.file_id, {});
    } else if (bringing_) {
        kept_.file_id.clear();  // gone at Slack, most likely; another one is on its way
    } else {
        // The one before is still there, and was shown.
        std::swap(kept_.file_id, kept_.old_file_id);
        kept_.look.clear();
    }
    kept_.failures = std::max(kept_.failures, 1);
    kept_.tried_at = parts_.clock.now();
    static_cast<void>(co_await save());
}

asio::awaitable<bool> ThumbnailDesk::save() {
    // Not within the co_await: g++ 12 would destroy it twice. So below.
    auto write = [this, kept = kept_] { return parts_.thumbnails->save(team_id_, kept); };
    const auto saved = co_await run_on(disk_, std::move(write));
    if (!saved) {
        spdlog::warn("the map's thumbnail: what is known of it cannot be kept: {}",
                     saved.error().message);
    }
    co_return saved.has_value();
}

asio::awaitable<void> ThumbnailDesk::run() {
    while (possible() && !stopping_) {
        if (!woken_) {
            co_await pause(timer_, pace_.look_every);
        }
        woken_ = false;
        try {
            co_await look();
        } catch (const std::exception& problem) {
            spdlog::error("the map's thumbnail: {}; it is tried again", one_line(problem.what()));
        }
    }
}

asio::awaitable<void> ThumbnailDesk::look() {
    const SystemTime time = parts_.clock.now();
    if (stopping_ || !enabled() || !wanted_ || time - *wanted_ > pace_.looks_on || !complete_()) {
        co_return;
    }
    co_await remember();
    if (!known_) {
        co_return;
    }
    co_await delete_old();
    if (!kept_.old_file_id.empty()) {
        co_return;  // Slack cannot be reached
    }
    auto present = co_await now();
    if (!stopping_ && present && is_due(kept_, *present, time, pace_.policy)) {
        co_await draw(std::move(*present));
    }
}

asio::awaitable<std::optional<MapNow>> ThumbnailDesk::now() {
    auto look = [this, drawn = kept_]() -> std::optional<MapNow> {
        const auto model = parts_.catalogue.model();
        if (!model) {
            spdlog::warn("the map's thumbnail: {}", model.error().message);
            return std::nullopt;
        }
        const std::string name = *model ? search::to_string(**model) : std::string();
        return map_now(parts_.library.entries(), name, drawn);
    };
    // Not where the queues are written: the list of a large workspace takes a moment.
    co_return co_await run_on(pool_, std::move(look));
}

asio::awaitable<void> ThumbnailDesk::draw(MapNow now) {
    ++kept_.failures;  // until Slack shows it
    kept_.tried_at = parts_.clock.now();
    if (!co_await save()) {
        co_return;
    }
    bringing_ = true;
    auto brought = co_await make_and_bring();
    bringing_ = false;
    if (!brought && stopping_) {
        kept_.failures = std::max(0, kept_.failures - 1);  // a stop is nobody's fault
        static_cast<void>(co_await save());
        co_return;
    }
    if (!brought) {
        spdlog::warn("the map's thumbnail: {}; it is tried again later", brought.error().message);
        co_return;
    }
    MapThumbnail next = kept_;
    next.old_file_id = std::exchange(next.file_id, *brought);
    next.emoji = now.emoji;
    next.newest = now.newest;
    next.look = std::move(now.look);
    next.drawn_at = parts_.clock.now();
    MapThumbnail before = std::exchange(kept_, std::move(next));
    if (!co_await save()) {
        // The next run would not know of it.
        kept_ = std::move(before);
        static_cast<void>(co_await drop(std::move(*brought)));
        co_return;
    }
    co_await show_();
    co_await delete_old();
}

asio::awaitable<Result<std::string>> ThumbnailDesk::make_and_bring() {
    auto picture = co_await make();
    if (!picture) {
        co_return picture.error();
    }
    co_return co_await bring(std::move(*picture));
}

asio::awaitable<Result<std::shared_ptr<const std::string>>> ThumbnailDesk::make() {
    drawing_ = std::stop_source();
    if (stopping_) {
        co_return fail(ErrorCode::cancelled, "the drawing was stopped");
    }
    asio::steady_timer limit(timer_.get_executor(), pace_.longest_drawing);
    limit.async_wait([stop = drawing_](const boost::system::error_code& ended) mutable {
        if (!ended) {
            stop.request_stop();
        }
    });
    auto draw = [this, stop = drawing_.get_token()] { return parts_.map->make_thumbnail(stop); };
    co_return co_await run_on(pool_, std::move(draw));
}

asio::awaitable<Result<std::string>> ThumbnailDesk::bring(
    std::shared_ptr<const std::string> picture) {
    auto uploaded = co_await api_->upload_file("emoji-map-small.png", std::move(picture));
    if (!uploaded) {
        co_return uploaded.error();
    }
    // Of the workspace, so in its language.
    slack::UploadedFile file{*uploaded, say(live_.now()->language, Phrase::map_title)};
    // Until it is shown it is one to be deleted: by the next run, if this one does not get there.
    kept_.old_file_id = *uploaded;
    if (!co_await save()) {
        static_cast<void>(co_await drop(*uploaded));
        co_return fail(ErrorCode::io, "what was uploaded cannot be remembered");
    }
    auto ready = co_await api_->keep_file(std::move(file));
    if (ready) {
        ready = co_await until_ready(*uploaded);
    }
    if (!ready) {
        if (!stopping_) {
            co_await delete_old();
        }
        co_return ready.error();
    }
    co_return std::move(*uploaded);
}

asio::awaitable<Result<void>> ThumbnailDesk::until_ready(std::string file_id) {
    milliseconds wait = pace_.ask_first;
    for (int i = 0; i < pace_.asks && !stopping_; ++i) {
        const auto info = co_await api_->file_info(file_id);
        if (!info && !may_pass(info.error().code)) {
            co_return info.error();
        }
        if (info && !info->mimetype.empty()) {
            co_return Result<void>{};
        }
        co_await pause(asking_, wait);
        wait *= 2;
    }
    co_return fail(ErrorCode::timeout, "Slack did not get the upload ready to be shown");
}

asio::awaitable<void> ThumbnailDesk::delete_old() {
    const std::string old = kept_.old_file_id;
    if (old.empty()) {
        co_return;
    }
    if (co_await drop(old) && kept_.old_file_id == old) {
        kept_.old_file_id.clear();
        static_cast<void>(co_await save());  // otherwise it is deleted twice
    }
}

asio::awaitable<bool> ThumbnailDesk::drop(std::string file_id) {
    auto gone = co_await api_->delete_file(file_id);
    if (!gone) {
        spdlog::warn("the map's old thumbnail {} stays at Slack: {}", file_id,
                     gone.error().message);
    }
    // What Slack refuses it will refuse again.
    co_return gone || !may_pass(gone.error().code);
}

asio::awaitable<void> ThumbnailDesk::pause(asio::steady_timer& timer, milliseconds time) {
    if (!stopping_) {
        timer.expires_after(time);
        co_await timer.async_wait(as_tuple);
    }
}

void ThumbnailDesk::stop() {
    stopping_ = true;
    drawing_.request_stop();
    timer_.cancel();
    asking_.cancel();
}

}  // namespace emojiscope::bot
