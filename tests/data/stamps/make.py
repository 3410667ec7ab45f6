#!/usr/bin/python3
"""Draws the pictures of the tests of the stamp reader into this folder.

    tests/data/stamps/make.py

Needs python3-pil, fonts-noto-cjk (OFL) and fonts-noto-color-emoji (OFL). The words are our own.
"""
import pathlib

from PIL import Image, ImageDraw, ImageFont

SANS = "/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc"
SERIF = "/usr/share/fonts/opentype/noto/NotoSerifCJK-Bold.ttc"
EMOJI = "/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf"
HERE = pathlib.Path(__file__).parent


def stamp(name, lines, font=SANS, ink=(200, 40, 60, 255), paper=(0, 0, 0, 0), outline=None, side=64):
    """Lines of writing that fill a square."""
    image = Image.new("RGBA", (side, side), paper)
    draw = ImageDraw.Draw(image)
    longest = max(len(line) for line in lines)
    height = side // len(lines)
    size = min(height - 2, (side - 4) // longest if not all(c.isascii() for c in lines[0]) else 2 * side // (longest + 1))
    face = ImageFont.truetype(font, size)
    for i, line in enumerate(lines):
        draw.text((side // 2, i * height + height // 2), line, font=face, fill=ink, anchor="mm",
                  stroke_width=2 if outline else 0, stroke_fill=outline)
    image.save(HERE / f"{name}.png", optimize=True)


def columns(name, lines, side=96):
    """Two columns, from right to left."""
    image = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    size = side // max(len(line) for line in lines) - 2
    face = ImageFont.truetype(SERIF, size)
    for i, line in enumerate(lines):
        x = side - (i + 1) * side // len(lines) + (side // len(lines) - size) // 2
        for j, character in enumerate(line):
            draw.text((x, j * side // len(line) - size // 6), character, font=face, fill=(20, 20, 20, 255))
    image.save(HERE / f"{name}.png", optimize=True)


def drawing(name, character):
    image = Image.new("RGBA", (136, 128), (0, 0, 0, 0))
    ImageDraw.Draw(image).text((0, 0), character, font=ImageFont.truetype(EMOJI, 109), embedded_color=True)
    image.resize((68, 64), Image.Resampling.LANCZOS).save(HERE / f"{name}.png", optimize=True)


def main():
    stamp("ryoukai", ["了解"])
    stamp("touzen_kansha", ["当然", "感謝"], ink=(0, 140, 60, 255))
    stamp("otsukare", ["おつ", "かれ"], ink=(60, 90, 200, 255))
    stamp("kyuukei_serif", ["休憩"], font=SERIF)
    stamp("arigatou_on_white", ["あり", "がと"], ink=(0, 0, 0, 255), paper=(255, 255, 255, 255))
    stamp("light_on_dark", ["確認"], ink=(250, 250, 250, 255), paper=(30, 30, 80, 255))
    stamp("outlined", ["最高"], ink=(255, 230, 60, 255), outline=(160, 20, 20, 255))
    stamp("lgtm", ["LGTM"], ink=(30, 30, 30, 255))
    columns("vertical", ["本日は", "晴天な"])
    for name, character in (("drawn_dog", "🐶"), ("drawn_beer", "🍺"), ("drawn_rocket", "🚀"), ("drawn_rose", "🌹"),
                            ("drawn_house", "🏠"), ("drawn_crab", "🦀")):
        drawing(name, character)


if __name__ == "__main__":
    main()
