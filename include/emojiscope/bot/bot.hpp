// The bot: Socket Mode in, searches and changes in the middle, messages out.
//
// Envelope -> inbox (durable) -> acknowledgement -> runner -> outbox (durable) -> Slack. A crash
// at any point resumes, and what Slack delivers twice is done once. Commands and messages run side
// by side; changes of emoji run one after another, in the order of their arrival.
#pragma once

#include "emojiscope/bot/parts.hpp"
#include "emojiscope/core/error.hpp"
#include "emojiscope/slack/socket_mode_client.hpp"
#include "emojiscope/slack/web_api.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace emojiscope::bot {

/// How the bot does.
struct BotState {
    std::size_t open_sockets = 0;  ///< to Slack; 0: not connected
    bool first_sync_done = false;  ///< the workspace was compared once, maybe by an earlier run
    /// What stands still and will not go on by itself. Always empty without an observer.
    std::vector<std::string> standing_still;
    std::string broken;  ///< what ended by an error, so that the bot ends; empty: nothing
};

/// For the thread of `executor`. Owns its thread pools; what runs on them has ended when the
/// destructor returns.
class Bot {
public:
    /// Called once, when the bot answers: greeted by Slack, with the catalogue loaded.
    using OnReady = std::function<void()>;
    /// Called once, when one of its loops has ended by an error and the bot has begun to stop.
    using OnBroken = std::function<void()>;

    Bot(boost::asio::any_io_executor executor, std::shared_ptr<slack::Dialer> dialer,
        std::shared_ptr<slack::WebApi> api, const Parts& parts, const Memory& memory,
        const BotOptions& options, const LiveOptions& live, const slack::SocketModeOptions& socket,
        OnReady on_ready);
    ~Bot();
    Bot(const Bot&) = delete;
    Bot& operator=(const Bot&) = delete;

    /// Until `stop` (success) or an error that no retry can mend: auth; internal if one of its
    /// loops ended by an exception: the bot has stopped by itself then.
    [[nodiscard]] boost::asio::awaitable<Result<void>> run();

    /// Before `run`, for whoever bounds how long a stop may take.
    void on_broken(OnBroken on_broken);

    /// From the next piece of work on. What waits to be told is told as it is wanted by then.
    void reload(const LiveOptions& options);

    /// Takes no more work and lets what was begun end; `run` returns then. The caller bounds how
    /// long it waits for that: everything undone is in the queues and goes on at the next start.
    void stop();

    [[nodiscard]] BotState state() const;

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace emojiscope::bot
