#include "schema.hpp"

#include "emojiscope/core/text.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string>

namespace emojiscope::store {
namespace {

// A migration that was released is never edited: what it made lies in people's files. A change
// is a further entry at the end of the list.

constexpr const char* first_tables = R"sql(
CREATE TABLE meta (
    key   TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE workspace (
    team_id  TEXT PRIMARY KEY NOT NULL,
    added_at INTEGER NOT NULL              -- milliseconds since 1970
) WITHOUT ROWID;

CREATE TABLE emoji (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,   -- never given twice
    team_id     TEXT NOT NULL REFERENCES workspace (team_id),
    name        TEXT NOT NULL,
    value       TEXT NOT NULL,
    updated     TEXT NOT NULL,
    file_hash   TEXT NOT NULL DEFAULT '',
    pixel_hash  TEXT NOT NULL DEFAULT '',
    ocr_text    TEXT NOT NULL DEFAULT '',
    width       INTEGER NOT NULL DEFAULT 0,
    height      INTEGER NOT NULL DEFAULT 0,
    frame_count INTEGER NOT NULL DEFAULT 0,
    state       INTEGER NOT NULL,                    -- 0 pending, 1 ready, 2 failed
    last_error  TEXT NOT NULL DEFAULT '',
    added_at    INTEGER NOT NULL,
    UNIQUE (team_id, name)
);
CREATE INDEX emoji_by_file_hash ON emoji (file_hash) WHERE file_hash <> '';
CREATE INDEX emoji_by_pixel_hash ON emoji (pixel_hash) WHERE pixel_hash <> '';

CREATE TABLE alias (                                 -- never of a name that `emoji` has
    team_id TEXT NOT NULL REFERENCES workspace (team_id),
    alias   TEXT NOT NULL,
    target  TEXT NOT NULL,
    PRIMARY KEY (team_id, alias)
) WITHOUT ROWID;
CREATE INDEX alias_by_target ON alias (team_id, target);

CREATE TABLE vector (
    emoji_id  INTEGER NOT NULL REFERENCES emoji (id) ON DELETE CASCADE,
    row       INTEGER NOT NULL,                      -- representative frame, from 0
    embedding BLOB NOT NULL,                         -- float32, little-endian, of unit length
    PRIMARY KEY (emoji_id, row)
);
)sql";

constexpr const char* work_table = R"sql(
CREATE TABLE work (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    queue       TEXT NOT NULL,
    key         TEXT NOT NULL,
    kind        TEXT NOT NULL,
    payload     BLOB NOT NULL,
    state       INTEGER NOT NULL,                    -- 0 waiting, 1 done, 2 dead
    attempts    INTEGER NOT NULL DEFAULT 0,
    due         INTEGER NOT NULL,                    -- milliseconds since 1970, as the others
    why         TEXT NOT NULL DEFAULT '',            -- of the last failure
    added_at    INTEGER NOT NULL,
    finished_at INTEGER,
    UNIQUE (queue, key)
);
CREATE INDEX work_waiting ON work (queue, due, id) WHERE state = 0;
CREATE INDEX work_done ON work (queue, finished_at) WHERE state = 1;
)sql";

constexpr const char* fingerprints = R"sql(
CREATE TABLE fingerprint (
    moment      INTEGER PRIMARY KEY AUTOINCREMENT,   -- grows with every one stored
    emoji_id    INTEGER NOT NULL UNIQUE REFERENCES emoji (id) ON DELETE CASCADE,
    sketch      BLOB NOT NULL,
    descriptors BLOB NOT NULL                        -- float32, little-endian, rows of unit length
);

CREATE TABLE not_duplicate (                         -- what people said of two pictures
    team_id    TEXT NOT NULL,
    first_id   INTEGER NOT NULL,                     -- the smaller id
    second_id  INTEGER NOT NULL,
    first_pixels  TEXT NOT NULL,                     -- pixel hashes: they outlast a new upload
    second_pixels TEXT NOT NULL,
    said_by    TEXT NOT NULL,
    said_at    INTEGER NOT NULL,
    PRIMARY KEY (first_id, second_id)
) WITHOUT ROWID;
CREATE INDEX not_duplicate_by_pixels ON not_duplicate (team_id, first_pixels, second_pixels);

CREATE TABLE muted_emoji (                           -- no alerts that name it as the original
    emoji_id   INTEGER PRIMARY KEY,
    said_by    TEXT NOT NULL,
    said_at    INTEGER NOT NULL
);
)sql";

