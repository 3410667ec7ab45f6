#include "virtual_time.hpp"

#include <dirent.h>
#include <dlfcn.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <limits>
#include <mutex>
#include <string>
#include <vector>

namespace emojiscope::property {
namespace {

using Nanoseconds = std::int64_t;
constexpr Nanoseconds never = std::numeric_limits<Nanoseconds>::max();
constexpr Nanoseconds second = 1'000'000'000;
constexpr Nanoseconds millisecond = 1'000'000;
/// How long the one who is due next looks for events before time moves on.
constexpr timespec moment{0, 100'000};

int real_clock(clockid_t clock, timespec* out) {
    return static_cast<int>(syscall(SYS_clock_gettime, clock, out));
}

Nanoseconds real_now(clockid_t clock) {
    timespec time{};
    real_clock(clock, &time);
    return time.tv_sec * second + time.tv_nsec;
}

struct Waiter;

/// Constant-initialised: clocks are read before any constructor runs.
struct State {
    std::atomic<bool> running{false};
    std::atomic<Nanoseconds> passed{0};    ///< virtual, since the start
    std::atomic<Nanoseconds> began{0};     ///< of CLOCK_MONOTONIC
    std::atomic<Nanoseconds> began_at{0};  ///< of CLOCK_REALTIME
    /// Virtual time that went beyond the real one in earlier spells: a clock never goes back.
    std::atomic<Nanoseconds> ahead{0};
    std::mutex mutex;
    std::vector<Waiter*> waiters;
};
constinit State state;

int own_event() {
    struct Owned {
        int fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
        ~Owned() { close(fd); }
    };
    thread_local const Owned owned;
    return owned.fd;
}

/// Somebody who waits for a time; registered while it lives.
struct Waiter {
    explicit Waiter(Nanoseconds until) : deadline(until), event(own_event()) {
        const std::scoped_lock lock(state.mutex);
        state.waiters.push_back(this);
    }
    ~Waiter() {
        const std::scoped_lock lock(state.mutex);
        std::erase(state.waiters, this);
        if (Waiter* const next = first()) {
            eventfd_write(next->event, 1);
        }
    }
    Waiter(const Waiter&) = delete;
    Waiter& operator=(const Waiter&) = delete;

    /// With the mutex held.
    static Waiter* first() {
        const auto found = std::ranges::min_element(state.waiters, {}, &Waiter::deadline);
        return found == state.waiters.end() ? nullptr : *found;
    }
    [[nodiscard]] bool is_first() const {
        const std::scoped_lock lock(state.mutex);
        return first() == this;
    }

    Nanoseconds deadline;  ///< of `state.passed`
    int event;             ///< kicked when this one may have become the first
};

/// Whether every thread but this one sleeps.
bool others_sleep() {
    DIR* const tasks = opendir("/proc/self/task");
    if (tasks == nullptr) {
        return false;
    }
    const std::string own = std::to_string(gettid());
    bool all = true;
    while (const dirent* const entry = readdir(tasks)) {
        if (entry->d_name[0] == '.' || own == entry->d_name) {
            continue;
        }
        const std::string path = std::string("/proc/self/task/") + entry->d_name + "/stat";
        std::FILE* const file = std::fopen(path.c_str(), "re");
        if (file == nullptr) {
            continue;  // it has just ended
        }
        std::array<char, 256> line{};
        const bool read = std::fgets(line.data(), line.size(), file) != nullptr;
        std::fclose(file);
        const char* const name_end = read ? std::strrchr(line.data(), ')') : nullptr;
        if (name_end == nullptr || name_end[2] != 'S') {
            all = false;
            break;
        }
    }
    closedir(tasks);
    return all;
}

/// Until `deadline`, or until `look` finds something (its result, which is not 0). Time moves on
/// here.
template <class Look>
int wait(Nanoseconds deadline, int watched, Look&& look) {
    const Waiter me(deadline);
    for (;;) {
        if (const int found = look(); found != 0) {
            return found;
        }
        if (state.passed >= deadline) {
            return 0;
        }
        const bool first = me.is_first() && deadline != never;
        // Twice: one may have woken another between the two looks at them.
        if (first && others_sleep() && others_sleep()) {
            if (const int found = look(); found != 0) {
                return found;
            }
            // Another one may have begun to wait for an earlier time meanwhile.
            const std::scoped_lock lock(state.mutex);
            if (Waiter::first() == &me) {
                state.passed = deadline;
                return 0;
            }
            continue;
        }
        std::array<pollfd, 2> polled{{{me.event, POLLIN, 0}, {watched, POLLIN, 0}}};
        ppoll(polled.data(), watched < 0 ? 1 : 2, first ? &moment : nullptr, nullptr);
        eventfd_t kicks = 0;
        eventfd_read(me.event, &kicks);
    }
}

}  // namespace

VirtualTime::VirtualTime() {
    const Nanoseconds now = real_now(CLOCK_MONOTONIC);
    const Nanoseconds wall = real_now(CLOCK_REALTIME);
    state.began = now + state.ahead;
    state.began_at = wall + state.ahead;
    state.passed = 0;
    state.running = true;
}

VirtualTime::~VirtualTime() {
    state.ahead = state.began + state.passed - real_now(CLOCK_MONOTONIC);
    state.running = false;
}

void VirtualTime::sleep(std::chrono::milliseconds time) {
    wait(state.passed + time.count() * millisecond, -1, [] { return 0; });
}

std::chrono::milliseconds VirtualTime::passed() const {
    return std::chrono::milliseconds(state.passed / millisecond);
}

}  // namespace emojiscope::property

// The C library's own, taken over for the whole process.

extern "C" int clock_gettime(clockid_t clock, timespec* out) {
    using namespace emojiscope::property;
    const bool wall = clock == CLOCK_REALTIME;
    if (!wall && clock != CLOCK_MONOTONIC) {
        return real_clock(clock, out);
    }
    const Nanoseconds now = state.running ? (wall ? state.began_at : state.began) + state.passed
                                          : real_now(clock) + state.ahead;
    out->tv_sec = now / second;
    out->tv_nsec = now % second;
    return 0;
}

extern "C" int timerfd_create(clockid_t /*clock*/, int /*flags*/) {
    errno = EINVAL;  // Asio then hands its timers to epoll_wait
    return -1;
}

extern "C" int epoll_wait(int epoll, epoll_event* events, int most, int timeout) {
    using namespace emojiscope::property;
    static const auto real = [] {
        void* const found = dlsym(RTLD_NEXT, "epoll_wait");
        return reinterpret_cast<int (*)(int, epoll_event*, int, int)>(found);
    }();
    if (!state.running || timeout == 0) {
        return real(epoll, events, most, timeout);
    }
    const Nanoseconds deadline = timeout < 0 ? never : state.passed + timeout * millisecond;
    return wait(deadline, epoll, [&] { return real(epoll, events, most, 0); });
}
