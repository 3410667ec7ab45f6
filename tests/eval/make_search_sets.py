#!/usr/bin/python3
"""Builds the labelled sets of the search evaluation from the folder that EMOJISCOPE_SHARED names.

    tests/eval/make_search_sets.py OUT

Each OUT/SET has `pictures` (to be imported) and queries.jsonl. Sets: stamps-train (a tenth, names
hidden), stamps-hidden and stamps-visible (stamps-dev), blobmoji-hidden and blobmoji-half (names from CLDR), workspace. Every
stratum comes twice, tuned on (`/tune`) and reported (`/report`), split by a hash of the name.
"""
import argparse
import hashlib
import json
import os
import pathlib
import random
import re
import sys
import tarfile
import xml.etree.ElementTree as ElementTree

CLDR = pathlib.Path("/usr/share/unicode/cldr/common")
IPADIC = pathlib.Path("/usr/share/mecab/dic/ipadic")
# Queries that no emoji answers: things that nobody draws, and (gibberish()) what says nothing.
NO_ANSWER = [
    "quantum entropy theorem", "municipal tax declaration form", "photosynthesis equation", "heliocentric",
    "xylophonist guild", "amortised depreciation schedule", "subpoena deadline", "epistemology seminar",
    "polymorphic type inference", "Habsburg succession", "isotope half-life table", "collateralised debt obligation",
    "zoning ordinance appeal", "thermodynamic equilibrium", "Gregorian calendar reform", "escrow agreement",
    "vestigial organ", "mezzanine financing", "orthogonal basis", "bicameral legislature", "stochastic gradient",
    "tectonic subduction", "parliamentary procedure", "cosine similarity threshold", "marginal propensity",
    "Lagrange multiplier", "Byzantine fault tolerance", "hermeneutics", "actuarial reserve", "customs tariff code",
    "第二次産業革命の経済史", "固定資産税の納税通知書", "ヘモグロビン値", "減価償却費の計算", "量子もつれの観測",
    "議院内閣制", "有価証券報告書", "母集団の分散", "源泉徴収票の再発行", "地方自治法改正", "形而上学", "連立方程式の解法",
    "酸化還元反応", "不動産登記簿謄本", "確率微分方程式", "遺伝子組換え作物", "債務不履行", "弁証法的唯物論",
    "公正取引委員会", "損益分岐点分析",
]


def half_of(name):
    return "report" if hashlib.sha256(name.encode()).digest()[0] % 2 else "tune"


def to_katakana(text):
    return "".join(chr(ord(c) + 0x60) if "ぁ" <= c <= "ゖ" else c for c in text)


HEPBURN = dict(zip(
    "あいうえおかきくけこさしすせそたちつてとなにぬねのはひふへほまみむめもやゆよらりるれろわをん"
    "がぎぐげござじずぜぞだぢづでどばびぶべぼぱぴぷぺぽぁぃぅぇぉゔー",
    "a i u e o ka ki ku ke ko sa shi su se so ta chi tsu te to na ni nu ne no ha hi fu he ho ma mi mu me mo ya yu yo "
    "ra ri ru re ro wa o n ga gi gu ge go za ji zu ze zo da ji zu de do ba bi bu be bo pa pi pu pe po a i u e o vu -".split()))


def to_hepburn(kana):
    out = []
    i = 0
    double = False
    while i < len(kana):
        c = kana[i]
        if c == "っ":
            double = True
            i += 1
            continue
        syllable = HEPBURN.get(c)
        if syllable is None:
            return None
        if i + 1 < len(kana) and kana[i + 1] in "ゃゅょ":
            vowel = {"ゃ": "a", "ゅ": "u", "ょ": "o"}[kana[i + 1]]
            syllable = syllable[:-1] + ("" if syllable[:-1] in ("sh", "ch", "j") else "y") + vowel
            i += 1
        if syllable == "-":
            out.append(out[-1][-1] if out else "")
        else:
            if double:
                out.append("t" if syllable.startswith("ch") else syllable[0])
                double = False
            out.append(syllable)
        i += 1
    return "".join(out)


def gibberish():
    """Letters and kana at random, the same each time."""
    shuffler = random.Random(5)
    for _ in range(25):
        yield "".join(shuffler.choice("bcdfghjklmnpqrstvwxz") for _ in range(shuffler.randrange(5, 10)))
    for _ in range(25):
        yield "".join(shuffler.choice("ぬゑゐぢづぺぷぞべむへゆれろぜげぽぎをぶ") for _ in range(shuffler.randrange(5, 9)))


