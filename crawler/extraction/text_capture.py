"""Plain-text captures: tell story from template by the order and shape of the lines alone.

The story is the longest run of text lines; its headline stands above it and is the line that the
address names, else the likeliest title there.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice, pairwise
from typing import Literal

from crawler.extraction.access import BREAKS_OFF, FOOTNOTE
from crawler.extraction.blocks import (
    Block,
    clean,
    ends_fully,
    ends_sentence,
    is_prose,
    size,
    straighten,
    words_key,
)
from crawler.extraction.dateline import IN_BRACKETS, Dateline, read_dateline, read_section_line
from crawler.extraction.furniture import (
    BARE_CLOCK,
    CONTINUING,
    CREDIT,
    FINAL_KEYWORDS,
    LONGEST_RULED,
    WALL,
    WORDED,
    Rule,
    find_rule,
    is_claims,
)
from crawler.extraction.people import LEAD, is_names, read_names
from crawler.extraction.sections import last_crumb
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
LISTING_LINE, SUBHEAD = pattern("listing_line"), pattern("subhead")
CRUMBS = re.compile(r"(?<=\S) [>›»→] (?=\S)")
POSTED = re.compile(r"(?:posted|written|submitted) by\b", re.I)
PICTURED, LEGAL = pattern("pictured"), pattern("legal_line")
SECTION = pattern("section_words")
TITLE_AGAIN = re.compile(
    r"(?P<title>.{4,140}?)(?: (?P=title))* (?P<rest>reviewed by .{3,100})", re.I
)
"""The title of a post, printed once or more on the line that says who posted it."""
NUMBERED = re.compile(r"(?:[IVX]{1,5}|\d{1,2}|[A-H])[.)] ?(?=\S)")
CASE = re.compile(r".*\bv\.? .*(?:\bNos?\. ?\d|\[\d{4}\]|\d{4}\)|\d\d-cv-)|\[.*\]", re.I)
"""The caption of a case, with its number or year."""
ORGANISATION = re.compile(r"[A-Z][\w.&'’-]*(?: (?:[A-Z0-9][\w.&'’-]*|of|for|and|&|the|on)){0,8}")
ADDRESS = re.compile(r"https?://|\bwww\.|\S@\S+\.\w")
BULLET = re.compile(r"^[*•·▪◦‣]\s+(?=\S)")
DASHES = "–—- "
LONGEST_HEADLINE = 140
SHORTEST_SENTENCE = 25
FEWEST_TEASERS = 5
LONGEST_TEASER = 250
MOST_KEYWORDS, LONGEST_KEYWORD = 12, 60
MOST_LINES = 5000
MOST_ABOVE = 20
"""So many lines above the text its headline may stand, and above that a date."""
NEAR = 6
"""So many lines below the headline the text may begin."""
BETWEEN = 4
"""So many lines below the text may still say when it appeared."""
FEWEST_DATED = 3
LONGEST_ENTRY = 600
LONGEST_PERSON = 3
"""More words in capitals than these are no person's name but a title."""
SPACES_OF_A_WALL = 5
"""With so many a line in the words of a wall may be a headline."""
SHORTEST_TEXT = 160
FEWEST_SPACES = 3
FEWEST_NAMING = 3
ALIKE = 0.6
"""Share of the address's words that its headline holds."""

Kind = Literal[
    "prose", "claims", "keywords", "date", "section", "title", "name", "byline",
    "credit", "furniture", "heading", "wall", "crumbs", "item", "comments"
]  # fmt: skip
TEXT = ("prose", "claims")
TITLES = ("title", "name")
MOST_WEIGHT = 400
"""No line counts for more."""
COST = 60
COSTS = {
    **{"item": 0, "keywords": -1, "furniture": 50, "heading": 50},
    **{"date": 300, "byline": 300, "comments": 300},
}
"""So many characters of text a line of this kind outweighs, one of another kind COST."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One line and what it looks like."""

    text: str
    kind: Kind
    dateline: Dateline | None = None
    is_dropped: bool = False
    """Is it no part of the text wherever it stands?"""
    is_end: bool = False
    """Is it a wall behind which the story goes on?"""
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
        """Positive for text, negative for what seldom stands in a text."""
        if self.kind in TEXT:
            return min(len(self.text), MOST_WEIGHT)
        if self.kind == "title" and _is_sentence(self.text):
            return 1
        if self.kind == "byline" and not _signed([self.text]):
            return -COST
        return -COSTS.get(self.kind, COST)


