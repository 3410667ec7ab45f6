"""The towers of OpenAI's CLIP and of sentence-transformers' multilingual one, for export.

Scriptable, of operators that libtorch 1.13 knows. Every projection is a plain linear layer (no
fused attention), so that each can be packed or quantised by itself. Sizes come from the weights.
"""
import math

import torch
from torch import nn
from torch.nn import functional


class Attention(nn.Module):
    def __init__(self, width: int, heads: int):
        super().__init__()
        self.heads = heads
        self.query = nn.Linear(width, width)
        self.key = nn.Linear(width, width)
        self.value = nn.Linear(width, width)
        self.out = nn.Linear(width, width)

    def forward(self, x, bias):
        batch, length, width = x.shape
        size = width // self.heads
        shape = [batch, length, self.heads, size]
        query = self.query(x).view(shape).transpose(1, 2) * (1.0 / math.sqrt(size))
        key = self.key(x).view(shape).permute(0, 2, 3, 1)
        value = self.value(x).view(shape).transpose(1, 2)
        weights = functional.softmax(torch.matmul(query, key) + bias, dim=-1)
        mixed = torch.matmul(weights, value).transpose(1, 2)
        return self.out(mixed.reshape(batch, length, width))


class ClipBlock(nn.Module):
    """Pre-norm, with CLIP's approximation of GELU."""

    def __init__(self, width: int, heads: int):
        super().__init__()
        self.ln_1 = nn.LayerNorm(width)
        self.attention = Attention(width, heads)
        self.ln_2 = nn.LayerNorm(width)
        self.fc = nn.Linear(width, 4 * width)
        self.proj = nn.Linear(4 * width, width)

    def forward(self, x, bias):
        x = x + self.attention(self.ln_1(x), bias)
        hidden = self.fc(self.ln_2(x))
        return x + self.proj(hidden * torch.sigmoid(1.702 * hidden))


class ClipImage(nn.Module):
    """float32 [B,3,S,S], normalised, to [B,D]"""

    def __init__(self, side: int, patch: int, width: int, layers: int, dimension: int):
        super().__init__()
        self.patches = nn.Conv2d(3, width, patch, stride=patch, bias=False)
        self.first = nn.Parameter(torch.zeros(width))
        self.positions = nn.Parameter(torch.zeros((side // patch) ** 2 + 1, width))
        self.ln_pre = nn.LayerNorm(width)
        self.blocks = nn.ModuleList([ClipBlock(width, width // 64) for _ in range(layers)])
        self.ln_post = nn.LayerNorm(width)
        self.head = nn.Linear(width, dimension, bias=False)

    def forward(self, pictures):
        x = self.patches(pictures).flatten(2).transpose(1, 2)
        first = self.first.view(1, 1, -1).expand(x.shape[0], 1, x.shape[2])
        x = self.ln_pre(torch.cat([first, x], dim=1) + self.positions)
        none = torch.zeros([1], dtype=x.dtype, device=x.device)
        for block in self.blocks:
            x = block(x, none)
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

    def forward(self, x, bias):
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
