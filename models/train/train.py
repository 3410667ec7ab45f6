#!/usr/bin/python3
"""Trains both towers together on the data of data.py.

    train.py [--minutes 22] [--seed 1] [--cache build/train] [--resume]

A checkpoint is written every two minutes and at the end; --resume goes on from it. The learning
rate follows the training time, so a slower machine trains on fewer batches.
"""
import argparse
import math
import pathlib
import time

import numpy as np
import torch
from torch.nn import functional

import data
import tokenizer
from augment import Augment
from model import DualEncoder

BATCH = 160  # emoji in a batch; each gives VIEWS pictures and a text of each of LANGUAGES
VIEWS = 2
LANGUAGES = ("en", "ja", None)
VIEW_WEIGHT = 0.5
VIEW_SCALE = 10.0
PEAK_RATE = 2e-3
GRAM_RATE = 3.0  # times the rate: most n-grams are seen in few batches
WARM_UP = 0.05
AVERAGE = 0.99
CHECKPOINT_SECONDS = 120
# Mirrored, these are something else.
DIRECTIONAL = set("👈👉👆👇🔙🔚🔛🔜🔝🤛🤜🫱🫲🔍🔎🕐🕑🕒🕓🕔🕕🕖🕗🕘🕙🕚🕛") | {
    chr(c) for c in (*range(0x2190, 0x2200), *range(0x23E9, 0x23F0), *range(0x25B6, 0x25C1),
                     *range(0x1F311, 0x1F319), *range(0x1F170, 0x1F252))}


def may_flip(emojis):
    flags = range(0x1F1E6, 0x1F200)
    return torch.tensor([not (e[0] in DIRECTIONAL or ord(e[0]) in flags or "\u20e3" in e)
                         for e in emojis])


def padded(rows):
    longest = max(len(r) for r in rows)
    ids = torch.zeros((len(rows), longest), dtype=torch.int64)
    for i, row in enumerate(rows):
        ids[i, :len(row)] = torch.tensor(row)
    return ids, (ids > 0).to(torch.int64)


class Batches:
    """Goes through all emoji in random order, again and again."""

    def __init__(self, cache, rng):
        pictures, self.twins = data.load_pictures(cache)
        self.pictures = torch.from_numpy(pictures)
        self.texts = data.Texts(cache)
        self.flip = may_flip(self.texts.emojis)
        self.rng = rng
        self.order = np.array([], dtype=np.int64)

    def next(self):
        if len(self.order) < BATCH:
            self.order = self.rng.permutation(len(self.twins))
        chosen, self.order = self.order[:BATCH], self.order[BATCH:]
        tokens, same = [], []
        for language in LANGUAGES:
            parts = [self.texts.draw(self.rng, e, language) for e in chosen]
            tokens.append(padded([self.texts.tokens(p) for p in parts]))
            same.append(self.describing(parts, chosen))
        return chosen, tokens, same

    def describing(self, parts, chosen):
        """bool [B,B]: text i also describes picture j, and is not the text drawn for it."""
        column = {emoji: j for j, emoji in enumerate(chosen)}
        out = np.zeros((len(chosen), len(chosen)), dtype=bool)
        for i, part in enumerate(parts):
            out[i, [column[e] for e in self.texts.described_by(part) if e in column]] = True
        out |= self.twins[chosen][:, None] == self.twins[chosen][None, :]
        np.fill_diagonal(out, False)
        return torch.from_numpy(out)


def contrast(texts, pictures, same, scale):
    """InfoNCE in both directions; pairs of `same` count neither for nor against."""
    logits = (scale * texts @ pictures.T).masked_fill(same, -1e4)
    target = torch.arange(len(logits))
    return (functional.cross_entropy(logits, target)
            + functional.cross_entropy(logits.T, target)) / 2


def loss_of(model, pictures, tokens, same, twins):
    features = functional.normalize(model.image(pictures), dim=1)
    views = features.chunk(VIEWS)
    total = features.new_zeros(())
    for (ids, mask), masked in zip(tokens, same):
        texts = functional.normalize(model.text(ids, mask), dim=1)
        for view in views:
            total = total + contrast(texts, view, masked, model.scale())
    total = total / (len(LANGUAGES) * VIEWS)
    between = contrast(views[0], views[1], twins, torch.tensor(VIEW_SCALE))
    return total + VIEW_WEIGHT * between, total, between


