#include "catalogue_rows.hpp"
#include "sqlite_catalogue.hpp"

#include "emojiscope/core/text.hpp"

namespace emojiscope::store {
namespace {

void delete_alias(Connection& connection, std::string_view team_id, std::string_view alias) {
    Query query = connection.query("DELETE FROM alias WHERE team_id = ? AND alias = ?");
    query << team_id << alias;
    query.run();
}

/// Its vectors go with it, by the foreign key.
void delete_emoji(Connection& connection, EmojiId id) {
    Query query = connection.query("DELETE FROM emoji WHERE id = ?");
    query << id;
    query.run();
}

void retarget_aliases(Connection& connection, std::string_view team_id, std::string_view from,
                      std::string_view to) {
    Query query = connection.query("UPDATE alias SET target = ? WHERE team_id = ? AND target = ?");
    query << to << team_id << from;
    query.run();
}

void put_one_alias(Connection& connection, std::string_view team_id, std::string_view alias,
                   std::string_view target) {
    if (const auto id = id_of_name(connection, team_id, alias)) {
        delete_emoji(connection, *id);
    }
    Query query = connection.query(
        "INSERT INTO alias (team_id, alias, target) VALUES (?, ?, ?)"
        " ON CONFLICT (team_id, alias) DO UPDATE SET target = excluded.target");
    query << team_id << alias << target;
    query.run();
}

std::optional<EmojiId> remove_name(Connection& connection, std::string_view team_id,
                                   std::string_view name) {
    const auto id = id_of_name(connection, team_id, name);
    if (id) {
        for (const std::string& alias : aliases_of(connection, team_id, name)) {
            delete_alias(connection, team_id, alias);
        }
        delete_emoji(connection, *id);
    } else {
        delete_alias(connection, team_id, name);
    }
    return id;
}

void rename_emoji(Connection& connection, std::string_view team_id, EmojiId id,
                  std::string_view from, std::string_view to, std::string_view value) {
    remove_name(connection, team_id, to);
    {
        Query query = connection.query(
            "UPDATE emoji SET name = ?, value = coalesce(nullif(?, ''), value) WHERE id = ?");
        query << to << value << id;
        query.run();
    }
    retarget_aliases(connection, team_id, from, to);
}

void rename_alias(Connection& connection, std::string_view team_id, std::string_view from,
                  std::string_view to, std::string target) {
    const auto picture = resolve_name(connection, team_id, from);
    if (picture && picture == id_of_name(connection, team_id, to)) {
        // It takes the name of the picture that it stands for: the picture keeps the name.
        delete_alias(connection, team_id, from);
        retarget_aliases(connection, team_id, from, to);
        return;
    }
    if (target == to) {
        // It takes the place of the alias that it pointed at, and points where that one did.
        target = target_of_alias(connection, team_id, to).value_or(target);
    }
    remove_name(connection, team_id, to);
    delete_alias(connection, team_id, from);
    put_one_alias(connection, team_id, to, target);
    retarget_aliases(connection, team_id, from, to);
}

}  // namespace

Result<void> SqliteCatalogue::put_alias(std::string_view team_id, std::string_view alias,
                                        std::string_view target) {
    const AliasRecord one{std::string(team_id), std::string(alias), std::string(target)};
    return put_aliases(team_id, std::span(&one, 1));
}

Result<void> SqliteCatalogue::put_aliases(std::string_view team_id,
                                          std::span<const AliasRecord> aliases) {
    return database_.write(Durability::recoverable, [&](Connection& connection) -> Result<void> {
        {
            Query query = connection.query(
                "INSERT OR IGNORE INTO workspace (team_id, added_at) VALUES (?, ?)");
            query << team_id << to_milliseconds(clock_.now());
            query.run();
        }
        for (const AliasRecord& one : aliases) {
            put_one_alias(connection, team_id, one.alias, one.target);
        }
        return {};
    });
}

Result<std::optional<EmojiId>> SqliteCatalogue::remove(std::string_view team_id,
                                                       std::string_view name) {
    return database_.write(Durability::recoverable,
                           [&](Connection& connection) -> Result<std::optional<EmojiId>> {
                               return remove_name(connection, team_id, name);
                           });
}

Result<void> SqliteCatalogue::rename(std::string_view team_id, std::string_view from,
                                     std::string_view to, std::string_view value) {
    return database_.write(Durability::recoverable, [&](Connection& connection) -> Result<void> {
        const auto id = id_of_name(connection, team_id, from);
        auto target = target_of_alias(connection, team_id, from);
        if (!id && !target) {
            return emojiscope::fail(ErrorCode::not_found,
                                    "there is no custom emoji :" + one_line(from) + ":");
        }
        if (from == to) {
            return {};
        }
        if (id) {
            rename_emoji(connection, team_id, *id, from, to, value);
        } else {
            rename_alias(connection, team_id, from, to, std::move(*target));
        }
        return {};
    });
}

}  // namespace emojiscope::store
