"""What a picture looks like, in words: colours, where they are, and the outline, from its pixels.

'red', '赤と白', '上は赤、下は白', 'blue circle', '白い文字': people search by such descriptions when a
thing has no name. Captions are made of whichever picture the model is shown, after its colours were
changed.
"""
import collections
import itertools

import torch

COLOURS = [
    ("red", "赤", "赤い"), ("orange", "オレンジ", "オレンジ色の"), ("yellow", "黄色", "黄色い"),
    ("green", "緑", "緑の"), ("light blue", "水色", "水色の"), ("blue", "青", "青い"),
    ("purple", "紫", "紫の"), ("pink", "ピンク", "ピンクの"), ("brown", "茶色", "茶色い"),
    ("black", "黒", "黒い"), ("white", "白", "白い"), ("gray", "灰色", "灰色の"),
]
COUNT = len(COLOURS)
CLEAR = 0.45     # share of a region that its colour must have
SECOND = 0.18    # share of the second colour of a picture of two
BOTH = 0.7       # share of both together
LEAST_PIXELS = 40
ROUND, SQUARE, NEITHER = 0, 1, 2

# Kind of caption -> wordings. {a}, {b}: the English colour; {A}, {B}: the Japanese noun;
# {Ai}, {Bi}: as before a noun.
WORDINGS = {
    "one": ["{a}", "{a} colour", "{A}", "{Ai}", "{Ai}絵文字", "mostly {a}", "{A}っぽい"],
    "two": ["{a} and {b}", "{A}と{B}", "{a} {b}", "{A} {B}"],
    "down": ["top {a}, bottom {b}", "{a} on top, {b} below", "上は{A}、下は{B}", "上が{A}で下が{B}",
             "上半分が{A}、下半分が{B}", "upper half {a}, lower half {b}"],
    "across": ["left {a}, right {b}", "{a} on the left, {b} on the right", "左は{A}、右は{B}",
               "左が{A}で右が{B}"],
    "middle": ["{a} in the middle, {b} around", "{a} with {b} border", "中は{A}、周りは{B}",
               "中が{A}で外が{B}", "{B}の縁取りに{A}"],
    "round": ["{a} circle", "round {a}", "{a} ball", "{Ai}丸", "{Ai}円", "{A}、球体", "{Ai}ボール"],
    "square": ["{a} square", "{a} box", "{Ai}四角", "{Ai}正方形"],
    "round_down": ["circle, top {a}, bottom {b}", "上は{A}、下は{B}、球体", "上が{A}で下が{B}の丸",
                   "ball with {a} top and {b} bottom"],
    "letters": ["{a} text", "{a} letters", "{Ai}文字", "{A}の字", "{a} word"],
    "letters_in_round": ["{a} circle with {b} text", "{b} text on a {a} circle", "{Ai}丸に{Bi}文字"],
    "letters_in_square": ["{a} square with {b} text", "{b} text on {a}", "{Ai}四角に{Bi}文字",
                          "{A}地に{B}の字"],
}
OF_LETTERS = ("letters", "letters_in_round", "letters_in_square")
Caption = collections.namedtuple("Caption", "kind wording first second")


def all_captions():
    """[(Caption, text)], those of a kind together, by wording, then by both colours."""
    out = []
    for kind, wordings in WORDINGS.items():
        for number, wording in enumerate(wordings):
            for first, second in itertools.product(range(COUNT), repeat=2):
                one, two = COLOURS[first], COLOURS[second]
                out.append((Caption(kind, number, first, second),
                            wording.format(a=one[0], b=two[0], A=one[1], B=two[1], Ai=one[2],
                                           Bi=two[2])))
    return out


def starts():
    """{kind: number of its first caption}"""
    out, at = {}, 0
    for kind, wordings in WORDINGS.items():
        out[kind] = at
        at += len(wordings) * COUNT * COUNT
    return out


def colour_names(rgb):
    """float [N,3,H,W] in 0…1 -> int64 [N,H,W]: the number in COLOURS of each pixel"""
    high, low = rgb.amax(dim=1), rgb.amin(dim=1)
    spread = (high - low).clamp(min=1e-4)
    saturation = spread / high.clamp(min=1e-4)
    r, g, b = rgb.unbind(1)
    hue = torch.where(high == r, (g - b) / spread % 6,
                      torch.where(high == g, (b - r) / spread + 2, (r - g) / spread + 4)) * 60
    name = torch.zeros_like(hue, dtype=torch.int64)
    for start, number in ((14, 1), (42, 2), (68, 3), (165, 4), (203, 5), (256, 6), (292, 7),
                          (346, 0)):
        name = torch.where(hue >= start, number, name)
    warm = (hue < 48) | (hue >= 346)
    name = torch.where(warm & (high < 0.62) & (hue >= 10) & (hue < 48), 8, name)
    name = torch.where((name == 0) & (saturation < 0.5) & (high > 0.8), 7, name)
    name = torch.where(saturation < 0.14, 11, name)
    name = torch.where((saturation < 0.14) & (high > 0.88), 10, name)
    return torch.where(high < 0.22, 9, name)


