// A catalogue that an older release left behind is brought up to date with nothing lost.
#include "emojiscope/store/store.hpp"

#include "fakes/temp_folder.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <catch2/catch.hpp>

#include <map>
#include <span>
#include <string>

namespace emojiscope::store {
namespace {

/// The schema of version 2 as it was released. Never edit it.
constexpr const char* schema_2 = R"sql(
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
PRAGMA application_id = 1162695491;
PRAGMA user_version = 2;
)sql";

/// What a release of that version kept.
constexpr const char* content_2 = R"sql(
INSERT INTO meta VALUES ('model.name', 'model'), ('model.version', '1'), ('model.dimension', '2'),
                        ('user.synced', 'then');
INSERT INTO workspace VALUES ('T1', 1000);
INSERT INTO emoji (id, team_id, name, value, updated, file_hash, pixel_hash, width, height,
                   frame_count, state, last_error, added_at)
VALUES (3, 'T1', 'beer', 'https://e/beer', 'u', 'file', 'pixels', 128, 64, 2, 1, '', 5000),
       (4, 'T1', 'wine', 'https://e/wine', '', '', '', 0, 0, 0, 0, '', 6000),
       (7, 'T1', 'torn', 'https://e/torn', '', '', '', 0, 0, 0, 2, 'cut off', 7000);
INSERT INTO alias VALUES ('T1', 'pint', 'beer');
INSERT INTO vector VALUES (3, 0, x'0000803f00000000'), (3, 1, x'000000000000803f');
INSERT INTO work (queue, key, kind, payload, state, due, added_at)
VALUES ('inbox', 'Ev1', 'event', 'payload', 0, 0, 0);
)sql";

/// What version 3 added to it, and a verdict of then. Never edit it.
constexpr const char* schema_3 = R"sql(
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
INSERT INTO not_duplicate VALUES ('T1', 3, 4, '', 'pixels', 'U1', 1), ('T1', 5, 6, 'a', 'b', 'U1', 2);
PRAGMA user_version = 3;
)sql";

struct Fixture {
    fakes::TempFolder folder;
    ManualClock clock;
    std::filesystem::path file = folder.path() / "catalogue.db";

    Fixture() {
        SQLite::Database database(file.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
        database.exec("PRAGMA journal_mode = WAL");
        database.exec(schema_2);
        database.exec(content_2);
    }
    Result<std::unique_ptr<Store>> open(bool write) {
        return Store::open(folder.path(), {.write = write}, clock);
    }
    [[nodiscard]] std::string ask(const std::string& sql) const {
        SQLite::Database database(file.string(), SQLite::OPEN_READONLY);
        return database.execAndGet(sql).getString();
    }
};

/// Takes back what version 9 brought, and so on down.
constexpr const char* without_lanes =
    "DROP INDEX work_dead; DROP INDEX work_waiting; ALTER TABLE work DROP COLUMN lane;"
    "CREATE INDEX work_waiting ON work (queue, due, id) WHERE state = 0; PRAGMA user_version = 8";
constexpr const char* without_thumbnail = "DROP TABLE map_thumbnail; PRAGMA user_version = 7";
constexpr const char* without_settings = "DROP TABLE user_settings; PRAGMA user_version = 6";

}  // namespace

TEST_CASE("a catalogue without fingerprints is brought up to date by a writer only", "[store]") {
    Fixture fixture;
    const auto refused = fixture.open(false);
    REQUIRE(refused.has_error());
    CHECK(refused.error().code == ErrorCode::unsupported);
    CHECK(fixture.ask("PRAGMA user_version") == "2");
    fixture.open(true).value();
    CHECK(fixture.ask("PRAGMA user_version") == "9");
    CHECK(fixture.open(false).has_value());
}

