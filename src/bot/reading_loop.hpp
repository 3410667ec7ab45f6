// Reads the words in pictures while the bot runs, one small batch after another, on a thread of its
// own: neither answers nor uploads wait for it.
#pragma once

#include "emojiscope/search/text_reading.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>

namespace emojiscope::bot {

/// For the network thread; reading runs on a pool of its own, of one thread.
class ReadingLoop {
public:
    /// `reading` null: does nothing. Must outlive the loop.
    ReadingLoop(const boost::asio::any_io_executor& executor, search::TextReading* reading);

    /// Until `stop`. What is not read then is read by the next run.
    [[nodiscard]] boost::asio::awaitable<void> run();

    void stop();

    /// For whoever watches whether it gets on with its work.
    [[nodiscard]] boost::asio::thread_pool& pool() noexcept { return pool_; }

private:
    search::TextReading* reading_;
    boost::asio::steady_timer timer_;
    bool stopping_ = false;
    boost::asio::thread_pool pool_{1};  // last: joined before what it uses goes
};

}  // namespace emojiscope::bot