PLACES = {"down": ("top", "bottom"), "round_down": ("top", "bottom"), "across": ("left", "right"),
          "middle": ("inner", "outer")}


class Seen:
    """The colours of regions and the outline of each picture of a batch."""

    def __init__(self, rgb, alpha):
        """[N,3,H,W] over a ground, in 0…1; [N,1,H,W]"""
        self.solid = (alpha[:, 0] > 0.6).float()
        self.names = colour_names(rgb.float())
        line = torch.arange(rgb.shape[2], device=rgb.device).float()
        self.y, self.x = line[None, :, None], line[None, None, :]
        edges = []
        for used in (self.solid.amax(dim=2), self.solid.amax(dim=1)):
            edges.append(torch.where(used > 0, line, line[-1] + 1).amin(dim=1))
            edges.append(torch.where(used > 0, line + 1, line * 0).amax(dim=1))
        self.box = [edge[:, None, None] for edge in edges]  # top, bottom, left, right

    def captioned(self, kind, swap):
        """The colours (first, second) of captions of a kind, int64 [N], and where they are plain to
        see, bool [N]; `swap`, bool [N]: the order, for kinds that have none"""
        whole, clear = self._colour(self.solid)
        if kind == "two":
            return self._pair(swap)
        if kind in OF_LETTERS:
            # With a plate behind them, the most frequent colour is the plate's.
            outline = self._outline()
            if kind == "letters":
                return whole, torch.zeros_like(whole), clear & (outline == NEITHER)
            plate, ink, plain = self._pair(torch.zeros_like(swap))
            wanted = ROUND if kind == "letters_in_round" else SQUARE
            return plate, ink, plain & (outline == wanted)
        if kind in ("round", "square", "round_down"):
            clear = clear if kind != "round_down" else torch.ones_like(clear)
            clear = clear & (self._outline() == (SQUARE if kind == "square" else ROUND))
        if kind not in PLACES:
            return whole, torch.zeros_like(whole), clear
        clear = clear if kind == "round_down" else torch.ones_like(clear)
        (one, sure), (two, as_sure) = (self._colour(self.solid * self._region(place))
                                       for place in PLACES[kind])
        return one, two, clear & sure & as_sure & (one != two)

    def _counts(self, weights):
        counts = weights.new_zeros((len(weights), COUNT))
        return counts.scatter_add_(1, self.names.flatten(1), weights.flatten(1))

    def _colour(self, weights):
        """The most frequent colour of a region, and whether it is clearly that."""
        counts = self._counts(weights)
        total = counts.sum(dim=1)
        best, name = counts.max(dim=1)
        return name, (best > CLEAR * total) & (total > LEAST_PIXELS)

    def _pair(self, swap):
        counts = self._counts(self.solid)
        top = (counts / counts.sum(dim=1, keepdim=True).clamp(min=1)).topk(2, dim=1)
        one, two = top.indices.unbind(1)
        clear = (top.values[:, 1] > SECOND) & (top.values.sum(dim=1) > BOTH)
        return torch.where(swap, two, one), torch.where(swap, one, two), clear

    def _region(self, place):
        """bool [N,H,W]"""
        y0, y1, x0, x1 = self.box
        middle_y, middle_x = (y0 + y1) / 2, (x0 + x1) / 2
        if place in ("top", "bottom"):
            shape = self.y < middle_y - 2 if place == "top" else self.y > middle_y + 2
        elif place in ("left", "right"):
            shape = self.x < middle_x - 2 if place == "left" else self.x > middle_x + 2
        else:
            radius = torch.maximum((self.y - middle_y).abs() / (y1 - y0).clamp(min=1),
                                   (self.x - middle_x).abs() / (x1 - x0).clamp(min=1))
            shape = radius < 0.22 if place == "inner" else radius > 0.4
        return shape.expand_as(self.solid)

    def _outline(self):
        """ROUND, SQUARE or NEITHER, by how much of the box is filled as that would."""
        y0, y1, x0, x1 = self.box
        high, wide = (y1 - y0).clamp(min=1), (x1 - x0).clamp(min=1)
        dy = (self.y + 0.5 - (y0 + y1) / 2) / high * 2
        dx = (self.x + 0.5 - (x0 + x1) / 2) / wide * 2
        disc, box = (dy * dy + dx * dx <= 1).float(), ((dy.abs() <= 1) & (dx.abs() <= 1)).float()

        def overlap(shape):
            both = (self.solid * shape).sum(dim=(1, 2))
            return both / (self.solid + shape).clamp(max=1).sum(dim=(1, 2)).clamp(min=1)

        even = ((high / wide).flatten() > 0.85) & ((high / wide).flatten() < 1.18)
        out = torch.full((len(self.solid),), NEITHER, device=self.solid.device)
        out = torch.where(even & (overlap(disc) > 0.9), ROUND, out)
        return torch.where(even & (overlap(box) > 0.96), SQUARE, out)
