#!/usr/bin/env python3
"""Packages of ViT-B/32 with random weights, in each precision, for the benchmark of embeddings.

    tests/bench/make_random_clip.py OUT      # OUT/float32, OUT/bfloat16, OUT/int8: about 1 GB

Shapes are those of OpenAI's CLIP, so is the time it takes; and the spread of the weights, so that
rounding them does what it does to trained ones in kind, if not in degree.
"""
import pathlib
import subprocess
import sys
import tempfile

import torch

ROOT = pathlib.Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests" / "export"))
from test_export import FULL, random_clip, write_bpe  # noqa: E402


def main():
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    out = pathlib.Path(sys.argv[1])
    torch.manual_seed(1)
    with tempfile.TemporaryDirectory() as folder:
        weights = pathlib.Path(folder) / "ViT-B-32.pt"
        merges = pathlib.Path(folder) / "merges.txt"
        torch.save(random_clip(FULL), weights)
        write_bpe(merges, FULL["words"])
        for precision in ("float32", "bfloat16", "int8"):
            if (out / precision / "model.yaml").exists():
                continue
            print(f"== {precision}", flush=True)
            subprocess.run([sys.executable, ROOT / "models" / "export" / "export.py", weights,
                            out / precision, "--vocabulary", merges, "--precision", precision,
                            "--name", "random ViT-B/32", "--licence", "random numbers"],
                           check=True)


if __name__ == "__main__":
    main()
