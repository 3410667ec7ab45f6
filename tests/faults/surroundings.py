"""Faults around the bot: the clock, other programs, its own end, and files that it reads."""
import contextlib
import os
import pathlib
import re
import shutil
import subprocess
import time

from rig import (MODEL, NOBODY, Bot, Rig, Workspace, answers, ask, check, check_end,
                 check_nothing_lost, check_refused, check_serves, crash, database, equal, learnt,
                 picture, skip, until, upload, waiting_items)

DAY_S = 86_400
PROGRESS = re.compile(r"[a-z ]+: \d+ of \d+")  # what a command says that takes a while
NOT_STUCK_WITHIN_S = 20


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
        # An alert waits a second, an answer until it may be given: the clock goes back meanwhile.
        answers_fail(100)
        delayed = ask(slack)
        until(lambda: waiting_in(data, "outbox") > 0, 15, 0.05)
        upload(slack, "copy", original)
        until(lambda: waiting_in(data, "alerts") > 0, 10, 0.02)
        stranded = waiting_in(data, "alerts"), waiting_in(data, "outbox")
        ahead(0)
        slack.post("/sim/fault/clear")
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
            said = slack.get("/sim/messages?channel=" + crash.ALERT_CHANNEL)["messages"]
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
            said = [line for line in done.stderr.splitlines() if not PROGRESS.fullmatch(line.strip())]
            check(f"{case}: `{command[0]}` reads", done.returncode == 0 and not said,
                  f"status {done.returncode} {' '.join(said)[:300]}")
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
        token = "token" in what
        # Only what speaks to Slack reads it, where the environment has none.
        calls.append((("--config", file, "--data", data, "sync" if token else "list"),
                      {"settings": {**settings["settings"], "SLACK_BOT_TOKEN": ""}}))
        word = "/nowhere/token" if token else file.name
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
