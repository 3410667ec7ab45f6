#!/usr/bin/python3
"""How well a package does on Blobmoji, pictures by other artists that it never saw.

    EMOJISCOPE_SHARED=DIR evaluate.py [--package models/emojiclip] [--checkpoint FILE]

Reads DIR/emoji/blobmoji.tar. Of all Blobmoji of one code point that CLDR names in English and
Japanese it tells how often the name finds the picture among the first ten, and how often the
picture finds the Noto picture of the same emoji before all other Noto pictures.
"""
import argparse
import io
import os
import pathlib
import re
import tarfile

import numpy as np
import torch
import yaml
from PIL import Image, ImageFont
from torch.nn import functional

import data
import tokenizer
from model import DualEncoder
from prepare import prepare
from train import padded

PACKAGE = pathlib.Path(__file__).resolve().parents[1] / "emojiclip"


class Towers:
    """The towers of a package or of a checkpoint; both give rows of unit length."""

    def __init__(self, image, text):
        self.image, self.text = image, text

    @classmethod
    def of_package(cls, folder):
        described = yaml.safe_load((folder / "model.yaml").read_text())
        towers = [torch.jit.load(str(folder / described[kind]["file"])).float().eval()
                  for kind in ("image", "text")]
        return cls(*towers)

    @classmethod
    def of_checkpoint(cls, path):
        model = DualEncoder(tokenizer.BUCKETS)
        model.load_state_dict(torch.load(path)["average"])
        model.eval()
        return cls(model.image, model.text)

    def images(self, pictures):
        with torch.no_grad():
            rows = [self.image(torch.from_numpy(np.stack(pictures[i:i + 64])))
                    for i in range(0, len(pictures), 64)]
        return functional.normalize(torch.cat(rows), dim=1)

    def texts(self, texts):
        with torch.no_grad():
            rows = [self.text(*padded([tokenizer.encode(t) for t in texts[i:i + 64]]))
                    for i in range(0, len(texts), 64)]
        return functional.normalize(torch.cat(rows), dim=1)


def blobs(path):
    """{emoji: RGBA} of the Blobmoji of one code point"""
    found = {}
    with tarfile.open(path) as tar:
        for member in tar:
            match = re.fullmatch(r"(?:.*/)?emoji_u([0-9a-f]+)\.png", member.name)
            if match:
                picture = Image.open(io.BytesIO(tar.extractfile(member).read())).convert("RGBA")
                found[chr(int(match.group(1), 16))] = np.asarray(picture)
    return found


def noto_pictures(emojis):
    font = ImageFont.truetype(data.FONT, data.FONT_SIZE)
    return {e: data.render(font, data.as_shown(e)) for e in emojis}


def share_within(similarities, ranks):
    """How often the right column (the one of the row's number) is among the first `ranks`."""
    right = similarities.diag().unsqueeze(1)
    return ((similarities > right).sum(dim=1) < ranks).float().mean().item()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--package", type=pathlib.Path, default=PACKAGE)
    parser.add_argument("--checkpoint", type=pathlib.Path)
    options = parser.parse_args()
    shared = os.environ.get("EMOJISCOPE_SHARED", "")
    archive = pathlib.Path(shared) / "emoji" / "blobmoji.tar"
    if not shared or not archive.exists():
        print("SKIP: EMOJISCOPE_SHARED does not lead to emoji/blobmoji.tar")
        return
    towers = (Towers.of_checkpoint(options.checkpoint) if options.checkpoint
              else Towers.of_package(options.package))
    annotations = data.read_annotations()
    pictures = blobs(archive)
    noto = noto_pictures(pictures)

    def named(emoji, language):
        return annotations.get(emoji, {}).get(language, (None, []))[0]

    emojis = [e for e in sorted(pictures) if data.is_pictograph(e) and noto[e] is not None
              and named(e, "en") and named(e, "ja")]
    found = towers.images([prepare(pictures[e]) for e in emojis])
    print(f"{len(emojis)} Blobmoji of one code point")
    for language, label in (("ja", "Japanese"), ("en", "English")):
        names = towers.texts([named(e, language) for e in emojis])
        similarities = names @ found.T
        print(f"{label} CLDR name to Blobmoji: R@1 {share_within(similarities, 1):.3f}, "
              f"R@10 {share_within(similarities, 10):.3f}")
    others = towers.images([prepare(np.asarray(noto[e])) for e in emojis])
    print(f"Blobmoji to Noto picture: rank 1 {share_within(found @ others.T, 1):.3f}, "
          f"R@10 {share_within(found @ others.T, 10):.3f}")


if __name__ == "__main__":
    main()
