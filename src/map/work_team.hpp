// A few threads that do the same thing again and again, on parts of a range: starting new ones for
// each of some thousand short steps would take longer than the steps.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <thread>
#include <vector>

namespace emojiscope::map {

/// For one thread, which works along. Its helpers sleep between the runs.
class WorkTeam {
public:
    /// 0: as many as there are cores.
    explicit WorkTeam(unsigned threads) {
        const unsigned all =
            threads == 0 ? std::max(1U, std::thread::hardware_concurrency()) : threads;
        for (unsigned i = 1; i < all; ++i) {
            helpers_.emplace_back([this, i] { help(i); });
        }
    }
    ~WorkTeam() {
        ending_ = true;
        turn_.fetch_add(1);
        turn_.notify_all();
    }
    WorkTeam(const WorkTeam&) = delete;
    WorkTeam& operator=(const WorkTeam&) = delete;

    /// Calls `work(first, last)` for each thread's part of [0, count), at once, and returns when
    /// all have ended. `work` must not throw, and must give the same whatever the parts.
    template <class Work>
    void run(std::size_t count, const Work& work) {
        if (helpers_.empty() || count < 2) {
            work(std::size_t{0}, count);
            return;
        }
        const std::size_t parts = helpers_.size() + 1;
        task_ = [&work, count, parts](std::size_t part) {
            work(count * part / parts, count * (part + 1) / parts);
        };
        busy_.store(helpers_.size());
        turn_.fetch_add(1);
        turn_.notify_all();
        task_(0);
        for (std::size_t left = busy_.load(); left != 0; left = busy_.load()) {
            busy_.wait(left);
        }
    }

private:
    void help(std::size_t part) {
        std::uint64_t seen = 0;
        for (;;) {
            turn_.wait(seen);
            seen = turn_.load();
            if (ending_) {
                return;
            }
            task_(part);
            if (busy_.fetch_sub(1) == 1) {
                busy_.notify_one();
            }
        }
    }

    std::function<void(std::size_t part)> task_;
    std::atomic<std::uint64_t> turn_{0};
    std::atomic<std::size_t> busy_{0};
    std::atomic<bool> ending_{false};
    std::vector<std::jthread> helpers_;  // last: joined before the rest goes
};

}  // namespace emojiscope::map
