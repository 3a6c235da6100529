"""Reads who signed a story in its first words or its last, and whom a line calls its source."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from tradepress.extraction.blocks import Block
from tradepress.extraction.people import (
    AGENCY,
    LEAD,
    LONGEST_BYLINE,
    SPACED,
    SPLIT,
    UNPARTED,
    read_names,
)
from tradepress.extraction.wording import WORDING, pattern

PEOPLE = WORDING["people"]
OPENINGS, SIGNATURES = (
    [re.compile(one) for one in PEOPLE[name]] for name in ("opening", "signature")
)
SOURCE = pattern("source", "people")
AGENCY_AT_START = re.compile(
    rf"(?:[A-ZÀ-Þ][^()]{{1,60}})?\(({AGENCY.pattern})\)\s?[-–—:]|[\[(【（]?({PEOPLE['wires']})"
    rf"|[\[(【][^=]{{1,12}}=({AGENCY.pattern})[\])】]",
    re.I,
)
AGENCY_AT_END = re.compile(rf".*[(（\[]({AGENCY.pattern})[)）\]]", re.I)
LOOKED_AT, AFTER_TEXT, AROUND = 120, 3, 6
LONGEST_AGENCY = 40


def _ends(story: Sequence[Block], blocks: Sequence[Block]) -> list[str]:
    """Returns the last paragraph, and the lines right below it."""
    if not story or story[-1] not in blocks:
        return [block.text for block in story[-1:]]
    end = blocks.index(story[-1])
    below = blocks[end + 1 : end + 1 + AFTER_TEXT]
    return [story[-1].text, *("\n".join(block.parts) or block.text for block in below)]


def read_signature(story: Sequence[Block], blocks: Sequence[Block]) -> tuple[str, ...]:
    """Returns the people who signed the text itself."""
    opening = [one.match(block.text[:LOOKED_AT]) for block in story[:1] for one in OPENINGS]
    ends = [one.fullmatch(text[-LOOKED_AT:]) for text in _ends(story, blocks) for one in SIGNATURES]
    signed = [found for found in (*opening, *ends) if found]
    lines = (SPACED.sub("、", one["names"]) if "记者" in one[0] else one["names"] for one in signed)
    return next(filter(None, (read_names([line], declared=True) for line in lines)), ())


def read_agency(story: Sequence[Block]) -> tuple[str, ...]:
    """Returns the agency that opens the text, as in ``LONDON (Reuters) - ``, or ends it."""
    found = [AGENCY_AT_START.match(block.text[:LOOKED_AT]) for block in story[:1]]
    found += [AGENCY_AT_END.fullmatch(block.text[-LOOKED_AT:]) for block in story[-1:]]
    return tuple(dict.fromkeys(next(filter(None, one.groups())) for one in found if one))


def read_sources(blocks: Sequence[Block], at: int | None, story: Sequence[Block]) -> Iterator[str]:
    """Yields whom short lines beside the headline at ``at``, or right below the text, call the
    source, and agencies with which a line beside the headline begins."""
    near = blocks[max((at or 0) - 1, 0) : (at or 0) + AROUND]
    beside = ["\n".join(one.parts) or one.text for one in near if one.zone != "caption"]
    beside += [f"{label} {value}" for label, value in pairwise(beside) if label.endswith(":")]
    for lines, is_near in ((beside, True), (_ends(story, blocks), False)):
        for text in lines:
            found = SOURCE.search(text) if len(text) <= LONGEST_BYLINE else None
            if found and (is_near or AGENCY.fullmatch(found[1]) or UNPARTED.search(found[1])):
                yield found[1]
    for text in beside:
        if len(text) <= LONGEST_AGENCY and AGENCY.fullmatch(SPLIT.split(LEAD.sub("", text))[0]):
            yield text
