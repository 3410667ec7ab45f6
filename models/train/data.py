#!/usr/bin/python3
"""Gathers what emojiclip is trained on, once, into a folder that train.py reads.

    data.py [--cache build/train]

Sources are packages of Debian and, with EMOJISCOPE_SHARED, archives of emoji and stamps; README.md
lists them with their licences. What is missing is named, with the way to get it. Nothing is fetched.
"""
import argparse
import collections
import io
import json
import lzma
import pathlib

import numpy as np
from PIL import Image

import glyphs
import logos
import pictures
import tokenizer
import words

CACHE = pathlib.Path(__file__).resolve().parents[2] / "build" / "train"
FORMAT = 2              # of the folder; train.py reads no other
QUALITY = 45            # of drawings in the cache, which keeps it small enough to carry about
TONES = 16              # of letters in the cache
STAMP_SIDE = 64
MAJOR = {"ko", "zh", "zh_Hant", "de", "fr", "es", "pt", "it", "ru"}
WRITTEN = {"korean", "logos"}  # sources whose pictures have letters, and are not mirrored
RARE = 22               # a kanji in fewer strings than that is left out
# Lists of texts that a concept has; one of each pair is a name or a keyword.
GROUPS = ("en_name", "en_word", "ja_name", "ja_word", "major_name", "major_word", "minor_name",
          "minor_word")
# Mirrored, these are something else.
DIRECTIONAL = set("👈👉👆👇🤛🤜🫱🫲🔍🔎💯💤📲🔞🚭🏧🚾💱🏪🏩🏥🏦🛑🚏") | {
    chr(c) for c in (*range(0x2190, 0x2200), *range(0x23E9, 0x23F0), *range(0x25B6, 0x25C1),
                     *range(0x27A1, 0x27C0), *range(0x2934, 0x2936), *range(0x2B05, 0x2B08),
                     *range(0x1F311, 0x1F319), *range(0x1F170, 0x1F252),
                     *range(0x1F500, 0x1F506), *range(0x1F519, 0x1F525),
                     *range(0x1F550, 0x1F568))}


def may_flip(key):
    flags = range(0x1F1E6, 0x1F200)
    return not (key[0] in DIRECTIONAL or ord(key[0]) in flags or "\u20e3" in key)


def as_webp(rgba):
    out = io.BytesIO()
    Image.fromarray(rgba).save(out, "WEBP", quality=QUALITY, method=4)
    return out.getvalue()


def of_webp(content):
    with Image.open(io.BytesIO(content)) as picture:
        return np.asarray(picture.convert("RGBA"))


