// The right to write to a data folder, held by one process at a time.
#pragma once

#include "emojiscope/core/error.hpp"

#include <filesystem>

namespace emojiscope::store {

/// Held from `take` until destruction, or until the process ends in whatever way: the kernel
/// releases the lock with the last descriptor of the file, so nothing stale is ever left.
class WriterLock {
public:
    WriterLock() = default;
    ~WriterLock();
    WriterLock(WriterLock&& other) noexcept;
    WriterLock& operator=(WriterLock&& other) noexcept;

    /// Error: conflict if it is held (by this process or another), naming the folder; io.
    [[nodiscard]] static Result<WriterLock> take(const std::filesystem::path& folder);

private:
    explicit WriterLock(int descriptor) : descriptor_(descriptor) {}
    int descriptor_ = -1;
};

}  // namespace emojiscope::store
