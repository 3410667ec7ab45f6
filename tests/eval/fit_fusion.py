#!/usr/bin/python3
"""Learns the curves of src/search/fusion.cpp, and tells what they reach.

    tests/eval/fit_fusion.py [--fit] FEATURES.tsv...     written by search_features

Learns from the queries of the /tune halves (and of sets without halves), by the likelihood of what
is relevant under the noisy-or of the curves; every stratum weighs the same. Then prints recall and
refusals on both halves, for the curves learnt (--fit) or those of fusion.cpp.
"""
import argparse
import collections
import math
import sys

import numpy

# Those of fusion.cpp. text: most, slope, middle; concept: the same; image: most, and what is multiplied by deviations,
# added, multiplied by the query's coverage, and taken away by the logarithm of the number of pictures and by how surely
# there are words in the picture
CURVES = [0.99, 18, 0.91, 0.90, 9, 0.90, 0.98, 2.12, -7.6, 5, 1, 1.7]
# The labels of Blobmoji know one name for each picture and call every keyword wrong; without these bounds the curves would
# be steps that let no keyword and no misreading through.
STEEPEST = {1: 18, 4: 9}
# Not learnt: what the number of pictures counts (a picture's odds of being the one that is meant fall as their number grows;
# tests/data/queries, the only small workspace, agrees); what coverage counts (by likelihood 3.5; 5 refuses more of the queries
# without an answer and no more of the others); and the curve of
# concepts, since to Blobmoji's labels a keyword is a wrong answer (learnt, its middle would be 0.98, and no keyword shown
# without a 'perhaps').
FIXED = {3, 4, 5, 9, 10}
LEAST_SHOWN = 0.001
FEWEST = 100


def read(files):
    queries = []
    for file in files:
        rows = collections.OrderedDict()
        for line in open(file, encoding="utf-8"):
            f = line.rstrip("\n").split("\t")
            if len(f) != 12:
                continue  # what the model says while it loads
            rows.setdefault(f[0], []).append(f)
        for number, lines in rows.items():
            queries.append({
                "stratum": lines[0][1], "text": lines[0][11], "relevant": int(lines[0][2]),
                "hit": numpy.array([int(f[3]) for f in lines]),
                "x": numpy.array([[float(v) for v in f[4:9]] for f in lines]),
                "coverage": float(lines[0][9]),
                "prior": math.log(max(int(lines[0][10]), FEWEST))})
    return queries


def sigmoid(x):
    return 1 / (1 + numpy.exp(-numpy.clip(x, -40, 40)))


def fuse(x, coverage, prior, w):
    text = numpy.where(x[:, 1] > 0, w[0] * sigmoid(w[1] * (x[:, 1] - w[2])), 0)
    meaning = numpy.where(x[:, 2] > 0, w[3] * sigmoid(w[4] * (x[:, 2] - w[5])), 0)
    image = w[6] * sigmoid(w[7] * x[:, 3] + w[8] + w[9] * coverage - w[10] * prior - w[11] * x[:, 4])
    return 1 - (1 - x[:, 0]) * (1 - text) * (1 - meaning) * (1 - image)


class Data:
    """All rows in one."""

    def __init__(self, queries):
        strata = collections.Counter(q["stratum"] for q in queries)
        self.x = numpy.concatenate([q["x"] for q in queries])
        self.y = numpy.concatenate([q["hit"] for q in queries])
        spread = lambda f: numpy.concatenate([numpy.full(len(q["x"]), f(q)) for q in queries])
        self.coverage = spread(lambda q: q["coverage"])
        self.prior = spread(lambda q: q["prior"])
        self.weights = spread(lambda q: 1 / strata[q["stratum"]])

    def loss(self, w):
        p = numpy.clip(fuse(self.x, self.coverage, self.prior, w), 1e-6, 1 - 1e-6)
        each = -(self.y * numpy.log(p) + (1 - self.y) * numpy.log(1 - p))
        return float(numpy.sum(each * self.weights))


def fit(queries):
    data = Data(queries)
    w = numpy.array(CURVES)
    best = data.loss(w)
    # Coordinate descent with steps that grow while they help: twelve numbers, no library needed.
    steps = numpy.array([0.02, 1, 0.02, 0.05, 1, 0.05, 0.05, 0.1, 0.2, 0.2, 0, 0.5])
    for _ in range(60):
        before = best
        for i in range(len(w)):
            for sign in (1, -1):
                trial = w.copy()
                trial[i] += sign * steps[i]
                if i in FIXED or (i in (0, 3, 6) and not 0.05 < trial[i] <= 0.99) or trial[i] > STEEPEST.get(i, math.inf):
                    continue
                value = data.loss(trial)
                if value < best:
                    best, w = value, trial
                    steps[i] *= 1.6
                    break
            else:
                steps[i] *= 0.5
        if before - best < 1e-5 * before:
            break
    print("loss", round(best, 4), "curves", [round(float(v), 3) for v in w])
    return w


def table(queries, w, least):
    strata = collections.OrderedDict()
    for q in queries:
        p = fuse(q["x"], q["coverage"], q["prior"], w)
        order = numpy.lexsort((-q["x"][:, 3], -p))
        top = p[order[0]] if len(order) else 0
        rank = next((i + 1 for i, k in enumerate(order[:10]) if q["hit"][k] and p[k] >= LEAST_SHOWN), 0)
        image = numpy.argsort(-q["x"][:, 3])
        alone = next((i + 1 for i, k in enumerate(image[:10]) if q["hit"][k]), 0)
        refused = top < least
        strata.setdefault(q["stratum"], []).append(
            (rank == 1 and not refused, rank > 0 and not refused, refused, alone == 1, alone > 0, top))
    print(f"{'stratum':40} {'n':>6} {'@1':>6} {'@10':>6} {'refused':>8}   image alone @1, @10")
    for name, all_of in sorted(strata.items()):
        m = numpy.mean(numpy.array(all_of, dtype=float), axis=0)
        print(f"{name:40} {len(all_of):6} {m[0]:6.3f} {m[1]:6.3f} {m[2]:8.3f}   {m[3]:.3f} {m[4]:.3f}  top {m[5]:.2f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--fit", action="store_true")
    parser.add_argument("--least", type=float, nargs="+", default=[0.006])
    parser.add_argument("features", nargs="+")
    a = parser.parse_args()
    queries = read(a.features)
    w = numpy.array(CURVES)
    if a.fit:
        w = fit([q for q in queries if not q["stratum"].endswith("/report")])
    for least in a.least:
        print("refused below", least)
        table(queries, w, least)


if __name__ == "__main__":
    main()
