// The tables, and how an older file becomes a present one.
#pragma once

#include "connection.hpp"

#include "emojiscope/core/error.hpp"

#include <cstdint>
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

/// That of this release.
[[nodiscard]] std::int64_t present_schema() noexcept;

/// As the header of the file says. Throws SQLite::Exception.
[[nodiscard]] std::int64_t schema_of(Connection& connection);

/// Runs the migrations that are missing, all in one transaction: where one of them fails, the file
/// is as it was. Throws SQLite::Exception.
void migrate(Connection& connection);

/// Whether a file of ours that comes from elsewhere has every table and index of its schema, and
/// nothing that would run by itself. Error: corrupt. Throws SQLite::Exception.
[[nodiscard]] Result<void> check_shape(Connection& connection, const std::filesystem::path& file);

}  // namespace emojiscope::store
