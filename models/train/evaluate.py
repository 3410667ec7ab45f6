#!/usr/bin/python3
"""Figures of a model package: what its embedding alone finds, without names and without OCR.

    evaluate.py [--package models/emojiclip]

The pictures come from EMOJISCOPE_SHARED, the optional folder of test data; sets that are not there
are skipped with a word. The sample workspace is made anew in a folder of its own.
"""
import argparse
import collections
import io
import json
import os
import pathlib
import re
import subprocess
import tarfile
import tempfile

import numpy as np
import torch
import yaml
from PIL import Image, ImageDraw, ImageFont
from torch.nn import functional

import captions
import pictures
import tokenizer
import words
from export import padded
from model import DIMENSION, INPUT_SIZE
from prepare import prepare

ROOT = pathlib.Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "models" / "emojiclip"
SEED = 1
LATIN_FONT = pathlib.Path("/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf")
# Words in Latin letters, to see how well those are read.
LATIN = (
    "intensifies always never coding friday mondays python docker github approved shipit oops yikes whatever "
    "sorry wow legend winner loser coffee break tired hungry sleepy angry worry panic focus relax thanks team "
    "manager customer budget invoice deadline report update upgrade rollback hotfix patch version server client "
    "cloud database network secure password login logout signup profile picture video music movie theater "
    "museum library school teacher student exam grade lesson chapter story novel poem writer artist painter "
    "singer dancer actor doctor nurse police fireman soldier farmer driver pilot sailor captain princess queen "
    "kingdom castle dragon wizard magic spell potion sword shield armor battle victory defeat peace justice "
    "freedom honor glory courage wisdom truth beauty nature forest river ocean mountain valley desert island "
    "bridge tunnel tower").split()


class Towers:
    """Rows of unit length, float32 [N,D]."""

    def __init__(self, package):
        described = yaml.safe_load((package / "model.yaml").read_text())
        if (described["image"]["input_size"], described["tokenizer"]["buckets"],
                described["dimension"]) != (INPUT_SIZE, tokenizer.BUCKETS, DIMENSION):
            raise SystemExit(f"evaluate.py: {package} is of another form than model.py; take the "
                             "scripts that came with it")
        self.image, self.text = (torch.jit.load(str(package / name)).eval().float()
                                 for name in ("image.pt", "text.pt"))

    @torch.no_grad()
    def images(self, rgba):
        rows = [self.image(torch.from_numpy(np.stack([prepare(p) for p in rgba[i:i + 64]])))
                for i in range(0, len(rgba), 64)]
        return functional.normalize(torch.cat(rows), dim=1)

    @torch.no_grad()
    def texts(self, texts):
        rows = [self.text(*padded([tokenizer.encode(t) for t in texts[i:i + 64]]))
                for i in range(0, len(texts), 64)]
        return functional.normalize(torch.cat(rows), dim=1)


def members(name):
    """(stem of the file, RGBA of its first frame) of an archive, or nothing, with a word."""
    path = pictures.shared_archive(name)
    if path is None:
        print(f"SKIP: EMOJISCOPE_SHARED does not lead to emoji/{name}")
        return
    with tarfile.open(path) as tar:
        for member in sorted(tar.getmembers(), key=lambda m: m.name):
            if member.isfile():
                with Image.open(io.BytesIO(tar.extractfile(member).read())) as picture:
                    yield (pathlib.PurePosixPath(member.name).stem,
                           np.asarray(picture.convert("RGBA")))


def recall(similarities, relevant, ranks):
    """The share of queries (rows) with one of the right columns among the first `ranks`."""
    order = similarities.argsort(dim=1, descending=True)[:, :ranks]
    hits = [bool(set(row.tolist()) & right) for row, right in zip(order, relevant)]
    return np.array(hits, float)


def interval(values):
    """Bootstrap of 95 % over the queries."""
    rng = np.random.default_rng(SEED)
    means = [rng.choice(values, len(values)).mean() for _ in range(1000)]
    return np.quantile(means, 0.025), np.quantile(means, 0.975)


def told(label, similarities, relevant):
    parts = []
    for ranks in (1, 10):
        values = recall(similarities, relevant, ranks)
        low, high = interval(values)
        parts.append(f"R@{ranks} {values.mean():.3f} [{low:.3f} {high:.3f}]")
    print(f"{label}: {', '.join(parts)}, {len(relevant)} queries", flush=True)


def own_column(count):
    return [{i} for i in range(count)]


def vendors(towers):
    """Blobmoji of one code point, and Noto's pictures of the same."""
    found = {}
    for stem, rgba in members("blobmoji.tar"):
        match = re.fullmatch(r"emoji_u([0-9a-f]+)", stem)
        if match:
            found[chr(int(match.group(1), 16))] = rgba
    if not found:
        return
    annotations = words.read_annotations()
    font = ImageFont.truetype(str(pictures.FONT), pictures.FONT_SIZE)
    noto = {e: pictures.render(font, pictures.as_shown(e)) for e in found}

    def named(emoji, language):
        return annotations.get(emoji, {}).get(language, (None, []))[0]

    emojis = [e for e in sorted(found) if words.is_pictograph(e) and noto[e] is not None
              and named(e, "en") and named(e, "ja")]
    blobs = towers.images([found[e] for e in emojis])
    for language, label in (("ja", "Japanese"), ("en", "English")):
        names = towers.texts([named(e, language) for e in emojis])
        told(f"{label} name -> Blobmoji", names @ blobs.T, own_column(len(emojis)))
    others = towers.images([np.asarray(noto[e]) for e in emojis])
    told("Blobmoji -> Noto", blobs @ others.T, own_column(len(emojis)))


