"""Plain-text captures: tell story from template by the order and shape of the lines alone."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from crawler.extraction.blocks import Block, clean, is_prose, straighten, words_key
from crawler.extraction.dateline import Dateline, read_dateline, read_section_line
from crawler.extraction.furniture import CAPTION, CREDIT, Rule, find_rule
from crawler.extraction.people import is_names, read_names
from crawler.source import Source

HEAD_LINES = 60
MARKUP = re.compile(
    r"<(?:!doctype|html|head|body|title|meta|link|div|p|article|section|main|table|h1|script|span|a)\b"
    r"[^<]*>",
    re.I,
)
ARTEFACT = re.compile(r"date \d{4}-\d\d-\d\d")
BUTTON = re.compile(
    r"log ?in|register|search|menu|home|sign in|my account|rss|free newsletter", re.I
)
CLAIMS = " | "
LONGEST_HEADLINE = 220

TITLES = ("title", "name")
BETWEEN = ("date", "section", "name", "caption", "credit", "furniture")
"""What may stand between a headline and the first paragraph."""

Kind = Literal[
    "prose", "claims", "date", "section", "title", "name", "caption", "credit", "furniture"
]


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One line of the head and what it looks like."""

    text: str
    kind: Kind
    dateline: Dateline | None = None

    @property
    def is_bare_number(self) -> bool:
        """Is it a date such as 09-05-2016 and nothing else?"""
        return self.dateline is not None and self.text.replace("-", "").isdigit()


@dataclass(slots=True)
class Head:
    """What stands before the story's first paragraph."""

    headline: str | None = None
    dateline: Dateline | None = None
    section: str | None = None
    """The section where it stands on a line without a date."""
    authors: tuple[str, ...] = ()
    """Names that stand on lines without a date."""
    description: str | None = None
    related: list[str] = field(default_factory=list)
    """Headlines of other stories, each with a date of its own, above the story's date."""
    body_from: int = 0


def looks_like_markup(page: str) -> bool:
    return bool(MARKUP.search(page[:20_000]))


def cut_lines(page: str) -> list[Block]:
    """One block for each line that holds words."""
    lines = (clean(line) for line in re.split(r"[\n\r\v\f\u2028\u2029]+", page))
    return [Block(text=line) for line in lines if line]


def read_head(
    blocks: Sequence[Block], rules: Sequence[Rule], source: Source | None, slug: str
) -> Head:
    """``slug`` is the last step of the address without the site's id, empty if unknown."""
    lines = [_read_line(block.text, rules, source) for block in blocks[:HEAD_LINES]]
    prose = next((i for i, line in enumerate(lines) if line.kind == "prose"), len(lines))
    at = _headline_at(lines[: prose + 1], slug)
    if at is None:
        return Head()
    head = Head(headline=lines[at].text)
    key = words_key(lines[at].text)
    own = [i for i, line in enumerate(lines[: prose + 1]) if words_key(line.text) == key]
    for i, line in enumerate(lines[:prose]):
        if line.dateline is None:
            continue
        if line.is_bare_number and i and i - 1 not in own and lines[i - 1].kind in TITLES:
            head.related.append(lines[i - 1].text)
        else:
            head.dateline = line.dateline
    start = at + 1
    while start < len(lines) and lines[start].kind in BETWEEN:
        start += 1
    if start < len(lines) and lines[start].kind == "claims":
        head.description = lines[start].text
        start += 1
    head.body_from = start
    if labels := next((line.dateline for line in lines[:start] if line.kind == "section"), None):
        head.section, head.authors = labels.section, labels.authors
    # Where the headline is printed twice, a name below the second is the photographer's.
    until = own[-1] if len(own) > 1 else start
    names = [line.text for line in lines[own[0] : until] if line.kind == "name"]
    head.authors = head.authors or read_names(names[:1])
    return head


def _read_line(text: str, rules: Sequence[Rule], source: Source | None) -> Line:
    sections = source.section_names if source else ()
    if ARTEFACT.fullmatch(text) or BUTTON.fullmatch(text) or find_rule(straighten(text), rules):
        return Line(text=text, kind="furniture")
    if dateline := read_dateline(text, sections, source.day_first if source else None):
        return Line(text=text, kind="date", dateline=dateline)
    if labels := read_section_line(text, sections):
        return Line(text=text, kind="section", dateline=labels)
    if CAPTION.fullmatch(text):
        return Line(text=text, kind="caption")
    if CREDIT.fullmatch(text):
        return Line(text=text, kind="credit")
    if CLAIMS in text:
        return Line(text=text, kind="claims")
    if is_prose(text) or len(text) > LONGEST_HEADLINE or (text[-1] == "." and " " in text):
        return Line(text=text, kind="prose")
    return Line(text=text, kind="name" if is_names(text) else "title")


def _headline_at(lines: Sequence[Line], slug: str) -> int | None:
    """The line that is the story's headline; the last where it is printed twice."""
    words = [i for i, line in enumerate(lines) if line.kind in ("title", "name", "prose", "credit")]
    if named := [i for i in words if slug and _compact(lines[i].text) == _compact(slug)]:
        return named[-1]
    keys = [words_key(line.text) for line in lines]
    if doubled := [i for i in words if keys.index(keys[i]) < i]:
        return doubled[-1]
    dates = [i for i, line in enumerate(lines) if line.kind == "date"]
    for kinds in (("title",), ("title", "name")):
        titles = [i for i, line in enumerate(lines) if line.kind in kinds]
        if dates:
            after = [i for i in titles if i > dates[-1]]
            before = [i for i in titles if i + 1 == dates[-1] or i + 1 not in dates]
            titles = after[:1] or before[-1:]
        elif claims := [i for i, line in enumerate(lines) if line.kind == "claims"]:
            titles = [i for i in titles if i < claims[0]][-1:]
        elif labels := [i for i, line in enumerate(lines) if line.kind == "section"]:
            titles = [i for i in titles if i > labels[-1]] or titles
        if titles:
            return titles[0]
    return None


def _compact(words: str) -> str:
    """Letters and digits alone: ``company-s`` in an address is ``company’s`` in print."""
    return words_key(words).replace(" ", "")
