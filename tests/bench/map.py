#!/usr/bin/python3
"""The layout of the map beside scikit-learn's TSNE, on the same points, in one run.

    tests/bench/map.py BUILD_FOLDER [--points 5000] [--dimension 512] [--dims 2] [--threads 2]
                       [--catalogue FOLDER] [--no-peer] [--rounds 1]

Needs Debian's python3-sklearn (deploy/install-deps.sh --bench). Both start from the vectors, with the same perplexity (30), the same
number of threads and at most 1,000 steps; both layouts are judged by `map_bench judge`, over all
pairs of points. With --rounds the programs take turns, and the middle time counts. The processor's
time is told as well: with one thread it is what a busy machine leaves the same. The exit status is 1
if the divergence or the trustworthiness is worse than the other's by more than 1 %.
"""
import argparse
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

PERPLEXITY = 30
WORSE_BY = 0.01  # at most, of the value


def fit(points, dimension, dims, out):
    """In a process of its own, so that the number of threads holds from the start."""
    import numpy
    from sklearn.manifold import TSNE

    values = numpy.fromfile(points, dtype=numpy.float32).reshape(-1, dimension)
    begin, begin_cpu = time.perf_counter(), time.process_time()
    layout = TSNE(n_components=dims, perplexity=PERPLEXITY, init="pca", learning_rate="auto",
                  random_state=1, n_jobs=None).fit_transform(values)
    print(time.perf_counter() - begin, time.process_time() - begin_cpu)
    layout.astype(numpy.float32).tofile(out)


def output_of(command, threads):
    environment = dict(os.environ, OMP_NUM_THREADS=str(threads), OPENBLAS_NUM_THREADS=str(threads))
    return subprocess.run(list(map(str, command)), env=environment, check=True,
                          stdout=subprocess.PIPE, text=True).stdout.split()


def main():
    if sys.argv[1:2] == ["--fit"]:
        points, dimension, dims, out = sys.argv[2:]
        return fit(points, int(dimension), int(dims), out)
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--points", type=int, default=5000)
    parser.add_argument("--dimension", type=int, default=512)
    parser.add_argument("--dims", type=int, default=2)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--catalogue")
    parser.add_argument("--no-peer", action="store_true")
    parser.add_argument("--no-judge", action="store_true")
    a = parser.parse_args()
    bench = a.build / "bin/map_bench"
    with tempfile.TemporaryDirectory() as temporary:
        work = pathlib.Path(temporary)
        points = work / "points"
        subprocess.run([bench, "points", points, str(a.points), str(a.dimension)]
                       + ([a.catalogue] if a.catalogue else []), check=True)
        commands = {"ours": [bench, "run", points, a.dimension, a.dims, a.threads, work / "ours"]}
        if not a.no_peer:
            commands["sklearn"] = [sys.executable, __file__, "--fit", points, a.dimension, a.dims,
                                   work / "sklearn"]
        seconds = {who: [] for who in commands}
        for _ in range(a.rounds):
            for who, command in commands.items():
                seconds[who].append([float(x) for x in output_of(command, a.threads)[:2]])
        print(f"{a.points} x {a.dimension} -> {a.dims}-D, {a.threads} thread(s), "
              f"{'catalogue' if a.catalogue else 'made'} points")
        judged = [] if a.no_judge else output_of(
            [bench, "judge", points, a.dimension, a.dims] + [work / who for who in commands], 2)
        middle = {who: [statistics.median(times) for times in zip(*seconds[who])] for who in commands}
        for i, who in enumerate(commands):
            line = f"  {who:8} {middle[who][0]:8.2f} s ({middle[who][1]:.2f} s of the processor)"
            if judged:
                line += f"   KL {float(judged[2 * i]):.4f}"
                line += f"   trustworthiness {float(judged[2 * i + 1]):.4f}"
            print(line)
        if not a.no_peer:
            clock, cpu = (theirs / ours for theirs, ours in zip(middle["sklearn"], middle["ours"]))
            print(f"  ratio    {clock:8.2f}   ({cpu:.2f} of the processor)")
        if judged and not a.no_peer:
            return verdict(*(float(value) for value in judged))
    return 0


def verdict(divergence, trust, peer_divergence, peer_trust):
    """Prints whether each is as good as the other's, to 1 %, or better; 0 if both are."""
    good = {
        "KL": (divergence / peer_divergence - 1, divergence <= peer_divergence * (1 + WORSE_BY)),
        "trustworthiness": (trust / peer_trust - 1, trust >= peer_trust * (1 - WORSE_BY)),
    }
    for what, (difference, holds) in good.items():
        print(f"  {what}: {difference:+.2%} of scikit-learn's: {'within 1 % or better' if holds else 'WORSE'}")
    return 0 if all(holds for _, holds in good.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
