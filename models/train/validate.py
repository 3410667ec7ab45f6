"""Figures on what was held out of a run: how often the right picture is among the first found."""
import numpy as np
import torch
from torch.nn import functional

from dataset import LONGEST_TEXT
from model import BACKGROUND, INPUT_SIZE, MEAN, STD
from stamps import Random

MOST = 1500  # pictures of a set


def shown(rgba):
    """uint8 [N,S,S,4] -> what the image tower takes, about as `prepare` makes it"""
    x = rgba.permute(0, 3, 1, 2).float() / 255
    paper = torch.tensor(BACKGROUND, device=x.device)[:, None, None] / 255
    flat = x[:, :3] * x[:, 3:] + paper * (1 - x[:, 3:])
    flat = functional.interpolate(flat, size=INPUT_SIZE, mode="bicubic", align_corners=False,
                                  antialias=True).clamp(0, 1)
    mean = torch.tensor(MEAN, device=x.device)[:, None, None]
    return (flat - mean) / torch.tensor(STD, device=x.device)[:, None, None]


@torch.no_grad()
def images(towers, rgba):
    rows = [towers.image(shown(rgba[i:i + 256])) for i in range(0, len(rgba), 256)]
    return functional.normalize(torch.cat(rows).float(), dim=1)


@torch.no_grad()
def texts(towers, dataset, numbers):
    return functional.normalize(towers.text(dataset.tokens.padded(numbers, LONGEST_TEXT)),
                                dim=1)


def share_within(similarities, right, ranks):
    """How often the column `right` of a row is among its first `ranks`; ties count against it."""
    if not torch.isfinite(similarities).all():
        raise SystemExit("train.py: the model gives what is no number; nothing of it is kept")
    of_right = similarities.gather(1, right[:, None])
    before = (similarities >= of_right).sum(dim=1) - 1
    return (before < ranks).float().mean().item()


def recalls(queries, found, right=None):
    similarities = queries @ found.T
    right = torch.arange(len(found), device=found.device) if right is None else right
    return [round(share_within(similarities, right, ranks), 3) for ranks in (1, 10)]


def single(keys):
    return np.array([len(k) == 1 for k in keys])


def figures(towers, dataset):
    out = {}
    # Of its own: how often is measured changes nothing of the training.
    random = Random(torch.Generator(dataset.device).manual_seed(1))
    blob = (dataset.source == "blobmoji") & single(dataset.key)
    noto = {k: i for i, k in enumerate(dataset.key) if dataset.source[i] == "noto"}
    rows = [i for i in np.flatnonzero(blob) if dataset.key[i] in noto]
    if rows:
        chosen = torch.tensor(rows, device=dataset.device)
        found = images(towers, dataset.drawings[chosen])
        concept = dataset.concept[chosen]
        for language in ("ja", "en"):
            names = dataset.groups[language + "_name"].pick(concept, random)
            known = (names >= 0).nonzero().flatten()
            out["blob " + language] = recalls(texts(towers, dataset, names[known]), found, known)
        others = torch.tensor([noto[dataset.key[i]] for i in rows], device=dataset.device)
        out["blob noto"] = recalls(found, images(towers, dataset.drawings[others]))
    held = np.flatnonzero(dataset.held_drawings)[:MOST]
    if len(held):
        chosen = torch.from_numpy(held).to(dataset.device)
        names = dataset.groups["en_name"].pick(dataset.concept[chosen], random)
        found = images(towers, dataset.drawings[chosen])
        out["clipart"] = recalls(texts(towers, dataset, names), found)
    held = np.flatnonzero(dataset.held_stamps)[:MOST]
    if len(held):
        chosen = torch.from_numpy(held).to(dataset.device)
        alpha = dataset.stamps[chosen]
        colour = dataset.stamp_colours[chosen][:, None, None, :].expand(*alpha.shape, 3)
        found = images(towers, torch.cat([colour, alpha[..., None]], dim=3))
        readings = dataset.stamp_texts[chosen][:, 0]
        out["stamps"] = recalls(texts(towers, dataset, readings), found)
    return out
