"""The two towers. Both are scriptable and use only operators of libtorch 1.13."""
import torch
from torch import nn
from torch.nn import functional

DIMENSION = 256
INPUT_SIZE = 80
MEAN = (0.5, 0.5, 0.5)
STD = (0.5, 0.5, 0.5)
# Neither white nor black, so that white and black pictures on transparency are seen.
BACKGROUND = (224, 224, 224)
WIDTHS = (32, 64, 128, 256)   # of the maps at 1/2, 1/4, 1/8 and 1/16
BLOCKS = (0, 1, 2, 1)         # residual blocks at each
LAYERS = 4                    # of attention over the last map
HEADS = 4
TEXT_WIDTH = 96
TEXT_HIDDEN = 512


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


class Layer(nn.Module):
    """A layer of a transformer, normalised first: [B,N,D] -> [B,N,D]"""

    def __init__(self, width: int, heads: int):
        super().__init__()
        self.heads = heads
        self.norm1 = nn.LayerNorm(width)
        self.query_key_value = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)
        self.norm2 = nn.LayerNorm(width)
        self.wide = nn.Linear(width, 4 * width)
        self.narrow = nn.Linear(4 * width, width)

    def forward(self, x):
        batch, tokens, width = x.shape
        each = width // self.heads
        parts = self.query_key_value(self.norm1(x)).view(batch, tokens, 3, self.heads, each)
        parts = parts.permute(2, 0, 3, 1, 4)
        query, key, value = parts[0], parts[1], parts[2]
        weights = torch.softmax(torch.matmul(query * each ** -0.5, key.transpose(2, 3)), dim=3)
        mixed = torch.matmul(weights, value).transpose(1, 2).reshape(batch, tokens, width)
        x = x + self.out(mixed)
        return x + self.narrow(functional.gelu(self.wide(self.norm2(x))))


class ImageTower(nn.Module):
    """float32 [B,3,INPUT_SIZE,INPUT_SIZE] -> [B,D]"""

    def __init__(self):
        super().__init__()
        maps = []
        before = 3
        for width, blocks in zip(WIDTHS, BLOCKS):
            maps.append(Down(before, width))
            maps += [Block(width) for _ in range(blocks)]
            before = width
        self.maps = nn.Sequential(*maps)
        side = INPUT_SIZE // 2 ** len(WIDTHS)
        self.places = nn.Parameter(torch.randn(side * side, before) * 0.02)
        self.layers = nn.Sequential(*[Layer(before, HEADS) for _ in range(LAYERS)])
        self.norm = nn.LayerNorm(before)
        self.head = nn.Linear(2 * before, DIMENSION)

    def forward(self, pictures):
        x = self.maps(pictures).flatten(2).transpose(1, 2) + self.places
        x = self.norm(self.layers(x))
        return self.head(torch.cat([x.mean(dim=1), x.amax(dim=1)], dim=1))


class TextTower(nn.Module):
    """int64 ids [B,L], 0 = padding -> [B,D]; as it is trained. StoredTextTower is its exported form."""

    def __init__(self, buckets: int):
        super().__init__()
        self.grams = nn.Embedding(buckets, TEXT_WIDTH)
        # Small, so that n-grams which no text of the training has say next to nothing.
        nn.init.normal_(self.grams.weight, std=0.05)
        self.head = TextHead()

    def forward(self, ids):
        # The sum alone, without a tensor of all n-grams.
        total = functional.embedding_bag(ids, self.grams.weight, mode="sum", padding_idx=0)
        return self.head(total, (ids > 0).sum(dim=1, keepdim=True).to(total.dtype))


class TextHead(nn.Module):
    """The sum [B,TEXT_WIDTH] of n-grams and their number [B,1] -> [B,D]"""

    def __init__(self):
        super().__init__()
        self.norm = nn.LayerNorm(TEXT_WIDTH)
        self.hidden = nn.Linear(TEXT_WIDTH, TEXT_HIDDEN)
        self.again = nn.Linear(TEXT_HIDDEN, TEXT_HIDDEN)
        self.out = nn.Linear(TEXT_HIDDEN, DIMENSION)

    def forward(self, total, count):
        # Divided by the root: a sum of n unrelated vectors has length sqrt(n).
        x = self.norm(total / count.clamp(min=1.0).sqrt())
        x = functional.gelu(self.hidden(x))
        return self.out(x + functional.gelu(self.again(x)))


class StoredTextTower(nn.Module):
    """int64 ids [B,L], int64 mask [B,L] -> [B,D]: TextTower with its table in int8, each row with a
    scale."""

    def __init__(self, grams, scales, head: TextHead):
        super().__init__()
        self.register_buffer("grams", grams)
        self.register_buffer("scales", scales)
        self.head = head

    def forward(self, ids, mask):
        weights = mask.to(self.scales.dtype) * self.scales[ids]
        total = (self.grams[ids].to(self.scales.dtype) * weights.unsqueeze(2)).sum(dim=1)
        return self.head(total, mask.to(self.scales.dtype).sum(dim=1, keepdim=True))


class DualEncoder(nn.Module):
    def __init__(self, buckets: int):
        super().__init__()
        self.image = ImageTower()
        self.text = TextTower(buckets)
        self.log_scale = nn.Parameter(torch.tensor(2.7))

    def scale(self):
        return self.log_scale.clamp(max=4.4).exp()
