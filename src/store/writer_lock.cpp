#include "writer_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

namespace emojiscope::store {
namespace {

/// The holder writes its process id for the message only; the lock itself is the kernel's.
void leave_process_id(int descriptor) {
    const std::string id = std::to_string(::getpid()) + "\n";
    if (::ftruncate(descriptor, 0) == 0) {
        [[maybe_unused]] const auto written = ::pwrite(descriptor, id.data(), id.size(), 0);
    }
}

std::string holder(int descriptor) {
    std::array<char, 16> digits{};
    const auto size = ::pread(descriptor, digits.data(), digits.size(), 0);
    std::string id;
    for (std::size_t i = 0; size > 0 && i < static_cast<std::size_t>(size); ++i) {
        if (digits[i] < '0' || digits[i] > '9') {
            break;
        }
        id += digits[i];
    }
    return id.empty() ? "" : " (process " + id + ")";
}

}  // namespace

WriterLock::~WriterLock() {
    if (descriptor_ >= 0) {
        ::close(descriptor_);
    }
}

WriterLock::WriterLock(WriterLock&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)) {}

WriterLock& WriterLock::operator=(WriterLock&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
}

Result<WriterLock> WriterLock::take(const std::filesystem::path& folder) {
    const auto file = folder / "writer.lock";
    const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (descriptor < 0) {
        return emojiscope::fail(ErrorCode::io, "cannot open " + file.string() + ": " +
                                                   std::generic_category().message(errno));
    }
    WriterLock lock(descriptor);
    while (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
        if (errno == EWOULDBLOCK) {
            return emojiscope::fail(ErrorCode::conflict, "another program" + holder(descriptor) +
                                                             " is writing to the catalogue in " +
                                                             folder.string() + ": stop it first");
        }
        if (errno != EINTR) {
            return emojiscope::fail(ErrorCode::io, "cannot lock " + file.string() + ": " +
                                                       std::generic_category().message(errno));
        }
    }
    leave_process_id(descriptor);
    return lock;
}

}  // namespace emojiscope::store
