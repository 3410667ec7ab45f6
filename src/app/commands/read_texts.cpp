#include "read_texts.hpp"

#include "emojiscope/app/progress.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <thread>

namespace emojiscope::app {
namespace {

/// Pictures between two looks at the progress.
constexpr std::size_t batch_size = 32;

}  // namespace

Result<void> read_texts(Engine& engine) {
    search::TextReading& reading = *engine.text_reading();
    const auto waiting = reading.waiting();
    if (!waiting) {
        return waiting.error();
    }
    if (*waiting == 0) {
        return {};
    }
    const auto start = std::chrono::steady_clock::now();
    {
        Progress progress("reading words", *waiting);
        for (std::size_t read = 0; read < *waiting;) {
            const auto some =
                reading.read_some(batch_size, std::max(1U, std::thread::hardware_concurrency()));
            if (!some) {
                return some.error();
            }
            if (*some == 0) {
                break;
            }
            read += *some;
            progress.advance(*some);
        }
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    // Not a result: standard output ends with the summary of what was imported.
    std::fprintf(stderr, "words looked for in %zu pictures in %.1f s\n", *waiting, took.count());
    return {};
}

}  // namespace emojiscope::app
