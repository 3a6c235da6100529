"""Reads plain-text captures: tells story from template by order and shape of the lines alone.

The story is the longest run of text lines; its headline stands above it and is the line that the
address names, else the likeliest title there.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import pairwise
from urllib.parse import urlsplit

from tradepress.archive.text_forms import straighten, word_set, words_key
from tradepress.extraction import address_forms, confidence, refusal
from tradepress.extraction.access import BREAKS_OFF
from tradepress.extraction.blocks import Block
from tradepress.extraction.dateline import Dateline
from tradepress.extraction.dates import slug_date
from tradepress.extraction.entries import read_tags
from tradepress.extraction.furniture import LEGAL, Rule, compile_rules
from tradepress.extraction.links import host_names
from tradepress.extraction.not_an_article import NotAnArticle
from tradepress.extraction.readings import PageReadings
from tradepress.extraction.sections import (
    ARROW,
    FILED_UNDER,
    SECTION,
    last_crumb,
    named_by_path,
    read_path,
)
from tradepress.extraction.sentences import size
from tradepress.extraction.signed_text import read_agency, read_signature
from tradepress.extraction.text_lines import (
    LABELLED,
    NUMBERED,
    SHORTEST_SENTENCE,
    TEXT,
    TITLES,
    Line,
    cut_lines,
    read_lines,
    signed,
    without_headline,
)
from tradepress.extraction.walk import FoundLink, walk
from tradepress.extraction.wording import pattern
from tradepress.source import Source

LISTING_LINE, LISTING_LABEL = pattern("listing_line"), pattern("listing_label")
SUBHEAD = pattern("subhead")
CASE = re.compile(r".*\bv\.? .*(?:\bNos?\. ?\d|\[\d{4}\]|\d{4}\)|\d\d-cv-)|\[.*\]", re.I)
"""Matches the caption of a case, with its number or year."""
DAYS = re.compile(r"\d{1,2}(?:\s?[-–]\s?\d{1,2})? \w+ \d{4}\b")
"""Matches a line that begins with the days of an event."""
TEASER_END = re.compile(
    rf"{BREAKS_OFF.pattern}|(?:\.\.\.|…) ?(?:more|weiterlesen|lire la suite)$", re.I
)
FEWEST_TEASERS = 5
LONGEST_TEASER = 250
MOST_ABOVE = 20
"""So many lines above the text its headline may stand, and above that a date."""
NEAR = 6
"""So many lines below the headline the text may begin."""
BETWEEN = 4
"""So many lines below the text may still say when it appeared."""
FEWEST_DATED = FEWEST_CUT = 3
LONGEST_ENTRY = 600
LONGEST_PERSON = 3
"""Bounds a person's name: more words in capitals than these are a title."""
SPACES_OF_A_WALL = 5
"""With so many a line in the words of a wall may be a headline."""
SHORTEST_TEXT = 100
LONGEST_FILED = 60
FEWEST_SPACES = 3
FEWEST_NAMING = 3
ALIKE = 0.6
"""Is the share of the address's words that its headline holds."""


@dataclass(slots=True)
class _Head:
    """Holds what the lines around a story's text say of it, and the lines to walk for its body."""

    headline: str | None = None
    datelines: list[Dateline] = field(default_factory=list)
    authors: tuple[str, ...] = ()
    """Holds names that stand on lines without a date."""
    bylines: Sequence[str] = ()
    """Holds lines above the text that say who wrote it."""
    description: str | None = None
    section: str | None = None
    """Is a word that alone on its line may name one."""
    above: tuple[str, ...] = ()
    """Holds what stands right above the headline."""
    related: list[str] = field(default_factory=list)
    """Holds headlines of other stories, each with a date of its own, above the story's date."""
    body: list[Block] = field(default_factory=list)
    """Holds all lines after the head; those below the story are marked as outside of it."""
    keywords: tuple[str, ...] = ()
    breaks: float = 0.0
    """Is the share of lines, first to last of the text, that are neither text nor list items."""
    is_listing: bool = False
    """Are the lines teasers of stories, one under the other?"""

    def add_below(self, dateline: Dateline) -> None:
        """Takes from a dateline below the story what none above it said."""
        is_dated = any(above.date for above in self.datelines)
        is_signed = self.authors or any(above.authors for above in self.datelines)
        date, authors = None if is_dated else dateline.date, () if is_signed else dateline.authors
        self.datelines.append(replace(dateline, date=date, authors=authors, section=None))


