"""Faults of the disk, the database and the folder that it lies in."""
import contextlib
import os
import pathlib
import sqlite3
import threading
import time

from rig import (NOBODY, Bot, Rig, Slack, SmallDisk, Workspace, answers, ask, check, check_end,
                 check_nothing_lost, check_refused, check_serves, database, digest, equal, learnt,
                 picture, skip, small_disk, until, upload)

HELD_S = 20             # how long a full disk may last until Slack gives an event up
NEWER_SCHEMA = 10_000


def disk_full(rig: Rig, _: Workspace) -> None:
    case = "a full disk"
    disk = small_disk(rig.work / "disk")
    try:
        slack, data = rig.slack("disk", retry_ms=100), disk.folder / "data"
        with Bot(rig, "disk", data, slack, **disk.popen) as bot:
            bot.compared(slack)
            for number in range(3):
                upload(slack, f"before_{number}", picture(rig.rng))
            until(lambda: equal(data, slack), 20)
            # Its answer is to be sent while nothing can be noted.
            slack.post("/sim/fault", {"on": "http", "path": "/response/", "kind": "status",
                                      "status": 503, "count": 2})
            delayed = ask(slack)
            until(lambda: slack.get("/sim/state")["faults"] == 0, 10, 0.02)
            disk.fill(bot)
            slack.post("/sim/emoji/remove", {"names": ["before_0"]})
            for number in range(3):
                upload(slack, f"full_{number}", picture(rig.rng))
            commands = [delayed] + [ask(slack) for _ in range(3)]
            dropped = until(lambda: slack.get("/sim/state")["counts"]["dropped"] >= 4, HELD_S)
            check(f"{case}: nothing that cannot be stored is acknowledged",
                  dropped and bot.said("envelope(s) cannot be stored") > 0,
                  f"{slack.get('/sim/state')['counts']['dropped']} events are given up by Slack")
            check(f"{case}: the bot does not end of it", bot.process.poll() is None,
                  f"status {bot.process.poll()}")
            times = answers(slack, delayed)
            check(f"{case}: what was sent is not sent again and again", times <= 2,
                  f"one answer was given {times} times")
            disk.free(bot)
            check_nothing_lost(case, data, slack, commands)
            check_serves(case, bot, slack, rig)
            check_end(case, bot)
        if isinstance(disk, SmallDisk):
            disk.fill(None)
            ends = rig.run_all([(("--data", data, command), {"settings": slack.settings})
                                for command in ("serve", "list")])
            for command, done in zip(("serve", "list"), ends):
                check_refused(f"{case}: a start of `{command}`", done, "catalogue.db", log=True)
    finally:
        disk.close()


def locked_for(data: pathlib.Path, seconds: float) -> threading.Thread:
    """Another program's long transaction; it has begun when this returns."""
    begun = threading.Event()

    def hold() -> None:
        with contextlib.closing(sqlite3.connect(data / "catalogue.db", isolation_level=None,
                                                timeout=30)) as connection:
            connection.execute("BEGIN EXCLUSIVE")
            begun.set()
            time.sleep(seconds)
            connection.execute("COMMIT")

    thread = threading.Thread(target=hold)
    thread.start()
    begun.wait(30)
    return thread


def database_locked(rig: Rig, _: Workspace) -> None:
    case = "a locked database"
    slack, data = rig.slack("locked"), rig.work / "locked"
    with Bot(rig, "locked", data, slack) as bot:
        bot.compared(slack)
        upload(slack, "before", picture(rig.rng))
        lock = locked_for(data, 1.5)
        for number in range(2):
            upload(slack, f"short_{number}", picture(rig.rng))
        commands = [ask(slack) for _ in range(3)]
        lock.join()
        states = [slack.get(f"/sim/command?id={c}&wait_ms=5000") for c in commands]
        check(f"{case}: a short lock costs no command", all(s["answers"] for s in states)
              and not any(s["failed"] for s in states),
              f"{sum(bool(s['answers']) for s in states)} of {len(states)} answered, "
              f"{sum(s['failed'] for s in states)} told that the app did not respond")
        lock = locked_for(data, 8)
        slack.post("/sim/emoji/remove", {"names": ["before"]})
        for number in range(3):
            upload(slack, f"long_{number}", picture(rig.rng))
            commands.append(ask(slack))
            time.sleep(2)
        lock.join()
        # What came meanwhile is stored first, in order.
        until(lambda: slack.get("/sim/state")["counts"]["waiting"] == 0, 10)
        after = ask(slack)
        slack.get(f"/sim/command?id={after}&wait_ms=5000")
        ack_ms = slack.get("/sim/command?id=" + after).get("ack_ms")
        check(f"{case}: acknowledgements are quick again after it",
              ack_ms is not None and ack_ms < 1000, f"{ack_ms} ms")
        check_nothing_lost(case, data, slack, commands + [after])
        before = bot.said("in use by another program")
        lock_while_learning(rig, slack, data)
        until(lambda: bot.said("in use by another program") > before, 10)
        refused = bot.said("in use by another program") - before
        check(f"{case} during a sync: the sync meets it", refused > 0, f"{refused} log lines")
        check_nothing_lost(f"{case} during a sync", data, slack, [])
        check_serves(case, bot, slack, rig)
        check_end(case, bot)


