// Moves the catalogue to another model while the bot runs, one small batch after another, on a
// thread of its own that the others go before; then exchanges the model between two of their calls.
#pragma once

#include "emojiscope/search/live_move.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>

#include <chrono>

namespace emojiscope::bot {

/// For the network thread; the work runs on a pool of its own, of one thread, but for the exchange.
class MovingLoop {
public:
    /// `move` null: does nothing. `changes`: the pool of everything that changes the catalogue.
    /// Both must outlive the loop.
    MovingLoop(const boost::asio::any_io_executor& executor, search::LiveMove* move,
               boost::asio::thread_pool& changes);

    /// Until the catalogue is of the other model, or `stop`. What is not done then is done by the
    /// next run.
    [[nodiscard]] boost::asio::awaitable<void> run();

    void stop();

    /// For whoever watches whether it gets on with its work.
    [[nodiscard]] boost::asio::thread_pool& pool() noexcept { return pool_; }

private:
    [[nodiscard]] boost::asio::awaitable<void> tell_progress();
    [[nodiscard]] boost::asio::awaitable<bool> switch_over();
    [[nodiscard]] boost::asio::awaitable<void> pause_after(Error error);
    [[nodiscard]] boost::asio::awaitable<void> wait(std::chrono::milliseconds time);

    search::LiveMove* move_;
    boost::asio::thread_pool& changes_;
    boost::asio::steady_timer timer_;
    std::chrono::steady_clock::time_point told_{};
    int failures_ = 0;
    bool begun_ = false;
    bool stopping_ = false;
    boost::asio::thread_pool pool_{1};  // last: joined before what it uses goes
};

}  // namespace emojiscope::bot
