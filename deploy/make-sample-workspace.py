#!/usr/bin/python3
"""Draws a sample workspace from the installed fonts: emoji pictures named after CLDR, and Japanese
and English text stamps. The result is the same on every run.

    deploy/make-sample-workspace.py OUT_DIR [--pictures 320]

Needs python3-pil, fonts-noto-color-emoji, fonts-noto-cjk and unicode-cldr-core.
"""
import argparse
import json
import pathlib
import random
import re
import sys
import xml.etree.ElementTree as ElementTree

EMOJI_FONT = "/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf"
TEXT_FONT = "/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc"
ANNOTATIONS = "/usr/share/unicode/cldr/common/annotations/en.xml"
EMOJI_FONT_SIZE = 109  # the only size of the bitmaps in the font
PICTURE_SIDE = 128
STAMP_SIDE = 64

# Always drawn, because the tour and the README ask for them.
WANTED = "🍺🍻🍣🍜🍙🐱🐶🐸🦜🎉👍👎🙏🔥💯🚀🌸🗻🏠🚗✈🚲⚽🎸🎂🍎🍊🍌🍓☕🌈⭐🌙☀☃❤💔😀😂😭😡😴🤔"

STAMPS_JA = [
    ("otsukare", "おつかれ"), ("arigatou", "ありがとう"), ("ryoukai", "了解"), ("kanpai", "乾杯"),
    ("ohayou", "おはよう"), ("oyasumi", "おやすみ"), ("sugoi", "すごい"), ("yatta", "やった"),
    ("gomen", "ごめん"), ("naruhodo", "なるほど"), ("kakunin", "確認中"), ("shouchi", "承知"),
    ("omedetou", "おめでとう"), ("ganbare", "頑張れ"), ("saikou", "最高"), ("tensai", "天才"),
    ("kamida", "神"), ("iine", "いいね"), ("wakaru", "わかる"), ("sorena", "それな"),
    ("matte", "待って"), ("yabai", "やばい"), ("nemui", "眠い"), ("taikin", "退勤"),
    ("shukkin", "出勤"), ("kaigi", "会議中"), ("kyuukei", "休憩"), ("zaitaku", "在宅"),
    ("anshin", "安心"), ("daijoubu", "大丈夫"), ("tasukaru", "助かる"), ("hai", "はい"),
    ("iie", "いいえ"), ("gohan", "ごはん"), ("biiru", "ビール"), ("raamen", "ラーメン"),
    ("shiawase", "幸せ"), ("kawaii", "かわいい"), ("kanryou", "完了"), ("taiou", "対応中"),
    ("mada", "まだ"), ("owari", "終わり"), ("hajime", "はじめ"), ("kyuujitsu", "休日"),
    ("shimekiri", "締切"), ("sekaiheiwa", "世界平和"), ("asa", "朝"), ("yoru", "夜"),
]
STAMPS_EN = [
    "lgtm", "ok", "nice", "wip", "done", "ship it", "thanks", "sorry", "help", "todo", "bug", "fixed",
    "merged", "review", "urgent", "lunch", "afk", "brb", "wow", "yes", "no", "maybe", "hello", "bye",
    "congrats", "agree", "hmm", "plus one", "on it", "great", "cool", "love it", "typo", "deploy",
    "rollback", "release", "meeting", "holiday", "sick", "remote", "coffee", "friday", "monday",
]
COLOURS = ["#d7263d", "#1b998b", "#2e294e", "#f46036", "#0b6e4f", "#5f0f40", "#1f4e9e", "#c77400"]


def fail(message):
    print(f"make-sample-workspace.py: {message}", file=sys.stderr)
    sys.exit(1)


try:
    from PIL import Image, ImageDraw, ImageFont
except ImportError:
    fail("Pillow is missing: apt-get install python3-pil, and run with /usr/bin/python3")


