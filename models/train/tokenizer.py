"""Hashed character n-grams: the Python twin of src/embedding/char_ngram_tokenizer.cpp.

The C++ code is the authority; tests/data/char_ngram_hash.json, written by export.py, holds the two
together. `encode` is the plain form, `encode_many` does the same for a million texts at once.
"""
import unicodedata

import numpy as np

BUCKETS = 98_304
MIN_N = 1
MAX_N = 4
MAX_TOKENS = 256

_OFFSET_BASIS = 0xCBF29CE484222325
_PRIME = 0x100000001B3
# White_Space of Unicode beyond ASCII; str.isspace() follows another definition.
_WHITE_SPACE = set("\u0085\u00a0\u1680\u2028\u2029\u202f\u205f\u3000") | {
    chr(c) for c in range(0x2000, 0x200B)
}
_KATAKANA_TO_HIRAGANA = {c: c - 0x60 for c in range(0x30A1, 0x30F7)}
_TO_SPACE = {c: " " for c in range(0x80) if not chr(c).isalnum()} | {
    ord(c): " " for c in _WHITE_SPACE}


def fnv1a(data: bytes) -> int:
    value = _OFFSET_BASIS
    for byte in data:
        value = ((value ^ byte) * _PRIME) & 0xFFFFFFFFFFFFFFFF
    return value


def normalise(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower().translate(_KATAKANA_TO_HIRAGANA)


def framed_words(text: str) -> list:
    return [f"^{word}$" for word in text.translate(_TO_SPACE).split(" ") if word]


def _id_of(ngram: str) -> int:
    return 1 + fnv1a(ngram.encode("utf-8")) % (BUCKETS - 1)


def encode(text: str) -> list:
    """1 to MAX_TOKENS ids in 1…BUCKETS-1."""
    ids = []
    for word in framed_words(normalise(text)):
        for n in range(MIN_N, MAX_N + 1):
            for at in range(len(word) - n + 1):
                lone_frame = n == 1 and at in (0, len(word) - 1)
                if not lone_frame:
                    ids.append(_id_of(word[at:at + n]))
        if len(ids) >= MAX_TOKENS:
            return ids[:MAX_TOKENS]
    return ids or [1]


def _bytes_of(points):
    """UTF-8 of code points: uint64 [4,P], and how many of the four count, [P]"""
    p = points.astype(np.uint64)
    counts = 1 + (p >= 0x80) + (p >= 0x800) + (p >= 0x10000)
    tail = [0x80 | ((p >> np.uint64(6 * k)) & np.uint64(0x3F)) for k in range(4)]
    rows = np.zeros((4, len(p)), np.uint64)
    rows[0] = np.select([counts == 1, counts == 2, counts == 3],
                        [p, 0xC0 | (p >> np.uint64(6)), 0xE0 | (p >> np.uint64(12))],
                        0xF0 | (p >> np.uint64(18)))
    for k in range(1, 4):
        rows[k] = np.choose(np.clip(counts - 1 - k, 0, 2), tail[:3])
    return rows, counts


def encode_many(texts):
    """(ids int32, offsets int64 [N+1]): the ids of text i are ids[offsets[i]:offsets[i+1]].

    They are those of `encode` in another order, and without its limit. At least one text must have
    a word.
    """
    words, owners = [], []
    for i, text in enumerate(texts):
        framed = framed_words(normalise(text))
        words += framed
        owners += [i] * len(framed)
    lengths = np.array([len(w) for w in words], np.int64)
    points = np.frombuffer("".join(words).encode("utf-32-le"), np.uint32)
    word_of = np.repeat(np.arange(len(words)), lengths)
    frame = np.zeros(len(points), bool)
    ends = np.cumsum(lengths)
    frame[ends - 1] = True
    frame[ends - lengths] = True
    utf8, counts = _bytes_of(points)
    hashes = np.full(len(points), _OFFSET_BASIS, np.uint64)
    ids, owners_of_ids = [], []
    owner = np.array(owners, np.int64)
    with np.errstate(over="ignore"):
        for n in range(1, MAX_N + 1):
            usable = len(points) - n + 1
            if usable <= 0:
                break
            hashes = hashes[:usable]
            for k in range(4):
                more = k < counts[n - 1:]
                mixed = (hashes ^ utf8[k, n - 1:]) * np.uint64(_PRIME)
                hashes = np.where(more, mixed, hashes)
            whole = word_of[:usable] == word_of[n - 1:]
            if n == 1:
                whole = whole & ~frame
            ids.append((1 + hashes[whole] % np.uint64(BUCKETS - 1)).astype(np.int32))
            owners_of_ids.append(owner[word_of[:usable][whole]])
    ids, owners_of_ids = np.concatenate(ids), np.concatenate(owners_of_ids)
    order = np.argsort(owners_of_ids, kind="stable")
    sizes = np.bincount(owners_of_ids, minlength=len(texts))
    ids = ids[order]
    if (sizes == 0).any():
        bare = np.flatnonzero(sizes == 0)
        starts = np.concatenate([[0], np.cumsum(sizes)])[:-1]
        ids = np.insert(ids, starts[bare], 1)
        sizes[bare] = 1
    return ids, np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
