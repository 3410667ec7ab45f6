#include "interruption.hpp"

#include <pthread.h>

namespace emojiscope::app {

Interruption::Interruption() {
    sigemptyset(&signals_);
    sigaddset(&signals_, SIGINT);
    sigaddset(&signals_, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals_, &before_);
    watcher_ = std::jthread([this](const std::stop_token& ending) { watch(ending); });
}

Interruption::~Interruption() {
    watcher_.request_stop();
    pthread_kill(watcher_.native_handle(), SIGINT);  // it waits for nothing else
    watcher_.join();
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

void Interruption::watch(const std::stop_token& ending) {
    for (;;) {
        int signal = 0;
        if (sigwait(&signals_, &signal) != 0 || ending.stop_requested()) {
            return;
        }
        if (!stop_.request_stop()) {
            pthread_sigmask(SIG_UNBLOCK, &signals_, nullptr);
            std::raise(signal);
        }
    }
}

}  // namespace emojiscope::app
