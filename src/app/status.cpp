#include "status.hpp"

#include <spdlog/spdlog.h>

#include <optional>
#include <string>

namespace emojiscope::app {

telemetry::Health alive(const bot::BotState* bot) {
    if (bot == nullptr) {
        return {};
    }
    if (!bot->broken.empty()) {
        return {false, bot->broken};
    }
    if (bot->standing_still.empty()) {
        return {};
    }
    std::string names;
    for (const std::string& name : bot->standing_still) {
        names += (names.empty() ? "" : "; ") + name;
    }
    return {false, "standing still: " + names};
}

telemetry::Health ready(const bot::BotState* bot) {
    if (bot == nullptr) {
        return {false, "starting: Slack has not answered yet, or the catalogue is being loaded"};
    }
    if (bot->open_sockets == 0) {
        return {false, "not connected to Slack"};
    }
    if (!bot->first_sync_done) {
        return {false, "the emoji of the workspace are being learnt for the first time"};
    }
    return {};
}

Status::Status() : observers_(metrics_, EMOJISCOPE_VERSION) {}

Result<std::unique_ptr<Status>> Status::open(const Config& config,
                                             const boost::asio::any_io_executor& executor) {
    if (config.status.port == 0) {
        return std::unique_ptr<Status>();
    }
    std::unique_ptr<Status> status(new Status());
    telemetry::StatusServerOptions options;
    options.address = config.status.address;
    options.port = static_cast<std::uint16_t>(config.status.port);
    auto server = telemetry::StatusServer::listen(executor, status->pages(), options);
    if (!server) {
        return server.error();
    }
    status->server_ = std::move(*server);
    if (!telemetry::is_loopback_address(options.address)) {
        spdlog::warn(
            "status.address {} is not of this machine alone: anybody who reaches port {} reads how "
            "the bot does, without a password",
            options.address, options.port);
    }
    spdlog::info("status: http://{}:{}/healthz, /readyz and /metrics",
                 options.address.find(':') == std::string::npos ? options.address
                                                                : "[" + options.address + "]",
                 options.port);
    return status;
}

telemetry::StatusPages Status::pages() {
    const auto state = [this] {
        return bot_ == nullptr ? std::optional<bot::BotState>() : std::optional(bot_->state());
    };
    return {[state] {
                const auto now = state();
                return alive(now ? &*now : nullptr);
            },
            [state] {
                const auto now = state();
                return ready(now ? &*now : nullptr);
            },
            [this, state] {
                const auto now = state();
                observers_.sockets(now ? now->open_sockets : 0);
                return metrics_.text();
            }};
}

void Status::watch(Engine& engine, const bot::Bot& bot) {
    observers_.watch(engine.library(), engine.embedder());
    bot_ = &bot;
}

}  // namespace emojiscope::app
