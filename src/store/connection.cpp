#include "connection.hpp"

#include "emojiscope/core/text.hpp"

#include <sqlite3.h>

namespace emojiscope::store {
namespace {

/// How long a call waits for another process's short transaction before it gives up.
constexpr int busy_timeout_ms = 5000;

ErrorCode code_of(int sqlite_code) {
    switch (sqlite_code & 0xFF) {  // the low byte is the primary code
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB: return ErrorCode::corrupt;
        case SQLITE_FULL:
        case SQLITE_IOERR:
        case SQLITE_READONLY:
        case SQLITE_CANTOPEN:
        case SQLITE_PERM:
        case SQLITE_AUTH: return ErrorCode::io;
        case SQLITE_BUSY:
        case SQLITE_LOCKED: return ErrorCode::conflict;
        case SQLITE_TOOBIG: return ErrorCode::too_large;
        default: return ErrorCode::internal;
    }
}

}  // namespace

Query& Query::operator<<(std::int64_t value) {
    statement_.bind(++bound_, value);
    return *this;
}

Query& Query::operator<<(std::string_view text) {
    statement_.bind(++bound_, std::string(text));
    return *this;
}

Query& Query::blob(std::string_view bytes) {
    // An empty view may have no address, which SQLite would take for NULL.
    const char* const data = bytes.empty() ? "" : bytes.data();
    statement_.bind(++bound_, static_cast<const void*>(data), static_cast<int>(bytes.size()));
    return *this;
}

Query& Query::real(double value) {
    statement_.bind(++bound_, value);
    return *this;
}

std::string_view Query::bytes(int column) {
    const SQLite::Column value = statement_.getColumn(column);
    const auto* const data = static_cast<const char*>(value.getBlob());
    return data == nullptr ? std::string_view{}
                           : std::string_view(data, static_cast<std::size_t>(value.getBytes()));
}

Connection::Connection(const std::filesystem::path& file, int flags)
    : database_(file.string(), flags, busy_timeout_ms) {
    // What people asked is overwritten with zeros once it is answered, not only let go of. (So
    // Debian builds SQLite; other ones do not.)
    database_.exec("PRAGMA secure_delete = ON");
}

Query Connection::query(const char* sql) {
    auto& statement = statements_[sql];
    if (!statement) {
        try {
            statement = std::make_unique<SQLite::Statement>(database_, sql);
        } catch (...) {
            statements_.erase(sql);
            throw;
        }
    }
    return Query(*statement);
}

Error translate(const SQLite::Exception& exception, const std::filesystem::path& file) {
    const ErrorCode code = code_of(exception.getErrorCode());
    std::string message = file.string() + ": ";
    switch (code) {
        case ErrorCode::corrupt: message += "damaged, or not a database"; break;
        case ErrorCode::conflict: message += "in use by another program"; break;
        default: message += "the database refused"; break;
    }
    return fail(code, one_line(message + " (" + exception.what() + ")"));
}

}  // namespace emojiscope::store
