#!/usr/bin/env python3
"""Figures on real emoji, measured: import, look-ups by picture, and the bot.

usage: acceptance.py PATH/TO/emojiscope [--only import,images,bot,restart] [--keep FOLDER]

Needs EMOJISCOPE_SHARED (a folder with emoji/workspace-dev.tar); without it says SKIP and exits 77.
Exit status 0 if every figure is reached. Uses loopback only.
"""
import argparse
import collections
import io
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
import time
import urllib.parse
import urllib.request

from PIL import Image

SKIP = 77
SEARCHABLE_WITHIN_S = 5.0
failures: list[str] = []


def check(what: str, good: bool, figure: str) -> None:
    print(f"{'ok  ' if good else 'FAIL'}  {what}: {figure}", flush=True)
    if not good:
        failures.append(what)


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]


class Program:
    def __init__(self, path: str, data: pathlib.Path):
        self.command = [path, "--data", str(data)]

    def run(self, *arguments: str) -> subprocess.CompletedProcess:
        return subprocess.run([*self.command, *arguments], capture_output=True, text=True)

    def json_lines(self, *arguments: str) -> list[dict]:
        done = self.run(*arguments, "--json")
        if done.returncode != 0:
            raise RuntimeError(f"{arguments}: {done.stderr[-500:]}")
        return [json.loads(line) for line in done.stdout.splitlines()]

    def catalogue(self) -> list[str]:
        return sorted(self.run("list", "--yaml").stdout.splitlines())


def emoji_name(file: pathlib.Path) -> str:
    return file.stem.lower().replace(" ", "_")


# --- import -------------------------------------------------------------------------------------

