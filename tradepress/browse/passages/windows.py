"""Chooses which runs of words of a text strangers may read: fixed ones, whatever they search for.

All texts of a family, the versions of a story and of its near-copies, show together at most a fifth
of their words. They are looked at in the order in which they were saved, so that a later one
changes nothing of an earlier one: it shows the same runs where it has them, and others only where
its words are new.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator

from tradepress.archive.search.public_words import SPACELESS

Window = tuple[int, int]
"""Is start and end in the text, counted in characters from 0."""
_Run = tuple[int, int]
"""Is start and end counted in words."""

SHARE = 5
"""Is how many words there are for each one that is shown."""
LONGEST, SHORTEST = 20, 5
"""Limit the words of a window."""
GAP = 5
"""Is how many words at least lie between windows: none leads on to another."""
STRIDE = 40
"""Is how many words lie from the start of a window to the next that a long paragraph may have."""
SAME = 4
"""Is how many words side by side that stood in an earlier text are not new."""

_WORD = re.compile(rf"[^\W_{SPACELESS}]+|(?!_)\w")
_SPACELESS = re.compile(f"[{SPACELESS}]")
_BY_SPACES = re.compile(rf"[^\s{SPACELESS}]+|[{SPACELESS}]")


class Family:
    """Holds the texts of a family, one by one."""

    def __init__(self) -> None:
        self._known: set[int] = set()
        """Holds SAME words side by side each, of all texts so far."""
        self._shown: set[int] = set()
        """Holds the words side by side that are shown."""
        self._words: set[str] = set()
        self._left = 0.0
        """Counts words that may still be shown: a fifth of those that no earlier text has."""

    def windows(self, text: str) -> list[Window]:
        """Returns the windows of the next text, in their order."""
        places = [found.span() for found in _WORD.finditer(text)]
        words = [text[start:end].casefold() for start, end in places]
        rows = [*map(hash, zip(*(words[at:] for at in range(SAME)), strict=False))]
        is_new = bytearray(b"\1") * len(words)
        for at, row in enumerate(rows if self._known else ()):
            if row in self._known:
                is_new[at : at + SAME] = bytes(SAME)
        self._known.update(rows)
        # A fifth of them also for who takes non-use for one word.
        parts = _BY_SPACES.findall(text) if _SPACELESS.search(text) else text.split()
        share = min(1, len(parts) / max(1, len(words))) / SHARE
        most = int(share * len(words))
        self._left += share * sum(word not in self._words for word in words)
        self._words.update(words)
        taken = [*self._shown_before(rows, most)]
        most -= sum(end - start for start, end in taken)
        for start, longest in self._candidates(text, words, places):
            end = min(longest, start + most, start + int(self._left))
            is_apart = all(end + GAP <= one or start >= other + GAP for one, other in taken)
            if end - start >= SHORTEST and is_apart and all(is_new[start:end]):
                taken.append((start, end))
                self._shown.update(rows[start : end - SAME + 1])
                self._left -= end - start
                most -= end - start
        return [(places[start][0], places[end - 1][1]) for start, end in sorted(taken)]

    def _shown_before(self, rows: list[int], most: int) -> Iterator[_Run]:
        """Yields what earlier texts show, as far as it is the same."""
        start = free = 0
        for at in range(len(rows) + 1 if self._shown else 0):
            if at < len(rows) and rows[at] in self._shown:
                continue
            end = min(at + SAME - 1, start + LONGEST, start + most)
            if start >= free and end - start >= SHORTEST:
                yield start, end
                free = end + GAP
                most -= end - start
            start = at + 1

    def _candidates(self, text: str, words: list[str], places: list[Window]) -> Iterator[_Run]:
        """Yields runs that may be shown, the opening first, then those that have most words of
        four letters or more. Each is what its paragraph makes it, wherever that stands."""
        found: list[_Run] = []
        first = 0
        for paragraph in re.finditer("[^\n]+", text):
            last = bisect_left(places, (paragraph.end(), 0), first)
            for start in range(first, last - GAP - SHORTEST + 1, STRIDE):
                found.append((start, min(start + LONGEST, last - GAP)))
            first = last

        def emptiness(run: _Run) -> float:
            within = words[slice(*run)]
            return -sum(len(word) > 3 for word in {*within}) / len(within)

        yield from [*found[:1], *sorted(found[1:], key=emptiness)]
