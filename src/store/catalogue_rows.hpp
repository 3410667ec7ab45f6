// What reads and changes of the catalogue have in common. All throw SQLite::Exception, and run
// inside the caller's transaction.
#pragma once

#include "connection.hpp"

#include "emojiscope/core/emoji.hpp"
#include "emojiscope/search/embedder.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace emojiscope::store {

/// The columns that `read_emoji` expects, in its order, of a table called `emoji`.
#define EMOJISCOPE_EMOJI_COLUMNS                                                         \
    "emoji.id, emoji.team_id, emoji.name, emoji.value, emoji.updated, emoji.file_hash, " \
    "emoji.pixel_hash, emoji.width, emoji.height, emoji.frame_count, "                   \
    "emoji.state, emoji.last_error, emoji.added_at, "                                    \
    "EXISTS (SELECT 1 FROM fingerprint WHERE fingerprint.emoji_id = emoji.id)"
/// How many they are.
inline constexpr int emoji_columns = 14;

/// The record at the cursor, without its aliases.
[[nodiscard]] EmojiRecord read_emoji(Query& query);

/// The record with its aliases, direct and indirect.
[[nodiscard]] std::optional<EmojiRecord> load_emoji(Connection& connection, EmojiId id);

[[nodiscard]] std::optional<EmojiId> id_of_name(Connection& connection, std::string_view team_id,
                                                std::string_view name);
[[nodiscard]] std::optional<std::string> target_of_alias(Connection& connection,
                                                         std::string_view team_id,
                                                         std::string_view alias);
/// The picture that the name stands for, through aliases if need be.
[[nodiscard]] std::optional<EmojiId> resolve_name(Connection& connection, std::string_view team_id,
                                                  std::string_view name);
/// Every alias that leads to `name`, sorted.
[[nodiscard]] std::vector<std::string> aliases_of(Connection& connection, std::string_view team_id,
                                                  std::string_view name);

[[nodiscard]] std::optional<std::string> load_meta(Connection& connection, std::string_view key);
void save_meta(Connection& connection, std::string_view key, std::string_view value);

/// The model that claimed the catalogue, whether or not there are vectors.
[[nodiscard]] std::optional<search::ModelId> claimed_model(Connection& connection);
void save_claimed_model(Connection& connection, const search::ModelId& model);
/// The model that the catalogue moves to; nothing if no move is under way.
[[nodiscard]] std::optional<search::ModelId> next_model(Connection& connection);
void save_next_model(Connection& connection, const search::ModelId& model);
/// Forgets the move. Vectors that were made for it are left behind (ModelMove::tidy).
void drop_move(Connection& connection);
/// For messages.
[[nodiscard]] std::string describe(const search::ModelId& model);
[[nodiscard]] bool has_vectors(Connection& connection);

[[nodiscard]] std::int64_t to_milliseconds(SystemTime time);
[[nodiscard]] SystemTime to_time(std::int64_t milliseconds);

}  // namespace emojiscope::store
