#include "catalogue_rows.hpp"
#include "sqlite_catalogue.hpp"
#include "vector_blob.hpp"

#include "emojiscope/core/text.hpp"

namespace emojiscope::store {
namespace {

void remember_workspace(Connection& connection, std::string_view team_id, SystemTime now) {
    Query query =
        connection.query("INSERT OR IGNORE INTO workspace (team_id, added_at) VALUES (?, ?)");
    query << team_id << to_milliseconds(now);
    query.run();
}

void put_one(Connection& connection, std::string_view team_id, const search::SourceEmoji& emoji,
             SystemTime now) {
    {
        Query query = connection.query("DELETE FROM alias WHERE team_id = ? AND alias = ?");
        query << team_id << emoji.name;
        query.run();
    }
    // In SET and WHERE the bare column is the row as it was before. Hashes, sizes and vectors stay
    // until the new picture's replace them: the same file may just lie elsewhere now.
    Query query = connection.query(
        "INSERT INTO emoji (team_id, name, value, updated, state, added_at)"
        " VALUES (?, ?, ?, ?, 0, ?)"
        " ON CONFLICT (team_id, name) DO UPDATE SET"
        "  updated = excluded.updated, value = excluded.value,"
        "  state = iif(value = excluded.value, state, 0),"
        "  last_error = iif(value = excluded.value, last_error, '')"
        " WHERE value <> excluded.value OR updated <> excluded.updated");
    query << team_id << emoji.name << emoji.value << emoji.updated << to_milliseconds(now);
    query.run();
}

Error not_there(EmojiId id) {
    return emojiscope::fail(ErrorCode::not_found, "emoji " + std::to_string(id) +
                                                      " is gone, or shows another picture by now");
}

/// What was learnt from a picture, beside the columns of its own row.
void drop_learnt(Connection& connection, EmojiId id) {
    for (const char* sql :
         {"DELETE FROM vector WHERE emoji_id = ?", "DELETE FROM fingerprint WHERE emoji_id = ?"}) {
        Query query = connection.query(sql);
        query << id;
        query.run();
    }
}

void store_learnt(Connection& connection, EmojiId id, const search::PictureFacts& facts) {
    for (std::size_t row = 0; row < facts.vectors.count(); ++row) {
        Query query =
            connection.query("INSERT INTO vector (emoji_id, row, embedding) VALUES (?, ?, ?)");
        query << id << static_cast<std::int64_t>(row);
        query.blob(encode_vector(facts.vectors.row(row)));
        query.run();
    }
    const std::vector<std::uint8_t>& sketch = facts.fingerprint.sketch;
    if (sketch.empty()) {
        return;
    }
    Query query = connection.query(
        "INSERT INTO fingerprint (emoji_id, sketch, descriptors) VALUES (?, ?, ?)");
    query << id;
    const std::string descriptors = encode_vector(facts.fingerprint.descriptors);
    query.blob({reinterpret_cast<const char*>(sketch.data()), sketch.size()});
    query.blob(descriptors);
    query.run();
}

/// For a move to another model. Such a file can be had: where it was not, it is tried again. And
/// what was made of it for another emoji is this one's as well.
void share_moved(Connection& connection, EmojiId id, std::string_view file_hash) {
    {
        Query query =
            connection.query("DELETE FROM moved_picture WHERE file_hash = ? AND kind <> 0");
        query << file_hash;
        query.run();
    }
    EmojiId other = id;
    {
        Query query = connection.query("SELECT emoji_id FROM moved_picture WHERE file_hash = ?");
        query << file_hash;
        if (query.next()) {
            other = query.integer(0);
        }
    }
    if (other == id) {
        return;
    }
    {
        Query query = connection.query("DELETE FROM next_vector WHERE emoji_id = ?");
        query << id;
        query.run();
    }
    for (const char* sql : {"INSERT OR REPLACE INTO moved_picture (emoji_id, file_hash, kind, why)"
                            " SELECT ?, file_hash, kind, why FROM moved_picture WHERE emoji_id = ?",
                            "INSERT INTO next_vector (emoji_id, row, embedding)"
                            " SELECT ?, row, embedding FROM next_vector WHERE emoji_id = ?"}) {
        Query query = connection.query(sql);
        query << id << other;
        query.run();
    }
}

Result<void> check_against_claim(Connection& connection, int dimension) {
    const auto claimed = claimed_model(connection);
    if (!claimed) {
        return emojiscope::fail(ErrorCode::conflict,
                                "vectors cannot be stored before a model claims the catalogue");
    }
    if (claimed->dimension != dimension) {
        return emojiscope::fail(ErrorCode::conflict,
                                "the catalogue belongs to " + describe(*claimed) +
                                    ", not to vectors of dimension " + std::to_string(dimension));
    }
    return {};
}

}  // namespace

Result<void> SqliteCatalogue::claim_model(const search::ModelId& model) {
    if (model.name.empty() || model.dimension < 1) {
        return emojiscope::fail(ErrorCode::invalid_argument,
                                "a model needs a name and a dimension");
    }
    return database_.write(Durability::recoverable, [&](Connection& connection) -> Result<void> {
        const auto claimed = claimed_model(connection);
        if (claimed == model) {
            return {};
        }
        if (claimed && has_vectors(connection)) {
            return emojiscope::fail(ErrorCode::conflict,
                                    one_line("the catalogue holds vectors of the model " +
                                             describe(*claimed) + ", not of " + describe(model)));
        }
        save_claimed_model(connection, model);
        if (next_model(connection) == model) {
            drop_move(connection);  // there was nothing left to move
        }
        return {};
    });
}

Result<EmojiRecord> SqliteCatalogue::put(std::string_view team_id,
                                         const search::SourceEmoji& emoji) {
    auto records = put_many(team_id, std::span(&emoji, 1));
    if (!records) {
        return records.error();
    }
    return std::move(records->front());
}

Result<std::vector<EmojiRecord>> SqliteCatalogue::put_many(
    std::string_view team_id, std::span<const search::SourceEmoji> emoji) {
    using Records = std::vector<EmojiRecord>;
    return database_.write(Durability::recoverable, [&](Connection& connection) -> Result<Records> {
        const SystemTime now = clock_.now();
        remember_workspace(connection, team_id, now);
        for (const search::SourceEmoji& one : emoji) {
            put_one(connection, team_id, one, now);
        }
        // Read afterwards, so that a name that came twice is given as it now is.
        Records records;
        records.reserve(emoji.size());
        for (const search::SourceEmoji& one : emoji) {
            const auto id = id_of_name(connection, team_id, one.name);
            auto record = id ? load_emoji(connection, *id) : std::nullopt;
            if (!record) {
                return emojiscope::fail(ErrorCode::internal,
                                        "the record just written is not there");
            }
            records.push_back(std::move(*record));
        }
        return records;
    });
}

Result<void> SqliteCatalogue::complete(EmojiId id, std::string_view value,
                                       const search::PictureFacts& facts) {
    if (facts.file_hash.empty()) {
        return emojiscope::fail(ErrorCode::invalid_argument, "a picture needs its file's hash");
    }
    if (auto checked = check_vectors(facts.vectors); !checked) {
        return checked;
    }
    return database_.write(Durability::recoverable, [&](Connection& connection) -> Result<void> {
        if (auto fits = check_against_claim(connection, facts.vectors.dimension); !fits) {
            return fits;
        }
        {
            Query query = connection.query(
                "UPDATE emoji SET file_hash = ?, pixel_hash = ?, width = ?, height = ?,"
                " frame_count = ?, state = 1, last_error = '' WHERE id = ? AND value = ?");
            query << facts.file_hash << facts.pixel_hash << facts.width << facts.height
                  << facts.frame_count << id << value;
            if (query.run() == 0) {
                return not_there(id);
            }
        }
        drop_learnt(connection, id);
        store_learnt(connection, id, facts);
        share_moved(connection, id, facts.file_hash);
        return {};
    });
}

Result<void> SqliteCatalogue::fail(EmojiId id, std::string_view value, std::string_view why) {
    return database_.write(Durability::recoverable, [&](Connection& connection) -> Result<void> {
        {
            Query query = connection.query(
                "UPDATE emoji SET last_error = ? WHERE id = ? AND value = ? AND state = 1");
            query << one_line(why) << id << value;
            if (query.run() > 0) {
                return {};
            }
        }
        {
            Query query = connection.query(
                "UPDATE emoji SET file_hash = '', pixel_hash = '', width = 0,"
                " height = 0, frame_count = 0, state = 2, last_error = ?"
                " WHERE id = ? AND value = ?");
            query << one_line(why) << id << value;
            if (query.run() == 0) {
                return not_there(id);
            }
        }
        drop_learnt(connection, id);
        return {};
    });
}

}  // namespace emojiscope::store
