#!/usr/bin/python3
"""Makes labelled streams of emoji uploads, on which duplicate detection is measured.

    make_duplicate_sets.py OUT_DIR [--shared DIR] [--per-class 600] [--seed 1] [--only COLLECTION]

DIR (or the environment variable EMOJISCOPE_SHARED) is the folder of test data with emoji/*.tar.
For each collection it writes below OUT_DIR/<collection>/:

    clean/*            the emoji as they are
    cases/<class>/*    altered copies of them, and pictures that only resemble them
    uploads.jsonl      one upload a line, in the order in which they happen:
                       name      unique in the stream
                       file      relative to the collection's folder
                       class     "clean", or what was done to the original
                       expect    "none", "identical", "same_image" or "near": the alert due
                       original  the name of the emoji that the case was made from, or null

A case always comes after its original, and after the second emoji where it is made of two. The
clean emoji all expect "none", although some collections hold a picture twice: the closing table
says how many. The same seed gives the same streams. Needs python3-pil and python3-numpy.
"""
import argparse
import collections
import itertools
import json
import os
import pathlib
import random
import shutil
import sys
import tarfile
import time
from typing import Iterable, Iterator, Optional

from duplicate_cases import (ANIMATED, CASE_CLASSES, CaseClass, Emoji, Job, LeftOut, Made, examine,
                             read_picture)

COLLECTIONS = ["stamps-train", "stamps-dev", "workspace-dev", "blobmoji", "fluent", "korean"]
SUFFIXES = {".png", ".gif", ".jpg", ".jpeg", ".webp"}

SAMPLED_COLLECTION = "stamps-train"
SAMPLE_SIZE = 3000
SAMPLE_NEIGHBOURS = 500  # stamps of the sample that surely have a neighbour of one kana in it

BLANK_SUFFIX = "_blank"  # of the classes of cases on which nothing is left to see


def is_kana(character: str) -> bool:
    return "ぁ" <= character <= "ゖ"


def kana_neighbours(readings: dict[str, str]) -> dict[str, list[str]]:
    """For each file the files whose reading differs from its own by exactly one kana."""
    by_gap: dict[tuple[str, str], list[str]] = collections.defaultdict(list)

    def gaps(reading: str) -> Iterator[tuple[str, str]]:
        if len(reading) > 1:
            for i, character in enumerate(reading):
                if is_kana(character):
                    yield reading[:i], reading[i + 1:]

    for file, reading in readings.items():
        for gap in gaps(reading):
            by_gap[gap].append(file)
    return {file: [other for gap in gaps(reading) for other in by_gap[gap]
                   if readings[other] != reading]
            for file, reading in readings.items()}


def sample_of_stamps(files: list[str], labels: pathlib.Path, seed: int) -> set[str]:
    known = set(files)
    with labels.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    readings = {row["file"]: row["reading"] for row in rows
                if row["file"] in known and row.get("reading")}
    dice = random.Random(f"{seed}/sample")
    neighbours = {file: found for file, found in kana_neighbours(readings).items() if found}
    sample: set[str] = set()
    for file in dice.sample(sorted(neighbours), min(SAMPLE_NEIGHBOURS, len(neighbours))):
        sample |= {file, dice.choice(neighbours[file])}
    rest = sorted(known - sample)
    return sample | set(dice.sample(rest, min(len(rest), SAMPLE_SIZE - len(sample))))


def image_members(archive: tarfile.TarFile) -> dict[str, tarfile.TarInfo]:
    """By file name without folders, so that nothing can be unpacked elsewhere."""
    members = {pathlib.PurePosixPath(member.name).name: member
               for member in archive.getmembers() if member.isfile()}
    return {name: member for name, member in members.items()
            if pathlib.PurePosixPath(name).suffix.lower() in SUFFIXES}


def unpack(tar: pathlib.Path, folder: pathlib.Path, seed: int) -> list[pathlib.Path]:
    folder.mkdir(parents=True)
    paths = []
    with tarfile.open(tar) as archive:
        members = image_members(archive)
        files = set(members)
        if tar.stem == SAMPLED_COLLECTION:
            files = sample_of_stamps(sorted(members), tar.with_suffix(".labels.jsonl"), seed)
        for file in sorted(files):
            path = folder / file
            path.write_bytes(archive.extractfile(members[file]).read())
            paths.append(path)
    return paths


def unique_name(wanted: str, taken: set[str]) -> str:
    name = wanted
    for number in itertools.count(2):
        if name not in taken:
            break
        name = f"{wanted}-{number}"
    taken.add(name)
    return name


