// Ctrl-C as a token that all parts of long work look at.
#pragma once

#include <csignal>
#include <stop_token>
#include <thread>

namespace emojiscope::app {

/// While it lives, the first SIGINT or SIGTERM asks for a stop; the second one ends the program.
/// To be made before other threads are, since they must not take the signal either. One at a time.
class Interruption {
public:
    Interruption();
    ~Interruption();
    Interruption(const Interruption&) = delete;
    Interruption& operator=(const Interruption&) = delete;

    [[nodiscard]] std::stop_token token() const { return stop_.get_token(); }

private:
    void watch(const std::stop_token& ending);

    sigset_t signals_{};
    sigset_t before_{};
    std::stop_source stop_;
    std::jthread watcher_;  // last: it uses the rest
};

}  // namespace emojiscope::app
