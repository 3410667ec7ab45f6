// Lets a model be exchanged between calls, never within one.
#pragma once

#include <mutex>
#include <shared_mutex>

namespace emojiscope::search {

/// A lock that many hold at once, or one alone; safe from any thread. Whoever wants it alone waits
/// for those inside only: those who come later wait for him, however many they are.
class ModelGate {
public:
    using Pass = std::shared_lock<std::shared_mutex>;
    using Closed = std::unique_lock<std::shared_mutex>;

    /// Not twice in one thread: a gate that is about to close lets nobody in.
    [[nodiscard]] Pass pass() const {
        const std::lock_guard turn(turnstile_);
        return Pass(mutex_);
    }
    [[nodiscard]] Closed close() const {
        const std::lock_guard turn(turnstile_);
        return Closed(mutex_);
    }

private:
    mutable std::mutex turnstile_;
    mutable std::shared_mutex mutex_;
};

}  // namespace emojiscope::search
