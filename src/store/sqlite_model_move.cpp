#include "sqlite_model_move.hpp"

#include "catalogue_rows.hpp"
#include "vector_blob.hpp"

#include "emojiscope/core/text.hpp"

#include <string>
#include <utility>

namespace emojiscope::store {
namespace {

/// move_file.kind
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

void put_one(Connection& connection, const search::MovedFile& file) {
    {
        Query query = connection.query("DELETE FROM move_file WHERE file_hash = ?");
        query << file.file_hash;
        query.run();
    }
    {
        Query query =
            connection.query("INSERT INTO move_file (file_hash, kind, why) VALUES (?, ?, ?)");
        query << file.file_hash << static_cast<std::int64_t>(kind_of(file)) << one_line(file.why);
        query.run();
    }
    for (std::size_t row = 0; row < file.vectors.count(); ++row) {
        Query query = connection.query(
            "INSERT INTO move_vector (file_hash, row, embedding) VALUES (?, ?, ?)");
        query << file.file_hash << static_cast<std::int64_t>(row);
        query.blob(encode_vector(file.vectors.row(row)));
        query.run();
    }
}

search::MoveProgress count(Connection& connection, search::ModelId to) {
    Query query = connection.query(
        "SELECT count(*), count(move_file.kind), ifnull(sum(move_file.kind = 2), 0)"
        " FROM emoji LEFT JOIN move_file ON move_file.file_hash = emoji.file_hash"
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

/// As SqliteCatalogue::fail leaves them; their vectors go with all the others.
void fail_given_up(Connection& connection) {
    for (const char* sql :
         {"DELETE FROM fingerprint WHERE emoji_id IN"
          " (SELECT emoji.id FROM emoji JOIN move_file ON move_file.file_hash = emoji.file_hash"
          "   WHERE emoji.state = 1 AND move_file.kind = 2)",
          "UPDATE emoji SET state = 2, last_error ="
          "  (SELECT why FROM move_file WHERE move_file.file_hash = emoji.file_hash),"
          "  file_hash = '', pixel_hash = '', width = 0, height = 0, frame_count = 0"
          " WHERE state = 1 AND file_hash IN (SELECT file_hash FROM move_file WHERE kind = 2)"}) {
        connection.query(sql).run();
    }
}

/// A pending emoji keeps vectors if it has new ones: the file that it showed before may come back.
void exchange_vectors(Connection& connection) {
    for (const char* sql : {"DELETE FROM vector",
                            "INSERT INTO vector (emoji_id, row, embedding)"
                            " SELECT emoji.id, move_vector.row, move_vector.embedding FROM emoji"
                            "  JOIN move_vector ON move_vector.file_hash = emoji.file_hash"
                            "  ORDER BY emoji.id, move_vector.row"}) {
        connection.query(sql).run();
    }
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
    return database_.write(Durability::recoverable, [&](Connection& connection) -> Result<void> {
        if (!has_vectors(connection)) {
            return emojiscope::fail(ErrorCode::conflict, "the catalogue holds no vectors to move");
        }
        if (claimed_model(connection) == to) {
            return emojiscope::fail(ErrorCode::conflict, one_line("the catalogue is of the model " +
                                                                  describe(to) + " already"));
        }
        if (next_model(connection) == to) {
            connection.query("DELETE FROM move_file WHERE kind <> 0").run();
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
                "  (SELECT 1 FROM move_file WHERE move_file.file_hash = emoji.file_hash)"
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
            put_one(connection, file);
        }
        return {};
    });
}

Result<std::vector<search::MoveFlaw>> SqliteModelMove::flaws() const {
    using Flaws = std::vector<search::MoveFlaw>;
    return database_.read([](Connection& connection) -> Result<Flaws> {
        Query query = connection.query(
            "SELECT " EMOJISCOPE_EMOJI_COLUMNS
            ", move_file.kind = 2, move_file.why"
            " FROM emoji JOIN move_file ON move_file.file_hash = emoji.file_hash"
            " WHERE emoji.state = 1 AND move_file.kind <> 0 ORDER BY emoji.name, emoji.team_id");
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
            "SELECT emoji.id, move_vector.embedding FROM emoji"
            " JOIN move_vector ON move_vector.file_hash = emoji.file_hash"
            " WHERE emoji.state = 1 AND (?1 = '' OR emoji.team_id = ?1)"
            " ORDER BY emoji.id, move_vector.row");
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
        fail_given_up(connection);
        exchange_vectors(connection);
        save_claimed_model(connection, to);
        drop_move(connection);
        return {};
    });
}

Result<void> SqliteModelMove::abandon() {
    return database_.write(Durability::recoverable, [](Connection& connection) -> Result<void> {
        drop_move(connection);
        return {};
    });
}

}  // namespace emojiscope::store
