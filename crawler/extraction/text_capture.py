"""Plain-text captures: tell story from template by the order and shape of the lines alone.

The story is the longest run of text lines; its headline stands above it and is the line that the
address names, else the likeliest title there.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice, pairwise
from typing import Literal

from crawler.extraction.blocks import Block, clean, ends_sentence, is_prose, straighten, words_key
from crawler.extraction.dateline import IN_BRACKETS, Dateline, read_dateline, read_section_line
from crawler.extraction.furniture import CREDIT, FINAL_KEYWORDS, WORDED, Rule, find_rule
from crawler.extraction.people import LEAD, is_names, read_names
from crawler.extraction.wording import pattern
from crawler.source import Source

MARKUP = re.compile(
    r"<(?:!doctype|html|head|body|title|meta|link|div|p|article|section|main|table|h1|script|span|a)\b"
    r"[^<]*>",
    re.I,
)
ARTEFACT = re.compile(r"date \d{4}-\d\d-\d\d")
COMMENTS = pattern("comments_line")
CONTINUED = pattern("continued")
BULLET = re.compile(r"^[*•·▪◦‣]\s+(?=\S)")
CLAIMS = " | "
DASHES = "–—- "
LONGEST_HEADLINE = 140
SHORTEST_SENTENCE = 25
FEWEST_TEASERS = 5
LONGEST_TEASER = 250
MOST_LINES = 5000
MOST_ABOVE = 20
"""So many lines above the text its headline may stand, and above that a date."""
NEAR = 6
"""So many lines below the headline the text may begin."""
FEWEST_SPACES = 3
FEWEST_NAMING = 3
ALIKE = 0.6
"""Share of the address's words that its headline holds."""

Kind = Literal[
    "prose", "claims", "keywords", "date", "section", "title", "name", "byline",
    "credit", "furniture", "item", "comments"
]  # fmt: skip
TEXT = ("prose", "claims")
TITLES = ("title", "name")
MOST_WEIGHT = 400
"""No line counts for more."""
COST = 60
COSTS = {"item": 0, "keywords": -1, "furniture": 50, "date": 300, "byline": 300, "comments": 300}
"""So many characters of text a line of this kind outweighs, one of another kind COST."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One line and what it looks like."""

    text: str
    kind: Kind
    dateline: Dateline | None = None

    @property
    def is_bare_number(self) -> bool:
        """Is it a date such as 09-05-2016 and nothing else?"""
        return self.dateline is not None and self.text.replace("-", "").isdigit()

    @property
    def weight(self) -> int:
        """Positive for text, negative for what seldom stands in a text."""
        if self.kind in TEXT:
            return min(len(self.text), MOST_WEIGHT)
        if self.kind == "title" and _is_sentence(self.text):
            return 1
        return -COSTS.get(self.kind, COST)


@dataclass(slots=True)
class Head:
    """What the lines around a story's text say of it, and the lines to walk for its body."""

    headline: str | None = None
    datelines: list[Dateline] = field(default_factory=list)
    authors: tuple[str, ...] = ()
    """Names that stand on lines without a date."""
    description: str | None = None
    related: list[str] = field(default_factory=list)
    """Headlines of other stories, each with a date of its own, above the story's date."""
    body: list[Block] = field(default_factory=list)
    """All lines after the head; those below the story are marked as outside of it."""
    is_listing: bool = False
    """Are the lines teasers of stories, one under the other?"""

    def add_below(self, dateline: Dateline) -> None:
        """Take from a dateline below the story what none above it said."""
        is_dated = any(above.date for above in self.datelines)
        is_signed = self.authors or any(above.authors for above in self.datelines)
        date, authors = None if is_dated else dateline.date, () if is_signed else dateline.authors
        self.datelines.append(replace(dateline, date=date, authors=authors, section=None))


def looks_like_markup(page: str) -> bool:
    return bool(MARKUP.search(page[:20_000]))


