"""What the page shows a reader: headline, date line and byline around the story."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from crawler.extraction.blocks import Block, words_key
from crawler.extraction.dateline import LABEL, LONGEST_LABEL, Dateline, read_dateline
from crawler.extraction.dates import (
    UPDATE,
    DateReading,
    Found,
    find_date,
    parse_date,
    relative_date,
)
from crawler.extraction.people import LEAD, is_names
from crawler.extraction.tree import Element, words_of
from crawler.source import Source

PUBLISHED_CLASS = re.compile(r"entry-date|publi", re.I)
AUTHOR_PAGE = re.compile(r"/(?:authors?|aut[eo]u?r(?:s|es|i)?|writers?|reporters?|staff)/", re.I)
LONGEST_BYLINE = 160
LONGEST_LABEL_LINK = 30
MOST_TIMES = 6
A_DAY = timedelta(days=1)
BEFORE_HEADLINE, AFTER_HEADLINE = 8, 14
MOST_MARKS = 16
"""Characters by which a headline may be longer in one setting than in another."""
READ_ZONES = frozenset((None, "meta", "bio"))
CLOSE_ZONES = READ_ZONES | {"aside", "related"}
CLOSE = 4
"""So many blocks after the headline, a misleading zone is not believed."""


def read_h1(blocks: Iterable[Block]) -> list[str]:
    return [block.text for block in blocks if block.tag == "h1" and block.zone in READ_ZONES]


def headline_at(blocks: Sequence[Block], headline: str) -> int | None:
    """Index of the block that shows the headline, an ``h1`` before any other."""
    key = words_key(headline)
    same = [
        i
        for i, block in enumerate(blocks)
        if abs(len(block.text) - len(headline)) <= MOST_MARKS and words_key(block.text) == key
    ]
    return min(same, key=lambda i: (blocks[i].tag != "h1", i), default=None)


def _beside(blocks: Sequence[Block], at: int, places: Iterable[int]) -> Iterator[int]:
    """Those of the places where a date line or byline of the story at ``at`` can stand."""
    for i in places:
        block = blocks[i]
        first = block.links[0][0] if block.links else ""
        is_entry = len(first) > LONGEST_LABEL_LINK and block.text.startswith(first)
        zones = CLOSE_ZONES if at < i <= at + CLOSE else READ_ZONES
        if block.zone in zones and block.tag != "blockquote" and not is_entry:
            yield i


def read_datelines(
    blocks: Sequence[Block], at: int | None, source: Source | None, day_first: bool | None
) -> tuple[list[Dateline], list[Dateline]]:
    """Date lines below and above the headline at index ``at``, nearest first."""
    names = source.section_names if source else ()
    found: tuple[list[Dateline], list[Dateline]] = ([], [])
    if at is None:
        return found
    below = range(at + 1, min(at + AFTER_HEADLINE, len(blocks)))
    above = range(at - 1, max(at - BEFORE_HEADLINE, -1), -1)
    for lines, places in zip(found, (below, above), strict=True):
        for i in _beside(blocks, at, places):
            text, parts, label = blocks[i].text, blocks[i].parts, blocks[i - 1].text if i else ""
            if len(label) <= LONGEST_LABEL and (LABEL.match(label) or UPDATE.match(label)):
                parts = (label, *(parts or (text,)))
            if line := read_dateline(text, names, day_first, parts):
                lines.append(line)
    return found


def read_relative_dates(
    blocks: Sequence[Block], at: int | None, source: Source | None, seen_at: datetime
) -> list[Found]:
    """What ``3 hours ago`` below the headline meant when the page stood."""
    near = [] if at is None else blocks[at + 1 : at + AFTER_HEADLINE]
    pieces = [p for b in near if b.zone in READ_ZONES for p in (b.parts or (b.text,))]
    place = source.timezone if source else None
    found = [relative_date(p, seen_at, place) for p in pieces if len(p) <= LONGEST_LABEL]
    return [(reading, "dateline, counted from seen_at") for reading in found if reading]


def read_times(root: Element, day_first: bool | None) -> list[tuple[DateReading, bool]]:
    """(date, is it one of an update) of each ``time`` element after the headline, or of all."""
    before: list[Element] = []
    after: list[Element] | None = None
    for element in root.iter("h1", "time"):
        if element.tag == "h1":
            after = [] if after is None else after
        elif after is None:
            before.append(element)
        elif next(element.iterancestors("aside", "footer", "nav"), None) is None:
            after.append(element)
    readings = []
    for element in (after or before)[:MOST_TIMES]:
        printed = words_of(element)[:LONGEST_BYLINE]
        shown = find_date(printed, day_first)
        found = parse_date(element.get("datetime") or "", day_first)
        if found and shown and shown.value:
            found_day, day = map(date.fromisoformat, (found.day or "0001-01-01", shown.day))
            is_same = abs(found_day - day) <= A_DAY
            found = replace(found, raw=shown.raw) if is_same else shown
        found = found or shown
        if found is None:
            continue
        names = f"{element.get('class')} {element.get('itemprop')}"
        around = f"{_words_before(element)} {printed}"
        if not PUBLISHED_CLASS.search(names):
            around += names
        readings.append((found, bool(UPDATE.search(around))))
    return readings


def _words_before(element: Element) -> str:
    """What stands right before the element, or before the one that holds it."""
    parent = element.getparent()
    for at in (element, parent):
        if at is not None and (previous := at.getprevious()) is not None:
            return f"{words_of(previous)[-40:]} {previous.tail or ''}"[-60:]
        if at is element and parent is not None and parent.text and not parent.text.isspace():
            return parent.text[-60:]
    return ""


def read_bylines(marked: Iterable[str], blocks: Sequence[Block], at: int | None) -> list[str]:
    """Lines that may name authors: those ``marked`` by attributes, then by place and wording."""
    lines = [words for words in marked if 2 < len(words) <= LONGEST_BYLINE]
    if at is not None:
        places = range(max(at - 3, 0), min(at + 6, len(blocks)))
        near = [blocks[i] for i in _beside(blocks, at, places)]
        texts = ["\n".join(block.parts) or block.text for block in near]
        texts = [text for text in texts if len(text) <= LONGEST_BYLINE]
        lines += [text for text in texts if LEAD.match(text)]
        lines += [w for block in near for w, href in block.links if AUTHOR_PAGE.search(href)]
        after = [block for block in blocks[at + 1 : at + 6] if block.zone == "meta"]
        lines += [b.text for b in after if b.tag != "li" and is_names(b.text)]
        title = words_key(blocks[at].text)
        same = [i for i, text in enumerate(texts) if words_key(text) == title]
        if same:
            lines += [text for text in texts[same[0] + 1 : same[-1] + 3] if is_names(text)]
    return lines
