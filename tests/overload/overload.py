#!/usr/bin/env python3
"""Asks more of the bot than it can do at once, and looks for what was lost, late or not told.

usage: overload.py PATH/TO/emojiscope [--events 3000] [--commands 3000] [--presses 200]
                   [--messages 200] [--rate 0] [--only NAME ...] [--seed 1] [--keep FOLDER]

Four scenarios, each with a local Slack and a bot of its own, one after another, and each as fast as
the local Slack takes it, or RATE things a second:
- changes: so many uploads, copies, aliases, renames and removals, while some pictures come late and
  only at the fourth try, so that events pile up behind them. People ask all the while.
- commands: so many at once, while Slack does not say who asks.
- presses: so many in one view that cannot be shown anew; others ask meanwhile, before the bound and
  beyond it.
- messages: so many in one conversation, behind a file that comes late; others mention the bot.

Judged in each:
- no acknowledgement takes three seconds, and none is missing but those of presses beyond the bound;
- each command is answered or told to try again, once, or its user told by Slack that the app did
  not respond; none is lost;
- no more waits than may, but for what was on its way when the bound was met;
- the queues drain, nothing is given up, the catalogue is what the workspace has, the database is
  sound, Slack has nothing to complain of, and the bot ends within ten seconds when asked to.
And in one each:
- changes: more events come than may wait. Commands are answered as promptly as ever; each copy of a
  picture is told of exactly once.
- commands: some are answered, and some told to try again.
- presses: commands are answered, promptly, before and beyond the bound of one view. Presses beyond it
  are shown as not responded, the others acknowledged.
- messages: a conversation is told that too many ask, once in a minute of the clock; others are not.

Memory (RSS) before and after is only told. Uses loopback only. Exit status 0 if all of that holds.
"""
import argparse
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
import urllib.parse

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "soak"))
import soak  # which makes `crash` known, too
import crash
from crash import check
from soak import SLACK_WAITS_S, share

MOST_AWAITED = 500       # as of BotOptions
MOST_IN_LANE = 50
MOST_EVENTS = 2000
ON_THEIR_WAY = 64        # taken off the socket when the bound was met
PROMPT_MS = 2000         # for the answer to a command, on a machine that does much else
DRAINED_WITHIN_S = 60
SETTLED_WITHIN_MS = 20_000
POSTERS = 4              # threads that do what people do
ORIGINALS = 40           # pictures that are there from the start
LATE_PICTURES = 8        # before all other changes
LATE_MS = 2000
LATE_TRIES = 3           # of four, so that none is given up
ASKED_A_SECOND = 5
ASKED_FOR_S = 5          # while all changes wait
BELOW_BOUND = 30        # presses
ASKED_BELOW = ASKED_BEYOND = 12
ASKED_AFTER = 10         # when all is quiet again
LATE_FILE_MS = 5000
MENTIONS = 5
TYPED = 4                # of the messages; to the others there is nothing to say
SAMPLE_S = 0.1

PICTURE_PATH = "/emoji/T0LOCAL/"
GENERAL, DIRECT = "C0GENERAL", "D0HUMAN"
BUSY = "Too many are asking at this moment"
TURNED_AWAY = re.compile(r"(commands and the like|events) wait to be worked on; (\d+) more were not")


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


