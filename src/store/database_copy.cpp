#include "database_copy.hpp"

#include "catalogue_rows.hpp"
#include "schema.hpp"

#include "emojiscope/core/text.hpp"

#include <SQLiteCpp/Backup.h>
#include <sqlite3.h>

#include <system_error>
#include <thread>

namespace emojiscope::store {
namespace {

using std::chrono::steady_clock;

/// For which another program may hold the source without a pause. In WAL mode nobody does.
constexpr std::chrono::seconds longest_hold{30};
constexpr std::chrono::milliseconds pause_when_held{50};

/// All pages, the newest commit of this moment being the last one that counts.
Result<void> copy_pages(Connection& source, Connection& target, const CopyPace& pace) {
    SQLite::Backup backup(target.database(), source.database());
    auto held_since = steady_clock::time_point::max();
    for (;;) {
        if (pace.stop.stop_requested()) {
            return fail(ErrorCode::cancelled, "stopped: nothing was written");
        }
        const int step = backup.executeStep(pace.pages_at_once);
        if (step == SQLITE_BUSY || step == SQLITE_LOCKED) {
            held_since = std::min(held_since, steady_clock::now());
            if (steady_clock::now() - held_since > longest_hold) {
                return fail(ErrorCode::conflict,
                            "another program holds the catalogue and does not let go of it");
            }
            std::this_thread::sleep_for(pause_when_held);
            continue;
        }
        held_since = steady_clock::time_point::max();
        const auto all = static_cast<std::size_t>(backup.getTotalPageCount());
        if (pace.on_progress) {
            pace.on_progress(all - static_cast<std::size_t>(backup.getRemainingPageCount()), all);
        }
        if (step == SQLITE_DONE) {
            return {};
        }
        std::this_thread::sleep_for(pace.pause);
    }
}

/// The copy of a database with a log says that it has one, too.
void end_log(const std::filesystem::path& file) {
    Connection connection(file, SQLite::OPEN_READWRITE);
    connection.execute("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = DELETE");
}

std::size_t count(Connection& connection, const char* sql) {
    Query query = connection.query(sql);
    return query.next() ? static_cast<std::size_t>(query.integer(0)) : 0;
}

CatalogueContent content_of(Connection& connection, const std::filesystem::path& file) {
    CatalogueContent content;
    content.schema = schema_of(connection);
    content.older = content.schema < present_schema();
    content.emoji = count(connection, "SELECT count(*) FROM emoji");
    if (count(connection, "SELECT count(*) FROM sqlite_master WHERE name = 'work'") > 0) {
        content.waiting = count(connection, "SELECT count(*) FROM work WHERE state = 0");
    }
    if (const auto model = claimed_model(connection)) {
        content.model = describe(*model);
    }
    std::error_code unknown;
    const auto bytes = std::filesystem::file_size(file, unknown);
    content.bytes = unknown ? 0 : bytes;
    return content;
}

}  // namespace

Result<void> copy_database(Connection& source, const std::filesystem::path& target,
                           const CopyPace& pace) {
    const SQLite::Transaction snapshot(source.database());
    count(source, "SELECT count(*) FROM sqlite_master");  // with the first read it begins
    try {
        {
            Connection into(target, SQLite::OPEN_READWRITE);
            // Nobody else sees it, and what fails is thrown away; it is brought to the disk later.
            into.execute("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF");
            if (auto copied = copy_pages(source, into, pace); !copied) {
                return copied;
            }
        }
        end_log(target);
    } catch (const SQLite::Exception& exception) {
        return translate(exception, target);
    }
    return {};
}

Connection open_distrustfully(const std::filesystem::path& file) {
    Connection connection(file, SQLite::OPEN_READONLY);
    connection.execute("PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON");
    return connection;
}

Result<CatalogueContent> look_over(Connection& connection, const std::filesystem::path& file) {
    const auto state = inspect_schema(connection, file);
    if (!state) {
        return state.error();
    }
    if (*state == SchemaState::empty) {
        return fail(ErrorCode::not_found, file.string() + " is empty: it holds no catalogue");
    }
    if (auto whole = check_shape(connection, file); !whole) {
        return whole.error();
    }
    return content_of(connection, file);
}

Result<CatalogueContent> look_through(Connection& connection, const std::filesystem::path& file) {
    auto content = look_over(connection, file);
    if (!content) {
        return content;
    }
    SQLite::Statement check(connection.database(), "PRAGMA integrity_check(1)");
    if (check.executeStep() && check.getColumn(0).getString() != "ok") {
        return fail(ErrorCode::corrupt,
                    one_line(file.string() + ": damaged (" + check.getColumn(0).getString() + ")"));
    }
    return content;
}

}  // namespace emojiscope::store
