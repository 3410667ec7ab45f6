// How the running bot does, for whoever watches it: /healthz, /readyz, /metrics on status.port.
#pragma once

#include "metrics_observers.hpp"

#include "emojiscope/app/config.hpp"
#include "emojiscope/app/engine.hpp"
#include "emojiscope/bot/bot.hpp"
#include "emojiscope/telemetry/status_server.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <memory>

namespace emojiscope::app {

/// What /healthz and /readyz say of a bot; null: it does not run yet.
[[nodiscard]] telemetry::Health alive(const bot::BotState* bot);
[[nodiscard]] telemetry::Health ready(const bot::BotState* bot);

/// For the thread of the executor, which must not run any more when the engine or the bot has gone.
class Status {
public:
    /// Null, and nothing listens, if status.port is 0. Error: of StatusServer::listen.
    [[nodiscard]] static Result<std::unique_ptr<Status>> open(
        const Config& config, const boost::asio::any_io_executor& executor);

    [[nodiscard]] MetricsObservers& observers() { return observers_; }

    /// From now on the pages tell of these.
    void watch(Engine& engine, const bot::Bot& bot);

private:
    Status();
    [[nodiscard]] telemetry::StatusPages pages();

    telemetry::Metrics metrics_;
    MetricsObservers observers_;
    const bot::Bot* bot_ = nullptr;
    std::unique_ptr<telemetry::StatusServer> server_;
};

}  // namespace emojiscope::app
