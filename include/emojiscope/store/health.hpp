// A look at the catalogue from outside: it changes nothing, and takes no lock that others wait for.
#pragma once

#include "emojiscope/core/error.hpp"
#include "emojiscope/search/embedder.hpp"
#include "emojiscope/store/backup.hpp"

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace emojiscope::store {

struct DatabaseHealth {
    CatalogueContent content;
    std::uintmax_t log_bytes = 0;          ///< of the write-ahead log beside it
    std::string damage;                    ///< what SQLite's quick check found; empty: nothing
    bool checked = true;                   ///< false: there was no time to look at all of it
    std::optional<search::ModelId> model;  ///< that the catalogue is of
};

/// Looks at `folder`/catalogue.db for at most `patience`.
/// Errors: not_found, corrupt, unsupported (of a newer release), io, conflict.
[[nodiscard]] Result<DatabaseHealth> examine(const std::filesystem::path& folder,
                                             std::chrono::milliseconds patience);

/// The process that has the right to write to this folder, as the kernel's list of locks says;
/// nothing if there is none, or if it is hidden from us (in another container, say). `locks` is
/// that list, and another one in tests only.
[[nodiscard]] std::optional<pid_t> writer_of(const std::filesystem::path& folder,
                                             const std::filesystem::path& locks = "/proc/locks");

}  // namespace emojiscope::store
