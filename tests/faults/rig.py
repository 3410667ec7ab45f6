"""What the cases of faults.py share: the bot, what it has learnt, and how a command ended."""
import concurrent.futures
import contextlib
import hashlib
import os
import pathlib
import random
import re
import resource
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.parse

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "crash"))
import crash  # noqa: E402
from crash import Slack, check, database, picture, waiting_items  # noqa: E402,F401

SOURCE = pathlib.Path(__file__).resolve().parents[2]
MODEL = SOURCE / "models/emojiclip"
NOBODY = 65534
LONGEST_LINE = 400
RUN_WITHIN_S = 45      # of what should end by itself; else it is killed: status 124


def until(condition, seconds: float, step: float = 0.1) -> bool:
    ends = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > ends:
            return False
        time.sleep(step)
    return True


class Rig:
    """The program, a folder for a case, and the environment that keeps the user's own files out."""

    def __init__(self, program: str, work: pathlib.Path):
        self.program, self.work = program, work
        self.environment = {name: value for name, value in os.environ.items()
                            if not name.startswith(("SLACK_", "EMOJISCOPE_", "XDG_"))}
        self.environment["HOME"] = str(work)
        self.rng = random.Random(1)
        self.slacks, self.starting = contextlib.ExitStack(), threading.Lock()

    def slack(self, name: str, retry_ms: int = 500) -> Slack:
        with self.starting:
            crash.RETRY_MS = retry_ms
            log = self.slacks.enter_context(open(self.work / f"{name}.slack.log", "w"))
            slack = Slack(self.program, log)
            self.slacks.callback(slack.stop)
            return slack

    def run(self, *arguments, settings=None, model: pathlib.Path = MODEL, **more):
        """The program to its end; what it said stands in `stdout` and `stderr`."""
        command = [self.program, "--model", str(model), *map(str, arguments)]
        try:
            return subprocess.run(command, env={**self.environment, **(settings or {})}, text=True,
                                  errors="replace", capture_output=True, timeout=RUN_WITHIN_S,
                                  **more)
        except subprocess.TimeoutExpired as late:
            said = (late.stderr or b"").decode(errors="replace")
            return subprocess.CompletedProcess(command, 124, "", said)

    def run_all(self, calls: list[tuple[tuple, dict]]) -> list:
        """Some at a time: most of what a call takes is the loading of libraries."""
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            return list(pool.map(lambda call: self.run(*call[0], **call[1]), calls))


class Bot(crash.Bot):
    def __init__(self, rig: Rig, name: str, data: pathlib.Path, slack: Slack, extra=None, **more):
        self.log = rig.work / f"{name}.bot.log"
        with open(self.log, "a") as log:
            self.process = subprocess.Popen(
                [rig.program, "--config", str(crash.configuration(rig.work)), "--data", str(data),
                 "--model", str(MODEL), "serve"],
                env={**rig.environment, **slack.settings, **(extra or {})},
                stdout=log, stderr=log, **more)
        self.data = data

    def said(self, what: str) -> int:
        return self.log.read_text(errors="replace").count(what)

    def compared(self, slack: Slack) -> None:
        before = self.said("sync: ")
        self.connected(slack)
        if not until(lambda: self.said("sync: ") > before, 60):
            raise RuntimeError("the bot does not compare itself with the workspace")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


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


def upload(slack: Slack, name: str, content: bytes, silent: bool = False) -> None:
    query = {"name": name, **({"silent": "1"} if silent else {})}
    slack.post("/sim/emoji?" + urllib.parse.urlencode(query), content)


def ask(slack: Slack, text: str = "red square") -> str:
    return slack.post("/sim/command", {"text": text})["id"]


def answers(slack: Slack, command: str) -> int:
    return len(slack.get("/sim/command?id=" + command)["answers"])


def learnt(data: pathlib.Path) -> dict[str, str]:
    with contextlib.closing(database(data)) as connection:
        names = dict(connection.execute("SELECT name, value FROM emoji WHERE state = 1"))
        names.update((alias, "alias:" + target) for alias, target in connection.execute(
            "SELECT alias, target FROM alias"))
    return names


def equal(data: pathlib.Path, slack: Slack) -> bool:
    try:
        return learnt(data) == slack.get("/sim/emoji")["emoji"]
    except sqlite3.Error:
        return False


def differences(data: pathlib.Path, slack: Slack) -> str:
    ours, theirs = learnt(data), slack.get("/sim/emoji")["emoji"]
    missing = sorted(name for name in theirs if ours.get(name) != theirs[name])
    extra = sorted(name for name in ours if name not in theirs)
    return f"missing {missing}, too many {extra}" if missing or extra else f"{len(ours)} names"


