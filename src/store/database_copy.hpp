// A whole database copied while others write to it, and looked at before it is trusted.
#pragma once

#include "connection.hpp"

#include "emojiscope/core/error.hpp"
#include "emojiscope/store/backup.hpp"

#include <filesystem>

namespace emojiscope::store {

/// Copies what `source` holds at this moment into `target`, a file that is there and empty, by
/// SQLite's backup API. In WAL mode nobody waits for it, and it waits for nobody: it reads by one
/// snapshot, so that it needs not begin again when something changes meanwhile. The outcome is a
/// single file, without a log beside it.
/// Errors: cancelled; conflict if others hold it up for too long; io (a full disk, say); corrupt.
/// Throws SQLite::Exception for what is wrong with `source`.
[[nodiscard]] Result<void> copy_database(Connection& source, const std::filesystem::path& target,
                                         const CopyPace& pace);

/// Opens a database file for reading, and trusts nothing in it. Throws SQLite::Exception.
[[nodiscard]] Connection open_distrustfully(const std::filesystem::path& file);

/// That it is ours, of a schema that we know, and whole.
/// Errors: corrupt, unsupported, not_found (an empty database). Throws SQLite::Exception.
[[nodiscard]] Result<CatalogueContent> look_over(Connection& connection,
                                                 const std::filesystem::path& file);

/// The same, and undamaged to the last page, which takes time.
[[nodiscard]] Result<CatalogueContent> look_through(Connection& connection,
                                                    const std::filesystem::path& file);

}  // namespace emojiscope::store