TEST_CASE("what people said of duplicates outlasts an upgrade", "[store]") {
    Fixture fixture;
    SQLite::Database(fixture.file.string(), SQLite::OPEN_READWRITE).exec(schema_3);
    const auto store = fixture.open(true).value();
    const auto beer = store->catalogue().find(3).value();
    const auto wine = store->catalogue().find(4).value();
    CHECK(store->verdicts().not_duplicates(beer, wine).value());
    CHECK(fixture.ask("SELECT count(*) FROM not_duplicate") == "2");
    CHECK(fixture.ask("SELECT first_pixels FROM not_duplicate WHERE first_id = 5") == "a");
}

TEST_CASE("a catalogue of before settings keeps what it has, and can keep settings", "[store]") {
    Fixture fixture;
    fixture.open(true).value();
    {
        // As version 6 left it.
        SQLite::Database database(fixture.file.string(), SQLite::OPEN_READWRITE);
        for (const char* back : {without_lanes, without_thumbnail, without_settings}) {
            database.exec(back);
        }
    }
    CHECK(fixture.open(false).error().code == ErrorCode::unsupported);
    const auto store = fixture.open(true).value();
    CHECK(fixture.ask("PRAGMA user_version") == "9");
    CHECK(store->catalogue().find(3).value().name == "beer");
    CHECK(store->get_meta("synced").value() == "then");
    CHECK(store->settings().load("T1", "U1").value() == UserSettings{});
    store->settings().save("T1", "U1", {3, "ja"}).value();
    CHECK(store->settings().load("T1", "U1").value() == UserSettings{3, "ja"});
}

TEST_CASE("a catalogue of before the map's thumbnail keeps what it has, and remembers one",
          "[store]") {
    Fixture fixture;
    fixture.open(true).value()->settings().save("T1", "U1", {3, "ja"}).value();
    {
        // As version 7 left it.
        SQLite::Database database(fixture.file.string(), SQLite::OPEN_READWRITE);
        for (const char* back : {without_lanes, without_thumbnail}) {
            database.exec(back);
        }
    }
    CHECK(fixture.open(false).error().code == ErrorCode::unsupported);
    const auto store = fixture.open(true).value();
    CHECK(fixture.ask("PRAGMA user_version") == "9");
    CHECK(store->catalogue().find(3).value().name == "beer");
    CHECK(store->settings().load("T1", "U1").value() == UserSettings{3, "ja"});
    CHECK(store->thumbnails().load("T1").value() == MapThumbnail{});
    MapThumbnail thumbnail;
    thumbnail.file_id = "F1";
    store->thumbnails().save("T1", thumbnail).value();
    CHECK(store->thumbnails().load("T1").value() == thumbnail);
}

TEST_CASE("work from before lanes goes one after another, what is waited for side by side",
          "[store]") {
    Fixture fixture;
    {
        const auto store = fixture.open(true).value();
        store->inbox().push("1", "events_api", "x").value();
        store->inbox().push("2", "slash_commands", "x").value();
        store->outbox().push("3", "respond", "x").value();
        store->outbox().push("4", "post", "x").value();
    }
    SQLite::Database(fixture.file.string(), SQLite::OPEN_READWRITE).exec(without_lanes);
    const auto store = fixture.open(true).value();
    std::map<std::string, std::string> lanes;
    for (const WorkQueue* queue : {&store->inbox(), &store->outbox()}) {
        for (const WorkItem& item : queue->due(SystemTime::max(), 10).value()) {
            lanes[item.key] = item.lane;
        }
    }
    CHECK(lanes.at("1") == "emoji events");  // that of later ones, which must not overtake it
    CHECK(lanes.at("2").empty());
    CHECK(lanes.at("3").empty());
    CHECK_FALSE(lanes.at("4").empty());
}

TEST_CASE("an upgraded catalogue has the schema of a fresh one", "[store]") {
    Fixture fixture;
    fixture.open(true).value();
    const fakes::TempFolder folder;
    Store::open(folder.path(), {.write = true}, fixture.clock).value();
    const auto shape = [](const std::filesystem::path& file) {
        SQLite::Database database(file.string(), SQLite::OPEN_READONLY);
        return database
            .execAndGet(
                "SELECT group_concat(sql, ';') FROM"
                " (SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name)")
            .getString();
    };
    CHECK(shape(fixture.file) == shape(folder.path() / "catalogue.db"));
}

