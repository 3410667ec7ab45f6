// The tables, and how an older file becomes a present one.
#pragma once

#include "connection.hpp"

#include "emojiscope/core/error.hpp"

#include <filesystem>

namespace emojiscope::store {

/// In the header of the file: "EMSC". Tells our files from every other SQLite database.
inline constexpr int application_id = 0x454D5343;

enum class SchemaState {
    empty,  ///< a database without any table
    older,  ///< ours, of an earlier release
    present,
};

/// Looks without changing anything. Errors: corrupt if the file is not ours; unsupported if it was
/// written by a newer release. Throws SQLite::Exception.
[[nodiscard]] Result<SchemaState> inspect_schema(Connection& connection,
                                                 const std::filesystem::path& file);

/// Runs the migrations that are missing, each in a transaction. Throws SQLite::Exception.
void migrate(Connection& connection);

}  // namespace emojiscope::store
