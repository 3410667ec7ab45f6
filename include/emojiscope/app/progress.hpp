// Progress of long work: a bar on a terminal, plain lines otherwise; always on stderr.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

namespace emojiscope::app {

/// For one thread.
class Progress {
public:
    Progress(std::string what, std::size_t total);
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    void advance(std::size_t by = 1);

private:
    void draw();

    std::string what_;
    std::size_t total_;
    std::size_t done_ = 0;
    bool terminal_;
    std::chrono::steady_clock::time_point last_{};
};

}  // namespace emojiscope::app
