"""Reads who signed a story in its first words or its last, and whom else it is credited to."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import compress, pairwise
from typing import cast

from tradepress.archive.text_forms import joined
from tradepress.extraction.blocks import Block
from tradepress.extraction.people import (
    AGENCY,
    LEAD,
    LONGEST_BYLINE,
    SPACED,
    SPLIT,
    UNPARTED,
    read_credit,
    read_names,
)
from tradepress.extraction.readings import PageReadings
from tradepress.extraction.structured_data import Declared
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


def take_credit(
    found: PageReadings,
    declared: Declared,
    signed: Sequence[str],
    blocks: Sequence[Block],
    *,
    at: int | None,
    names: Iterable[str],
) -> None:
    """Takes the agencies, desks and papers that bylines (``signed``), the text and author fields
    name; the paper itself, which has one of the ``names``, only where nobody else is named."""
    story, own = found.walked.paragraphs, set(map(joined, names))
    authors = found.best("authors") or ()
    is_near = (not authors or any(name in line for name in authors) for line in signed)
    found.add_credit(compress(signed, is_near), "byline")
    for source in read_sources(blocks, at, story):
        if UNPARTED.search(source):
            told = read_credit([source], is_signed=False, is_typed=True)
            found.add("credit", told, "source line")
        found.add_credit([source], "source line", is_typed=True)
    for value, evidence in declared.get("organisations"):
        found.add_credit(value, evidence, is_typed=True)
    found.add("credit", read_agency(story), "text")
    for value, evidence in declared.get("authors"):
        is_told = any(" " in words and words[0].isupper() for words in value)
        found.add_credit(value, evidence, is_typed=is_told)
    credit = found.fields.pop("credit", [])
    papers = [
        one for one in credit if own.issuperset(map(joined, cast("tuple[str, ...]", one.value)))
    ]
    others = [one for one in credit if one not in papers]
    found.fields["credit"] = others if authors else [*others, *papers]
