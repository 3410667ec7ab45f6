#!/usr/bin/env python3
"""What goes wrong around the bot, not in it: disk, database, clock, other programs, its own end.

usage: faults.py PATH/TO/emojiscope [--only CASE …] [--keep FOLDER]

Each case runs the program beside a local Slack, breaks something, and looks for a sensible end, one
clear line of error, and whether anything was lost. Cases that need root, or a C compiler, are left
out with a word where there is none.

Uses loopback only. Exit status 0 if all of that holds.
"""
import argparse
import concurrent.futures
import contextlib
import os
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import threading
import time

import rig as shared
from rig import (MODEL, NOBODY, Bot, Rig, Slack, answers, ask, check, check_end, check_nothing_lost,
                 check_refused, check_serves, database, digest, equal, learnt, picture,
                 small_disk, until, upload, waiting_items)

DAY_S = 86_400
HELD_S = 20             # how long a full disk may last until Slack gives an event up
NOT_STUCK_WITHIN_S = 20
NEWER_SCHEMA = 10_000


def skip(what: str, why: str) -> None:
    print(f"skip  {what}: {why}", flush=True)


class Workspace:
    """A workspace that was learnt once; cases that damage it take copies."""

    def __init__(self, rig: Rig):
        self.rig, self.slack, self.folder = rig, rig.slack("workspace"), rig.work / "learnt"
        for number in range(24):
            upload(self.slack, f"first_{number}", picture(rig.rng))
        done = rig.run("--data", self.folder, "sync", settings=self.slack.settings)
        if done.returncode != 0:
            raise RuntimeError("the workspace cannot be learnt: " + done.stderr)

    def copy(self, name: str) -> pathlib.Path:
        folder = self.rig.work / name
        shutil.copytree(self.folder, folder)
        return folder


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
                  dropped and bot.said("an envelope cannot be stored") > 0,
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
        if isinstance(disk, shared.SmallDisk):
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


def build_clock(rig: Rig) -> pathlib.Path | None:
    library, source = rig.work / "clock_shift.so", pathlib.Path(__file__).with_name("clock_shift.c")
    compiler = shutil.which("cc")
    if compiler is None:
        return None
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", str(library), str(source)],
                   check=True)
    return library


def waiting_in(data: pathlib.Path, queue: str) -> int:
    with contextlib.closing(database(data)) as connection:
        return connection.execute("SELECT count(*) FROM work WHERE state = 0 AND queue = ?",
                                  (queue,)).fetchone()[0]


def clock_jumps(rig: Rig, _: Workspace) -> None:
    case = "a clock that jumps"
    library = build_clock(rig)
    if library is None:
        skip(case, "there is no C compiler")
        return
    slack, data, shift = rig.slack("clock"), rig.work / "clock", rig.work / "clock_shift"

    def ahead(seconds: int) -> None:
        fresh = shift.with_suffix(".new")
        fresh.write_text(str(seconds))
        fresh.replace(shift)

    def answers_fail(times: int) -> None:
        slack.post("/sim/fault", {"on": "http", "path": "/response/", "kind": "status",
                                  "status": 503, "count": times})

    shifted = {"LD_PRELOAD": str(library), "CLOCK_SHIFT_FILE": str(shift)}
    ahead(DAY_S)
    original = picture(rig.rng)
    with Bot(rig, "clock", data, slack, shifted) as bot:
        bot.compared(slack)
        upload(slack, "original", original)
        check(f"{case}: the test's clock is shifted", until(lambda: "original" in learnt(data), 20)
              and newest_added(data) > time.time() + DAY_S / 2,
              f"{newest_added(data) - time.time():.0f} s ahead")
        # An alert waits a second, the third try of an answer four: the clock goes back meanwhile.
        answers_fail(3)
        delayed = ask(slack)
        until(lambda: slack.get("/sim/state")["faults"] == 0, 15, 0.05)
        upload(slack, "copy", original)
        until(lambda: waiting_in(data, "alerts") > 0, 10, 0.02)
        stranded = waiting_in(data, "alerts"), waiting_in(data, "outbox")
        ahead(0)
        check(f"{case}: an alert and an answer wait as the clock goes back a day",
              stranded == (1, 1), f"{stranded[0]} and {stranded[1]}")
        other = ask(slack)
        began = time.monotonic()
        until(lambda: answers(slack, delayed) > 0, NOT_STUCK_WITHIN_S)
        check(f"{case}: an answer is not stuck for a day", answers(slack, delayed) > 0,
              f"{answers(slack, delayed)} given in {time.monotonic() - began:.1f} s")
        check(f"{case}: later ones do not wait for it", answers(slack, other) == 1,
              f"{answers(slack, other)} given")

        def told() -> bool:
            said = slack.get("/sim/messages?channel=" + shared.crash.ALERT_CHANNEL)["messages"]
            return any(":copy:" in str(message) for message in said)
        until(told, NOT_STUCK_WITHIN_S / 2)
        check(f"{case}: an alert is not stuck for a day", told(),
              f"told {told()}, {waiting_in(data, 'alerts')} waiting")

        # The same across a restart, with an event in the inbox.
        ahead(DAY_S)
        answers_fail(100)
        slack.post("/sim/fault", {"on": "http", "path": "/emoji/", "kind": "hang", "count": 100})
        restarted = ask(slack)
        upload(slack, "restarted", picture(rig.rng))
        until(lambda: waiting_in(data, "outbox") > 0 and waiting_in(data, "inbox") > 0, 10, 0.05)
        bot.kill()
    slack.post("/sim/fault/clear")
    stranded = waiting_in(data, "inbox"), waiting_in(data, "outbox")
    ahead(0)
    with Bot(rig, "clock", data, slack, shifted) as bot:
        bot.compared(slack)
        done = until(lambda: answers(slack, restarted) > 0 and waiting_items(data) == 0,
                     NOT_STUCK_WITHIN_S)
        check(f"{case}: what an earlier run left is not stuck for a day", done,
              f"{stranded[0]} and {stranded[1]} left in inbox and outbox, "
              f"{answers(slack, restarted)} answers, {waiting_items(data)} items wait")
        ahead(30 * DAY_S)
        check_serves(f"{case} ahead", bot, slack, rig)
        check_nothing_lost(case, data, slack, [delayed, other, restarted], 10)
        check_end(case, bot)