class Stream:
    """The uploads of one collection, and what is written about them."""

    def __init__(self, folder: pathlib.Path, paths: list[pathlib.Path], seed: int) -> None:
        self.folder = folder
        self.seed = seed
        self.names: set[str] = set()
        self.emoji = [examine(unique_name(path.stem, self.names), path) for path in paths]
        self.dice("order").shuffle(self.emoji)
        self.place = {emoji.name: index for index, emoji in enumerate(self.emoji)}
        self.uploads: list[tuple[float, dict[str, Optional[str]]]] = []
        for index, emoji in enumerate(self.emoji):
            self.add(index, emoji.name, emoji.path, "clean", "none", None)

    def dice(self, purpose: str) -> random.Random:
        return random.Random(f"{self.seed}/{self.folder.name}/{purpose}")

    def add(self, place: float, name: str, path: pathlib.Path, class_name: str, expect: str,
            original: Optional[str]) -> None:
        self.uploads.append((place, {"name": name, "file": str(path.relative_to(self.folder)),
                                     "class": class_name, "expect": expect,
                                     "original": original}))

    def of_kind(self, kinds: Iterable[str]) -> list[Emoji]:
        return [emoji for emoji in self.emoji if emoji.kind in kinds]

    def repeated_pictures(self) -> int:
        return len(self.emoji) - len({emoji.pixels for emoji in self.emoji})

    def add_case(self, case: CaseClass, emoji: Emoji, made: Made, dice: random.Random) -> None:
        class_name = case.name + (BLANK_SUFFIX if made.blank else "")
        path = self.folder / "cases" / class_name / (emoji.name + made.suffix)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(made.data)
        earliest = max(self.place[source.name] for source in (emoji, made.partner) if source)
        self.add(dice.uniform(earliest, len(self.emoji)),
                 unique_name(f"{emoji.name}-{class_name}", self.names), path, class_name,
                 "none" if made.blank else case.expect, emoji.name)

    def add_class(self, case: CaseClass, limit: int) -> collections.Counter[str]:
        """Returns how often which reason kept an emoji out."""
        originals = self.of_kind(case.kinds)
        animations = self.of_kind(ANIMATED)
        self.dice(case.name).shuffle(originals)
        left_out: collections.Counter[str] = collections.Counter()
        count = 0
        for emoji in originals:
            if count == limit:
                break
            dice = self.dice(f"{case.name}/{emoji.name}")
            picture = read_picture(emoji.path.read_bytes())
            try:
                made = case.make(Job(emoji, picture, animations, dice))
            except LeftOut as reason:
                left_out[str(reason)] += 1
                continue
            self.add_case(case, emoji, made, dice)
            count += 1
        return left_out

    def write(self) -> None:
        self.uploads.sort(key=lambda upload: upload[0])
        with (self.folder / "uploads.jsonl").open("w", encoding="utf-8") as out:
            for _, upload in self.uploads:
                out.write(json.dumps(upload, ensure_ascii=False) + "\n")


def reasons_text(reasons: collections.Counter[str]) -> str:
    if not reasons:
        return ""
    return "left out: " + ", ".join(f"{n} {reason}" for reason, n in reasons.most_common())


def report(stream: Stream, left_out: dict[str, collections.Counter[str]], seconds: float) -> str:
    counts = collections.Counter(upload["class"] for _, upload in stream.uploads)
    kinds = collections.Counter(emoji.kind for emoji in stream.emoji)
    kinds_text = ", ".join(f"{n} {kind}" for kind, n in kinds.most_common())
    lines = [f"{stream.folder.name}: {len(stream.uploads)} uploads in {seconds:.0f} s",
             f"  {counts['clean']} clean: {kinds_text}; "
             f"{stream.repeated_pictures()} repeat another's pixels"]
    for case in CASE_CLASSES:
        note = reasons_text(left_out[case.name])
        if not stream.of_kind(case.kinds):
            note = "no such emoji"
        lines.append(f"  {case.name:20} {case.expect:10} {counts[case.name]:5}  {note}".rstrip())
        blank = case.name + BLANK_SUFFIX
        if blank in counts:
            lines.append(f"  {blank:20} {'none':10} {counts[blank]:5}")
    return "\n".join(lines)


def make_collection(tar: pathlib.Path, folder: pathlib.Path, per_class: int, seed: int) -> str:
    started = time.monotonic()
    for old in (folder / "clean", folder / "cases"):
        shutil.rmtree(old, ignore_errors=True)
    stream = Stream(folder, unpack(tar, folder / "clean", seed), seed)
    left_out = {case.name: stream.add_class(case, per_class) for case in CASE_CLASSES}
    stream.write()
    return report(stream, left_out, time.monotonic() - started)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out_dir", type=pathlib.Path)
    parser.add_argument("--shared", default=os.environ.get("EMOJISCOPE_SHARED", ""),
                        help="the folder of test data (default: $EMOJISCOPE_SHARED)")
    parser.add_argument("--per-class", type=int, default=600,
                        help="at most so many originals a class (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=COLLECTIONS, help="make only this collection")
    return parser.parse_args()


def main() -> None:
    arguments = parse_arguments()
    source = pathlib.Path(arguments.shared, "emoji")
    if not arguments.shared or not source.is_dir():
        sys.exit("no test data: name its folder by --shared or EMOJISCOPE_SHARED")
    reports = []
    for collection in [arguments.only] if arguments.only else COLLECTIONS:
        tar = source / f"{collection}.tar"
        if tar.is_file():
            reports.append(make_collection(tar, arguments.out_dir / collection,
                                           arguments.per_class, arguments.seed))
        else:
            reports.append(f"{collection}: skipped, {tar} is missing")
    print("\n".join(reports))


if __name__ == "__main__":
    main()
