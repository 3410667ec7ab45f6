#!/usr/bin/env python3
"""Writes the seeds of the fuzzers into tests/fuzz/corpus.

    /usr/bin/python3 tests/fuzz/make_corpus.py

Needs Pillow. The same files each time; everything in them is drawn or written here. Inputs that a
fuzzer found lie beside them under names that this script does not use, and are left alone.
"""
import hashlib
import io
import json
import pathlib
import struct
import zlib

from PIL import Image, ImageDraw

corpus = pathlib.Path(__file__).parent / "corpus"


def write(fuzzer, name, content):
    if isinstance(content, str):
        content = content.encode()
    folder = corpus / fuzzer
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)


# Pictures.

def drawing(mode, width=24, height=20, turn=0):
    picture = Image.new("RGBA", (width, height), (0, 0, 0, 0))
    draw = ImageDraw.Draw(picture)
    draw.ellipse([2 + turn, 2, width - 3, height - 3 - turn], fill=(250, 200, 20, 255),
                 outline=(90, 60, 0, 255))
    draw.line([4, height - 5, width - 5, 4 + turn], fill=(200, 0, 40, 160), width=2)
    if mode == "RGBA":
        return picture
    paper = Image.new("RGBA", picture.size, (255, 255, 255, 255))
    paper.alpha_composite(picture)
    return paper.convert("RGB").convert(mode)


def encoded(picture, kind, **options):
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def png_chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def with_chunk(png, kind, body):
    """Behind the IHDR."""
    return png[:33] + png_chunk(kind, body) + png[33:]


def png_header(width, height, depth=8, colours=6, interlaced=0):
    return b"\x89PNG\r\n\x1a\n" + png_chunk(
        b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colours, 0, 0, interlaced))


def raw_png(width, height, depth, colours, rows, interlaced=0, before=b""):
    return (png_header(width, height, depth, colours, interlaced) + before +
            png_chunk(b"IDAT", zlib.compress(rows, 9)) + png_chunk(b"IEND", b""))


def make_png():
    for mode in ("RGBA", "RGB", "L", "LA", "P", "1"):
        write("png", "mode-" + mode, encoded(drawing(mode), "PNG", optimize=True))
    plain = encoded(drawing("RGB"), "PNG")
    depth16 = b"".join(b"\0" + bytes(range(48)) for _ in range(6))
    write("png", "sixteen-bits", raw_png(6, 6, 16, 6, depth16))
    write("png", "interlaced", raw_png(1, 1, 8, 2, b"\0abc", interlaced=1))
    palette = png_chunk(b"PLTE", bytes(range(12))) + png_chunk(b"tRNS", b"\0\x80\xff")
    write("png", "two-bit-palette", raw_png(4, 2, 2, 3, b"\0\x1b\0\xe4", before=palette))
    bomb = zlib.compress(b"\0" * 1000000, 9)
    write("png", "text-bomb", with_chunk(plain, b"zTXt", b"k\0\0" + bomb))
    write("png", "international-text-bomb", with_chunk(plain, b"iTXt", b"k\0\1\0\0\0" + bomb))
    write("png", "profile-bomb", with_chunk(plain, b"iCCP", b"p\0\0" + bomb))
    write("png", "unknown-chunk", with_chunk(plain, b"quUx", b"x" * 50))
    write("png", "huge-size", png_header(65535, 65535) + plain[33:])
    write("png", "wide-size", png_header(1024, 256) + plain[33:])
    write("png", "endless-data", raw_png(2, 2, 8, 0, b"\0" * 100000))
    write("png", "cut-off", plain[:-20])
    frames = [drawing("RGBA", turn=i) for i in range(3)]
    write("png", "animated", encoded(frames[0], "PNG", save_all=True, append_images=frames[1:]))


