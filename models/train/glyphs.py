"""Glyphs of the fonts that stamps are drawn in, as one table of small pictures.

Each glyph lies in a CELL x CELL tile: the em square fills it but for MARGIN on each side, and the
glyph begins at the left. Letters of alphabets are a little smaller and stand higher in it than those
of CJK scripts, so that what hangs below their line fits in.
"""
import pathlib

import numpy as np
from PIL import Image, ImageDraw, ImageFont

CELL = 48
MARGIN = 2
EM = CELL - 2 * MARGIN
# The line that letters stand on, in em below the top of the em square.
LINE = 0.88
LINE_OF_ALPHABETS, SIZE_OF_ALPHABETS = 0.78, 0.9
FONTS = pathlib.Path("/usr/share/fonts")
# Path, index in a collection, weight in the draw. Where one is not installed the others serve.
FACES = [
    ("opentype/noto/NotoSansCJK-Bold.ttc", 0, 3), ("opentype/noto/NotoSansCJK-Regular.ttc", 0, 1),
    ("opentype/noto/NotoSerifCJK-Bold.ttc", 0, 1), ("opentype/mplus/Mplus1-Black.otf", 0, 1.5),
    ("opentype/mplus/Mplus1-Bold.otf", 0, 1.5), ("opentype/mplus/Mplus2-ExtraBold.otf", 0, 1),
    ("opentype/mplus/Mplus1-Medium.otf", 0, 0.7),
    ("truetype/motoya-l-maruberi/MTLmr3m.ttf", 0, 1.2), ("truetype/vlgothic/VL-PGothic-Regular.ttf", 0, 0.8),
    ("truetype/takao-gothic/TakaoPGothic.ttf", 0, 0.6), ("truetype/takao-mincho/TakaoPMincho.ttf", 0, 0.6),
    ("truetype/kouzan-mouhitsu/kouzan-mouhitsu-gyosho.ttf", 0, 0.5),
    ("truetype/kouzan-mouhitsu/kouzan-mouhitsu.ttf", 0, 0.6), ("truetype/konatu/Konatu.ttf", 0, 0.5),
    ("truetype/umeplus/umeplus-gothic.ttf", 0, 0.5), ("truetype/sawarabi-gothic/sawarabi-gothic-medium.ttf", 0, 0.6),
    ("truetype/lato/Lato-Black.ttf", 0, 1.5), ("truetype/lato/Lato-Bold.ttf", 0, 1), ("truetype/lato/Lato-Regular.ttf", 0, 0.7),
    ("truetype/lato/Lato-HeavyItalic.ttf", 0, 0.5),
    ("truetype/roboto/unhinted/RobotoTTF/Roboto-Black.ttf", 0, 1), ("truetype/liberation2/LiberationSans-Bold.ttf", 0, 1.5),
    ("truetype/liberation2/LiberationSerif-Bold.ttf", 0, 0.7), ("opentype/bebas-neue/BebasNeue-Bold.otf", 0, 1),
    ("opentype/comic-neue/ComicNeue-Bold.otf", 0, 1),
    ("truetype/nanum/NanumGothicBold.ttf", 0, 1), ("truetype/nanum/NanumSquareRoundB.ttf", 0, 1),
    ("truetype/nanum/NanumMyeongjoBold.ttf", 0, 0.5), ("truetype/nanum/NanumBarunGothic.ttf", 0, 0.7),
]


def is_of_alphabet(character):
    return ord(character) < 0x2000


def tile_of(font, character, empty):
    """(uint8 [CELL,CELL], advance in em), or None if the font does not have the character."""
    advance = font.getlength(character) / EM
    tile = Image.new("L", (CELL, CELL), 0)
    line = LINE_OF_ALPHABETS if font.size < EM else LINE
    ImageDraw.Draw(tile).text((MARGIN, MARGIN + line * EM), character, font=font, fill=255,
                              anchor="ls")
    tile = np.asarray(tile)
    if not tile.any() or advance <= 0 or tile.tobytes() == empty:
        return None
    return tile, min(advance, 1.0)


def build(characters):
    """tiles uint8 [G,CELL,CELL], advances float32 [G], index int32 [faces, characters] (-1: the
    font lacks it), weights float32 [faces]"""
    tiles, advances, rows, weights = [], [], [], []
    for file, number, weight in FACES:
        path = FONTS / file
        if not path.exists():
            print(f"data.py: {path} is not here, stamps are drawn without it", flush=True)
            continue
        fonts = [ImageFont.truetype(str(path), size, index=number)
                 for size in (EM, round(SIZE_OF_ALPHABETS * EM))]
        nothing = [tile_of(font, "\U0010fff0", b"") for font in fonts]
        empty = [drawn[0].tobytes() if drawn else b"" for drawn in nothing]
        row = np.full(len(characters), -1, np.int32)
        for place, character in enumerate(characters):
            size = is_of_alphabet(character)
            drawn = tile_of(fonts[size], character, empty[size])
            if drawn is not None:
                row[place] = len(tiles)
                tiles.append(drawn[0])
                advances.append(drawn[1])
        rows.append(row)
        weights.append(weight)
    if not rows:
        raise SystemExit("data.py: none of the fonts of glyphs.py is installed: "
                         "apt-get install fonts-noto-cjk fonts-mplus fonts-lato fonts-nanum")
    return (np.stack(tiles), np.array(advances, np.float32), np.stack(rows),
            np.array(weights, np.float32))
