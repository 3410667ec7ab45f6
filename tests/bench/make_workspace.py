#!/usr/bin/python3
"""Fills a folder with emoji for the benchmarks, and another with further ones to look for.

    tests/bench/make_workspace.py OUT [--emoji 5000]

OUT/emoji gets the given number of pictures, OUT/uploads up to 300 others. Taken by turns from the
collections in the folder that EMOJISCOPE_SHARED names; without it, from the sample workspace, which
has fewer than 5,000. Where the collections do not reach, copies at three quarters of the size follow.
"""
import argparse
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tarfile
import tempfile

from PIL import Image

COLLECTIONS = ["workspace-dev", "blobmoji", "stamps-dev", "fluent", "korean", "stamps-train"]
UPLOADS = 300
SUFFIXES = {".png", ".gif", ".jpg", ".jpeg", ".webp"}
SAMPLE_SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "deploy/make-sample-workspace.py"


def pictures_in(folder):
    return sorted(p for p in folder.rglob("*") if p.is_file() and p.suffix.lower() in SUFFIXES)


def take_by_turns(collections, wanted):
    """The same share of each collection, as far as it reaches."""
    taken = []
    left = [list(c) for c in collections]
    while len(taken) < wanted and any(left):
        for pictures in left:
            if pictures and len(taken) < wanted:
                taken.append(pictures.pop())
    return taken


def smaller_copy(picture, target):
    with Image.open(picture) as image:
        still = image.convert("RGBA")
        still.resize([max(1, side * 3 // 4) for side in still.size]).save(target)


def collections_in(shared, work):
    for name in COLLECTIONS:
        tar = shared / "emoji" / f"{name}.tar"
        if tar.exists():
            with tarfile.open(tar) as archive:
                archive.extractall(work / name)
            yield pictures_in(work / name)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--emoji", type=int, default=5000)
    arguments = parser.parse_args()
    shared = os.environ.get("EMOJISCOPE_SHARED")
    with tempfile.TemporaryDirectory() as temporary:
        work = pathlib.Path(temporary)
        if shared and (pathlib.Path(shared) / "emoji").is_dir():
            collections = list(collections_in(pathlib.Path(shared), work))
        else:
            print("EMOJISCOPE_SHARED names no emoji: the sample workspace is taken", file=sys.stderr)
            subprocess.run([SAMPLE_SCRIPT, work / "sample", "--pictures", "5000"], check=True)
            collections = [pictures_in(work / "sample")]
        shuffler = random.Random(1)
        for pictures in collections:
            shuffler.shuffle(pictures)
        uploads = min(UPLOADS, sum(map(len, collections)) // 10)
        taken = take_by_turns(collections, arguments.emoji + uploads)
        shuffler.shuffle(taken)
        for folder, pictures in (("uploads", taken[:uploads]), ("emoji", taken[uploads:])):
            target = arguments.out / folder
            shutil.rmtree(target, ignore_errors=True)
            target.mkdir(parents=True)
            for i, picture in enumerate(pictures):
                shutil.copy(picture, target / f"{i:05d}_{picture.name}")
        missing = arguments.emoji + uploads - len(taken)
        for i, picture in enumerate(taken[uploads:][:missing]):
            smaller_copy(picture, arguments.out / "emoji" / f"copy_{i:05d}_{picture.stem}.png")
        print(f"{arguments.emoji} emoji and {uploads} uploads in {arguments.out}")


if __name__ == "__main__":
    main()
