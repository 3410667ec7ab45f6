#include "stopper.hpp"

#include <spdlog/spdlog.h>

#include <csignal>
#include <utility>

namespace emojiscope::app {

Stopper::Stopper(boost::asio::io_context& io, std::function<void()> drain, bool on_hang_up,
                 std::chrono::milliseconds limit)
    : io_(io), drain_(std::move(drain)), limit_(limit), signals_(io, SIGINT, SIGTERM), timer_(io) {
    if (on_hang_up) {
        signals_.add(SIGHUP);
    }
    wait();
}

void Stopper::stop() {
    if (!draining_) {
        begin();
    }
}

void Stopper::done() {
    signals_.cancel();
    timer_.cancel();
}

void Stopper::wait() {
    signals_.async_wait([this](const boost::system::error_code& cancelled, int) {
        if (cancelled) {
            return;
        }
        if (draining_) {
            spdlog::warn("stopped at once; what was not done goes on at the next start");
            io_.stop();
            return;
        }
        begin();
        wait();
    });
}

void Stopper::begin() {
    draining_ = true;
    spdlog::info("stopping");
    drain_();
    timer_.expires_after(limit_);
    timer_.async_wait([this](const boost::system::error_code& ended) {
        if (!ended) {
            spdlog::warn("not everything ended in time; it goes on at the next start");
            io_.stop();
        }
    });
}

}  // namespace emojiscope::app