def read_capture(
    page: str, url: str | None, source: Source | None, seen_at: datetime | None
) -> PageReadings:
    """Reads all that the lines say.

    :raises NotAnArticle: they hold no story, or no headline
    """
    blocks = cut_lines(page)
    if not blocks:
        raise NotAnArticle("empty", "the capture holds no words")
    rules = compile_rules(source.furniture_at(seen_at) if source else ())
    slug = address_forms.read_slug(url)
    head = _read_head(blocks, rules, source, slug)
    refusal.require_story([head.headline or blocks[0].text], blocks, has_password=False)
    if url and address_forms.is_listing(url, source):
        raise NotAnArticle("index", "the address is that of a list or a static page")
    if head.is_listing:
        raise NotAnArticle("index", "the lines are teasers, one under the other")
    found = PageReadings(walked=walk(head.body, rules, host_names(url, source)))
    story = found.walked.paragraphs
    found.add("headline", head.headline, "line")
    fewest = 1 if address_forms.is_story(url, source) else 2
    if not head.headline and head.body and slug.count("-") >= fewest:
        found.add("headline", address_forms.as_headline(slug), "url")
    if not found.best("headline"):
        raise NotAnArticle("no_headline", "no line before the text looks like a headline")
    found.walked.keywords = found.walked.keywords or head.keywords
    found.add("body", sum(len(block.text) for block in story), "lines")
    found.add("description", head.description, "claims")
    if head.bylines:
        found.add("authors", head.authors, "byline")
    found.add_datelines(head.datelines)
    found.add("section", head.section or named_by_path(head.above, url), "line")
    found.add_url_date(url)
    found.published = found.published or slug_date(urlsplit(url or "").path)
    found.add("authors", head.authors, "byline")
    if not found.best("authors"):
        found.add("authors", read_signature(story, blocks), "text")
    found.add_credit(head.bylines, "byline")
    found.add("credit", read_agency(story), "text")
    found.links_above = [FoundLink("related", words, None) for words in head.related]
    found.body_from = "lines"
    found.signals = confidence.read_line_signals(blocks, story, head.breaks)
    return found


def _read_head(
    blocks: Sequence[Block], rules: Sequence[Rule], source: Source | None, slug: str
) -> _Head:
    """Reads what stands above the text; ``slug`` holds the words by which the address names the
    story, empty if unknown.

    The head has no headline where no line is one; the lines may hold a story all the same.
    """
    lines = read_lines(blocks, rules, source)
    start, end = _longest_run(lines, 0)
    at = _named(lines, slug, end)
    if at is None and _is_listing(lines):
        return _Head(is_listing=True)
    if at is None:
        above = max(start - MOST_ABOVE, 0)
        at = _likeliest_title(lines[above : start + 1], above)
    headline = lines[at].text if at is not None else _named_below(lines, end, slug)
    lines = [without_headline(line, headline, rules, source) for line in lines]
    if at is not None:
        start, end = _longest_run(lines, at + 1)
        start = _first_paragraph(lines, at, start, end)
    elif sum(len(line.text) for line in lines[start:end] if line.kind == "prose") < SHORTEST_TEXT:
        return _Head()
    end = _end_of_text(lines, start, end)
    head = _Head(headline=headline)
    _read_above(head, lines, at, start)
    if start < len(lines) and lines[start].kind == "claims":
        head.description = lines[start].text
        start += 1
    _read_body(head, blocks[start:], lines[start:], end - start)
    return head


