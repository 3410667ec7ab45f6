"""Batched picture augmentation: premultiplied RGBA in, the RGB that the image tower takes out.

Works on the device of the pictures; random numbers come from one torch.Generator.
"""
import math

import torch
from torch.nn import functional

from model import BACKGROUND, INPUT_SIZE, MEAN, STD


class Augment:
    def __init__(self, random):
        self.random = random
        device = random.device
        # Rotations of the hue are a rotation about the grey axis of RGB.
        self.grey = torch.full((3,), 1 / math.sqrt(3), device=device)
        self.cross = torch.tensor([[0.0, -1, 1], [1, 0, -1], [-1, 1, 0]],
                                  device=device) / math.sqrt(3)
        self.paper = torch.tensor(BACKGROUND, device=device)[:, None, None] / 255
        self.ramp = torch.linspace(-1, 1, INPUT_SIZE, device=device)
        self.mean = torch.tensor(MEAN, device=device)[:, None, None]
        self.std = torch.tensor(STD, device=device)[:, None, None]

    def __call__(self, rgba, may_flip, strength):
        """float32 [N,4,S,S] premultiplied, bool [N], float32 [N] (1: drawings, less: letters) ->
        (the RGB over a ground, in 0…1, [N,3,INPUT_SIZE,INPUT_SIZE]; alpha of the same size)"""
        x = self.moved(rgba, may_flip, strength)
        colour, alpha = x[:, :3], x[:, 3:]
        colour = self.recoloured(colour, alpha, strength)
        colour, alpha = self.outlined(colour, alpha)
        flat = torch.addcmul(colour, 1 - alpha, self.backgrounds(len(x)).to(x.dtype))
        return flat.clamp(0, 1), alpha

    def worn(self, flat):
        """With the faults of copies; normalised as the image tower takes it."""
        flat = self.erased(self.degraded(flat.clone())).clamp(0, 1)
        return (flat - self.mean.to(flat.dtype)) / self.std.to(flat.dtype)

    def moved(self, x, may_flip, strength):
        """Turned, scaled, sheared, shifted and mirrored."""
        r = self.random
        n = len(x)
        angle = r.uniform(n, -0.35, 0.35) * r.chosen(n, 0.8) * strength
        scale = r.uniform(n, 0.9, 1.35)
        scale = torch.where(r.chosen(n, 0.05), r.uniform(n, 1.3, 1.9), scale)
        scale = 1 + (scale - 1) * strength
        stretch = (r.uniform(n, -0.14, 0.14) * strength).exp()
        shear = r.uniform(n, -0.15, 0.15) * strength
        shift = r.uniform((2, n), -0.14, 0.14) * strength
        mirror = 1 - 2 * (r.chosen(n, 0.4) & may_flip).float()
        cos, sin = angle.cos() * scale, angle.sin() * scale
        theta = torch.stack([
            torch.stack([cos * stretch * mirror, -sin + shear, shift[0]], 1),
            torch.stack([sin * mirror, cos / stretch, shift[1]], 1)], 1)
        grid = functional.affine_grid(theta, [n, 4, INPUT_SIZE, INPUT_SIZE], align_corners=False)
        # A slow wave bends straight lines, as another artist's hand would.
        phase = r.uniform((n, 1, 1, 2), 0, 2 * math.pi)
        wave = r.uniform((n, 1, 1, 2), -0.07, 0.07) * strength[:, None, None, None]
        grid = grid + wave * torch.sin(grid.flip(3) * r.uniform((n, 1, 1, 2), 1.5, 4) + phase)
        return functional.grid_sample(x, grid.to(x.dtype), align_corners=False)

    def recoloured(self, colour, alpha, strength):
        """Hue, saturation, contrast, brightness, gradients and numbers of tones."""
        r = self.random
        n = len(colour)
        strong = r.chosen(n, 0.15)
        angle = r.uniform(n, -0.3, 0.3)
        angle = torch.where(strong, r.uniform(n, -3.1, 3.1), angle)[:, None, None]
        turn = (angle.cos() * torch.eye(3, device=r.device) + angle.sin() * self.cross
                + (1 - angle.cos()) * torch.outer(self.grey, self.grey))
        saturation = r.uniform(n, 0.5, 1.5) * (1 - r.chosen(n, 0.06).float())
        grey = torch.full((3, 3), 1 / 3, device=r.device)
        s = saturation[:, None, None]
        kind = colour.dtype
        mix = (s * turn + (1 - s) * grey).to(kind)
        colour = torch.bmm(mix, colour.flatten(2)).view_as(colour)
        gain = r.uniform((n, 1, 1, 1), 0.75, 1.25)
        lift = r.uniform((n, 1, 1, 1), -0.15, 0.15) * strength[:, None, None, None]
        shade = (r.uniform((n, 1, 1, 1), -0.12, 0.12) * self.ramp[:, None]
                 + r.uniform((n, 1, 1, 1), -0.12, 0.12) * self.ramp)
        colour = torch.addcmul(alpha * lift.to(kind), colour, (gain * (1 + shade)).to(kind))
        rows = r.some(n, 0.2)
        levels = r.uniform((len(rows), 1, 1, 1), 3, 8).round().to(kind)
        colour[rows] = (colour[rows] * levels).round() / levels
        return torch.minimum(colour.clamp(min=0), alpha)

    def outlined(self, colour, alpha):
        """Some get a border around the shape, dark or light, as stickers and cartoons have."""
        r = self.random
        rows = r.some(len(colour), 0.25)
        n = len(rows)
        thin = functional.max_pool2d(alpha[rows], 3, stride=1, padding=1)
        wide = functional.max_pool2d(thin, 3, stride=1, padding=1)
        grown = torch.where(r.chosen((n, 1, 1, 1), 0.5), wide, thin)
        tint = r.uniform((n, 3, 1, 1)) * r.chosen((n, 1, 1, 1), 0.5)
        tint = torch.where(r.chosen((n, 1, 1, 1), 0.3), torch.ones_like(tint), tint)
        rim = (grown - alpha[rows]).clamp(min=0)
        colour, alpha = colour.clone(), alpha.clone()
        colour[rows] = torch.addcmul(colour[rows], rim, tint.to(colour.dtype))
        alpha[rows] = alpha[rows] + rim
        return colour, alpha

    def backgrounds(self, n):
        """Mostly the one on which pictures with transparency are shown to the model."""
        r = self.random
        tint = r.uniform((n, 3, 1, 1))
        which = r.uniform((n, 1, 1, 1))
        out = torch.where(which < 0.08, tint, self.paper.expand(n, 3, 1, 1))
        out = torch.where((which >= 0.08) & (which < 0.25), torch.ones_like(tint), out)
        return torch.where((which >= 0.25) & (which < 0.33), 0.2 * tint * r.chosen(1, 0.5), out)

    def degraded(self, x):
        """Some lose detail, in place: scaled down and up again, blurred, or noisy in blocks."""
        r = self.random
        n = len(x)
        for side, share in ((32, 0.05), (44, 0.08), (60, 0.10)):
            rows = r.some(n, share)
            small = functional.interpolate(x[rows].float(), size=side, mode="bilinear",
                                           align_corners=False, antialias=True)
            x[rows] = functional.interpolate(small, size=INPUT_SIZE, mode="bilinear",
                                             align_corners=False).to(x.dtype)
        rows = r.some(n, 0.12)
        x[rows] = functional.avg_pool2d(x[rows], 3, stride=1, padding=1, count_include_pad=False)
        rows = r.some(n, 0.3)
        blocks = r.normal((len(rows), 1, INPUT_SIZE // 8, INPUT_SIZE // 8))
        fine = r.normal((len(rows), 1, INPUT_SIZE, INPUT_SIZE))
        noise = fine + 0.5 * blocks.repeat_interleave(8, 2).repeat_interleave(8, 3)
        x[rows] = x[rows] + (noise * r.uniform((len(rows), 1, 1, 1), 0, 0.05)).to(x.dtype)
        return x

    def erased(self, x):
        """Some lose a rectangle, in place."""
        r = self.random
        rows = r.some(len(x), 0.2)
        n = len(rows)
        line = torch.arange(INPUT_SIZE, device=r.device).float()
        inside = torch.ones((n, INPUT_SIZE, INPUT_SIZE), dtype=torch.bool, device=r.device)
        for axis in (1, 2):
            centre = r.uniform((n, 1), 0, INPUT_SIZE)
            half = r.uniform((n, 1), 4, 12)
            inside &= ((line - centre).abs() < half).unsqueeze(3 - axis)
        x[rows] = torch.where(inside.unsqueeze(1), r.uniform((n, 3, 1, 1)).to(x.dtype), x[rows])
        return x