def lock_while_learning(rig: Rig, slack: Slack, data: pathlib.Path) -> None:
    """Pictures that no event told of are listed, and the database is locked as they come."""
    for number in range(3):
        upload(slack, f"silent_{number}", picture(rig.rng), silent=True)
        slack.post("/sim/fault", {"on": "http", "path": "/emoji/", "kind": "status", "status": 503,
                                  "delay_ms": 500})
    slack.post("/sim/cut")
    if not until(lambda: pending(data) == 3, 20, 0.02):
        raise RuntimeError("the bot does not compare itself with the workspace")
    locked_for(data, 12).join()  # the program waits for 5 s at each picture


def pending(data: pathlib.Path) -> int:
    with contextlib.closing(database(data)) as connection:
        return connection.execute("SELECT count(*) FROM emoji WHERE state = 0").fetchone()[0]


def damage_pages(file: pathlib.Path) -> None:
    size = file.stat().st_size
    with open(file, "r+b") as out:
        out.seek(4096)
        out.write(b"\xa5" * (size // 4096 // 2 * 4096))


def damage_end(file: pathlib.Path) -> None:
    os.truncate(file, file.stat().st_size // 3)


def damage_all(file: pathlib.Path) -> None:
    file.write_bytes(b"This is a letter, not a database.\n" * 500)


def damage_schema(file: pathlib.Path) -> None:
    with contextlib.closing(sqlite3.connect(file)) as connection:
        connection.execute(f"PRAGMA user_version = {NEWER_SCHEMA}")


def database_damaged(rig: Rig, workspace: Workspace) -> None:
    kinds = [("overwritten pages", damage_pages, "damaged"),
             ("a truncated file", damage_end, "damaged"),
             ("a file that is no database", damage_all, "not a database"),
             ("a newer schema", damage_schema, "newer Emojiscope")]
    calls, expected = [], []
    before = {}
    for number, (kind, damage, word) in enumerate(kinds):
        data = workspace.copy(f"damaged_{number}")
        damage(data / "catalogue.db")
        before[data] = digest(data)
        for command in (["list"], ["search", "red"], ["serve"]):
            calls.append((("--data", data, *command), {"settings": workspace.slack.settings}))
            expected.append((f"{kind}: `{command[0]}`", word, command[0] == "serve"))
    for (what, word, log), done in zip(expected, rig.run_all(calls)):
        check_refused(what, done, "catalogue.db", word, log=log)
    for (kind, _, _), (data, was) in zip(kinds, before.items()):
        same = digest(data) == was
        check(f"{kind}: the file is left as it was", same, "the same bytes" if same else "changed")


def folder_closed(rig: Rig, workspace: Workspace) -> None:
    settings = {"settings": workspace.slack.settings}
    a_file = rig.work / "a_file"
    a_file.write_text("not a folder\n")
    odd = rig.work / "odd"
    (odd / "catalogue.db").mkdir(parents=True)
    plain = [("data that is a file", a_file, str(a_file)),
             ("a catalogue that is a folder", odd, "catalogue.db"),
             ("no folder", rig.work / "nowhere", "no catalogue in")]
    calls, expected = [], []
    for what, data, word in plain:
        for command in (["list"], ["serve"]):
            if command == ["serve"] and what == "no folder":
                continue  # it makes one
            calls.append((("--data", data, *command), settings))
            expected.append((f"{what}: `{command[0]}`", word, command[0] == "serve"))
    if os.geteuid() == 0:
        as_nobody = {**settings, "user": NOBODY, "group": NOBODY, "extra_groups": []}
        readable = workspace.copy("readable")  # root's, so that nobody else may write to it
        readable.chmod(0o755)  # as it was made it is root's alone
        was = digest(readable)
        for command in (["serve"], ["sync"]):
            calls.append((("--data", readable, *command), as_nobody))
            expected.append((f"a read-only folder: `{command[0]}`", str(readable), True))
        for command in (["serve"], ["import", readable]):
            frozen = workspace.copy("frozen_" + command[0])
            for path in (frozen, *frozen.iterdir()):
                os.chown(path, NOBODY, NOBODY)
            (frozen / "catalogue.db").chmod(0o444)
            calls.append((("--data", frozen, *command), as_nobody))
            expected.append((f"a read-only file: `{command[0]}`", str(frozen), True))
        calls.append((("--data", rig.work / "unmade/data", "serve"), as_nobody))
        expected.append(("a folder that cannot be made: `serve`", "unmade", True))
    else:
        skip("read-only folders", "only root can run the program as somebody else")
    for (what, word, log), done in zip(expected, rig.run_all(calls)):
        check_refused(what, done, word, log=log)
    if os.geteuid() == 0:
        # SQLite reads a log that may not be written only while a writer has it open.
        done = rig.run("--data", readable, "list", **as_nobody)
        if done.returncode != 0 or done.stdout.count("ready") != len(learnt(readable)):
            check_refused("a read-only folder: `list`", done, str(readable))
        same = digest(readable) == was
        check("a read-only folder: it is left as it was", same,
              "the same bytes" if same else "changed")
