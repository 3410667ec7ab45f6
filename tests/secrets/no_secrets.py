#!/usr/bin/env python3
"""Runs the bot through all kinds of trouble, and looks for secrets in all that it leaves behind.

usage: no_secrets.py PATH/TO/emojiscope [--keep FOLDER]

Secrets are the two tokens, response_urls, tickets of sockets, URLs of private files, and what people
ask: words of queries and the bytes of pictures that they send. Looked for, plain, percent-encoded, as
base64, hex and UTF-16, are they in
- all output, at the log levels info and debug, as text and as JSON;
- the environment and the command line of the running bot, as other programs see them;
- the page of metrics;
- every file of the data folder and of the folder for temporary files: tokens and pictures at no
  time; the rest is in no row of the database when it is done;
- the lines of error about tokens that are wrong.

Controls prove that they would be found: words of the same run that must be in those places.

Uses loopback only. Exit status 0 if all of that holds.
"""
import argparse
import concurrent.futures
import contextlib
import pathlib
import random
import socket
import sys
import traceback
import urllib.error
import urllib.request

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "faults"))
import rig  # which makes `crash` known, too
from rig import Rig, check, crash, until
from needles import (PRIVATE_FILE, RESPONSE_URL, TICKET, Needle, contents, needle, prove_needles, rows_of)
from noise import CONTROL, PIXELS, QUERY, Noise, prove_picture, waiting_in
from wrong_tokens import judge_wrong_tokens

PICTURE = needle("a picture that was sent to ask", PIXELS)
RUNS = [("debug", "text"), ("debug", "json"), ("info", "text")]
PORTS = range(20_000, 30_000)   # below those that the system gives away by itself
QUIET_WITHIN_S = 60


def free_port() -> int:
    while True:
        port = random.choice(PORTS)  # not of a seed: two runs on one machine take different ones
        with socket.socket() as trial, contextlib.suppress(OSError):
            trial.bind(("127.0.0.1", port))
            return port


def check_absent(case: str, needles: list[Needle], places: dict) -> None:
    found = [f"{one.what} in {place}: {around!r}" for place, content in places.items()
             for one in needles if (around := one.found_in(content))]
    size = sum(len(content) for content in places.values())
    check(f"{case}: no secret", not found and size > 0,
          "; ".join(found)[:1500] or f"{len(places)} places, {size} bytes")


def check_control(case: str, one: Needle, places: dict) -> None:
    there = any(one.found_in(content) for content in places.values())
    check(f"{case}: {one.what} would be found", there, f"in {len(places)} places")


class Run:
    """A bot, at one level and in one format, from its start to its end."""

    def __init__(self, programs: Rig, level: str, form: str):
        self.rig, self.case = programs, f"{level}, {form}"
        self.rng = random.Random(f"{level} {form}")
        self.folder = programs.work / f"{level}_{form}"
        self.temporary, self.data = self.folder / "tmp", self.folder / "data"
        for folder in (self.folder, self.temporary):
            folder.mkdir()
        self.port = free_port()
        self.config = self.folder / "config.yaml"
        self.config.write_text(f"log_level: {level}\nlog_format: {form}\n"
                               f"status: {{port: {self.port}}}\n"
                               "slack: {commands_per_minute: 10000}\n")
        self.slack = programs.slack(self.folder.name)
        tokens = (self.slack.settings[name] for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"))
        self.tokens = needle("a token", *tokens)
        self.asked = [needle("what somebody asked", QUERY), PICTURE]
        self.urls = [RESPONSE_URL, TICKET, PRIVATE_FILE]

    def log(self) -> dict:
        return {"the log": (self.folder / "bot.log").read_bytes()}

    def files(self) -> dict:
        return {**contents(self.data), **contents(self.temporary)}

    def start(self):
        arguments = ["--config", str(self.config)]
        more = {"TMPDIR": str(self.temporary), "EMOJISCOPE_CONTROL": CONTROL}
        return StartedBot(self.rig, arguments, self.data, self.folder / "bot.log",
                       {**self.slack.settings, **more})

    def look_at_process(self, bot) -> None:
        place = pathlib.Path(f"/proc/{bot.process.pid}")
        status, limits = (place / "status").read_text(), (place / "limits").read_text()
        core = [line.split()[-3:-1] for line in limits.splitlines() if "core file" in line]
        check(f"{self.case}: no core dumps, no new privileges",
              "NoNewPrivs:\t1" in status and core == [["0", "0"]], f"{core}")
        check_absent(f"{self.case}: the command line", [self.tokens],
                     {"cmdline": (place / "cmdline").read_bytes()})

    def look_at_metrics(self) -> None:
        pages = {}
        for path in ("/metrics", "/healthz", "/readyz"):
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}",
                                            timeout=30) as answer:
                    pages[path] = answer.read()
            except urllib.error.HTTPError as refused:
                pages[path] = refused.read()
            except OSError as problem:
                check(f"{self.case}: {path} is answered", False, str(problem))
        check_absent(f"{self.case}: the pages of its state",
                     [self.tokens, *self.asked, *self.urls], pages)

    def waiting(self) -> int:
        return sum(waiting_in(self.data, queue) for queue in ("inbox", "outbox", "alerts"))

    def quiet(self) -> bool:
        return until(lambda: self.waiting() == 0
                     and self.slack.get("/sim/state")["counts"]["waiting"] == 0, QUIET_WITHIN_S)

    def judge_rows(self) -> None:
        """What is done is in no row any more; what was sent to ask has become no emoji."""
        with contextlib.closing(rig.database(self.data)) as connection:
            kept = connection.execute("SELECT count(*) FROM work WHERE state > 0 AND payload <> x''")
            check(f"{self.case}: what is done or given up has no content left",
                  (left := kept.fetchone()[0]) == 0, f"{left} items have")
            ended = dict(connection.execute("SELECT state, count(*) FROM work GROUP BY state"))
            check(f"{self.case}: there were items of both kinds",
                  ended.get(1, 0) > 0 and ended.get(2, 0) > 0, str(ended))
            prints = connection.execute("SELECT count(*) FROM fingerprint").fetchone()[0]
        pictures = [name for name, value in self.slack.get("/sim/emoji")["emoji"].items()
                    if not value.startswith("alias:") and name != "broken"]
        check(f"{self.case}: nothing is kept of a picture that was sent to ask",
              prints == len(pictures), f"{prints} fingerprints, {len(pictures)} emoji")

    def judge_end(self) -> None:
        everything = [self.tokens, *self.asked, *self.urls]
        check_absent(f"{self.case}: all output", everything, self.log())
        check_control(f"{self.case}: all output", needle("a word of the log", CONTROL), self.log())
        files = self.files()
        # What is done is in no row; in the unused part of a page SQLite may have left a copy from
        # when it moved the row.
        check_absent(f"{self.case}: the folders in the end", [self.tokens, PICTURE], files)
        check_control(f"{self.case}: the folders in the end", needle("a name", CONTROL), files)
        with contextlib.closing(rig.database(self.data)) as connection:
            rows = rows_of(connection)
        check_absent(f"{self.case}: the database in the end", everything, rows)
        check_control(f"{self.case}: the database in the end", needle("a name", CONTROL), rows)

    def __call__(self) -> None:
        noise = Noise(self.slack, self.data, self.rng, self.case)
        noise.before()
        with self.start() as bot:
            bot.connected(self.slack)
            until(lambda: noise.learnt(CONTROL), 60)
            noise.trouble()
            noise.people()
            # While an answer waits it is in the queues, and only there.
            noise.let_an_answer_wait()
            waiting = self.files()
            check_absent(f"{self.case}: the folders while an answer waits",
                         [self.tokens, PICTURE], waiting)
            for one in (self.asked[0], RESPONSE_URL):
                check_control(f"{self.case}: the folders while an answer waits", one, waiting)
            noise.let_it_fail()
            check(f"{self.case}: all is done in the end", self.quiet(),
                  f"{self.waiting()} items wait")
            noise.judge()
            self.look_at_process(bot)
            self.look_at_metrics()
            self.judge_rows()
            rig.check_end(self.case, bot)
        self.judge_end()


