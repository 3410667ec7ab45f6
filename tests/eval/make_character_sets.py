#!/usr/bin/python3
"""Draws stamps that differ by one character, for the evaluation of duplicates: none is a duplicate.

    tests/eval/make_character_sets.py OUT

OUT/one_character-train is drawn with the sans fonts of fonts-noto-cjk, OUT/one_character-dev with the
serif ones and other words. Each pair is a clean upload and its neighbour, at several sizes, on
nothing and on plates.
"""
import argparse
import json
import pathlib
import random

from PIL import Image, ImageDraw, ImageFont

FONTS = {
    "train": ["NotoSansCJK-Bold.ttc", "NotoSansCJK-Regular.ttc"],
    "dev": ["NotoSerifCJK-Bold.ttc", "NotoSerifCJK-Regular.ttc"],
}
PAIRS = {
    "train": [("はやい", "ばやい"), ("ほうこく", "ぼうこく"), ("パス", "バス"), ("ペン", "ベン"), ("かんじ", "がんじ"),
              ("たいへん", "だいへん"), ("土曜", "士曜"), ("大会", "犬会"), ("人口", "入口"), ("待つ", "持つ"), ("No.1", "No.7"),
              ("v1.0", "v1.8"), ("了解", "子解"), ("きって", "きつて"), ("ソース", "ンース"), ("LGTM", "LGTN"), ("100点", "700点"),
              ("しごと", "じごと"), ("ピアノ", "ビアノ"), ("まつ", "まづ"), ("手紙", "毛紙"), ("問題", "間題"), ("OK!", "OK?")],
    "dev": [("まだ不安", "また不安"), ("ポスター", "ボスター"), ("ビール!", "ピール!"), ("パン食う", "バン食う"), ("ばいばい", "ぱいばい"),
            ("予定は未定", "予定は末定"), ("バグ", "パグ"), ("No.03", "No.08"), ("午後", "牛後"), ("日本", "目本"), ("帰る", "掃る"),
            ("さくら", "ざくら"), ("やった", "やつた"), ("シフト", "ツフト"), ("wip", "vip"), ("fix 12", "fix 13"), ("王様", "玉様"),
            ("ありがとう", "ありかとう"), ("確認", "確忍"), ("体む", "休む")],
}
COLOURS = ["#202020", "#d7263d", "#1f4e9e", "#1b998b"]


def stamp(text, font_file, side, colour, plate, lines):
    image = Image.new("RGBA", (side, side), plate or (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    if lines == 2 and len(text) >= 4:
        half = (len(text) + 1) // 2
        text = text[:half] + "\n" + text[half:]
    size = side
    while True:
        font = ImageFont.truetype(f"/usr/share/fonts/opentype/noto/{font_file}", size)
        left, top, right, bottom = draw.multiline_textbbox((0, 0), text, font=font, spacing=2)
        if right - left <= side - 4 and bottom - top <= side - 4:
            break
        size -= 1
    at = ((side - right + left) / 2 - left, (side - bottom + top) / 2 - top)
    draw.multiline_text(at, text, font=font, fill=colour, spacing=2)
    return image


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("out", type=pathlib.Path)
    out = parser.parse_args().out
    for kind, fonts in FONTS.items():
        folder = out / f"one_character-{kind}"
        folder.mkdir(parents=True, exist_ok=True)
        shuffler = random.Random(1)
        lines = []
        for i, pair in enumerate(PAIRS[kind]):
            for font in fonts:
                for side in (64, 128):
                    for rows in (1, 2):
                        colour = shuffler.choice(COLOURS)
                        plate = shuffler.choice([None, None, "#ffffff"])
                        base = f"{i:02d}_{font[4:-4]}_{side}_{rows}"
                        for which, text in zip("ab", pair):
                            stamp(text, font, side, colour, plate, rows).save(
                                folder / f"{base}{which}.png")
                        lines.append({"name": base + "a", "file": base + "a.png", "class": "clean",
                                      "expect": "none", "original": None})
                        lines.append({"name": base + "b", "file": base + "b.png",
                                      "class": "one_character", "expect": "none",
                                      "original": base + "a"})
        with open(folder / "uploads.jsonl", "w", encoding="utf-8") as uploads:
            uploads.writelines(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
        print(f"{folder}: {len(lines)} uploads")


if __name__ == "__main__":
    main()
