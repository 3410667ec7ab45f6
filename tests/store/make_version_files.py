#!/usr/bin/env python3
"""Writes tests/store/versions/vK.sql: a small catalogue as schema K kept it, for every K that has no file yet.

    tests/store/make_version_files.py

Run it once for each new migration, and commit what it writes. A file that is there is never written anew: it
stands for files on people's disks, which no later release can change. The migrations come from src/store/schema.cpp,
where a released one is never edited; what a schema newly keeps is filled in by `fill_K` below.
"""
import pathlib
import re
import sqlite3
import sys

HERE = pathlib.Path(__file__).resolve().parent
SCHEMA = HERE.parents[1] / "src/store/schema.cpp"
APPLICATION_ID = 0x454D5343

X = bytes.fromhex("0000803f00000000")  # the vector (1, 0), float32, little-endian
Y = bytes.fromhex("000000000000803f")  # (0, 1)
XYZ = bytes.fromhex("000000000000803f00000000")  # (0, 1, 0)


def migrations():
    source = SCHEMA.read_text(encoding="utf-8")
    texts = dict(re.findall(r'constexpr const char\* (\w+) = R"sql\((.*?)\)sql";', source, re.S))
    listed = re.search(r"constexpr std::array migrations\{(.*?)\};", source, re.S)
    return [texts[name] for name in re.findall(r"\w+", listed.group(1))]


def fill_1(run):
    run("INSERT INTO meta VALUES (?, ?)", ("model.name", "small"), ("model.version", "1"), ("model.dimension", "2"),
        ("user.first sync of T1", "done"))
    run("INSERT INTO workspace VALUES (?, ?)", ("T1", 1000), ("T2", 2000))
    run("""INSERT INTO emoji (id, team_id, name, value, updated, file_hash, pixel_hash, width, height, frame_count,
           state, last_error, added_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        (3, "T1", "beer", "https://e/beer", "u1", "f-beer", "p-beer", 128, 64, 2, 1, "", 5000),
        (4, "T1", "ビール", "https://e/biiru", "", "f-biiru", "p-biiru", 64, 64, 1, 1, "", 5001),
        (6, "T1", "wine", "https://e/wine", "", "", "", 0, 0, 0, 0, "", 6000),
        (7, "T1", "torn", "https://e/torn", "", "", "", 0, 0, 0, 2, "cut off", 7000),
        (8, "T2", "beer", "https://f/beer", "", "f-beer", "p-beer", 128, 64, 2, 1, "", 8000),
        (9, "T2", "gone", "https://f/gone", "", "", "", 0, 0, 0, 0, "", 9000))
    run("DELETE FROM emoji WHERE id = ?", (9,))  # its id is not given again
    run("INSERT INTO alias VALUES (?, ?, ?)", ("T1", "pint", "beer"), ("T1", "half", "pint"), ("T1", "smile", "simple"))
    run("INSERT INTO vector VALUES (?, ?, ?)", (3, 0, X), (3, 1, Y), (4, 0, Y), (8, 0, X), (8, 1, Y))


def fill_2(run):
    run("""INSERT INTO work (queue, key, kind, payload, state, attempts, due, why, added_at, finished_at)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        ("inbox", "Ev1", "events_api", b'{"event":1}', 0, 0, 100, "", 10, None),
        ("inbox", "env2", "slash_commands", b'{"text":"beer"}', 0, 2, 200, "timed out", 20, None),
        ("inbox", "Ev3", "events_api", b"", 1, 0, 300, "", 30, 31),
        ("inbox", "Ev4", "events_api", b"{broken", 2, 18, 400, "no JSON", 40, 41),
        ("outbox", "out5", "post", b'{"text":"hello"}', 0, 1, 500, "429", 50, None))


def fill_3(run):
    run("INSERT INTO fingerprint (moment, emoji_id, sketch, descriptors) VALUES (?, ?, ?, ?)",
        (1, 3, b"\x01\x02\x03", X), (5, 4, b"\x04", Y))
    run("INSERT INTO muted_emoji VALUES (?, ?, ?)", (4, "U1", 3000))
    run("""INSERT INTO work (queue, key, kind, payload, state, due, added_at) VALUES (?, ?, ?, ?, ?, ?, ?)""",
        ("alerts", "3-4", "pair", b"{}", 0, 600, 60), ("unannounced", "T1 ice", "upload", b"{}", 0, 700, 70))
    run("INSERT INTO not_duplicate VALUES (?, ?, ?, ?, ?, ?, ?)",
        ("T1", 3, 4, "p-beer", "p-biiru", "U1", 3001))


def fill_4(run):
    run("INSERT INTO picture_read VALUES (?, ?, ?)", (3, "p-beer", "reader 1"), (4, "p-biiru", "reader 1"))
    run("INSERT INTO picture_text VALUES (?, ?, ?, ?)", (4, 0, "ビール", 0.9), (4, 1, "ビル", 0.5))


def fill_5(run):  # of the same two emoji by the pictures that they showed before
    run("INSERT INTO not_duplicate VALUES (?, ?, ?, ?, ?, ?, ?)",
        ("T1", 3, 4, "p-old", "p-older", "U2", 2999))


def fill_6(run):
    run("INSERT INTO meta VALUES (?, ?)", ("next_model.name", "large"), ("next_model.version", "2"),
        ("next_model.dimension", "3"))
    run("INSERT INTO moved_picture VALUES (?, ?, ?, ?)", (4, "f-biiru", 0, ""))
    run("INSERT INTO next_vector VALUES (?, ?, ?)", (4, 0, XYZ))


def fill_7(run):
    run("INSERT INTO user_settings VALUES (?, ?, ?, ?, ?)", ("T1", "U1", 3, "ja", 4000), ("T1", "U2", 0, "", 4001))


def fill_8(run):
    run("INSERT INTO map_thumbnail VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        ("T1", "F1", "F0", 2, 4, "look", 4100, 4200, 1))


def fill_9(run):
    run("UPDATE work SET lane = ? WHERE kind = 'events_api' AND state = 0", ("emoji events",))
    run("UPDATE work SET lane = ? WHERE kind = 'post'", ("C1",))


FILL = [fill_1, fill_2, fill_3, fill_4, fill_5, fill_6, fill_7, fill_8, fill_9]


def dump(version, all_migrations):
    """The SQL text of a fresh file of this version, filled as that version filled it."""
    database = sqlite3.connect(":memory:", isolation_level=None)
    for migration in all_migrations[:version]:
        database.executescript(migration)

    def run(sql, *rows):
        for row in rows:
            database.execute(sql, row)

    for fill in FILL[:version]:
        fill(run)
    marks = f"PRAGMA application_id = {APPLICATION_ID};\nPRAGMA user_version = {version};\n"
    return "\n".join(database.iterdump()) + "\n" + marks


def main():
    all_migrations = migrations()
    if len(FILL) != len(all_migrations):
        sys.exit(f"schema.cpp has {len(all_migrations)} migrations and this script {len(FILL)} functions fill_K: "
                 "write the missing one")
    for version in range(1, len(all_migrations) + 1):
        file = HERE / "versions" / f"v{version}.sql"
        if not file.exists():
            file.write_text(dump(version, all_migrations), encoding="utf-8")
            print(f"wrote {file.relative_to(HERE.parents[1])}: commit it")


if __name__ == "__main__":
    main()