def newest_added(data: pathlib.Path) -> float:
    with contextlib.closing(database(data)) as connection:
        return connection.execute("SELECT max(added_at) FROM emoji").fetchone()[0] / 1000


def second_program(rig: Rig, workspace: Workspace) -> None:
    case = "a second program"
    slack, data = workspace.slack, workspace.copy("shared")
    pictures = rig.work / "pictures"
    pictures.mkdir()
    (pictures / "imported.png").write_bytes(picture(rig.rng))
    with Bot(rig, "shared", data, slack) as bot:
        bot.compared(slack)
        writing = [["serve"], ["sync"], ["import", pictures], ["reembed"]]
        reading = [["list"], ["search", "red"], ["dupes"], ["map", "-o", rig.work / "map.html"]]
        ends = rig.run_all([(("--data", data, *command), {"settings": slack.settings})
                            for command in writing + reading])
        for command, done in zip(writing, ends):
            check_refused(f"{case}: `{command[0]}` is refused", done, str(bot.process.pid),
                          str(data), "stop", log=True)
        for command, done in zip(reading, ends[len(writing):]):
            check(f"{case}: `{command[0]}` reads", done.returncode == 0 and not done.stderr,
                  f"status {done.returncode} {done.stderr.strip()[:300]}")
        check(f"{case}: nobody else is connected", slack.get("/sim/state")["sockets"] == 1,
              f"{slack.get('/sim/state')['sockets']} sockets")
        check_serves(case, bot, slack, rig)
        check_end(case, bot)


def ended_while_busy(rig: Rig, _: Workspace) -> None:
    case = "an end amid work"
    slack, data = rig.slack("busy"), rig.work / "busy"
    with Bot(rig, "busy", data, slack) as bot:
        bot.compared(slack)
        for number in range(6):
            upload(slack, f"before_{number}", picture(rig.rng))
        until(lambda: equal(data, slack), 20)
        for kind in ("hang", "slow") * 4:
            slack.post("/sim/fault", {"on": "http", "path": "/emoji/", "kind": kind})
        commands, map_asked = [], ask(slack, "map")
        for number in range(12):
            upload(slack, f"busy_{number}", picture(rig.rng))
            commands += [ask(slack), ask(slack, "before")]
        until(lambda: slack.get("/sim/state")["faults"] < 8, 5, 0.02)
        check_end(case, bot)
    check(f"{case}: there was work left", waiting_items(data) > 0, f"{waiting_items(data)} items")
    slack.post("/sim/fault/clear")
    with Bot(rig, "busy", data, slack) as bot:
        bot.compared(slack)
        check_nothing_lost(case, data, slack, commands)
        state = slack.get("/sim/command?id=" + map_asked)
        check(f"{case}: the map is sent, or its user told",
              state["failed"] or until(lambda: map_sent(slack), 20), f"told {state['failed']}")
        check_serves(case, bot, slack, rig)
        check_end(case, bot)


