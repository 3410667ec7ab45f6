#!/usr/bin/python3
"""Trains both towers together on what data.py gathered.

    train.py [--minutes 240] [--seed 1] [--cache build/train] [--out build/train/run] [--resume]
             [--without blobmoji] [--hold 0.05] [--batch N] [--start ARRAYS] [--rate 1.5e-3]

Uses a GPU if PyTorch finds one. A checkpoint is written every two minutes and at the end; --resume
goes on from it. The learning rate follows the training time, so a slower machine trains on fewer
batches. --without and --hold keep sources, and a share of what is named by itself, out of training:
the curves in OUT/curves.jsonl are then of things never seen. --start begins with the weights of
another run, whose folder it names, in the place of random ones. OUT/image.npz and OUT/text.npz hold the
moving average of the weights as plain arrays, for export.py.
"""
import argparse
import json
import math
import pathlib
import time

import numpy as np
import torch
from torch.nn import functional

import captions
import data
import tokenizer
import validate
from augment import Augment
from dataset import LONGEST_TEXT, SLOTS, WEIGHT_OF_SOURCE, Dataset
from model import DualEncoder

VIEWS = 2
SHARES = (0.60, 0.09, 0.31)    # of a batch: drawings, real stamps, drawn stamps
BATCH_ON_GPU = 1536            # things in a batch; each gives VIEWS pictures and SLOTS texts
BATCH_ON_CPU = 192
VIEW_WEIGHT = 0.4
VIEW_SCALE = 12.0
CAPTION_WEIGHT = 0.2
CAPTIONED = 0.5                # share of the first views that are captioned in each batch
PEAK_RATE = 1.5e-3
GRAM_RATE = 4.0                # times the rate: most n-grams are seen in few batches
WARM_UP = 0.04
AVERAGE = 0.998
CHECKPOINT_SECONDS = 120
STRENGTH_OF_LETTERS = 0.35     # of the augmentation: what is written must stay legible


def contrast(texts, pictures, same, scale):
    """InfoNCE in both directions; pairs of `same` count neither for nor against."""
    logits = (scale * texts @ pictures.T).float().masked_fill(same, -1e4)
    target = torch.arange(len(logits), device=logits.device)
    return (functional.cross_entropy(logits, target)
            + functional.cross_entropy(logits.T, target)) / 2


def without_diagonal(same):
    return same & ~torch.eye(len(same), dtype=torch.bool, device=same.device)


def rate_at(progress, peak):
    if progress < WARM_UP:
        return peak * (0.02 + 0.98 * progress / WARM_UP)
    return peak * (0.5 + 0.5 * math.cos(math.pi * (progress - WARM_UP) / (1 - WARM_UP))) + 1e-6


@torch.no_grad()
def start_from(model, folder):
    """Takes over the weights, and the temperature, that another run ended with."""
    def arrays(name):
        with np.load(folder / name) as stored:
            return {key: torch.from_numpy(stored[key]) for key in stored.files}

    image, text = arrays("image.npz"), arrays("text.npz")
    state = {"image." + key: value.float() for key, value in image.items()}
    state["text.grams.weight"] = text.pop("grams").float() * text.pop("scales").float()[:, None]
    state |= {"text." + key: value.float() for key, value in text.items()}
    own = set(model.state_dict()) - {"log_scale"}  # and counters of batches are not kept
    if {key for key in own if not key.endswith("num_batches_tracked")} != set(state):
        raise SystemExit(f"train.py: {folder} has the weights of another model")
    model.load_state_dict(state, strict=False)
    rows = (folder / "curves.jsonl").read_text().splitlines()
    model.log_scale.fill_(math.log(json.loads(rows[-1])["scale"]))


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

    @torch.no_grad()
    def update(self, model):
        self.updates += 1
        keep = min(AVERAGE, self.updates / (self.updates + 10))
        for key, value in model.state_dict().items():
            if value.is_floating_point():
                self.state[key].lerp_(value, 1 - keep)
            else:
                self.state[key].copy_(value)


