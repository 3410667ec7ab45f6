#include "catalogue_rows.hpp"
#include "sqlite_catalogue.hpp"
#include "vector_blob.hpp"

#include "emojiscope/core/text.hpp"

#include <map>
#include <utility>

namespace emojiscope::store {
namespace {

using AliasTargets = std::map<std::pair<std::string, std::string>, std::string>;

AliasTargets load_aliases(Connection& connection, std::string_view team_id) {
    Query query =
        connection.query("SELECT team_id, alias, target FROM alias WHERE ?1 = '' OR team_id = ?1");
    query << team_id;
    AliasTargets targets;
    while (query.next()) {
        targets.emplace(std::pair(query.text(0), query.text(1)), query.text(2));
    }
    return targets;
}

/// Gives every record its aliases; one pass over them, in order, so that they come out sorted.
void attach_aliases(std::vector<EmojiRecord>& records, const AliasTargets& targets) {
    std::map<std::pair<std::string, std::string>, EmojiRecord*> by_name;
    for (EmojiRecord& record : records) {
        by_name.emplace(std::pair(record.team_id, record.name), &record);
    }
    for (const auto& [alias, first_target] : targets) {
        std::pair<std::string, std::string> at(alias.first, first_target);
        for (int hop = 0; hop < max_alias_hops; ++hop) {
            if (const auto record = by_name.find(at); record != by_name.end()) {
                record->second->aliases.push_back(alias.second);
                break;
            }
            const auto next = targets.find(at);
            if (next == targets.end()) {
                break;
            }
            at.second = next->second;
        }
    }
}

Error unknown_name(std::string_view name) {
    return emojiscope::fail(ErrorCode::not_found,
                            "there is no custom emoji :" + one_line(name) + ":");
}

Error unknown_id(EmojiId id) {
    return emojiscope::fail(ErrorCode::not_found,
                            "there is no emoji with the number " + std::to_string(id));
}

Error damaged_vector(const std::filesystem::path& file, EmojiId id) {
    return emojiscope::fail(ErrorCode::corrupt, file.string() + ": a vector of emoji " +
                                                    std::to_string(id) + " is damaged");
}

std::vector<std::uint8_t> to_bytes(std::string_view text) {
    return {text.begin(), text.end()};
}

/// Empty if none was kept; nothing if it is damaged.
std::optional<search::Fingerprint> load_fingerprint(Connection& connection, EmojiId id) {
    Query query =
        connection.query("SELECT sketch, descriptors FROM fingerprint WHERE emoji_id = ?");
    query << id;
    if (!query.next()) {
        return search::Fingerprint{};
    }
    search::Fingerprint fingerprint;
    fingerprint.sketch = to_bytes(query.bytes(0));
    auto descriptors = decode_floats(query.bytes(1));
    if (!descriptors) {
        return std::nullopt;
    }
    fingerprint.descriptors = std::move(*descriptors);
    return fingerprint;
}

int stored_dimension(Connection& connection) {
    const auto model = claimed_model(connection);
    return model ? model->dimension : 0;
}

}  // namespace

Result<std::optional<search::ModelId>> SqliteCatalogue::model() const {
    using Model = std::optional<search::ModelId>;
    return database_.read([](Connection& connection) -> Result<Model> {
        return has_vectors(connection) ? claimed_model(connection) : Model{};
    });
}

Result<std::vector<EmojiRecord>> SqliteCatalogue::list(std::string_view team_id) const {
    return database_.read([&](Connection& connection) -> Result<std::vector<EmojiRecord>> {
        std::vector<EmojiRecord> records;
        {
            Query query = connection.query("SELECT " EMOJISCOPE_EMOJI_COLUMNS
                                           " FROM emoji WHERE ?1 = '' OR team_id = ?1"
                                           " ORDER BY name, team_id");
            query << team_id;
            while (query.next()) {
                records.push_back(read_emoji(query));
            }
        }
        attach_aliases(records, load_aliases(connection, team_id));
        return records;
    });
}

Result<EmojiRecord> SqliteCatalogue::find(std::string_view team_id, std::string_view name) const {
    return database_.read([&](Connection& connection) -> Result<EmojiRecord> {
        const auto id = resolve_name(connection, team_id, name);
        auto record = id ? load_emoji(connection, *id) : std::nullopt;
        if (!record) {
            return unknown_name(name);
        }
        return std::move(*record);
    });
}

Result<EmojiRecord> SqliteCatalogue::find(EmojiId id) const {
    return database_.read([&](Connection& connection) -> Result<EmojiRecord> {
        auto record = load_emoji(connection, id);
        if (!record) {
            return unknown_id(id);
        }
        return std::move(*record);
    });
}

Result<std::vector<AliasRecord>> SqliteCatalogue::aliases(std::string_view team_id) const {
    return database_.read([&](Connection& connection) -> Result<std::vector<AliasRecord>> {
        std::vector<AliasRecord> found;
        for (const auto& [alias, target] : load_aliases(connection, team_id)) {
            found.push_back({alias.first, alias.second, target});
        }
        return found;
    });
}

Result<std::vector<EmojiRecord>> SqliteCatalogue::find_by_hash(std::string_view team_id,
                                                               std::string_view file_hash,
                                                               std::string_view pixel_hash) const {
    return database_.read([&](Connection& connection) -> Result<std::vector<EmojiRecord>> {
        std::vector<EmojiId> ids;
        {
            // The partial indexes are used only where the query repeats their condition.
            Query query = connection.query(
                "SELECT id FROM emoji WHERE file_hash = ?1 AND file_hash <> ''"
                "  AND state = 1 AND (?3 = '' OR team_id = ?3)"
                " UNION "
                "SELECT id FROM emoji WHERE pixel_hash = ?2 AND pixel_hash <> ''"
                "  AND state = 1 AND (?3 = '' OR team_id = ?3)"
                " ORDER BY id");
            query << file_hash << pixel_hash << team_id;
            while (query.next()) {
                ids.push_back(query.integer(0));
            }
        }
        std::vector<EmojiRecord> records;
        for (const EmojiId id : ids) {
            if (auto record = load_emoji(connection, id)) {
                records.push_back(std::move(*record));
            }
        }
        return records;
    });
}

Result<search::PictureFacts> SqliteCatalogue::facts(EmojiId id) const {
    return database_.read([&](Connection& connection) -> Result<search::PictureFacts> {
        search::PictureFacts facts;
        {
            Query query = connection.query(
                "SELECT file_hash, pixel_hash, width, height, frame_count FROM emoji WHERE id = ?");
            query << id;
            if (!query.next()) {
                return unknown_id(id);
            }
            facts = {query.text(0),
                     query.text(1),
                     query.small(2),
                     query.small(3),
                     query.small(4),
                     {stored_dimension(connection), {}},
                     {}};
        }
        Query query =
            connection.query("SELECT embedding FROM vector WHERE emoji_id = ? ORDER BY row");
        query << id;
        while (query.next()) {
            const auto vector = decode_vector(query.bytes(0), facts.vectors.dimension);
            if (!vector) {
                return damaged_vector(database_.file(), id);
            }
            facts.vectors.values.insert(facts.vectors.values.end(), vector->begin(), vector->end());
        }
        if (facts.vectors.values.empty()) {
            return emojiscope::fail(ErrorCode::not_found,
                                    "nothing was learnt yet of emoji " + std::to_string(id));
        }
        auto fingerprint = load_fingerprint(connection, id);
        if (!fingerprint) {
            return damaged_vector(database_.file(), id);
        }
        facts.fingerprint = std::move(*fingerprint);
        return facts;
    });
}

Result<void> SqliteCatalogue::for_each_vector(
    std::string_view team_id,
    const std::function<void(EmojiId, std::span<const float>)>& visit) const {
    return database_.read([&](Connection& connection) -> Result<void> {
        const int dimension = stored_dimension(connection);
        Query query = connection.query(
            "SELECT vector.emoji_id, vector.embedding FROM vector"
            " JOIN emoji ON emoji.id = vector.emoji_id"
            " WHERE emoji.state = 1 AND (?1 = '' OR emoji.team_id = ?1)"
            " ORDER BY vector.emoji_id, vector.row");
        query << team_id;
        while (query.next()) {
            const EmojiId id = query.integer(0);
            const auto vector = decode_vector(query.bytes(1), dimension);
            if (!vector) {
                return damaged_vector(database_.file(), id);
            }
            visit(id, *vector);
        }
        return {};
    });
}

Result<std::int64_t> SqliteCatalogue::for_each_fingerprint(
    std::string_view team_id, std::int64_t after,
    const std::function<void(EmojiId, std::span<const float>)>& visit) const {
    return database_.read([&](Connection& connection) -> Result<std::int64_t> {
        std::int64_t seen = after;
        Query query = connection.query(
            "SELECT fingerprint.moment, fingerprint.emoji_id, fingerprint.descriptors"
            " FROM fingerprint JOIN emoji ON emoji.id = fingerprint.emoji_id"
            " WHERE fingerprint.moment > ?1 AND emoji.state = 1 AND (?2 = '' OR emoji.team_id = ?2)"
            " ORDER BY fingerprint.moment");
        query << after << team_id;
        while (query.next()) {
            seen = query.integer(0);
            const EmojiId id = query.integer(1);
            const auto descriptors = decode_floats(query.bytes(2));
            // One damaged row must not hide all the others.
            visit(id, descriptors ? *descriptors : std::vector<float>{});
        }
        return seen;
    });
}

Result<std::vector<std::uint8_t>> SqliteCatalogue::sketch(EmojiId id) const {
    return database_.read([&](Connection& connection) -> Result<std::vector<std::uint8_t>> {
        Query query = connection.query(
            "SELECT fingerprint.sketch FROM fingerprint JOIN emoji"
            " ON emoji.id = fingerprint.emoji_id WHERE emoji.id = ? AND emoji.state = 1");
        query << id;
        if (!query.next()) {
            return unknown_id(id);
        }
        return to_bytes(query.bytes(0));
    });
}

}  // namespace emojiscope::store