class StartedBot(rig.Bot):
    """As rig.Bot, with arguments before the command."""

    def __init__(self, programs: Rig, arguments: list[str], data: pathlib.Path, log: pathlib.Path,
                 environment: dict[str, str]):
        self.log, self.data = log, data
        with open(log, "a") as out:
            self.process = rig.subprocess.Popen(
                [programs.program, *arguments, "--data", str(data), "--model", str(rig.MODEL),
                 "serve"], env={**programs.environment, **environment}, stdout=out, stderr=out)


def judge_environment(programs: Rig) -> None:
    """Of a bot that allows core dumps: else nobody but root could look at it."""
    slack, folder = programs.slack("environment"), programs.work / "environment"
    folder.mkdir()
    settings = {**slack.settings, "EMOJISCOPE_ALLOW_CORE_DUMPS": "1", "EMOJISCOPE_CONTROL": CONTROL}
    with StartedBot(programs, [], folder / "data", folder / "bot.log", settings) as bot:
        bot.connected(slack)
        seen = {"environ": pathlib.Path(f"/proc/{bot.process.pid}/environ").read_bytes()}
        tokens = needle("a token", settings["SLACK_BOT_TOKEN"], settings["SLACK_APP_TOKEN"])
        check_absent("the environment of the running bot", [tokens], seen)
        check_control("the environment of the running bot", needle("another variable", CONTROL),
                      seen)
        rig.check_end("the environment of the running bot", bot)


def run(program: str, work: pathlib.Path) -> None:
    missed = prove_needles() + prove_picture(PICTURE)
    check("each form of a secret would be found", not missed, ", ".join(missed) or "all of them")
    programs = Rig(program, work)
    with programs.slacks, concurrent.futures.ThreadPoolExecutor(2) as pool:
        jobs = [Run(programs, level, form) for level, form in RUNS]
        jobs.append(lambda: judge_environment(programs))
        # These are many by themselves, and begin when the others are done.
        waits = [*[pool.submit(job).result for job in jobs], lambda: judge_wrong_tokens(programs)]
        for result in waits:
            try:
                result()
            except (RuntimeError, OSError, rig.sqlite3.Error) as problem:
                where = "; ".join(f"{step.name}, line {step.lineno}"
                                  for step in traceback.extract_tb(problem.__traceback__)[-8:])
                check("a run comes to its end", False, f"{problem!r} in {where}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("program")
    parser.add_argument("--keep", type=pathlib.Path, help="where logs and data are left")
    options = parser.parse_args()
    status = crash.in_folder(options.keep, "secrets", lambda work: run(options.program, work))
    for what in crash.failures:
        print("failed: " + what)
    return status


if __name__ == "__main__":
    sys.exit(main())
