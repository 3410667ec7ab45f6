#!/usr/bin/python3
"""Writes the model package from trained weights, checks it, and writes the golden files of the tests.

    export.py [--arrays build/train/run] [--package models/emojiclip] [--no-golden]

--arrays: the folder with image.npz and text.npz that train.py wrote. Batch normalisation is folded
into the convolutions; weights are stored as float16, the table of n-grams as int8 with a scale for
each row. The loader widens float16 to float32 again.
"""
import argparse
import hashlib
import io
import json
import pathlib
import zipfile

import numpy as np
import torch
import yaml
from torch import nn
from torch.nn import functional
from torch.nn.utils.fusion import fuse_conv_bn_eval

import data
import tokenizer
from model import (BACKGROUND, DIMENSION, INPUT_SIZE, MEAN, STD, Block, Down, ImageTower,
                   StoredTextTower, TextHead)
from prepare import prepare

ROOT = pathlib.Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "tests" / "data"
LIMIT = 24_000_000  # bytes of the whole package
TOLERANCE = 1e-4
FOLDED = {
    Down: [("conv", "norm")],
    Block: [("conv1", "norm1"), ("conv2", "norm2")],
}
VERSION = "3"
LICENCE = ("weights: Apache-2.0, as Emojiscope; training data: Noto Color Emoji (SIL OFL 1.1), Symbola "
           "(free for any use), Blobmoji (Apache-2.0), Fluent Emoji (MIT), Open Clip Art (public domain), "
           "Tux Paint stamps (GPL-2), decomoji (MIT), Korean stamps (MIT), logos of Iconify's "
           "collections (CC0, MIT) and of Simple Icons (CC0 and permissive ones), CLDR "
           "(Unicode-DFS-2016), emojilib (MIT), IPADIC (its own, BSD-like), wamerican (SCOWL), fonts "
           "(models/train/README.md)")
PROVENANCE = ("trained by models/train, from nothing and then on from there; models/emojiclip/README.md "
              "tells on what, how long and how well")
TOKENIZER_CASES = [
    "beer", "Beer Mug", "ビール", "びーる", "ビールジョッキ", "ﾋﾞｰﾙ", "乾杯", "寿司を食べる", "猫",
    "맥주", "한국어 이모지", "thumbs_up", "party-parrot", "hello, world!", "C'est déjà l'été",
    "ＦＵＬＬ　ＷＩＤＴＨ", "Straße ÉCOLE Ωμέγα", "🍺", "👩‍🚀 rocket", "a", "42", "", "   ", "!?",
    "㍿ ① ﬁ", "ヴァイオリン ヵヶ", "wide\u3000space\u00a0and\ttab\nline", "пиво", "مشروب", "เบียร์",
    "long " * 40, "すもももももももものうち" * 12,
]
TEXT_CASES = ["beer", "ビールジョッキ", "face with tears of joy, 笑い"]


def folded(module):
    """The same function without batch normalisation."""
    for child in module.modules():
        for conv, norm in FOLDED.get(type(child), []):
            setattr(child, conv, fuse_conv_bn_eval(getattr(child, conv), getattr(child, norm)))
            setattr(child, norm, nn.Identity())
    return module


def padded(rows):
    longest = max(len(r) for r in rows)
    ids = torch.zeros((len(rows), longest), dtype=torch.int64)
    for i, row in enumerate(rows):
        ids[i, :len(row)] = torch.tensor(row)
    return ids, (ids > 0).to(torch.int64)


def arrays_of(path):
    with np.load(path) as stored:
        return {key: torch.from_numpy(stored[key]) for key in stored.files}


def widened(state):
    return {k: v.float() if v.is_floating_point() else v for k, v in state.items()}


def stored_towers(arrays):
    """(image, text) in eager form with the values that float16 and int8 keep, contiguous."""
    image = ImageTower()
    # Counters of batches are not among the arrays: nothing is normalised by them.
    missing, unexpected = image.load_state_dict(widened(arrays_of(arrays / "image.npz")),
                                                strict=False)
    if unexpected or any(not key.endswith("num_batches_tracked") for key in missing):
        raise SystemExit(f"export.py: {arrays / 'image.npz'} is of another model")
    state = arrays_of(arrays / "text.npz")
    grams, scales = state.pop("grams"), state.pop("scales")
    head = TextHead()
    head.load_state_dict(widened({k.removeprefix("head."): v for k, v in state.items()}))
    text = StoredTextTower(grams, scales, head)
    towers = folded(image.eval()), text.eval()
    for tower in towers:
        tower.half()
        for parameter in tower.parameters():
            parameter.data = parameter.data.contiguous()
            parameter.requires_grad_(False)
    return towers


