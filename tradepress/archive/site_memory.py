"""Remembers by keyed hashes what stands on several stories of a source: it is the site's own.

No database: page workers use it. `tradepress docs extraction` tells how it decides.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from struct import Struct
from typing import Literal

Kind = Literal["paragraph", "headline", "authors", "date"]
"""Says what a mark is of: words of a paragraph or of a headline, or one reading of a field."""
KINDS: tuple[Kind, ...] = ("paragraph", "headline", "authors", "date")
SIZE = 5
"""Is the bytes of a mark: a hash of 37 bits, two for its kind, one tells whether it was used."""
MARK = Struct(">BI")
LEAST = 2
"""Is how many other stories must have what is the site's own."""
NEARLY_ALL = 0.9
"""Is the share of other stories that show what a template says of author or day."""
OFTEN = 1 / 3
"""Is the share that shows what is the site's own though it stands amid a story."""
ALIKE = 0.8
"""Is the share of common marks from which two stories with one headline count as one."""
MOST_COMPARED = 20
MOST_KNOWN = 5_000
"""Bounds what is known of a source, the most frequent first: it goes along with each page."""


@dataclass(frozen=True, kw_only=True)
class SiteMemory:
    """Holds what several stories of a source show; without slots, as it goes to page workers."""

    key: bytes
    """Is the archive's own: hashes of one tell nothing of another."""
    stories: int = 0
    """Counts them; copies of one count once."""
    counts: Mapping[int, int] = field(default_factory=dict)
    """Says on how many of them a mark stands, if on several."""
    own: frozenset[int] = frozenset()
    """Holds the marks of the story that is read, if it is one of them."""
    headlines: frozenset[int] = frozenset()
    """Holds those of one story alone, where that is one of just two that show something."""

    def mark(self, kind: Kind, words: str) -> int:
        """Returns the hash of words, marked as not used."""
        digest = blake2b(words.encode("utf-8", "replace"), digest_size=SIZE, key=self.key)
        hashed = int.from_bytes(digest.digest(), "big")
        return hashed & ~0b111 | KINDS.index(kind) << 1

    def without(self, own: Iterable[int]) -> "SiteMemory":
        """Returns what the others tell of a story that has these marks."""
        counted = frozenset(mark & ~1 for mark in own if mark & ~1 in self.counts)
        others = max(self.stories - 1, 0)
        return SiteMemory(key=self.key, stories=others, counts=self.counts, own=counted)

    def for_page(self, marks: Iterable[int]) -> "SiteMemory":
        """Returns what the others tell of a page with these marks: where it has the headline of a
        story, it is taken for that story at another address, which is no witness against it."""
        marks = [*marks]
        if self.own or self.headlines.isdisjoint(mark & ~1 for mark in marks):
            return self
        return self.without(marks)

    def others(self, mark: int) -> int:
        """Counts the other stories that show it; 0 where it is less than two."""
        mark &= ~1
        count = self.counts.get(mark, 0) - (mark in self.own)
        return count if count >= LEAST else 0

    def stands(self, mark: int) -> bool:
        """Is it the site's own?"""
        is_field = _kind(mark) in ("authors", "date")
        others = self.others(mark)
        return others > 0 and (not is_field or others >= NEARLY_ALL * self.stories)

    def is_often(self, mark: int) -> bool:
        return self.others(mark) >= max(LEAST, OFTEN * self.stories)

    def tell(self, marks: Iterable[int]) -> bytes:
        """Returns a digest of all that it says of a page; empty where nothing is to be read
        otherwise: nothing that was used is the site's own, nothing else is left, or all of the text
        stands on a few others, which are copies of the story."""
        counts, marks = self.counts, sorted(marks)
        if not any(mark & 1 and mark - 1 in counts and self.stands(mark) for mark in marks):
            return b""
        paragraphs = [mark for mark in marks if _kind(mark) == "paragraph"]
        own = [mark for mark in paragraphs if not self.stands(mark)]
        is_copied = not any(
            mark & 1 and (mark in own or self.is_often(mark)) for mark in paragraphs
        )
        if paragraphs and (not own or is_copied):
            return b""
        said = [(mark, self.is_often(mark)) for mark in marks if self.stands(mark)]
        return blake2b(repr(said).encode(), digest_size=SIZE).digest()


def _kind(mark: int) -> Kind:
    return KINDS[mark >> 1 & 3]


def pack(marks: Iterable[int]) -> bytes:
    return b"".join(mark.to_bytes(SIZE, "big") for mark in marks)


def unpack(packed: bytes) -> list[int]:
    return [high << 32 | low for high, low in MARK.iter_unpack(packed)]


def remember(key: bytes, stories: Iterable[bytes]) -> SiteMemory:
    """Counts the marks of stories, each packed; the order of the stories changes nothing."""
    by_headline: dict[frozenset[int], list[bytes]] = {}
    of_headline = KINDS.index("headline") << 1
    for packed in sorted(set(stories)):
        said = frozenset(mark & ~1 for mark in unpack(packed) if mark & 0b110 == of_headline)
        by_headline.setdefault(said, []).append(packed)
    counts: Counter[int] = Counter()
    each: list[frozenset[int]] = []
    for copies in by_headline.values():
        counted: list[frozenset[int]] = []
        for packed in copies:
            marks = frozenset(mark & ~1 for mark in unpack(packed))
            if not any(_are_alike(marks, other) for other in counted[-MOST_COMPARED:]):
                counted.append(marks)
                counts.update(marks)
        each += counted
    several = [(count, mark) for mark, count in counts.items() if count >= LEAST]
    known = {mark: count for count, mark in sorted(several, reverse=True)[:MOST_KNOWN]}
    of_two = {mark for mark, count in known.items() if count == LEAST}
    named = (marks for marks in each if not of_two.isdisjoint(marks))
    headlines = frozenset(
        mark for marks in named for mark in marks if counts[mark] == 1 and _kind(mark) == "headline"
    )
    return SiteMemory(key=key, stories=len(each), counts=known, headlines=headlines)


def _are_alike(one: frozenset[int], other: frozenset[int]) -> bool:
    return len(one & other) >= ALIKE * len(one | other)
