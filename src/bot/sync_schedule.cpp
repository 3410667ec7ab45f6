#include "emojiscope/bot/sync_schedule.hpp"

#include "emojiscope/bot/bot_observer.hpp"
#include "emojiscope/bot/queue_runner.hpp"
#include "emojiscope/bot/unannounced.hpp"

#include <spdlog/spdlog.h>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace emojiscope::bot {
namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;
using std::chrono::steady_clock;
constexpr auto as_tuple = asio::as_tuple(asio::use_awaitable);

/// Until somebody asks.
constexpr std::chrono::hours not_yet{24 * 365};

/// Failed pictures named in the log; the rest are counted.
constexpr std::size_t problems_named = 5;

void log_report(const SyncReport& report) {
    spdlog::info("sync: {} names listed, {} pictures learnt ({} embedded), {} removed, {} failed",
                 report.listed, report.learnt, report.embedded, report.removed, report.failed);
    for (std::size_t i = 0; i < std::min(problems_named, report.problems.size()); ++i) {
        spdlog::warn("sync: {}", report.problems[i]);
    }
}

}  // namespace

SyncSchedule::SyncSchedule(asio::any_io_executor executor, WorkspaceKeeper& keeper,
                           const Memory& memory, const Clock& clock, asio::thread_pool& disk,
                           const BotOptions& options, const LiveSettings& live,
                           OnCompared on_compared)
    : executor_(std::move(executor)),
      keeper_(keeper),
      memory_(memory),
      clock_(clock),
      disk_(disk),
      options_(options),
      live_(live),
      on_compared_(std::move(on_compared)),
      timer_(executor_) {}

void SyncSchedule::ask() {
    asked_ = true;
    timer_.cancel();
}

void SyncSchedule::interval_changed() {
    if (resting_) {
        timer_.cancel();
    }
}

void SyncSchedule::stop() {
    stopping_ = true;
    keeper_.stop();
    timer_.cancel();
}

asio::awaitable<void> SyncSchedule::pause(milliseconds time) {
    timer_.expires_after(time);
    co_await timer_.async_wait(as_tuple);
}

asio::awaitable<void> SyncSchedule::rest(bool ever) {
    const auto since = steady_clock::now();
    resting_ = true;
    while (!asked_ && !stopping_) {
        const milliseconds length = ever ? live_.now()->resync_every : milliseconds{not_yet};
        const auto left = std::chrono::ceil<milliseconds>(since + length - steady_clock::now());
        if (left <= milliseconds::zero()) {
            break;
        }
        co_await pause(left);
    }
    resting_ = false;
}

asio::awaitable<void> SyncSchedule::pause_after_failure() {
    const milliseconds delay = retry_delay(failures_++);
    co_await pause(delay);
    asked_ = true;
}

asio::awaitable<void> SyncSchedule::remember() {
    auto known = co_await run_on(disk_, [this] { return memory_.first_sync_done(); });
    first_done_ = known && *known;
}

asio::awaitable<void> SyncSchedule::run() {
    bool ever = false;
    while (!stopping_) {
        if (!asked_) {
            co_await rest(ever);
            if (stopping_) {
                co_return;
            }
        }
        if ((ever || failures_ > 0) && asked_) {
            asio::steady_timer gather(executor_, options_.resync_delay);
            co_await gather.async_wait(as_tuple);
            if (stopping_) {
                co_return;
            }
        }
        asked_ = false;
        if (co_await compare_once()) {
            ever = true;
        }
    }
}

asio::awaitable<bool> SyncSchedule::compare_once() {
    WorkspaceKeeper::OnUploads on_uploads;
    if (first_done_) {
        // What the first comparison learns is the workspace as it was, and no upload.
        on_uploads = [this](std::span<const search::SourceEmoji> uploads) {
            return note_unannounced(memory_.unannounced, uploads, clock_.now());
        };
    }
    ++begun_;
    const auto began = std::chrono::steady_clock::now();
    auto report = co_await keeper_.sync({}, std::move(on_uploads));
    if (stopping_) {
        co_return false;
    }
    if (!report) {
        if (options_.observer != nullptr) {
            options_.observer->sync_failed(report.error().code);
        }
        // Slack, or the way to it, mends itself; a disk or a database does not.
        const auto level = may_pass(report.error().code) ? spdlog::level::warn : spdlog::level::err;
        spdlog::log(level, "sync: {}; trying again", report.error().message);
        co_await pause_after_failure();
        co_return false;
    }
    log_report(*report);
    if (options_.observer != nullptr) {
        options_.observer->synced(*report, std::chrono::steady_clock::now() - began);
    }
    if (report->unsaved > 0) {
        spdlog::error("sync: {} pictures could not be stored; trying again", report->unsaved);
        co_await pause_after_failure();
        co_return false;
    }
    failures_ = 0;
    if (!first_done_) {
        co_await note_first();
    }
    co_await on_compared_(std::move(*report));
    co_return true;
}

asio::awaitable<void> SyncSchedule::note_first() {
    auto noted = co_await run_on(disk_, [this] { return memory_.remember_first_sync(); });
    if (!noted) {
        spdlog::error("the first sync cannot be noted: {}; the next start takes its own for it",
                      noted.error().message);
    }
    first_done_ = true;
}

}  // namespace emojiscope::bot
