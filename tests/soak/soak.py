#!/usr/bin/env python3
"""Runs the bot under a steady load for long, and looks for what grows, gets slow or goes lost.

usage: soak.py PATH/TO/emojiscope [--minutes 30] [--rate 20] [--rotate 10] [--names 300]
               [--seed 1] [--keep FOLDER]

The local Slack and the bot are processes on loopback. In each second the workspace changes `rate`
times (pictures, copies of pictures, aliases, other names, removals; the number of names stays about
the same) and people ask `rate` things. Every `rotate` seconds Slack takes the sockets away: mostly
with a notice (refresh_requested, warning), now and then without one.

Judged:
- each command is answered, or its user told by Slack that the app did not respond;
- nobody is told so unless sockets were just taken away without a notice (but for a few whose
  command met a socket as it was closed);
- no acknowledgement takes three seconds;
- in the end the catalogue is what the workspace has, and no item of a queue was given up;
- over the second half neither memory (RSS) nor descriptors grow;
- nothing that Slack would not take; the end comes within ten seconds when asked for.

Memory is a line fitted through the second half of the run. What the program holds is bounded, but
RSS is its high-water mark: some MiB more, at once, whenever a comparison with the workspace meets
more work than any before, and a few when dictionaries are read at new places. Such steps get rare;
STEP_KIB allows for one. Beyond it LEFT_BEHIND_BYTES are allowed for each event and each command:
less than the smallest thing that could be forgotten there, an entry of a map with a name. A run of
a few minutes is mostly warming up (LOOSE_GROWTH_KIB): it shows gross mistakes only. The local
Slack keeps all that was ever said, and grows; that is not judged.

Uses loopback only. Exit status 0 if all of that holds.
"""
import argparse
import concurrent.futures
import os
import pathlib
import random
import statistics
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "crash"))
import crash
from crash import check

STEP_KIB = 4 * 1024
LEFT_BEHIND_BYTES = 80
LOOSE_GROWTH_KIB = 32 * 1024
LONG_MINUTES = 10        # from here on memory is judged strictly
MORE_DESCRIPTORS = 4     # connections come and go
SLACK_WAITS_S = 3.0      # for an acknowledgement
ANSWERED_WITHIN_S = 60
AWAY_S = 5               # at most, after sockets went without a notice
ROTATIONS_FOR_ONE = 20   # commands that met a socket as it was closed
SAMPLE_S = 10
FEWEST_SAMPLES = 30
FOLLOWERS = 64           # commands whose answers are waited for at a time

WORDS = ["beer", "sushi", "cat", "party", "fire", "thumbs", "rocket", "blob", "neko", "kanpai",
         "otsukare", "sakura", "arigato", "ramen", "good_job", "deploy"]
QUERIES = ["beer", "party cat", "thank you", "ship it", "fire", "looks good to me", "red and blue",
           "neko 12", "kanpai", "happy birthday", "ビール", "お疲れさま", "ありがとう", "寿司",
           "猫", "桜の花", "ラーメン食べたい", "やったー", "qwzxk", "asdf ghjk 77", "%&/()=?", "🍺",
           "a" * 300, "random", "new", "help", "info beer_1", "dupes"]

COLUMNS = {"minute": 6, "RSS KiB": 7, "of no file": 10, "descriptors": 11, "threads": 7,
           "CPU %": 5, "waiting": 7, "database KiB": 12, "answered": 8, "told": 4}


class Pace:
    """Does something so many times a second, on a thread of its own, until it is ended."""

    def __init__(self, act, a_second: float, uneven: float = 0, seed: int = 0):
        self.act, self.pause, self.uneven = act, 1 / a_second, uneven
        self.rng = random.Random(seed)
        self.count = 0
        self.trouble: BaseException | None = None
        self.ending = threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)

    def _run(self) -> None:
        due = time.monotonic() + self.pause
        try:
            while not self.ending.wait(max(0.0, due - time.monotonic())):
                self.act()
                self.count += 1
                due += self.pause * self.rng.uniform(1 - self.uneven, 1 + self.uneven)
        except BaseException as problem:  # told by `stop`, on the main thread
            self.trouble = problem

    def stop(self) -> None:
        self.ending.set()
        self.thread.join()
        if self.trouble:
            raise self.trouble


