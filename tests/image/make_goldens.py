#!/usr/bin/env python3
"""Writes tests/data/resize_golden.json: what Pillow makes of pseudo-random pictures.

Run from the repository root with Pillow 9.4 (Debian 12's python3-pil). Only sizes, seeds and
SHA-256 sums of the output are stored; the test makes the same pictures with the same generator.
"""
import hashlib
import json
import sys

import PIL
from PIL import Image

FILTERS = {
    "box": Image.Resampling.BOX,
    "bilinear": Image.Resampling.BILINEAR,
    "bicubic": Image.Resampling.BICUBIC,
}
SOURCES = [(1, 1), (7, 5), (5, 7), (64, 64), (128, 37), (300, 200), (1000, 3), (2, 399)]
TARGETS = [(1, 1), (3, 9), (5, 64), (64, 64), (64, 5), (128, 128), (224, 224), (300, 17)]
FIT_SIZES = [1, 16, 63, 224]
BACKGROUND = (255, 254, 7)


def noise(width, height, seed):
    """The generator of `noise()` in tests/image/fixtures.cpp."""
    state = seed
    data = bytearray()
    for _ in range(width * height * 3):
        state = (state * 1664525 + 1013904223) % 2**32
        data.append(state >> 24)
    return Image.frombytes("RGB", (width, height), bytes(data))


def sha256(image):
    return hashlib.sha256(image.tobytes()).hexdigest()


def fit_pad(image, size):
    longer = max(image.size)
    small = image.resize(
        tuple(max(1, int(side * size / longer + 0.5)) for side in image.size),
        FILTERS["bicubic"])
    out = Image.new("RGB", (size, size), BACKGROUND)
    out.paste(small, ((size - small.width) // 2, (size - small.height) // 2))
    return out


def fit_crop(image, size):
    """torchvision's Resize(size, BICUBIC) and CenterCrop(size) for a picture of Pillow's."""
    width, height = image.size
    long = int(size * max(width, height) / min(width, height))
    resized = image.resize((size, long) if width <= height else (long, size), FILTERS["bicubic"])
    top = int(round((resized.height - size) / 2.0))
    left = int(round((resized.width - size) / 2.0))
    return resized.crop((left, top, left + size, top + size))


def main():
    if not PIL.__version__.startswith("9.4."):
        sys.exit(f"Pillow 9.4 is wanted, this is {PIL.__version__}")
    resized, fitted = [], []
    for seed, source in enumerate(SOURCES, start=1):
        image = noise(*source, seed)
        for name, resample in FILTERS.items():
            for target in TARGETS:
                resized.append({"source": source, "seed": seed, "filter": name, "target": target,
                                "sha256": sha256(image.resize(target, resample))})
        for size in FIT_SIZES:
            fitted.append({"source": source, "seed": seed, "size": size,
                           "pad": sha256(fit_pad(image, size)),
                           "crop": sha256(fit_crop(image, size))})
    lines = {"resize": resized, "fit": fitted}
    with open("tests/data/resize_golden.json", "w", encoding="utf-8") as file:
        file.write("{\n" + ",\n".join(
            json.dumps(name) + ": [\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]"
            for name, rows in lines.items()) + "\n}\n")


if __name__ == "__main__":
    main()
