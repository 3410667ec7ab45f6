#include "commands.hpp"

#include "read_texts.hpp"
#include "slack_link.hpp"

#include "emojiscope/app/engine.hpp"
#include "emojiscope/app/progress.hpp"
#include "emojiscope/bot/unannounced.hpp"
#include "emojiscope/bot/workspace_keeper.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/signal_set.hpp>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <optional>

namespace emojiscope::app {
namespace {

namespace asio = boost::asio;

int summarise(const bot::SyncReport& report_of, double seconds, bool stopped) {
    for (const std::string& problem : report_of.problems) {
        report(problem);
    }
    std::printf(
        "%zu names listed, %zu pictures learnt (%zu embedded), %zu removed, %zu failed, "
        "in %.1f s\n",
        report_of.listed, report_of.learnt, report_of.embedded, report_of.removed, report_of.failed,
        seconds);
    if (stopped) {
        return report("stopped before the end: the next sync goes on from here");
    }
    return report_of.problems.empty() ? exit_done : exit_failed;
}

}  // namespace

int sync_command(const Config& config) {
    asio::io_context io(1);
    auto link = connect_to_slack(config, io, false);
    if (!link) {
        return report(link.error().message);
    }
    auto engine = Engine::open(config, {true, true, link->self.team_id});
    if (!engine) {
        return report(engine.error().message);
    }
    const auto start = std::chrono::steady_clock::now();
    asio::thread_pool pool(1);
    bot::WorkspaceKeeper keeper(bot_parts(**engine), link->api, pool, bot_options(link->self));
    asio::signal_set signals(io, SIGINT, SIGTERM);
    bool stopped = false;
    signals.async_wait([&](const boost::system::error_code& cancelled, int) {
        if (!cancelled) {
            stopped = true;
            keeper.stop();
        }
    });
    std::optional<Progress> progress;
    const auto on_progress = [&, shown = std::size_t{0}](std::size_t done,
                                                         std::size_t total) mutable {
        if (!progress) {
            progress.emplace("syncing", total);
        }
        progress->advance(done - shown);
        shown = done;
    };
    const bot::Memory memory = bot_memory(**engine, link->self.team_id);
    const auto first_done = memory.first_sync_done();
    if (!first_done) {
        return report(first_done.error().message);
    }
    bot::WorkspaceKeeper::OnUploads on_uploads;
    if (*first_done) {
        // A bot that runs in this folder tells of duplicates among them at its next start.
        on_uploads = [&](std::span<const search::SourceEmoji> uploads) {
            return bot::note_unannounced(memory.unannounced, uploads, (*engine)->clock().now());
        };
    }
    std::optional<Result<bot::SyncReport>> ended;
    asio::co_spawn(io, keeper.sync(on_progress, on_uploads),
                   [&](const std::exception_ptr& thrown, Result<bot::SyncReport> result) {
                       if (!thrown) {
                           ended = std::move(result);
                       }
                       signals.cancel();
                   });
    io.run();
    progress.reset();
    if (!ended) {
        return report("the sync stopped on an internal error");
    }
    if (!*ended) {
        return report(ended->error().message);
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    const int status = summarise(**ended, took.count(), stopped);
    signals.clear();  // from here on an interrupt ends the program, and loses nothing
    if (!stopped) {
        if (const auto read = read_texts(**engine); !read) {
            return report(read.error().message);
        }
    }
    return status;
}

}  // namespace emojiscope::app
