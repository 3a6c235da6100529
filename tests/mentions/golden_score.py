"""How well mentions are found: right is the kind and the place, to the character.

``python tests/mentions/golden_score.py dev`` prints the table of a part and what went wrong.
"""

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from golden_text import MarkedText, read_marked

from tradepress.mentions.find_mentions import FINDERS, FINDERS_OF_PEOPLE
from tradepress.mentions.spot import Finder, Spot
from tradepress.story import MENTION_KINDS, MentionKind

EVERY_FINDER = (*FINDERS, *FINDERS_OF_PEOPLE)
GOLDEN = Path(__file__).with_name("golden")


@dataclass(frozen=True, kw_only=True)
class Score:
    """Of one kind over a set of texts."""

    kind: MentionKind
    marked: int
    right: int
    """Found at the place of a mark."""
    wrong: int
    """Found where there is none, not even an open one."""
    same_value: int
    """Of the right ones those with the mark's normal form."""
    faults: tuple[str, ...] = field(repr=False)
    """What was missed or is wrong, each with its text."""
    other_values: tuple[str, ...] = field(repr=False)

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 0.0

    @property
    def recall(self) -> float:
        return self.right / self.marked if self.marked else 0.0


PARTS = ("dev", "kept", "unseen")


def read_parts(*parts: str) -> list[MarkedText]:
    """
    :param parts: of :data:`PARTS`
    """
    files = [file for part in parts for file in sorted(GOLDEN.glob(f"{part}-*.txt"))]
    return [item for file in files for item in read_marked(file)]


def find_all(text: str, finders: Sequence[Finder] = EVERY_FINDER) -> Iterator[Spot]:
    for finder in finders:
        yield from finder(text)


def score_texts(
    items: Sequence[MarkedText], finders: Sequence[Finder] = EVERY_FINDER
) -> list[Score]:
    """One score a kind that is marked or found, in the order of the kinds."""
    marked: Counter[MentionKind] = Counter(one.kind for item in items for one in item.marks)
    right, wrong, same = Counter[MentionKind](), Counter[MentionKind](), Counter[MentionKind]()
    faults: dict[MentionKind, list[str]] = {kind: [] for kind in MENTION_KINDS}
    values: dict[MentionKind, list[str]] = {kind: [] for kind in MENTION_KINDS}
    for item in items:
        marks = {_place(one): one for one in item.marks}
        open_places = {_place(one) for one in item.open_marks}
        found = {_place(one): one for one in find_all(item.text, finders)}
        for place, one in sorted(found.items()):
            if mark := marks.pop(place, None):
                right[one.kind] += 1
                same[one.kind] += mark.value == one.value
                if mark.value != one.value:
                    values[one.kind].append(f"{_quote(item, one)}: {one.value!r}, {mark.value!r}")
            elif place not in open_places:
                wrong[one.kind] += 1
                faults[one.kind].append(f"wrong  {_quote(item, one)}: {item.text}")
        for one in marks.values():
            faults[one.kind].append(f"missed {_quote(item, one)}: {item.text}")
    return [
        Score(
            kind=kind,
            marked=marked[kind],
            right=right[kind],
            wrong=wrong[kind],
            same_value=same[kind],
            faults=tuple(faults[kind]),
            other_values=tuple(values[kind]),
        )
        for kind in MENTION_KINDS
        if marked[kind] or wrong[kind]
    ]


def table(scores: Sequence[Score]) -> str:
    """For a terminal."""
    rows = [
        f"{one.kind:13}{one.marked:7}{one.precision:10.3f}{one.recall:8.3f}{one.same_value:12}"
        for one in scores
    ]
    return "\n".join(("kind          marked precision  recall  same value", *rows))


def _place(one: Spot) -> tuple[int, int, MentionKind]:
    return one.start, one.end, one.kind


def _quote(item: MarkedText, one: Spot) -> str:
    return repr(item.text[one.start : one.end])


def main() -> None:
    scores = score_texts(read_parts(*sys.argv[1:]))
    print(table(scores))
    for one in scores:
        for title, lines in (("", one.faults), (" (normal form)", one.other_values)):
            if lines:
                print(f"\n{one.kind}{title}", *lines, sep="\n  ")


if __name__ == "__main__":
    main()