TEST_CASE("emoji of before fingerprints stay ready, and say that they have none", "[store]") {
    Fixture fixture;
    const auto store = fixture.open(true).value();
    auto& catalogue = store->catalogue();
    const auto records = catalogue.list("T1").value();
    REQUIRE(records.size() == 3);
    const EmojiRecord& beer = records[0];
    CHECK(beer.id == 3);
    CHECK(beer.state == EmojiState::ready);
    CHECK_FALSE(beer.fingerprinted);
    CHECK(beer.pixel_hash == "pixels");
    CHECK(beer.width == 128);
    CHECK(beer.aliases == std::vector<std::string>{"pint"});
    CHECK(records[1].state == EmojiState::failed);
    CHECK(records[1].last_error == "cut off");
    CHECK(records[2].state == EmojiState::pending);

    CHECK(catalogue.facts(3).value().vectors.values == std::vector{1.0F, 0.0F, 0.0F, 1.0F});
    CHECK(catalogue.facts(3).value().fingerprint.sketch.empty());
    CHECK(catalogue.sketch(3).error().code == ErrorCode::not_found);
    int told = 0;
    CHECK(catalogue.for_each_fingerprint("", 0, [&](EmojiId, std::span<const float>) { ++told; })
              .value() == 0);
    CHECK(told == 0);
    CHECK(catalogue.find_by_hash("T1", "file", "").value().size() == 1);
    CHECK(catalogue.model().value()->name == "model");
    CHECK(store->get_meta("synced").value() == "then");
    CHECK(store->inbox().counts().value().waiting == 1);
    CHECK(store->alerts().counts().value().waiting == 0);
}

TEST_CASE("a catalogue of before moves can move to another model", "[store]") {
    Fixture fixture;
    const search::ModelId next{"next", "1", 3};
    const auto store = fixture.open(true).value();
    auto& move = store->model_move();
    CHECK(move.progress().value() == std::nullopt);
    move.begin(next).value();
    REQUIRE(move.waiting("", 10).value().size() == 1);
    CHECK(move.waiting("", 10).value().front().emoji.front().name == "beer");
    const search::MovedFile file{"file", {3, {0.0F, 1.0F, 0.0F}}, false, ""};
    move.put(next, {&file, 1}).value();
    CHECK(store->catalogue().facts(3).value().vectors.count() == 2);
    move.finish(next).value();
    CHECK(store->catalogue().model().value() == next);
    CHECK(store->catalogue().facts(3).value().vectors.values == std::vector{0.0F, 1.0F, 0.0F});
    CHECK(fixture.ask("SELECT count(*) FROM moved_picture") == "0");
    CHECK(fixture.ask("SELECT count(*) FROM next_vector") == "2");  // the old ones
    move.tidy().value();
    CHECK(fixture.ask("SELECT count(*) FROM next_vector") == "0");
    CHECK(fixture.ask("SELECT count(*) FROM meta WHERE key LIKE 'next_model%'") == "0");
    CHECK(store->get_meta("synced").value() == "then");
}

TEST_CASE("an emoji of before fingerprints gets one when it is learnt again", "[store]") {
    Fixture fixture;
    const auto store = fixture.open(true).value();
    auto& catalogue = store->catalogue();
    auto facts = catalogue.facts(3).value();
    facts.fingerprint = {{1, 2, 3}, {1.0F, 0.0F, 0.0F}};
    catalogue.complete(3, "https://e/beer", facts).value();
    CHECK(catalogue.find(3).value().fingerprinted);
    CHECK(catalogue.sketch(3).value() == std::vector<std::uint8_t>{1, 2, 3});
    CHECK(catalogue.facts(3).value().vectors.count() == 2);
    store->verdicts().mute(3, "U1").value();
    CHECK(store->verdicts().muted(3).value());
}

}  // namespace emojiscope::store
