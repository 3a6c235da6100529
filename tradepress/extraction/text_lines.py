"""Reads the lines of a plain-text capture, each with what it looks like by words and form."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Literal

from tradepress.archive.text_forms import one_line, straighten
from tradepress.extraction.access import BREAKS_OFF, FOOTNOTE
from tradepress.extraction.blocks import Block
from tradepress.extraction.dateline import (
    Dateline,
    part_place_and_date,
    read_dateline,
    read_section_line,
)
from tradepress.extraction.furniture import (
    BARE_CLOCK,
    COMMENTS,
    CREDIT,
    FINAL_KEYWORDS,
    LONGEST_RULED,
    WORDED,
    Rule,
    find_rule,
    goes_on_elsewhere,
    is_claims,
    is_wall,
)
from tradepress.extraction.people import LEAD, is_names, read_names
from tradepress.extraction.sections import ARROW
from tradepress.extraction.sentences import DASHES, ends_fully, ends_sentence, is_prose
from tradepress.extraction.wording import pattern
from tradepress.source import Source

MARKUP = re.compile(
    r"<(?:!doctype|html|head|body|title|meta|link|div|p|article|section|main|table|h1|script|span|a)\b"
    r"[^<]*>",
    re.I,
)
LABELLED = re.compile(r"(?:keywords|key words): *(?=\S)", re.I)
"""Matches what stands before the story's keywords on their line."""
ARTEFACT = re.compile(r"date \d{4}-\d\d-\d\d")
CONTINUED = pattern("continued")
POSTED = re.compile(r"(?:posted|written|submitted) by\b", re.I)
PICTURED = pattern("pictured")
TITLE_AGAIN = re.compile(
    r"(?P<title>.{4,140}?)(?: (?P=title))* (?P<rest>reviewed by .{3,100})", re.I
)
"""Matches the title of a post, printed once or more on the line that says who posted it."""
NUMBERED = re.compile(r"(?:[IVX]{1,5}|\d{1,2}|[A-H])[.)] ?(?=\S)")
ORGANISATION = re.compile(r"[A-Z][\w.&'’-]*(?: (?:[A-Z0-9][\w.&'’-]*|of|for|and|&|the|on)){0,8}")
ADDRESS = re.compile(r"https?://|\bwww\.|\S@\S+\.\w")
BULLET = re.compile(r"^[*•·▪◦‣]\s+(?=\S)")
LONGEST_HEADLINE = 140
SHORTEST_SENTENCE = 25
MOST_KEYWORDS, LONGEST_KEYWORD = 12, 60
MOST_LINES = 5000
Kind = Literal[
    "prose", "claims", "keywords", "date", "section", "title", "name", "byline",
    "credit", "furniture", "heading", "wall", "crumbs", "item", "comments"
]  # fmt: skip
TEXT = ("prose", "claims")
TITLES = ("title", "name")
MOST_WEIGHT = 400
"""Is the most that a line counts for."""
COST = 60
COSTS = {
    **{"item": 0, "keywords": -1, "furniture": 50, "heading": 50},
    **{"date": 300, "byline": 300, "comments": 300},
}
"""Is how many characters of text a line of this kind outweighs, one of another kind COST."""
DECLARED_COST = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """Is one line and what it looks like."""

    text: str
    kind: Kind
    dateline: Dateline | None = None
    is_dropped: bool = False
    """Is it no part of the text wherever it stands?"""
    is_end: bool = False
    """Is it a wall behind which the story goes on?"""
    heads_links: bool = False
    """Does it head links to other stories?"""
    is_declared: bool = False
    """Is it a line that the source declares as furniture within its texts?"""
    drops_next: bool = False
    """Does it head a paragraph that is no part of the text?"""
    is_keywords: bool = False
    """Is it the keyword line by the site's name that stands below it?"""

    @property
    def is_bare_number(self) -> bool:
        """Is it a date such as 09-05-2016 and nothing else?"""
        return self.dateline is not None and self.text.replace("-", "").isdigit()

    @property
    def weight(self) -> int:
        """Is positive for text, negative for what seldom stands in a text."""
        if self.kind in TEXT:
            return min(len(self.text), MOST_WEIGHT)
        if self.kind == "title" and _is_sentence(self.text):
            return 1
        if self.kind == "byline" and not signed([self.text]):
            return -COST
        return -DECLARED_COST if self.is_declared else -COSTS.get(self.kind, COST)


def looks_like_markup(page: str) -> bool:
    return bool(MARKUP.search(page[:20_000]))


def cut_lines(page: str) -> list[Block]:
    """Returns one block for each of the first MOST_LINES lines that hold words."""
    lines = re.split(r"[\n\r\v\f\u2028\u2029]+", page)
    cut = (block for line in lines if (words := one_line(line)) for block in _cut_line(line, words))
    return list(islice(cut, MOST_LINES))


def _cut_line(line: str, words: str) -> list[Block]:
    if parted := part_place_and_date(words):  # the dateline runs into the first paragraph
        opening, rest = parted[0], parted[1].lstrip(DASHES)
        return [Block(text=opening), *([Block(text=rest)] if rest else [])]
    if "eviewed by " in words and (again := TITLE_AGAIN.fullmatch(words)):
        return [Block(text=again["title"]), Block(text=again["rest"])]
    if len(words) > LONGEST_HEADLINE:
        words = CONTINUED.sub("", words)
    elif LEAD.match(words):  # the firm stands apart from the name by spaces alone
        words = one_line(re.sub(r"\s{2,}", " | ", line.strip()))
    item = BULLET.sub("", words)
    is_row = "\t" in line.strip()
    return [Block(text=item, tag="li" if is_row or item != words else "line")]


