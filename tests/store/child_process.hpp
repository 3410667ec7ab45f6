// A forked copy of the test that is killed at a chosen moment.
#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <functional>
#include <stdexcept>

namespace emojiscope::store {

/// Fork before any thread is started. The child never returns to the test's code.
class ChildProcess {
public:
    explicit ChildProcess(const std::function<void(const std::function<void()>& ready)>& work) {
        if (::pipe(pipe_.data()) != 0) {
            throw std::runtime_error("cannot make a pipe");
        }
        id_ = ::fork();
        if (id_ < 0) {
            throw std::runtime_error("cannot fork");
        }
        if (id_ == 0) {
            work([this] { [[maybe_unused]] const auto sent = ::write(pipe_[1], "r", 1); });
            ::_exit(0);
        }
        ::close(pipe_[1]);
    }
    ~ChildProcess() {
        kill();
        ::close(pipe_[0]);
    }
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;

    /// False if the child ended without being ready.
    [[nodiscard]] bool wait_until_ready() const {
        char byte = 0;
        return ::read(pipe_[0], &byte, 1) == 1;
    }

    /// As by `kill -9`; returns when the child is gone.
    void kill() {
        if (id_ > 0) {
            ::kill(id_, SIGKILL);
            ::waitpid(id_, nullptr, 0);
            id_ = -1;
        }
    }

    [[noreturn]] static void wait_to_be_killed() {
        for (;;) {
            ::pause();
        }
    }

private:
    std::array<int, 2> pipe_{};
    pid_t id_ = -1;
};

}  // namespace emojiscope::store
