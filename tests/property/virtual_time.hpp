// Virtual time for a whole process: hours pass in moments.
//
// While it runs, the clocks of this process stand still, and whenever every thread sleeps they are
// set to the next time that anybody waits for. What is taken over: clock_gettime (the clocks of the
// C++ library), and epoll_wait (all timers of Asio, which is made to do without timerfd). Timed
// waits of condition variables are not: the process must have none.
#pragma once

#include <chrono>

namespace emojiscope::property {

/// One at a time. From construction to destruction time is virtual.
class VirtualTime {
public:
    VirtualTime();
    ~VirtualTime();
    VirtualTime(const VirtualTime&) = delete;
    VirtualTime& operator=(const VirtualTime&) = delete;

    /// Waits in virtual time. Any thread.
    static void sleep(std::chrono::milliseconds time);
    /// Since the construction.
    [[nodiscard]] std::chrono::milliseconds passed() const;
};

}  // namespace emojiscope::property
