#include "commands.hpp"
#include "emoji_files.hpp"
#include "log.hpp"
#include "map_service.hpp"
#include "meanwhile.hpp"
#include "reloader.hpp"
#include "slack_link.hpp"
#include "status.hpp"
#include "stopper.hpp"

#include "emojiscope/app/engine.hpp"
#include "emojiscope/bot/bot.hpp"
#include "emojiscope/bot/task_group.hpp"
#include "emojiscope/index/faiss_clusterer.hpp"
#include "emojiscope/store/store.hpp"
#include "serve.hpp"

#include <spdlog/spdlog.h>
#include <boost/asio/co_spawn.hpp>

#include <csignal>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace emojiscope::app {
namespace {

namespace asio = boost::asio;
using std::chrono::steady_clock;

void warn_of_silence(const Config& config) {
    if (config.slack.alert_channel.empty()) {
        spdlog::warn("slack.alert_channel is not set: duplicates raise no alert");
    }
}

/// What SIGHUP changes, in the parts that use it.
void follow(Reloader& reloader, bot::Bot& bot, Engine& engine, MetricsObservers* observers) {
    reloader.on_change([&bot, &engine, observers](const Config& now) {
        bot.reload(live_options(now));
        if (observers != nullptr) {
            observers->comparing_every(now.slack.resync_every);
        }
        engine.search().change({now.search.standard_emoji});
        warn_of_silence(now);
    });
}

/// Checks, copies and migrates a catalogue, loads a model: minutes, in which others are answered.
Result<std::unique_ptr<Engine>> open_engine(asio::io_context& io, const Config& running,
                                            const std::string& team_id,
                                            MetricsObservers* observers) {
    // A copy: a SIGHUP may change what runs meanwhile.
    auto engine = meanwhile_answering(io, [&, opening = Config(running)] {
        return Engine::open(
            opening,
            {.write = true, .model = true, .team_id = team_id, .move = true, .meter = observers});
    });
    if (engine) {
        (*engine)->search().change({running.search.standard_emoji});
    }
    return engine;
}

/// What the bot stands on. All of it outlives the bot, whose end is that of the loop.
struct Ground {
    asio::io_context& io;
    const Config& config;  ///< as it is now
    const SlackLink& link;
    Engine& engine;
    Status* status;      ///< null: nothing listens
    Reloader* reloader;  ///< null: SIGHUP is no reload
    bool hang_up_ends;
};

/// Until it is stopped. Error: why it ended by itself.
Result<void> run_bot(const Ground& on, const std::function<void()>& ready) {
    const index::FaissClusterer clusterer;
    MapService map(map_sources(on.engine, on.engine.library().language().concepts, clusterer),
                   on.engine.store().verdicts(), on.link.self.team_id);
    const ImageEmojiFiles files;
    MetricsObservers* const observers = on.status != nullptr ? &on.status->observers() : nullptr;
    bot::BotOptions options = bot_options(on.link.self);
    options.observer = observers;
    slack::SocketModeOptions socket = socket_options(on.config);
    socket.observer = observers;
    bot::Bot bot(on.io.get_executor(), on.link.dialer, on.link.api,
                 bot_parts(on.engine, &map, &files), bot_memory(on.engine, on.link.self.team_id),
                 options, live_options(on.config), socket, ready);
    if (on.reloader != nullptr) {
        follow(*on.reloader, bot, on.engine, observers);
    }
    if (on.status != nullptr) {
        observers->comparing_every(on.config.slack.resync_every);
        on.status->watch(on.engine, bot);
    }
    Stopper stopper(
        on.io, [&] { bot.stop(); }, on.hang_up_ends);
    bot.on_broken([&] { stopper.stop(); });
    std::optional<Result<void>> ended;
    asio::co_spawn(on.io, bot.run(), [&](const std::exception_ptr& thrown, Result<void> result) {
        ended = thrown ? fail(ErrorCode::internal,
                              "the bot stopped on an internal error: " + bot::what_is(thrown))
                       : std::move(result);
        stopper.done();
        on.io.stop();  // what may still be asked of Slack is nobody's any more
    });
    on.io.run();
    if (ended) {
        return std::move(*ended);
    }
    // Not everything ended in time.
    const std::string broken = bot.state().broken;
    return broken.empty() ? Result<void>{} : Result<void>(fail(ErrorCode::internal, broken));
}

}  // namespace

int serve(const Config& config, steady_clock::time_point started, const OnServing& on_serving,
          const Reread& reread) {
    if (config.slack.token_problem) {
        return end_with(config.log, config.slack.token_problem->message);
    }
    if (config.slack.app_token.empty()) {
        return end_with(config.log,
                        "the app-level token is missing (xapp-…): set SLACK_APP_TOKEN or "
                        "slack.app_token_file");
    }
    std::signal(SIGPIPE, SIG_IGN);  // whoever reads the log may go
    const bool hang_up_ends = !reread || hang_up_ends_us();
    asio::io_context io(1);
    std::optional<Reloader> reloader;  // early: Slack may be out of reach for long
    if (!hang_up_ends) {
        reloader.emplace(io, config, reread);
    }
    const Config& running = reloader ? reloader->running() : config;
    auto status = Status::open(config, io.get_executor());
    if (!status) {
        return end_with(running.log, status.error().message);
    }
    MetricsObservers* const observers = *status ? &(*status)->observers() : nullptr;
    auto link = connect_to_slack(config, io, true, observers, hang_up_ends);
    if (!link && link.error().code == ErrorCode::cancelled) {
        spdlog::info("{}", link.error().message);
        return exit_done;
    }
    if (!link) {
        return end_with(running.log, link.error().message);
    }
    auto engine = open_engine(io, running, link->self.team_id, observers);
    if (!engine) {
        return end_with(running.log, engine.error().message);
    }
    spdlog::info("workspace {} ({}): {} emoji in the catalogue", link->self.team_id,
                 link->self.team_name, (*engine)->library().size());
    warn_of_silence(running);
    const auto ready = [&] {
        const std::chrono::duration<double> took = steady_clock::now() - started;
        spdlog::info("ready {:.2f} s after the start", took.count());
        if (on_serving) {
            on_serving();
        }
    };
    const Ground ground{
        io, running, *link, **engine, status->get(), reloader ? &*reloader : nullptr, hang_up_ends};
    if (auto ended = run_bot(ground, ready); !ended) {
        return end_with(running.log, ended.error().message);
    }
    return exit_done;
}

int serve_command(const Config& config, const Reread& reread) {
    return serve(config, steady_clock::now(), {}, reread);
}

}  // namespace emojiscope::app
