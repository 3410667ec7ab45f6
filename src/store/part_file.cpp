#include "part_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace emojiscope::store {
namespace {

namespace fs = std::filesystem;

Error cannot_write(const fs::path& file, int why) {
    return fail(ErrorCode::io,
                "cannot write " + file.string() + ": " + std::generic_category().message(why));
}

Error is_there(const fs::path& target) {
    return fail(ErrorCode::conflict,
                target.string() + " is there already: choose another name, or add --force");
}

/// Whether `path` still names what is open: another program may have renamed it meanwhile.
bool names(const fs::path& path, int descriptor) {
    struct stat named {};
    struct stat opened {};
    return ::lstat(path.c_str(), &named) == 0 && ::fstat(descriptor, &opened) == 0 &&
           named.st_dev == opened.st_dev && named.st_ino == opened.st_ino;
}

bool is_plain(int descriptor) {
    struct stat kind {};
    return ::fstat(descriptor, &kind) == 0 && S_ISREG(kind.st_mode);
}

/// Whether this may be what a killed program left: nothing, or pages of a database, of which the
/// first one is not always the first to be written.
bool is_unfinished_copy(int descriptor) {
    constexpr std::string_view header{"SQLite format 3\0", 16};
    std::array<char, header.size()> first{};
    const auto got = ::pread(descriptor, first.data(), first.size(), 0);
    if (got < 0) {
        return false;
    }
    const std::string_view begins(first.data(), static_cast<std::size_t>(got));
    return begins == header || begins.find_first_not_of('\0') == std::string_view::npos;
}

Result<void> check_target(const fs::path& target, Existing existing) {
    std::error_code ignored;
    const fs::file_status there = fs::symlink_status(target, ignored);
    if (!fs::exists(there)) {
        return {};
    }
    if (!fs::is_regular_file(there)) {
        return fail(ErrorCode::invalid_argument, target.string() + " is no plain file");
    }
    return existing == Existing::refuse ? Result<void>(is_there(target)) : Result<void>{};
}

/// Fails with EEXIST if `to` is there and may not be replaced.
bool rename_to(const fs::path& from, const fs::path& to, Existing existing) {
    if (existing == Existing::replace) {
        return ::rename(from.c_str(), to.c_str()) == 0;
    }
    if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) {
        return true;
    }
    if (errno != EINVAL && errno != ENOSYS) {
        return false;
    }
    // A file system that knows no such renaming.
    if (::access(to.c_str(), F_OK) == 0) {
        errno = EEXIST;
        return false;
    }
    return ::rename(from.c_str(), to.c_str()) == 0;
}

}  // namespace

fs::path beside(const fs::path& database, const char* suffix) {
    return database.string() + suffix;
}

Result<void> sync_folder(const fs::path& folder) {
    const fs::path opened = folder.empty() ? fs::path(".") : folder;
    const int descriptor = ::open(opened.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    // Some file systems cannot do this to a folder, and say EINVAL.
    const bool done = descriptor >= 0 && (::fsync(descriptor) == 0 || errno == EINVAL);
    const int why = errno;
    if (descriptor >= 0) {
        ::close(descriptor);
    }
    return done ? Result<void>{} : Result<void>(cannot_write(opened, why));
}

Result<void> belong_to_owner_of(const fs::path& folder, const fs::path& file) {
    struct stat owner {};
    if (::geteuid() != 0) {
        return {};
    }
    if (::stat(folder.c_str(), &owner) != 0 ||
        ::chown(file.c_str(), owner.st_uid, owner.st_gid) != 0) {
        return cannot_write(file, errno);
    }
    return {};
}

Result<PartFile> PartFile::open(const fs::path& target, Existing existing) {
    if (auto good = check_target(target, existing); !good) {
        return good.error();
    }
    const fs::path path = beside(target, ".part");
    for (;;) {
        const int descriptor =
            ::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
        if (descriptor < 0) {
            return cannot_write(path, errno);
        }
        if (!is_plain(descriptor)) {
            ::close(descriptor);
            return fail(ErrorCode::invalid_argument, path.string() + " is no plain file");
        }
        if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
            const int why = errno;
            ::close(descriptor);
            if (why == EWOULDBLOCK) {
                return fail(ErrorCode::conflict,
                            "another program is writing " + path.string() + ": wait for its end");
            }
            return cannot_write(path, why);
        }
        if (!names(path, descriptor)) {
            ::close(descriptor);  // whoever made it was done with it just now
            continue;
        }
        if (!is_unfinished_copy(descriptor)) {
            ::close(descriptor);
            return fail(ErrorCode::conflict,
                        path.string() +
                            " is in the way, and is no unfinished copy: move it, or choose "
                            "another name");
        }
        PartFile part(target, existing, descriptor);
        if (::fchmod(descriptor, 0600) != 0 || ::ftruncate(descriptor, 0) != 0) {
            return cannot_write(path, errno);
        }
        return part;
    }
}

PartFile::PartFile(fs::path target, Existing existing, int descriptor)
    : target_(std::move(target)),
      path_(beside(target_, ".part")),
      existing_(existing),
      descriptor_(descriptor) {}

PartFile::PartFile(PartFile&& other) noexcept
    : target_(std::move(other.target_)),
      path_(std::move(other.path_)),
      existing_(other.existing_),
      descriptor_(std::exchange(other.descriptor_, -1)) {}

PartFile::~PartFile() {
    if (descriptor_ < 0) {
        return;
    }
    for (const char* suffix : {"-journal", "-wal", "-shm", ""}) {
        ::unlink(beside(path_, suffix).c_str());
    }
    ::close(descriptor_);
}

Result<void> PartFile::take_after(const fs::path& other) const {
    struct stat like {};
    if (::stat(other.c_str(), &like) != 0) {
        return cannot_write(path_, errno);
    }
    if (::geteuid() == 0 && ::fchown(descriptor_, like.st_uid, like.st_gid) != 0) {
        return cannot_write(path_, errno);
    }
    if (::fchmod(descriptor_, like.st_mode & 0777U) != 0) {
        return cannot_write(path_, errno);
    }
    return {};
}

Result<void> PartFile::commit() {
    if (::fsync(descriptor_) != 0) {
        return cannot_write(path_, errno);
    }
    if (!rename_to(path_, target_, existing_)) {
        return errno == EEXIST ? is_there(target_) : cannot_write(target_, errno);
    }
    ::close(std::exchange(descriptor_, -1));
    return sync_folder(target_.parent_path());
}

}  // namespace emojiscope::store
