// A file that takes long to make.
#pragma once

#include "emojiscope/core/error.hpp"

#include <filesystem>
#include <string>
#include <string_view>

namespace emojiscope::app {

/// Opened before the work, so that whoever cannot write it learns that at once, and beside the
/// target, so that what was there before is never left half written. What is no plain file (a link,
/// a pipe, /dev/stdout) is written as it is. For one thread.
class OutFile {
public:
    /// Error: io.
    [[nodiscard]] static Result<OutFile> open(const std::filesystem::path& target);
    OutFile(OutFile&& other) noexcept;
    OutFile& operator=(OutFile&&) = delete;
    /// Without `write` nothing has happened to the target.
    ~OutFile();

    /// All that there is, once. Error: io.
    [[nodiscard]] Result<void> write(std::string_view content);

    /// Whether standard output is the same file.
    [[nodiscard]] bool is_standard_output() const { return standard_output_; }

private:
    OutFile(std::filesystem::path target, std::string part, int descriptor);
    [[nodiscard]] Result<void> close();

    std::filesystem::path target_;
    std::string part_;  ///< to be renamed; empty: the target itself is open
    int descriptor_;
    bool standard_output_ = false;
};

}  // namespace emojiscope::app
