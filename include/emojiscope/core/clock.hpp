// Time as a port, so that nothing in a test sleeps.
#pragma once

#include <chrono>

namespace emojiscope {

using SystemTime = std::chrono::sys_time<std::chrono::milliseconds>;

/// Wall-clock time. Implementations are safe to call from any thread.
class Clock {
public:
    virtual ~Clock() = default;
    [[nodiscard]] virtual SystemTime now() const = 0;
};

class SystemClock final : public Clock {
public:
    [[nodiscard]] SystemTime now() const override {
        return std::chrono::time_point_cast<std::chrono::milliseconds>(
            std::chrono::system_clock::now());
    }
};

/// Stands still until it is moved. Shipped for tests; not for concurrent moves.
class ManualClock final : public Clock {
public:
    [[nodiscard]] SystemTime now() const override { return now_; }
    void advance(std::chrono::milliseconds by) { now_ += by; }

private:
    SystemTime now_{std::chrono::milliseconds{1'700'000'000'000}};
};

}  // namespace emojiscope
