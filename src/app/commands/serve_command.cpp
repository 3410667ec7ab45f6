#include "commands.hpp"
#include "emoji_files.hpp"
#include "map_service.hpp"
#include "slack_link.hpp"
#include "status.hpp"

#include "emojiscope/app/engine.hpp"
#include "emojiscope/bot/bot.hpp"
#include "emojiscope/index/faiss_clusterer.hpp"
#include "emojiscope/store/store.hpp"
#include "serve.hpp"

#include <spdlog/spdlog.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include <csignal>
#include <optional>

namespace emojiscope::app {
namespace {

namespace asio = boost::asio;
using std::chrono::steady_clock;

/// What is begun may end within this time; what is not done then is in the queues.
constexpr std::chrono::seconds drain_time{5};

/// First signal: drain, within bounds. Second: stop at once.
class Stopper {
public:
    Stopper(asio::io_context& io, bot::Bot& bot)
        : io_(io), bot_(bot), signals_(io, SIGINT, SIGTERM), limit_(io) {
        wait();
    }

    void done() {
        signals_.cancel();
        limit_.cancel();
    }

private:
    void wait() {
        signals_.async_wait([this](const boost::system::error_code& cancelled, int) {
            if (cancelled) {
                return;
            }
            if (draining_) {
                io_.stop();
                return;
            }
            draining_ = true;
            spdlog::info("stopping");
            bot_.stop();
            limit_.expires_after(drain_time);
            limit_.async_wait([this](const boost::system::error_code& ended) {
                if (!ended) {
                    spdlog::warn("not everything ended in time; it goes on at the next start");
                    io_.stop();
                }
            });
            wait();
        });
    }

    asio::io_context& io_;
    bot::Bot& bot_;
    asio::signal_set signals_;
    asio::steady_timer limit_;
    bool draining_ = false;
};

}  // namespace

int serve(const Config& config, steady_clock::time_point started, const OnServing& on_serving) {
    if (config.slack.app_token.empty()) {
        return report(
            "the app-level token is missing (xapp-…): set SLACK_APP_TOKEN or "
            "slack.app_token_file");
    }
    asio::io_context io(1);
    auto status = Status::open(config, io.get_executor());
    if (!status) {
        return report(status.error().message);
    }
    MetricsObservers* const observers = *status ? &(*status)->observers() : nullptr;
    auto link = connect_to_slack(config, io, true, observers);
    if (!link) {
        return report(link.error().message);
    }
    auto engine = Engine::open(config, {.write = true,
                                        .model = true,
                                        .team_id = link->self.team_id,
                                        .move = true,
                                        .meter = observers});
    if (!engine) {
        return report(engine.error().message);
    }
    spdlog::info("workspace {} ({}): {} emoji in the catalogue", link->self.team_id,
                 link->self.team_name, (*engine)->library().size());
    if (config.slack.alert_channel.empty()) {
        spdlog::warn("slack.alert_channel is not set: duplicates raise no alert");
    }
    const auto ready = [&] {
        const std::chrono::duration<double> took = steady_clock::now() - started;
        spdlog::info("ready {:.2f} s after the start", took.count());
        if (on_serving) {
            on_serving();
        }
    };
    const index::FaissClusterer clusterer;
    MapService map(map_sources(**engine, (*engine)->library().language().concepts, clusterer),
                   (*engine)->store().verdicts(), link->self.team_id);
    const ImageEmojiFiles files;
    bot::BotOptions options = bot_options(config, link->self);
    options.observer = observers;
    slack::SocketModeOptions socket = socket_options(config);
    socket.observer = observers;
    bot::Bot bot(io.get_executor(), link->dialer, link->api, bot_parts(**engine, &map, &files),
                 bot_memory(**engine, link->self.team_id), options, socket, ready);
    if (*status) {
        (*status)->watch(**engine, bot);
    }
    Stopper stopper(io, bot);
    std::optional<Result<void>> ended;
    asio::co_spawn(io, bot.run(), [&](const std::exception_ptr& thrown, Result<void> result) {
        ended = thrown ? fail(ErrorCode::internal, "the bot stopped on an internal error")
                       : std::move(result);
        stopper.done();
        io.stop();  // what may still be asked of Slack is nobody's any more
    });
    io.run();
    if (ended && !*ended) {
        return report(ended->error().message);
    }
    return exit_done;
}

int serve_command(const Config& config) {
    return serve(config, steady_clock::now(), {});
}

}  // namespace emojiscope::app
