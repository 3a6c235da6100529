"""Finds names that say no place ("the Supreme Court", "the IPO", "INPI"), and whose they are.

It is the court named in full before; else that of the country whose people, offices or cities are
named beside it, or most often around it; else nobody knows, and the name stays as it is printed.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

from tradepress.mentions.known_names import court_named
from tradepress.mentions.place_names import places
from tradepress.mentions.read_names import Names, Pairs, Rows, read_names
from tradepress.mentions.spot import Spot

BARE_COURTS = {
    "Federal S": re.compile(r"Federal Supreme Court\b"),
    "Supreme C": re.compile(r"Supreme Court(?<!Federal Supreme Court)\b"),
    "High C": re.compile(r"High Court\b"),
    "Federal C": re.compile(r"Federal Court\b"),
    "Appeal C": re.compile(r"Appeal Court\b"),
    "Court": re.compile(
        r"Court(?<!(?:Supreme|Federal) Court)(?<!High Court)(?<!Appeal Court)"
        r"s? of (?:Appeals?|Justice)\b"
    ),
    "Board": re.compile(r"Boards? of Appeal\b"),
}
"""Maps a literal to the pattern that holds it; ``re`` is fast where it knows how a match begins."""
BARE_OFFICES = {
    "IPO": re.compile(r"IPO(?<!\wIPO)\b"),
    "Intellectual P": re.compile(r"Intellectual Property Office\b"),
    "Trade": re.compile(r"Trade ?[Mm]arks? (?:Office|Registry)\b"),
    "INPI": re.compile(r"INPI\b"),
}
BARE_FORMS = {
    **dict.fromkeys(
        ("Courts of Appeal", "Court of Appeals", "Courts of Appeals"), "Court of Appeal"
    ),
    **{"Appeal Court": "Court of Appeal", "Board of Appeal": "Boards of Appeal"},
    "Boards of Appeals": "Boards of Appeal",
}
SUCH = ("Supreme Court", "High Court", "Court of Appeal", "Federal Court")
SIGN = re.compile(r"[A-Z](?<!\w.)[\w.]*(?: [A-Z][\w.]*)*|certiorari|justices|passing off")
"""Matches words with a capital, as many as stand together."""
BESIDE = 60
"""Limits the characters before a name that may tell of its country; behind it, half as many."""

SHARES = ("public offering", "flotation", " shares", "Property Owners", "Nasdaq", "stock exchange")


@dataclass(frozen=True, kw_only=True, slots=True)
class BareNames:
    """Holds what names/bare_names.toml says."""

    no_courts: Names
    signs: Rows
    courts: Pairs
    offices: Pairs
    inpi: Pairs


@cache
def bare_names() -> BareNames:
    """Reads names/bare_names.toml at first use."""
    return read_names("bare_names", BareNames)


@cache
def _signs() -> dict[str, str]:
    """Maps a word to the country that it is a sign of."""
    signs = {word: country for country, words in bare_names().signs.items() for word in words}
    for country, others in places().countries.items():
        plain = country.removeprefix("the ")
        signs |= dict.fromkeys((plain, *others), plain)
    return signs


class SpokenOf:
    """Holds the countries that a text speaks of; it is read when one is asked for."""

    def __init__(self, text: str) -> None:
        self._text = text

    def at(self, start: int, end: int) -> str | None:
        """Returns the country whose sign stands right beside this place, else that of most."""
        before = list(_countries(self._text[max(0, start - BESIDE) : start]))
        if before:
            return before[-1]
        behind = next(_countries(self._text[end : end + BESIDE // 2]), None)
        return behind or self._most

    @cached_property
    def _most(self) -> str | None:
        counted: Counter[str] = Counter()
        for words, times in Counter(SIGN.findall(self._text)).items():
            for country in _countries(words):
                counted[country] += times
        return next((one for one, times in counted.items() if 2 * times > counted.total()), None)


def _countries(words: str) -> Iterator[str]:
    """Yields the countries whose signs are among these words, in their order."""
    signs = _signs()
    for run in SIGN.findall(words):
        row = run.split(" ")
        for nth, word in enumerate(row):
            two = " ".join(row[nth : nth + 2])
            country = signs.get(two) or signs.get(word) or signs.get(word.rstrip("."))
            if country is not None:
                yield country


def _bare(text: str, patterns: dict[str, re.Pattern[str]]) -> list[re.Match[str]]:
    """Returns matches of these patterns in the order of the text, none over another."""
    found = [
        one for word, pattern in patterns.items() if word in text for one in pattern.finditer(text)
    ]
    return sorted(found, key=lambda one: one.start())


def bare_courts(text: str, named: Sequence[Spot]) -> list[Spot]:
    """Returns spots of courts of which no place is said. ``named``: courts of the text that are
    named in full, in its order."""
    spots = []
    spoken_of = SpokenOf(text)
    last: dict[str, str] = {}
    nth = 0
    for found in _bare(text, BARE_COURTS):
        while nth < len(named) and named[nth].end <= found.start():
            last |= {kind: named[nth].value for kind in SUCH if is_such(kind, named[nth].value)}
            nth += 1
        is_part = found.start() and text[found.start() - 1].isalnum()
        if is_part or (nth < len(named) and named[nth].start < found.end()):
            continue
        value = _whose_court(text, found, last, spoken_of)
        if value is not None:
            spots.append(Spot(start=found.start(), end=found.end(), kind="court", value=value))
    return spots


def is_such(kind: str, court: str) -> bool:
    """Tells whether a bare name behind this court may be it; "the Supreme Court" is the highest."""
    return kind in court and not court.startswith(places().us_states)


def _whose_court(
    text: str, found: re.Match[str], last: dict[str, str], spoken_of: SpokenOf
) -> str | None:
    """Finds the court that a bare name stands for.

    :param last: of each kind the court of that kind that was named last
    """
    bare = BARE_FORMS.get(found[0], found[0])
    if bare == "Boards of Appeal":
        is_patent = "EPO" in text and "EUIPO" not in text and "OHIM" not in text
        return "EPO Boards of Appeal" if is_patent else "EUIPO Boards of Appeal"
    if bare == "Court of Justice":
        before = text[max(0, found.start() - 30) : found.start()].rstrip().rpartition(" ")[2]
        return None if before in ("Federal", "High", "Superior", "International") else "CJEU"
    if bare in last:
        return last[bare]
    country = spoken_of.at(*found.span())
    if country is None or f"{bare}, {country}" in bare_names().no_courts:
        return None if country or bare == "Federal Court" else bare
    known = bare_names().courts.get(f"{bare}, {country}")
    return known or court_named(f"{bare} of {country}")


def bare_offices(text: str) -> list[Spot]:
    """Returns spots of offices of which no place is said."""
    spots = []
    spoken_of = SpokenOf(text)
    is_of_shares = "IPO" in text and any(word in text for word in SHARES)
    for found in _bare(text, BARE_OFFICES):
        if found.start() and text[found.start() - 1].isalnum():
            continue
        if found[0] == "IPO" and is_of_shares:
            continue
        country = spoken_of.at(*found.span())
        office = bare_names().offices.get(country or "")
        if found[0] == "INPI":
            value = bare_names().inpi.get(country or "", "INPI")
        elif office and (found[0] != "IPO" or country == "England"):
            value = office
        else:
            continue
        spots.append(Spot(start=found.start(), end=found.end(), kind="office", value=value))
    return spots
