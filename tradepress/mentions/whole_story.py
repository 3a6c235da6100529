"""Brings what a story's texts name to what they say together: a headline names no case and no
unknown firm where no text speaks of law, and a case or court has one name in its story."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace

from tradepress.mentions.cases import OF_LAW_AROUND
from tradepress.mentions.firm_phrases import NEAR, OF_IP, OF_LAWYERS
from tradepress.mentions.known_names import firm_named, lowered
from tradepress.mentions.spot import Spot
from tradepress.mentions.unnamed_places import SUCH, is_such

UNSURE = ("case", "firm")
SIGNS = (OF_LAW_AROUND, OF_LAWYERS, OF_IP)
WORD = re.compile(r"[^\W_]+")
AROUND_V = re.compile(r"\S+ v \S+|^(?!.* v )\S+ \S+ \S+")
"""Matches words that stand in all names of a case: those beside the v, or "in re Vale"."""


def told_together(texts: Collection[str], spots: Sequence[Sequence[Spot]]) -> Iterator[list[Spot]]:
    """Yields, text by text, the spots that stay, with the one name that the story has for each."""
    every = [spot for of_text in spots for spot in of_text]
    is_unsure = any(spot.kind in UNSURE for spot in every)
    whole = "\n".join(texts) if is_unsure else ""
    is_of_law = len(whole) < NEAR or any(sign.search(whole) for sign in SIGNS)
    names = {
        "case": dict(_longest_names({spot.value for spot in every if spot.kind == "case"})),
        "court": dict(_named_courts({spot.value for spot in every if spot.kind == "court"})),
    }
    for text, of_text in zip(texts, spots, strict=True):
        is_told = is_of_law or len(text) >= NEAR
        yield [
            replace(spot, value=names.get(spot.kind, {}).get(spot.value, spot.value))
            for spot in of_text
            if is_told or spot.kind not in UNSURE or firm_named(spot.value)
        ]


def _longest_names(cases: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yields names of cases, each with the longest that has its words side by side, as a reader's
    filter compares them; one that two different cases have keeps to itself."""
    alike: dict[str, dict[str, str]] = defaultdict(dict)
    for name in sorted(cases, key=str.swapcase):
        words = " ".join(WORD.findall(lowered(name)))
        found = AROUND_V.search(words)
        alike[found[0] if found else words][name] = f" {words} "
    for names in alike.values():
        for name, words in names.items():
            holding = [other for other in names if words in names[other]]
            longest = max(holding, key=lambda other: len(names[other]))
            if all(names[other] in names[longest] for other in holding):
                yield name, longest


def _named_courts(courts: set[str]) -> Iterator[tuple[str, str]]:
    """Yields names that say no place, each with the one court of the story that it can be."""
    for bare in courts.intersection(SUCH):
        named = [court for court in courts - {bare} if is_such(bare, court)]
        if len(named) == 1:
            yield bare, named[0]