@dataclass(slots=True)
class Head:
    """What the lines around a story's text say of it, and the lines to walk for its body."""

    headline: str | None = None
    datelines: list[Dateline] = field(default_factory=list)
    authors: tuple[str, ...] = ()
    """Names that stand on lines without a date."""
    is_signed: bool = False
    """Does such a line above the text say that they wrote it?"""
    description: str | None = None
    section: str | None = None
    """Word that alone on its line may name one."""
    related: list[str] = field(default_factory=list)
    """Headlines of other stories, each with a date of its own, above the story's date."""
    body: list[Block] = field(default_factory=list)
    """All lines after the head; those below the story are marked as outside of it."""
    keywords: tuple[str, ...] = ()
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
    if "eviewed by " in words and (again := TITLE_AGAIN.fullmatch(words)):
        return [Block(text=again["title"]), Block(text=again["rest"])]
    if len(words) > LONGEST_HEADLINE:
        words = CONTINUED.sub("", words)
    elif LEAD.match(words):  # the firm stands apart from the name by spaces alone
        words = clean(re.sub(r"\s{2,}", " | ", line.strip()))
    item = BULLET.sub("", words)
    is_row = "\t" in line.strip()
    return [Block(text=item, tag="li" if is_row or item != words else "line")]


def read_head(
    blocks: Sequence[Block], rules: Sequence[Rule], source: Source | None, slug: str
) -> Head:
    """``slug`` holds the words by which the address names the story, empty if unknown.

    The head has no headline where no line is one; the lines may hold a story all the same.
    """
    lines = _read_lines(blocks, rules, source)
    start, end = _longest_run(lines, 0)
    at = _named(lines, slug, end)
    if at is None and _is_listing(lines):
        return Head(is_listing=True)
    if at is None:
        above = max(start - MOST_ABOVE, 0)
        at = _likeliest_title(lines[above : start + 1], above)
    headline = lines[at].text if at is not None else _named_below(lines, end, slug)
    lines = [_without_headline(line, headline, rules, source) for line in lines]
    if at is not None:
        start, end = _longest_run(lines, at + 1)
        start = _first_paragraph(lines, at, start, end)
    elif sum(len(line.text) for line in lines[start:end] if line.kind == "prose") < SHORTEST_TEXT:
        return Head()
    end = _end_of_text(lines, start, end)
    head = Head(headline=headline)
    _read_above(head, lines, at, start)
    if start < len(lines) and lines[start].kind == "claims":
        head.description = lines[start].text
        start += 1
    _read_body(head, blocks[start:], lines[start:], end - start)
    return head


def _read_above(head: Head, lines: Sequence[Line], at: int | None, start: int) -> None:
    """Read who signed the story and when from the lines above its text."""
    key = words_key(head.headline or "")
    own = [
        i for i, line in enumerate(lines[:start]) if at is not None and words_key(line.text) == key
    ]
    for i in range(max((start if at is None else at) - MOST_ABOVE, 0), start):
        dateline = lines[i].dateline
        if lines[i].is_bare_number and i and i - 1 not in own and lines[i - 1].kind in TITLES:
            head.related.append(lines[i - 1].text)
        elif dateline:
            head.datelines.append(dateline)
    first = own[0] if own else max(start - NEAR, 0)
    labels = [
        line.text
        for i, line in enumerate(lines[max(first - BETWEEN, 0) : start], max(first - BETWEEN, 0))
        if i not in own and line.kind in TITLES and SECTION.fullmatch(line.text)
    ]
    # The first step is the site.
    paths = [CRUMBS.split(line.text)[1:] for line in lines[:start] if line.kind == "crumbs"]
    steps = [step for path in paths for step in last_crumb(path, (key,))]
    head.section = next(iter((*labels[::-1], *steps)), None)
    # Where the date stands between two printings of the headline, a name below is a photographer's.
    is_between = own and any(line.kind == "date" for line in lines[first : own[-1]])
    until = own[-1] if is_between else start
    signed = [line for line in lines[max(first - 3, 0) : until] if line.kind == "byline"]
    others = [line for i, line in enumerate(lines[first:until], first) if i not in own]
    named = [line for line in others if line.kind == "name"]
    head.authors = _signed(line.text for line in signed or (named[:1] if own else named[-1:]))
    head.is_signed = bool(signed)


