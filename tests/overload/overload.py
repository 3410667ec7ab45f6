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
- presses: commands are answered, promptly, before and beyond the bound of one view. Presses beyond
  it are shown as not responded, the others acknowledged.
- messages: a conversation is told that too many ask, once in a minute of the clock; others are not.

Memory (RSS) before and after is only told. Uses loopback only. Exit status 0 if all of that holds.
"""
import argparse
import collections
import contextlib
import pathlib
import random
import re
import sys
import time
import urllib.parse

from rig import (BUSY, MOST_EVENTS, POSTERS, SLACK_WAITS_S, Case, all_messages, check, crash,
                 in_threads, judge_acks, judge_commands, judge_drained, outcomes, soak, started)

MOST_IN_LANE = 50        # as of BotOptions
LATE_PICTURES = 8        # before all other changes
LATE_MS = 2000
LATE_TRIES = 3           # of four, so that none is given up
ASKED_A_SECOND = 5
ASKED_FOR_S = 5          # while all changes wait
BELOW_BOUND = 30         # presses
ASKED_BELOW = ASKED_BEYOND = 12
ASKED_AFTER = 10         # when all is quiet again
LATE_FILE_MS = 5000
MENTIONS = 5
TYPED = 4                # of the messages; to the others there is nothing to say
PICTURE_PATH = "/emoji/T0LOCAL/"
GENERAL, DIRECT = "C0GENERAL", "D0HUMAN"


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
