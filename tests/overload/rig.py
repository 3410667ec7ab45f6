"""What the scenarios of overload.py share: a bot beside a local Slack, and how commands ended."""
import collections
import concurrent.futures
import contextlib
import dataclasses
import json
import pathlib
import random
import re
import sys
import threading
import time

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "soak"))
import soak  # which makes `crash` known, too
import crash
from crash import check
from soak import SLACK_WAITS_S, share

MOST_AWAITED = 500       # as of BotOptions
MOST_EVENTS = 2000
ON_THEIR_WAY = 64        # taken off the socket when the bound was met
PROMPT_MS = 2000         # for the answer to a command, on a machine that does much else
DRAINED_WITHIN_S = 60
SETTLED_WITHIN_MS = 20_000
POSTERS = 4              # threads that do what people do
ORIGINALS = 40           # pictures that are there from the start
SAMPLE_S = 0.1
BUSY = "Too many are asking at this moment"
TURNED_AWAY = re.compile(
    r"(commands and the like|events) wait to be worked on; (\d+) more were not")


class Waiting:
    """How much waits in the bot's queues, looked at again and again on a thread of its own."""

    def __init__(self, data: pathlib.Path):
        self.data, self.awaited, self.events = data, 0, 0
        self.most_awaited = self.most_events = 0
        self.ending = threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self) -> None:
        with contextlib.closing(crash.database(self.data)) as connection:
            while not self.ending.wait(SAMPLE_S):
                self.events, self.awaited = connection.execute(
                    "SELECT ifnull(sum(event), 0), ifnull(sum(NOT event), 0) FROM (SELECT kind = "
                    "'events_api' AND lane NOT LIKE 'channel %' AS event FROM work "
                    "WHERE queue = 'inbox' AND state = 0)").fetchone()
                self.most_events = max(self.most_events, self.events)
                self.most_awaited = max(self.most_awaited, self.awaited)

    def stop(self) -> None:
        self.ending.set()
        self.thread.join()


class Throttle:
    """Lets things happen so many times a second at most, whoever does them."""

    def __init__(self, a_second: float):
        self.pause, self.due, self.lock = 1 / a_second if a_second else 0.0, 0.0, threading.Lock()

    def wait(self) -> None:
        with self.lock:
            self.due = max(self.due + self.pause, time.monotonic())
            wait = self.due - time.monotonic()
        if wait > 0:
            time.sleep(wait)


@dataclasses.dataclass
class Case:
    name: str
    program: str
    folder: pathlib.Path
    slack: crash.Slack
    bot: crash.Bot
    waiting: Waiting
    pictures: dict[str, bytes]
    rng: random.Random
    flood: Throttle
    rss_before: int

    @property
    def data(self) -> pathlib.Path:
        return self.folder / "data"

    def fault(self, path: str, kind: str, **more) -> None:
        self.slack.post("/sim/fault", {"on": "http", "path": path, "kind": kind, **more})

    def ask(self) -> str:
        return self.slack.post("/sim/command", {"text": self.rng.choice(soak.QUERIES)})["id"]

    def turned_away(self) -> dict[str, int]:
        """As the log tells; what came after its last line is not in it."""
        away: dict[str, int] = collections.Counter()
        log = (self.folder / "bot.log").read_text(errors="replace")
        for what, count in TURNED_AWAY.findall(log):
            away[what] += int(count)
        return dict(away)


