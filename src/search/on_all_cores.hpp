// Work that falls into many independent pieces.
#pragma once

#include "emojiscope/core/error.hpp"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <future>
#include <thread>
#include <vector>

namespace emojiscope::search {

/// Calls `work` with every number below `count`, on at most `threads` threads, this one included;
/// begins nothing more after an error, which is returned. What `work` throws is thrown here.
template <class Work>
Result<void> on_threads(std::size_t threads, std::size_t count, const Work& work) {
    std::atomic<std::size_t> next{0};
    const auto run = [&]() -> Result<void> {
        for (std::size_t i = next++; i < count; i = next++) {
            if (auto done = work(i); !done) {
                next = count;
                return done;
            }
        }
        return {};
    };
    std::vector<std::future<Result<void>>> others;
    for (std::size_t i = 1; i < std::min(threads, count); ++i) {
        others.push_back(std::async(std::launch::async, run));
    }
    Result<void> all = run();
    for (auto& other : others) {
        if (auto done = other.get(); !done && all) {
            all = done;
        }
    }
    return all;
}

template <class Work>
Result<void> on_all_cores(std::size_t count, const Work& work) {
    return on_threads(std::max(1U, std::thread::hardware_concurrency()), count, work);
}

}  // namespace emojiscope::search
