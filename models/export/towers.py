"""The towers of OpenAI's CLIP and of sentence-transformers' multilingual one, for export.

Scriptable, of operators that libtorch 1.13 knows. Every projection is a plain linear layer (no
fused attention), so that each can be packed or quantised by itself: `reduced` makes the towers of
half precision and of 8 bits. Sizes come from the weights.
"""
import copy
from typing import Optional

import torch
from torch import nn
from torch.nn import functional


class Attention(nn.Module):
    """Heads of 64. `qkv` has the three projections one below the other, the query's already divided
    by the root of 64 (which is exact)."""

    def __init__(self, width: int, heads: int):
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)

    def forward(self, x, bias: Optional[torch.Tensor]):
        batch, length, width = x.shape
        shape = [batch, length, 3, self.heads, width // self.heads]
        query, key, value = self.qkv(x).view(shape).permute(2, 0, 3, 1, 4).unbind(0)
        weights = torch.matmul(query, key.transpose(2, 3))
        if bias is not None:
            weights = weights + bias
        mixed = torch.matmul(functional.softmax(weights, dim=-1), value).transpose(1, 2)
        return self.out(mixed.reshape(batch, length, width))


class ClipBlock(nn.Module):
    """Pre-norm. CLIP's approximation of GELU is h sigmoid(1.702 h) = silu(1.702 h) / 1.702: the
    factors are in the weights of `fc` and `proj`."""

    def __init__(self, width: int, heads: int):
        super().__init__()
        self.ln_1 = nn.LayerNorm(width)
        self.attention = Attention(width, heads)
        self.ln_2 = nn.LayerNorm(width)
        self.fc = nn.Linear(width, 4 * width)
        self.proj = nn.Linear(4 * width, width)

    def forward(self, x, bias: Optional[torch.Tensor]):
        x = x + self.attention(self.ln_1(x), bias)
        return x + self.proj(functional.silu(self.fc(self.ln_2(x)), inplace=True))


class ClipImage(nn.Module):
    """float32 [B,3,S,S], normalised, to [B,D]. The convolution over patches that do not overlap is
    a linear layer over each patch."""

    def __init__(self, side: int, patch: int, width: int, layers: int, dimension: int):
        super().__init__()
        self.patch = patch
        self.patches = nn.Linear(3 * patch * patch, width, bias=False)
        self.first = nn.Parameter(torch.zeros(width))
        self.positions = nn.Parameter(torch.zeros((side // patch) ** 2 + 1, width))
        self.ln_pre = nn.LayerNorm(width)
        self.blocks = nn.ModuleList([ClipBlock(width, width // 64) for _ in range(layers)])
        self.ln_post = nn.LayerNorm(width)
        self.head = nn.Linear(width, dimension, bias=False)

    def forward(self, pictures):
        batch, channels, height, width = pictures.shape
        grid = pictures.view(batch, channels, height // self.patch, self.patch,
                             width // self.patch, self.patch).permute(0, 2, 4, 1, 3, 5)
        x = self.patches(grid.flatten(3).flatten(1, 2))
        first = self.first.view(1, 1, -1).expand(x.shape[0], 1, x.shape[2])
        x = self.ln_pre(torch.cat([first, x], dim=1) + self.positions)
        for block in self.blocks:
            x = block(x, None)
        return self.head(self.ln_post(x[:, 0]))


class ClipText(nn.Module):
    """int64 ids [B,L] and mask [B,L] to [B,D]. What follows the end of a text cannot be seen from
    it (the attention is causal), so the mask is not needed; the end has the largest id."""

    def __init__(self, vocabulary: int, longest: int, width: int, layers: int, dimension: int):
        super().__init__()
        self.words = nn.Embedding(vocabulary, width)
        self.positions = nn.Parameter(torch.zeros(longest, width))
        self.blocks = nn.ModuleList([ClipBlock(width, width // 64) for _ in range(layers)])
        self.ln_final = nn.LayerNorm(width)
        self.head = nn.Linear(width, dimension, bias=False)

    def forward(self, ids, mask):
        length = ids.shape[1]
        x = self.words(ids) + self.positions[:length]
        future = torch.full([length, length], float("-inf"), dtype=x.dtype, device=x.device).triu(1)
        for block in self.blocks:
            x = block(x, future)
        ends = ids.argmax(dim=1)
        rows = torch.arange(ids.shape[0], device=ids.device)
        return self.head(self.ln_final(x[rows, ends]))


class BertBlock(nn.Module):
    """Post-norm, with the exact GELU."""

    def __init__(self, width: int, heads: int, hidden: int):
        super().__init__()
        self.attention = Attention(width, heads)
        self.ln_1 = nn.LayerNorm(width, eps=1e-12)
        self.fc = nn.Linear(width, hidden)
        self.proj = nn.Linear(hidden, width)
        self.ln_2 = nn.LayerNorm(width, eps=1e-12)

    def forward(self, x, bias: Optional[torch.Tensor]):
        x = self.ln_1(x + self.attention(x, bias))
        return self.ln_2(x + self.proj(functional.gelu(self.fc(x))))


class MultilingualText(nn.Module):
    """DistilBERT, the mean over the tokens, and a linear layer into CLIP's space: int64 ids [B,L]
    and mask [B,L] to [B,D]"""

    def __init__(self, vocabulary: int, longest: int, width: int, heads: int, layers: int,
                 hidden: int, dimension: int):
        super().__init__()
        self.words = nn.Embedding(vocabulary, width)
        self.positions = nn.Embedding(longest, width)
        self.ln = nn.LayerNorm(width, eps=1e-12)
        self.blocks = nn.ModuleList([BertBlock(width, heads, hidden) for _ in range(layers)])
        self.head = nn.Linear(width, dimension, bias=False)

    def forward(self, ids, mask):
        x = self.ln(self.words(ids) + self.positions(torch.arange(ids.shape[1],
                                                                  device=ids.device)))
        counted = mask.to(x.dtype)
        padding = ((1.0 - counted) * -1e9).unsqueeze(1).unsqueeze(1)
        for block in self.blocks:
            x = block(x, padding)
        counted = counted.unsqueeze(2)
        mean = (x * counted).sum(dim=1) / counted.sum(dim=1).clamp(min=1e-9)
        return self.head(mean)


class BFloat16Linear(nn.Module):
    """Weights rounded to bfloat16, in half the space. It computes in float32, anywhere; where the
    CPU multiplies bfloat16 the program does so."""

    def __init__(self, linear: nn.Linear):
        super().__init__()
        self.register_buffer("weight", linear.weight.detach().to(torch.bfloat16))
        self.bias = linear.bias

    def forward(self, x):
        return functional.linear(x, self.weight.float(), self.bias)


class Int8Linear(nn.Module):
    """Weights rounded to 8 bits, with a scale for each output (the largest magnitude is 127), in a
    quarter of the space. It computes in float32, anywhere; where the CPU multiplies int8 the
    program rounds the inputs as well, and multiplies those."""

    def __init__(self, linear: nn.Linear):
        super().__init__()
        weight = linear.weight.detach()
        scales = weight.abs().amax(dim=1, keepdim=True).clamp(min=1e-30) / 127
        self.register_buffer("weight", (weight / scales).round().to(torch.int8))
        self.register_buffer("scales", scales)
        self.bias = linear.bias

    def forward(self, x):
        return functional.linear(x, self.weight.float() * self.scales, self.bias)


LINEAR_OF_PRECISION = {"bfloat16": BFloat16Linear, "int8": Int8Linear}


def reduced(tower, precision):
    """A copy of the tower whose blocks have linear layers of this precision; what is before and
    behind the blocks stays."""
    if precision == "float32":
        return tower
    tower = copy.deepcopy(tower)
    kind = LINEAR_OF_PRECISION[precision]
    for block in tower.blocks:
        for owner, names in ((block.attention, ("qkv", "out")), (block, ("fc", "proj"))):
            for name in names:
                setattr(owner, name, kind(getattr(owner, name)))
    return tower
