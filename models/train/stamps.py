"""Draws text stamps by the thousand: strings, fonts, lines, colours, outlines and grounds at random.

All of it is arithmetic on whole batches, on whichever device the tables lie. Random numbers come
from one torch.Generator.
"""
import torch
from torch.nn import functional

from glyphs import CELL, EM, MARGIN
from model import INPUT_SIZE

CANVAS = 2 * INPUT_SIZE  # drawn at twice the size and reduced, which smooths the edges
NO_GLYPH = -1
SPACE_ADVANCE = 0.35
WIDE = 0.9              # advances from which a letter is as wide as the em square
NARROW = 0.75           # mean advances below which a string is of an alphabet
# Shares of those that are broken at their space, and of those without one that are one line.
AT_SPACE, ONE_LINE = 0.75, 0.6
# Share of the strings whose lines are as high as their letters' ink, and the least height, in em.
TIGHT, LEAST_HEIGHT = 0.5, 0.45
# Shares of the stamps that have something behind or around their letters, and the weights of the
# shapes: disc, rounded square, square; and how far letters shrink to fit in.
GROUNDED, SHADOWED, RIMMED, GRADED = 0.34, 0.12, 0.3, 0.15
SHAPE_WEIGHTS = (0.35, 0.25, 0.4)
SHRINK = (0.66, 0.82, 0.94)


class Random:
    """Shorthands for random numbers of one generator on its device."""

    def __init__(self, generator):
        self.generator = generator
        self.device = generator.device

    def uniform(self, shape, low=0.0, high=1.0):
        shape = (shape,) if isinstance(shape, int) else shape
        return torch.rand(shape, generator=self.generator, device=self.device) * (high - low) + low

    def normal(self, shape):
        return torch.randn(shape, generator=self.generator, device=self.device)

    def chosen(self, shape, probability):
        return self.uniform(shape) < probability

    def some(self, count, share):
        """The numbers of a random share of `count` things, int64."""
        order = torch.randperm(count, generator=self.generator, device=self.device)
        return order[:round(share * count)]

    def below(self, counts):
        """Whole numbers in 0…counts-1, one for each of counts (int64)."""
        return (self.uniform(counts.shape) * counts).long().clamp(max=(counts - 1).clamp(min=0))

    def weighted(self, weights, count):
        return torch.multinomial(weights, count, replacement=True, generator=self.generator)


