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
CREATE TABLE fingerprint (
    moment      INTEGER PRIMARY KEY AUTOINCREMENT,   -- grows with every one stored
    emoji_id    INTEGER NOT NULL UNIQUE REFERENCES emoji (id) ON DELETE CASCADE,
    sketch      BLOB NOT NULL,
    descriptors BLOB NOT NULL                        -- float32, little-endian, rows of unit length
);
INSERT INTO "fingerprint" VALUES(1,3,X'010203',X'0000803F00000000');
INSERT INTO "fingerprint" VALUES(5,4,X'04',X'000000000000803F');
CREATE TABLE meta (
    key   TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL
) WITHOUT ROWID;
INSERT INTO "meta" VALUES('model.dimension','2');
INSERT INTO "meta" VALUES('model.name','small');
INSERT INTO "meta" VALUES('model.version','1');
INSERT INTO "meta" VALUES('user.first sync of T1','done');
CREATE TABLE muted_emoji (                           -- no alerts that name it as the original
    emoji_id   INTEGER PRIMARY KEY,
    said_by    TEXT NOT NULL,
    said_at    INTEGER NOT NULL
);
INSERT INTO "muted_emoji" VALUES(4,'U1',3000);
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
INSERT INTO "not_duplicate" VALUES('T1',3,4,'p-beer','p-biiru','U1',3001);
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
INSERT INTO "work" VALUES(1,'inbox','Ev1','events_api',X'7B226576656E74223A317D',0,0,100,'',10,NULL);
INSERT INTO "work" VALUES(2,'inbox','env2','slash_commands',X'7B2274657874223A2262656572227D',0,2,200,'timed out',20,NULL);
INSERT INTO "work" VALUES(3,'inbox','Ev3','events_api',X'',1,0,300,'',30,31);
INSERT INTO "work" VALUES(4,'inbox','Ev4','events_api',X'7B62726F6B656E',2,18,400,'no JSON',40,41);
INSERT INTO "work" VALUES(5,'outbox','out5','post',X'7B2274657874223A2268656C6C6F227D',0,1,500,'429',50,NULL);
INSERT INTO "work" VALUES(6,'alerts','3-4','pair',X'7B7D',0,0,600,'',60,NULL);
INSERT INTO "work" VALUES(7,'unannounced','T1 ice','upload',X'7B7D',0,0,700,'',70,NULL);
CREATE TABLE workspace (
    team_id  TEXT PRIMARY KEY NOT NULL,
    added_at INTEGER NOT NULL              -- milliseconds since 1970
) WITHOUT ROWID;
INSERT INTO "workspace" VALUES('T1',1000);
INSERT INTO "workspace" VALUES('T2',2000);
CREATE INDEX emoji_by_file_hash ON emoji (file_hash) WHERE file_hash <> '';
CREATE INDEX emoji_by_pixel_hash ON emoji (pixel_hash) WHERE pixel_hash <> '';
CREATE INDEX alias_by_target ON alias (team_id, target);
CREATE INDEX work_waiting ON work (queue, due, id) WHERE state = 0;
CREATE INDEX work_done ON work (queue, finished_at) WHERE state = 1;
CREATE INDEX not_duplicate_by_pixels ON not_duplicate (team_id, first_pixels, second_pixels);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('emoji',9);
INSERT INTO "sqlite_sequence" VALUES('work',7);
INSERT INTO "sqlite_sequence" VALUES('fingerprint',5);
COMMIT;
PRAGMA application_id = 1162695491;
PRAGMA user_version = 3;
