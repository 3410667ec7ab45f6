#!/usr/bin/env python3
"""Small packages for the tests of the embedder, by models/export: a CLIP of two blocks with random
weights in each precision, and what eager PyTorch makes of some inputs.

    tests/embedding/make_packages.py OUT
"""
import json
import pathlib
import subprocess
import sys

import torch
import yaml

ROOT = pathlib.Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests" / "export"))
sys.path.insert(0, str(ROOT / "models" / "export"))
import export  # noqa: E402
from test_export import SMALL, random_clip, write_bpe  # noqa: E402


class Outliers(torch.nn.Module):
    """A tower that 8 bits cannot hold: one input of its linear layer is a million times the others,
    and does not count. Its places are integers, which must stay integers however weights are
    widened; and it changes its own state."""

    def __init__(self, side, dimension):
        super().__init__()
        self.calls = 0
        self.register_buffer("places", torch.arange(side, dtype=torch.int64))
        self.table = torch.nn.Embedding(side, side)
        self.head = torch.nn.Linear(3 * side + 1, dimension)
        self.head.weight.data[:, 0] = 0

    def forward(self, pictures):
        self.calls = self.calls + 1
        rows = torch.matmul(pictures, self.table(self.places)).mean(dim=2).flatten(1)
        return self.head(torch.cat([torch.full_like(rows[:, :1], 1e6), rows], dim=1))


class Mixed(torch.nn.Module):
    """Whatever else is rewritten: each activation, in place or not, a layer without bias, one with
    a row of zeros, products of other shapes than attention's, and of views."""

    def __init__(self, side, dimension):
        super().__init__()
        self.relu = torch.nn.Linear(side, side)
        self.gelu = torch.nn.Linear(side, side, bias=False)
        self.tanh = torch.nn.Linear(side, side)
        self.twice = torch.nn.Linear(side, side)
        self.head = torch.nn.Linear(3 * side, dimension)
        self.head.weight.data[1] = 0

    def forward(self, pictures):
        x = torch.nn.functional.relu_(self.relu(pictures))
        x = torch.nn.functional.gelu(self.gelu(x))
        x = torch.nn.functional.gelu(self.tanh(x), approximate="tanh")
        # Its output has two users: the activation must not become part of it.
        y = self.twice(x)
        x = torch.relu(y) + y
        x = x + torch.matmul(x.transpose(2, 3), x).view(x.shape) * 1e-3
        x = x + torch.matmul(x[0, 0], x[0, 0].t()) * 1e-6
        return self.head(x.mean(dim=2).flatten(1))


def export_clip(weights, merges, out, precision):
    subprocess.run([sys.executable, ROOT / "models" / "export" / "export.py", weights, out,
                    "--vocabulary", merges, "--precision", precision, "--name", "tiny",
                    "--licence", "random numbers"], check=True, stdout=subprocess.DEVNULL)


def replace_image_tower(package, tower, out):
    """The package with another image tower."""
    out.mkdir(exist_ok=True)
    for name in ("text.pt", "merges.txt"):
        (out / name).write_bytes((package / name).read_bytes())
    described = yaml.safe_load((package / "model.yaml").read_text())
    described["image"].update(export.save(tower, out / "image.pt"))
    (out / "model.yaml").write_text(yaml.safe_dump(described))


def picture(side, seed):
    """RGBA bytes, opaque."""
    generator = torch.Generator().manual_seed(seed)
    values = torch.randint(0, 256, (side, side, 4), generator=generator, dtype=torch.uint8)
    values[:, :, 3] = 255
    return values


def main():
    out = pathlib.Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(1)
    torch.save(random_clip(SMALL), out / "clip.pt")
    write_bpe(out / "merges.txt", SMALL["words"])
    for precision in ("float32", "bfloat16", "int8"):
        export_clip(out / "clip.pt", out / "merges.txt", out / precision, precision)
    outliers = Outliers(SMALL["side"], SMALL["dimension"]).eval()
    replace_image_tower(out / "int8", outliers, out / "outliers")

    mixed = Mixed(SMALL["side"], SMALL["dimension"]).eval()
    replace_image_tower(out / "float32", mixed, out / "mixed")

    # Of the size of the input, so that nothing is resized on the way.
    pictures = [picture(SMALL["side"], seed) for seed in range(40)]
    mean, std = (torch.tensor(values).view(3, 1, 1) for values in (export.MEAN, export.STD))
    inputs = torch.stack([(p[:, :, :3].permute(2, 0, 1).float() / 255 - mean) / std
                          for p in pictures])
    towers = {name: torch.jit.load(str(out / name / "image.pt")) for name in
              ("float32", "bfloat16", "int8")} | {"outliers": outliers, "mixed": mixed}
    with torch.no_grad():
        vectors = {name: torch.nn.functional.normalize(tower(inputs)).tolist()
                   for name, tower in towers.items()}
    golden = {"side": SMALL["side"], "blocks": SMALL["vision_layers"],
              "pictures": [p.flatten().tolist() for p in pictures], "vectors": vectors}
    (out / "golden.json").write_text(json.dumps(golden))


if __name__ == "__main__":
    main()