def packed(tiles):
    """uint8 [N,S,S] in TONES tones, compressed, as uint8 [bytes]; `unpacked` is its inverse."""
    steps = TONES - 1
    tones = ((tiles.astype(np.uint16) * steps + 127) // 255).astype(np.uint8)
    return np.frombuffer(lzma.compress(tones.tobytes()), np.uint8)


def unpacked(content, side):
    tones = np.frombuffer(lzma.decompress(content.tobytes()), np.uint8)
    return (tones.astype(np.uint16) * 255 // (TONES - 1)).astype(np.uint8).reshape(-1, side, side)


def joined(contents):
    """A list of bytes as one array and its offsets."""
    offsets = np.cumsum([0] + [len(c) for c in contents]).astype(np.int64)
    return np.frombuffer(b"".join(contents), np.uint8), offsets


def parted(array, offsets):
    content = array.tobytes()
    return [content[a:b] for a, b in zip(offsets[:-1], offsets[1:])]


class Texts:
    """All texts once, by number, and the lists of them that concepts have."""

    def __init__(self):
        self.number = {}
        self.lists = []  # of each concept: {group: [text numbers]}

    def number_of(self, text):
        text = tokenizer.normalise(text).replace("\n", " ").strip()
        return self.number.setdefault(text, len(self.number))

    def add(self, concept):
        """concept: {group: [texts]} -> its number"""
        self.lists.append({g: list(dict.fromkeys(self.number_of(t) for t in concept.get(g, [])
                                                 if t.strip())) for g in GROUPS})
        return len(self.lists) - 1


def group_of(language):
    if language in ("en", "ja"):
        return language
    return "major" if language in MAJOR else "minor"


def concept_of_emoji(entry, toned):
    """The texts of an emoji by group; of those with a skin tone only the larger languages."""
    out = collections.defaultdict(list)
    for language, (name, keywords) in sorted(entry.items()):
        group = group_of(language)
        if toned and group == "minor":
            continue
        if name:
            out[group + "_name"].append(name)
        out[group + "_word"] += keywords
    return out


def concept_of_words(by_language, translations):
    """Of pictures that are named by words: the first is the name, others are keywords. What is
    called as an emoji is gets that emoji's Japanese name, too."""
    out = collections.defaultdict(list)
    for language, texts in sorted(by_language.items()):
        group = group_of(language)
        out[group + "_name"] += texts[:1]
        out[group + "_word"] += texts[1:]
    for text in by_language.get("en", []):
        out["ja_word"] += translations.get(text, [])
    return out


def gather_drawings(annotations, texts):
    """Yields (drawing, concept number)."""
    translations = {}
    for entry in annotations.values():
        english, japanese = entry.get("en", (None, []))[0], entry.get("ja", (None, []))[0]
        if english and japanese:
            translations.setdefault(english.lower(), []).append(japanese)
    keys = [k for k in sorted(annotations) if words.is_pictograph(k)]
    numbers = {}  # of concepts: of an emoji, or of a logo
    sources = {"noto": pictures.noto(keys), "symbola": pictures.symbola(keys),
               "blobmoji": pictures.blobmoji(), "fluent": pictures.fluent(),
               "korean": pictures.korean(), "clipart": pictures.clip_art(),
               "tuxpaint": pictures.tux_paint(), "logos": logos.logos()}
    for name, source in sources.items():
        count = 0
        for drawing in source:
            if drawing.source == "logos":
                # An apple that is a logo is not called a fruit.
                own = ("logo", drawing.name)
                if own not in numbers:
                    numbers[own] = texts.add(concept_of_words(drawing.words, {}))
                concept = numbers[own]
            elif drawing.key is None:
                concept = texts.add(concept_of_words(drawing.words, translations))
            elif drawing.key not in annotations:
                continue
            else:
                if drawing.key not in numbers:
                    toned = bool(pictures.SKIN_TONES & set(drawing.key))
                    numbers[drawing.key] = texts.add(
                        concept_of_emoji(annotations[drawing.key], toned))
                concept = numbers[drawing.key]
            count += 1
            yield drawing, concept
        print(f"{name}: {count} pictures", flush=True)


def write_drawings(cache, annotations, texts):
    rows = list(gather_drawings(annotations, texts))
    content, offsets = joined(list(pictures.in_parallel(as_webp, [d.rgba for d, _ in rows])))
    keys = [d.key or "" for d, _ in rows]
    np.savez_compressed(
        cache / "drawings.npz", content=content, offsets=offsets,
             source=np.array([d.source for d, _ in rows]), key=np.array(keys),
             concept=np.array([c for _, c in rows], np.int32),
             toned=np.array([bool(pictures.SKIN_TONES & set(k)) for k in keys]),
             flip=np.array([not k or may_flip(k) for k in keys]) &
             np.array([d.source not in WRITTEN for d, _ in rows]))
    return {d.key: c for d, c in rows if d.key}


def write_stamps(cache):
    rows = [r for r in pictures.stamps() if r[2].shape[:2] == (STAMP_SIDE, STAMP_SIDE)]
    if not rows:
        return
    rgba = np.stack([r[2] for r in rows])
    alpha = rgba[..., 3].astype(np.float32)
    weight = alpha.sum(axis=(1, 2)).clip(min=1)[:, None]
    colour = (rgba[..., :3] * alpha[..., None]).sum(axis=(1, 2)) / weight
    np.savez_compressed(
        cache / "stamps.npz", alpha=packed(rgba[..., 3]), colour=colour.astype(np.uint8),
        reading=np.array([r[0] or "" for r in rows]), name=np.array([r[1] for r in rows]))
    print(f"stamps: {len(rows)}", flush=True)


def is_common(character, count):
    return count >= RARE or not 0x3400 <= ord(character) <= 0x9FFF


def write_strings(cache, annotations, concept_of, seed):
    """Strings that stamps are drawn of, and the glyphs for them."""
    rng = np.random.default_rng(seed)
    found = words.strings(rng, annotations, sorted(concept_of))
    counts = collections.Counter(c for w in found for c in set(w.surface))
    known = sorted(c for c, n in counts.items() if is_common(c, n) and c != " ")
    tiles, advances, index, weights = glyphs.build(known)
    drawn = {c for place, c in enumerate(known) if (index[:, place] >= 0).any()} | {" "}
    found = [w for w in found if set(w.surface) <= drawn]
    lines = "\n".join(f"{w.surface}\t{w.reading or ''}\t{w.cut}\t"
                      f"{concept_of[w.key] if w.key else -1}" for w in found)
    (cache / "strings.xz").write_bytes(lzma.compress(lines.encode()))
    np.savez_compressed(cache / "glyphs.npz", tiles=packed(tiles), advances=advances, index=index,
                        weights=weights, characters=np.array(known))
    print(f"strings: {len(found)} of {len(known)} characters; {len(tiles)} glyphs of "
          f"{len(weights)} fonts", flush=True)


def write_texts(cache, texts):
    (cache / "texts.xz").write_bytes(lzma.compress("\n".join(texts.number).encode()))
    arrays = {}
    for group in GROUPS:
        lists = [c[group] for c in texts.lists]
        arrays[group] = np.array([n for row in lists for n in row], np.int32)
        arrays[group + "_offsets"] = np.cumsum([0] + [len(row) for row in lists]).astype(np.int64)
    np.savez_compressed(cache / "concepts.npz", **arrays)
    print(f"texts: {len(texts.number)} of {len(texts.lists)} concepts", flush=True)


def gather(cache, seed):
    cache.mkdir(parents=True, exist_ok=True)
    # Written last: what is gathered in part, or beside the rest of another time, is not trained on.
    about = cache / "about.json"
    about.unlink(missing_ok=True)
    (cache / "stamps.npz").unlink(missing_ok=True)
    annotations = words.read_annotations()
    texts = Texts()
    concept_of = write_drawings(cache, annotations, texts)
    write_stamps(cache)
    write_strings(cache, annotations, concept_of, seed)
    write_texts(cache, texts)
    new = cache / "about.new"
    new.write_text(json.dumps({"seed": seed, "format": FORMAT}))
    new.replace(about)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--cache", type=pathlib.Path, default=CACHE)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    gather(options.cache, options.seed)


if __name__ == "__main__":
    main()
