// A database file in the making: it lies beside its target under the name `TARGET.part` until it is
// whole, and takes the target's place in one step.
#pragma once

#include "emojiscope/core/error.hpp"

#include <filesystem>

namespace emojiscope::store {

/// What a `commit` may find in the way.
enum class Existing { refuse, replace };

/// For one thread. Only its maker may read the file (mode 0600). What a killed program left under
/// that name is overwritten, and nothing else is; two at once are told apart by a lock that ends
/// with the process.
class PartFile {
public:
    /// Errors: conflict if there is a target and it must not be replaced, if another program makes
    /// the same file, or if a file of that name is no copy of a database; invalid_argument if the
    /// target is no plain file; io.
    [[nodiscard]] static Result<PartFile> open(const std::filesystem::path& target,
                                               Existing existing);
    PartFile(PartFile&& other) noexcept;
    PartFile& operator=(PartFile&&) = delete;
    /// Without `commit` nothing is left.
    ~PartFile();

    /// Empty at first. Whoever opened it as a database must have closed it before `commit`.
    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

    /// Gives it the mode and the owner of another file.
    [[nodiscard]] Result<void> take_after(const std::filesystem::path& other) const;

    /// On the disk, and under its name, when it returns. Errors: as `open`.
    [[nodiscard]] Result<void> commit();

    /// Whether it has got its name, even if `commit` failed after that.
    [[nodiscard]] bool is_in_place() const noexcept { return descriptor_ < 0; }

private:
    PartFile(std::filesystem::path target, Existing existing, int descriptor);

    std::filesystem::path target_;
    std::filesystem::path path_;
    Existing existing_;
    int descriptor_;
};

/// Names that were changed in a folder are on the disk afterwards. Error: io.
[[nodiscard]] Result<void> sync_folder(const std::filesystem::path& folder);

/// What root makes for a service belongs to whom the folder belongs to; for anybody else nothing
/// happens. Error: io.
[[nodiscard]] Result<void> belong_to_owner_of(const std::filesystem::path& folder,
                                              const std::filesystem::path& file);

/// The files that SQLite keeps beside a database.
[[nodiscard]] std::filesystem::path beside(const std::filesystem::path& database,
                                           const char* suffix);

}  // namespace emojiscope::store