constexpr const char* picture_texts = R"sql(
CREATE TABLE picture_read (                          -- by whom words were looked for
    emoji_id   INTEGER PRIMARY KEY REFERENCES emoji (id) ON DELETE CASCADE,
    pixel_hash TEXT NOT NULL,                        -- of the picture that was read
    reader     TEXT NOT NULL                         -- and its version
);

CREATE TABLE picture_text (
    emoji_id   INTEGER NOT NULL REFERENCES picture_read (emoji_id) ON DELETE CASCADE,
    place      INTEGER NOT NULL,                     -- the likeliest is 0
    text       TEXT NOT NULL,
    confidence REAL NOT NULL,                        -- 0 to 1
    PRIMARY KEY (emoji_id, place)
) WITHOUT ROWID;
)sql";

/// The same two emoji may be spoken of again, when they show other pictures.
constexpr const char* verdicts_by_pixels = R"sql(
CREATE TABLE verdict AS SELECT * FROM not_duplicate;
DROP TABLE not_duplicate;

CREATE TABLE not_duplicate (                         -- what people said of two pictures
    team_id    TEXT NOT NULL,
    first_id   INTEGER NOT NULL,                     -- the smaller id
    second_id  INTEGER NOT NULL,
    first_pixels  TEXT NOT NULL,                     -- pixel hashes, the smaller one first: they
    second_pixels TEXT NOT NULL,                     -- outlast a new upload
    said_by    TEXT NOT NULL,
    said_at    INTEGER NOT NULL,
    PRIMARY KEY (first_id, second_id, first_pixels, second_pixels)
) WITHOUT ROWID;
CREATE INDEX not_duplicate_by_pixels ON not_duplicate (team_id, first_pixels, second_pixels);

INSERT INTO not_duplicate SELECT * FROM verdict;
DROP TABLE verdict;
)sql";

/// The vectors of a model that the catalogue moves to; meta has its name under next_model. At the
/// end of a move `vector` and `next_vector` change names, so they must stay alike.
constexpr const char* move_tables = R"sql(
CREATE TABLE moved_picture (                         -- emoji that are settled for that model
    emoji_id  INTEGER PRIMARY KEY REFERENCES emoji (id) ON DELETE CASCADE,
    file_hash TEXT NOT NULL,                         -- of the file that its vectors were made for
    kind      INTEGER NOT NULL,                      -- 0 of the file, 1 of its sketch, 2 given up
    why       TEXT NOT NULL                          -- of 1 and 2
);
CREATE INDEX moved_picture_by_file ON moved_picture (file_hash);

CREATE TABLE next_vector (                           -- without a moved_picture: left behind
    emoji_id  INTEGER NOT NULL REFERENCES emoji (id) ON DELETE CASCADE,
    row       INTEGER NOT NULL,                      -- representative frame, from 0
    embedding BLOB NOT NULL,                         -- float32, little-endian, of unit length
    PRIMARY KEY (emoji_id, row)
);
)sql";

constexpr const char* user_settings = R"sql(
CREATE TABLE user_settings (                         -- what people chose for themselves
    team_id   TEXT NOT NULL,
    user_id   TEXT NOT NULL,
    results   INTEGER NOT NULL CHECK (results >= 0), -- emoji in an answer; 0: as usual
    language  TEXT NOT NULL,                         -- empty: as Slack says
    chosen_at INTEGER NOT NULL,
    PRIMARY KEY (team_id, user_id)
) WITHOUT ROWID;
)sql";

constexpr const char* map_thumbnail = R"sql(
CREATE TABLE map_thumbnail (                         -- the map's small picture in the Home tab
    team_id     TEXT PRIMARY KEY NOT NULL,
    file_id     TEXT NOT NULL,                       -- of Slack; empty: there is none
    old_file_id TEXT NOT NULL,                       -- still to be deleted at Slack
    emoji       INTEGER NOT NULL CHECK (emoji >= 0), -- how many are on it
    newest      INTEGER NOT NULL,                    -- the greatest emoji.id on it
    look        TEXT NOT NULL,                       -- differs as soon as the map would
    drawn_at    INTEGER NOT NULL,
    tried_at    INTEGER NOT NULL,
    failures    INTEGER NOT NULL CHECK (failures >= 0)
) WITHOUT ROWID;
)sql";

