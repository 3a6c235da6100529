"""Reads the dates that a page shows a reader: date lines, marked elements, times."""

import re
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import lru_cache
from itertools import islice
from typing import cast

from tradepress.archive.text_forms import one_line
from tradepress.extraction import dates
from tradepress.extraction.blocks import ALL_LINK, HEADINGS, Block
from tradepress.extraction.cards import (
    card_starts,
    headline_holders,
    is_in_card,
)
from tradepress.extraction.dateline import (
    COPYRIGHT,
    LONGEST,
    LONGEST_LABEL,
    Dateline,
    read_bare_date,
    read_dateline,
    read_labelled_date,
    read_opening_date,
)
from tradepress.extraction.people import LONGEST_BYLINE
from tradepress.extraction.tree import Element, words_before, words_of
from tradepress.extraction.visible import (
    CLOSE,
    FAR_ZONES,
    MOST_LOOKED_AT,
    MOST_TIMES,
    READ_ZONES,
    places_beside,
    places_in,
)
from tradepress.extraction.wording import pattern
from tradepress.source import Source

DATED = ("abbr", "span", "div", "p", "td", "time", "em", "li", "small", "font", "i", "b", "dd", "a")
DATE_NAMES = pattern("element", "dates")
STAMP = re.compile(r"1\d{9}(?:\d{3})?")
"""Matches seconds or milliseconds since 1970, of 2001 and later."""
PUBLISHED_CLASS = re.compile(r"entry-date|publi", re.I)
BEFORE_HEADLINE, AFTER_HEADLINE = 7, 14
MUCH_TEXT = 3
"""Is how many paragraphs stand between a headline and what is no longer beside it."""
LISTED_ZONES = frozenset(("comments", "related", "listed", "aside", "ad"))
LONGEST_FAR = 300
BEFORE_TEXT, AFTER_TEXT, MOST_OPENING = 3, 5, 5


def read_datelines(
    blocks: Sequence[Block], at: int | None, source: Source | None, day_first: bool | None
) -> tuple[list[Dateline], list[Dateline], list[Dateline]]:
    """Reads date lines below the headline at index ``at``, above it, and below some text, nearest
    first."""
    names = source.section_names if source else ()
    lines: tuple[list[Dateline], list[Dateline], list[Dateline]] = ([], [], [])
    for i in () if at is None else places_beside(blocks, at, BEFORE_HEADLINE, AFTER_HEADLINE):
        label, text, pieces = blocks[i - 1].text if i else "", blocks[i].text, blocks[i].pieces
        if len(text) <= LONGEST and not dates.YEAR.search(text) and dates.find_short_date(text):
            text = dates.lengthen(text, dates.named_years(block.text for block in blocks))
            pieces = ()
        if line := read_dateline(text, names, day_first, pieces, label):
            if line.date:
                line = replace(line, date=_as_printed(line.date, blocks[i].text))
            is_far = sum(bool(block.prose) for block in blocks[at or 0 : i]) >= MUCH_TEXT
            lines[1 if i < (at or 0) else 2 if is_far else 0].append(line)
    return lines


def read_marked_dates(root: Element, day_first: bool | None, url: str | None) -> list[dates.Found]:
    """Returns the date in attributes that stand for it outside of any article, else in an element
    that is called a date, if it is one day."""
    found: list[tuple[dates.DateReading | None, str]] = []
    called: list[tuple[dates.DateReading | None, str]] = []
    holders = headline_holders(root)
    for element in root.iter(*DATED):
        given = cast("dict[str, str]", dict(element.items()))
        if not given:
            continue
        title, stamp = given.get("title", ""), given.get("datetime", "")
        if "datePublished" in given.get("itemprop", ""):
            words = given.get("content") or stamp or words_of(element)
            found.append((dates.parse_date(words[:LONGEST_BYLINE], day_first), "itemprop"))
        elif stamp and not dates.UPDATE.search(words_before(element)):
            if is_in_card(element, holders, url):
                continue
            found.append((dates.parse_date(stamp[:LONGEST_BYLINE], day_first), "time"))
        elif title and len(title) <= LONGEST_LABEL and dates.DATE.fullmatch(title.strip()):
            found.append((dates.parse_date(title, day_first), "title"))
        elif (words := _called_date(element, given)) and not is_in_card(element, holders, url):
            called.append((dates.parse_date(words, day_first), "element"))
    for kind in (found, called):
        read = [(reading, how) for reading, how in kind if reading]
        if read:
            return read[:1] if len({reading.day for reading, _ in read}) == 1 else []
    return []


