#!/usr/bin/env python3
"""Sets the embedding of pictures beside the article's pipeline (peer.py), in one run, in turns.

    tests/bench/embedding.py FOLDER_OF_PICTURES [--rounds N] [--count N] [--threads 1 2]

Over the stills among them (at most --count), decoding on both sides; each figure is the median of
the rounds. Then how far the reduced packages move an embedding from float32's. Run by
tests/bench/embedding.sh, which builds what it needs.
"""
import argparse
import os
import pathlib
import statistics
import subprocess
import sys

import numpy
from PIL import Image

ROOT = pathlib.Path(__file__).parents[2]
PROGRAM = ROOT / "build" / "release" / "bin" / "embed_files"
PEER = ROOT / "tests" / "bench" / "peer.py"
PRECISIONS = ("float32", "bfloat16", "int8")


def stills(folder, count):
    found = []
    for path in sorted(folder.rglob("*")):
        try:
            with Image.open(path) as picture:
                if getattr(picture, "n_frames", 1) == 1:
                    picture.load()
                    found.append(str(path))
        except (OSError, SyntaxError):
            continue  # no picture, or a damaged one
        if len(found) == count:
            break
    return found


def rate(*command):
    # OpenBLAS is to choose its kernels itself, for the CPU that it finds.
    environment = {name: value for name, value in os.environ.items()
                   if not name.startswith("OPENBLAS_")}
    done = subprocess.run([str(part) for part in command], stdout=subprocess.PIPE, text=True,
                          env=environment)
    if done.returncode != 0:
        raise SystemExit(f"{command[0]} ended with {done.returncode}")
    return float(done.stdout)


def cosines(one, other):
    return (one * other).sum(axis=1)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--packages", type=pathlib.Path, default=ROOT / "build" / "bench" / "clip")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--count", type=int, default=512)
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    options = parser.parse_args()
    files = stills(options.folder, options.count)
    if len(files) < 64:
        raise SystemExit(f"only {len(files)} stills in {options.folder}")
    work = options.packages
    listed = work / "files.txt"
    listed.write_text("\n".join(files) + "\n")
    print(f"{len(files)} pictures, {options.rounds} rounds")
    for threads in options.threads:
        rates = {name: [] for name in ("article", *PRECISIONS)}
        for _ in range(options.rounds):
            rates["article"].append(rate(sys.executable, PEER, work / "float32", threads, listed,
                                         work / "article.vectors"))
            for precision in PRECISIONS:
                rates[precision].append(rate(PROGRAM, work / precision, threads, listed, precision,
                                             work / f"{precision}.vectors"))
        for name, values in rates.items():
            ratios = [mine / theirs for mine, theirs in zip(values, rates["article"])]
            print(f"{threads} thread(s)  {name:9} {statistics.median(values):7.1f} pictures/s  "
                  f"{statistics.median(ratios):5.2f} x the article's pipeline "
                  f"({min(ratios):.2f} to {max(ratios):.2f})", flush=True)
    vectors = {name: numpy.fromfile(work / f"{name}.vectors", "<f4").reshape(len(files), -1)
               for name in ("article", *PRECISIONS)}
    for name in ("article", "bfloat16", "int8"):
        found = cosines(vectors[name], vectors["float32"])
        print(f"cosine of {name} to float32: mean {found.mean():.6f}, least {found.min():.6f}")


if __name__ == "__main__":
    main()
