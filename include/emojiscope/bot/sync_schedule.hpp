// When the whole list is compared: at the start, after each reconnect, when an event hints at
// it, and every hour.
#pragma once

#include "emojiscope/bot/parts.hpp"
#include "emojiscope/bot/workspace_keeper.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstddef>
#include <functional>

namespace emojiscope::bot {

/// For the network thread.
class SyncSchedule {
public:
    /// What is done after each comparison that came to its end.
    using OnCompared = std::function<boost::asio::awaitable<void>(SyncReport report)>;

    SyncSchedule(boost::asio::any_io_executor executor, WorkspaceKeeper& keeper,
                 const Memory& memory, const Clock& clock, boost::asio::thread_pool& disk,
                 const BotOptions& options, const LiveSettings& live, OnCompared on_compared);

    /// Reads whether an earlier run ended its first comparison; before events are handled.
    [[nodiscard]] boost::asio::awaitable<void> remember();

    /// Until `stop`. Nothing is compared before the first `ask`.
    [[nodiscard]] boost::asio::awaitable<void> run();

    void stop();

    /// Soon, once for all who ask within `resync_delay`.
    void ask();

    /// `resync_every` is another: what waits for it waits until so long after the last comparison.
    void interval_changed();

    /// How many comparisons were begun: one that answers an `ask` is a later one.
    [[nodiscard]] std::size_t begun() const noexcept { return begun_; }

    /// The first comparison of this workspace, in whatever run of the program, has ended.
    [[nodiscard]] bool first_done() const noexcept { return first_done_; }

private:
    [[nodiscard]] boost::asio::awaitable<bool> compare_once();
    /// Until the next comparison is due, or somebody asks; `ever`: there was one.
    [[nodiscard]] boost::asio::awaitable<void> rest(bool ever);
    [[nodiscard]] boost::asio::awaitable<void> pause(std::chrono::milliseconds time);
    [[nodiscard]] boost::asio::awaitable<void> pause_after_failure();
    [[nodiscard]] boost::asio::awaitable<void> note_first();

    boost::asio::any_io_executor executor_;
    WorkspaceKeeper& keeper_;
    Memory memory_;
    const Clock& clock_;
    boost::asio::thread_pool& disk_;
    BotOptions options_;
    const LiveSettings& live_;
    OnCompared on_compared_;
    boost::asio::steady_timer timer_;
    std::size_t begun_ = 0;
    int failures_ = 0;
    bool asked_ = false;
    bool resting_ = false;
    bool first_done_ = false;
    bool stopping_ = false;
};

}  // namespace emojiscope::bot
