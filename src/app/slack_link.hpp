// The Slack part of the composition root: dialer, Web API, and who we are there.
#pragma once

#include "emojiscope/app/config.hpp"
#include "emojiscope/bot/parts.hpp"
#include "emojiscope/slack/dialer.hpp"
#include "emojiscope/slack/download_rules.hpp"
#include "emojiscope/slack/socket_mode_client.hpp"
#include "emojiscope/slack/web_api.hpp"

#include <boost/asio/io_context.hpp>

#include <memory>

namespace emojiscope::app {

class Engine;

struct SlackLink {
    std::shared_ptr<slack::Dialer> dialer;
    std::shared_ptr<slack::WebApi> api;
    slack::AuthInfo self;
};

/// Certificates and proxies, of the configuration and the environment.
[[nodiscard]] slack::DialerOptions dialer_options(const Config& config);

/// For the URLs of the workspace. Error: invalid_argument if slack.api_base_url cannot be used.
[[nodiscard]] Result<slack::DownloadRules> workspace_downloads(const Config& config);

/// Runs `io` until Slack has said who we are. Network failures are retried for as long as
/// `patient`; otherwise the first one is the error, as is a refused token in any case. SIGINT and
/// SIGTERM end it, and so does SIGHUP if `hang_up_ends`. `observer` null: nobody looks at the
/// calls; otherwise it outlives the link.
[[nodiscard]] Result<SlackLink> connect_to_slack(const Config& config, boost::asio::io_context& io,
                                                 bool patient,
                                                 slack::SlackObserver* observer = nullptr,
                                                 bool hang_up_ends = false);

/// What of the configuration may change while the bot runs.
[[nodiscard]] bot::LiveOptions live_options(const Config& config);
[[nodiscard]] bot::BotOptions bot_options(const slack::AuthInfo& self);
[[nodiscard]] slack::SocketModeOptions socket_options(const Config& config);
/// `map` null: the bot draws no maps; `files` null: it makes no files for people to add as emoji.
[[nodiscard]] bot::Parts bot_parts(Engine& engine, bot::MapMaker* map = nullptr,
                                   const bot::EmojiFiles* files = nullptr);

/// Notes in the catalogue's database; the engine must outlive it.
[[nodiscard]] bot::Memory bot_memory(Engine& engine, const std::string& team_id);

}  // namespace emojiscope::app