/// What waits from before goes one after another: nobody wrote down its lanes.
constexpr const char* lanes_of_work = R"sql(
ALTER TABLE work ADD COLUMN lane TEXT NOT NULL DEFAULT '';  -- empty: none
UPDATE work SET lane = CASE kind WHEN 'events_api' THEN 'emoji events' WHEN 'map' THEN 'map'
                                ELSE 'before' END
    WHERE state = 0 AND kind NOT IN ('slash_commands', 'respond');
DROP INDEX work_waiting;
CREATE INDEX work_waiting ON work (queue, due, id, lane) WHERE state = 0;
CREATE INDEX work_dead ON work (queue, finished_at) WHERE state = 2;
)sql";

/// Migration i brings a file of user_version i to i + 1.
constexpr std::array migrations{first_tables,  work_table,         fingerprints,
                                picture_texts, verdicts_by_pixels, move_tables,
                                user_settings, map_thumbnail,      lanes_of_work};

constexpr auto present_version = static_cast<std::int64_t>(migrations.size());

std::int64_t header_field(Connection& connection, const char* pragma) {
    SQLite::Statement statement(connection.database(), pragma);
    return statement.executeStep() ? statement.getColumn(0).getInt64() : 0;
}

/// Inside the caller's transaction, in which the marks of the file's header take part.
void run_migrations(Connection& connection, std::int64_t from, std::int64_t to) {
    for (std::int64_t version = from; version < to; ++version) {
        connection.execute(migrations[static_cast<std::size_t>(version)]);
    }
    const std::string mark = "PRAGMA application_id = " + std::to_string(application_id) +
                             "; PRAGMA user_version = " + std::to_string(to);
    connection.execute(mark.c_str());
}

/// "table emoji", "index alias_by_target", …, without SQLite's own.
std::set<std::string> shape_of(Connection& connection) {
    SQLite::Statement statement(connection.database(),
                                "SELECT type || ' ' || name FROM sqlite_master"
                                " WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite~_%' ESCAPE '~'");
    std::set<std::string> shape;
    while (statement.executeStep()) {
        shape.insert(statement.getColumn(0).getString());
    }
    return shape;
}

}  // namespace

Result<SchemaState> inspect_schema(Connection& connection, const std::filesystem::path& file) {
    const std::int64_t version = header_field(connection, "PRAGMA user_version");
    const std::int64_t owner = header_field(connection, "PRAGMA application_id");
    if (owner == 0 && version == 0 &&
        header_field(connection, "SELECT count(*) FROM sqlite_master") == 0) {
        return SchemaState::empty;
    }
    if (owner != application_id || version < 1) {
        return emojiscope::fail(ErrorCode::corrupt,
                                file.string() + " is not an Emojiscope catalogue");
    }
    if (version > present_version) {
        return emojiscope::fail(ErrorCode::unsupported,
                                file.string() + " was written by a newer Emojiscope (schema " +
                                    std::to_string(version) + ", this one knows " +
                                    std::to_string(present_version) + "): use that release");
    }
    return version == present_version ? SchemaState::present : SchemaState::older;
}

std::int64_t present_schema() noexcept {
    return present_version;
}

std::int64_t schema_of(Connection& connection) {
    return header_field(connection, "PRAGMA user_version");
}

void migrate(Connection& connection) {
    const std::int64_t version = schema_of(connection);
    if (version >= present_version) {
        return;
    }
    SQLite::Transaction transaction(connection.database(), SQLite::TransactionBehavior::IMMEDIATE);
    run_migrations(connection, version, present_version);
    transaction.commit();
}

Result<void> check_shape(Connection& connection, const std::filesystem::path& file) {
    Connection model(":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    run_migrations(model, 0, std::min(schema_of(connection), present_version));
    const std::set<std::string> found = shape_of(connection);
    for (const std::string& part : shape_of(model)) {
        if (!found.contains(part)) {
            return emojiscope::fail(ErrorCode::corrupt,
                                    file.string() + " is no whole catalogue: it lacks the " + part);
        }
    }
    for (const std::string& part : found) {
        if (part.starts_with("trigger ") || part.starts_with("view ")) {
            return emojiscope::fail(
                ErrorCode::corrupt,
                one_line(file.string() + " holds the " + part +
                         ", which no Emojiscope makes: who knows what else was changed in it?"));
        }
    }
    return {};
}

}  // namespace emojiscope::store
