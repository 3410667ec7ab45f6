// What ends a service: SIGINT, SIGTERM, and a terminal that is gone.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <functional>

namespace emojiscope::app {

/// What is begun may end within this time; what is not done then is in the queues.
inline constexpr std::chrono::milliseconds drain_time{5'000};

/// First signal: drain, within bounds. Second: stop at once. For the thread of `io`.
class Stopper {
public:
    /// `drain` takes no more work and lets what was begun end; whoever sees that it has ended calls
    /// `done`. `on_hang_up`: SIGHUP is one of the signals.
    Stopper(boost::asio::io_context& io, std::function<void()> drain, bool on_hang_up,
            std::chrono::milliseconds limit = drain_time);
    Stopper(const Stopper&) = delete;
    Stopper& operator=(const Stopper&) = delete;

    /// Drains as after a first signal, unless that came already.
    void stop();

    void done();

private:
    void wait();
    void begin();

    boost::asio::io_context& io_;
    std::function<void()> drain_;
    std::chrono::milliseconds limit_;
    boost::asio::signal_set signals_;
    boost::asio::steady_timer timer_;
    bool draining_ = false;
};

}  // namespace emojiscope::app