def make_jpeg():
    for mode in ("L", "RGB", "CMYK"):
        write("jpeg", "mode-" + mode, encoded(drawing(mode), "JPEG", quality=60))
    progressive = encoded(drawing("RGB"), "JPEG", quality=60, progressive=True)
    write("jpeg", "progressive", progressive)
    write("jpeg", "subsampled", encoded(drawing("RGB"), "JPEG", quality=30, subsampling=2))
    write("jpeg", "restarts", encoded(drawing("L", 64, 8), "JPEG", restart_marker_blocks=2))
    write("jpeg", "exif", encoded(drawing("L"), "JPEG", exif=b"Exif\0\0MM\0*\0\0\0\x08\0\0\0\0"))
    plain = encoded(drawing("RGB"), "JPEG")
    size = plain.index(b"\xff\xc0") + 5
    write("jpeg", "huge-size", plain[:size] + b"\xff\xdc\xff\xdc" + plain[size + 4:])
    write("jpeg", "cut-off", plain[:len(plain) // 2])
    write("jpeg", "many-scans", many_scans(progressive, 150))


def many_scans(progressive, times):
    """The last scan of a progressive JPEG again and again."""
    last = progressive.rindex(b"\xff\xda")
    return progressive[:-2] + progressive[last:-2] * times + b"\xff\xd9"


def gif_frame(width, height, data=b"\x02\x02\x4c\x01\x00", left=0, top=0):
    """Its data is one white pixel unless told otherwise."""
    return b"," + struct.pack("<HHHHB", left, top, width, height, 0) + data


def gif(width, height, body):
    return (b"GIF89a" + struct.pack("<HHBBB", width, height, 0x80, 0, 0) +
            b"\0\0\0\xff\xff\xff" + body + b";")


def make_gif():
    frames = [drawing("RGBA", turn=i) for i in range(4)]
    write("gif", "still", encoded(frames[0].convert("P"), "GIF"))
    for disposal in (1, 2, 3):
        write("gif", f"disposal-{disposal}",
              encoded(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=[
                  40, 0, 500, 90], loop=0, disposal=disposal))
    control = b"!\xf9\x04\x05\x0a\0\1\0"
    write("gif", "one-pixel", gif(1, 1, control + gif_frame(1, 1)))
    write("gif", "huge-screen", gif(65535, 65535, gif_frame(1, 1)))
    write("gif", "beyond-the-screen", gif(2, 2, gif_frame(1, 1, left=60000, top=60000) * 3))
    write("gif", "larger-than-the-screen", gif(1, 1, gif_frame(900, 200)))
    write("gif", "no-screen", gif(0, 0, gif_frame(1, 1)))
    write("gif", "frames-of-nothing", gif(4, 4, gif_frame(0, 0) * 20))
    write("gif", "many-frames", gif(1, 1, (control + gif_frame(1, 1)) * 80))
    write("gif", "comment", gif(1, 1, b"!\xfe\x05hello\0" + gif_frame(1, 1)))
    write("gif", "no-palette", b"GIF87a\1\0\1\0\0\0\0" + gif_frame(1, 1) + b";")
    write("gif", "cut-off", gif(1, 1, (control + gif_frame(1, 1)) * 3)[:-8])


def noise(side):
    """Of a generator of our own: Pillow's takes another seed each time."""
    state, pixels = 7, bytearray()
    for _ in range(3 * side * side):
        state = (state * 1664525 + 1013904223) % 2**32
        pixels.append(state >> 24)
    return Image.frombytes("RGB", (side, side), bytes(pixels))


def make_webp():
    frames = [drawing("RGBA", turn=i) for i in range(3)]
    write("webp", "lossy", encoded(drawing("RGB"), "WEBP", quality=40))
    write("webp", "lossy-alpha", encoded(frames[0], "WEBP", quality=40))
    lossless = encoded(frames[0], "WEBP", lossless=True)
    write("webp", "lossless", lossless)
    write("webp", "lossless-photo", encoded(
        noise(40), "WEBP", lossless=True, method=6))
    animation = encoded(frames[0], "WEBP", save_all=True, append_images=frames[1:],
                        duration=[40, 0, 500])
    write("webp", "animated", animation)
    write("webp", "animated-lossless",
          encoded(frames[0], "WEBP", save_all=True, append_images=frames[1:], lossless=True))
    canvas = animation.index(b"VP8X") + 12
    write("webp", "huge-canvas", animation[:canvas] + b"\xfe\xff\0\xfe\xff\0" + animation[canvas + 6:])
    write("webp", "cut-off", lossless[:-15])


# What Slack sends.

def event(kind, **fields):
    return {"type": "events_api", "envelope_id": "e1", "accepts_response_payload": False,
            "retry_attempt": 1, "retry_reason": "timeout",
            "payload": {"event_id": "Ev1", "event": {"type": kind, **fields}}}


def interaction(kind, **fields):
    return {"type": "interactive", "envelope_id": "e2", "accepts_response_payload": True,
            "payload": {"type": kind, "user": {"id": "U1"}, "response_url": "https://h/1",
                        "trigger_id": "t", **fields}}


def make_envelope():
    view = {"id": "V1", "callback_id": "picker", "private_metadata": "{\"language\":\"ja\"}",
            "state": {"values": {"b": {"picker.emoji": {"selected_option": {"value": "c1"}}}}}}
    file = {"id": "F1", "name": "beer.png", "mimetype": "image/png", "size": 400,
            "url_private_download": "https://files.slack.com/1", "file_access": "visible"}
    emoji = "https://emoji.slack-edge.com/T1/beer/1.png"
    frames = {
        "hello": {"type": "hello", "num_connections": 2, "connection_info": {"app_id": "A1"}},
        "disconnect": {"type": "disconnect", "reason": "refresh_requested"},
        "unknown": {"type": "news"},
        "command": {"type": "slash_commands", "envelope_id": "e0", "payload": {
            "command": "/emoji", "text": "beer &lt;3 &amp;", "response_url": "https://h/1",
            "user_id": "U1", "trigger_id": "t"}},
        "emoji-added": event("emoji_changed", subtype="add", name="beer", value=emoji),
        "emoji-aliased": event("emoji_changed", subtype="add", name="beer", value="alias:ale"),
        "emoji-removed": event("emoji_changed", subtype="remove", names=["beer", "ale", 7]),
        "emoji-renamed": event("emoji_changed", subtype="rename", old_name="beer",
                               new_name="ale", value=emoji),
        "emoji-changed": event("emoji_changed"),
        "message": event("message", channel_type="im", channel="D1", user="U1", text="<@U0BOT> beer",
                         files=[file, 1]),
        "own-message": event("message", channel_type="im", channel="D1", user="U0BOT", text="a"),
        "mention": event("app_mention", channel="C1", user="U1", ts="1.2",
                         text="<@U0BOT> <@<@U0BOT>U0BOT> beer"),
        "home": event("app_home_opened", user="U1", tab="home"),
        "button": interaction("block_actions", message={"text": "a", "blocks": []}, actions=[
            {"action_id": "emoji.post", "value": "12"}]),
        "view-action": interaction("block_actions", view=view, actions=[
            {"action_id": "home.results", "selected_option": {"value": "8"}}]),
        "submission": interaction("view_submission", view=view, response_urls=[
            {"response_url": "https://h/2"}]),
        "suggestion": interaction("block_suggestion", view=view, action_id="picker.emoji",
                                  value="be&amp;er"),
        "shortcut": interaction("shortcut", callback_id="pick_emoji"),
        "message-shortcut": interaction(
            "message_action", callback_id="react_to_message", channel={"id": "C1"},
            message={"ts": "1.2", "text": "cheers", "files": [file]}),
    }
    for name, frame in frames.items():
        write("envelope", name, json.dumps(frame, ensure_ascii=False))
    write("envelope", "nested", "{\"envelope_id\":\"e\",\"payload\":" + "[" * 300 + "]" * 300 + "}")
    write("envelope", "numbers", "{\"envelope_id\":\"e\",\"retry_attempt\":-1,\"payload\":"
          "[1e400,-0,18446744073709551615,-9223372036854775808,1e-400]}")
    write("envelope", "surrogates", "{\"envelope_id\":\"\\ud83c\\udf7a\\u0000\",\"type\":\"a\"}")
    write("envelope", "lone-surrogate", "{\"envelope_id\":\"\\ud83c\",\"type\":\"a\"}")


def make_block_kit():
    nasty = ["<!channel>", "&lt;!here&gt;", "`*_~`", "\u202egnirts", "\U0001f37a" * 40, "a" * 850,
             "\r\n> quote", "<@U1|x>", "\u30d3\u30fc\u30eb", "<https://e|x>"]
    for view in range(5):
        for variant in range(3):
            texts = [text.encode() + b"\0" for text in nasty[variant:] + nasty[:variant]]
            numbers = bytes((variant * 37 + i * 11) % 256 for i in range(24))
            body = b"".join(numbers[i:i + 5] + texts[i % len(texts)] for i in range(20))
            write("block_kit", f"view-{view}-{variant}", bytes([view]) + body)
    for name, text in {
            "picker": {"language": "ja", "response_url": "https://hooks.slack.com/1"},
            "reactions": {"language": "en", "channel": "C1", "ts": "1.2", "words": [1, 2],
                          "picture": [3], "standard": ["beer"]},
            "message": {"blocks": [{"block_id": "pair:1:2:identical"}, {"block_id": 7}, 3]},
    }.items():
        write("block_kit", "from-slack-" + name, b"\4" + json.dumps(text).encode())


# YAML.

def laughs(levels):
    lines = ["a0: &a0 ha"]
    for level in range(1, levels):
        lines.append(f"a{level}: &a{level} [" + ", ".join([f"*a{level - 1}"] * 9) + "]")
    return "\n".join(lines) + "\n"


yaml_seeds = {
    "empty": "", "comment": "# nothing\n", "words": "just words", "open": "a: [\n",
    "laughs": laughs(10), "self": "&a [*a]\n", "deep-flow": "[" * 3000, "deep-map": "{" * 3000,
    "deep-block": "- " * 2000, "deep-key": "? " * 2000, "tags": "!!binary x\n", "nul": "a\0b: c",
    "utf-16": "\ufeffa: b".encode("utf-16-le"), "documents": "--- a\n--- b\n...\n",
    "block-texts": "a: |\n  [[[\n  *b\nc: >-\n  d\n\n  e\n", "commas": "[" + "," * 3000 + "]",
    "merge": "a: &a {b: 1}\nc: {<<: *a}\n", "tab": "a:\n\t- b\n", "directive": "%YAML 1.2\n---\na\n",
}


def make_yaml():
    for fuzzer in ("yaml_import", "config_yaml", "model_yaml"):
        for name, text in yaml_seeds.items():
            write(fuzzer, "yaml-" + name, text)
    link = "https://emoji.slack-edge.com/T1/beer/1.png"
    write("yaml_import", "list", f"- {{name: beer, updated: 2024-01-01, value: {link}}}\n"
          "- {name: ale, value: alias:beer}\n- {name: \"yes\", value: ../a/b.png}\n"
          "- {name: beer, value: again.png}\n- {value: nameless.png}\n- 7\n")
    write("yaml_import", "block-list", "- name: ビール\n  updated: ''\n  value: 'a: b.png'\n"
          "- name: Ä B\n  value: \"\\x07\\u2028\\n.png\"\n")
    write("config_yaml", "whole", """data: /tmp/data
model: /tmp/model
log_level: debug
log_format: json
log_queries: false
slack:
  api_base_url: http://127.0.0.1:9/api/
  ca_file: ca.pem
  proxy: http://user:pass@proxy.example:3128
  connections: 2
  alert_channel: C1
  alert_kinds: [identical, near]
  language: ja
  results: 20
  map_url: https://example.com/map
  download_hosts: [emoji.slack-edge.com]
  admins: [U1, W2]
  commands_per_minute: 5
  resync_minutes: 10
search: {standard_emoji: no}
status: {address: 127.0.0.1, port: 9100}
inference: {threads: 2, precision: int8, allow_reference_blas: true}
""")
    write("config_yaml", "wrong-types", "slack: {results: [1], language: {a: b}}\n")
    write("config_yaml", "unknown", "slack: {resutls: 8}\n")
    write("config_yaml", "not-scalars", "? [a, b]\n: c\n")
    write("config_yaml", "token-file", "slack: {bot_token_file: /nowhere}\n")
    make_model_yaml()


def file_entry(name, content):
    digest = hashlib.sha256(content).hexdigest()
    return f"{{file: {name}, sha256: {digest}, bytes: {len(content)}}}"


def make_model_yaml():
    sha = "a" * 64
    head = f"""format: 1
name: m
version: '1'
dimension: 8
image: {{file: image.pt, sha256: {sha}, bytes: 10, input_size: 64, resize: pad,
        background: [255, 255, 255], mean: [0.5, 0, -0.5], std: [0.5, 0.5, 1]}}
text: {{file: text.pt, sha256: {sha}, bytes: 10, max_tokens: 16}}
licence: none
provenance: none
"""
    # As model_yaml_fuzz.cpp writes them.
    merges = b"#version: 0.2\nb e\ne r</w>\nbe er</w>\n"
    pieces = b"[PAD]\n[UNK]\n[CLS]\n[SEP]\nbe\n##er\n"
    for name, tokenizer in {
            "n-grams": "{kind: char-ngram-hash, buckets: 64, min_n: 1, max_n: 3}",
            "pairs": "{kind: clip-bpe, merges: " + file_entry("merges.txt", merges) + "}",
            "pieces": "{kind: wordpiece, vocabulary: " + file_entry("vocab.txt", pieces) + "}",
            "another-kind": "{kind: spells}",
    }.items():
        write("model_yaml", name, head + "tokenizer: " + tokenizer + "\n")
    write("model_yaml", "precision", head + "precision: int8\ntokenizer: "
          "{kind: char-ngram-hash, buckets: 2, min_n: 1, max_n: 1}\n")
    write("model_yaml", "outside", head.replace("image.pt", "../image.pt"))
    write("model_yaml", "not-a-number", head.replace("-0.5", ".nan"))


# Rows of a database, as sqlite_rows_fuzz.cpp reads them.

tables = ["emoji", "alias", "vector", "fingerprint", "work", "meta", "picture_read", "picture_text",
          "user_settings", "map_thumbnail", "moved_picture", "next_vector"]
words = ["T1", "a", "b", "inbox", "alias:a", "events_api", "model.name", "model.version",
         "model.dimension", "next_model.name", "next_model.version", "next_model.dimension", "4",
         "hash"]
unit = object()


def value(content):
    if content is unit:
        return b"\7"
    if isinstance(content, float):
        return b"\3" + struct.pack(">d", content)
    if isinstance(content, int):
        return bytes([0, content]) if 0 <= content < 256 else b"\2" + struct.pack(">q", content)
    if isinstance(content, bytes):
        return bytes([6, len(content)]) + content
    return bytes([4, words.index(content)]) if content in words else bytes(
        [5, len(content.encode())]) + content.encode()


def row(table, *values):
    return bytes([tables.index(table)]) + b"".join(map(value, values))


def emoji_row(number, name, state=1, **other):
    return row("emoji", number, "T1", name, other.get("value", "https://e/1.png"), "", "hash", "hash",
               other.get("width", 8), 8, 1, state, "", 5)


def make_sqlite_rows():
    model = b"".join([row("meta", "model.name", "a"), row("meta", "model.version", "b"),
                      row("meta", "model.dimension", "4")])
    move = b"".join(
        [row("meta", "next_model.name", "b"), row("meta", "next_model.version", "b"),
         row("meta", "next_model.dimension", "4")])
    whole = model + emoji_row(1, "a") + row("vector", 1, 0, unit) + row("vector", 1, 1, unit)
    rows = {
        "whole": whole + row("alias", "T1", "b", "a") + row("fingerprint", 1, 1, b"ESK1", unit) +
        row("picture_read", 1, "hash", "a") + row("picture_text", 1, 0, "beer", 0.5),
        "move": whole + move + row("moved_picture", 1, "hash", 0, "") +
        row("next_vector", 1, 0, unit),
        "queue": row("work", 1, "inbox", "k", "events_api", b"{}", 0, 0, 5, "", 1, 0, "lane") +
        row("work", 2, "inbox", "l", "a", b"\xff", 7, -5, -1 << 63, "", 1, 0, 3.5),
        "settings": row("user_settings", "T1", "a", -3, "ja", 1) +
        row("map_thumbnail", "T1", "F1", "", -5, 1, "look", 1, 1, 1 << 40),
        "short-vector": model + emoji_row(1, "a") + row("vector", 1, 0, b"\0\0\x80?"),
        "text-for-vector": model + emoji_row(1, "a") + row("vector", 1, 0, "beer"),
        "not-a-number": model + emoji_row(1, "a") + row("vector", 1, 0, b"\0\0\xc0\x7f" * 4),
        "no-model": emoji_row(1, "a") + row("vector", 1, 0, unit),
        "huge-dimension": row("meta", "model.name", "a") + row("meta", "model.version", "b") +
        row("meta", "model.dimension", "2147483647") + emoji_row(1, "a") + row("vector", 1, 0, unit),
        "wrong-types": emoji_row(1, b"\xff\xfe", state=1.5, value=7, width="wide"),
        "negative": emoji_row(-5, "a", width=-(1 << 40)) + row("fingerprint", -1, -5, "", ""),
        # The largest number, then no number (SQLite takes a NaN for none): there is none to give.
        "no-number-left": row("work", (1 << 63) - 1, "inbox", "k", "a", b"{}", 0, 0, 5, "", 1, 0, "") +
        row("work", float("nan"), "inbox", "l", "a", b"{}", 0, 0, 5, "", 1, 0, ""),
        "circle": row("alias", "T1", "a", "b") + row("alias", "T1", "b", "a"),
        "many-aliases": emoji_row(1, "a") + b"".join(
            row("alias", "T1", f"n{i}", f"n{i - 1}" if i else "a") for i in range(30)),
    }
    for name, body in rows.items():
        write("sqlite_rows", "rows-" + name, b"\2" + body)
    for name, body in {"unit": struct.pack("<4f", 0, 1, 0, 0), "odd": b"abc",
                       "infinite": struct.pack("<2f", 0, float("inf"))}.items():
        write("sqlite_rows", "vector-" + name, b"\1" + body)
    picture = encoded(drawing("RGBA"), "PNG")
    write("sqlite_rows", "sketch-still", b"\0" + sketch(24, 20, picture))
    write("sqlite_rows", "sketch-moving", b"\0" + sketch(24, 5, picture, frames=4))
    write("sqlite_rows", "sketch-hardened", b"\0" + sketch(24, 10, picture, hardened=1))
    write("sqlite_rows", "sketch-cut-off", b"\0" + sketch(24, 20, picture)[:60])
    write("sqlite_rows", "sketch-gif", b"\0" + sketch(1, 1, gif(1, 1, gif_frame(1, 1) * 3)))
    write("sqlite_rows", "sketch-huge", b"\0" + sketch(4000, 4000, png_header(4000, 4000)))


def sketch(width, height, picture, frames=1, hardened=0):
    numbers = [width, height, 0, 0, 0, 0, frames, 100 * (frames - 1), 0, hardened, frames]
    starts = [100 * i for i in range(frames)]
    return b"ESK1\xff\xff\xff\xff" + struct.pack(f"<{len(numbers) + frames}I", *numbers,
                                                *starts) + picture


def main():
    make_png()
    make_jpeg()
    make_gif()
    make_webp()
    make_envelope()
    make_block_kit()
    make_yaml()
    make_sqlite_rows()


if __name__ == "__main__":
    main()
