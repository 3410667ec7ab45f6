#include "catalogue_rows.hpp"

#include "sqlite_catalogue.hpp"

#include "emojiscope/core/legible.hpp"

#include <charconv>

namespace emojiscope::store {
namespace {

std::optional<search::ModelId> load_model(Connection& connection, const std::string& prefix) {
    const auto name = load_meta(connection, prefix + "name");
    const auto version = load_meta(connection, prefix + "version");
    const auto dimension = load_meta(connection, prefix + "dimension");
    if (!name || !version || !dimension) {
        return std::nullopt;
    }
    search::ModelId model{*name, *version, 0};
    std::from_chars(dimension->data(), dimension->data() + dimension->size(), model.dimension);
    return model;
}

void save_model(Connection& connection, const std::string& prefix, const search::ModelId& model) {
    save_meta(connection, prefix + "name", model.name);
    save_meta(connection, prefix + "version", model.version);
    save_meta(connection, prefix + "dimension", std::to_string(model.dimension));
}

}  // namespace

EmojiRecord read_emoji(Query& query) {
    EmojiRecord record;
    int column = 0;
    record.id = query.integer(column++);
    record.team_id = query.text(column++);
    record.name = query.text(column++);
    record.value = query.text(column++);
    record.updated = query.text(column++);
    record.file_hash = query.text(column++);
    record.pixel_hash = query.text(column++);
    record.width = query.small(column++);
    record.height = query.small(column++);
    record.frame_count = query.small(column++);
    const int state = query.small(column++);
    // A state that we do not know is one to be worked on again.
    record.state = state == static_cast<int>(EmojiState::ready)    ? EmojiState::ready
                   : state == static_cast<int>(EmojiState::failed) ? EmojiState::failed
                                                                   : EmojiState::pending;
    if (record.state == EmojiState::pending) {
        // The row may still hold the facts of the picture before, which SqliteCatalogue::facts
        // serves.
        record.file_hash.clear();
        record.pixel_hash.clear();
        record.width = record.height = record.frame_count = 0;
    }
    record.last_error = query.text(column++);
    record.added_at = to_time(query.integer(column++));
    record.fingerprinted = record.state == EmojiState::ready && query.small(column) != 0;
    return record;
}

std::optional<EmojiRecord> load_emoji(Connection& connection, EmojiId id) {
    std::optional<EmojiRecord> record;
    {
        Query query =
            connection.query("SELECT " EMOJISCOPE_EMOJI_COLUMNS " FROM emoji WHERE id = ?");
        query << id;
        if (query.next()) {
            record = read_emoji(query);
        }
    }
    if (record) {
        record->aliases = aliases_of(connection, record->team_id, record->name);
    }
    return record;
}

std::optional<EmojiId> id_of_name(Connection& connection, std::string_view team_id,
                                  std::string_view name) {
    Query query = connection.query("SELECT id FROM emoji WHERE team_id = ? AND name = ?");
    query << team_id << name;
    return query.next() ? std::optional(query.integer(0)) : std::nullopt;
}

std::optional<std::string> target_of_alias(Connection& connection, std::string_view team_id,
                                           std::string_view alias) {
    Query query = connection.query("SELECT target FROM alias WHERE team_id = ? AND alias = ?");
    query << team_id << alias;
    return query.next() ? std::optional(query.text(0)) : std::nullopt;
}

std::optional<EmojiId> resolve_name(Connection& connection, std::string_view team_id,
                                    std::string_view name) {
    std::string at(name);
    for (int hop = 0; hop <= max_alias_hops; ++hop) {
        if (const auto id = id_of_name(connection, team_id, at)) {
            return id;
        }
        auto target = target_of_alias(connection, team_id, at);
        if (!target) {
            return std::nullopt;
        }
        at = std::move(*target);
    }
    return std::nullopt;
}

std::vector<std::string> aliases_of(Connection& connection, std::string_view team_id,
                                    std::string_view name) {
    // Each alias has one target and none bears the name of a picture, so this walks a tree.
    Query query = connection.query(
        "WITH RECURSIVE leading (name, hops) AS ("
        "  SELECT ?2, 0"
        "  UNION ALL"
        "  SELECT alias.alias, hops + 1 FROM leading"
        "  JOIN alias ON alias.team_id = ?1 AND alias.target = leading.name"
        "  WHERE hops < ?3)"
        "SELECT name FROM leading WHERE hops > 0 ORDER BY name");
    query << team_id << name << max_alias_hops;
    std::vector<std::string> names;
    while (query.next()) {
        names.push_back(query.text(0));
    }
    return names;
}

std::optional<std::string> load_meta(Connection& connection, std::string_view key) {
    Query query = connection.query("SELECT value FROM meta WHERE key = ?");
    query << key;
    return query.next() ? std::optional(query.text(0)) : std::nullopt;
}

void save_meta(Connection& connection, std::string_view key, std::string_view value) {
    Query query = connection.query(
        "INSERT INTO meta (key, value) VALUES (?, ?)"
        " ON CONFLICT (key) DO UPDATE SET value = excluded.value");
    query << key << value;
    query.run();
}

std::optional<search::ModelId> claimed_model(Connection& connection) {
    return load_model(connection, "model.");
}

void save_claimed_model(Connection& connection, const search::ModelId& model) {
    save_model(connection, "model.", model);
}

std::optional<search::ModelId> next_model(Connection& connection) {
    return load_model(connection, "next_model.");
}

void save_next_model(Connection& connection, const search::ModelId& model) {
    save_model(connection, "next_model.", model);
}

void drop_move(Connection& connection) {
    for (const char* sql : {"DELETE FROM moved_picture",
                            "DELETE FROM meta WHERE key IN"
                            " ('next_model.name', 'next_model.version', 'next_model.dimension')"}) {
        connection.query(sql).run();
    }
}

std::string describe(const search::ModelId& model) {
    // Older versions took any text for a name.
    return legible(model.name, most_quoted_characters) + " " +
           legible(model.version, most_quoted_characters) + " (dimension " +
           std::to_string(model.dimension) + ")";
}

bool has_vectors(Connection& connection) {
    Query query = connection.query("SELECT 1 FROM vector LIMIT 1");
    return query.next();
}

std::int64_t to_milliseconds(SystemTime time) {
    return time.time_since_epoch().count();
}

SystemTime to_time(std::int64_t milliseconds) {
    return SystemTime(std::chrono::milliseconds(milliseconds));
}

}  // namespace emojiscope::store