def _first_paragraph(lines: Sequence[Line], at: int, start: int, end: int) -> int:
    """Where the text below the headline begins: before the run's start where there is a paragraph
    near the headline without a date or byline between, and with the numbered heading above it."""
    near = next((i for i in range(at + 1, min(start, at + NEAR)) if lines[i].kind in TEXT), start)
    between = lines[near:start]
    is_below_wall = any(line.is_end for line in between)
    if is_below_wall or all(line.kind not in ("date", "byline") for line in between):
        start = near
    start = _below_sidebar(lines, at, start, end)
    is_headed = start - 1 > at and lines[start - 1].kind == "title"
    return start - 1 if is_headed and NUMBERED.match(lines[start - 1].text) else start


def _below_sidebar(lines: Sequence[Line], at: int, start: int, end: int) -> int:
    """The first paragraph below the last line of a sidebar, as ``Privacy policy``, where there is
    more text below that line than above it."""
    for i in range(min(at + MOST_ABOVE, end), at, -1):
        if LEGAL.fullmatch(straighten(lines[i - 1].text)):
            is_less = i > start and _weight(lines[start:i]) < _weight(lines[i:end])
            texts = (k for k in range(i, end) if lines[k].kind in TEXT)
            return next(texts, start) if is_less else start
    return start


def _weight(lines: Iterable[Line]) -> int:
    return sum(line.weight for line in lines)


def _end_of_text(lines: Sequence[Line], start: int, end: int) -> int:
    """The end of the run, or where a wall says that the story goes on behind it, or where teasers
    begin: twice a title, a text that breaks off and a date."""
    if walls := [i for i in range(start + 1, min(end + 2, len(lines))) if lines[i].is_end]:
        # A sentence right above such a wall may break off, so that it looks like a title.
        is_broken = walls[0] > end and len(lines[end].text) > SHORTEST_SENTENCE
        return walls[0] if walls[0] < end or is_broken else end
    teasers = [
        i
        for i in range(start + 1, len(lines) - 2)
        if lines[i].kind in TITLES
        and [line.kind for line in lines[i + 1 : i + 3]] == ["prose", "date"]
        and BREAKS_OFF.search(lines[i + 1].text)
    ]
    if len(teasers) > 1 and teasers[0] < end:
        return teasers[0]
    below = lines[end : end + 2]
    if len(below) > 1 and below[0].kind == "title" and below[1].is_keywords:
        return end + 1  # the text was cut below its heading
    if below and below[0].kind == "item" and _is_opening(below[0].text):
        listed = (i for i in range(end, len(lines)) if lines[i].kind != "item")
        return next(listed, len(lines))
    return end


def _is_opening(text: str) -> bool:
    return len(text) > SHORTEST_SENTENCE and text[-1] == ":"


def _read_body(head: Head, blocks: Sequence[Block], lines: Sequence[Line], end: int) -> None:
    """Mark what stands below the story, and read there who signed it and when."""
    key = words_key(head.headline or "")
    below = 0
    for i, (block, line) in enumerate(zip(blocks, lines, strict=False)):
        block.in_body = i < end
        below += i >= end and line.kind not in ("date", "furniture", "byline", "wall")
        if line.kind == "byline":
            head.authors = head.authors or _signed([line.text])
        elif line.kind == "date" and line.dateline:
            if i < end or below <= BETWEEN:
                head.add_below(line.dateline)
        elif line.is_keywords:
            head.keywords = tuple(filter(None, map(str.strip, line.text.split(","))))
        elif words_key(line.text) == key:
            below -= i >= end
        elif not line.is_dropped:
            head.body.append(block)
    if not head.authors and 0 < end < len(lines) and _is_signature(lines[end:]):
        head.authors = _signed([lines[end].text])
        head.body = [block for block in head.body if block is not blocks[end]]


