"""Finds lines that come again in many stories of a site, and so are hardly part of any."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from itertools import chain
from typing import Literal

from tradepress.archive.text_forms import straighten

Where = Literal["first", "last", "inside"]
LEAST_SHARE = 3
"""One in so many stories has the line."""
LABEL = re.compile(r"([^\W\d_][^.:!?]{2,40}): ?(?=\S)")
FEWEST_LINES = 6
"""Is from how many lines on it tells that two stories have most of them in common."""
LONGEST = 700
"""Bounds a line's characters; no furniture paragraph is longer."""


@dataclass(frozen=True, kw_only=True)
class RecurringLine:
    """Is one line of several stories."""

    text: str
    """Is the line as the first of them has it."""
    where: Where
    """Stands above the story, below it (with but such lines above or below), or in its midst."""
    count: int
    """Counts the stories that have it."""
    is_label: bool = False
    """Is the text but what the line begins with, and what follows differs from story to story?"""

    @property
    def pattern(self) -> str:
        """Returns the line as ``Furniture.pattern``; its numbers may be others."""
        words = re.escape(straighten(self.text).lower()).replace(r"\ ", " ").replace(r"\-", "-")
        return re.sub(r"\d+", r"\\d+", words) + (".*" if self.is_label else "")


def recurring_lines(bodies: Sequence[str]) -> tuple[RecurringLine, ...]:
    """Returns lines in two of the bodies or more; those that come first, first. Behind them labels,
    as of ``Read next: …``, with which at least half of the stories end.

    :param bodies: paragraphs joined by blank lines, one story each; of two that begin alike and
        have most lines in common the first counts
    """
    stories = [[line for line in body.split("\n\n") if line.strip()] for body in bodies]
    stories = _different(stories)
    counts = Counter(key for lines in stories for key in {_key(line) for line in lines})
    known = {key for key, count in counts.items() if count > 1 and len(key) <= LONGEST}
    texts: dict[str, str] = {}
    places: dict[str, Counter[Where]] = defaultdict(Counter)
    labels = tuple(_labels(stories, known))
    begun = tuple(label.text for label in labels)
    for lines in stories:
        own = [_key(line) not in known and not line.startswith(begun) for line in lines]
        for at, line in enumerate(lines):
            if (key := _key(line)) in known:
                texts.setdefault(key, line)
                places[key][_where(own, at)] += 1
    found = [
        RecurringLine(text=text, where=places[key].most_common(1)[0][0], count=counts[key])
        for key, text in texts.items()
    ]
    return (*found, *labels)


def _different(stories: Sequence[list[str]]) -> list[list[str]]:
    """Returns one of each story: of two bodies with mostly the same lines the first.
    What stands below teasers may be longer than they are, but each begins with words of its own."""
    keys = [list(map(_key, lines)) for lines in stories]
    counts = Counter(chain(*map(set, keys)))
    most = max(2, math.ceil(len(stories) / LEAST_SHARE) - 1)
    begins = [next((key for key in own if counts[key] <= most), "") for own in keys]
    kept: list[int] = []
    for at, own in enumerate(map(set, keys)):
        if not any(
            begins[at] == begins[other]
            and len(own.intersection(keys[other])) * 2 > max(len(own), FEWEST_LINES)
            for other in kept
        ):
            kept.append(at)
    return [stories[at] for at in kept]


def _labels(stories: Sequence[Sequence[str]], known: Set[str]) -> Iterator[RecurringLine]:
    ends = [
        next((line for line in reversed(own) if _key(line) not in known), "") for own in stories
    ]
    labels = Counter(match[0] for line in ends if (match := LABEL.match(line)))
    for label, count in labels.items():
        if count > 2 and count * 2 >= len(stories):
            yield RecurringLine(text=label, where="last", count=count, is_label=True)


def _where(own: Sequence[bool], at: int) -> Where:
    if not any(own[at:]):
        return "last"
    return "inside" if any(own[:at]) else "first"


def _key(line: str) -> str:
    """Returns the line without what may differ: case, white space, form of quotes, numbers."""
    return re.sub(r"\d+", "0", " ".join(straighten(line).casefold().split()))
