#!/usr/bin/env python3
"""The pipeline of the article that Emojiscope grew from: Pillow opens, converts and resizes, eager
PyTorch embeds, laid out as the transformers library has it.

    tests/bench/peer.py PACKAGE THREADS LIST [VECTORS]

PACKAGE: of float32, as make_random_clip.py writes it; the weights are taken from it. Prints pictures
a second, after a first pass over 64 of them; VECTORS as in embed_files.cpp. Batches of 32, the
default of sentence-transformers.
"""
import pathlib
import sys
import time

import numpy
import torch
from PIL import Image
from torch import nn

BATCH = 32
SIDE = 224
MEAN = torch.tensor([0.48145466, 0.4578275, 0.40821073]).view(3, 1, 1)
STD = torch.tensor([0.26862954, 0.26130258, 0.27577711]).view(3, 1, 1)
QUICK_GELU = 1.702


def linear(weight, bias):
    layer = nn.Linear(weight.shape[1], weight.shape[0], bias=bias is not None)
    layer.weight.data = weight.clone()
    if bias is not None:
        layer.bias.data = bias.clone()
    return layer


def norm(weights, name):
    layer = nn.LayerNorm(weights[name + ".weight"].shape[0])
    layer.weight.data = weights[name + ".weight"]
    layer.bias.data = weights[name + ".bias"]
    return layer


class Attention(nn.Module):
    def __init__(self, weights, name):
        super().__init__()
        self.heads = weights[name + ".out.weight"].shape[0] // 64
        query, key, value = (
            (weight, bias) for weight, bias in zip(weights[name + ".qkv.weight"].chunk(3),
                                                   weights[name + ".qkv.bias"].chunk(3)))
        # The package has the scale in the query's weights.
        self.q_proj = linear(query[0] * 8.0, query[1] * 8.0)
        self.k_proj, self.v_proj = linear(*key), linear(*value)
        self.out_proj = linear(weights[name + ".out.weight"], weights[name + ".out.bias"])

    def apart(self, x, batch, length):
        x = x.view(batch, length, self.heads, 64).transpose(1, 2).contiguous()
        return x.view(batch * self.heads, length, 64)

    def forward(self, x):
        batch, length, width = x.shape
        query = self.apart(self.q_proj(x) * 64 ** -0.5, batch, length)
        key = self.apart(self.k_proj(x), batch, length)
        value = self.apart(self.v_proj(x), batch, length)
        weights = nn.functional.softmax(torch.bmm(query, key.transpose(1, 2)), dim=-1)
        mixed = torch.bmm(weights, value).view(batch, self.heads, length, 64)
        return self.out_proj(mixed.transpose(1, 2).reshape(batch, length, width))


class Block(nn.Module):
    def __init__(self, weights, name):
        super().__init__()
        self.attention = Attention(weights, name + ".attention")
        self.ln_1, self.ln_2 = norm(weights, name + ".ln_1"), norm(weights, name + ".ln_2")
        self.fc1 = linear(weights[name + ".fc.weight"] / QUICK_GELU,
                          weights[name + ".fc.bias"] / QUICK_GELU)
        self.fc2 = linear(weights[name + ".proj.weight"] * QUICK_GELU, weights[name + ".proj.bias"])

    def forward(self, x):
        x = x + self.attention(self.ln_1(x))
        y = self.fc1(self.ln_2(x))
        return x + self.fc2(y * torch.sigmoid(QUICK_GELU * y))


class Vision(nn.Module):
    def __init__(self, weights):
        super().__init__()
        patches = weights["patches.weight"]
        self.conv = nn.Conv2d(3, patches.shape[0], 32, stride=32, bias=False)
        self.conv.weight.data = patches.view(-1, 3, 32, 32).clone()
        self.first, self.positions = weights["first"], weights["positions"]
        self.ln_pre, self.ln_post = norm(weights, "ln_pre"), norm(weights, "ln_post")
        self.blocks = nn.ModuleList([Block(weights, f"blocks.{i}") for i in range(12)])
        self.head = linear(weights["head.weight"], None)

    def forward(self, pictures):
        x = self.conv(pictures).flatten(2).transpose(1, 2)
        first = self.first.expand(x.shape[0], 1, -1)
        x = self.ln_pre(torch.cat([first, x], dim=1) + self.positions)
        for block in self.blocks:
            x = block(x)
        return self.head(self.ln_post(x[:, 0]))


def prepare(path):
    picture = Image.open(path)
    if picture.mode != "RGB":
        # On white, as the program lays it; the article's plain convert("RGB") is no slower.
        picture = picture.convert("RGBA")
        paper = Image.new("RGBA", picture.size, (255, 255, 255, 255))
        picture = Image.alpha_composite(paper, picture).convert("RGB")
    scale = SIDE / min(picture.size)
    width, height = (max(SIDE, int(side * scale)) for side in picture.size)
    picture = picture.resize((width, height), Image.BICUBIC)
    left, top = round((width - SIDE) / 2), round((height - SIDE) / 2)
    picture = picture.crop((left, top, left + SIDE, top + SIDE))
    values = torch.from_numpy(numpy.array(picture)).permute(2, 0, 1).float() / 255
    return (values - MEAN) / STD


def embed(model, paths):
    rows = []
    for at in range(0, len(paths), BATCH):
        pictures = torch.stack([prepare(path) for path in paths[at:at + BATCH]])
        rows.append(nn.functional.normalize(model(pictures)))
    return torch.cat(rows)


def main():
    if len(sys.argv) not in (4, 5):
        raise SystemExit(__doc__)
    torch.set_num_threads(int(sys.argv[2]))
    tower = torch.jit.load(str(pathlib.Path(sys.argv[1]) / "image.pt"))
    paths = pathlib.Path(sys.argv[3]).read_text().splitlines()
    with torch.inference_mode():
        model = Vision(tower.state_dict()).eval()
        embed(model, paths[:64])
        start = time.perf_counter()
        rows = embed(model, paths)
        print(len(paths) / (time.perf_counter() - start))
    if len(sys.argv) == 5:
        rows.numpy().astype("<f4").tofile(sys.argv[4])


if __name__ == "__main__":
    main()
