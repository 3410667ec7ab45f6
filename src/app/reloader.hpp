// SIGHUP: the configuration is read anew, and what of it can hold at once does.
#pragma once

#include "reload.hpp"

#include "emojiscope/app/config.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <functional>

namespace emojiscope::app {

/// Whether a SIGHUP means that the terminal is gone, and the program with it, as after Ctrl-C: it
/// was started from one, and nobody (nohup) said that it is to outlive that. Look before the
/// terminal is gone.
[[nodiscard]] bool hang_up_ends_us();

/// From its construction on a SIGHUP does not end the program; it is answered while `io` runs. All
/// or nothing: of a configuration that cannot be read, or that the log refuses, nothing is taken.
/// For the thread of `io`, which must outlive it, and whose `run` does not end by itself meanwhile.
class Reloader {
public:
    /// With what holds from now on, if that is another.
    using Apply = std::function<void(const Config& now)>;

    Reloader(boost::asio::io_context& io, Config running, Reread reread);
    Reloader(const Reloader&) = delete;
    Reloader& operator=(const Reloader&) = delete;

    /// What holds now.
    [[nodiscard]] const Config& running() const { return running_; }

    /// Instead of what was called before.
    void on_change(Apply apply) { apply_ = std::move(apply); }

    /// What a SIGHUP does. Every outcome is a line in the log.
    void reload();

private:
    void wait();

    Config running_;
    Reread reread_;
    Apply apply_;
    boost::asio::signal_set signals_;
};

}  // namespace emojiscope::app
