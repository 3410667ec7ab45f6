// One SQLite connection with its prepared statements. Used by one thread at a time.
#pragma once

#include "emojiscope/core/error.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace emojiscope::store {

/// A prepared statement on loan: bound in order, and reset when it goes out of scope, so that no
/// forgotten cursor keeps a transaction open.
class Query {
public:
    explicit Query(SQLite::Statement& statement) : statement_(statement) {}
    ~Query() {
        statement_.tryReset();
        statement_.clearBindings();
    }
    Query(const Query&) = delete;
    Query& operator=(const Query&) = delete;

    Query& operator<<(std::int64_t value);
    Query& operator<<(std::string_view text);
    Query& blob(std::string_view bytes);
    Query& real(double value);

    /// Steps to the next row; false at the end.
    bool next() { return statement_.executeStep(); }
    /// Runs a statement that gives no rows; returns how many rows it changed.
    int run() { return statement_.exec(); }

    [[nodiscard]] std::int64_t integer(int column) {
        return statement_.getColumn(column).getInt64();
    }
    [[nodiscard]] double real(int column) { return statement_.getColumn(column).getDouble(); }
    [[nodiscard]] int small(int column) { return statement_.getColumn(column).getInt(); }
    [[nodiscard]] std::string text(int column) { return statement_.getColumn(column).getString(); }
    [[nodiscard]] bool is_null(int column) { return statement_.getColumn(column).isNull(); }
    /// Valid until the next step.
    [[nodiscard]] std::string_view bytes(int column);

private:
    SQLite::Statement& statement_;
    int bound_ = 0;
};

class Connection {
public:
    /// Throws SQLite::Exception.
    Connection(const std::filesystem::path& file, int flags);

    /// `sql` must be a literal; its statement is prepared once and kept. One loan of it at a time.
    [[nodiscard]] Query query(const char* sql);

    void execute(const char* sql) { database_.exec(sql); }
    [[nodiscard]] std::int64_t last_id() const { return database_.getLastInsertRowid(); }
    [[nodiscard]] SQLite::Database& database() { return database_; }

private:
    SQLite::Database database_;
    std::map<std::string_view, std::unique_ptr<SQLite::Statement>> statements_;
};

/// One line, with the file that it is about.
[[nodiscard]] Error translate(const SQLite::Exception& exception,
                              const std::filesystem::path& file);

}  // namespace emojiscope::store