def check_nothing_lost(case: str, data: pathlib.Path, slack: Slack, commands: list[str],
                       seconds: float = 45) -> None:
    def quiet() -> bool:
        return (slack.get("/sim/state")["counts"]["waiting"] == 0 and waiting_items(data) == 0
                and equal(data, slack))
    good = until(quiet, seconds, 0.3)
    check(f"{case}: the catalogue becomes what the workspace has", good,
          f"{differences(data, slack)}, {waiting_items(data)} items wait")
    states = [slack.get("/sim/command?id=" + command) for command in commands]
    lost = [s for s in states if s["acked"] and not s["answers"]]
    untold = [s for s in states if not s["answers"] and not s["failed"]]
    check(f"{case}: each command is answered, or its user told", not lost and not untold,
          f"{len(commands)} asked, {sum(bool(s['answers']) for s in states)} answered, "
          f"{len(lost)} acknowledged and lost, {len(untold)} neither answered nor told")
    with contextlib.closing(database(data)) as connection:
        sound = connection.execute("PRAGMA integrity_check").fetchone()[0]
        dead = connection.execute("SELECT count(*) FROM work WHERE state = 2").fetchone()[0]
    check(f"{case}: the database is sound, nothing is given up", sound == "ok" and dead == 0,
          f"{sound}, {dead} given up")


def check_serves(case: str, bot: Bot, slack: Slack, rig: Rig) -> None:
    """As if nothing had happened: a command and an upload."""
    name = re.sub(r"\W+", "_", case.lower()) + "_after"
    upload(slack, name, picture(rig.rng))
    command = ask(slack)
    state = slack.get(f"/sim/command?id={command}&wait_ms=5000")
    known = until(lambda: name in learnt(bot.data), 10)
    alive = bot.process.poll() is None
    check(f"{case}: the bot answers and learns", alive and known and bool(state["answers"]),
          f"running {alive}, answers {len(state['answers'])}, the upload is learnt {known}")


def check_end(case: str, bot: Bot) -> None:
    crash.judge_end(bot, f"{case}: ")


def check_refused(case: str, done, *words: str, log: bool = False) -> None:
    """One clear line and status 1. `log`: lines of the log may stand before it."""
    lines = done.stderr.splitlines()
    ours = [line for line in lines if line.startswith("emojiscope: ")]
    wanted = [word for word in words if word not in done.stderr]
    good = (done.returncode == 1 and len(ours) == 1 and lines[-1] == ours[0]
            and len(ours[0]) <= LONGEST_LINE and not wanted and (log or len(lines) == 1))
    said = " / ".join(ours or lines[-2:]) or "nothing"
    without = f"; not said: {', '.join(wanted)}" if wanted else ""
    check(case, good, f"status {done.returncode}, {len(lines)} line(s){without}: {said[:500]}")


def digest(data: pathlib.Path) -> str:
    return hashlib.sha256((data / "catalogue.db").read_bytes()).hexdigest()


class SmallDisk:
    """A file system of its own that can be filled; needs root."""

    popen = {}

    def __init__(self, folder: pathlib.Path):
        folder.mkdir()
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m", "faults", str(folder)],
                              capture_output=True, text=True)
        if done.returncode != 0:
            folder.rmdir()
            raise OSError(done.stderr.strip() or "mount failed")
        self.folder, self.filler = folder, folder / "filler"

    def fill(self, _bot) -> None:
        # SQLite writes little at a time, so not one byte may be left.
        with open(self.filler, "wb", buffering=0) as out:
            with contextlib.suppress(OSError):
                while True:
                    out.write(b"\0" * 65536)
            with contextlib.suppress(OSError):
                while True:
                    out.write(b"\0" * 512)

    def free(self, _bot) -> None:
        self.filler.unlink()

    def close(self) -> None:
        subprocess.run(["umount", str(self.folder)], check=True)


class LimitedFiles:
    """Stands in for it where nobody may mount: files of the bot cannot grow."""

    popen = {"restore_signals": False}  # Python ignores SIGXFSZ, and the bot then does so, too

    def __init__(self, folder: pathlib.Path):
        folder.mkdir()
        self.folder = folder

    def fill(self, bot) -> None:
        log = (self.folder / "data/catalogue.db-wal").stat().st_size
        most = resource.prlimit(bot.process.pid, resource.RLIMIT_FSIZE)[1]
        resource.prlimit(bot.process.pid, resource.RLIMIT_FSIZE, (log, most))

    def free(self, bot) -> None:
        most = resource.prlimit(bot.process.pid, resource.RLIMIT_FSIZE)[1]
        resource.prlimit(bot.process.pid, resource.RLIMIT_FSIZE, (most, most))

    def close(self) -> None:
        pass


def small_disk(folder: pathlib.Path):
    try:
        return SmallDisk(folder)
    except OSError as why:
        print(f"      no small disk ({why}): a limit on the size of files stands in", flush=True)
        return LimitedFiles(folder)
