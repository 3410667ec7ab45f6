#!/usr/bin/env python3
"""Writes tests/data/png_golden.json: PNGs of every kind, and what Pillow makes of each for CLIP.

Run from the repository root with Pillow 9.4 (Debian 12's python3-pil). Of each picture the file
is stored (in hex) and the SHA-256 of its 224 x 224 RGB pixels: laid on white, the shorter side
resized to 224 (bicubic), the centre cut out.
"""
import hashlib
import io
import json
import struct
import zlib

from PIL import Image

SIDE = 224
GREY, RGB, PALETTE, GREY_ALPHA, RGBA = 0, 2, 3, 4, 6
CHANNELS = {GREY: 1, RGB: 3, PALETTE: 1, GREY_ALPHA: 2, RGBA: 4}

def chunk(kind, content):
    return (struct.pack(">I", len(content)) + kind + content
            + struct.pack(">I", zlib.crc32(kind + content)))

def png(width, height, colour, depth, seed, palette=None, transparent=None):
    """Noise, smooth enough in rows that resizing has something to keep."""
    state = seed
    bits_a_row = width * CHANNELS[colour] * depth
    rows = bytearray()
    for y in range(height):
        rows.append(0)
        for _ in range((bits_a_row + 7) // 8):
            state = (state * 1664525 + 1013904223) % 2**32
            value = (state >> 24) // 2 + (y * 97) % 128
            rows.append(value % 256 if palette is None or depth < 8 else value % len(palette))
    content = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))
    if palette is not None:
        content += chunk(b"PLTE", b"".join(bytes(c) for c in palette))
    if transparent is not None:
        content += chunk(b"tRNS", transparent)
    content += chunk(b"IDAT", zlib.compress(bytes(rows), 9)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + content

def prepared(content):
    picture = Image.open(io.BytesIO(content)).convert("RGBA")
    paper = Image.new("RGBA", picture.size, (255, 255, 255, 255))
    picture = Image.alpha_composite(paper, picture).convert("RGB")
    width, height = picture.size
    # As torchvision's Resize(SIDE): the longer side is cut to a whole number.
    size = ((SIDE, int(SIDE * height / width)) if width <= height
            else (int(SIDE * width / height), SIDE))
    picture = picture.resize(size, Image.Resampling.BICUBIC)
    left, top = round((size[0] - SIDE) / 2.0), round((size[1] - SIDE) / 2.0)
    return picture.crop((left, top, left + SIDE, top + SIDE))

def main():
    colours = [((i * 37) % 256, (i * 91) % 256, (i * 53 + 20) % 256) for i in range(256)]
    files = {
        "RGBA of 8 bits": png(30, 20, RGBA, 8, 1),
        "RGBA of 16 bits": png(15, 15, RGBA, 16, 2),
        "RGB of 16 bits": png(21, 34, RGB, 16, 3),
        "RGB with a transparent colour": png(16, 16, RGB, 8, 4, transparent=b"\0\1\0\1\0\1"),
        "grey of 8 bits": png(50, 20, GREY, 8, 5),
        "grey of 1 bit": png(33, 33, GREY, 1, 6),
        "grey of 4 bits": png(9, 12, GREY, 4, 7),
        "grey with alpha": png(20, 30, GREY_ALPHA, 8, 8),
        "a palette of 8 bits": png(32, 32, PALETTE, 8, 9, palette=colours[:200]),
        "a palette with alpha": png(25, 25, PALETTE, 8, 10, palette=colours[:16],
                                    transparent=bytes(range(0, 240, 24))),
        "a palette of 2 bits": png(13, 7, PALETTE, 2, 11, palette=colours[:4]),
        "1 x 1": png(1, 1, RGBA, 8, 12),
        "1 x 4000": png(1, 4000, GREY, 8, 13),
        "4000 x 1": png(4000, 1, GREY, 8, 14),
    }
    golden = [{"what": what, "png": content.hex(),
               "sha256": hashlib.sha256(prepared(content).tobytes()).hexdigest()}
              for what, content in files.items()]
    with open("tests/data/png_golden.json", "w") as out:
        json.dump(golden, out, indent=1)
        out.write("\n")

if __name__ == "__main__":
    main()