def _is_signature(lines: Sequence[Line]) -> bool:
    """Is the first line a person's name, and the last of the page but for furniture?"""
    name, *others = lines
    return (
        name.kind == "name"
        and len(name.text.split()) <= LONGEST_PERSON
        and not SUBHEAD.fullmatch(name.text)
        and all(line.kind in ("furniture", "heading", "comments") for line in others)
    )


def _signed(bylines: Iterable[str]) -> tuple[str, ...]:
    return read_names(byline.lstrip(DASHES) for byline in bylines)


def _is_sentence(text: str) -> bool:
    return len(text) >= SHORTEST_SENTENCE and ends_sentence(text) and text[-1] != ":"


def _read_lines(
    blocks: Sequence[Block], rules: Sequence[Rule], source: Source | None
) -> list[Line]:
    lines: list[Line] = []
    above = ""
    is_next = False
    for block in blocks:
        line = _read_line(block.text, above, rules, source)
        last = lines[-1].kind if lines else ""
        is_list = block.tag == "li" or ADDRESS.search(line.text) or line.text[0] in DASHES
        is_opened = line.text[-1] == ":" and last in (*TEXT, "item")
        if BARE_CLOCK.fullmatch(line.text):
            line = replace(line, kind="item", is_dropped=True)
        elif is_next and line.kind == "prose":
            line = replace(line, kind="furniture", is_dropped=True)
        elif line.kind in TITLES and (is_list or is_opened):
            line = replace(line, kind="item")
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
    if is_worded and len(text) < LONGEST_RULED and WALL.fullmatch(straight):
        return Line(text=text, kind="wall", is_end=bool(CONTINUING.fullmatch(straight)))
    if POSTED.match(text) and _signed([text]):
        return Line(text=text, kind="byline")
    if found := find_rule(straight, rules, is_worded=is_worded):
        cut = found[0].cut
        is_heading = cut == "list"
        kind: Kind = "heading" if is_heading else "furniture"
        return Line(text=text, kind=kind, drops_next=cut == "next")
    if CRUMBS.search(text) and len(text) < 2 * LONGEST_HEADLINE and not ends_fully(text):
        return Line(text=text, kind="crumbs")
    if labels := read_section_line(text, sections):
        return Line(text=text, kind="section", dateline=labels)
    if PICTURED.fullmatch(text) and not ends_fully(text):
        return Line(text=text, kind="credit", is_dropped=True)
    if CREDIT.fullmatch(text):
        return Line(text=text, kind="credit")
    is_led = len(text) < LONGEST_HEADLINE and (LEAD.match(text) or text[0] in DASHES)
    if is_led and not is_prose(text) and (_signed([text]) or _is_of_firm(text)):
        return Line(text=text, kind="byline")
    if is_claims(text):
        return Line(text=text, kind="claims")
    if FINAL_KEYWORDS.fullmatch(text):
        return Line(text=text, kind="keywords")
    bare = FOOTNOTE.sub("", text)
    if is_prose(bare) or len(text) > LONGEST_HEADLINE or (bare[-1] == "." and " " in text):
        return Line(text=text, kind="prose")
    is_name = is_names(text) and not (NUMBERED.match(text) and text.isupper())
    return Line(text=text, kind="name" if is_name else "title")


def _is_of_firm(text: str) -> bool:
    """Is it ``By Lantern Office``, and no heading such as ``By the numbers``?"""
    lead = LEAD.match(text)
    return lead is not None and bool(ORGANISATION.fullmatch(text, lead.end()))


def _without_headline(
    line: Line, headline: str | None, rules: Sequence[Rule], source: Source | None
) -> Line:
    """The line without the headline that is glued before a date; a teaser of headline and text is
    furniture."""
    if not headline or not line.text.startswith(headline) or line.text == headline:
        return line
    rest = line.text[len(headline) :].strip()
    again = _read_line(rest, "", rules, source) if rest else line
    if again.kind == "date":
        return replace(again, text=line.text)
    if BREAKS_OFF.search(rest) and len(headline.split()) > FEWEST_SPACES:
        return replace(line, kind="furniture", is_dropped=True)
    return line