def measure_import(program: str, work: pathlib.Path, folder: pathlib.Path) -> None:
    files = [f for f in folder.iterdir() if f.is_file()]
    whole = Program(program, work / "data")
    first = whole.run("import", str(folder))
    summary = first.stdout.strip().splitlines()[-1]
    check("import: none lost", first.returncode == 0 and f"{len(files)} learnt" in summary, summary)
    again = whole.run("import", str(folder)).stdout.strip().splitlines()[-1]
    check("second import: nothing embedded", "(0 embedded)" in again, again)

    killed = Program(program, work / "data-killed")
    child = subprocess.Popen([*killed.command, "import", str(folder)],
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while child.poll() is None:
        ready = killed.run("list").stdout.count("  ready  ")
        if ready > len(files) // 4:
            child.send_signal(signal.SIGKILL)
            break
    child.wait()
    at_kill = killed.run("list").stdout.count("  ready  ")
    killed.run("import", str(folder))
    check("kill -9 in the middle, then import again: the same catalogue",
          0 < at_kill < len(files) and killed.catalogue() == whole.catalogue(),
          f"{at_kill} of {len(files)} were ready at the kill")


# --- look-ups by picture ------------------------------------------------------------------------

def same_pictures(program: Program) -> dict[str, set[str]]:
    same = collections.defaultdict(set)
    for group in program.json_lines("dupes")[0]["groups"]:
        for name in group["names"]:
            same[name].update(group["names"])
    return same


def look_up(program: Program, work: pathlib.Path, files: dict[str, pathlib.Path],
            same: dict[str, set[str]]) -> tuple[int, float]:
    """How many came first (or an identical one did), and the lowest cosine among those."""
    listing = work / "images.txt"
    listing.write_text("".join(f"{f}\n" for f in files.values()))
    first, lowest = 0, 1.0
    for name, answer in zip(files, program.json_lines("search", "--images", str(listing), "-k", "3")):
        best = answer["results"][0] if answer["results"] else {"name": None}
        if best["name"] == name or best["name"] in same[name]:
            first += 1
            lowest = min(lowest, best["signals"]["image"])
    return first, lowest


def altered(file: pathlib.Path, half: bool, out: pathlib.Path) -> None:
    with Image.open(file) as picture:
        picture.seek(0)
        rgba = picture.convert("RGBA")
    if half:
        rgba.resize((max(1, rgba.width // 2), max(1, rgba.height // 2)), Image.BICUBIC).save(out)
    else:
        flat = Image.new("RGBA", rgba.size, (255, 255, 255, 255))
        flat.alpha_composite(rgba)
        flat.convert("RGB").save(out, quality=80)


def measure_images(program: str, work: pathlib.Path, folder: pathlib.Path) -> None:
    whole = Program(program, work / "data")
    if not (work / "data").exists():
        whole.run("import", str(folder))
    files = {emoji_name(f): f for f in sorted(folder.iterdir()) if f.is_file()}
    same = same_pictures(whole)
    first, lowest = look_up(whole, work, files, same)
    check("search --image with the file itself: first, cosine >= 0.999",
          first == len(files) and lowest >= 0.999, f"{first} of {len(files)}, lowest {lowest:.6f}")
    for what, half, suffix in (("JPEG q80 copy", False, "jpg"), ("half-size copy", True, "png")):
        copies = {}
        target = work / what.replace(" ", "_")
        target.mkdir(exist_ok=True)
        for index, (name, file) in enumerate(files.items()):
            copies[name] = target / f"{index}.{suffix}"
            altered(file, half, copies[name])
        first, _ = look_up(whole, work, copies, same)
        check(f"search --image with a {what}: first for >= 90 %", first >= 0.9 * len(files),
              f"{first} of {len(files)} = {first / len(files):.1%}")


# --- the bot ------------------------------------------------------------------------------------

class LocalSlack:
    def __init__(self, program: str, workspace: pathlib.Path):
        self.child = subprocess.Popen(
            [program, "simulate", "--port", "0", "--workspace", str(workspace)],
            stdout=subprocess.PIPE, text=True)
        self.environment = dict(os.environ)
        for line in self.child.stdout:
            if line.startswith("page:"):
                self.base = line.split()[1].rstrip("/")
            elif "=" in line:
                key, value = line.strip().split("=", 1)
                self.environment[key] = value
                if key == "EMOJISCOPE_ALERT_CHANNEL":
                    self.alerts = value
                    break

    def call(self, path: str, body: bytes | None = None) -> dict:
        kind = "application/json" if body is None or body[:1] == b"{" else "image/png"
        request = urllib.request.Request(self.base + path, data=body, headers={"Content-Type": kind})
        with urllib.request.urlopen(request, timeout=90) as response:
            return json.load(response)

    def post(self, path: str, **body) -> dict:
        return self.call(path, json.dumps(body).encode())

    def command(self, text: str) -> dict:
        sent = self.post("/sim/command", text=text)
        return self.call(f"/sim/command?id={sent['id']}&wait_ms=30000")

    def stop(self) -> None:
        self.child.terminate()
        self.child.wait()


class BotProcess:
    def __init__(self, program: str, data: pathlib.Path, slack: LocalSlack, log: pathlib.Path):
        self.log = log
        self.started = time.monotonic()
        # One person asks what a whole workspace would, which is more than one may.
        config = log.with_suffix(".yaml")
        config.write_text("slack: {commands_per_minute: 10000}\n")
        with open(log, "w") as out:
            self.child = subprocess.Popen(
                [program, "--config", str(config), "--data", str(data), "serve"],
                env=slack.environment, stderr=out)

    def await_log(self, pattern: str, seconds: float = 300, skip: int = 0) -> str:
        """The line after `skip` earlier ones that match."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            found = re.findall(f"^.*{pattern}.*$", self.log.read_text(), re.MULTILINE)
            if len(found) > skip:
                return found[skip]
            if self.child.poll() is not None:
                raise RuntimeError("the bot ended: " + self.log.read_text()[-1000:])
            time.sleep(0.02)
        raise RuntimeError(f"no '{pattern}' in the bot's log:\n" + self.log.read_text()[-1000:])

    def stop(self) -> None:
        self.child.terminate()
        self.child.wait()


def names_in(answer: dict) -> list[str]:
    text = json.dumps(answer.get("answers", []), ensure_ascii=False)
    return re.findall(r"`:([^`]+):`", text)


def ask_many(slack: LocalSlack, words: list[str]) -> tuple[int, list[float], list[float]]:
    answered, answer_ms, ack_ms = 0, [], []
    for text in words:
        got = slack.command(text)
        answered += got["answered"]
        answer_ms.append(got["answer_ms"])
        ack_ms.append(got["ack_ms"])
    return answered, answer_ms, ack_ms


def in_ms(values: list[float]) -> str:
    return f"p50 {percentile(values, 0.5):.1f} ms, p99 {percentile(values, 0.99):.1f} ms"


def report_queries(what: str, slack: LocalSlack, words: list[str]) -> None:
    answered, answer_ms, ack_ms = ask_many(slack, words)
    check(f"{what}: all answered", answered == len(words),
          f"{answered} of {len(words)}; answer {in_ms(answer_ms)}; ack {in_ms(ack_ms)}")
    check(f"{what}: ack p50 <= 50 ms, p99 <= 100 ms",
          percentile(ack_ms, 0.5) <= 50 and percentile(ack_ms, 0.99) <= 100, in_ms(ack_ms))


def new_picture(seed: int) -> bytes:
    """A small picture unlike any other, made from its number."""
    picture = Image.new("RGB", (48, 48))
    picture.putdata([((x * 5 + seed * 37) % 256, (y * 5 + seed * 91) % 256, (x * y + seed * 13) % 256)
                     for y in range(48) for x in range(48)])
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def await_name(slack: LocalSlack, name: str, seconds: float) -> float:
    start = time.monotonic()
    while time.monotonic() - start < seconds:
        if names_in(slack.command(name))[:1] == [name]:
            return time.monotonic() - start
    return float("inf")


def measure_uploads(slack: LocalSlack) -> None:
    slowest = 0.0
    for i in range(50):
        name = f"fresh_upload_{i:02d}"
        slack.call("/sim/emoji?name=" + name, new_picture(i))
        slowest = max(slowest, await_name(slack, name, SEARCHABLE_WITHIN_S))
    check("50 uploads: searchable within 5 s each", slowest <= SEARCHABLE_WITHIN_S,
          f"the slowest took {slowest:.2f} s")
    before = len(slack.call(f"/sim/messages?channel={slack.alerts}&after=0&wait_ms=0")["messages"])
    start = time.monotonic()
    slack.call("/sim/emoji?name=fresh_upload_again", new_picture(7))
    alert = None
    while time.monotonic() - start < SEARCHABLE_WITHIN_S and alert is None:
        got = slack.call(f"/sim/messages?channel={slack.alerts}&after=0&wait_ms=50")["messages"]
        alert = got[before] if len(got) > before else None
    took = time.monotonic() - start
    good = alert is not None and "fresh_upload_again" in alert["text"] \
        and "fresh_upload_07" in alert["text"] and before == 0
    check("an identical upload: alerted within 5 s, and no other was", good,
          f"{took:.2f} s: {alert['text'] if alert else 'no alert'}")


def measure_cut(slack: LocalSlack, bot: BotProcess) -> None:
    connections = len(re.findall("Socket Mode: connected", bot.log.read_text()))
    slack.post("/sim/cut", for_ms=2000)
    names = [f"while_away_{i}" for i in range(6)]
    for i, name in enumerate(names):
        # Half of them without an event: only the list knows.
        silent = "&silent=1" if i % 2 else ""
        slack.call(f"/sim/emoji?name={name}{silent}", new_picture(100 + i))
    bot.await_log("Socket Mode: connected", 60, connections)
    back = time.monotonic()
    missing = [n for n in names if await_name(slack, n, 20) == float("inf")]
    check("after a cut connection: back, with every upload made meanwhile", not missing,
          f"{time.monotonic() - back:.1f} s after the new hello; missing: {missing or 'none'}")


def measure_bot(program: str, work: pathlib.Path, folder: pathlib.Path) -> None:
    words = ["beer", "ビール", "parrot", "cat", "party", "猫", "ありがとう", "fire", "dance", "うれしい"]
    queries = [words[i % len(words)] + (f" {i}" if i % 3 == 0 else "") for i in range(200)]
    slack = LocalSlack(program, folder)
    data = work / "data-bot"
    bot = BotProcess(program, data, slack, work / "bot.log")
    try:
        bot.await_log("ready .* after the start")
        busy = []
        while " sync: " not in bot.log.read_text() and len(busy) < 200:
            busy.append(slack.command(queries[len(busy) % 200]))
        good = [b for b in busy if b["answered"]]
        check("/emoji while the first sync runs: all answered", len(good) == len(busy) > 0,
              f"{len(good)} of {len(busy)}; answer {in_ms([b['answer_ms'] for b in good])}; "
              f"ack {in_ms([b['ack_ms'] for b in good])}")
        line = bot.await_log(" sync: ")
        count = len([f for f in folder.iterdir() if f.is_file()])
        check("first sync: whole", f"{count} pictures learnt" in line and " 0 failed" in line,
              f"{line.split(' sync: ')[1]}; {time.monotonic() - bot.started:.1f} s after the start")
        report_queries("200 /emoji in a row", slack, queries)
        measure_uploads(slack)
        measure_cut(slack, bot)
        state = slack.call("/sim/state")
        check("no violation of the protocol", not state["violations"], str(state["violations"]))
    finally:
        bot.stop()
        slack.stop()


def measure_restart(program: str, work: pathlib.Path, folder: pathlib.Path) -> None:
    """5,000 emoji: the collection, and altered copies of it."""
    large = work / "large"
    large.mkdir(exist_ok=True)
    files = [f for f in sorted(folder.iterdir()) if f.is_file()]
    made = 0
    while made < 5000:
        file = files[made % len(files)]
        round_of = made // len(files)
        target = large / f"{emoji_name(file)}-{round_of}{file.suffix}"
        if round_of == 0:
            shutil.copy(file, target)
        else:
            with Image.open(file) as picture:
                picture.convert("RGBA").resize((40 + 7 * round_of, 40 + 7 * round_of)).save(
                    target.with_suffix(".png"))
        made += 1
    slack = LocalSlack(program, large)
    data = work / "data-large"
    bot = BotProcess(program, data, slack, work / "large-1.log")
    try:
        first = bot.await_log(" sync: ", 1200)
        bot.stop()
        bot = BotProcess(program, data, slack, work / "large-2.log")
        ready = bot.await_log("ready .* after the start")
        second = bot.await_log(" sync: ")
        check("restart with 5,000 emoji: nothing embedded again", "(0 embedded)" in second,
              f"{first.split(' sync: ')[1]} -> {ready.split('ready ')[1]}; "
              f"{second.split(' sync: ')[1]}")
    finally:
        bot.stop()
        slack.stop()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program")
    parser.add_argument("--only", default="import,images,bot,restart")
    parser.add_argument("--keep", type=pathlib.Path)
    arguments = parser.parse_args()
    shared = os.environ.get("EMOJISCOPE_SHARED", "")
    tar = pathlib.Path(shared) / "emoji/workspace-dev.tar"
    if not shared or not tar.exists():
        print("SKIP: EMOJISCOPE_SHARED names no folder with emoji/workspace-dev.tar")
        return SKIP
    work = arguments.keep or pathlib.Path(tempfile.mkdtemp(prefix="emojiscope-acceptance."))
    work.mkdir(parents=True, exist_ok=True)
    try:
        with tarfile.open(tar) as archive:
            archive.extractall(work / "real")
        folder = next(p for p in (work / "real").iterdir() if p.is_dir())
        parts = {"import": measure_import, "images": measure_images, "bot": measure_bot,
                 "restart": measure_restart}
        for part in arguments.only.split(","):
            parts[part](arguments.program, work, folder)
    finally:
        if arguments.keep is None:
            shutil.rmtree(work)
    print(f"{len(failures)} figure(s) missed" if failures else "every figure is reached")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
