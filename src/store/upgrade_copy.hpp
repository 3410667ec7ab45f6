// The way back from an upgrade: the catalogue as the older release left it.
#pragma once

#include "connection.hpp"

#include "emojiscope/core/error.hpp"

#include <filesystem>

namespace emojiscope::store {

/// Copies the database to `FILE.before-schema-N`, N being what it is about to become, in place of
/// an earlier copy of that name. For the one who holds the writer's lock. Errors: io (no room for
/// it, say), corrupt. Throws SQLite::Exception.
[[nodiscard]] Result<void> keep_before_upgrade(Connection& connection,
                                               const std::filesystem::path& file);

/// Of all such copies the newest one is left, so that they do not add up.
void drop_older_copies(const std::filesystem::path& file);

}  // namespace emojiscope::store
