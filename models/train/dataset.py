"""The gathered data as tables on a device, and batches drawn from them.

Everything after loading is arithmetic on whole batches: no Python loop goes over pictures or texts.
"""
import hashlib
import lzma
import multiprocessing
import os

import numpy as np
import torch

import captions
import data
import pictures
import tokenizer
import words
from glyphs import CELL
from stamps import CANVAS, Random, StampPainter

NO_TEXT = -1
SLOTS = 3               # texts of a picture in a batch
PARTS = 3               # keywords that may make up a text
NAME_SHARE = 0.6        # of texts that are a name, the others keywords
WEIGHT_OF_SOURCE = {"noto": 1.0, "blobmoji": 0.8, "fluent": 1.0, "clipart": 0.55, "tuxpaint": 1.0,
                    "korean": 1.0, "symbola": 0.4, "logos": 0.32}
WEIGHT_OF_TONED = 0.15
# How much more often strings are drawn that name an emoji, and those of an alphabet, which are few.
KEYED_STRING, LATIN_STRING = 3.0, 3.0
LONGEST_TEXT = 160      # tokens; longer ones are cut
SHORTEST_WORD = 3       # letters of a word that a string of several is also found by
# Share of the drawings that carry a small second one, and its size.
BADGED, LEAST_BADGE, LARGEST_BADGE = 0.08, 0.35, 0.6