class Run:
    """Everything that a checkpoint holds."""

    def __init__(self, options):
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        torch.manual_seed(options.seed)
        generator = torch.Generator(self.device).manual_seed(options.seed)
        self.generator = generator
        self.dataset = Dataset(options.cache, self.device, generator, options.without, options.hold)
        self.augment = Augment(self.dataset.random)
        self.model = DualEncoder(tokenizer.BUCKETS)
        if options.start:
            start_from(self.model, options.start)
        self.model.to(self.device)
        self.model.to(memory_format=torch.channels_last).train()
        self.optimiser = optimiser_of(self.model)
        self.average = Average(self.model)
        # What a run that goes on must not differ in: held-out things would be trained on.
        self.recipe = {"seed": options.seed, "without": sorted(options.without),
                       "hold": options.hold, "start": str(options.start)}
        self.out = options.out
        self.out.mkdir(parents=True, exist_ok=True)
        self.batch = options.batch or (BATCH_ON_GPU if self.device.type == "cuda" else BATCH_ON_CPU)
        self.spent = 0.0  # seconds
        self.steps = 0

    def save(self):
        new = self.out / "checkpoint.new"
        torch.save({"model": self.model.state_dict(), "optimiser": self.optimiser.state_dict(),
                    "average": self.average.state, "generator": self.generator.get_state(),
                    "spent": self.spent, "step": self.steps, "recipe": self.recipe}, new)
        new.replace(self.out / "checkpoint.pt")

    def load(self):
        saved = torch.load(self.out / "checkpoint.pt", map_location=self.device)
        if saved["recipe"] != self.recipe:
            raise SystemExit(f"train.py: {self.out} was begun with {saved['recipe']}, not with "
                             f"{self.recipe}")
        self.model.load_state_dict(saved["model"])
        self.optimiser.load_state_dict(saved["optimiser"])
        self.average.state, self.average.updates = saved["average"], saved["step"]
        self.generator.set_state(saved["generator"].cpu())
        self.spent, self.steps = saved["spent"], saved["step"]

    def save_arrays(self):
        """The average: float16, and int8 with a scale for each row of the table of n-grams."""
        image, text = {}, {}
        for key, value in self.average.state.items():
            if key.startswith("image."):
                image[key[6:]] = value.half().cpu().numpy() if value.is_floating_point() else None
            elif key == "text.grams.weight":
                scales = value.abs().amax(dim=1).clamp(min=1e-6) / 127
                scales = scales.half().float()
                text["grams"] = (value / scales[:, None]).round().clamp(-127, 127).to(
                    torch.int8).cpu().numpy()
                text["scales"] = scales.half().cpu().numpy()
            elif key.startswith("text."):
                text[key[5:]] = value.half().cpu().numpy()
        np.savez(self.out / "image.npz", **{k: v for k, v in image.items() if v is not None})
        np.savez(self.out / "text.npz", **text)

    def pictures(self):
        """The views of a batch: RGB and alpha of each, and the texts and concepts."""
        things = [round(self.batch * share) for share in SHARES]
        drawn, flips, texts, concepts = self.dataset.of_drawings(things[0])
        written = [self.dataset.of_strings(things[2])]
        if self.dataset.stamps is not None:
            written.append(self.dataset.of_stamps(things[1]))
        views = []
        for number in range(VIEWS):
            letters = torch.cat([views_of[number] for views_of, _, _ in written])
            no_flip = torch.zeros(len(letters), dtype=torch.bool, device=self.device)
            parts = [self.augment(drawn[number], flips[number],
                                  torch.ones(things[0], device=self.device)),
                     self.augment(letters, no_flip, torch.full(
                         (len(letters),), STRENGTH_OF_LETTERS, device=self.device))]
            views.append((torch.cat([p[0] for p in parts]), torch.cat([p[1] for p in parts])))
        texts = torch.cat([texts] + [t for _, t, _ in written])
        return views, texts, torch.cat([concepts] + [c for _, _, c in written]), things[0]

    def embedded(self, pictures):
        pictures = pictures.contiguous(memory_format=torch.channels_last)
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.device.type == "cuda"):
            features = self.model.image(pictures if pictures.is_cuda else pictures.float())
        return functional.normalize(features.float(), dim=1)

    def embedded_texts(self, ids):
        return functional.normalize(self.model.text(ids), dim=1)

    def loss(self):
        with torch.no_grad():
            views, texts, concepts, drawings = self.pictures()
            worn = torch.cat([self.augment.worn(flat) for flat, _ in views])
            alike = without_diagonal(concepts[:, None] == concepts[None, :])
            sames = []
            for slot in range(SLOTS):
                said = self.dataset.describes(texts[:, slot], concepts)
                own = (texts[:, slot, 0][:, None, None] == texts[None, :, :, 0]).any(dim=2)
                own &= (texts[:, slot, 1] < 0)[:, None]
                sames.append(without_diagonal(said | own | alike))
        features = self.embedded(worn).chunk(VIEWS)
        to_texts = worn.new_zeros(())
        for slot in range(SLOTS):
            words = self.embedded_texts(self.dataset.ids_of(texts[:, slot]))
            for view in features:
                to_texts = to_texts + contrast(words, view, sames[slot], self.model.scale())
        to_texts = to_texts / (SLOTS * VIEWS)
        between = contrast(features[0], features[1], alike, VIEW_SCALE)
        described = self.loss_of_captions(*views[0], features[0], drawings)
        total = to_texts + VIEW_WEIGHT * between + CAPTION_WEIGHT * described
        return total, to_texts, between, described

    def loss_of_captions(self, flat, alpha, features, drawings):
        """Some of the pictures against descriptions of one kind: 'red', '上は赤、下は白', ..."""
        kinds = list(captions.WORDINGS)
        random = self.dataset.random
        kind = kinds[self.steps % len(kinds)]
        with torch.no_grad():
            # Letters have colours, but no outline and no upper half that one would speak of.
            first_row = drawings if kind in captions.OF_LETTERS else 0
            last_row = len(flat) if kind in ("one", "two", *captions.OF_LETTERS) else drawings
            rows = first_row + random.some(last_row - first_row, CAPTIONED)
            seen = captions.Seen(flat[rows], alpha[rows])
            first, second, clear = seen.captioned(kind, random.chosen(len(rows), 0.5))
            plain = clear.nonzero().flatten()
            if len(plain) < 2:
                return features.new_zeros(())
            rows, first, second = rows[plain], first[plain], second[plain]
            low, high = torch.minimum(first, second), torch.maximum(first, second)
            label = low * captions.COUNT + high if kind == "two" else (
                first * captions.COUNT + second)
            same = without_diagonal(label[:, None] == label[None, :])
            numbers = self.dataset.caption_numbers(kind, first, second)
            ids = self.dataset.tokens.padded(numbers, LONGEST_TEXT)
        return contrast(self.embedded_texts(ids), features[rows], same, self.model.scale())

    def step(self, rate):
        """One batch; returns the losses against texts, between views and against captions."""
        for group in self.optimiser.param_groups:
            group["lr"] = rate * group.get("faster", 1.0)
        loss, *parts = self.loss()
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 5.0)
        self.optimiser.step()
        self.average.update(self.model)
        self.steps += 1
        return torch.stack([p.detach() for p in parts])

    def validated(self):
        """Figures of the moving average on things that were held out."""
        towers = DualEncoder(tokenizer.BUCKETS).to(self.device)
        towers.load_state_dict(self.average.state)
        return validate.figures(towers.eval(), self.dataset)


