// What was done long ago is forgotten, every hour, so that the queues do not grow for ever.
#pragma once

#include "emojiscope/bot/parts.hpp"
#include "emojiscope/bot/pool.hpp"

#include <boost/asio/steady_timer.hpp>

namespace emojiscope::bot {

/// For the network thread; the queues' calls run on `disk`.
class Housekeeping {
public:
    Housekeeping(boost::asio::any_io_executor executor, const Memory& memory, const Clock& clock,
                 boost::asio::thread_pool& disk);

    /// Until `stop`.
    [[nodiscard]] boost::asio::awaitable<void> run();
    void stop();

private:
    [[nodiscard]] boost::asio::awaitable<void> forget(WorkQueue& queue, WorkEnd end,
                                                      SystemTime before);

    Memory memory_;
    const Clock& clock_;
    boost::asio::thread_pool& disk_;
    boost::asio::steady_timer timer_;
    bool stopping_ = false;
};

}  // namespace emojiscope::bot