class Changes:
    """Of a part of the workspace of its own, in their order; thought out before they are made."""

    def __init__(self, rng: random.Random, part: int, count: int, originals: dict[str, bytes]):
        self.rng, self.part, self.number = rng, part, 0
        self.stay = dict(originals)                        # may be copied
        self.copies: dict[str, list[str]] = {}             # of each of those
        self.passing: list[str] = []                       # may be renamed, and go
        self.calls: list[tuple[str, dict | bytes]] = []
        while len(self.calls) < count:
            self._think()

    def _name(self, kind: str) -> str:
        self.number += 1
        return f"{kind}_{self.part}_{self.number}"

    def _upload(self, name: str, content: bytes) -> None:
        self.calls.append(("/sim/emoji?name=" + name, content))

    def _think(self) -> None:
        kind = self.rng.choices(["stays", "passes", "copy", "alias", "rename", "remove"],
                                [6, 24, 10, 20, 20, 20])[0]
        if kind == "stays":
            name = self._name(kind)
            self.stay[name] = crash.picture(self.rng)
            self._upload(name, self.stay[name])
        elif kind == "passes":
            self.passing.append(self._name(kind))
            self._upload(self.passing[-1], crash.picture(self.rng))
        elif kind == "copy":
            name, original = self._name(kind), self.rng.choice(list(self.stay))
            self.copies.setdefault(original, []).append(name)
            self._upload(name, self.stay[original])
        elif kind == "alias":
            self.calls.append(("/sim/emoji/alias", {"name": self._name(kind), "alias_for":
                                                    self.rng.choice(list(self.stay))}))
        elif self.passing:
            old = self.passing.pop(self.rng.randrange(len(self.passing)))
            if kind == "remove":
                self.calls.append(("/sim/emoji/remove", {"names": [old]}))
            else:
                self.passing.append(self._name("renamed"))
                self.calls.append(("/sim/emoji/rename",
                                   {"old_name": old, "new_name": self.passing[-1]}))


def judge_alerts(case: Case, copies: dict[str, list[str]]) -> None:
    """By the names in the keys of alerts, since a message of many names only the first ones."""
    with contextlib.closing(crash.database(case.data)) as connection:
        keys = [key for (key,) in connection.execute("SELECT key FROM work WHERE queue = 'alerts'")]
    group_of = {name: original for original, found in copies.items() for name in [original, *found]}
    pairs: dict[str, list[tuple[str, ...]]] = {}
    strange = []
    for key in keys:
        pair = tuple(sorted(re.findall(PICTURE_PATH + "([^/]+)/", key)))
        groups = {group_of.get(name) for name in pair}
        if len(pair) != 2 or len(groups) != 1 or None in groups:
            strange.append(key)
        else:
            pairs.setdefault(groups.pop(), []).append(pair)
    count = sum(map(len, copies.values()))
    untold = [original for original, found in copies.items()
              if {name for pair in pairs.get(original, []) for name in pair}
              != {original, *found}]
    more = [found for original, found in pairs.items()
            if len(found) != len(copies[original]) or len(set(found)) != len(found)]
    check(f"{case.name}: each copy is found, exactly once", not untold and not more,
          f"{count} copies, {sum(map(len, pairs.values()))} alerts; of {len(untold)} pictures some "
          f"copy is missing {untold[:3]}; too many or too few for {len(more)} {more[:2]}")
    check(f"{case.name}: nothing else is taken for a copy", not strange, str(strange[:3]))
    listed: dict[str, int] = collections.Counter()
    unlisted = 0
    messages = all_messages(case, crash.ALERT_CHANNEL)
    for message in messages:
        for block in message.get("blocks", []):
            what, _, rest = block.get("block_id", "").partition(":")
            listed[rest] += what == "pair"
            unlisted += int(rest) if what == "more" else 0
    told = sum(listed.values()) + unlisted
    check(f"{case.name}: and told, exactly once", told == count and max(listed.values()) <= 1,
          f"{told} told in {len(messages)} messages, {unlisted} of them as a number")