def cut_lines(page: str) -> list[Block]:
    """One block for each of the first MOST_LINES lines that hold words."""
    lines = re.split(r"[\n\r\v\f\u2028\u2029]+", page)
    cut = (block for line in lines if (words := clean(line)) for block in _cut_line(line, words))
    return list(islice(cut, MOST_LINES))


def _cut_line(line: str, words: str) -> list[Block]:
    if opening := IN_BRACKETS.match(words):  # the dateline runs into the first paragraph
        rest = words[opening.end() :].lstrip(DASHES)
        return [Block(text=opening[1]), *([Block(text=rest)] if rest else [])]
    if len(words) > LONGEST_HEADLINE:
        words = CONTINUED.sub("", words)
    item = BULLET.sub("", words)
    is_row = "\t" in line.strip()
    return [Block(text=item, tag="li" if is_row or item != words else "line")]


def read_head(
    blocks: Sequence[Block], rules: Sequence[Rule], source: Source | None, slug: str
) -> Head:
    """``slug`` is the most wordy step of the address without the site's id, empty if unknown."""
    lines = _read_lines(blocks, rules, source)
    start, end = _longest_run(lines, 0)
    at = _named(lines[:end], slug)
    if at is None and _is_listing(lines):
        return Head(is_listing=True)
    if at is None:
        above = max(start - MOST_ABOVE, 0)
        at = _likeliest_title(lines[above : start + 1], above)
    if at is None:
        return Head()
    start, end = _longest_run(lines, at + 1)
    start = _first_paragraph(lines, at, start)
    head = Head(headline=lines[at].text)
    key = words_key(lines[at].text)
    own = [i for i, line in enumerate(lines[:start]) if words_key(line.text) == key]
    for i in range(max(at - MOST_ABOVE, 0), start):
        dateline = lines[i].dateline
        if lines[i].is_bare_number and i and i - 1 not in own and lines[i - 1].kind in TITLES:
            head.related.append(lines[i - 1].text)
        elif dateline:
            head.datelines.append(dateline)
    # Where the date stands between two printings of the headline, a name below is a photographer's.
    is_between = any(line.kind == "date" for line in lines[own[0] : own[-1]])
    until = own[-1] if is_between else start
    signed = [line for line in lines[max(own[0] - 3, 0) : until] if line.kind == "byline"]
    named = [line for line in lines[own[0] : until] if line.kind == "name"]
    head.authors = _signed(line.text for line in signed or named[:1])
    if start < len(lines) and lines[start].kind == "claims":
        head.description = lines[start].text
        start += 1
    _read_body(head, blocks[start:], lines[start:], end - start)
    return head


def _first_paragraph(lines: Sequence[Line], at: int, start: int) -> int:
    """Where the text below the headline begins: before the run's start where there is a paragraph
    near the headline without a date or byline between."""
    near = next((i for i in range(at + 1, min(start, at + NEAR)) if lines[i].kind in TEXT), start)
    if all(line.kind not in ("date", "byline") for line in lines[near:start]):
        start = near
    return start


def _read_body(head: Head, blocks: Sequence[Block], lines: Sequence[Line], end: int) -> None:
    """Mark what stands below the story, and read there who signed it and when."""
    for i, (block, line) in enumerate(zip(blocks, lines, strict=False)):
        block.in_body = i < end
        if line.kind == "byline":
            head.authors = head.authors or _signed([line.text])
        elif line.kind == "date" and line.dateline:
            head.add_below(line.dateline)
        else:
            head.body.append(block)


def _signed(bylines: Iterable[str]) -> tuple[str, ...]:
    return read_names(byline.lstrip(DASHES) for byline in bylines)


def _is_sentence(text: str) -> bool:
    return len(text) >= SHORTEST_SENTENCE and ends_sentence(text) and text[-1] != ":"


def _read_lines(
    blocks: Iterable[Block], rules: Sequence[Rule], source: Source | None
) -> list[Line]:
    lines: list[Line] = []
    above = ""
    for block in blocks:
        line = _read_line(block.text, above, rules, source)
        is_item = block.tag == "li" and line.kind in TITLES
        lines.append(replace(line, kind="item") if is_item else line)
        above = block.text
    return lines