def _called_date(element: Element, given: Mapping[str, str]) -> str:
    """Returns the words of an element that is called a date of publication, or what an attribute
    of those ``given`` that is called so holds."""
    for name, value in given.items():
        if name.startswith("data-") and _is_called_date(name.removeprefix("data")):
            if STAMP.fullmatch(value):
                return datetime.fromtimestamp(int(value[:10]), UTC).isoformat()
            if dates.DATE.match(value):
                return value[:LONGEST_BYLINE]
    if not _is_called_date(f"{given.get('class', '')} {given.get('id', '')}"):
        return ""
    words = words_of(element)
    is_one = len(words) <= LONGEST_BYLINE and dates.DATE.search(words)
    return words if is_one and not dates.UPDATE.search(f"{words_before(element)} {words}") else ""


@lru_cache(maxsize=65536)
def _is_called_date(names: str) -> bool:
    return bool(DATE_NAMES.search(names) and not dates.UPDATE.search(names))


def read_labelled_dates(
    blocks: Sequence[Block],
    at: int | None,
    story: Sequence[Block],
    day_first: bool | None,
    years: Set[int],
) -> list[dates.Found]:
    """Returns the date below the headline with the label of a publication, if that is one day; it
    may have one of the ``years`` in two digits."""
    chosen = set(story)
    first = places_in(chosen, blocks)[0]
    found = [
        _as_printed(reading, blocks[i].text)
        for i in range(first if at is None else min(at, first), len(blocks))
        if blocks[i].zone in FAR_ZONES
        and len(blocks[i].text) <= LONGEST_FAR
        and (
            blocks[i] not in chosen or (blocks[i] in (story[0], story[-1]) and not blocks[i].prose)
        )
        and (text := dates.lengthen(blocks[i].text, years))
        and (reading := read_labelled_date(text, day_first, blocks[i - 1].text))
    ]
    is_one = len({reading.day for reading in found}) == 1
    return [(found[0], "dateline, labelled")] if is_one else []


def read_dates_by_text(
    blocks: Sequence[Block],
    at: int | None,
    story: Sequence[Block],
    day_first: bool | None,
    years: Set[int],
) -> list[dates.Found]:
    """Returns the date that is printed right above or below the story's text, or in its opening;
    its year may be short if it is one of the ``years``."""
    if not blocks:
        return []
    places = places_in(set(story), blocks)
    running = [i for i in places if blocks[i].prose and blocks[i].tag not in HEADINGS]
    first = (running or places)[0]
    before = BEFORE_HEADLINE if at is None else BEFORE_TEXT
    above = (*range(max(first - before, 0), first), *_beside_headline(at, len(blocks)))
    end = min(places[-1] + AFTER_TEXT, len(blocks))
    below = range(places[-1] + 1, next(card_starts(blocks, places[-1], end), end))
    for i in (*above, *below):
        if blocks[i].zone in READ_ZONES and blocks[i].tag != "li":
            label, text = blocks[i - 1].text if i else "", dates.lengthen(blocks[i].text, years)
            pieces = blocks[i].pieces if text == blocks[i].text else ()
            line = None
            if i in above:  # below stand credits of broadcasts as well
                line = read_dateline(text, (), day_first, pieces, label)
            bare = None if line else read_bare_date(text, day_first)
            if reading := line.date if line else bare:
                return [(_as_printed(reading, blocks[i].text), "dateline, by the text")]
    opening = [block for block in story[:MOST_OPENING] if block.prose][:2]
    openings = (read_opening_date(block.text, day_first) for block in opening)
    return [(reading, "dateline, in the text") for reading in openings if reading][:1]


def _as_printed(reading: dates.DateReading, text: str) -> dates.DateReading:
    """Returns the reading with its year as short as the text has it."""
    short = dates.find_short_date(text)
    return replace(reading, raw=short[0]) if short and reading.raw not in text else reading


