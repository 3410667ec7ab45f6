#include "slack_link.hpp"

#include "emojiscope/app/engine.hpp"
#include "emojiscope/bot/queue_runner.hpp"
#include "emojiscope/store/store.hpp"

#include <spdlog/spdlog.h>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <csignal>
#include <optional>

namespace emojiscope::app {
namespace {

namespace asio = boost::asio;
constexpr auto as_tuple = asio::as_tuple(asio::use_awaitable);

asio::awaitable<Result<slack::AuthInfo>> who_are_we(std::shared_ptr<slack::WebApi> api,
                                                    bool patient) {
    asio::steady_timer pause(co_await asio::this_coro::executor);
    for (int attempts = 0;; ++attempts) {
        auto self = co_await api->auth_test();
        const bool hopeless = !self && self.error().code == ErrorCode::invalid_argument;
        if (!self && self.error().code == ErrorCode::auth) {
            co_return fail(ErrorCode::auth,
                           self.error().message + "; `emojiscope doctor` tells how to mend it");
        }
        if (self || hopeless || !patient) {
            co_return self;
        }
        const auto delay = bot::retry_delay(attempts);
        spdlog::warn("who we are at Slack: {}; trying again in {} s", self.error().message,
                     std::chrono::ceil<std::chrono::seconds>(delay).count());
        pause.expires_after(delay);
        co_await pause.async_wait(as_tuple);
    }
}

}  // namespace

slack::DialerOptions dialer_options(const Config& config) {
    slack::DialerOptions options;
    options.ca_file = config.slack.ca_file;
    if (!config.slack.proxy) {
        options.proxies = slack::ProxyRules::from_environment();
    } else if (auto proxy =
                   slack::parse_proxy(*config.slack.proxy)) {  // read_config has checked it
        options.proxies = slack::ProxyRules::fixed(std::move(*proxy));
    }
    return options;
}

Result<slack::DownloadRules> workspace_downloads(const Config& config) {
    auto api = slack::parse_url(config.slack.api_base_url);
    if (!api) {
        return fail(api.error().code, "slack.api_base_url: " + api.error().message);
    }
    return slack::DownloadRules::for_workspace(std::move(*api), config.slack.download_hosts);
}

Result<SlackLink> connect_to_slack(const Config& config, asio::io_context& io, bool patient,
                                   slack::SlackObserver* observer, bool hang_up_ends) {
    if (config.slack.token_problem) {
        return *config.slack.token_problem;
    }
    SlackLink link;
    auto dialer = slack::Dialer::create(io.get_executor(), dialer_options(config));
    if (!dialer) {
        return dialer.error();
    }
    link.dialer = *dialer;
    slack::WebApiOptions calling;
    calling.base_url = config.slack.api_base_url;
    calling.bot_token = config.slack.bot_token;
    calling.app_token = config.slack.app_token;
    calling.download_hosts = config.slack.download_hosts;
    calling.observer = observer;
    auto api = slack::WebApi::create(link.dialer, calling);
    if (!api) {
        return api.error();
    }
    link.api = *api;
    std::optional<Result<slack::AuthInfo>> self;
    bool ended = false;
    asio::signal_set signals(io, SIGINT, SIGTERM);
    if (hang_up_ends) {
        signals.add(SIGHUP);
    }
    signals.async_wait([&io](const boost::system::error_code& cancelled, int) {
        if (!cancelled) {
            io.stop();
        }
    });
    asio::co_spawn(io, who_are_we(link.api, patient),
                   [&](const std::exception_ptr& thrown, Result<slack::AuthInfo> result) {
                       if (!thrown) {
                           self = std::move(result);
                       }
                       signals.cancel();
                       ended = true;
                   });
    // Not until there is nothing else to do: the page of status.port waits for requests for ever.
    while (!ended && io.run_one() > 0) {
    }
    io.restart();
    if (!self) {
        return fail(ErrorCode::cancelled, "stopped before Slack answered");
    }
    if (!*self) {
        return self->error();
    }
    link.self = **self;
    return link;
}

bot::LiveOptions live_options(const Config& config) {
    bot::LiveOptions options;
    options.alert_channel = config.slack.alert_channel;
    options.alert_kinds = config.slack.alert_kinds;
    options.map_url = config.slack.map_url;
    options.results = config.slack.results;
    options.language = config.slack.language;
    options.resync_every = config.slack.resync_every;
    options.admins = config.slack.admins;
    options.commands_per_minute = config.slack.commands_per_minute;
    options.log_queries = config.log.queries;
    return options;
}

bot::BotOptions bot_options(const slack::AuthInfo& self) {
    bot::BotOptions options;
    options.team_id = self.team_id;
    options.bot_user_id = self.user_id;
    return options;
}

slack::SocketModeOptions socket_options(const Config& config) {
    slack::SocketModeOptions options;
    options.connections = config.slack.connections;
    return options;
}

bot::Parts bot_parts(Engine& engine, bot::MapMaker* map, const bot::EmojiFiles* files) {
    return {engine.catalogue(),
            engine.library(),
            engine.search(),
            engine.ingestor(),
            engine.duplicates(),
            engine.store().verdicts(),
            engine.embedder(),
            engine.reader(),
            engine.clock(),
            engine.text_reading(),
            engine.move(),
            map,
            engine.text_reader(),
            files,
            &engine.store().settings(),
            &engine.store().thumbnails()};
}

bot::Memory bot_memory(Engine& engine, const std::string& team_id) {
    store::Store& store = engine.store();
    const std::string key = "first sync of " + team_id;
    return {store.inbox(),
            store.outbox(),
            store.alerts(),
            store.unannounced(),
            [&store, key]() -> Result<bool> {
                auto value = store.get_meta(key);
                if (!value) {
                    return value.error();
                }
                return value->has_value();
            },
            [&store, key] { return store.set_meta(key, "done"); }};
}

}  // namespace emojiscope::app