class Workspace:
    """Its names, of which there are always about `most`."""

    def __init__(self, slack: crash.Slack, rng: random.Random, most: int):
        self.slack, self.rng, self.most = slack, rng, most
        self.pictures: dict[str, bytes] = {}
        self.aliases: dict[str, str] = {}
        self.count = 0

    def name(self) -> str:
        self.count += 1
        return f"{self.rng.choice(WORDS)}_{self.count}"

    def any_picture(self) -> str:
        return self.rng.choice(list(self.pictures))

    def alias_share(self) -> float:
        return len(self.aliases) / (len(self.pictures) + len(self.aliases))

    def upload(self, content: bytes, silent: int = 0) -> None:
        name = self.name()
        self.slack.post(f"/sim/emoji?name={name}&silent={silent}", content)
        self.pictures[name] = content

    def fill(self) -> None:
        for _ in range(self.most):
            self.upload(crash.picture(self.rng), silent=1)

    def change(self) -> None:
        if len(self.pictures) + len(self.aliases) >= self.most:
            kind = self.rng.choices(["remove", "rename"], [4, 1])[0]
        else:
            kind = self.rng.choices(["new", "copy", "alias", "rename"], [6, 1, 2, 1])[0]
        if kind == "new":
            self.upload(crash.picture(self.rng))
        elif kind == "copy":
            self.upload(self.pictures[self.any_picture()])
        elif kind == "alias":
            name, target = self.name(), self.any_picture()
            self.slack.post("/sim/emoji/alias", {"name": name, "alias_for": target})
            self.aliases[name] = target
        elif kind == "rename":
            old, new = self.any_picture(), self.name()
            self.slack.post("/sim/emoji/rename", {"old_name": old, "new_name": new})
            self.pictures[new] = self.pictures.pop(old)
            self.aliases = {name: new if target == old else target
                            for name, target in self.aliases.items()}
        else:
            # The oldest of its kind: what goes is mostly old.
            names = self.aliases if self.rng.random() < self.alias_share() else self.pictures
            name = next(iter(names))
            self.slack.post("/sim/emoji/remove", {"names": [name]})
            self.pictures.pop(name, None)
            self.aliases = {alias: target for alias, target in self.aliases.items()
                            if name not in (alias, target)}


class Asking:
    """Commands, and what became of each."""

    def __init__(self, slack: crash.Slack, rng: random.Random):
        self.slack, self.rng = slack, rng
        self.followers = concurrent.futures.ThreadPoolExecutor(FOLLOWERS)
        self.lock = threading.Lock()
        self.ack_ms: list[float] = []
        self.answer_ms: list[float] = []
        self.told_at: list[float] = []
        self.late = self.lost = 0

    def ask(self) -> None:
        text = self.rng.choice(QUERIES)
        asked = time.monotonic()
        command = self.slack.post("/sim/command", {"text": text})["id"]
        self.followers.submit(self._follow, command, asked)

    def _follow(self, command: str, asked: float) -> None:
        wait_ms = ANSWERED_WITHIN_S * 1000
        state = self.slack.get(f"/sim/command?id={command}&wait_ms={wait_ms}")
        took = time.monotonic() - asked
        with self.lock:
            if state["acked"]:
                self.ack_ms.append(state["ack_ms"])
            if state["answered"]:
                self.answer_ms.append(state["answer_ms"])
            elif state["failed"]:
                self.told_at.append(asked)
                # Less if the socket went, or there was none.
                self.late += took >= SLACK_WAITS_S
            else:
                self.lost += 1

    def finish(self) -> None:
        self.followers.shutdown(wait=True)