def _read_line(text: str, above: str, rules: Sequence[Rule], source: Source | None) -> Line:
    sections = source.section_names if source else ()
    straight = straighten(text)
    if ARTEFACT.fullmatch(text):
        return Line(text=text, kind="furniture")
    if dateline := read_dateline(text, sections, source.day_first if source else None, above=above):
        return Line(text=text, kind="date", dateline=dateline)
    if COMMENTS.fullmatch(straight):
        return Line(text=text, kind="comments")
    if find_rule(straight, rules, is_worded=WORDED.fullmatch(straight)):
        return Line(text=text, kind="furniture")
    if labels := read_section_line(text, sections):
        return Line(text=text, kind="section", dateline=labels)
    if CREDIT.fullmatch(text):
        return Line(text=text, kind="credit")
    if CLAIMS in text:
        return Line(text=text, kind="claims")
    if FINAL_KEYWORDS.fullmatch(text):
        return Line(text=text, kind="keywords")
    is_led = len(text) < LONGEST_HEADLINE and (LEAD.match(text) or text[0] in DASHES)
    if is_led and not is_prose(text) and _signed([text]):
        return Line(text=text, kind="byline")
    if is_prose(text) or len(text) > LONGEST_HEADLINE or (text[-1] == "." and " " in text):
        return Line(text=text, kind="prose")
    return Line(text=text, kind="name" if is_names(text) else "title")


def _is_listing(lines: Sequence[Line]) -> bool:
    """Are the texts short, and is none of them followed by another?"""
    texts = [len(line.text) for line in lines if line.kind in TEXT]
    is_broken = all(not (a.kind in TEXT and b.kind in TEXT) for a, b in pairwise(lines))
    return len(texts) >= FEWEST_TEASERS and is_broken and max(texts) < LONGEST_TEASER


def _longest_run(lines: Sequence[Line], since: int) -> tuple[int, int]:
    """Where the heaviest run of lines begins and ends."""
    best = weight = 0
    at, run = since, (since, since)
    for i in range(since, len(lines)):
        if weight <= 0:
            weight, at = 0, i
        weight += lines[i].weight
        if weight > best:
            best, run = weight, (at, i + 1)
    return run


def _likeliest_title(lines: Sequence[Line], offset: int) -> int | None:
    """The most likely headline among the lines right above the text, of which the first has the
    number ``offset``."""
    words = [i for i, line in enumerate(lines) if line.kind in (*TITLES, "prose", "credit")]
    keys = [words_key(line.text) for line in lines]
    if doubled := [i for i in words if keys.index(keys[i]) < i and " " in keys[i]]:
        return offset + doubled[-1]
    dates = [i for i, line in enumerate(lines) if line.kind == "date"]
    wordy = [i for i, line in enumerate(lines) if line.kind in TITLES and " " in line.text]
    titles = [i for i in wordy if lines[i].kind == "title"] or wordy
    if dates:
        titles = [i for i in titles if i > dates[-1]] or titles[-1:]
    whole = [i for i in titles if lines[i].text.count(" ") >= FEWEST_SPACES]
    return offset + (whole or titles)[0] if titles else None


def _named(lines: Sequence[Line], slug: str) -> int | None:
    """The line that the address names, the last before the text where it is printed twice."""
    wanted = set(words_key(slug.replace("-", " ")).split())
    if len(wanted) < FEWEST_NAMING:
        return None
    alike = {
        i: len(wanted & set(words_key(line.text).split())) / len(wanted)
        for i, line in enumerate(lines)
        if line.kind in (*TITLES, "credit") and " " in line.text
    }
    best = max(alike.values(), default=0)
    if best < ALIKE:
        return None
    same = [i for i in alike if alike[i] == best]
    text = next((i for i in range(same[0] + 1, len(lines)) if lines[i].kind in TEXT), len(lines))
    return max(i for i in same if i < text)
