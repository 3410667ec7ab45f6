#!/usr/bin/python3
"""The training data: pictures from the Noto Color Emoji font, words from CLDR.

    data.py [--cache build/train]      renders and reads everything once, into the cache

Needs fonts-noto-color-emoji and unicode-cldr-core; nothing is downloaded.
"""
import argparse
import collections
import json
import pathlib
import xml.etree.ElementTree as ElementTree

import numpy as np
from PIL import Image, ImageDraw, ImageFont

import tokenizer

FONT = "/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf"
FONT_SIZE = 109  # the only strike of the font: 136 x 128 pixels
CLDR = pathlib.Path("/usr/share/unicode/cldr/common")
CACHE = pathlib.Path(__file__).resolve().parents[2] / "build" / "train"
SIDE = 96  # of the stored pictures
SKIN_TONES = {chr(c) for c in range(0x1F3FB, 0x1F400)}
INHERITED = "↑↑↑"  # CLDR's mark for "as in the parent language"
MAJOR = {"ko", "zh", "zh_Hant", "de", "fr", "es", "pt", "it", "ru"}


def read_annotations():
    """{emoji: {language: (name or None, [keywords])}} without skin-tone variants."""
    found = collections.defaultdict(dict)
    for folder in ("annotations", "annotationsDerived"):
        for path in sorted((CLDR / folder).glob("*.xml")):
            language = path.stem
            for node in ElementTree.parse(path).getroot().iter("annotation"):
                emoji = node.get("cp")
                text = (node.text or "").strip()
                if SKIN_TONES & set(emoji) or not text or INHERITED in text:
                    continue
                name, keywords = found[emoji].get(language, (None, []))
                if node.get("type") == "tts":
                    name = text
                else:
                    keywords = [k.strip() for k in text.split("|") if k.strip()]
                found[emoji][language] = (name, keywords)
    return found


def render(font, emoji):
    """The picture as RGBA in the middle of a transparent square, or None if the font has none."""
    canvas = Image.new("RGBA", (300, 160), (0, 0, 0, 0))
    ImageDraw.Draw(canvas).text((10, 10), emoji, font=font, embedded_color=True)
    box = canvas.getbbox()
    # A sequence that the font does not know is drawn as several pictures, an unknown character as
    # nothing or as an outlined box, which has no colour.
    if box is None or box[2] - box[0] > 140 or max(box[2] - box[0], box[3] - box[1]) < 60:
        return None
    return canvas.crop(box)


def squared(picture, side):
    """Pads to a square with a narrow margin and scales, with the colours premultiplied by alpha."""
    longer = max(picture.size)
    out = Image.new("RGBA", (longer, longer), (0, 0, 0, 0))
    out.paste(picture, ((longer - picture.width) // 2, (longer - picture.height) // 2))
    return out.convert("RGBa").resize((side, side), Image.BICUBIC)


def as_shown(emoji):
    """With U+FE0F where a lone character would otherwise be text."""
    return emoji if len(emoji) > 1 or ord(emoji) >= 0x1F000 else emoji + "\ufe0f"


def is_pictograph(emoji):
    return not (len(emoji) == 1 and emoji.isascii())


def build(cache):
    annotations = read_annotations()
    font = ImageFont.truetype(FONT, FONT_SIZE)
    missing = render(font, "\U0010fff0")
    missing = missing.tobytes() if missing else None
    emojis, pictures, twins, texts = [], [], [], []
    first_of = {}
    for emoji in sorted(annotations):
        if not is_pictograph(emoji):
            continue
        picture = render(font, as_shown(emoji))
        if picture is None or picture.tobytes() == missing:
            continue
        twins.append(first_of.setdefault(picture.tobytes(), len(emojis)))
        emojis.append(emoji)
        pictures.append(np.asarray(squared(picture, SIDE)))
        texts.append({lang: {"name": name, "keywords": keywords}
                      for lang, (name, keywords) in sorted(annotations[emoji].items())})
    cache.mkdir(parents=True, exist_ok=True)
    np.savez(cache / "pictures.npz", pictures=np.stack(pictures), twins=np.array(twins))
    (cache / "texts.json").write_text(
        json.dumps({"emojis": emojis, "texts": texts}, ensure_ascii=False))
    print(f"{len(emojis)} pictures, {len(set(twins))} distinct, "
          f"{len({lang for t in texts for lang in t})} languages")


class Texts:
    """Draws texts for emoji, and knows which emoji a text describes."""

    def __init__(self, cache=CACHE):
        stored = json.loads((cache / "texts.json").read_text())
        self.emojis = stored["emojis"]
        self.by_emoji = stored["texts"]
        self._tokens = {}
        self._described_by = collections.defaultdict(set)
        for emoji, entry in enumerate(self.by_emoji):
            for text in self._all_texts(entry):
                self._described_by[text].add(emoji)
        self._other = [self._other_languages(entry) for entry in self.by_emoji]

    @staticmethod
    def _all_texts(entry):
        out = set()
        for part in entry.values():
            out.update(tokenizer.normalise(k) for k in part["keywords"])
            if part["name"]:
                out.add(tokenizer.normalise(part["name"]))
        return out

    @staticmethod
    def _other_languages(entry):
        languages = [lang for lang in entry if lang not in ("en", "ja")]
        weights = np.array([8.0 if lang in MAJOR else 1.0 for lang in languages])
        return languages, weights / max(weights.sum(), 1.0)

    def draw(self, rng, emoji, language):
        """A list of one name, or of one or several keywords; `language` None: neither en nor ja."""
        entry = self.by_emoji[emoji]
        if language is None or language not in entry:
            languages, weights = self._other[emoji]
            language = languages[rng.choice(len(languages), p=weights)] if languages else "en"
        part = entry[language]
        keywords = part["keywords"]
        if part["name"] and (not keywords or rng.random() < 0.6):
            return [part["name"]]
        if not keywords:
            return [part["name"]]
        count = 1 if rng.random() < 0.7 else min(len(keywords), int(rng.integers(2, 4)))
        return [keywords[i] for i in rng.permutation(len(keywords))[:count]]

    def described_by(self, parts):
        """The set of the emoji that have all `parts` among their texts."""
        return set.intersection(*(self._described_by[tokenizer.normalise(p)] for p in parts))

    def tokens(self, parts):
        """Ids of the parts joined by spaces."""
        ids = []
        for part in parts:
            if part not in self._tokens:
                self._tokens[part] = tokenizer.encode(part)
            ids += self._tokens[part]
        return ids[:tokenizer.MAX_TOKENS]


def load_pictures(cache=CACHE):
    """(uint8 [N, SIDE, SIDE, 4] premultiplied, int [N] the first emoji with the same picture)"""
    stored = np.load(cache / "pictures.npz")
    return stored["pictures"], stored["twins"]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--cache", type=pathlib.Path, default=CACHE)
    build(parser.parse_args().cache)
