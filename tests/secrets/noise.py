"""What people and a bad network do to the bot meanwhile."""
import base64
import contextlib
import io
import json
import pathlib
import random
import struct
import urllib.parse
import zlib

import rig
from PIL import Image
from needles import Needle
from rig import ask, check, crash, database, picture, until, upload

# Long enough to stand nowhere by chance. In no language a word.
QUERY = "zyxquarkqueried"
PIXELS = "zyxquarkpixels"
CONTROL = "zyxcontrolfound"
DIRECT, GENERAL = "D0HUMAN", "C0GENERAL"
SIDE = 96
TYPED = QUERY[:9], QUERY, "original"
TRIES = 3


def png_part(kind: bytes, content: bytes) -> bytes:
    return (struct.pack(">I", len(content)) + kind + content
            + struct.pack(">I", zlib.crc32(kind + content)))


def queried_picture(rng: random.Random) -> bytes:
    """Its pixels hold the marker, again and again; they are neither filtered nor compressed, so
    that it stands in the file, and in the RGBA that is decoded from it. So does its comment."""
    row = (PIXELS.encode() * SIDE)[:4 * SIDE]
    rows = b"".join(b"\0" + (row if y % 2 else rng.randbytes(4 * SIDE)) for y in range(SIDE))
    return (b"\x89PNG\r\n\x1a\n"
            + png_part(b"IHDR", struct.pack(">IIBBBBB", SIDE, SIDE, 8, 6, 0, 0, 0))
            + png_part(b"tEXt", b"Comment\0" + PIXELS.encode())
            + png_part(b"IDAT", zlib.compress(rows, 0)) + png_part(b"IEND", b""))


def prove_picture(one: Needle) -> list[str]:
    """In which of its forms the picture that is sent would be missed; in none."""
    content = queried_picture(random.Random(0))
    at = content.index(b"IDAT")
    image = Image.open(io.BytesIO(content))
    forms = {"its file without the comment": content[at:], "its pixels as RGBA": image.tobytes(),
             "its pixels as base64": base64.b64encode(image.tobytes())}
    whole = image.mode == "RGBA" and image.size == (SIDE, SIDE) and image.text["Comment"] == PIXELS
    return [how for how, form in forms.items() if not one.found_in(form)] + (
        [] if whole else ["it is no such picture"])


def waiting_in(data: pathlib.Path, queue: str) -> int:
    with contextlib.closing(database(data)) as connection:
        return connection.execute("SELECT count(*) FROM work WHERE state = 0 AND queue = ?",
                                  (queue,)).fetchone()[0]


def actions_of(node) -> list[dict]:
    """Every element of a message that can be pressed."""
    if isinstance(node, list):
        return [found for item in node for found in actions_of(item)]
    if not isinstance(node, dict):
        return []
    own = [node] if node.get("type") == "button" and "action_id" in node else []
    return own + [found for item in node.values() for found in actions_of(item)]