def kanji_of_readings():
    """For each reading in hiragana the likeliest word with kanji that is read so (IPADIC), of two characters or more."""
    best = {}
    for file in sorted(IPADIC.glob("*.csv")):
        if file.stem in ("Noun.name", "Noun.place", "Noun.org", "Symbol"):
            continue
        for line in file.read_text(encoding="euc_jp").splitlines():
            fields = line.split(",")
            surface, cost, reading = fields[0], int(fields[3]), fields[11]
            if re.fullmatch("[ぁ-ん]*[\u4e00-\u9fff][ぁ-ん\u4e00-\u9fff]*", surface) and len(surface) > 1:
                key = "".join(chr(ord(c) - 0x60) if "ァ" <= c <= "ヶ" else c for c in reading)
                if key not in best or cost < best[key][0]:
                    best[key] = (cost, surface)
    return {reading: surface for reading, (_, surface) in best.items()}


class Set:
    def __init__(self, folder):
        self.folder = folder
        (folder / "pictures").mkdir(parents=True, exist_ok=True)
        self.lines = []

    def picture(self, archive, member, name):
        suffix = pathlib.Path(member).suffix
        data = archive.extractfile(member).read()
        (self.folder / "pictures" / f"{name}{suffix}").write_bytes(data)

    def query(self, text, stratum, relevant, key):
        self.lines.append({"query": text, "stratum": f"{stratum}/{half_of(key)}", "relevant": relevant})

    def save(self):
        for text in NO_ANSWER:
            self.query(text, "no answer, remote", [], text)
        for text in gibberish():
            self.query(text, "no answer, gibberish", [], text)
        text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in self.lines)
        (self.folder / "queries.jsonl").write_text(text, encoding="utf-8")
        print(f"{self.folder}: {len(self.lines)} queries")


def stamp_sample(shared, out):
    """A tenth of stamps-train, names hidden: to tune on."""
    labels = [json.loads(line) for line in open(shared / "stamps-train.labels.jsonl", encoding="utf-8")]
    readings = {label["file"]: label["reading"] for label in labels}
    made = Set(out / "stamps-train")
    relevant = {}
    with tarfile.open(shared / "stamps-train.tar") as archive:
        members = {pathlib.Path(m.name).name: m for m in archive.getmembers() if m.isfile()}
        files = [f for f in sorted(readings) if hashlib.sha256(f.encode()).digest()[0] < 26 and f in members]
        for i, file in enumerate(files):
            made.picture(archive, members[file].name, f"{i:05d}")
            relevant.setdefault(readings[file], []).append(f"{i:05d}")
    for reading, names in relevant.items():
        made.query(reading, "stamps hidden, kana", names, reading)
    made.save()


def stamps(shared, out):
    labels = [json.loads(line) for line in open(shared / "stamps-dev.labels.jsonl", encoding="utf-8")]
    readings = {label["file"]: label["reading"] for label in labels}
    hidden = Set(out / "stamps-hidden")
    visible = Set(out / "stamps-visible")
    kanji = kanji_of_readings()
    relevant = {}
    names = {}
    with tarfile.open(shared / "stamps-dev.tar") as archive:
        members = sorted(m.name for m in archive.getmembers() if m.isfile() and m.name.endswith(".png"))
        for i, member in enumerate(members):
            file = pathlib.Path(member).name
            hidden.picture(archive, member, f"{i:05d}")
            visible.picture(archive, member, pathlib.Path(file).stem)
            if file in readings:
                names[file] = f"{i:05d}"
                relevant.setdefault(readings[file], []).append(file)
    for reading, files in relevant.items():
        key = files[0]
        hidden.query(reading, "stamps hidden, kana", [names[f] for f in files], key)
        stems = [pathlib.Path(f).stem for f in files]
        visible.query(reading, "stamps visible, hiragana", stems, key)
        visible.query(to_katakana(reading), "stamps visible, katakana", stems, key)
        visible.query(stems[0], "stamps visible, Kunrei", stems, key)
        hepburn = to_hepburn(reading)
        if hepburn:
            visible.query(hepburn, "stamps visible, Hepburn", stems, key)
        if reading in kanji:
            visible.query(kanji[reading], "stamps visible, kanji", stems, key)
    hidden.save()
    visible.save()