def _read_above(head: _Head, lines: Sequence[Line], at: int | None, start: int) -> None:
    """Reads who signed the story and when from the lines above its text."""
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
        elif label := LABELLED.match(lines[i].text):
            head.keywords = read_tags(Block(text=lines[i].text), label) or ()
    first = own[0] if own else max(start - NEAR, 0)
    near = (i for i in range(max(first - BETWEEN, 0), start) if i not in own)
    words = {i: section for i in near if (section := _section_of(lines[i]))}
    # One below another is an entry of a menu.
    labels = [section for i, section in words.items() if words.keys().isdisjoint((i - 1, i + 1))]
    head.above = tuple(line.text for line in lines[max(first - BETWEEN, 0) : first])
    # The first step is the site.
    paths = [ARROW.split(line.text)[1:] for line in lines[:start] if line.kind == "crumbs"]
    paths += [read_path(line.text) for line in lines[:start] if line.kind in (*TITLES, "credit")]
    steps = [step for path in paths for step in last_crumb(path, (key,))]
    head.section = next(iter((*labels[::-1], *steps)), None)
    # Where the date stands between two printings of the headline, a name below is a photographer's.
    is_between = own and any(line.kind == "date" for line in lines[first : own[-1]])
    until = own[-1] if is_between else start
    bylines = [line for line in lines[max(first - 3, 0) : until] if line.kind == "byline"]
    others = [line for i, line in enumerate(lines[first:until], first) if i not in own]
    named = [line for line in others if line.kind == "name"]
    # A capture's first line may be the author's alone.
    opening = lines[:1] if first == 1 and lines[0].kind == "name" else []
    names = named[:1] if own else named[-1:]
    head.authors = signed(line.text for line in bylines or names or opening)
    head.bylines = [line.text for line in bylines]


def _section_of(line: Line) -> str | None:
    """Returns the section that a line above the text names, alone or behind “Posted in”."""
    if line.kind in TITLES and SECTION.fullmatch(line.text):
        return line.text
    filed = FILED_UNDER.match(line.text) if len(line.text) <= LONGEST_FILED else None
    return line.text[filed.end() :].split(",")[0].strip() or None if filed else None


def _first_paragraph(lines: Sequence[Line], at: int, start: int, end: int) -> int:
    """Returns where the text below the headline begins: before the run's start where there is a
    paragraph near the headline without a date or byline between, and with the numbered heading
    above it."""
    near = next((i for i in range(at + 1, min(start, at + NEAR)) if lines[i].kind in TEXT), start)
    between = lines[near:start]
    is_below_wall = any(line.is_end for line in between)
    if is_below_wall or all(line.kind not in ("date", "byline") for line in between):
        start = near
    start = _below_sidebar(lines, at, start, end)
    is_headed = start - 1 > at and lines[start - 1].kind == "title"
    return start - 1 if is_headed and NUMBERED.match(lines[start - 1].text) else start


def _below_sidebar(lines: Sequence[Line], at: int, start: int, end: int) -> int:
    """Returns the first paragraph below the last line of a sidebar, as ``Privacy policy``, where
    there is more text below that line than above it."""
    for i in range(min(at + MOST_ABOVE, end), at, -1):
        if LEGAL.fullmatch(straighten(lines[i - 1].text)):
            is_less = i > start and _weight(lines[start:i]) < _weight(lines[i:end])
            texts = (k for k in range(i, end) if lines[k].kind in TEXT)
            return next(texts, start) if is_less else start
    return start


def _weight(lines: Iterable[Line]) -> int:
    return sum(line.weight for line in lines)


def _end_of_text(lines: Sequence[Line], start: int, end: int) -> int:
    """Returns the end of the run, or where a wall says that the story goes on behind it, or where
    teasers begin: twice a title, a text that breaks off and a date."""
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


