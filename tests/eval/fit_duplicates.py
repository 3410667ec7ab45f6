#!/usr/bin/python3
"""Fits the logistic model of same_image_probability (src/image/sketch_comparison.cpp).

    duplicate_features SETS/stamps-train > stamps-train.tsv     (and so on)
    fit_duplicates.py --fit stamps-train.tsv fluent.tsv korean.tsv --score stamps-dev.tsv …

Learns from the --fit files which differences a copy may show, and prints the weights as they stand
in the source; then, for every file, the share of each class that would raise an alert. No
weight is above zero: a larger difference never makes a copy more likely.
"""

import argparse
import csv
import sys
from pathlib import Path

import numpy as np

FEATURES = [
    "unexplained_luma",
    "unexplained_chroma",
    "mean_unexplained",
    "rms",
    "block_colour",
    "window_structure",
    "lost_ink",
    "stretch",
    "rescale",
    "mark",
]
# A feature counts by how far it lies above the first number, and says no more beyond the second.
RANGES = np.array([
    (0.10, 0.5),
    (0.02, 0.5),
    (0.00, 0.1),
    (0.02, 0.3),
    (0.04, 0.3),
    (0.50, 8.0),
    (0.05, 0.5),
    (0.05, 0.5),
    (0.10, 1.0),
    (0.34, 1.34),
])
# Weights are held at or below these. What the sets hardly show, but the policy says, stands here:
# one more stroke on black and white, and a drawing of which a third is gone, are no copies.
# `mark` was set after the others, which were kept: at the smallest number that costs no class of
# the fitted sets one copy in two hundred.
LARGEST_WEIGHTS = np.array([-10.0, 0, 0, 0, 0, 0, -15.0, -5.0, -5.0, -40.0])
# Of Unicode's pictures: the parts of a sequence by which the same person has other hair.
PERSON_PARTS = {"1f468", "1f469", "1f9d1", "2640", "2642", "200d", "fe0f"}


def read(path: str) -> list[dict]:
    with open(path, encoding="utf-8") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def vector(row: dict) -> np.ndarray:
    row["mark"] = (float(row["spot"]) * float(row["window_structure"])) ** 0.5
    values = np.array([float(row[name]) for name in FEATURES])
    return np.clip(values, RANGES[:, 0], RANGES[:, 1]) - RANGES[:, 0]


def comparable(row: dict) -> bool:
    return row["found"] == "1" and row["still_of"] == "0"


def same_person(row: dict) -> bool:
    def rest(name: str) -> list[str]:
        parts = name.removeprefix("emoji_u").replace("_", "-").split("-")
        return [part for part in parts if part not in PERSON_PARTS]
    return rest(row["name"]) == rest(row["other"])


def same_speed(row: dict) -> bool:
    a, b = int(row["duration"]), int(row["other_duration"])
    return max(a, b) <= 2 * min(a, b) or row["animated"] == "0"


def examples(rows: list[dict], same_picture: set[frozenset]) -> tuple[np.ndarray, np.ndarray]:
    """Copies of their originals are positive; other pictures, and what the policy calls no
    duplicate (mirror, recolour), negative."""
    x, y = [], []
    for row in rows:
        if not comparable(row) or row["same_pixels"] == "1":
            continue
        if row["expect"] == "same_image":
            if row["other"] == row["original"]:
                x.append(vector(row))
                y.append(1)
        elif row["class"] in ("clean", "mirror", "recolour", "gif_reversed"):
            known = frozenset((row["name"], row["other"])) in same_picture
            if not known and not (row["class"] == "clean" and same_person(row)):
                x.append(vector(row))
                y.append(0)
    return np.array(x), np.array(y)


def fit(x: np.ndarray, y: np.ndarray, negative_weight: float) -> tuple[np.ndarray, float]:
    """Projected gradient descent (Adam's step) on the weighted logistic loss, with a little L2."""
    scale = x.std(axis=0) + 1e-9
    z = x / scale
    sample = np.where(y == 1, 1.0 / (y == 1).sum(), negative_weight / (y == 0).sum())
    most = LARGEST_WEIGHTS * scale
    weights, bias = most - 1, 3.0
    first, second = np.zeros(len(weights) + 1), np.zeros(len(weights) + 1)
    for step in range(1, 6001):
        p = 1 / (1 + np.exp(-np.clip(z @ weights + bias, -30, 30)))
        error = (p - y) * sample
        gradient = np.append(z.T @ error + 1e-5 * weights, error.sum())
        first = 0.9 * first + 0.1 * gradient
        second = 0.999 * second + 0.001 * gradient**2
        change = 0.03 * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-12)
        weights = np.minimum(weights - change[:-1], most)
        bias -= change[-1]
    return weights / scale, bias


def report(name: str, rows: list[dict], weights: np.ndarray, bias: float, threshold: float) -> None:
    best: dict[str, float] = {}
    right: dict[str, bool] = {}
    kinds: dict[str, tuple[str, str]] = {}
    for row in rows:
        upload = row["name"]
        kinds[upload] = (row["class"], row["expect"])
        score = -99.0
        if row["same_pixels"] == "1":
            score = 99.0
        elif comparable(row) and same_speed(row):
            score = float(vector(row) @ weights + bias)
        if row["class"] == "clean" and row["same_pixels"] == "1":
            score = -99.0
        best[upload] = max(best.get(upload, -99.0), score)
        if row["other"] == row["original"]:
            right[upload] = score >= threshold
    by_class: dict[tuple[str, str], list[str]] = {}
    for upload, kind in kinds.items():
        by_class.setdefault(kind, []).append(upload)
    print(f"{name}:")
    for (kind, expect), uploads in sorted(by_class.items(), key=lambda item: item[0][::-1]):
        alerts = np.mean([best[upload] >= threshold for upload in uploads])
        named = np.mean([right.get(upload, False) for upload in uploads])
        print(f"  {expect:10s} {kind:22s} {len(uploads):5d}  alert {alerts:7.4f}"
              + (f"  original found {named:7.4f}" if expect != "none" else ""))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--fit", nargs="+", required=True)
    parser.add_argument("--score", nargs="*", default=[])
    parser.add_argument("--same-picture", default=str(Path(__file__).with_name("same_pictures.tsv")),
                        help="pairs of clean emoji judged the same picture by eye: name, name, why")
    parser.add_argument("--negative-weight", type=float, default=1.0)
    arguments = parser.parse_args()
    same_picture = set()
    if Path(arguments.same_picture).exists():
        for line in Path(arguments.same_picture).read_text(encoding="utf-8").splitlines():
            if line and not line.startswith("#"):
                same_picture.add(frozenset(line.split("\t")[:2]))
    sets = {path: read(path) for path in arguments.fit + arguments.score}
    parts = [examples(sets[path], same_picture) for path in arguments.fit]
    x = np.vstack([part[0] for part in parts])
    y = np.concatenate([part[1] for part in parts])
    weights, bias = fit(x, y, arguments.negative_weight)
    print(f"{int((y == 1).sum())} copies, {int((y == 0).sum())} other pairs")
    print(f"bias {bias:.4f}")
    for name, weight, (low, high) in zip(FEATURES, weights, RANGES):
        print(f"{name:20s} {weight:10.4f}  from {low} to {high}")
    for path in arguments.fit + arguments.score:
        report(path, sets[path], weights, bias, 0.0)
    return 0


if __name__ == "__main__":
    sys.exit(main())
