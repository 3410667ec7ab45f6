// Reads a gzip file within limits.
#pragma once

#include "emojiscope/core/error.hpp"

#include <cstddef>
#include <filesystem>
#include <string>

namespace emojiscope::text {

/// Errors: not_found, corrupt, too_large (more than `most` bytes inside); one line with the file.
[[nodiscard]] Result<std::string> gunzip(const std::filesystem::path& file, std::size_t most);

}  // namespace emojiscope::text
