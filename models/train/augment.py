"""Batched picture augmentation: premultiplied RGBA in, the RGB that the image tower takes out.

Every random number comes from one torch.Generator, so that a run can be repeated.
"""
import math

import torch
from torch.nn import functional

from model import INPUT_SIZE, MEAN, STD

# Rotations of the hue are a rotation about the grey axis of RGB.
_GREY = torch.full((3,), 1 / math.sqrt(3))
_CROSS = torch.tensor([[0.0, -1, 1], [1, 0, -1], [-1, 1, 0]]) / math.sqrt(3)


class Augment:
    def __init__(self, generator):
        self.generator = generator

    def uniform(self, count, low=0.0, high=1.0):
        return torch.rand(count, generator=self.generator) * (high - low) + low

    def chosen(self, count, probability):
        return self.uniform(count) < probability

    def __call__(self, rgba, may_flip):
        """uint8 [N,S,S,4] and bool [N] -> float32 [N,3,INPUT_SIZE,INPUT_SIZE]"""
        x = rgba.permute(0, 3, 1, 2).to(torch.float32) / 255
        x = self.moved(x, may_flip)
        colour, alpha = x[:, :3], x[:, 3:]
        colour = self.recoloured(colour, alpha)
        colour, alpha = self.outlined(colour, alpha)
        flat = colour + (1 - alpha) * self.backgrounds(len(x))
        flat = self.erased(self.degraded(flat)).clamp(0, 1)
        mean, std = torch.tensor(MEAN), torch.tensor(STD)
        return (flat - mean[:, None, None]) / std[:, None, None]

    def moved(self, x, may_flip):
        """Turned, scaled, sheared, shifted and mirrored."""
        n = len(x)
        angle = self.uniform(n, -0.35, 0.35) * self.chosen(n, 0.8)
        scale = self.uniform(n, 0.9, 1.35)
        stretch = self.uniform(n, -0.14, 0.14).exp()
        shear = self.uniform(n, -0.15, 0.15)
        mirror = 1 - 2 * (self.chosen(n, 0.4) & may_flip).float()
        cos, sin = angle.cos() * scale, angle.sin() * scale
        theta = torch.stack([
            torch.stack([cos * stretch * mirror, -sin + shear, self.uniform(n, -0.14, 0.14)], 1),
            torch.stack([sin * mirror, cos / stretch, self.uniform(n, -0.14, 0.14)], 1)], 1)
        grid = functional.affine_grid(theta, [n, 4, INPUT_SIZE, INPUT_SIZE], align_corners=False)
        # A slow wave bends straight lines, as another artist's hand would.
        phase = self.uniform((n, 1, 1, 2), 0, 2 * math.pi)
        wave = self.uniform((n, 1, 1, 2), -0.07, 0.07)
        grid = grid + wave * torch.sin(grid.flip(3) * self.uniform((n, 1, 1, 2), 1.5, 4) + phase)
        return functional.grid_sample(x, grid, align_corners=False)

    def recoloured(self, colour, alpha):
        """Hue, saturation, contrast, brightness, gradients and numbers of tones."""
        n = len(colour)
        strong = self.chosen(n, 0.2)
        angle = self.uniform(n, -0.35, 0.35)
        angle = torch.where(strong, self.uniform(n, -3.1, 3.1), angle)[:, None, None]
        turn = (angle.cos() * torch.eye(3) + angle.sin() * _CROSS
                + (1 - angle.cos()) * torch.outer(_GREY, _GREY))
        saturation = self.uniform(n, 0.5, 1.5) * (1 - self.chosen(n, 0.06).float())
        grey = torch.full((3, 3), 1 / 3)
        s = saturation[:, None, None]
        colour = torch.einsum("nij,njhw->nihw", s * turn + (1 - s) * grey, colour)
        gain = self.uniform((n, 1, 1, 1), 0.75, 1.25)
        lift = self.uniform((n, 1, 1, 1), -0.15, 0.15)
        colour = colour * gain + alpha * lift
        ramp = torch.linspace(-1, 1, INPUT_SIZE)
        shade = (self.uniform((n, 1, 1, 1), -0.12, 0.12) * ramp[:, None]
                 + self.uniform((n, 1, 1, 1), -0.12, 0.12) * ramp)
        colour = colour * (1 + shade)
        levels = self.uniform((n, 1, 1, 1), 3, 8).round()
        flat = (colour * levels).round() / levels
        colour = torch.where(self.chosen((n, 1, 1, 1), 0.25), flat, colour)
        return torch.minimum(colour.clamp(min=0), alpha)

    def outlined(self, colour, alpha):
        """Some get a border around the shape, dark or light, as stickers and cartoons have."""
        n = len(colour)
        grown = functional.max_pool2d(alpha, 3, stride=1, padding=1)
        wide = functional.max_pool2d(grown, 3, stride=1, padding=1)
        grown = torch.where(self.chosen((n, 1, 1, 1), 0.5), wide, grown)
        some = self.chosen((n, 1, 1, 1), 0.3).float()
        tint = self.uniform((n, 3, 1, 1)) * self.chosen((n, 1, 1, 1), 0.5)
        rim = (grown - alpha).clamp(min=0) * some
        return colour + rim * tint, alpha + rim

    def backgrounds(self, n):
        """Mostly white, as pictures with transparency are shown to the model."""
        tint = self.uniform((n, 3, 1, 1))
        pale = 1 - 0.15 * self.uniform((n, 3, 1, 1))
        dark = 0.2 * self.uniform((n, 3, 1, 1))
        which = self.uniform((n, 1, 1, 1))
        out = torch.where(which < 0.15, tint, torch.ones_like(tint))
        out = torch.where((which >= 0.15) & (which < 0.3), pale, out)
        return torch.where((which >= 0.3) & (which < 0.37), dark, out)

    def degraded(self, x):
        """Some lose detail: scaled down and up again, blurred, or noisy in 8 x 8 blocks."""
        n = len(x)
        for side, probability in ((20, 0.06), (28, 0.10), (40, 0.12)):
            some = self.chosen(n, probability).nonzero().flatten()
            if len(some) > 0:
                small = functional.interpolate(x[some], size=side, mode="area")
                x[some] = functional.interpolate(
                    small, size=INPUT_SIZE, mode="bilinear", align_corners=False)
        some = self.chosen(n, 0.2).nonzero().flatten()
        if len(some) > 0:
            x[some] = functional.avg_pool2d(
                x[some], 3, stride=1, padding=1, count_include_pad=False)
        blocks = torch.randn((n, 1, INPUT_SIZE // 8, INPUT_SIZE // 8), generator=self.generator)
        fine = torch.randn((n, 1, INPUT_SIZE, INPUT_SIZE), generator=self.generator)
        noise = fine + 0.5 * blocks.repeat_interleave(8, 2).repeat_interleave(8, 3)
        return x + noise * self.uniform((n, 1, 1, 1), 0, 0.04) * self.chosen((n, 1, 1, 1), 0.3)

    def erased(self, x):
        """Some lose a rectangle."""
        n = len(x)
        line = torch.arange(INPUT_SIZE).float()
        inside = torch.ones((n, INPUT_SIZE, INPUT_SIZE), dtype=torch.bool)
        for axis in (1, 2):
            centre = self.uniform((n, 1), 0, INPUT_SIZE)
            half = self.uniform((n, 1), 4, 11)
            inside &= ((line - centre).abs() < half).unsqueeze(3 - axis)
        inside &= self.chosen((n, 1, 1), 0.3)
        return torch.where(inside.unsqueeze(1), self.uniform((n, 3, 1, 1)), x)
