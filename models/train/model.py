"""The two towers. Both are scriptable and use only operators of libtorch 1.13."""
import torch
from torch import nn
from torch.nn import functional

DIMENSION = 128
INPUT_SIZE = 64
MEAN = (0.5, 0.5, 0.5)
STD = (0.5, 0.5, 0.5)
BACKGROUND = (255, 255, 255)
TEXT_WIDTH = 64
TEXT_HIDDEN = 192


class Down(nn.Module):
    """Halves the sides."""

    def __init__(self, inputs: int, outputs: int):
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, 3, stride=2, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(outputs)

    def forward(self, x):
        return functional.relu(self.norm(self.conv(x)))


class Block(nn.Module):
    """A residual block of two 3 x 3 convolutions."""

    def __init__(self, width: int):
        super().__init__()
        self.conv1 = nn.Conv2d(width, width, 3, padding=1, bias=False)
        self.norm1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, padding=1, bias=False)
        self.norm2 = nn.BatchNorm2d(width)

    def forward(self, x):
        y = functional.relu(self.norm1(self.conv1(x)))
        return functional.relu(x + self.norm2(self.conv2(y)))


class Separable(nn.Module):
    """A residual block that looks across the whole 4 x 4 map and then mixes channels."""

    def __init__(self, width: int):
        super().__init__()
        self.across = nn.Conv2d(width, width, 3, padding=1, groups=width, bias=False)
        self.norm1 = nn.BatchNorm2d(width)
        self.mix1 = nn.Conv2d(width, 2 * width, 1)
        self.mix2 = nn.Conv2d(2 * width, width, 1, bias=False)
        self.norm2 = nn.BatchNorm2d(width)

    def forward(self, x):
        y = functional.relu(self.mix1(self.norm1(self.across(x))))
        return x + self.norm2(self.mix2(y))


class ImageTower(nn.Module):
    """float32 [B,3,64,64] -> [B,D]"""

    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(
            Down(3, 32), Down(32, 64), Block(64), Down(64, 128), Block(128), Down(128, 192),
            Separable(192))
        self.head = nn.Linear(2 * 192, DIMENSION)

    def forward(self, pictures):
        x = self.body(pictures)
        mean = x.mean(dim=[2, 3])
        peak = x.amax(dim=[2, 3])
        return self.head(torch.cat([mean, peak], dim=1))


class TextTower(nn.Module):
    """int64 ids [B,L] (0 = padding), int64 mask [B,L] -> [B,D]"""

    def __init__(self, buckets: int):
        super().__init__()
        self.grams = nn.Embedding(buckets, TEXT_WIDTH)
        nn.init.normal_(self.grams.weight, std=0.3)
        self.norm = nn.LayerNorm(TEXT_WIDTH)
        self.hidden = nn.Linear(TEXT_WIDTH, TEXT_HIDDEN)
        self.out = nn.Linear(TEXT_HIDDEN, DIMENSION)

    def forward(self, ids, mask):
        weights = mask.to(self.grams.weight.dtype).unsqueeze(2)
        total = (self.grams(ids) * weights).sum(dim=1)
        # Divided by the root: a sum of n unrelated vectors has length sqrt(n).
        mean = total / weights.sum(dim=1).clamp(min=1.0).sqrt()
        return self.out(functional.gelu(self.hidden(self.norm(mean))))


class DualEncoder(nn.Module):
    def __init__(self, buckets: int):
        super().__init__()
        self.image = ImageTower()
        self.text = TextTower(buckets)
        self.log_scale = nn.Parameter(torch.tensor(2.7))

    def scale(self):
        return self.log_scale.clamp(max=4.2).exp()