def held_out(name, share):
    """Whether a thing of that name is among a fixed random share."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big") < share * 2 ** 32


class Rows:
    """Lists of numbers of different lengths in one array."""

    def __init__(self, values, offsets, device):
        self.values = torch.as_tensor(values).to(device)
        self.offsets = torch.as_tensor(offsets).to(device)

    def sizes(self, rows):
        return self.offsets[rows + 1] - self.offsets[rows]

    def pick(self, rows, random):
        """One number of each row, int64; NO_TEXT where the row is empty."""
        sizes = self.sizes(rows)
        if len(self.values) == 0:
            return torch.full_like(rows, NO_TEXT)
        at = (self.offsets[rows] + random.below(sizes)).clamp(max=len(self.values) - 1)
        return torch.where(sizes > 0, self.values[at].long(), NO_TEXT)

    def padded(self, rows, longest):
        """int64 [N,L] with 0 after the end and for rows that are NO_TEXT; L <= longest"""
        known = rows.clamp(min=0)
        sizes = torch.where(rows >= 0, self.sizes(known), torch.zeros_like(known))
        sizes = sizes.clamp(max=longest)
        place = torch.arange(int(sizes.max()) if len(rows) else 0, device=rows.device)
        at = (self.offsets[known][:, None] + place).clamp(max=len(self.values) - 1)
        return torch.where(place < sizes[:, None], self.values[at].long(), 0)


def tokens_of(texts, device):
    """Rows of the tokens of each text."""
    size = 20_000
    parts = [texts[i:i + size] for i in range(0, len(texts), size)]
    with multiprocessing.Pool(min(os.cpu_count() or 1, 16)) as pool:
        done = pool.map(tokenizer.encode_many, parts, chunksize=1)
    offsets = [np.zeros(1, np.int64)]
    for _, part in done:
        offsets.append(part[1:] + offsets[-1][-1])
    return Rows(np.concatenate([ids for ids, _ in done]), np.concatenate(offsets), device)


def readings_of(reading):
    return words.romaji(reading, True), words.romaji(reading, False)


def lines_of(path):
    return lzma.decompress(path.read_bytes()).decode().split("\n")


class Dataset:
    def __init__(self, cache, device, generator, without=(), hold=0.0):
        """`without`: sources not to train on; `hold`: the share of drawings that name themselves
        and of stamps that are kept for validation."""
        self.device, self.random = device, Random(generator)
        self.texts = lines_of(cache / "texts.xz")
        self._load_drawings(cache, set(without), hold)
        self._load_concepts(cache)
        self._load_stamps(cache, hold)
        self._load_strings(cache)
        self.first_caption = len(self.texts)
        self.caption_starts = captions.starts()
        self.texts += [tokenizer.normalise(text) for _, text in captions.all_captions()]
        self.tokens = tokens_of(self.texts, device)

    # Loading

    def number_of(self, text, numbers):
        text = tokenizer.normalise(text).strip()
        if text not in numbers:
            numbers[text] = len(self.texts)
            self.texts.append(text)
        return numbers[text]

    def _load_drawings(self, cache, without, hold):
        stored = np.load(cache / "drawings.npz")
        contents = data.parted(stored["content"], stored["offsets"])
        rgba = np.stack(list(pictures.in_parallel(data.of_webp, contents)))
        self.drawings = torch.from_numpy(rgba).to(self.device)
        self.source, self.key = stored["source"], stored["key"]
        self.concept = torch.from_numpy(stored["concept"].astype(np.int64)).to(self.device)
        self.flip = torch.from_numpy(stored["flip"]).to(self.device)
        concepts = stored["concept"]
        # Only what is named by itself is held out: an emoji's texts serve all its pictures.
        self.held_drawings = np.array(
            [not k and s == "clipart" and held_out(f"drawing {c}", hold)
             for k, s, c in zip(self.key, self.source, concepts)])
        used = ~np.isin(self.source, list(without)) & ~self.held_drawings
        weight = np.array([WEIGHT_OF_SOURCE[s] for s in self.source]) * used
        weight[stored["toned"]] *= WEIGHT_OF_TONED
        self.weights = torch.from_numpy(weight.astype(np.float32)).to(self.device)
        order = np.argsort(concepts, kind="stable")
        order = order[used[order]]
        sizes = np.bincount(concepts[order], minlength=int(concepts.max()) + 1)
        self.same_concept = Rows(order, np.concatenate([[0], np.cumsum(sizes)]), self.device)
        self.concepts = len(sizes)

    def _load_concepts(self, cache):
        stored = np.load(cache / "concepts.npz")
        self.groups = {g: Rows(stored[g], stored[g + "_offsets"], self.device)
                       for g in data.GROUPS}
        pairs = []
        for group in data.GROUPS:
            owner = np.repeat(np.arange(self.concepts), np.diff(stored[group + "_offsets"]))
            pairs.append(stored[group].astype(np.int64) * self.concepts + owner)
        # text * concepts + concept, sorted: what describes what
        self.described = torch.from_numpy(np.unique(np.concatenate(pairs))).to(self.device)

    def _load_stamps(self, cache, hold):
        path = cache / "stamps.npz"
        self.stamps, self.stamp_texts, self.held_stamps = None, None, np.zeros(0, bool)
        if not path.exists():
            return
        stored = np.load(path)
        self.stamps = torch.from_numpy(data.unpacked(stored["alpha"], data.STAMP_SIDE)).to(self.device)
        self.stamp_colours = torch.from_numpy(stored["colour"]).to(self.device)
        self.held_stamps = np.array([held_out("stamp " + n, hold) for n in stored["name"]])
        self.stamp_readings = stored["reading"]
        self.stamp_weights = torch.from_numpy((~self.held_stamps).astype(np.float32)).to(
            self.device)
        self.stamp_names = stored["name"]

    def _load_strings(self, cache):
        numbers = {text: i for i, text in enumerate(self.texts)}
        rows = [line.split("\t") for line in lines_of(cache / "strings.xz")]
        stored = np.load(cache / "glyphs.npz")
        characters = {c: i for i, c in enumerate(stored["characters"].tolist())}
        space, end = len(characters), len(characters) + 1
        width = max(len(r[0]) for r in rows)
        codes = np.full((len(rows), width), end, np.int64)
        for i, row in enumerate(rows):
            codes[i, :len(row[0])] = [characters.get(c, space) for c in row[0]]
        own = np.zeros((len(rows), 4), np.int64)  # reading, surface, Kunrei, Hepburn
        romaji = pictures.in_parallel(readings_of, [r[1] for r in rows])
        for i, (row, (kunrei, hepburn)) in enumerate(zip(rows, romaji)):
            surface = self.number_of(row[0], numbers)
            if row[1]:
                own[i] = (self.number_of(row[1], numbers), surface,
                          self.number_of(kunrei, numbers), self.number_of(hepburn, numbers))
            else:
                own[i] = surface
                # In the places of romaji: words of several.
                parts = [w for w in row[0].split(" ") if len(w) >= SHORTEST_WORD]
                if len(parts) > 1:
                    own[i, 2:] = [self.number_of(w, numbers) for w in (parts[0], parts[-1])]
        self.string_texts = torch.from_numpy(own).to(self.device)
        keyed = np.array([int(r[3]) for r in rows])
        self.string_concept = torch.from_numpy(keyed).to(self.device)
        latin = np.array([r[0].isascii() for r in rows])
        weights = np.where(keyed >= 0, KEYED_STRING, np.where(latin, LATIN_STRING, 1.0)).astype(
            np.float32)
        self.string_weights = torch.from_numpy(weights).to(self.device)
        tiles = data.unpacked(stored["tiles"], CELL)
        self.painter = StampPainter(
            torch.from_numpy(tiles).to(self.device),
            torch.from_numpy(stored["advances"]).to(self.device),
            torch.from_numpy(stored["index"].astype(np.int64)).to(self.device),
            torch.from_numpy(stored["weights"]).to(self.device),
            torch.from_numpy(codes).to(self.device),
            torch.from_numpy(np.array([int(r[2]) for r in rows])).to(self.device), self.random)
        if self.stamps is not None:
            own = np.zeros((len(self.stamp_readings), 4), np.int64)
            for i, (reading, name) in enumerate(zip(self.stamp_readings, self.stamp_names)):
                text = self.number_of(name, numbers)
                hepburn = words.romaji(reading, False)
                own[i] = (self.number_of(reading or name, numbers),) * 2 + (
                    text, self.number_of(hepburn, numbers) if hepburn else text)
            self.stamp_texts = torch.from_numpy(own).to(self.device)

    # Drawing batches

    def of_drawings(self, count):
        """A batch of `count` drawings: pictures of two views, texts, concepts."""
        chosen = self.random.weighted(self.weights, count)
        concept = self.concept[chosen]
        other = self.same_concept.pick(concept, self.random)
        other = torch.where(self.random.chosen(count, 0.6), other, chosen)
        texts = torch.stack([self._texts_of(concept, g) for g in ("en", "ja", "other")], dim=1)
        views = [self._premultiplied(self.drawings[i]).to(self.painter.pixels)
                 for i in (chosen, other)]
        flips = [self.flip[chosen], self.flip[other]]
        self._badge(views, flips, texts)
        return views, flips, texts, concept

    def _badge(self, views, flips, texts):
        """Lays a small second drawing over some, in place, as people put custom emoji together: a
        text speaks of both then, another of the small one alone."""
        r = self.random
        rows = r.some(len(texts), BADGED)
        if len(rows) == 0:
            return
        badges = r.weighted(self.weights, len(rows))
        concept = self.concept[badges]
        small = self._premultiplied(self.drawings[badges]).to(self.painter.pixels)
        for view, flip in zip(views, flips):
            size = r.uniform((len(rows), 1), LEAST_BADGE, LARGEST_BADGE)
            corner = (r.uniform((len(rows), 2)) > 0.5).float() * 2 - 1
            middle = corner * (1 - size) * r.uniform((len(rows), 2), 0.6, 1.0)
            theta = torch.zeros((len(rows), 2, 3), device=self.device)
            theta[:, 0, 0] = theta[:, 1, 1] = 1 / size[:, 0]
            theta[:, :, 2] = -middle / size
            grid = torch.nn.functional.affine_grid(theta, small.shape, align_corners=False)
            laid = torch.nn.functional.grid_sample(small, grid.to(small.dtype),
                                                   align_corners=False)
            view[rows] = laid + view[rows] * (1 - laid[:, 3:])
            flip[rows] &= self.flip[badges]
        english, japanese = (self._texts_of(concept, g) for g in ("en", "ja"))
        own = torch.where(r.chosen(len(rows), 0.5)[:, None], english, japanese)
        texts[rows, 0, 1] = english[:, 0]
        texts[rows, 0, 2] = NO_TEXT
        texts[rows, 2] = own

    @staticmethod
    def _premultiplied(rgba):
        x = rgba.permute(0, 3, 1, 2).float() / 255
        return torch.cat([x[:, :3] * x[:, 3:], x[:, 3:]], dim=1)

    def _texts_of(self, concept, group):
        """int64 [N,PARTS]: a name, or one to three keywords."""
        r = self.random
        n = len(concept)
        if group == "other":
            major = r.chosen(n, 0.7)
            text = self._text_in(concept, "major", single=True)
            small = self._text_in(concept, "minor", single=True)
            text = torch.where(major[:, None], text, small)
        else:
            text = self._text_in(concept, group, single=False)
        english = self._text_in(concept, "en", single=False)
        return torch.where(text[:, :1] >= 0, text, english)

    def _text_in(self, concept, group, single):
        r = self.random
        n = len(concept)
        name = self.groups[group + "_name"].pick(concept, r)
        keywords = [self.groups[group + "_word"].pick(concept, r) for _ in range(PARTS)]
        use_name = (r.chosen(n, NAME_SHARE) & (name >= 0)) | (keywords[0] < 0)
        more = r.uniform(n) if not single else torch.ones(n, device=self.device)
        parts = [torch.where(use_name, name, keywords[0])]
        for place, share in ((1, 0.3), (2, 0.12)):
            wanted = ~use_name & (more < share) & (keywords[place] != keywords[0])
            parts.append(torch.where(wanted, keywords[place], NO_TEXT))
        return torch.stack(parts, dim=1)

    def of_stamps(self, count):
        chosen = self.random.weighted(self.stamp_weights, count)
        views = [self.stamp_pictures(chosen) for _ in range(2)]
        texts = self._single(self._slots_of(self.stamp_texts[chosen]))
        return views, texts, self.string_identity(self.stamp_texts[chosen])

    def stamp_pictures(self, chosen):
        alpha = self.stamps[chosen].float()[:, None] / 255
        masks = torch.nn.functional.interpolate(alpha, size=CANVAS, mode="bilinear",
                                                align_corners=False)
        colours = self.stamp_colours[chosen].float()[..., None, None] / 255
        return self.painter.styled(masks.to(self.painter.pixels), colours)

    def of_strings(self, count):
        chosen = self.random.weighted(self.string_weights, count)
        views = [self.painter(chosen) for _ in range(2)]
        texts = self._single(self._slots_of(self.string_texts[chosen]))
        concept = self.string_concept[chosen]
        meant = concept >= 0
        # What the string names, in English or Japanese, for half of those that name something.
        instead = meant & self.random.chosen(count, 0.5)
        language = torch.stack([self._texts_of(concept.clamp(min=0), g) for g in ("en", "ja")])
        english = self.random.chosen(count, 0.5)[:, None]
        meaning = torch.where(english, language[0], language[1])
        texts[:, 2] = torch.where(instead[:, None], meaning, texts[:, 2])
        identity = self.string_identity(self.string_texts[chosen])
        return views, texts, torch.where(meant, concept, identity)

    def string_identity(self, texts):
        """Numbers after those of the concepts; equal where strings are read alike."""
        return self.concepts + texts[:, 0]

    def _slots_of(self, own):
        """[N,4] reading, surface, Kunrei, Hepburn -> [N,SLOTS]"""
        hepburn = self.random.chosen(len(own), 0.5)
        return torch.stack([own[:, 0], own[:, 1], torch.where(hepburn, own[:, 3], own[:, 2])], 1)

    @staticmethod
    def _single(texts):
        none = torch.full_like(texts, NO_TEXT)
        return torch.stack([texts, none, none], dim=2)

    def ids_of(self, texts):
        """int64 [N,PARTS] of texts -> token ids [N,L]; 0 = padding, not only at the end"""
        parts = [self.tokens.padded(column, LONGEST_TEXT) for column in texts.unbind(1)]
        return torch.cat([p for p in parts if p.shape[1] > 0], dim=1)

    def describes(self, texts, concepts):
        """bool [T,N]: whether all parts of a text [T,PARTS] are said of a concept [N]"""
        out = None
        for part in texts.unbind(1):
            said = torch.ones((len(part), len(concepts)), dtype=torch.bool, device=self.device)
            known = (part >= 0).nonzero().flatten()
            if len(known) == 0:
                continue
            emoji = (concepts < self.concepts).nonzero().flatten()
            wanted = part[known][:, None] * self.concepts + concepts[emoji][None, :]
            at = torch.searchsorted(self.described, wanted).clamp(max=len(self.described) - 1)
            rows = torch.zeros((len(known), len(concepts)), dtype=torch.bool, device=self.device)
            rows[:, emoji] = self.described[at] == wanted
            said[known] = rows
            out = said if out is None else out & said
        return out

    def caption_numbers(self, kind, first, second):
        """A text of the kind in a random wording for each pair of colours: int64 [N]"""
        count = len(captions.WORDINGS[kind])
        wording = self.random.below(torch.full_like(first, count))
        each = captions.COUNT * captions.COUNT
        return (self.first_caption + self.caption_starts[kind] + wording * each
                + first * captions.COUNT + second)