def stamps(towers):
    """Stamps of stamps-dev by their reading; stamps that are read alike answer alike."""
    labels = pictures.shared_archive("stamps-dev.labels.jsonl")
    rows = dict(members("stamps-dev.tar"))
    if not rows:
        return
    readings = {}
    for line in labels.read_text().splitlines():
        label = json.loads(line)
        if label.get("reading"):
            readings[pathlib.PurePosixPath(label["file"]).stem] = label["reading"]
    stems = sorted(s for s in rows if s in readings)
    found = towers.images([rows[s] for s in stems])
    places = collections.defaultdict(set)
    for i, stem in enumerate(stems):
        places[readings[stem]].add(i)
    queries = [readings[s] for s in stems]
    told("kana -> stamps-dev", towers.texts(queries) @ found.T, [places[q] for q in queries])
    romaji = [words.romaji(q, False) for q in queries]
    told("Hepburn -> stamps-dev", towers.texts(romaji) @ found.T, [places[q] for q in queries])


def average_precision(order, relevant):
    ranks = [rank for rank, column in enumerate(order, 1) if column in relevant]
    return float(np.mean([(i + 1) / rank for i, rank in enumerate(ranks)]))


def by_chance(relevant, columns):
    """The expected average precision of a random order."""
    k = np.arange(1, columns + 1)
    return float((1 / k + (k - 1) / k * (relevant - 1) / (columns - 1)).mean())


def workspace(towers):
    """Real custom emoji by the words of their hidden names."""
    rows = list(members("workspace-dev.tar"))
    if not rows:
        return
    found = towers.images([rgba for _, rgba in rows])
    places = collections.defaultdict(set)
    for i, (stem, _) in enumerate(rows):
        for word in re.findall(r"[a-z]{3,}", stem.lower()):
            places[word].add(i)
    for least in (1, 3):
        queries = sorted(w for w in places if len(places[w]) >= least)
        order = (towers.texts(queries) @ found.T).argsort(dim=1, descending=True).tolist()
        precision = np.mean([average_precision(o, places[q]) for o, q in zip(order, queries)])
        chance = np.mean([by_chance(len(places[q]), len(rows)) for q in queries])
        print(f"words of names -> workspace-dev, in at least {least} name(s): mean average "
              f"precision {precision:.3f}, {precision / chance:.1f} x chance, "
              f"{len(queries)} queries", flush=True)


def latin(towers):
    """English words, each drawn in two lines of bold letters, by the word."""
    if not LATIN_FONT.exists():
        print(f"SKIP: {LATIN_FONT} is not there (apt-get install fonts-dejavu-core)")
        return
    font = ImageFont.truetype(str(LATIN_FONT), 60)
    drawn = []
    for word in LATIN:
        canvas = Image.new("RGBA", (900, 300), (0, 0, 0, 0))
        lines = word[:len(word) // 2] + "\n" + word[len(word) // 2:]
        ImageDraw.Draw(canvas).multiline_text((20, 20), lines, font=font, fill=(40, 60, 160, 255))
        drawn.append(np.asarray(canvas.crop(canvas.getbbox())))
    told("English word -> the word drawn", towers.texts(LATIN) @ towers.images(drawn).T,
         own_column(len(LATIN)))


def descriptions(towers):
    """Descriptions by colour and shape of the sample workspace."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["/usr/bin/python3", str(ROOT / "deploy" / "make-sample-workspace.py"),
                        folder], check=True, stdout=subprocess.DEVNULL)
        names, rgba = [], []
        for path in sorted(pathlib.Path(folder).rglob("*")):
            if path.suffix.lower() in (".png", ".gif", ".jpg", ".jpeg", ".webp"):
                with Image.open(path) as picture:
                    names.append(path.stem)
                    rgba.append(np.asarray(picture.convert("RGBA")))
    found = towers.images(rgba)
    places = {name: i for i, name in enumerate(names)}
    lines = (ROOT / "tests" / "data" / "queries" / "sample.jsonl").read_text().splitlines()
    rows = [json.loads(line) for line in lines]
    trained = {tokenizer.normalise(text) for _, text in captions.all_captions()}
    sets = {stratum: [r for r in rows if r["stratum"] == stratum]
            for stratum in ("descriptions", "concepts")}
    sets["descriptions that are no captions of the training"] = [
        r for r in sets["descriptions"] if tokenizer.normalise(r["query"]) not in trained]
    for stratum, chosen in sets.items():
        relevant = [{places[n] for n in r["relevant"] if n in places} for r in chosen]
        queries = towers.texts([r["query"] for r in chosen])
        told(f"{stratum} -> sample workspace ({len(names)} emoji)", queries @ found.T, relevant)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--package", type=pathlib.Path, default=PACKAGE)
    options = parser.parse_args()
    torch.set_num_threads(min(os.cpu_count() or 1, 2))
    towers = Towers(options.package)
    for part in (vendors, stamps, workspace, latin, descriptions):
        part(towers)


if __name__ == "__main__":
    main()
