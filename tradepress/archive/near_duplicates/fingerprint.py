"""Measures how much two texts have in common, and tells it nearly as well by a few numbers.

Pure functions of words; `tradepress docs near-duplicates` defines the measure, with its figures.
"""

import re
from array import array
from collections.abc import Collection, Iterable, Sequence
from itertools import pairwise
from operator import eq
from struct import Struct
from sys import byteorder
from zlib import crc32

MOST_WORDS = 5_000
"""Limits the longer words that are compared; of an endless text the opening counts."""
LEAST_WORDS = 30
"""Is how many longer words a fingerprint takes, some 50 words in all: short notes on one hearing
are alike by nature."""
SIGNATURE_SIZE = 64

# Japanese and Chinese set no spaces: there each sign is a word.
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W\u3040-\u30ff\u3400-\u9fff]{4,}")
_ASCII_GAPS = {sign: " " for sign in range(128) if not re.match(r"\w", chr(sign))}
_HASH_BITS, _BIN_SHIFT = 31, 25
_ALL_BITS = (1 << _HASH_BITS) - 1
_EMPTY = 1 << _HASH_BITS
"""Marks an empty bin: it is more than any hash."""
_PACKED = Struct(f"<{SIGNATURE_SIZE}I")


def split_words(text: str) -> list[str]:
    """Returns the words that texts are compared by: of four letters or more, in lower case."""
    text = text.casefold()
    if text.isascii():  # the same in a third of the time
        return [word for word in text.translate(_ASCII_GAPS).split() if len(word) >= 4][:MOST_WORDS]
    return _WORD.findall(text)[:MOST_WORDS]


def cut_shingles(words: Sequence[str]) -> list[str]:
    """Returns each two neighbours among the words.

    An edited word spoils two of them, and not three as with the usual runs of three; and without
    "of the" what all texts of a trade have in common stays small.
    """
    return [f"{first} {second}" for first, second in pairwise(words)]


def measure_similarity(shingles: Sequence[str], others: Sequence[str]) -> float:
    """Measures the share of the words of both texts that stand beside the same word in the other.

    :param shingles: those of one text as :func:`cut_shingles` gives them; ``others``: of the other
    :returns: 0 to 1; the order of sentences hardly matters
    """
    common = set(shingles).intersection(others)
    if not common:
        return 0.0
    covered = _count_covered(shingles, common) + _count_covered(others, common)
    return covered / (len(shingles) + 1 + len(others) + 1)


def _count_covered(shingles: Sequence[str], common: Collection[str]) -> int:
    """Counts words inside common shingles: two each, and one where the one before is common too."""
    count = end = 0
    for start, shingle in enumerate(shingles):
        if shingle in common:
            count += 1 if start < end else 2
            end = start + 2
    return count


def sign(shingles: Iterable[str]) -> tuple[int, ...]:
    """Returns the MinHash signature of a set, which isn't empty: SIGNATURE_SIZE numbers of 31 bits.

    Each shingle is hashed and falls into one bin, which keeps its least number (one that comes
    again changes nothing); bins still empty are filled by the same with the hashes mixed, round by
    round. (Dahlgaard, Knudsen and Thorup, "Fast Similarity Sketching", 2017: as exact as one
    permutation for each number.)
    """
    checksums = array("Q", map(crc32, "\n".join(shingles).encode().split(b"\n")))
    # All hashes lie side by side in one long number, 64 bits each, and are mixed at once.
    ones = int.from_bytes(array("Q", [1]) * len(checksums), byteorder)
    mask, low_bits = ones * _ALL_BITS, ones * (_ALL_BITS >> 15)
    hashes = int.from_bytes(checksums, byteorder) >> 1 & mask
    bins = [_EMPTY] * SIGNATURE_SIZE
    turn = 0
    while _EMPTY in bins:
        turn += 1
        hashes = (hashes ^ ones * turn) * 0x297A2D39 & mask
        hashes ^= hashes >> 15 & low_bits
        least = [_EMPTY] * SIGNATURE_SIZE
        for number in array("Q", hashes.to_bytes(8 * len(checksums), byteorder)):
            if number < least[number >> _BIN_SHIFT]:
                least[number >> _BIN_SHIFT] = number
        bins = [new if old == _EMPTY else old for old, new in zip(bins, least, strict=True)]
    return tuple(bins)


def text_signature(text: str | None, *, is_teaser: bool) -> bytes | None:
    """Returns the signature of a text, packed; None if it is too short, a teaser or not there."""
    words = split_words(text) if text and not is_teaser else []
    return pack(sign(cut_shingles(words))) if len(words) >= LEAST_WORDS else None


def estimate_resemblance(signature: Sequence[int], other: Sequence[int]) -> float:
    """Returns the Jaccard index of the two sets, with a standard error of at most 0.0625."""
    equal: int = sum(map(eq, signature, other))
    return equal / SIGNATURE_SIZE


def band_numbers(signature: Sequence[int]) -> list[int]:
    """Returns each two values of the signature as one number of 62 bits.

    Their highest bits are those of their bins, so that no two places give the same number.
    """
    pairs = zip(signature[::2], signature[1::2], strict=True)
    return [first << _HASH_BITS | second for first, second in pairs]


def pack(signature: Sequence[int]) -> bytes:
    return _PACKED.pack(*signature)


def unpack(packed: bytes) -> tuple[int, ...]:
    return _PACKED.unpack(packed)