class StampPainter:
    """tiles uint8 [G,CELL,CELL]; advances float32 [G], in em; index int64 [F,C]: the tile of a
    character in a font, or NO_GLYPH; weights float32 [F]; strings int64 [N,K] of character numbers
    (C: a space; C+1: the end); cuts int64 [N]: where a string may best be broken, or 0."""

    def __init__(self, tiles, advances, index, weights, strings, cuts, random):
        self.tiles, self.advances, self.weights = tiles, advances, weights
        blank = torch.full((len(index), 2), NO_GLYPH, dtype=index.dtype, device=index.device)
        self.index = torch.cat([index, blank], dim=1)
        self.space = index.shape[1]
        self.ink = self._ink(tiles)
        self.strings, self.cuts = strings, cuts
        self.random = random
        # Pictures need no more than half precision, and take half the time.
        self.pixels = torch.float16 if tiles.device.type == "cuda" else torch.float32

    @staticmethod
    def _ink(tiles):
        """Where the ink of each tile begins and ends, in em from the top: float32 [2,G]"""
        inked = tiles.amax(dim=2) > 60
        row = torch.arange(CELL, device=tiles.device)
        first = torch.where(inked, row, CELL).amin(dim=1)
        last = torch.where(inked, row + 1, 0).amax(dim=1)
        return (torch.stack([first, last]).float() - MARGIN) / EM

    def __call__(self, chosen):
        """int64 [B] strings -> premultiplied RGBA [B,4,INPUT_SIZE,INPUT_SIZE] of type `pixels`"""
        return self.styled(self.masks(chosen))

    def fonts_for(self, texts):
        """int64 [B]: a font for each that has all of its characters, or the one with the most."""
        have = (self.index[:, texts] >= 0) | (texts >= self.space)       # [F,B,K]
        share = have.float().mean(dim=2).T                               # [B,F]
        best = share >= share.amax(dim=1, keepdim=True) - 1e-6
        weights = best.float() * self.weights
        return torch.multinomial(weights, 1, generator=self.random.generator).squeeze(1)

    def lines_of(self, lengths, cuts, narrow):
        """The line of each character: int64 [B,K], from 0. `narrow`: the string is of an alphabet,
        bool [B]."""
        r = self.random
        n = len(lengths)
        width = self.strings.shape[1]
        wanted = torch.ones_like(lengths)
        draw = r.uniform(n)
        wanted = torch.where((lengths >= 2) & (draw < 0.15), 2, wanted)
        wanted = torch.where((lengths >= 3) & (draw < 0.65), 2, wanted)
        wanted = torch.where((lengths >= 5) & (draw < 0.85), 2, wanted)
        wanted = torch.where((lengths >= 6) & (draw < 0.20), 3, wanted)
        wanted = torch.where((lengths >= 10) & (draw < 0.45), 3, wanted)
        wanted = torch.where((lengths >= 12) & (draw < 0.15), 4, wanted)
        wanted = torch.where((lengths >= 5) & r.chosen(n, 0.01), 5, wanted)
        # Words of an alphabet are seldom broken.
        wanted = torch.where(narrow & (cuts == 0) & r.chosen(n, ONE_LINE), 1, wanted)
        wanted = torch.where(narrow & (cuts > 0) & r.chosen(n, AT_SPACE), 2, wanted)
        place = torch.arange(width, device=lengths.device).expand(n, width)
        even = place * wanted[:, None] // lengths[:, None].clamp(min=1)
        middle = lengths / 2 + r.normal((n,)) * 0.12 * lengths
        middle = middle.round().long()
        middle = torch.where((cuts > 0) & (narrow | r.chosen(n, 0.7)), cuts, middle)
        middle = torch.minimum(middle.clamp(min=1), (lengths - 1).clamp(min=1))
        two = (place >= middle[:, None]).long()
        return torch.where(wanted[:, None] == 2, two, even.clamp(max=4))

    def windows(self, glyph):
        """What of the em square's height is shown of each string: its top and height in em, [B,1]"""
        r = self.random
        n = len(glyph)
        shown = glyph >= 0
        first, last = self.ink[:, glyph.clamp(min=0)]
        first = torch.where(shown, first, 1.0).amin(dim=1, keepdim=True)
        last = torch.where(shown, last, 0.0).amax(dim=1, keepdim=True)
        height = (last - first).clamp(LEAST_HEIGHT, 1.0)
        first = (first + last - height) / 2
        # Letters of CJK fonts do not fill the em square; others cut a little of it off.
        whole = r.uniform((n, 1), 0.88, 1.0)
        tight = r.chosen((n, 1), TIGHT)
        return (torch.where(tight, first, (1 - whole) / 2), torch.where(tight, height, whole))

    def boxes(self, texts, fonts, cuts):
        """Where each character lies on the unit square: x0, x1, y0, y1; its tile or NO_GLYPH; its
        advance: each [B,K]; whether the lines are columns, bool [B]; and `windows`."""
        r = self.random
        n, width = texts.shape
        used = texts <= self.space
        lengths = used.sum(dim=1)
        glyph = self.index[fonts[:, None], texts]
        window = self.windows(glyph)
        advance = torch.where(glyph >= 0, self.advances[glyph.clamp(min=0)],
                              torch.full_like(texts, SPACE_ADVANCE, dtype=torch.float32))
        advance = advance * used
        vertical = r.chosen(n, 0.06)
        narrow = advance.sum(dim=1) < NARROW * lengths
        line = self.lines_of(lengths, cuts, narrow)
        count = (line * used).amax(dim=1) + 1
        together = (line[:, :, None] == line[:, None, :]) & used[:, :, None] & used[:, None, :]
        before = torch.ones((width, width), device=texts.device).tril(-1)
        advance = torch.where(vertical[:, None], used.float(), advance)
        start = (together * before * advance[:, None, :]).sum(dim=2)
        total = (together * advance[:, None, :]).sum(dim=2).clamp(min=1e-3)
        longest = (total * used).amax(dim=1, keepdim=True)
        # Each line fills the width; or all have letters of one width, to the left or in the middle.
        filled = (r.chosen(n, 0.55))[:, None]
        centred = r.chosen(n, 0.6)[:, None]
        room = torch.where(filled, total, longest)
        shift = torch.where(filled | ~centred, torch.zeros_like(total), (longest - total) / 2)
        x0, x1 = (start + shift) / room, (start + shift + advance) / room
        rows = count[:, None].float()
        y0, y1 = line / rows, (line + 1) / rows
        # Not wider than the letters' shape allows, in some; in most, stretched to the square.
        natural = longest / (rows * window[1])        # width over height of the block
        keep = r.chosen(n, 0.35)[:, None]
        high = torch.where(keep, (1 / natural).clamp(max=1), torch.ones_like(natural))
        wide = torch.where(keep, natural.clamp(max=1), torch.ones_like(natural))
        limit = r.uniform((n, 1), 1.0, 2.2)           # letters are never stretched more than that
        high = torch.minimum(high, limit / natural)
        wide = torch.minimum(wide, limit * natural)
        x0, x1 = 0.5 + (x0 - 0.5) * wide, 0.5 + (x1 - 0.5) * wide
        y0, y1 = 0.5 + (y0 - 0.5) * high, 0.5 + (y1 - 0.5) * high
        # Columns from right to left.
        v = vertical[:, None]
        return (torch.where(v, 1 - y1, x0), torch.where(v, 1 - y0, x1),
                torch.where(v, x0, y0), torch.where(v, x1, y1), glyph, advance, vertical, window)

    def masks(self, chosen):
        """float32 [B,1,CANVAS,CANVAS]: how much of each pixel the letters cover"""
        r = self.random
        texts = self.strings[chosen]
        n = len(chosen)
        fonts = self.fonts_for(texts)
        x0, x1, y0, y1, glyph, advance, vertical, window = self.boxes(texts, fonts,
                                                                      self.cuts[chosen])
        margin = r.uniform((n, 1), 0.0, 0.06) * r.chosen((n, 1), 0.5)
        small = 1 - 2 * margin
        x0, x1, y0, y1 = (margin + small * a for a in (x0, x1, y0, y1))
        line = (torch.arange(CANVAS, device=texts.device) + 0.5) / CANVAS
        in_x = ((line >= x0[..., None]) & (line < x1[..., None]) & (glyph >= 0)[..., None]).float()
        in_y = ((line >= y0[..., None]) & (line < y1[..., None])).float()
        along = (line - x0[..., None]) / (x1 - x0)[..., None].clamp(min=1e-3)
        down = (line - y0[..., None]) / (y1 - y0)[..., None].clamp(min=1e-3)
        place = torch.arange(texts.shape[1], device=texts.device).float()[None, :, None]
        columns = in_y.transpose(1, 2)
        which = torch.bmm(columns, in_x * place)
        inside = torch.bmm(columns, in_x) > 0.5
        em = torch.where(vertical[:, None], torch.ones_like(advance), advance.clamp(max=1.0))
        # Only letters as wide as the em square leave room at its sides.
        zoom = torch.where(em >= WIDE, r.uniform((n, 1), 0.88, 1.0), 1.0)[..., None]
        u = torch.bmm(columns, in_x * (0.5 + (along - 0.5) * zoom) * em[..., None])
        v = torch.bmm((in_y * down).transpose(1, 2), in_x)
        # Where rounding lets two letters have the same pixels, the sum of their places is no place.
        which = which.round().long().clamp(max=texts.shape[1] - 1)
        letters = glyph.clamp(min=0).gather(1, which.flatten(1)).view_as(which)
        first, height = (part[..., None] for part in window)
        v = first + v * height
        u = (u * EM + MARGIN - 0.5).clamp(0, CELL - 1.001)
        v = (v * EM + MARGIN - 0.5).clamp(0, CELL - 1.001)
        left, top = u.floor(), v.floor()
        fx, fy = u - left, v - top
        at = letters * (CELL * CELL) + top.long() * CELL + left.long()
        flat = self.tiles.reshape(-1)

        def texel(shift):
            return flat[at + shift].float()

        above = torch.lerp(texel(0), texel(1), fx)
        below = torch.lerp(texel(CELL), texel(CELL + 1), fx)
        ink = torch.lerp(above, below, fy) * inside / 255
        return ink.unsqueeze(1).to(self.pixels)

    def colours(self, n):
        """float32 [n,3,1,1]: mostly of medium brightness, some dark, light or grey"""
        r = self.random
        hue = r.uniform(n) * 6
        saturation = r.uniform(n, 0.3, 1.0) * (1 - r.chosen(n, 0.12).float())
        value = r.uniform(n, 0.45, 1.0)
        value = torch.where(r.chosen(n, 0.15), r.uniform(n, 0.0, 0.3), value)
        wheel = torch.stack([(hue - 3).abs() - 1, 2 - (hue - 2).abs(), 2 - (hue - 4).abs()], 1)
        colour = value[:, None] * (1 - saturation[:, None] * (1 - wheel.clamp(0, 1)))
        return colour[..., None, None]

    def grown(self, masks, most):
        """Each mask grown by 0 to `most` pixels."""
        wide = masks
        steps = self.random.uniform((len(masks), 1, 1, 1), 0, most + 0.99).long()
        for step in range(1, most + 1):
            wide = torch.where(steps >= step, functional.max_pool2d(wide, 3, 1, 1), wide)
        return wide

    def ground(self, shapes, shape_number, hollow, like):
        """How much of each pixel a disc, a rounded or a plain square covers, or its rim only."""
        n = len(shape_number)
        r = self.random
        shape = shapes[shape_number]
        edge = r.uniform((n, 1, 1, 1), 0.9, 1.0).to(like.dtype)
        inner = edge - r.uniform((n, 1, 1, 1), 0.05, 0.16).to(like.dtype)
        cover = ((edge - shape) * (CANVAS / 2)).clamp(0, 1)
        inside = ((inner - shape) * (CANVAS / 2)).clamp(0, 1)
        return torch.where(hollow, cover - inside, cover)

    def _shapes(self, like):
        """Distances from the middle, 1 at the border: of a disc, a rounded and a plain square."""
        line = (torch.arange(CANVAS, device=like.device) + 0.5) / CANVAS * 2 - 1
        x, y = line[None, :], line[:, None]
        shapes = [(x * x + y * y).sqrt(), (x ** 4 + y ** 4) ** 0.25, torch.maximum(x.abs(), y.abs())]
        return torch.stack(torch.broadcast_tensors(*shapes))[:, None].to(like.dtype)

    def styled(self, masks, colours=None):
        """Masks [B,1,CANVAS,CANVAS] in colours, with outlines, shadows and grounds, reduced."""
        r = self.random
        n = len(masks)
        kind = masks.dtype
        ink, paper, other = (self.colours(n).to(kind) for _ in range(3))
        if colours is not None:
            ink = torch.where(r.chosen((n, 1, 1, 1), 0.5), colours.to(kind), ink)
        paper = torch.where(r.chosen((n, 1, 1, 1), 0.35), torch.ones_like(ink), paper)
        # Letters must be told from what is behind them.
        near = (ink - paper).abs().amax(dim=1, keepdim=True) < 0.35
        paper = torch.where(near, 1 - ink.round(), paper)
        colour = masks.new_zeros((n, 3, CANVAS, CANVAS))
        alpha = torch.zeros_like(masks)

        rows = r.some(n, GROUNDED)
        number = torch.multinomial(torch.tensor(SHAPE_WEIGHTS, device=r.device), len(rows),
                                   replacement=True, generator=r.generator)
        hollow = (r.chosen(len(rows), 0.3) & (number < 2))[:, None, None, None]
        cover = self.ground(self._shapes(masks), number, hollow, masks)
        colour[rows] = cover * torch.where(hollow, ink[rows], paper[rows])
        alpha[rows] = cover
        shrink = torch.tensor(SHRINK, device=r.device)[number]
        zero = torch.zeros_like(shrink)
        theta = torch.stack([torch.stack([1 / shrink, zero, zero], 1),
                             torch.stack([zero, 1 / shrink, zero], 1)], 1)
        grid = functional.affine_grid(theta, [len(rows), 1, CANVAS, CANVAS], align_corners=False)
        masks = masks.index_copy(0, rows, functional.grid_sample(
            masks[rows], grid.to(kind), align_corners=False))

        def paint(rows, layer, tint):
            colour[rows] = torch.lerp(colour[rows], tint, layer.expand(-1, 3, -1, -1))
            alpha[rows] = alpha[rows] + layer * (1 - alpha[rows])

        rows = r.some(n, SHADOWED)
        shadow = torch.roll(masks[rows], (3, 3), (2, 3)) * 0.6
        paint(rows, shadow, torch.zeros_like(colour[rows]))
        rows = r.some(n, RIMMED)
        tint = torch.where(r.chosen((len(rows), 1, 1, 1), 0.5), torch.ones_like(ink[rows]),
                           other[rows])
        tint = torch.where(r.chosen((len(rows), 1, 1, 1), 0.25), torch.zeros_like(tint), tint)
        paint(rows, self.grown(masks[rows], 5), tint.expand(-1, -1, CANVAS, CANVAS))

        rows = r.some(n, GRADED)
        ramp = torch.linspace(0, 1, CANVAS, device=r.device).to(kind)
        across = r.chosen((len(rows), 1, 1, 1), 0.5)
        ramp = torch.where(across, ramp[None, None, None, :], ramp[None, None, :, None])
        inks = ink.expand(-1, -1, CANVAS, CANVAS).index_copy(
            0, rows, ink[rows] * (1 - ramp) + other[rows] * ramp)
        colour = torch.lerp(colour, inks, masks.expand(-1, 3, -1, -1))
        alpha = alpha + masks * (1 - alpha)
        return functional.avg_pool2d(torch.cat([colour, alpha], dim=1), CANVAS // INPUT_SIZE)