def report(run, losses, curves, figures):
    row = {"step": run.steps, "seconds": round(run.spent)}
    if losses:
        means = torch.stack(losses).mean(dim=0).tolist()
        row.update({name: round(mean, 3) for name, mean in zip(("text", "views", "captions"), means)})
    row.update({"scale": round(run.model.scale().item(), 1), **figures})
    print(json.dumps(row), flush=True)
    curves.write(json.dumps(row) + "\n")
    curves.flush()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--minutes", type=float, default=240)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--batch", type=int, default=0)
    parser.add_argument("--rate", type=float, default=PEAK_RATE, help="the highest, after warming up")
    parser.add_argument("--start", type=pathlib.Path, metavar="ARRAYS")
    parser.add_argument("--cache", type=pathlib.Path, default=data.CACHE)
    parser.add_argument("--out", type=pathlib.Path, default=data.CACHE / "run")
    parser.add_argument("--without", nargs="*", default=[], choices=sorted(WEIGHT_OF_SOURCE),
                        help="sources of drawings not to train on")
    parser.add_argument("--hold", type=float, default=0.0,
                        help="share of the clip art and of the stamps not to train on")
    parser.add_argument("--every", type=float, default=60, help="seconds between validations")
    parser.add_argument("--resume", action="store_true")
    options = parser.parse_args()
    about = options.cache / "about.json"
    if not about.exists() or json.loads(about.read_text())["format"] != data.FORMAT:
        raise SystemExit(f"train.py: no data of this form in {options.cache}: run data.py first")
    if options.resume and not (options.out / "checkpoint.pt").exists():
        raise SystemExit(f"train.py: nothing to go on from in {options.out}")
    torch.backends.cudnn.benchmark = True
    torch.backends.cuda.matmul.allow_tf32 = True
    torch.backends.cudnn.allow_tf32 = True
    began = time.monotonic()
    run = Run(options)
    kept = []
    if options.resume:
        run.load()
        lines = (run.out / "curves.jsonl").read_text().splitlines()
        kept = [line for line in lines if json.loads(line)["step"] <= run.steps]
    print(f"on {run.device}; data loaded in {time.monotonic() - began:.0f} s; "
          f"{len(run.dataset.texts)} texts, {len(run.dataset.drawings)} drawings", flush=True)
    limit = options.minutes * 60
    last, saved_at, checked_at = time.monotonic(), run.spent, run.spent
    losses = []
    with open(run.out / "curves.jsonl", "w") as curves:
        curves.writelines(line + "\n" for line in kept)
        while run.spent < limit:
            losses.append(run.step(rate_at(run.spent / limit, options.rate)))
            if run.steps % 20 == 0 and run.device.type == "cuda":
                torch.cuda.synchronize()
            now = time.monotonic()
            run.spent, last = run.spent + now - last, now
            if run.spent - checked_at > options.every or run.steps in (20, 100):
                report(run, losses, curves, run.validated() if run.steps > 20 else {})
                losses.clear()
                checked_at = run.spent
            if run.spent - saved_at > CHECKPOINT_SECONDS:
                run.save()
                saved_at = run.spent
        report(run, losses, curves, run.validated())
    run.save()
    run.save_arrays()
    print(f"{run.steps} steps in {run.spent:.0f} s", flush=True)


if __name__ == "__main__":
    main()