def read_lone_date(
    blocks: Sequence[Block], story: Sequence[Block], day_first: bool | None
) -> list[dates.Found]:
    """Returns the only day that the page prints above the end of the text and outside of it."""
    chosen = set(story)
    texts = (
        block.text
        for block in blocks[: places_in(chosen, blocks)[-1]]
        if block.zone not in LISTED_ZONES
        and not block.prose
        and block not in chosen
        and len(block.text) <= LONGEST_FAR
        and block.link_share < ALL_LINK
        and dates.YEAR.search(block.text)
    )
    found = [
        reading
        for match in map(dates.DATE.search, texts)
        if match
        and not dates.UPDATE.search(match.string, 0, match.start())
        and not COPYRIGHT.search(match.string)
        and (reading := dates.read_match(match, day_first)).value
    ]
    is_one = len({reading.day for reading in found}) == 1
    return [(found[0], "dateline, alone")] if is_one else []


def _beside_headline(at: int | None, end: int) -> Iterable[int]:
    return () if at is None else range(max(at - 2, 0), min(at + CLOSE, end))


def read_relative_dates(
    blocks: Sequence[Block], at: int | None, source: Source | None, seen_at: datetime
) -> list[dates.Found]:
    """Reads what ``3 hours ago`` below the headline meant when the page stood."""
    near = [] if at is None else blocks[at + 1 : at + AFTER_HEADLINE]
    pieces = [p for b in near if b.zone in READ_ZONES for p in (b.parts or (b.text,))]
    place = source.timezone if source else None
    found = [dates.relative_date(p, seen_at, place) for p in pieces if len(p) <= LONGEST_LABEL]
    return [(reading, "dateline, counted from seen_at") for reading in found if reading]


def read_times(
    elements: Sequence[Element], day_first: bool | None, url: str | None
) -> list[tuple[dates.DateReading, bool]]:
    """Returns (date, is it one of an update) of each ``time`` element after the headline, or of
    all; among the ``elements`` stand the ``h1``. None of another story's counts."""
    first = next((i for i, e in enumerate(elements) if e.tag == "h1"), len(elements))
    holders = set(elements[first].iterancestors()) if first < len(elements) else set()

    def own(elements: Iterable[Element]) -> list[Element]:
        told = (e for e in elements if _tells_a_time(e) and not is_in_card(e, holders, url))
        return list(islice(told, MOST_TIMES))

    below = elements[first : first + MOST_LOOKED_AT]
    after = (e for e in below if _is_published(e) or not _stands_aside(e))
    chosen = own(after) or own(elements[: min(first, MOST_TIMES)])
    times = [_read_time(time, day_first) for time in chosen]
    return list(filter(None, times))


def _is_published(element: Element) -> bool:
    """Does its class call it, in so many words, the day of publication?"""
    return "published" in (element.get("class") or "").split()


def _stands_aside(element: Element) -> bool:
    return next(element.iterancestors("aside", "footer", "nav"), None) is not None


def _tells_a_time(element: Element) -> bool:
    return element.tag == "time" or (
        element.tag == "abbr" and dates.YEAR.search(element.get("title", "")) is not None
    )


def _read_time(element: Element, day_first: bool | None) -> tuple[dates.DateReading, bool] | None:
    """Reads what the attribute says, unless what is printed names quite another day."""
    printed = words_of(element)[:LONGEST_BYLINE]
    shown = dates.find_date(printed, day_first)
    said = element.get("title" if element.tag == "abbr" else "datetime", "")
    found = dates.parse_date(one_line(said)[:LONGEST_BYLINE], day_first)
    if found and shown and shown.value:
        days = [date.fromisoformat(reading.day or "0001-01-01") for reading in (found, shown)]
        found = replace(found, raw=shown.raw) if abs(days[0] - days[1]) <= dates.A_DAY else shown
    names = f"{element.get('class')} {element.get('itemprop')}"
    around = f"{words_before(element)} {printed}"
    around += "" if PUBLISHED_CLASS.search(names) else names
    reading = found or shown
    return (reading, bool(dates.UPDATE.search(around))) if reading else None
