"""Hashed character n-grams: the Python twin of src/embedding/char_ngram_tokenizer.cpp.

The C++ code is the authority; tests/data/char_ngram_hash.json, written by export.py, holds the two
together.
"""
import unicodedata

BUCKETS = 16_384
MIN_N = 1
MAX_N = 4
MAX_TOKENS = 256

# White_Space of Unicode beyond ASCII; str.isspace() follows another definition.
_WHITE_SPACE = set("\u0085\u00a0\u1680\u2028\u2029\u202f\u205f\u3000") | {
    chr(c) for c in range(0x2000, 0x200B)
}
_KATAKANA_TO_HIRAGANA = {c: c - 0x60 for c in range(0x30A1, 0x30F7)}


def fnv1a(data: bytes) -> int:
    value = 0xCBF29CE484222325
    for byte in data:
        value = ((value ^ byte) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    return value


def normalise(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower().translate(_KATAKANA_TO_HIRAGANA)


def framed_words(text: str) -> list:
    spaced = "".join(
        " " if c in _WHITE_SPACE or (ord(c) < 0x80 and not c.isalnum()) else c for c in text
    )
    return [f"^{word}$" for word in spaced.split(" ") if word]


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