def _read_body(head: _Head, blocks: Sequence[Block], lines: Sequence[Line], end: int) -> None:
    """Marks what stands below the story, and reads there who signed it and when."""
    key = words_key(head.headline or "")
    below = 0
    breaks = sum(line.kind not in (*TEXT, "item") for line in lines[:end])
    head.breaks = breaks / max(end, 1)
    for i, (block, line) in enumerate(zip(blocks, lines, strict=False)):
        block.in_body = i < end
        below += i >= end and line.kind not in ("date", "furniture", "byline", "wall")
        if line.kind == "byline":
            head.authors = head.authors or signed([line.text])
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
        head.authors = signed([lines[end].text])
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


def _is_listing(lines: Sequence[Line]) -> bool:
    """Does it call itself a list, or are the texts short and none of them followed by another, or
    do most of them break off, or has each a date and a title of its own?"""
    if not lines or LISTING_LINE.fullmatch(lines[0].text):
        return bool(lines)
    texts = [line for line in lines if line.kind in TEXT]
    is_broken = all(not (a.kind in TEXT and b.kind in TEXT) for a, b in pairwise(lines))
    if is_broken and LISTING_LABEL.fullmatch(lines[0].text):
        return True
    longest = max((len(line.text) for line in texts), default=0)
    cut = sum(bool(TEASER_END.search(line.text)) for line in texts)
    return (
        (len(texts) >= FEWEST_TEASERS and is_broken and longest < LONGEST_TEASER)
        or (cut >= FEWEST_CUT and 2 * cut > len(texts))
        or _has_dated_entries(lines)
    )


def _has_dated_entries(lines: Sequence[Line]) -> bool:
    """Do dates with a title or an author each cut the page into short entries with a text?"""
    entries = [0]
    dates = 0
    for i, line in enumerate(lines):
        if line.kind == "date" and line.dateline and line.dateline.date:
            beside = lines[max(i - 2, 0) : i + 2]
            is_entry = line.dateline.authors or any(other.kind in TITLES for other in beside)
            dates += bool(is_entry)
            entries.append(0)
        elif line.kind in TEXT:
            entries[-1] += len(line.text)
    worded = [entry for entry in entries if entry]
    return dates >= FEWEST_DATED <= len(worded) and max(worded) < LONGEST_ENTRY


def _longest_run(lines: Sequence[Line], since: int) -> tuple[int, int]:
    """Returns where the heaviest run of lines begins and ends."""
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
    """Returns the most likely headline among the lines right above the text, of which the first has
    the number ``offset``."""
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
    is_part = NUMBERED.match(line.text) or CASE.fullmatch(line.text) or DAYS.match(line.text)
    least = 1 if line.kind == "title" else SPACES_OF_A_WALL
    is_wide = size(line.text) > max(len(line.text), SHORTEST_SENTENCE)
    return line.kind in ("title", "wall") and (spaces >= least or is_wide) and not is_part


def _named(lines: Sequence[Line], slug: str, end: int) -> int | None:
    """Returns the line that the address names, the last before the text where it is printed twice:
    above the ``end`` of the heaviest run, else one with a text right below it."""
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
    """Returns the headline as printed again below the text, where the capture begins after it."""
    same = _best({i: share for i, share in _alike(lines, slug).items() if i >= end})
    return lines[same[0]].text if same else None


def _best(alike: Mapping[int, float]) -> list[int]:
    best = max(alike.values(), default=0.0)
    return [i for i in alike if alike[i] == best] if best >= ALIKE else []


def _alike(lines: Sequence[Line], slug: str) -> dict[int, float]:
    """Returns the share of the address's words that each line which may be a headline holds."""
    wanted = word_set(slug)
    if len(wanted) < FEWEST_NAMING:
        return {}
    return {
        i: len(wanted & word_set(line.text)) / len(wanted)
        for i, line in enumerate(lines)
        if line.kind in (*TITLES, "credit", "wall") and " " in line.text
    }
