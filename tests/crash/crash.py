#!/usr/bin/env python3
"""Kills the bot again and again while a workspace is busy, and looks for what was lost or done twice.

usage: crash.py PATH/TO/emojiscope [--kills 200] [--seed 1] [--keep FOLDER]

The local Slack runs all the while: pictures come, come twice, get other names and go, people ask. The
bot is killed (SIGKILL) at random moments from its start on, and started again. When all is quiet:
- the catalogue is what the workspace has;
- each command was answered, or its user was told by Slack that the app did not respond; what was
  acknowledged was answered;
- nothing was said more than twice, and few things twice: a call whose outcome a kill has hidden is
  made once more;
- the database is sound, and no item of its queues was given up or is left over;
- each duplicate was told of, also where its event came while the bot was away until Slack gave it up.

Uses loopback only. Exit status 0 if all of that holds.
"""
import argparse
import collections
import contextlib
import io
import json
import os
import pathlib
import random
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import urllib.request

from PIL import Image

RETRY_MS = 500           # after which Slack sends an event again; a minute, at Slack itself
PAUSE_S = (0.05, 0.5)    # between two things that people do
CONNECTS_WITHIN_S = 120
QUIET_WITHIN_S = 300
ENDS_WITHIN_S = 10
ALERT_CHANNEL = "C0EMOJI"
SIDE = 32
TWICE_PER_KILL = 0.1     # at most: a call is under way for a few milliseconds

failures: list[str] = []


def check(what: str, good: bool, detail: str) -> None:
    print(f"{'ok  ' if good else 'FAIL'}  {what}: {detail}", flush=True)
    if not good:
        failures.append(what)


def picture(rng: random.Random) -> bytes:
    """A drawing that is like no other: a grid of colours."""
    cells = [tuple(rng.randrange(0, 256, 51) for _ in range(3)) for _ in range(16)]
    small = Image.new("RGB", (4, 4))
    small.putdata(cells)
    out = io.BytesIO()
    small.resize((SIDE, SIDE), Image.NEAREST).save(out, "PNG")
    return out.getvalue()


class Slack:
    """The local Slack, and a person's hands in it."""

    def __init__(self, program: str, log):
        self.process = subprocess.Popen(
            [program, "simulate", "--port", "0", "--retry-ms", str(RETRY_MS)],
            stdout=subprocess.PIPE, stderr=log, text=True)
        self.settings = {}
        for line in self.process.stdout:
            key, _, value = line.strip().partition("=")
            if key.startswith("page:"):
                self.page = key.split()[-1].rstrip("/")
            else:
                self.settings[key] = value
            if key == "EMOJISCOPE_ALERT_CHANNEL":
                break

    def get(self, path: str) -> dict:
        with urllib.request.urlopen(self.page + path, timeout=90) as answer:
            return json.load(answer)

    def post(self, path: str, body=None) -> dict:
        content = body if isinstance(body, bytes) else json.dumps(body or {}).encode()
        request = urllib.request.Request(self.page + path, data=content, method="POST")
        with urllib.request.urlopen(request, timeout=90) as answer:
            return json.load(answer)

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=30)


class People:
    """What happens in the workspace meanwhile; on a thread of its own."""

    def __init__(self, slack: Slack, seed: int):
        self.slack, self.rng = slack, random.Random(seed)
        self.commands: list[str] = []
        self.pictures: dict[str, bytes] = {}   # of names that stay
        self.passing: list[str] = []           # names that may be renamed and removed
        self.duplicates: list[str] = []
        self.count = 0
        self.ending = threading.Event()
        self.thread = threading.Thread(target=self._live)
        self.trouble: BaseException | None = None

    def _live(self) -> None:
        try:
            while not self.ending.is_set():
                self.act()
                self.ending.wait(self.rng.uniform(*PAUSE_S))
        except BaseException as problem:  # told by `stop`, on the main thread
            self.trouble = problem

    def stop(self) -> None:
        self.ending.set()
        self.thread.join()
        if self.trouble:
            raise self.trouble

    def name(self, kind: str) -> str:
        self.count += 1
        return f"{kind}_{self.count}"

    def upload(self, name: str, content: bytes) -> None:
        self.slack.post("/sim/emoji?name=" + urllib.parse.quote(name), content)

    def act(self) -> None:
        kind = self.rng.choices(["new", "passing", "twice", "alias", "rename", "remove", "ask"],
                                [4, 3, 1, 1, 2, 2, 6])[0]
        if kind == "new":
            name = self.name("stays")
            self.pictures[name] = picture(self.rng)
            self.upload(name, self.pictures[name])
        elif kind == "passing":
            name = self.name("passes")
            self.upload(name, picture(self.rng))
            self.passing.append(name)
        elif kind == "twice" and self.pictures:
            name = self.name("again")
            self.upload(name, self.rng.choice(list(self.pictures.values())))
            self.duplicates.append(name)
        elif kind == "alias" and self.pictures:
            self.slack.post("/sim/emoji/alias", {"name": self.name("also"),
                                                 "alias_for": self.rng.choice(list(self.pictures))})
        elif kind == "rename" and self.passing:
            old = self.passing.pop(self.rng.randrange(len(self.passing)))
            new = self.name("renamed")
            self.slack.post("/sim/emoji/rename", {"old_name": old, "new_name": new})
            self.passing.append(new)
        elif kind == "remove" and self.passing:
            name = self.passing.pop(self.rng.randrange(len(self.passing)))
            self.slack.post("/sim/emoji/remove", {"names": [name]})
        elif kind == "ask":
            text = self.rng.choice(["beer", "stays", "again 1", "ビール", "red square", "random"])
            self.commands.append(self.slack.post("/sim/command", {"text": text})["id"])