def cldr_names():
    """{emoji: English short name} of the single-code-point emoji that CLDR names."""
    names = {}
    for node in ElementTree.parse(ANNOTATIONS).getroot().iter("annotation"):
        character = node.get("cp")
        code = ord(character) if len(character) == 1 else 0
        # Above U+2600 are the pictographs; skin tones are modifiers, not pictures.
        pictograph = code >= 0x2600 and not 0x1F3FB <= code <= 0x1F3FF
        if node.get("type") == "tts" and pictograph:
            names[character] = node.text
    return names


def file_name(text):
    return re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")


def draw_picture(font, character):
    """The glyph centred on a transparent square, or None if the font has none."""
    canvas = Image.new("RGBA", (160, 160), (0, 0, 0, 0))
    ImageDraw.Draw(canvas).text((10, 10), character, font=font, embedded_color=True)
    box = canvas.getbbox()
    if box is None or box[2] - box[0] < 60:
        return None
    glyph = canvas.crop(box)
    square = Image.new("RGBA", (max(glyph.size),) * 2, (0, 0, 0, 0))
    square.paste(glyph, ((square.width - glyph.width) // 2, (square.height - glyph.height) // 2))
    return square.resize((PICTURE_SIDE, PICTURE_SIDE), Image.LANCZOS)


def split_lines(text):
    if " " in text:
        return text.split(" ")
    if len(text) <= 2 or text.isascii():
        return [text]
    middle = (len(text) + 1) // 2
    return [text[:middle], text[middle:]]


def draw_stamp(text, rng):
    """`text` as large as it fits, coloured on transparent or white on coloured."""
    scale = 4
    side = STAMP_SIDE * scale
    lines = split_lines(text)
    colour = rng.choice(COLOURS)
    filled = rng.random() < 0.3
    canvas = Image.new("RGBA", (side, side), colour if filled else (0, 0, 0, 0))
    draw = ImageDraw.Draw(canvas)
    size = side
    while size > 8:
        font = ImageFont.truetype(TEXT_FONT, size)
        widths = [draw.textbbox((0, 0), line, font=font)[2] for line in lines]
        if max(widths) <= side * 0.96 and size * len(lines) * 1.05 <= side * 1.05:
            break
        size -= 4
    for number, line in enumerate(lines):
        y = side * (2 * number + 1) / (2 * len(lines))
        draw.text((side / 2, y), line, font=font, anchor="mm", fill="white" if filled else colour)
    return canvas.resize((STAMP_SIDE, STAMP_SIDE), Image.LANCZOS)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--pictures", type=int, default=320)
    arguments = parser.parse_args()
    for path in (EMOJI_FONT, TEXT_FONT, ANNOTATIONS):
        if not pathlib.Path(path).exists():
            fail(f"{path} is missing: run deploy/install-deps.sh")
    arguments.out.mkdir(parents=True, exist_ok=True)

    rng = random.Random(20240501)
    names = cldr_names()
    wanted = [c for c in WANTED if c in names]
    others = sorted(set(names) - set(wanted))
    rng.shuffle(others)
    font = ImageFont.truetype(EMOJI_FONT, EMOJI_FONT_SIZE)
    drawn = 0
    for character in wanted + others:
        if drawn >= arguments.pictures:
            break
        picture = draw_picture(font, character)
        target = arguments.out / f"{file_name(names[character])}.png"
        if picture is not None and not target.exists():
            picture.save(target)
            drawn += 1
    stamps = STAMPS_JA + [(file_name(text), text.upper() if len(text) < 5 else text)
                          for text in STAMPS_EN]
    for name, text in stamps:
        draw_stamp(text, rng).save(arguments.out / f"{name}.png")
    aliases = {"cheers": "clinking_beer_mugs", "meow": "cat_face", "thx": "thanks",
               "thumbs": "thumbsup"}  # the last one is an alias of a standard emoji
    (arguments.out / "aliases.json").write_text(json.dumps(aliases, indent=1) + "\n")
    print(f"{drawn} pictures, {len(stamps)} stamps and {len(aliases)} aliases in {arguments.out}")


if __name__ == "__main__":
    main()
