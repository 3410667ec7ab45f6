#include "out_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace emojiscope::app {
namespace {

namespace fs = std::filesystem;

Error cannot_write(const fs::path& target) {
    return fail(ErrorCode::io,
                "cannot write " + target.string() + ": " + std::generic_category().message(errno));
}

bool is_standard(int descriptor) {
    struct stat own {};
    struct stat standard {};
    return ::fstat(descriptor, &own) == 0 && ::fstat(STDOUT_FILENO, &standard) == 0 &&
           own.st_dev == standard.st_dev && own.st_ino == standard.st_ino;
}

/// What a file that is made anew may be read and written by.
mode_t usual_mode() {
    const mode_t mask = ::umask(0);
    ::umask(mask);
    return 0666U & ~mask;
}

}  // namespace

Result<OutFile> OutFile::open(const fs::path& target) {
    std::error_code ignored;
    const fs::file_status there = fs::symlink_status(target, ignored);
    if (fs::exists(there) && !fs::is_regular_file(there)) {
        int descriptor = ::open(target.c_str(), O_WRONLY | O_CLOEXEC);
        if (descriptor >= 0 && is_standard(descriptor)) {
            ::close(descriptor);
            descriptor = ::dup(STDOUT_FILENO);  // and goes on where that is
        }
        if (descriptor < 0) {
            return cannot_write(target);
        }
        return OutFile(target, "", descriptor);
    }
    if (fs::exists(there) && ::access(target.c_str(), W_OK) != 0) {
        return cannot_write(target);
    }
    std::string part = target.string() + ".XXXXXX";
    const int descriptor = ::mkostemp(part.data(), O_CLOEXEC);
    if (descriptor < 0) {
        return cannot_write(target);
    }
    OutFile file(target, std::move(part), descriptor);
    if (::fchmod(descriptor, usual_mode()) != 0) {
        return cannot_write(target);
    }
    return file;
}

OutFile::OutFile(fs::path target, std::string part, int descriptor)
    : target_(std::move(target)),
      part_(std::move(part)),
      descriptor_(descriptor),
      standard_output_(is_standard(descriptor)) {}

OutFile::OutFile(OutFile&& other) noexcept
    : target_(std::move(other.target_)),
      part_(std::exchange(other.part_, {})),
      descriptor_(std::exchange(other.descriptor_, -1)),
      standard_output_(other.standard_output_) {}

OutFile::~OutFile() {
    static_cast<void>(close());
    if (!part_.empty()) {
        ::unlink(part_.c_str());
    }
}

Result<void> OutFile::close() {
    const int descriptor = std::exchange(descriptor_, -1);
    if (descriptor >= 0 && ::close(descriptor) != 0) {
        return cannot_write(target_);
    }
    return {};
}

Result<void> OutFile::write(std::string_view content) {
    struct stat kind {};
    if (part_.empty() && ::fstat(descriptor_, &kind) == 0 && S_ISREG(kind.st_mode) &&
        !standard_output_ && ::ftruncate(descriptor_, 0) != 0) {
        return cannot_write(target_);
    }
    while (!content.empty()) {
        const ssize_t written = ::write(descriptor_, content.data(), content.size());
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written < 0) {
            return cannot_write(target_);
        }
        content.remove_prefix(static_cast<std::size_t>(written));
    }
    if (auto closed = close(); !closed) {
        return closed;
    }
    if (!part_.empty()) {
        if (::rename(part_.c_str(), target_.c_str()) != 0) {
            return cannot_write(target_);
        }
        part_.clear();
    }
    return {};
}

}  // namespace emojiscope::app