class Rotation:
    def __init__(self, slack: crash.Slack):
        self.slack = slack
        self.noticed = self.turn = 0
        self.dropped_at: list[float] = []

    def rotate(self) -> None:
        self.turn += 1
        if self.turn % 12 == 9:
            self.dropped_at.append(time.monotonic())
            self.slack.post("/sim/cut", {"for_ms": 0})
            return
        reason = "warning" if self.turn % 4 == 3 else "refresh_requested"
        self.slack.post("/sim/disconnect", {"reason": reason})
        self.noticed += 1

    def was_to_blame(self, asked: float) -> bool:
        return any(-SLACK_WAITS_S <= asked - dropped <= AWAY_S for dropped in self.dropped_at)


class Watch:
    """What the bot takes of the machine, and a table of it."""

    def __init__(self, pid: int, data: pathlib.Path):
        self.pid, self.data = pid, data
        self.minutes: list[float] = []
        self.rss: list[int] = []
        self.descriptors: list[int] = []
        self.busy_before, self.looked = self._busy_s(), time.monotonic()

    def _busy_s(self) -> float:
        fields = pathlib.Path(f"/proc/{self.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def header(self) -> None:
        print("      " + "  ".join(f"{name:>{width}}" for name, width in COLUMNS.items()) + "\n"
              "      " + "  ".join("-" * width for width in COLUMNS.values()), flush=True)

    def sample(self, minute: float, answered: int, told: int) -> None:
        status = dict(line.split(":", 1) for line in
                      pathlib.Path(f"/proc/{self.pid}/status").read_text().splitlines())
        now, busy = time.monotonic(), self._busy_s()
        share = 100 * (busy - self.busy_before) / (now - self.looked)
        self.busy_before, self.looked = busy, now
        self.minutes.append(minute)
        self.rss.append(int(status["VmRSS"].split()[0]))
        self.descriptors.append(len(os.listdir(f"/proc/{self.pid}/fd")))
        size = sum(file.stat().st_size for file in self.data.glob("catalogue.db*")) // 1024
        own = status["RssAnon"].split()[0]
        row = (f"{minute:.2f}", self.rss[-1], own, self.descriptors[-1], status["Threads"].strip(),
               f"{share:.0f}", crash.waiting_items(self.data), size, answered, told)
        print("      " + "  ".join(f"{cell:>{width}}" for cell, width in
                                    zip(row, COLUMNS.values())), flush=True)

    def judge(self, whole_minutes: float, events_and_commands: int) -> None:
        half = len(self.rss) // 2
        line = statistics.linear_regression(self.minutes[half:], self.rss[half:])
        growth = line.slope * (self.minutes[-1] - self.minutes[half])
        bound = LOOSE_GROWTH_KIB
        if whole_minutes >= LONG_MINUTES:
            bound = STEP_KIB + LEFT_BEHIND_BYTES * events_and_commands / 2 / 1024
        check("memory does not grow over the second half", growth <= bound,
              f"{line.slope:+.0f} KiB/min, {growth:+.0f} KiB in all, {bound:.0f} are allowed; "
              f"{self.rss[-1]} KiB at the end")
        quarter = half + (len(self.rss) - half) // 2
        before = statistics.median(self.descriptors[half:quarter])
        after = statistics.median(self.descriptors[quarter:])
        check("descriptors do not grow over the second half", after <= before + MORE_DESCRIPTORS,
              f"{before:.0f} in its first part, {after:.0f} in its last; "
              f"most of all {max(self.descriptors)}")


def share(values: list[float], part: float) -> float:
    return sorted(values)[round(part * (len(values) - 1))] if values else float("nan")


def judge_commands(asking: Asking, rotation: Rotation, counts: dict, asked: int) -> None:
    for what, values in (("acknowledged", asking.ack_ms), ("answered", asking.answer_ms)):
        print(f"      commands are {what} within p50 {share(values, 0.5):.1f} ms, "
              f"p99 {share(values, 0.99):.1f} ms, at most {share(values, 1):.1f} ms", flush=True)
    every = counts["ack_ms"]
    print(f"      all envelopes: acknowledged within p50 {every['p50']:.1f} ms, "
          f"p99 {every['p99']:.1f} ms, at most {every['max']:.1f} ms", flush=True)
    check("each command is answered, or its user told", asking.lost == 0,
          f"{asked} asked, {len(asking.answer_ms)} answered, {len(asking.told_at)} told that the "
          f"app did not respond, {asking.lost} lost")
    others = [asked for asked in asking.told_at if not rotation.was_to_blame(asked)]
    few = max(1, rotation.noticed // ROTATIONS_FOR_ONE)
    check("they are told so only where sockets went without a notice", len(others) <= few,
          f"{len(others)} at other times, {few} are allowed")
    check("no acknowledgement takes three seconds",
          asking.late == 0 and every["max"] < 1000 * SLACK_WAITS_S,
          f"{asking.late} commands had none by then")


def load(slack: crash.Slack, options, watch: Watch, workspace: Workspace, asking: Asking,
         rotation: Rotation) -> None:
    """Until the time is over; then waits for the answers that are still out."""
    paces = [Pace(workspace.change, options.rate), Pace(asking.ask, options.rate),
             # Uneven, so as not to fall always into the end of what the one before began.
             Pace(rotation.rotate, 1 / options.rotate, uneven=0.2,
                  seed=options.seed + 2)]
    whole_s = 60 * options.minutes
    every = min(SAMPLE_S, whole_s / FEWEST_SAMPLES)
    began = time.monotonic()
    watch.header()
    try:
        for pace in paces:
            pace.thread.start()
        for number in range(1, int(whole_s / every + 0.5) + 1):
            time.sleep(max(0.0, began + number * every - time.monotonic()))
            watch.sample((time.monotonic() - began) / 60, len(asking.answer_ms),
                         len(asking.told_at))
    finally:
        for pace in paces:
            pace.ending.set()
    for pace in paces:
        pace.stop()
    took = time.monotonic() - began
    asking.finish()
    print(f"      {paces[0].count / took:.1f} changes and {paces[1].count / took:.1f} commands a "
          f"second over {took / 60:.1f} minutes; {rotation.noticed} rotations with a notice, "
          f"{len(rotation.dropped_at)} without; "
          f"{len(workspace.pictures) + len(workspace.aliases)} names", flush=True)


def run(options, work: pathlib.Path) -> None:
    data, rng = work / "data", random.Random(options.seed)
    # Else its descriptors could be counted by root alone.
    os.environ["EMOJISCOPE_ALLOW_CORE_DUMPS"] = "1"
    with open(work / "slack.log", "w") as slack_log, open(work / "bot.log", "w") as bot_log:
        slack = crash.Slack(options.program, slack_log)
        bot = None
        try:
            workspace = Workspace(slack, rng, options.names)
            workspace.fill()
            bot = crash.Bot(options.program, data, slack, bot_log)
            bot.connected(slack)
            crash.until_compared(work / "bot.log")
            watch = Watch(bot.process.pid, data)
            asking = Asking(slack, random.Random(options.seed + 1))
            rotation = Rotation(slack)
            load(slack, options, watch, workspace, asking, rotation)
            check("the catalogue is what the workspace has",
                  crash.until_quiet(options.program, data, slack),
                  f"{len(slack.get('/sim/emoji')['emoji'])} names")
            state = slack.get("/sim/state")
            counts = state["counts"]
            print(f"      {counts['dials']} dials; {counts['events']} events, of which "
                  f"{counts['dropped']} given up by Slack; {counts['unacked']} envelopes sent "
                  "again or told", flush=True)
            judge_commands(asking, rotation, state, counts["commands"])
            watch.judge(options.minutes, counts["events"] + counts["commands"])
            crash.judge_violations(state)
            crash.judge_end(bot)
            crash.judge_database(data)
        finally:
            if bot and bot.process.poll() is None:
                bot.process.kill()
                bot.process.wait()
            slack.stop()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("program")
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--rate", type=float, default=20, help="changes, and commands, a second")
    parser.add_argument("--rotate", type=float, default=10, help="seconds between two rotations")
    parser.add_argument("--names", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=pathlib.Path, help="where logs and data are left")
    options = parser.parse_args()
    return crash.in_folder(options.keep, "soak", lambda work: run(options, work))


if __name__ == "__main__":
    sys.exit(main())