def signed(bylines: Iterable[str]) -> tuple[str, ...]:
    return read_names(byline.lstrip(DASHES) for byline in bylines)


def _is_sentence(text: str) -> bool:
    return len(text) >= SHORTEST_SENTENCE and ends_sentence(text) and text[-1] != ":"


def read_lines(blocks: Sequence[Block], rules: Sequence[Rule], source: Source | None) -> list[Line]:
    lines: list[Line] = []
    above = ""
    is_next = has_text = is_listed = False
    for block in blocks:
        line = _read_line(block.text, above, rules, source)
        last = lines[-1].kind if lines else ""
        is_list = block.tag == "li" or ADDRESS.search(line.text) or line.text[0] in DASHES
        is_opened = line.text[-1] == ":" and last in (*TEXT, "item")
        if BARE_CLOCK.fullmatch(line.text):
            line = replace(line, kind="item", is_dropped=True)
        elif is_next and line.kind == "prose":
            line = replace(line, kind="furniture", is_dropped=True)
        elif line.kind in TITLES and (is_list or is_opened or is_listed):
            line = replace(line, kind="item")
        has_text = has_text or line.kind in TEXT
        is_listed = has_text and (line.heads_links or (is_listed and line.kind == "item"))
        is_next = line.drops_next
        lines.append(line)
        above = block.text
    if len(lines) > 1 and _is_word_list(lines[-2]):
        name = straighten(lines[-1].text)
        if any(rule.pattern.fullmatch(name) for rule in rules):
            lines[-2] = replace(lines[-2], kind="keywords", is_keywords=True)
    return lines


def _is_word_list(line: Line) -> bool:
    words = [word for word in line.text.split(",") if word.strip()]
    is_list = 1 < len(words) <= MOST_KEYWORDS and len(max(words, key=len)) <= LONGEST_KEYWORD
    return is_list and line.text[-1] != "." and line.kind in (*TITLES, "prose", "item", "keywords")


def _read_line(text: str, above: str, rules: Sequence[Rule], source: Source | None) -> Line:
    sections = source.section_names if source else ()
    straight = straighten(text)
    if ARTEFACT.fullmatch(text):
        return Line(text=text, kind="furniture")
    if dateline := read_dateline(text, sections, source.day_first if source else None, above=above):
        return Line(text=text, kind="date", dateline=dateline)
    if COMMENTS.fullmatch(straight):
        return Line(text=text, kind="comments")
    is_worded = WORDED.fullmatch(straight)
    if is_worded and len(text) < LONGEST_RULED and is_wall(straight):
        return Line(text=text, kind="wall", is_end=goes_on_elsewhere(straight))
    if POSTED.match(text) and signed([text]):
        return Line(text=text, kind="byline")
    if found := find_rule(straight, rules, is_worded=is_worded):
        cut = found[0].cut
        if cut == "wall":
            return Line(text=text, kind="wall", is_end=True)
        is_heading = cut == "list"
        kind: Kind = "heading" if is_heading else "furniture"
        heads_links = is_heading and found[0].kind is not None
        return Line(
            text=text,
            kind=kind,
            heads_links=heads_links,
            is_declared=cut == "line" and found[0] in rules,
            drops_next=cut == "next",
        )
    if LABELLED.match(text):
        return Line(text=text, kind="keywords")
    if ARROW.search(text) and len(text) < 2 * LONGEST_HEADLINE and not ends_fully(text):
        return Line(text=text, kind="crumbs")
    if labels := read_section_line(text, sections):
        return Line(text=text, kind="section", dateline=labels)
    if PICTURED.fullmatch(text) and not ends_fully(text):
        return Line(text=text, kind="credit", is_dropped=True)
    if CREDIT.fullmatch(text):
        return Line(text=text, kind="credit")
    is_led = len(text) < LONGEST_HEADLINE and (LEAD.match(text) or text[0] in DASHES)
    if is_led and not is_prose(text) and (signed([text]) or _is_of_firm(text)):
        return Line(text=text, kind="byline")
    if is_claims(text):
        return Line(text=text, kind="claims")
    if FINAL_KEYWORDS.fullmatch(text):
        return Line(text=text, kind="keywords")
    bare = FOOTNOTE.sub("", text)
    is_sentence = bare[-1] == "。" or (bare[-1] == "." and " " in text)
    if is_prose(bare) or len(text) > LONGEST_HEADLINE or is_sentence:
        return Line(text=text, kind="prose")
    is_name = is_names(text) and not (NUMBERED.match(text) and text.isupper())
    return Line(text=text, kind="name" if is_name else "title")


def _is_of_firm(text: str) -> bool:
    """Is it ``By Lantern Office``, and no heading such as ``By the numbers``?"""
    lead = LEAD.match(text)
    return lead is not None and bool(ORGANISATION.fullmatch(text, lead.end()))


def without_headline(
    line: Line, headline: str | None, rules: Sequence[Rule], source: Source | None
) -> Line:
    """Returns the line without the headline that is glued before a date; a teaser of headline and
    text is furniture."""
    if not headline or not line.text.startswith(headline) or line.text == headline:
        return line
    rest = line.text[len(headline) :].strip()
    again = _read_line(rest, "", rules, source) if rest else line
    if again.kind == "date":
        return replace(again, text=line.text)
    if BREAKS_OFF.search(rest) and len(headline) > SHORTEST_SENTENCE:
        return replace(line, kind="furniture", is_dropped=True)
    return line
