#include "database.hpp"

#include "schema.hpp"
#include "upgrade_copy.hpp"

#include "emojiscope/core/text.hpp"

#include <sqlite3.h>

#include <system_error>

namespace emojiscope::store {
namespace {

/// Readers that are kept open while nobody needs them.
constexpr std::size_t max_idle_readers = 4;

/// Finds damage that would otherwise show in the middle of the work, perhaps weeks later.
Result<void> check_integrity(Connection& connection, const std::filesystem::path& file) {
    SQLite::Statement check(connection.database(), "PRAGMA quick_check(1)");
    if (check.executeStep() && check.getColumn(0).getString() != "ok") {
        return emojiscope::fail(ErrorCode::corrupt, one_line(file.string() + ": damaged (" +
                                                             check.getColumn(0).getString() + ")"));
    }
    return {};
}

}  // namespace

Error no_catalogue(const std::filesystem::path& file) {
    return emojiscope::fail(ErrorCode::not_found, "no catalogue in " + file.parent_path().string() +
                                                      ": run import or sync first");
}

Database::Database(std::filesystem::path file) : file_(std::move(file)) {}

Database::~Database() {
    // The writer closes last: the last connection of all moves the log into the database.
    idle_readers_.clear();
    writer_.reset();
}

Result<std::unique_ptr<Database>> Database::open(const std::filesystem::path& file, bool write) {
    std::unique_ptr<Database> database(new Database(file));
    try {
        const auto opened = write ? database->open_writer() : database->open_first_reader();
        if (!opened) {
            return opened.error();
        }
    } catch (const SQLite::Exception& exception) {
        return translate(exception, file);
    }
    return database;
}

Result<void> Database::open_writer() {
    auto connection = std::make_unique<Connection>(
        file_, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE | SQLite::OPEN_NOMUTEX);
    // SQLite opens such a file for reading, and would refuse the first change.
    if (sqlite3_db_readonly(connection->database().getHandle(), "main") == 1) {
        return emojiscope::fail(ErrorCode::io, file_.string() + ": may not be written to");
    }
    // Nothing is changed before we know that the file is ours.
    const auto state = inspect_schema(*connection, file_);
    if (!state) {
        return state.error();
    }
    if (auto sound = check_integrity(*connection, file_); !sound) {
        return sound;
    }
    const bool older = *state == SchemaState::older;
    if (older) {
        if (auto kept = keep_before_upgrade(*connection, file_); !kept) {
            return kept;
        }
    }
    connection->execute(
        "PRAGMA journal_mode = WAL; PRAGMA foreign_keys = ON;"
        "PRAGMA synchronous = FULL");
    if (auto done = bring_up_to_date(*connection, older); !done) {
        return done;
    }
    writer_ = std::move(connection);
    return {};
}

Result<void> Database::bring_up_to_date(Connection& connection, bool older) {
    try {
        migrate(connection);
    } catch (const SQLite::Exception& exception) {
        Error error = translate(exception, file_);
        if (older) {
            error.message += "; it could not be brought up to date and is as it was";
        }
        return error;
    }
    if (older) {
        drop_older_copies(file_);
    }
    return {};
}

Result<void> Database::open_first_reader() {
    std::error_code ignored;
    if (!std::filesystem::exists(file_, ignored)) {
        return no_catalogue(file_);
    }
    auto connection = make_reader();
    const auto state = inspect_schema(*connection, file_);
    if (!state) {
        return state.error();
    }
    if (*state == SchemaState::empty) {
        return no_catalogue(file_);
    }
    if (*state == SchemaState::older) {
        return emojiscope::fail(ErrorCode::unsupported,
                                file_.string() +
                                    " was written by an older Emojiscope: run import or sync "
                                    "once to bring it up to date");
    }
    idle_readers_.push_back(std::move(connection));
    return {};
}

std::unique_ptr<Connection> Database::make_reader() const {
    return std::make_unique<Connection>(file_, SQLite::OPEN_READONLY | SQLite::OPEN_NOMUTEX);
}

void Database::set_durability(Durability durability) {
    if (durability == durability_) {
        return;
    }
    // Takes effect between transactions only, which is where we are.
    writer_->execute(durability == Durability::durable ? "PRAGMA synchronous = FULL"
                                                       : "PRAGMA synchronous = NORMAL");
    durability_ = durability;
}

Database::Lease::Lease(Database& owner) : owner_(owner) {
    {
        const std::lock_guard lock(owner_.pooling_);
        if (!owner_.idle_readers_.empty()) {
            connection_ = std::move(owner_.idle_readers_.back());
            owner_.idle_readers_.pop_back();
        }
    }
    if (!connection_) {
        connection_ = owner_.make_reader();
    }
}

Database::Lease::~Lease() {
    const std::lock_guard lock(owner_.pooling_);
    if (owner_.idle_readers_.size() < max_idle_readers) {
        owner_.idle_readers_.push_back(std::move(connection_));
    }
}

}  // namespace emojiscope::store