def flood_of_changes(case: Case, options) -> None:
    late = [f"late_{number}" for number in range(LATE_PICTURES)]
    for name in late:
        case.fault(PICTURE_PATH + name + "/", "reset", delay_ms=LATE_MS, count=LATE_TRIES)
    parts = [Changes(random.Random(f"{options.seed} {part}"), part, options.events // POSTERS,
                     case.pictures) for part in range(POSTERS)]
    commands: list[str] = []
    asking = soak.Pace(lambda: commands.append(case.ask()), ASKED_A_SECOND)
    for name in late:
        case.slack.post("/sim/emoji?name=" + name, crash.picture(case.rng))
    asking.thread.start()

    def make(changes: Changes) -> None:
        for path, body in changes.calls:
            case.flood.wait()
            case.slack.post(path, body)

    took = in_threads(make, parts)[1]
    count = sum(len(part.calls) for part in parts)
    print(f"      {count} changes in {took:.1f} s, {count / took:.0f} a second; "
          f"{case.waiting.events} of them wait", flush=True)
    time.sleep(ASKED_FOR_S)
    still = case.waiting.events
    case.slack.post("/sim/fault/clear")
    asking.stop()
    check("changes: more events come than may wait",
          case.waiting.most_events >= MOST_EVENTS - 1 and "events" in case.turned_away(),
          f"at most {case.waiting.most_events} waited, {still} when pictures came again; "
          f"not taken in, as far as logged: {case.turned_away()}")
    judge_commands(case, "commands meanwhile", commands, {"answered"}, {"answered"})
    judge_acks(case)
    judge_drained(case)
    copies: dict[str, list[str]] = {}
    for part in parts:
        for original, found in part.copies.items():
            copies.setdefault(original, []).extend(found)
    judge_alerts(case, copies)


def flood_of_commands(case: Case, options) -> None:
    case.fault("/api/users.info", "hang", count=1000)
    def ask(_: int) -> str:
        case.flood.wait()
        return case.ask()

    ids, took = in_threads(ask, list(range(options.commands)))
    print(f"      {len(ids)} commands in {took:.1f} s, {len(ids) / took:.0f} a second", flush=True)
    outcomes(case, ids)
    judge_acks(case)
    case.slack.post("/sim/fault/clear")
    judge_drained(case)
    # Now that there is no further answer to come.
    judge_commands(case, "commands", ids, {"answered", "try again", "not responded",
                                           "not responded, but answered"},
                   {"answered", "try again"}, prompt_ms=None)
    judge_commands(case, "commands after that", [case.ask() for _ in range(ASKED_AFTER)],
                   {"answered"}, {"answered"})


def open_picker(case: Case) -> tuple[str, str]:
    """Its view, and something that it offers."""
    outcomes(case, [case.slack.post("/sim/shortcut", {"callback_id": "pick_emoji"})["id"]])
    until = time.monotonic() + SLACK_WAITS_S
    while not (modal := case.slack.get("/sim/surfaces")["modal"]):
        if time.monotonic() > until:
            raise RuntimeError("the picker does not open")
        time.sleep(0.05)
    view = modal["id"]
    asked = case.slack.post("/sim/view/suggest", {"view_id": view, "action_id": "picker.emoji",
                                                  "value": "first"})["id"]
    (offered,) = outcomes(case, [asked])[0]["answers"]
    return view, offered["option_groups"][0]["options"][0]["value"]


def flood_of_presses(case: Case, options) -> None:
    view, value = open_picker(case)
    case.fault("/api/views.update", "status", status=503, delay_ms=LATE_MS, count=1000)
    press = {"view_id": view, "action_id": "picker.emoji", "value": value}

    def act(_: int) -> str:
        case.flood.wait()
        return case.slack.post("/sim/view/act", press)["id"]

    def presses(count: int) -> list[str]:
        made, took = in_threads(act, list(range(count)))
        print(f"      {count} presses in {took:.1f} s, {count / took:.0f} a second", flush=True)
        return made

    def ask(count: int) -> list[str]:
        commands: list[str] = []
        asking = soak.Pace(lambda: commands.append(case.ask()), ASKED_A_SECOND)
        asking.thread.start()
        time.sleep((count + 0.5) / ASKED_A_SECOND)
        asking.stop()
        return commands

    below = presses(BELOW_BOUND)
    judge_commands(case, "commands below the bound", ask(ASKED_BELOW), {"answered"}, {"answered"})
    waited = case.waiting.awaited
    beyond = presses(options.presses - BELOW_BOUND)
    judge_commands(case, "commands beyond it", ask(ASKED_BEYOND), {"answered"}, {"answered"})
    states = outcomes(case, below + beyond)
    case.slack.post("/sim/fault/clear")
    refused = sum(state["failed"] for state in states)
    taken = sum(state["acked"] for state in states)
    early = sum(state["failed"] for state in states[:len(below)])
    room = MOST_IN_LANE - waited
    check("presses: those beyond the bound are shown as not responded, the others not",
          early == 0 and taken + refused == len(states)
          and abs(len(beyond) - room - refused) <= 4,
          f"{taken} acknowledged, {refused} not ({early} of them below the bound); {waited} waited "
          f"before the last {len(beyond)}")
    judge_acks(case, unacknowledged=refused)
    judge_drained(case)
    judge_commands(case, "commands after that", [case.ask() for _ in range(ASKED_AFTER)],
                   {"answered"}, {"answered"})