def save(tower, path):
    """Writes the module without its debug records: they hold the paths of the machine."""
    buffer = io.BytesIO()
    torch.jit.save(torch.jit.script(tower), buffer)
    with zipfile.ZipFile(buffer) as full, zipfile.ZipFile(path, "w") as bare:
        for entry in full.infolist():
            if not entry.filename.endswith(".debug_pkl"):
                # A new ZipInfo has the date of 1980: the same weights give the same file.
                bare.writestr(zipfile.ZipInfo(entry.filename), full.read(entry))
    content = path.read_bytes()
    return {"file": path.name, "sha256": hashlib.sha256(content).hexdigest(),
            "bytes": len(content)}


def describe(image, text):
    return {
        "format": 1, "name": "emojiclip", "version": VERSION, "dimension": DIMENSION,
        "image": {**image, "input_size": INPUT_SIZE, "resize": "pad",
                  "background": list(BACKGROUND), "mean": list(MEAN), "std": list(STD)},
        "text": {**text, "max_tokens": tokenizer.MAX_TOKENS},
        "tokenizer": {"kind": "char-ngram-hash", "buckets": tokenizer.BUCKETS,
                      "min_n": tokenizer.MIN_N, "max_n": tokenizer.MAX_N},
        "licence": LICENCE, "provenance": PROVENANCE,
    }


def largest_difference(eager, scripted, inputs_of):
    worst = 0.0
    with torch.no_grad():
        for batch in (1, 3, 32):
            inputs = inputs_of(batch)
            worst = max(worst, (eager(*inputs) - scripted(*inputs)).abs().max().item())
    return worst


def verify(eager, package):
    """Loads what was written and compares it with the eager towers."""
    generator = torch.Generator().manual_seed(3)

    def pictures(batch):
        return (torch.rand((batch, 3, INPUT_SIZE, INPUT_SIZE), generator=generator) * 2 - 1,)

    def words(batch):
        rows = [tokenizer.encode(TOKENIZER_CASES[i % len(TOKENIZER_CASES)]) for i in range(batch)]
        return padded(rows)

    loaded = [torch.jit.load(str(package / name)).eval().float()
              for name in ("image.pt", "text.pt")]
    for name, tower, scripted, inputs_of in zip(("image", "text"), eager, loaded,
                                                (pictures, words)):
        worst = largest_difference(tower.float(), scripted, inputs_of)
        print(f"{name}: eager and TorchScript differ by at most {worst:.2g} at batch 1, 3 and 32")
        if not worst < TOLERANCE:
            raise SystemExit(f"export.py: the {name} tower changed in export")
    return loaded


def rounded(row):
    return [round(v, 6) for v in functional.normalize(row, dim=1)[0].tolist()]


def sample_picture(width, height):
    """A pattern of all colours and opacities: uint8 [H,W,4]"""
    y, x = np.mgrid[0:height, 0:width].astype(np.int64)
    channels = (x * 255 // (width - 1), y * 255 // (height - 1), (x * 67 + y * 29) % 256,
                (x * 31 + y * 83 + 96) % 256)
    return np.stack(channels, axis=2).astype(np.uint8)


def write_golden(image, text):
    cases = [{"text": t, "ids": tokenizer.encode(t)} for t in TOKENIZER_CASES]
    (GOLDEN / "char_ngram_hash.json").write_text(
        json.dumps(cases, ensure_ascii=False, separators=(",", ":")) + "\n")
    texts, images = [], []
    with torch.no_grad():
        for words in TEXT_CASES:
            row = text(*padded([tokenizer.encode(words)]))
            texts.append({"text": words, "vector": rounded(row)})
        for width, height in ((9, 6), (16, 16)):
            rgba = sample_picture(width, height)
            row = image(torch.from_numpy(prepare(rgba)).unsqueeze(0))
            images.append({"width": width, "height": height, "rgba": rgba.flatten().tolist(),
                           "vector": rounded(row)})
    (GOLDEN / "emojiclip_golden.json").write_text(json.dumps(
        {"model": f"emojiclip {VERSION}", "text": texts, "images": images},
        ensure_ascii=False, separators=(",", ":")) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--arrays", type=pathlib.Path, default=data.CACHE / "run")
    parser.add_argument("--package", type=pathlib.Path, default=ROOT / "models" / "emojiclip")
    parser.add_argument("--no-golden", action="store_true",
                        help="leave the golden files of the tests as they are")
    options = parser.parse_args()
    package = options.package
    package.mkdir(parents=True, exist_ok=True)
    image, text = stored_towers(options.arrays)
    described = describe(save(image, package / "image.pt"), save(text, package / "text.pt"))
    (package / "model.yaml").write_text(
        "# Written by models/train/export.py; the keys are explained in models/README.md.\n"
        + yaml.safe_dump(described, sort_keys=False, default_flow_style=None, width=100))
    loaded = verify((image, text), package)
    if not options.no_golden:
        write_golden(*loaded)
    total = sum(f.stat().st_size for f in package.iterdir())
    print(f"{package}: {total} bytes")
    if total > LIMIT:
        raise SystemExit(f"export.py: the package is larger than {LIMIT} bytes")


if __name__ == "__main__":
    main()