def rss(bot: crash.Bot) -> int:
    status = pathlib.Path(f"/proc/{bot.process.pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1])


@contextlib.contextmanager
def started(name: str, options, work: pathlib.Path):
    """A bot that knows a small workspace; judged in the end."""
    print(f"      -- {name}", flush=True)
    folder, rng = work / name, random.Random(options.seed)
    folder.mkdir(exist_ok=True)
    with open(folder / "slack.log", "w") as slack_log, open(folder / "bot.log", "w") as bot_log:
        slack = crash.Slack(options.program, slack_log)
        bot = waiting = None
        try:
            pictures = {f"first_{n}": crash.picture(rng) for n in range(ORIGINALS)}
            for emoji, content in pictures.items():
                slack.post(f"/sim/emoji?name={emoji}&silent=1", content)
            bot = crash.Bot(options.program, folder / "data", slack, bot_log)
            bot.connected(slack)
            crash.until_compared(folder / "bot.log")
            waiting = Waiting(folder / "data")
            began = time.monotonic()
            case = Case(name, options.program, folder, slack, bot, waiting, pictures, rng,
                        Throttle(options.rate), rss(bot))
            yield case
            judge_rest(case)
            print(f"      {name} took {time.monotonic() - began:.1f} s", flush=True)
        finally:
            if waiting:
                waiting.stop()
            if bot and bot.process.poll() is None:
                bot.process.kill()
                bot.process.wait()
            slack.stop()


def all_messages(case: Case, channel: str) -> list[dict]:
    messages: list[dict] = []
    while more := case.slack.get(f"/sim/messages?channel={channel}&after="
                                 f"{messages[-1]['index'] if messages else 0}")["messages"]:
        messages += more
    return messages


def judge_rest(case: Case) -> None:
    waiting = case.waiting
    print(f"      at most {waiting.most_events} events and {waiting.most_awaited} commands and the "
          f"like waited; not taken in, as far as logged: {case.turned_away()}", flush=True)
    check(f"{case.name}: no more waits than may",
          waiting.thread.is_alive() and waiting.most_events + waiting.most_awaited > 0
          and waiting.most_events <= MOST_EVENTS + ON_THEIR_WAY
          and waiting.most_awaited <= MOST_AWAITED + ON_THEIR_WAY,
          f"{waiting.most_events} events, {waiting.most_awaited} commands and the like")
    print(f"      memory: {case.rss_before} KiB before, {rss(case.bot)} KiB after", flush=True)
    crash.judge_violations(case.slack.get("/sim/state"))
    crash.judge_end(case.bot, f"{case.name}: ")
    crash.judge_database(case.data)


def under_way(case: Case) -> dict[str, int]:
    """What waits in each queue; of Slack, envelopes. Not who looks out for pictures that were not
    learnt at the last comparison: that waits for one to come, which may be in an hour."""
    with contextlib.closing(crash.database(case.data)) as connection:
        found = dict(connection.execute("SELECT queue, count(*) FROM work WHERE state = 0 "
                                        "AND queue <> 'unannounced' GROUP BY queue"))
    envelopes = case.slack.get("/sim/state")["counts"]["waiting"]
    return {**found, **({"Slack": envelopes} if envelopes else {})}


def differences(case: Case) -> int:
    theirs = case.slack.get("/sim/emoji")["emoji"]
    return len(set(theirs.items()) ^ set(crash.catalogue(case.program, case.data).items()))


def judge_drained(case: Case) -> None:
    began, quiet, differ = time.monotonic(), 0, 0
    while quiet < 2 and time.monotonic() < began + DRAINED_WITHIN_S:
        # Twice, since an event that Slack sends once more may be on its way still.
        time.sleep(2 * crash.RETRY_MS / 1000 if quiet else 0.2)
        if under_way(case):
            quiet = 0
        elif quiet == 1:
            differ = differences(case)
            quiet = 0 if differ else 2
        else:
            quiet = 1
    took = time.monotonic() - began
    check(f"{case.name}: the queues drain, the catalogue is what the workspace has", quiet == 2,
          f"{under_way(case) or 'nothing'} waits after {took:.1f} s; {differ} names differ; "
          f"{crash.waiting_items(case.data)} items in all")


def judge_acks(case: Case, unacknowledged: int = 0) -> None:
    """`unacknowledged`: of which that is right."""
    state = case.slack.get("/sim/state")
    every, counts = state["ack_ms"], state["counts"]
    print(f"      {every['n']} envelopes acknowledged within p50 {every['p50']:.1f} ms, "
          f"p99 {every['p99']:.1f} ms, at most {every['max']:.1f} ms", flush=True)
    check(f"{case.name}: no acknowledgement takes three seconds or is missing",
          every["max"] < 1000 * SLACK_WAITS_S and counts["unacked"] == unacknowledged
          and counts["dials"] == 1,
          f"{counts['unacked']} missing where {unacknowledged} should be; {counts['dials']} dials")


def in_threads(act, items: list) -> tuple[list, float]:
    """What `act` makes of each, in their order, and the seconds that took."""
    began = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(POSTERS) as pool:
        return list(pool.map(act, items)), time.monotonic() - began


def outcomes(case: Case, ids: list[str]) -> list[dict]:
    """Of commands and presses, once there is one."""
    return in_threads(lambda one: case.slack.get(
        f"/sim/command?id={one}&wait_ms={SETTLED_WITHIN_MS}"), ids)[0]


def kind_of(state: dict) -> str:
    if len(state["answers"]) > 1:
        return "answered twice"
    if state["answers"] and state["failed"]:
        return "not responded, but answered"
    if state["answers"]:
        return "try again" if BUSY in json.dumps(state["answers"]) else "answered"
    return "not responded" if state["failed"] else "lost"


def judge_commands(case: Case, what: str, ids: list[str], allowed: set[str],
                   needed: set[str], prompt_ms: float | None = PROMPT_MS) -> None:
    states = outcomes(case, ids)
    kinds = collections.Counter(kind_of(state) for state in states)
    acks = [state["ack_ms"] for state in states if state["acked"]]
    for kind in ("answered", "try again"):
        took = [state["answer_ms"] for state in states if kind_of(state) == kind]
        if took:
            print(f"      {what}: {len(took)} {kind}, within p50 {share(took, 0.5):.1f} ms, "
                  f"p99 {share(took, 0.99):.1f} ms, at most {max(took):.1f} ms", flush=True)
    print(f"      {what}: acknowledged within p50 {share(acks, 0.5):.1f} ms, "
          f"p99 {share(acks, 0.99):.1f} ms, at most {share(acks, 1):.1f} ms", flush=True)
    check(f"{case.name}: {what}: each is {' or '.join(sorted(allowed))}",
          set(kinds) <= allowed and needed <= set(kinds), f"{len(ids)} asked: {dict(kinds)}")
    if prompt_ms is not None:
        late = [state for state in states if state["answers"] and state["answer_ms"] > prompt_ms]
        check(f"{case.name}: {what}: promptly", not late,
              f"{len(late)} took more than {prompt_ms:.0f} ms")
