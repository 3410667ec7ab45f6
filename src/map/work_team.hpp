// A few threads that do the same thing again and again, on parts of a range: starting new ones for
// each of some thousand short steps would take longer than the steps.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace emojiscope::map {

/// For one thread, which works along. Its helpers sleep between the runs.
class WorkTeam {
public:
    /// 0: as many as there are cores. Fewer if the system starts no more.
    explicit WorkTeam(unsigned threads) {
        const unsigned all =
            threads == 0 ? std::max(1U, std::thread::hardware_concurrency()) : threads;
        helpers_.reserve(all - 1);
        try {
            for (unsigned i = 1; i < all; ++i) {
                helpers_.emplace_back([this, i] { help(i); });
            }
        } catch (const std::exception&) {
            // Those that were started must be told when it ends, so it has to begin.
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
    /// all have ended. `work` must give the same whatever the parts. What it throws (no memory) is
    /// thrown here then; if several parts throw, one of them.
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
        try_part(0);
        for (std::size_t left = busy_.load(); left != 0; left = busy_.load()) {
            busy_.wait(left);
        }
        if (const std::exception_ptr thrown = std::exchange(thrown_, nullptr)) {
            std::rethrow_exception(thrown);
        }
    }

private:
    void try_part(std::size_t part) noexcept {
        try {
            task_(part);
        } catch (...) {
            const std::lock_guard lock(throwing_);
            thrown_ = std::current_exception();
        }
    }

    void help(std::size_t part) {
        std::uint64_t seen = 0;
        for (;;) {
            turn_.wait(seen);
            seen = turn_.load();
            if (ending_) {
                return;
            }
            try_part(part);
            if (busy_.fetch_sub(1) == 1) {
                busy_.notify_one();
            }
        }
    }

    std::function<void(std::size_t part)> task_;
    std::atomic<std::uint64_t> turn_{0};
    std::atomic<std::size_t> busy_{0};
    std::atomic<bool> ending_{false};
    std::mutex throwing_;
    std::exception_ptr thrown_;          ///< by a part of the present run
    std::vector<std::jthread> helpers_;  // last: joined before the rest goes
};

}  // namespace emojiscope::map
