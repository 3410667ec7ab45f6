// Runs the bot until a signal, or an error that no retry can mend.
#pragma once

#include "reload.hpp"

#include "emojiscope/app/config.hpp"

#include <chrono>
#include <functional>

namespace emojiscope::app {

/// Called once, on the network thread, when the bot answers.
using OnServing = std::function<void()>;

/// `started`: what the time to ready is counted from. `reread`: for SIGHUP; without it, or started
/// from a terminal, that ends it as SIGTERM does. Returns the exit status.
int serve(const Config& config, std::chrono::steady_clock::time_point started,
          const OnServing& on_serving, const Reread& reread = {});

}  // namespace emojiscope::app
