#!/usr/bin/env python3
"""A short printed tour of the running demo, which checks what it shows.

usage: tour.py PAGE_URL WORKSPACE_FOLDER

Exit status 0 if every step did what it says.
"""
import io
import json
import pathlib
import re
import sys
import time
import urllib.parse
import urllib.request

from PIL import Image

WAIT_MS = 20_000
DM_CHANNEL = "D0HUMAN"
ALERT_CHANNEL = "C0EMOJI"


class Slack:
    """The local Slack's controls: what a person would do in its page."""

    def __init__(self, page: str):
        self.base = page.rstrip("/")
        # Loopback: a proxy for the rest of the world is not asked.
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def call(self, path: str, body: bytes | None = None, kind: str = "application/json"):
        request = urllib.request.Request(self.base + path, data=body, headers={"Content-Type": kind})
        with self.opener.open(request, timeout=WAIT_MS / 1000 + 10) as response:
            return json.load(response)

    def command(self, text: str) -> dict:
        """Types `/emoji TEXT` and returns the answer's message."""
        sent = self.call("/sim/command", json.dumps({"text": text}).encode())
        got = self.call(f"/sim/command?id={sent['id']}&wait_ms={WAIT_MS}")
        if not got.get("answers"):
            raise RuntimeError(f"/emoji {text} was not answered")
        return got["answers"][0]

    def messages(self, channel: str, after: int, wait_ms: int = WAIT_MS) -> list[dict]:
        path = f"/sim/messages?channel={channel}&after={after}&wait_ms={wait_ms}"
        return self.call(path)["messages"]

    def last_index(self, channel: str) -> int:
        known = self.messages(channel, 0, 0)
        return known[-1]["index"] if known else 0

    def from_bot(self, channel: str, after: int) -> dict:
        """The first message of the bot in a channel after the given one."""
        until = time.monotonic() + WAIT_MS / 1000
        while time.monotonic() < until:
            for message in self.messages(channel, after, 2_000):
                after = max(after, message["index"])
                if message.get("bot_id"):
                    return message
        raise RuntimeError(f"the bot said nothing in {channel}")

    def upload_emoji(self, name: str, picture: bytes):
        self.call("/sim/emoji?name=" + urllib.parse.quote(name), picture, "image/png")

    def drop_into_dm(self, file_name: str, picture: bytes):
        self.call("/sim/dm?filename=" + urllib.parse.quote(file_name), picture, "image/png")


def names_in(message: dict) -> list[str]:
    """The emoji that a message offers, best first."""
    names = []
    for block in message.get("blocks", []):
        text = block.get("text", {})
        for name in re.findall(r"`:([^`]+):`", text.get("text", "") if isinstance(text, dict) else ""):
            if name not in names:
                names.append(name)
    return names


def show(step: str, outcome: str, good: bool) -> bool:
    print(f"{'ok  ' if good else 'FAIL'}  {step}\n        {outcome}", flush=True)
    return good


def half_size(path: pathlib.Path) -> bytes:
    with Image.open(path) as picture:
        small = picture.convert("RGBA").resize((picture.width // 2, picture.height // 2), Image.BICUBIC)
    out = io.BytesIO()
    small.save(out, "PNG")
    return out.getvalue()


def text_query(slack: Slack, words: str, wanted: set[str]) -> bool:
    names = names_in(slack.command(words))
    return show(f"/emoji {words}", " ".join(f":{n}:" for n in names) or "nothing fits",
                bool(wanted & set(names)))


def image_query(slack: Slack, file: pathlib.Path) -> bool:
    before = slack.last_index(DM_CHANNEL)
    slack.drop_into_dm("found_on_the_web.png", half_size(file))
    names = names_in(slack.from_bot(DM_CHANNEL, before))
    return show(f"a half-size copy of {file.name} dropped into a direct message",
                " ".join(f":{n}:" for n in names), names[:1] == [file.stem])


def duplicate_alert(slack: Slack, file: pathlib.Path) -> bool:
    before = slack.last_index(ALERT_CHANNEL)
    slack.upload_emoji("my_new_drink", file.read_bytes())
    alert = slack.from_bot(ALERT_CHANNEL, before)
    names = names_in(alert)
    return show(f"somebody uploads {file.name} again as :my_new_drink:", alert["text"],
                names[:2] == ["my_new_drink", file.stem])


def main() -> int:
    if len(sys.argv) != 3:
        print(__doc__, file=sys.stderr)
        return 2
    slack = Slack(sys.argv[1])
    beer = pathlib.Path(sys.argv[2]) / "beer_mug.png"
    print(f"\nThe tour ({slack.base})")
    results = [
        text_query(slack, "beer", {"beer_mug", "clinking_beer_mugs"}),
        text_query(slack, "ビール", {"beer_mug", "clinking_beer_mugs"}),
        image_query(slack, beer),
        duplicate_alert(slack, beer),
    ]
    print(f"\n{sum(results)} of {len(results)} steps did what they say")
    return 0 if all(results) else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (OSError, RuntimeError, KeyError, ValueError) as problem:
        print(f"FAIL  {problem}", file=sys.stderr)
        sys.exit(1)