def rate_at(progress):
    if progress < WARM_UP:
        return PEAK_RATE * (0.05 + 0.95 * progress / WARM_UP)
    return PEAK_RATE * (0.5 + 0.5 * math.cos(math.pi * (progress - WARM_UP) / (1 - WARM_UP))) + 1e-6


def optimiser_of(model):
    grams = [model.text.grams.weight]
    decayed = [p for p in model.parameters() if p.dim() > 1 and p is not grams[0]]
    plain = [p for p in model.parameters() if p.dim() <= 1]
    return torch.optim.AdamW([
        {"params": decayed, "weight_decay": 0.05}, {"params": plain, "weight_decay": 0.0},
        {"params": grams, "weight_decay": 0.0, "faster": GRAM_RATE}],
        lr=PEAK_RATE, betas=(0.9, 0.98))


class Average:
    """A moving average of the weights: steadier than the last step."""

    def __init__(self, model):
        self.state = {k: v.clone() for k, v in model.state_dict().items()}
        self.updates = 0

    def update(self, model):
        self.updates += 1
        keep = min(AVERAGE, self.updates / (self.updates + 10))
        for key, value in model.state_dict().items():
            if value.is_floating_point():
                self.state[key].mul_(keep).add_(value, alpha=1 - keep)
            else:
                self.state[key].copy_(value)


class Run:
    """Everything that a checkpoint holds."""

    def __init__(self, cache, seed):
        torch.manual_seed(seed)
        self.generator = torch.Generator().manual_seed(seed)
        self.batches = Batches(cache, np.random.default_rng(seed))
        self.augment = Augment(self.generator)
        self.model = DualEncoder(tokenizer.BUCKETS).to(memory_format=torch.channels_last)
        self.model.train()
        self.optimiser = optimiser_of(self.model)
        self.average = Average(self.model)
        self.path = cache / "checkpoint.pt"
        self.spent = 0.0  # seconds
        self.steps = 0

    def save(self):
        new = self.path.with_suffix(".new")
        torch.save({"model": self.model.state_dict(), "optimiser": self.optimiser.state_dict(),
                    "average": self.average.state, "generator": self.generator.get_state(),
                    "rng": self.batches.rng.bit_generator.state, "spent": self.spent,
                    "step": self.steps}, new)
        new.replace(self.path)

    def load(self):
        saved = torch.load(self.path)
        self.model.load_state_dict(saved["model"])
        self.optimiser.load_state_dict(saved["optimiser"])
        self.average.state, self.average.updates = saved["average"], saved["step"]
        self.generator.set_state(saved["generator"])
        self.batches.rng.bit_generator.state = saved["rng"]
        self.spent, self.steps = saved["spent"], saved["step"]

    def step(self, rate):
        """One batch; returns the losses against texts and between views."""
        chosen, tokens, same = self.batches.next()
        rgba, flip = self.batches.pictures[chosen], self.batches.flip[chosen]
        pictures = torch.cat([self.augment(rgba, flip) for _ in range(VIEWS)])
        first = torch.from_numpy(self.batches.twins[chosen])
        twins = (first[:, None] == first[None, :]) & ~torch.eye(len(first), dtype=torch.bool)
        for group in self.optimiser.param_groups:
            group["lr"] = rate * group.get("faster", 1.0)
        loss, to_texts, to_views = loss_of(
            self.model, pictures.contiguous(memory_format=torch.channels_last), tokens, same, twins)
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 5.0)
        self.optimiser.step()
        self.average.update(self.model)
        self.steps += 1
        return to_texts.item(), to_views.item()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--minutes", type=float, default=22)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cache", type=pathlib.Path, default=data.CACHE)
    parser.add_argument("--resume", action="store_true")
    options = parser.parse_args()
    run = Run(options.cache, options.seed)
    if options.resume:
        run.load()
    limit = options.minutes * 60
    last, saved_at = time.monotonic(), run.spent
    losses = []
    while run.spent < limit:
        losses.append(run.step(rate_at(run.spent / limit)))
        now = time.monotonic()
        run.spent, last = run.spent + now - last, now
        if run.steps % 25 == 0:
            to_texts, to_views = np.mean(losses, axis=0)
            print(f"step {run.steps} at {run.spent:.0f} s: text {to_texts:.3f}, "
                  f"views {to_views:.3f}, scale {run.model.scale().item():.1f}", flush=True)
            losses.clear()
        if run.spent - saved_at > CHECKPOINT_SECONDS:
            run.save()
            saved_at = run.spent
    run.save()
    print(f"{run.steps} steps in {run.spent:.0f} s", flush=True)


if __name__ == "__main__":
    main()
