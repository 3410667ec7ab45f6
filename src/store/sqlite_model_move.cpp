#include "sqlite_model_move.hpp"

#include "catalogue_rows.hpp"
#include "vector_blob.hpp"

#include "emojiscope/core/text.hpp"

#include <string>
#include <utility>

namespace emojiscope::store {
namespace {

/// moved_picture.kind
enum class Kind : std::int64_t { of_file = 0, of_sketch = 1, given_up = 2 };

Kind kind_of(const search::MovedFile& file) {
    if (file.vectors.values.empty()) {
        return Kind::given_up;
    }
    return file.from_sketch ? Kind::of_sketch : Kind::of_file;
}

std::size_t to_size(std::int64_t count) {
    return static_cast<std::size_t>(count);
}

Result<void> check_move(Connection& connection, const search::ModelId& to) {
    if (next_model(connection) == to) {
        return {};
    }
    return emojiscope::fail(ErrorCode::conflict,
                            one_line("no move to the model " + describe(to) + " is under way"));
}

Result<void> check_files(const search::ModelId& to, std::span<const search::MovedFile> files) {
    for (const search::MovedFile& file : files) {
        if (file.file_hash.empty()) {
            return emojiscope::fail(ErrorCode::invalid_argument, "a file needs its hash");
        }
        if (file.vectors.values.empty()) {
            continue;
        }
        if (file.vectors.dimension != to.dimension) {
            return emojiscope::fail(
                ErrorCode::conflict,
                one_line("vectors of dimension " + std::to_string(file.vectors.dimension) +
                         " are not of the model " + describe(to)));
        }
        if (auto good = check_vectors(file.vectors); !good) {
            return good;
        }
    }
    return {};
}

/// Rows that are dropped in one transaction.
constexpr std::int64_t tidied_at_once = 500;

void settle(Connection& connection, EmojiId id, const search::MovedFile& file) {
    for (const char* sql : {"DELETE FROM next_vector WHERE emoji_id = ?",
                            "DELETE FROM moved_picture WHERE emoji_id = ?"}) {
        Query query = connection.query(sql);
        query << id;
        query.run();
    }
    {
        Query query = connection.query(
            "INSERT INTO moved_picture (emoji_id, file_hash, kind, why) VALUES (?, ?, ?, ?)");
        query << id << file.file_hash << static_cast<std::int64_t>(kind_of(file))
              << one_line(file.why);
        query.run();
    }
    for (std::size_t row = 0; row < file.vectors.count(); ++row) {
        Query query =
            connection.query("INSERT INTO next_vector (emoji_id, row, embedding) VALUES (?, ?, ?)");
        query << id << static_cast<std::int64_t>(row);
        query.blob(encode_vector(file.vectors.row(row)));
        query.run();
    }
}

/// Pending ones as well, which showed the file before: it may come back.
std::vector<EmojiId> ids_of_file(Connection& connection, std::string_view file_hash) {
    Query query = connection.query("SELECT id FROM emoji WHERE file_hash = ? AND file_hash <> ''");
    query << file_hash;
    std::vector<EmojiId> ids;
    while (query.next()) {
        ids.push_back(query.integer(0));
    }
    return ids;
}

search::MoveProgress count(Connection& connection, search::ModelId to) {
    Query query = connection.query(
        "SELECT count(*), count(moved_picture.kind), ifnull(sum(moved_picture.kind = 2), 0)"
        " FROM emoji LEFT JOIN moved_picture ON moved_picture.emoji_id = emoji.id"
        "  AND moved_picture.file_hash = emoji.file_hash"
        " WHERE emoji.state = 1");
    query.next();
    return {std::move(to), to_size(query.integer(0)), to_size(query.integer(1)),
            to_size(query.integer(2))};
}

/// By id, so that they come oldest first.
std::vector<EmojiRecord> bearers(Connection& connection, const std::string& file_hash) {
    Query query = connection.query("SELECT " EMOJISCOPE_EMOJI_COLUMNS
                                   " FROM emoji WHERE file_hash = ? AND file_hash <> ''"
                                   "  AND state = 1 ORDER BY id");
    query << file_hash;
    std::vector<EmojiRecord> records;
    while (query.next()) {
        records.push_back(read_emoji(query));
    }
    return records;
}

/// As SqliteCatalogue::fail leaves them.
void fail_given_up(Connection& connection) {
    for (const char* sql :
         {"DELETE FROM fingerprint WHERE emoji_id IN"
          " (SELECT emoji.id FROM moved_picture JOIN emoji ON emoji.id = moved_picture.emoji_id"
          "   AND emoji.file_hash = moved_picture.file_hash"
          "   WHERE moved_picture.kind = 2 AND emoji.state = 1)",
          "UPDATE emoji SET state = 2, last_error ="
          "  (SELECT why FROM moved_picture WHERE moved_picture.emoji_id = emoji.id),"
          "  file_hash = '', pixel_hash = '', width = 0, height = 0, frame_count = 0"
          " WHERE state = 1 AND EXISTS (SELECT 1 FROM moved_picture"
          "  WHERE moved_picture.emoji_id = emoji.id AND moved_picture.kind = 2"
          "   AND moved_picture.file_hash = emoji.file_hash)"}) {
        connection.query(sql).run();
    }
}

/// Vectors of a file that the emoji shows no more, and of what was learnt again since, do not
/// count.
void drop_stale(Connection& connection) {
    connection
        .query(
            "DELETE FROM next_vector WHERE emoji_id NOT IN"
            " (SELECT emoji.id FROM emoji JOIN moved_picture ON moved_picture.emoji_id = emoji.id"
            "   AND moved_picture.file_hash = emoji.file_hash)")
        .run();
}

/// The old vectors are left behind under the name of the new ones, for `tidy`.
void exchange_vectors(Connection& connection) {
    connection.execute(
        "ALTER TABLE vector RENAME TO old_vector;"
        "ALTER TABLE next_vector RENAME TO vector;"
        "ALTER TABLE old_vector RENAME TO next_vector");
}

}  // namespace

Result<std::optional<search::MoveProgress>> SqliteModelMove::progress() const {
    using Progress = std::optional<search::MoveProgress>;
    return database_.read([](Connection& connection) -> Result<Progress> {
        auto to = next_model(connection);
        return to ? Progress(count(connection, std::move(*to))) : Progress{};
    });
}

Result<void> SqliteModelMove::begin(const search::ModelId& to) {
    if (to.name.empty() || to.dimension < 1) {
        return emojiscope::fail(ErrorCode::invalid_argument,
                                "a model needs a name and a dimension");
    }
    if (auto tidied = tidy(); !tidied) {
        return tidied;
    }
    return database_.write(Durability::recoverable, [&](Connection& connection) -> Result<void> {
        if (!has_vectors(connection)) {
            return emojiscope::fail(ErrorCode::conflict, "the catalogue holds no vectors to move");
        }
        if (claimed_model(connection) == to) {
            return emojiscope::fail(ErrorCode::conflict, one_line("the catalogue is of the model " +
                                                                  describe(to) + " already"));
        }
        if (next_model(connection) == to) {
            connection.query("DELETE FROM moved_picture WHERE kind <> 0").run();
            return {};
        }
        drop_move(connection);
        save_next_model(connection, to);
        return {};
    });
}

Result<std::vector<search::WaitingFile>> SqliteModelMove::waiting(std::string_view after,
                                                                  std::size_t most) const {
    using Files = std::vector<search::WaitingFile>;
    return database_.read([&](Connection& connection) -> Result<Files> {
        Files files;
        if (!next_model(connection)) {
            return files;
        }
        {
            Query query = connection.query(
                "SELECT DISTINCT file_hash FROM emoji"
                " WHERE file_hash <> '' AND file_hash > ?1 AND state = 1 AND NOT EXISTS"
                "  (SELECT 1 FROM moved_picture WHERE moved_picture.emoji_id = emoji.id"
                "    AND moved_picture.file_hash = emoji.file_hash)"
                " ORDER BY file_hash LIMIT ?2");
            query << after << static_cast<std::int64_t>(most);
            while (query.next()) {
                files.push_back({query.text(0), {}});
            }
        }
        for (search::WaitingFile& file : files) {
            file.emoji = bearers(connection, file.file_hash);
        }
        return files;
    });
}

Result<void> SqliteModelMove::put(const search::ModelId& to,
                                  std::span<const search::MovedFile> files) {
    if (auto good = check_files(to, files); !good) {
        return good;
    }
    return database_.write(Durability::recoverable, [&](Connection& connection) -> Result<void> {
        if (auto good = check_move(connection, to); !good) {
            return good;
        }
        for (const search::MovedFile& file : files) {
            for (const EmojiId id : ids_of_file(connection, file.file_hash)) {
                settle(connection, id, file);
            }
        }
        return {};
    });
}

Result<std::vector<search::MoveFlaw>> SqliteModelMove::flaws() const {
    using Flaws = std::vector<search::MoveFlaw>;
    return database_.read([](Connection& connection) -> Result<Flaws> {
        Query query =
            connection.query("SELECT " EMOJISCOPE_EMOJI_COLUMNS
                             ", moved_picture.kind = 2, moved_picture.why"
                             " FROM emoji JOIN moved_picture ON moved_picture.emoji_id = emoji.id"
                             "  AND moved_picture.file_hash = emoji.file_hash"
                             " WHERE emoji.state = 1 AND moved_picture.kind <> 0"
                             " ORDER BY emoji.name, emoji.team_id");
        Flaws found;
        while (query.next()) {
            found.push_back({read_emoji(query), query.small(emoji_columns) != 0,
                             query.text(emoji_columns + 1)});
        }
        return found;
    });
}

Result<void> SqliteModelMove::for_each_vector(
    std::string_view team_id,
    const std::function<void(EmojiId, std::span<const float>)>& visit) const {
    return database_.read([&](Connection& connection) -> Result<void> {
        const auto to = next_model(connection);
        Query query = connection.query(
            "SELECT emoji.id, next_vector.embedding FROM emoji"
            " JOIN moved_picture ON moved_picture.emoji_id = emoji.id"
            "  AND moved_picture.file_hash = emoji.file_hash"
            " JOIN next_vector ON next_vector.emoji_id = emoji.id"
            " WHERE emoji.state = 1 AND (?1 = '' OR emoji.team_id = ?1)"
            " ORDER BY emoji.id, next_vector.row");
        query << team_id;
        while (query.next()) {
            const EmojiId id = query.integer(0);
            const auto vector = decode_vector(query.bytes(1), to ? to->dimension : 0);
            if (!vector) {
                return emojiscope::fail(ErrorCode::corrupt, database_.file().string() +
                                                                ": a new vector of emoji " +
                                                                std::to_string(id) + " is damaged");
            }
            visit(id, *vector);
        }
        return {};
    });
}

Result<void> SqliteModelMove::finish(const search::ModelId& to) {
    return database_.write(Durability::durable, [&](Connection& connection) -> Result<void> {
        if (auto good = check_move(connection, to); !good) {
            return good;
        }
        const auto progress = count(connection, to);
        if (!progress.whole()) {
            return emojiscope::fail(ErrorCode::conflict,
                                    std::to_string(progress.emoji - progress.settled) +
                                        " emoji have no vectors yet of the model " + describe(to));
        }
        drop_stale(connection);
        fail_given_up(connection);
        exchange_vectors(connection);
        save_claimed_model(connection, to);
        drop_move(connection);
        return {};
    });
}

Result<void> SqliteModelMove::tidy() {
    for (bool more = true; more;) {
        const auto dropped =
            database_.write(Durability::recoverable, [](Connection& connection) -> Result<int> {
                if (next_model(connection)) {
                    return 0;
                }
                Query query = connection.query(
                    "DELETE FROM next_vector WHERE rowid IN"
                    " (SELECT rowid FROM next_vector LIMIT ?)");
                query << tidied_at_once;
                return query.run();
            });
        if (!dropped) {
            return dropped.error();
        }
        more = *dropped > 0;
    }
    return {};
}

Result<void> SqliteModelMove::abandon() {
    auto dropped =
        database_.write(Durability::recoverable, [](Connection& connection) -> Result<void> {
            drop_move(connection);
            return {};
        });
    return dropped ? tidy() : dropped;
}

}  // namespace emojiscope::store
