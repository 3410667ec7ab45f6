// A disk without room, for this process alone: no file grows beyond a size.
#pragma once

#include <sys/resource.h>

#include <csignal>
#include <stdexcept>

namespace emojiscope::store {

/// While it lives. A write beyond the size fails with EFBIG.
class NoRoom {
public:
    explicit NoRoom(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
        if (::getrlimit(RLIMIT_FSIZE, &before_) != 0) {
            throw std::runtime_error("cannot ask for the limit of files");
        }
        rlimit now = before_;
        now.rlim_cur = bytes;
        if (::setrlimit(RLIMIT_FSIZE, &now) != 0) {
            throw std::runtime_error("cannot limit files");
        }
    }
    ~NoRoom() {
        ::setrlimit(RLIMIT_FSIZE, &before_);
        std::signal(SIGXFSZ, handler_);
    }
    NoRoom(const NoRoom&) = delete;
    NoRoom& operator=(const NoRoom&) = delete;

private:
    rlimit before_{};
    void (*handler_)(int);
};

}  // namespace emojiscope::store