def _is_listing(lines: Sequence[Line]) -> bool:
    """Does it call itself a list, or are the texts short, and none of them followed by another, or
    is each below or above a date of its own?"""
    if lines and LISTING_LINE.fullmatch(lines[0].text):
        return True
    texts = [len(line.text) for line in lines if line.kind in TEXT]
    is_broken = all(not (a.kind in TEXT and b.kind in TEXT) for a, b in pairwise(lines))
    is_short = len(texts) >= FEWEST_TEASERS and is_broken and max(texts) < LONGEST_TEASER
    return is_short or _has_dated_entries(lines)


def _has_dated_entries(lines: Sequence[Line]) -> bool:
    """Do dates cut the page into short entries, each with a text?"""
    entries = [0]
    dates = 0
    for line in lines:
        if line.kind == "date" and line.dateline and line.dateline.date:
            entries.append(0)
            dates += 1
        elif line.kind in TEXT:
            entries[-1] += len(line.text)
    worded = [entry for entry in entries if entry]
    return dates >= FEWEST_DATED <= len(worded) and max(worded) < LONGEST_ENTRY


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
    wordy = [i for i, line in enumerate(lines) if _can_be_headline(line)]
    titles = [i for i in wordy if lines[i].kind == "title"] or wordy
    if dates:
        titles = [i for i in titles if i > dates[-1]] or titles[-1:]
    whole = [i for i in titles if size(lines[i].text) > len(lines[i].text)]
    whole = whole or [i for i in titles if lines[i].text.count(" ") >= FEWEST_SPACES]
    return offset + (whole or titles)[0] if titles else None


def _can_be_headline(line: Line) -> bool:
    """Is it no person's name, no numbered heading and no caption of a case?"""
    spaces = line.text.count(" ")
    if line.kind == "name":
        return spaces >= LONGEST_PERSON
    is_part = NUMBERED.match(line.text) or CASE.fullmatch(line.text)
    least = 1 if line.kind == "title" else SPACES_OF_A_WALL
    is_wide = size(line.text) > max(len(line.text), SHORTEST_SENTENCE)
    return line.kind in ("title", "wall") and (spaces >= least or is_wide) and not is_part


def _named(lines: Sequence[Line], slug: str, end: int) -> int | None:
    """The line that the address names, the last before the text where it is printed twice: above
    the ``end`` of the heaviest run, else one with a text right below it."""
    alike = _alike(lines, slug)
    if same := _best({i: share for i, share in alike.items() if i < end}):
        texts = (i for i in range(same[0] + 1, end) if lines[i].kind in TEXT)
        text = next(texts, end)
        return max(i for i in same if i < text)
    return next((i for i in _best(alike) if _has_text_below(lines, i)), None)


def _has_text_below(lines: Sequence[Line], at: int) -> bool:
    for line in lines[at + 1 : at + NEAR]:
        if line.kind in TEXT or line.kind == "comments":
            return line.kind in TEXT
    return False


def _named_below(lines: Sequence[Line], end: int, slug: str) -> str | None:
    """The headline as it is printed once more below the text, where the capture begins after it."""
    same = _best({i: share for i, share in _alike(lines, slug).items() if i >= end})
    return lines[same[0]].text if same else None


def _best(alike: Mapping[int, float]) -> list[int]:
    best = max(alike.values(), default=0.0)
    return [i for i in alike if alike[i] == best] if best >= ALIKE else []


def _alike(lines: Sequence[Line], slug: str) -> dict[int, float]:
    """For each line that may be a headline, the share of the address's words that it holds."""
    wanted = set(words_key(slug.replace("-", " ")).split())
    if len(wanted) < FEWEST_NAMING:
        return {}
    return {
        i: len(wanted & set(words_key(line.text).split())) / len(wanted)
        for i, line in enumerate(lines)
        if line.kind in (*TITLES, "credit", "wall") and " " in line.text
    }