def map_sent(slack) -> bool:
    return any(message.get("files") for message in slack.get("/sim/messages")["messages"])


def broken_model(rig: Rig, name: str, file: str, content: bytes | None) -> pathlib.Path:
    folder = rig.work / name
    folder.mkdir()
    for part in MODEL.iterdir():
        (folder / part.name).symlink_to(part)
    (folder / file).unlink()
    if content is not None:
        (folder / file).write_bytes(content)
    return folder


def files_missing(rig: Rig, workspace: Workspace) -> None:
    settings = {"settings": workspace.slack.settings}
    data = workspace.copy("models")
    half = {name: (MODEL / name).read_bytes()[:100_000] for name in ("image.pt", "text.pt")}
    models = [("no model", rig.work / "no_model", "search"),
              ("no image.pt", broken_model(rig, "model_1", "image.pt", None), "search"),
              ("half an image.pt", broken_model(rig, "model_2", "image.pt", half["image.pt"]),
               "serve"),
              ("half a text.pt", broken_model(rig, "model_3", "text.pt", half["text.pt"]),
               "search"),
              ("an empty model.yaml", broken_model(rig, "model_4", "model.yaml", b""), "search"),
              ("a model.yaml of other bytes",
               broken_model(rig, "model_5", "model.yaml", b"\x00\xff{[: \n"), "serve")]
    calls, expected = [], []
    for what, model, command in models:
        words = [command] + (["red"] if command == "search" else [])
        calls.append((("--data", data, *words), {**settings, "model": model}))
        expected.append((f"{what}: `{command}`", model.name, command == "serve"))
    configs = {"no such file": None, "broken YAML": b"slack: [", "other bytes": b"\x00\xff\xfe",
               "an unknown key": b"slck: {}\n", "a value of another kind": b"slack: 7\n",
               "no such token file": b"slack: {bot_token_file: /nowhere/token}\n"}
    for number, (what, content) in enumerate(configs.items()):
        file = rig.work / f"config_{number}.yaml"
        if content is not None:
            file.write_bytes(content)
        calls.append((("--config", file, "--data", data, "list"), settings))
        word = "/nowhere/token" if "token" in what else file.name
        expected.append((f"a configuration: {what}", word, False))
    calls.append((("--config", rig.work, "--data", data, "list"), settings))
    expected.append(("a configuration that is a folder", str(rig.work), False))
    if os.geteuid() == 0:
        closed = rig.work / "closed.yaml"
        closed.write_text("{}\n")
        closed.chmod(0)
        calls.append((("--config", closed, "--data", data, "list"),
                      {**settings, "user": NOBODY, "group": NOBODY, "extra_groups": []}))
        expected.append(("a configuration that may not be read", "closed.yaml", False))
    for (what, word, log), done in zip(expected, rig.run_all(calls)):
        check_refused(what, done, word, log=log)


# Those of the first lane wait most of the time, those of the second one keep the processor busy.
LANES = [(disk_full, database_locked),
         (database_damaged, folder_closed, clock_jumps, second_program, ended_while_busy,
          files_missing)]
CASES = {case.__name__: case for lane in LANES for case in lane}


def run_lane(lane, rig: Rig, workspace: Workspace) -> None:
    for case in lane:
        began = time.monotonic()
        try:
            case(rig, workspace)
        except (RuntimeError, OSError, sqlite3.Error, subprocess.SubprocessError) as problem:
            check(f"{case.__name__} runs to its end", False, str(problem))
        print(f"      {case.__name__} took {time.monotonic() - began:.1f} s", flush=True)


def run(program: str, only: list[str], work: pathlib.Path) -> None:
    work.chmod(0o755)  # some cases run as somebody else
    rig = Rig(program, work)
    with rig.slacks:
        workspace = Workspace(rig)
        with concurrent.futures.ThreadPoolExecutor(len(LANES)) as pool:
            running = [pool.submit(run_lane, [case for case in lane
                                              if not only or case.__name__ in only],
                                   rig, workspace) for lane in LANES]
        for lane in running:
            lane.result()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("program")
    parser.add_argument("--only", nargs="+", choices=CASES, default=[], metavar="CASE",
                        help=", ".join(CASES))
    parser.add_argument("--keep", type=pathlib.Path, help="where logs and data are left")
    options = parser.parse_args()
    status = shared.crash.in_folder(options.keep, "faults",
                                    lambda work: run(options.program, options.only, work))
    for what in shared.crash.failures:
        print("failed: " + what)
    return status


if __name__ == "__main__":
    sys.exit(main())