def flood_of_messages(case: Case, options) -> None:
    def write(text: str, content: bytes = b"", path: str = "/sim/dm?") -> None:
        case.flood.wait()
        query = {"text": text, **({"filename": "late.png"} if content else {})}
        case.slack.post(path + urllib.parse.urlencode(query), content)

    minute = time.time() // 60
    case.fault("/files-pri/", "status", status=404, delay_ms=LATE_FILE_MS, count=1000)
    write("", crash.picture(case.rng))
    # Slack takes a message a second, so most are such as say nothing.
    texts = ["beer"] * TYPED + [" "] * (options.messages - TYPED)
    _, took = in_threads(write, texts)
    print(f"      {len(texts)} messages in {took:.1f} s, {len(texts) / took:.0f} a second",
          flush=True)
    for _ in range(MENTIONS):
        write("@Emojiscope beer", path=f"/sim/message?channel={GENERAL}&")
    commands = [case.ask() for _ in range(ASKED_BEYOND)]
    judge_commands(case, "commands meanwhile", commands, {"answered"}, {"answered"})
    case.slack.post("/sim/fault/clear")
    judge_drained(case)
    minutes = int(time.time() // 60 - minute) + 1
    for channel, least, what in ((DIRECT, 1, "the conversation"),
                                 (GENERAL, 0, "a channel with mentions")):
        messages = all_messages(case, channel)
        # Those of commands are ephemeral.
        busy = [message for message in messages
                if BUSY in message.get("text", "") and not message.get("ephemeral")]
        check(f"messages: {what} is told that too many ask " +
              ("once a minute" if least else "never"), least <= len(busy) <= least * minutes,
              f"{len(busy)} times in {minutes} minutes of the clock; {len(messages)} messages")
    judge_acks(case)
    judge_commands(case, "commands after that", [case.ask() for _ in range(ASKED_AFTER)],
                   {"answered"}, {"answered"})


SCENARIOS = {"changes": flood_of_changes, "commands": flood_of_commands,
             "presses": flood_of_presses, "messages": flood_of_messages}


def run(options, work: pathlib.Path) -> None:
    began = time.monotonic()
    for name in options.only:
        with started(name, options, work) as case:
            SCENARIOS[name](case, options)
    print(f"      {time.monotonic() - began:.0f} s in all", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("program")
    parser.add_argument("--events", type=int, default=3000)
    parser.add_argument("--commands", type=int, default=3000)
    parser.add_argument("--presses", type=int, default=200)
    parser.add_argument("--messages", type=int, default=200)
    parser.add_argument("--rate", type=float, default=0, help="of each flood, so many a second "
                        "at most; 0: as many as the local Slack takes")
    parser.add_argument("--only", nargs="+", choices=SCENARIOS, default=list(SCENARIOS))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=pathlib.Path, help="where logs and data are left")
    options = parser.parse_args()
    return crash.in_folder(options.keep, "overload", lambda work: run(options, work))


if __name__ == "__main__":
    sys.exit(main())
