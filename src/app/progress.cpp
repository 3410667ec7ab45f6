#include "emojiscope/app/progress.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace emojiscope::app {
namespace {

constexpr int bar_width = 30;
constexpr std::chrono::milliseconds terminal_interval{100};
constexpr std::chrono::seconds line_interval{5};

}  // namespace

Progress::Progress(std::string what, std::size_t total)
    : what_(std::move(what)), total_(total), terminal_(isatty(STDERR_FILENO) == 1) {
    last_ = std::chrono::steady_clock::now();
}

Progress::~Progress() {
    if (terminal_ && total_ > 0) {
        draw();
        std::fputc('\n', stderr);
    }
}

void Progress::advance(std::size_t by) {
    done_ = std::min(total_, done_ + by);
    const auto now = std::chrono::steady_clock::now();
    const bool due = terminal_ ? now - last_ >= terminal_interval : now - last_ >= line_interval;
    if (due) {
        last_ = now;
        draw();
    }
}

void Progress::draw() {
    if (!terminal_) {
        std::fprintf(stderr, "%s: %zu of %zu\n", what_.c_str(), done_, total_);
        return;
    }
    const std::size_t full = total_ == 0 ? 0 : done_ * bar_width / total_;
    std::string bar(full, '#');
    bar.resize(bar_width, ' ');
    std::fprintf(stderr, "\r%s [%s] %zu/%zu", what_.c_str(), bar.c_str(), done_, total_);
    std::fflush(stderr);
}

}  // namespace emojiscope::app