def cldr_names(language):
    names = {}
    for folder in ("annotations", "annotationsDerived"):
        tree = ElementTree.parse(CLDR / folder / f"{language}.xml")
        for annotation in tree.iter("annotation"):
            if annotation.get("type") == "tts":
                names[annotation.get("cp").replace("\ufe0f", "")] = annotation.text
    return names


def blobmoji(shared, out):
    english, japanese = cldr_names("en"), cldr_names("ja")
    hidden = Set(out / "blobmoji-hidden")
    half = Set(out / "blobmoji-half")
    with tarfile.open(shared / "blobmoji.tar") as archive:
        members = sorted(m.name for m in archive.getmembers() if m.isfile() and m.name.endswith(".png"))
        by_name = {}
        for i, member in enumerate(members):
            code = pathlib.Path(member).stem.removeprefix("emoji_u")
            emoji = "".join(chr(int(c, 16)) for c in code.split("_")).replace("\ufe0f", "")
            number = f"{i:05d}"
            hidden.picture(archive, member, number)
            en = english.get(emoji)
            shown = en and hashlib.sha256(code.encode()).digest()[1] % 2 == 0
            name = re.sub("[^a-z0-9]+", "_", en.lower()).strip("_") + f"_{i}" if shown else number
            half.picture(archive, member, name)
            skin = any(0x1F3FB <= ord(c) <= 0x1F3FF for c in emoji)
            if not skin:
                for language, words in (("en", en), ("ja", japanese.get(emoji))):
                    if words:
                        by_name.setdefault((language, words), []).append((number, name))
    for (language, words), pairs in by_name.items():
        hidden.query(words, f"blobmoji hidden, {language}", [p[0] for p in pairs], words)
        half.query(words, f"blobmoji half, {language}", [p[1] for p in pairs], words)
    hidden.save()
    half.save()


def typo_of(name, shuffler):
    i = shuffler.randrange(1, len(name) - 1)
    kind = shuffler.randrange(3)
    if kind == 0:
        return name[:i] + name[i + 1:]
    if kind == 1:
        return name[:i] + name[i + 1] + name[i] + name[i + 2:]
    return name[:i] + shuffler.choice("aeioutrsn") + name[i:]


def workspace(shared, out):
    shuffler = random.Random(1)
    made = Set(out / "workspace")
    with tarfile.open(shared / "workspace-dev.tar") as archive:
        members = sorted(m.name for m in archive.getmembers()
                         if m.isfile() and re.search(r"\.(png|gif|jpe?g|webp)$", m.name, re.I))
        names = []
        for member in members:
            name = pathlib.Path(member).stem
            if name not in names:
                made.picture(archive, member, name)
                names.append(name)
    lower = {name: name.lower() for name in names}
    for name in names:
        made.query(name, "workspace, exact name", [name], name)
        words = [w for w in re.split("[_-]+", lower[name]) if len(w) >= 4 and w.isalpha()]
        if len(words) >= 2:
            word = shuffler.choice(words)
            fitting = [n for n in names if word in re.split("[_-]+", lower[n])]
            made.query(word, "workspace, one word", fitting, name)
        plain = lower[name]
        if len(plain) >= 6 and re.fullmatch("[a-z_-]+", plain):
            made.query(typo_of(plain, shuffler), "workspace, one typo", [name], name)
    japanese = cldr_names("ja")
    english = cldr_names("en")
    for emoji, words in japanese.items():
        en = english.get(emoji, "").lower()
        if not re.fullmatch("[a-z]{3,}", en) or not words:
            continue
        fitting = [n for n in names if en in re.split("[_-]+", lower[n])]
        if fitting:
            made.query(words, "workspace, Japanese concept", fitting, words)
    made.save()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("out", type=pathlib.Path)
    arguments = parser.parse_args()
    shared = pathlib.Path(os.environ.get("EMOJISCOPE_SHARED", "")) / "emoji"
    if not shared.is_dir():
        sys.exit("make_search_sets.py: EMOJISCOPE_SHARED names no folder with emoji")
    stamp_sample(shared, arguments.out)
    stamps(shared, arguments.out)
    blobmoji(shared, arguments.out)
    workspace(shared, arguments.out)


if __name__ == "__main__":
    main()