def configuration(folder: pathlib.Path) -> pathlib.Path:
    """One person asks what a whole workspace would, which is more than one may."""
    file = folder / "many_commands.yaml"
    file.write_text("slack: {commands_per_minute: 10000}\n")
    return file


class Bot:
    def __init__(self, program: str, data: pathlib.Path, slack: Slack, log):
        environment = {**os.environ, **slack.settings}
        self.process = subprocess.Popen(
            [program, "--config", str(configuration(data.parent)), "--data", str(data), "serve"],
            env=environment, stdout=log, stderr=log)

    def connected(self, slack: Slack) -> float:
        """Seconds until it has a socket; an error if it ends before."""
        began = time.monotonic()
        while slack.get("/sim/state")["sockets"] == 0:
            if self.process.poll() is not None:
                raise RuntimeError(f"the bot ended by itself with {self.process.returncode}")
            if time.monotonic() - began > CONNECTS_WITHIN_S:
                raise RuntimeError("the bot does not connect")
            time.sleep(0.02)
        return time.monotonic() - began

    def kill(self) -> None:
        if self.process.poll() is not None:
            raise RuntimeError(f"the bot ended by itself with {self.process.returncode}")
        self.process.kill()
        self.process.wait()

    def end(self) -> tuple[int, float]:
        """Its status and how long it took to end; killed, with -9, if that is far too long."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(timeout=3 * ENDS_WITHIN_S)
        except subprocess.TimeoutExpired:
            self.kill()
        return self.process.returncode, time.monotonic() - began


def database(data: pathlib.Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{data / 'catalogue.db'}?mode=ro", uri=True, timeout=30)


def waiting_items(data: pathlib.Path) -> int:
    with contextlib.closing(database(data)) as connection:
        return connection.execute("SELECT count(*) FROM work WHERE state = 0").fetchone()[0]


def catalogue(program: str, data: pathlib.Path) -> dict[str, str]:
    done = subprocess.run([program, "--data", str(data), "list", "--yaml"], capture_output=True,
                          text=True, check=True)
    import yaml  # after the kills: the others need no more than Pillow
    return {row["name"]: row["value"] for row in yaml.safe_load(done.stdout) or []}


def until_quiet(program: str, data: pathlib.Path, slack: Slack) -> bool:
    """Waits until nothing is under way and the catalogue has what the workspace has."""
    until, quiet_before = time.monotonic() + QUIET_WITHIN_S, False
    while time.monotonic() < until:
        state = slack.get("/sim/state")
        if state["counts"]["waiting"] == 0 and waiting_items(data) == 0 and (
                catalogue(program, data) == slack.get("/sim/emoji")["emoji"]):
            # An event that Slack sends once more may be on its way still.
            if quiet_before:
                return True
            quiet_before = True
            time.sleep(6 * RETRY_MS / 1000)
            continue
        quiet_before = False
        time.sleep(0.5)
    return False


def most_twice(kills: int) -> int:
    return max(1, round(TWICE_PER_KILL * kills))


def judge_commands(slack: Slack, commands: list[str], kills: int) -> None:
    answers = collections.Counter()
    lost, untold = [], []
    for command in commands:
        state = slack.get("/sim/command?id=" + command)
        answers[len(state["answers"])] += 1
        if not state["answers"]:
            (lost if state["acked"] else untold).append(command)
    told = [c for c in untold if slack.get("/sim/command?id=" + c)["failed"]]
    twice = answers[2]
    check("commands that were acknowledged are answered", not lost,
          f"{len(commands)} asked, {len(told)} told that the app did not respond, {len(lost)} lost")
    check("the other ones were told so", len(told) == len(untold), f"{len(untold) - len(told)} not")
    check("no answer more than twice, and few twice",
          max(answers, default=0) <= 2 and twice <= most_twice(kills),
          f"{twice} given twice in {kills} kills")


def judge_alerts(slack: Slack, duplicates: list[str], kills: int) -> None:
    said, counted = collections.Counter(), 0
    messages = slack.get("/sim/messages?channel=" + ALERT_CHANNEL)["messages"]
    for message in messages:
        content = json.dumps(message, ensure_ascii=False)
        said.update(name for name in duplicates if f":{name}:" in content)
        # A digest of many names the first ones and counts the others.
        counted += sum(int(n) for n in re.findall(r"… and (\d+) more: ", content))
    told = sum(said[name] > 0 for name in duplicates)
    check("each duplicate is told of", told + counted >= len(duplicates),
          f"{told} of {len(duplicates)} are named in {len(messages)} messages, {counted} counted")
    more = [name for name in duplicates if said[name] > 1]
    check("no duplicate is told more than twice, and few twice",
          all(said[name] <= 2 for name in more) and len(more) <= most_twice(kills),
          f"{len(more)} told twice")


def judge_database(data: pathlib.Path) -> None:
    with contextlib.closing(database(data)) as connection:
        found = connection.execute("PRAGMA integrity_check").fetchall()
        check("the database is sound", found == [("ok",)], str(found[:3]))
        broken = connection.execute("PRAGMA foreign_key_check").fetchall()
        check("no row refers to one that is gone", not broken, str(broken[:3]))
        dead = connection.execute("SELECT queue, key, why FROM work WHERE state = 2").fetchall()
        check("no item of a queue was given up", not dead, str(dead[:3]))
        tried = connection.execute(
            "SELECT queue, count(*), sum(attempts > 1) FROM work GROUP BY queue").fetchall()
        print("      items of each queue, and tried more than once: "
              + ", ".join(f"{queue} {count}, {again}" for queue, count, again in tried), flush=True)


def judge_end(bot: Bot, case: str = "") -> None:
    status, seconds = bot.end()
    check(f"{case}it ends in time when asked to", status == 0 and seconds < ENDS_WITHIN_S,
          f"status {status} after {seconds:.1f} s")


def judge_violations(state: dict) -> None:
    check("nothing that Slack would not take", not state["violations"],
          str(state["violations"][:3]))


def until_compared(log: pathlib.Path) -> None:
    """Until the first comparison has ended: what is there before raises no alert."""
    until = time.monotonic() + CONNECTS_WITHIN_S
    while "sync:" not in log.read_text(errors="replace"):
        if time.monotonic() > until:
            raise RuntimeError("the bot does not compare itself with the workspace")
        time.sleep(0.05)


def run(program: str, kills: int, seed: int, work: pathlib.Path) -> None:
    data, rng = work / "data", random.Random(seed)
    with open(work / "slack.log", "w") as slack_log, open(work / "bot.log", "w") as bot_log:
        slack = Slack(program, slack_log)
        people = People(slack, seed + 1)
        try:
            # As long as a start takes here, so that kills fall before and after it alike.
            bot = Bot(program, data, slack, bot_log)
            start_s = bot.connected(slack)
            print(f"      a start takes {start_s:.2f} s", flush=True)
            until_compared(work / "bot.log")
            people.thread.start()
            for number in range(kills):
                time.sleep(rng.uniform(0.0, 2.5 * start_s + 1.0))
                bot.kill()
                bot = Bot(program, data, slack, bot_log)
                if (number + 1) % 20 == 0:
                    print(f"      {number + 1} kills, {people.count} names, "
                          f"{len(people.commands)} commands", flush=True)
            people.stop()
            bot.connected(slack)
            check("the catalogue becomes what the workspace has", until_quiet(program, data, slack),
                  f"{len(slack.get('/sim/emoji')['emoji'])} names")
            judge_commands(slack, people.commands, kills)
            judge_alerts(slack, people.duplicates, kills)
            judge_end(bot)
            judge_database(data)
            judge_violations(slack.get("/sim/state"))
        finally:
            people.ending.set()
            if bot.process.poll() is None:
                bot.process.kill()
                bot.process.wait()
            slack.stop()


def in_folder(keep: pathlib.Path | None, name: str, work) -> int:
    """Does `work` in the folder that is to be kept, or in one that goes; the exit status."""
    if keep:
        keep.mkdir(parents=True, exist_ok=True)
        work(keep.resolve())
    else:
        with tempfile.TemporaryDirectory(prefix=f"emojiscope-{name}-") as folder:
            work(pathlib.Path(folder))
    return 1 if failures else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("program")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=pathlib.Path, help="where logs and data are left")
    options = parser.parse_args()
    return in_folder(options.keep, "crash",
                     lambda work: run(options.program, options.kills, options.seed, work))


if __name__ == "__main__":
    sys.exit(main())
