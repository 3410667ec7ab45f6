#!/usr/bin/python3
"""Makes concepts.gz, which tells what emoji are called in every language that CLDR has, and
short_names.txt, every name that Slack has for a standard emoji.

    models/concepts/build.py EMOJI_JSON

EMOJI_JSON is emoji.json of the npm package emoji-datasource, for Slack's short names. The rest comes
from the Debian package unicode-cldr-core. README.md beside this file describes the form.
"""
import collections
import gzip
import json
import math
import pathlib
import re
import sys
import unicodedata
import xml.etree.ElementTree as ElementTree

CLDR = pathlib.Path("/usr/share/unicode/cldr/common")
OUT = pathlib.Path(__file__).with_name("concepts.gz")
NAMES = pathlib.Path(__file__).with_name("short_names.txt")
SLACKS_OWN = ("simple_smile",)   # names that Slack has and emoji-datasource does not
NAMING_LANGUAGES = ("en", "ja")  # whose words are kept in full
MOST_EMOJI = 24                  # of one key
WEIGHT_OF_NAME = 1.0
WEIGHT_OF_KEYWORD = 0.85
SHARED_FREELY = 4              # emoji that may share a keyword before it says less of each
LEAST_WEIGHT = 0.12
OTHER_LANGUAGE = 0.85            # beside English and Japanese
FALSE_FRIEND = 0.4               # a word of another language that English or Japanese has, too
IGNORED = dict.fromkeys([0xFE0F, 0xFE0E, 0x200D, 0xAD, 0x200B, 0x200C, 0x2060])


def fold(text):
    """As fold_for_matching in src/core/text.cpp."""
    text = unicodedata.normalize("NFKC", text.translate(IGNORED))
    text = unicodedata.normalize("NFKC", text.casefold())
    text = re.sub(r"[\s_\-.':]", "", text)
    return "".join(chr(ord(c) - 0x60) if 0x30A1 <= ord(c) <= 0x30F6 else c for c in text)


def bare(emoji):
    return emoji.replace("\ufe0f", "")


def standard_emoji(path):
    """Slack's names by emoji, in Slack's order; skin tones left out."""
    names = {}
    for entry in sorted(json.load(open(path, encoding="utf-8")), key=lambda e: e["sort_order"]):
        emoji = "".join(chr(int(code, 16)) for code in entry["unified"].split("-"))
        names[bare(emoji)] = entry["short_names"]
    return names


def annotations(language, known):
    """(name, keywords) by emoji."""
    found = {}
    for folder in ("annotations", "annotationsDerived"):
        file = CLDR / folder / f"{language}.xml"
        if not file.exists():
            continue
        for node in ElementTree.parse(file).iter("annotation"):
            emoji = bare(node.get("cp"))
            text = (node.text or "").strip()
            if emoji not in known or not text or text == "↑↑↑":
                continue
            name, keywords = found.get(emoji, ("", []))
            if node.get("type") == "tts":
                name = text
            else:
                keywords = [word.strip() for word in text.split("|") if word.strip()]
            found[emoji] = (name, keywords)
    return found


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: build.py EMOJI_JSON")
    names = standard_emoji(sys.argv[1])
    all_names = sorted({name for some in names.values() for name in some} | set(SLACKS_OWN))
    NAMES.write_text("".join(name + "\n" for name in all_names), encoding="ascii")
    places = {emoji: i for i, emoji in enumerate(names)}
    languages = sorted(p.stem for p in (CLDR / "annotations").glob("*.xml"))
    languages = [l for l in languages if "_" not in l or l in ("zh_Hant", "pt_PT", "sr_Latn")]
    words = {language: annotations(language, names) for language in languages}

    # weights[key][emoji] by language family: the naming ones, then the others.
    ours, others = collections.defaultdict(dict), collections.defaultdict(dict)

    def note(table, key, emoji, weight):
        if key and len(key) <= 60:
            table[key][emoji] = max(weight, table[key].get(emoji, 0))

    for emoji, short_names in names.items():
        note(ours, fold(emoji), emoji, 1.0)
        for i, short_name in enumerate(short_names):
            note(ours, fold(short_name), emoji, 1.0 if i == 0 else 0.95)
    for language in languages:
        shared = collections.Counter(
            fold(word) for _, keywords in words[language].values() for word in keywords)
        table = ours if language in NAMING_LANGUAGES else others
        for emoji, (name, keywords) in words[language].items():
            note(table, fold(name), emoji, WEIGHT_OF_NAME)
            for word in keywords:
                key = fold(word)
                weight = WEIGHT_OF_KEYWORD / math.sqrt(max(1, shared[key] / SHARED_FREELY))
                note(table, key, emoji, max(LEAST_WEIGHT, weight))
    for key, weights in others.items():
        factor = FALSE_FRIEND if key in ours else OTHER_LANGUAGE
        for emoji, weight in weights.items():
            note(ours, key, emoji, weight * factor)

    lines = ["emojiscope concepts 1", str(len(names))]
    for emoji, short_names in names.items():
        columns = [emoji, short_names[0]]
        for language in NAMING_LANGUAGES:
            name, keywords = words[language].get(emoji, ("", []))
            ordered = [w for w in [name, *keywords] if w]
            columns.append("|".join(dict.fromkeys(ordered)))
        lines.append("\t".join(columns))
    keys = sorted(ours, key=lambda key: key.encode())
    lines.append(str(len(keys)))
    for key in keys:
        best = sorted(ours[key].items(), key=lambda item: (-item[1], places[item[0]]))[:MOST_EMOJI]
        lines.append(key + "\t" + " ".join(f"{places[e]}:{round(w * 100)}" for e, w in best))
    text = "\n".join(lines) + "\n"
    OUT.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    print(f"{len(names)} emoji, {len(keys)} keys in {len(languages)} languages, "
          f"{len(text.encode()) / 1e6:.1f} MB, {OUT.stat().st_size / 1e6:.1f} MB compressed")


if __name__ == "__main__":
    main()