class Noise:
    def __init__(self, slack: crash.Slack, data: pathlib.Path, rng: random.Random, case: str):
        self.slack, self.data, self.rng, self.case = slack, data, rng, case
        self.commands: list[str] = []
        self.pressed = 0
        self.typed = set()    # into the picker, and answered
        self.reacted = False  # the modal with reactions showed what fits

    # -- what is looked at

    def learnt(self, name: str) -> bool:
        with contextlib.suppress(rig.sqlite3.Error):
            return name in rig.learnt(self.data)
        return False

    def messages(self, channel: str) -> list[dict]:
        return self.slack.get(f"/sim/messages?channel={channel}")["messages"]

    def said_by_bot(self, channel: str) -> list[dict]:
        return [message for message in self.messages(channel) if message.get("bot_id")]

    # -- what is done

    def fault(self, path: str, kind: str, **more) -> None:
        self.slack.post("/sim/fault", {"on": "http", "path": path, "kind": kind, **more})

    def ask(self, text: str) -> str:
        command = ask(self.slack, text)
        self.commands.append(command)
        return command

    def answered(self, command: str) -> dict:
        return self.slack.get(f"/sim/command?id={command}&wait_ms=20000")

    def write(self, text: str, content: bytes = b"", path: str = "/sim/dm?", **more) -> dict:
        query = {"text": text, **({"filename": "asked.png"} if content else {}), **more}
        return self.slack.post(path + urllib.parse.urlencode(query), content)

    def press(self, channel: str) -> None:
        """The last button of the newest message that has any."""
        for message in reversed(self.said_by_bot(channel)):
            buttons = actions_of(message)
            if buttons:
                press = {"channel_id": channel, "ts": message["ts"],
                         "action_id": buttons[-1]["action_id"]}
                self.answered(self.slack.post("/sim/click", press)["id"])
                self.pressed += 1
                return

    def before(self) -> None:
        self.original = picture(self.rng)
        for name, content in (("original", self.original), (f"{CONTROL}_early", picture(self.rng)),
                              (CONTROL, picture(self.rng))):
            upload(self.slack, name, content, silent=True)

    def trouble(self) -> None:
        """Each fault meets the next call of its kind."""
        secret = f"{self.slack.page}/signin?token={self.slack.settings['SLACK_BOT_TOKEN']}"
        for path, kind, more in (
                ("/response/", "status", {"status": 500}), ("/response/", "reset", {}),
                ("/api/chat.postMessage", "status", {"status": 429, "retry_after": 1}),
                ("/api/chat.postMessage", "truncate", {}), ("/api/users.info", "html", {}),
                ("/api/users.info", "status", {"status": 500}),
                ("/api/emoji.list", "html", {}), ("/api/emoji.list", "reset", {}),
                ("/emoji/", "status", {"status": 500}), ("/emoji/", "truncate", {}),
                ("/emoji/", "endless", {}), ("/files-pri/", "redirect", {"location": secret}),
                ("/files-pri/", "html", {}), ("/upload/v1/", "status", {"status": 500}),
                ("/api/apps.connections.open", "status", {"status": 500}),
                ("/api/apps.connections.open", "html", {})):
            self.fault(path, kind, **more)
        self.slack.post("/sim/fault", {"on": "handshake", "kind": "status", "status": 503})
        for kind in ("binary", "broken_json", "unknown_type"):
            self.slack.post("/sim/frame", {"kind": kind})
        dials = self.slack.get("/sim/state")["counts"]["dials"]
        self.slack.post("/sim/cut", {"for_ms": 200})
        until(lambda: self.slack.get("/sim/state")["counts"]["dials"] > dials
              and self.slack.get("/sim/state")["sockets"] > 0, 60)
        self.slack.post("/sim/disconnect", {"reason": "refresh_requested"})

    def people(self) -> None:
        """Asked are words, in every way in which one can ask, and pictures."""
        for text in (QUERY, f"find {QUERY}", f"info :{QUERY}:", f":{QUERY}:", f"map {QUERY}",
                     f"<!channel> {QUERY} & `x`", ":original:", "dupes", "random", "help"):
            self.ask(text)
        self.write(QUERY)
        for content in (queried_picture(self.rng), queried_picture(self.rng),
                        b"no picture " + PIXELS.encode(), zlib.compress(PIXELS.encode() * 50)):
            self.write(QUERY, content)
        self.write(QUERY, queried_picture(self.rng), check_file_info="1")
        self.write(f"@Emojiscope {QUERY}", path="/sim/message?", channel=GENERAL)
        self.write(f"@Emojiscope {QUERY}", queried_picture(self.rng), path="/sim/message?",
                   channel=GENERAL)
        upload(self.slack, f"{CONTROL}_late", picture(self.rng))
        upload(self.slack, "again", self.original)
        upload(self.slack, "broken", picture(self.rng)[:60])
        self.pick()
        self.react()
        self.slack.post("/sim/home", {})
        until(lambda: self.learnt("again") and self.said_by_bot(crash.ALERT_CHANNEL), 60)
        until(lambda: len(self.said_by_bot(DIRECT)) >= 3, 60)
        self.press(crash.ALERT_CHANNEL)
        self.press(DIRECT)

    def shown(self, shortcut: dict, callback: str, ready=lambda view: True) -> dict | None:
        """The modal that a shortcut opens, once it is ready; None if it does not come. One that
        came in the moment of a fault is used again, as people would."""
        def modal():
            found = self.slack.get("/sim/surfaces")["modal"]
            return found if found and found["callback_id"] == callback and ready(found) else None
        for _ in range(TRIES):
            self.answered(self.slack.post("/sim/shortcut", shortcut)["id"])
            if until(lambda: modal() is not None, 15):
                return modal()
        return None

    def pick(self) -> None:
        view = self.shown({"callback_id": "pick_emoji"}, "picker")
        for typed in TYPED * TRIES if view else []:
            if typed not in self.typed:
                told = self.answered(self.slack.post("/sim/view/suggest", {
                    "view_id": view["id"], "action_id": "picker.emoji", "value": typed})["id"])
                self.typed |= {typed} if told["acked"] else set()
        if view:
            self.slack.post("/sim/view/close", {"view_id": view["id"]})

    def react(self) -> None:
        """To a message with such words and such a picture."""
        ts = self.write(QUERY, queried_picture(self.rng), path="/sim/message?",
                        channel=GENERAL)["ts"]
        shortcut = {"callback_id": "react_to_message", "channel_id": GENERAL, "ts": ts}
        # The view that says that the bot is looking has no such note.
        self.reacted = self.shown(shortcut, "reactions",
                                  lambda view: view.get("private_metadata")) is not None

    def let_an_answer_wait(self) -> None:
        until(lambda: waiting_in(self.data, "outbox") == 0, 60)
        self.slack.post("/sim/fault/clear")
        self.fault("/response/", "status", status=503, count=1000)
        self.waiting = ask(self.slack, QUERY)
        waits = until(lambda: waiting_in(self.data, "outbox") > 0, 30)
        check(f"{self.case}: an answer waits", waits, "in the outbox")

    def let_it_fail(self) -> None:
        """Its response_url is good no more: it is given up."""
        self.slack.post("/sim/response_urls/expire", {})
        self.slack.post("/sim/fault/clear")

    def judge(self) -> None:
        """That all of it took place."""
        states = [self.answered(command) for command in self.commands]
        told = json.dumps(states, ensure_ascii=False)
        check(f"{self.case}: people were answered, about what they asked",
              all(state["answers"] or state["failed"] for state in states) and QUERY in told,
              f"{sum(bool(state['answers']) for state in states)} of {len(states)}")
        counts = self.slack.get("/sim/state")["counts"]
        in_threads = [message for message in self.said_by_bot(GENERAL) if message.get("thread_ts")]
        answered = len(self.said_by_bot(DIRECT)), len(in_threads)
        check(f"{self.case}: there was trouble, and messages, mentions and buttons meanwhile",
              counts["dials"] >= 2 and min(answered) > 0 and self.pressed == 2,
              f"{counts['dials']} dials, {answered[0]} and {answered[1]} answers to messages and "
              f"mentions, {self.pressed} buttons")
        check(f"{self.case}: somebody typed into the picker, and looked for reactions",
              self.typed == set(TYPED) and self.reacted,
              f"{len(self.typed)} of {len(TYPED)} answered, reactions: {self.reacted}")
