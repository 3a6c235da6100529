"""What the page shows a reader: headline, date line and byline around the story."""

import re
from collections.abc import Iterable, Sequence

from crawler.extraction.blocks import Block, words_key
from crawler.extraction.dateline import Dateline, read_dateline
from crawler.extraction.dates import DateReading, parse_date
from crawler.extraction.people import is_names
from crawler.extraction.tree import Element, find_all, words_of
from crawler.source import Source

BY = re.compile(r"(?:by|von|par|por|di)\s+\S.*", re.I)
LONGEST_BYLINE = 160
LONGEST_LABEL_LINK = 30
MOST_TIMES = 6
BEFORE_HEADLINE, AFTER_HEADLINE = 8, 14
READ_ZONES = frozenset((None, "meta", "bio"))


def read_h1(blocks: Iterable[Block]) -> list[str]:
    return [block.text for block in blocks if block.tag == "h1" and block.zone in READ_ZONES]


def headline_at(blocks: Sequence[Block], headline: str) -> int | None:
    """Index of the block that shows the headline, an ``h1`` before any other."""
    key = words_key(headline)
    same = [i for i, block in enumerate(blocks) if words_key(block.text) == key]
    return min(same, key=lambda i: (blocks[i].tag != "h1", i), default=None)


def read_datelines(
    blocks: Sequence[Block], at: int, source: Source | None, day_first: bool | None
) -> list[Dateline]:
    """Date lines around the headline at index ``at``: those after it, then those before."""
    after = range(at + 1, min(at + AFTER_HEADLINE, len(blocks)))
    before = range(at - 1, max(at - BEFORE_HEADLINE, -1), -1)
    section_names = source.section_names if source else ()
    found: list[Dateline] = []
    for i in (*after, *before):
        block = blocks[i]
        first = block.links[0][0] if block.links else ""
        is_entry = len(first) > LONGEST_LABEL_LINK and block.text.startswith(first)
        if block.zone not in READ_ZONES or is_entry:
            continue
        if line := read_dateline(block.text, section_names, day_first, block.parts):
            found.append(line)
    return found


def read_times(root: Element, day_first: bool | None) -> list[tuple[DateReading, bool]]:
    """(date, is it one of an update) of each ``time`` element after the headline, or of all."""
    elements = find_all(root, "//h1/following::time[not(ancestor::aside or ancestor::footer)]")
    readings = []
    for element in (elements or list(root.iter("time")))[:MOST_TIMES]:
        printed = words_of(element)[:LONGEST_BYLINE]
        found = parse_date(element.get("datetime") or printed, day_first)
        if found is None:
            continue
        if printed and (shown := parse_date(printed, day_first)) and shown.value:
            found = DateReading(value=found.value, raw=shown.raw)
        around = f"{element.get('class')} {element.get('itemprop')} {_words_before(element)}"
        readings.append((found, bool(re.search(r"updat|modif|revis|aktualisiert", around, re.I))))
    return readings


def _words_before(element: Element) -> str:
    previous, parent = element.getprevious(), element.getparent()
    if previous is not None:
        return f"{words_of(previous)[-40:]} {previous.tail or ''}"[-60:]
    return (parent.text or "")[-60:] if parent is not None else ""


def read_bylines(marked: Iterable[str], blocks: Sequence[Block], at: int | None) -> list[str]:
    """Lines that may name authors: those ``marked`` by attributes, then by place and wording."""
    lines = [words for words in marked if 2 < len(words) <= LONGEST_BYLINE]
    if at is not None:
        near = [b.text for b in blocks[max(at - 3, 0) : at + 6] if b.zone in READ_ZONES]
        lines += [text for text in near if len(text) <= LONGEST_BYLINE and BY.fullmatch(text)]
        title = words_key(blocks[at].text)
        same = [i for i, text in enumerate(near) if words_key(text) == title]
        if same:
            lines += [text for text in near[same[0] + 1 : same[-1] + 3] if is_names(text)]
    return lines
