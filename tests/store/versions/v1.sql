BEGIN TRANSACTION;
CREATE TABLE alias (                                 -- never of a name that `emoji` has
    team_id TEXT NOT NULL REFERENCES workspace (team_id),
    alias   TEXT NOT NULL,
    target  TEXT NOT NULL,
    PRIMARY KEY (team_id, alias)
) WITHOUT ROWID;
INSERT INTO "alias" VALUES('T1','pint','beer');
INSERT INTO "alias" VALUES('T1','half','pint');
INSERT INTO "alias" VALUES('T1','smile','simple');
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
INSERT INTO "emoji" VALUES(3,'T1','beer','https://e/beer','u1','f-beer','p-beer','',128,64,2,1,'',5000);
INSERT INTO "emoji" VALUES(4,'T1','ビール','https://e/biiru','','f-biiru','p-biiru','',64,64,1,1,'',5001);
INSERT INTO "emoji" VALUES(6,'T1','wine','https://e/wine','','','','',0,0,0,0,'',6000);
INSERT INTO "emoji" VALUES(7,'T1','torn','https://e/torn','','','','',0,0,0,2,'cut off',7000);
INSERT INTO "emoji" VALUES(8,'T2','beer','https://f/beer','','f-beer','p-beer','',128,64,2,1,'',8000);
CREATE TABLE meta (
    key   TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL
) WITHOUT ROWID;
INSERT INTO "meta" VALUES('model.dimension','2');
INSERT INTO "meta" VALUES('model.name','small');
INSERT INTO "meta" VALUES('model.version','1');
INSERT INTO "meta" VALUES('user.first sync of T1','done');
CREATE TABLE vector (
    emoji_id  INTEGER NOT NULL REFERENCES emoji (id) ON DELETE CASCADE,
    row       INTEGER NOT NULL,                      -- representative frame, from 0
    embedding BLOB NOT NULL,                         -- float32, little-endian, of unit length
    PRIMARY KEY (emoji_id, row)
);
INSERT INTO "vector" VALUES(3,0,X'0000803F00000000');
INSERT INTO "vector" VALUES(3,1,X'000000000000803F');
INSERT INTO "vector" VALUES(4,0,X'000000000000803F');
INSERT INTO "vector" VALUES(8,0,X'0000803F00000000');
INSERT INTO "vector" VALUES(8,1,X'000000000000803F');
CREATE TABLE workspace (
    team_id  TEXT PRIMARY KEY NOT NULL,
    added_at INTEGER NOT NULL              -- milliseconds since 1970
) WITHOUT ROWID;
INSERT INTO "workspace" VALUES('T1',1000);
INSERT INTO "workspace" VALUES('T2',2000);
CREATE INDEX emoji_by_file_hash ON emoji (file_hash) WHERE file_hash <> '';
CREATE INDEX emoji_by_pixel_hash ON emoji (pixel_hash) WHERE pixel_hash <> '';
CREATE INDEX alias_by_target ON alias (team_id, target);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('emoji',9);
COMMIT;
PRAGMA application_id = 1162695491;
PRAGMA user_version = 1;
