"""Reads what the page shows a reader of headline and authors around the story."""

import re
from collections.abc import Iterable, Iterator, Sequence, Set
from itertools import islice, pairwise
from typing import Literal

from tradepress.archive.text_forms import joined, one_line, words_key
from tradepress.extraction.blocks import ALL_LINK, HEADINGS, Block
from tradepress.extraction.cards import (
    AUTHOR_PAGE,
    BUTTONS,
    LONGEST_LABEL_LINK,
    card_starts,
    headline_holders,
    is_in_card,
)
from tradepress.extraction.dateline import (
    LONGEST_LABEL,
)
from tradepress.extraction.headline import without_kicker
from tradepress.extraction.page_layout import Layout
from tradepress.extraction.people import LABELS, LEAD, LONGEST_BYLINE, is_names, is_signed
from tradepress.extraction.sentences import DASHES
from tradepress.extraction.tree import Element, words_of
from tradepress.extraction.wording import pattern

TITLE_CLASS = re.compile(r"(?:post|entry|article|story|news)[-_]*(?:title|headline)\b", re.I)
KICKER_CLASS = pattern("pattern", "kicker_names")
LONGEST_ENTRY = 60
MOST_TIMES, MOST_LOOKED_AT = 6, 60
NAMED = ("a", "address", "div", "p", "span")
MOST_MARKED = 3
"""Is how many authors may be named by mark-up alone."""
BYLINE_BEFORE, BYLINE_AFTER = 3, 6
MOST_MARKS = 16
"""Is by how many characters a headline may be longer in one setting than in another."""
LONGEST_KICKER = 40
READ_ZONES = frozenset((None, "unlikely", "meta", "bio", "head", "beside"))
CLOSE_ZONES = READ_ZONES | {"aside", "related", "footer", "share", "caption"}
FAR_ZONES = READ_ZONES | {"aside", "footer", "share"}
REVIEWED = re.compile(r"\s*reviewed", re.I)
"""Matches what leads in who wrote a review, but also who only looked at the text."""
PICTURE_LABEL = re.compile(r"(?:video|photo|foto|bild|image|illustration|grafik|graphic)s?\b", re.I)
BYLINE_ZONES = READ_ZONES | {"aside", "overlay"}
BylineKind = Literal["marked", "led", "linked", "name"]
"""Says how a byline is known: by attributes, by words before it, by links or a label of its own, or
by nothing but its place; only ``linked`` are surely people, so that a first name alone counts."""
SIGNING_ZONES = frozenset(("meta", "bio"))
NAME_TAGS = frozenset(("p", "div", "section", "article"))
CLOSE = 4
"""Is how many blocks after the headline a misleading zone is not believed."""


def read_h1(blocks: Iterable[Block], root: Element, said: Iterable[str]) -> list[str]:
    """Reads the headings of first order without their kickers; ``said``: what the page declares."""
    h1s = [block for block in blocks if block.tag == "h1" and block.zone in READ_ZONES]
    kickers = _read_kickers(root) if any(block.pieces for block in h1s) else frozenset()
    said = tuple(said)
    return [without_kicker(block, said, kickers) if block.pieces else block.text for block in h1s]


def _read_kickers(root: Element) -> frozenset[str]:
    """Returns the letters of what stands in an h1 under a class that calls it kicker or label."""
    inside = (element for h1 in root.iter("h1") for element in islice(h1.iterdescendants(), 20))
    called = (e for e in inside if e.get("class") and KICKER_CLASS.search(e.get("class") or ""))
    return frozenset(joined(words_of(e)) for e in called) - {""}


def read_marked_title(layout: Layout) -> list[tuple[str, str]]:
    """Returns the words of the first element whose class calls it the title of a post."""
    for block in layout.blocks:
        names = layout.nodes[block.group].names
        if block.zone in READ_ZONES and block.tag != "h1" and TITLE_CLASS.search(names):
            return [(block.text, "title class")]
    return []


def headline_at(blocks: Sequence[Block], headline: str) -> int | None:
    """Returns the index of the block that shows the headline, an ``h1`` before any other."""
    key = words_key(headline)
    if not key:
        return None
    longest = max(re.findall(r"\w+", headline.casefold()), key=len, default="")
    least, most = len(headline) - MOST_MARKS, len(headline) + MOST_MARKS
    same = [
        i
        for i, block in enumerate(blocks)
        if least <= len(block.text) <= most
        and longest in block.text.casefold()  # far faster than the keys
        and words_key(block.text) == key
    ]
    same = same or [
        i
        for i, block in enumerate(blocks)
        if block.tag in HEADINGS
        and longest in block.text.casefold()
        and (
            key in words_key(block.text)
            if block.tag == "h1"
            else len(block.text) <= most + LONGEST_KICKER
            and not block.links
            and f" {words_key(block.text)}".endswith(f" {key}")
        )
    ]
    return min(
        same,
        key=lambda i: (blocks[i].tag != "h1", blocks[i].zone not in READ_ZONES, i),
        default=None,
    )


def places_beside(blocks: Sequence[Block], at: int, before: int, after: int) -> Iterator[int]:
    """Yields the places where a date line or byline of the story at ``at`` can stand: at most so
    many blocks away, those below first and nearest first, and none in a card of another story."""
    end = min(at + after, len(blocks))
    below = range(at + 1, next(card_starts(blocks, at, end), end))
    for i in (*below, *range(at - 1, max(at - before, 0) - 1, -1)):
        block = blocks[i]
        first = block.links[0][0] if block.links else ""
        is_entry = len(first) > LONGEST_LABEL_LINK and block.text.startswith(first)
        zones = CLOSE_ZONES if at < i <= at + CLOSE else READ_ZONES
        is_read = block.zone in zones or (i > at and block.zone == blocks[at].zone)
        if is_read and block.tag != "blockquote" and not is_entry:
            yield i


def read_marked_authors(root: Element, url: str | None) -> list[str]:
    """Returns the words of elements that are called an author's, wherever they stand but in cards
    of other stories; none where there are more than a story has."""
    holders = headline_holders(root)
    called = (e for e in root.iter(*NAMED) if _is_author(e))
    own = (e for e in called if not is_in_card(e, holders, url))
    names = dict.fromkeys(words for e in islice(own, MOST_MARKED + 1) for words in _pieces_of(e))
    return list(names) if len(names) <= MOST_MARKED else []


def _is_author(element: Element) -> bool:
    name = element.get("class") or ""
    is_marked = "author" in (element.get("rel"), element.get("itemprop"))
    return is_marked or "author" in name or "Author" in name


def _pieces_of(element: Element) -> list[str]:
    """Returns the words that mark-up keeps apart: of what is of one author the first alone."""
    pieces = [one_line(str(piece)) for piece in islice(element.itertext(), MOST_LOOKED_AT)]
    words = list(filter(None, pieces))
    return words if "authors" in (element.get("class") or "").lower() else words[:1]


def places_in(story: Set[Block], blocks: Sequence[Block]) -> list[int]:
    """Returns where the paragraphs stand, or the page begins if none of them does."""
    return [i for i, block in enumerate(blocks) if block in story] or [0]


def read_bylines(
    marked: Iterable[tuple[str, int]], blocks: Sequence[Block], at: int | None
) -> list[tuple[str, BylineKind]]:
    """Reads lines that may name authors: those ``marked`` by attributes, by place and wording.
    None stands in a card of another story."""
    lines: list[tuple[str, BylineKind]] = []
    end = len(blocks)
    cards = end + 1 if at is None else next(card_starts(blocks, at, end), end + 1)
    own = (words for words, place in marked if place < cards)
    lines += [(words, "marked") for words in own if 2 < len(words) <= LONGEST_BYLINE]
    if at is None:
        return lines
    places = sorted([at, *places_beside(blocks, at, BYLINE_BEFORE, BYLINE_AFTER)])
    near = [blocks[i] for i in places]
    texts = ["\n".join(block.parts) or block.text for block in near]
    short = [(b, text) for b, text in zip(near, texts, strict=True) if len(text) <= LONGEST_BYLINE]
    told = ((b, words) for b, text in short for words in LABELS.split(text))
    lines += [(words, "led") for b, words in told if LEAD.match(words) and not _is_entry(b)]
    dashed = [text.lstrip(DASHES) for b, text in short if text[0] in DASHES and b.tag != "li"]
    lines += [(text, "led") for text in dashed if is_names(text.partition(",")[0])]
    lines += [(words, "linked") for words in _read_labelled_names(near)]
    lines += [(words, "linked") for block in near if (words := _author_links(block))]
    after = [block for block in blocks[at + 1 : at + BYLINE_AFTER] if block.zone == "meta"]
    lines += [(b.text, "name") for b in after if b.tag != "li" and is_names(b.text)]
    # Right below a headline, or between two prints of it, stands who wrote the story.
    title = words_key(blocks[at].text)
    same = [i for i, (b, _) in enumerate(short) if words_key(b.text) == title] or [len(short)]
    for block, text in short[same[0] + 1 : same[-1] + 3]:
        is_open = block.zone in READ_ZONES and block.tag not in HEADINGS
        is_signing = is_open or block.links or block.zone in SIGNING_ZONES
        is_all_names = all(map(is_names, (block.text, *text.split("\n"))))
        is_menu = len(block.links) > 1 and not _author_links(block)
        is_menu = is_menu or any(href.startswith(BUTTONS) for _, href in block.links)
        is_entry = block.tag == "tr" or is_menu or (block.tag == "li" and block.links)
        if is_signing and not is_entry and words_key(block.text) != title and is_all_names:
            lines.append((block.text, "name"))
    return lines


def _is_entry(block: Block) -> bool:
    """Is it rather an entry of a list, as of books with their authors, than a byline?"""
    return block.tag == "li" and len(block.text) > LONGEST_ENTRY


def _author_links(block: Block) -> str:
    """Returns the names that lead to pages of authors, as one list; none where a picture's is
    credited."""
    if PICTURE_LABEL.match(block.text):
        return ""
    return ", ".join(dict.fromkeys(w for w, href in block.links if AUTHOR_PAGE.search(href)))


def _read_labelled_names(blocks: Iterable[Block]) -> Iterator[str]:
    """Yields lines with the one above that holds nothing but ``Written by`` or ``Author``."""
    for label, block in pairwise(blocks):
        is_short = len(label.text) <= LONGEST_LABEL and len(block.text) <= LONGEST_BYLINE
        if is_short and LEAD.fullmatch(f"{label.text.rstrip(': ')}:"):
            yield f"By {block.text}"


def read_far_bylines(
    blocks: Sequence[Block], at: int | None, story: Sequence[Block]
) -> Iterator[tuple[str, str]]:
    """Yields (line, evidence) of lines that may name authors where none stands beside the headline:
    a link to the page of an author, a line that leads names in, a name alone right above the text,
    and one above a line that says who this is."""
    chosen = set(story)
    places = places_in(chosen, blocks)
    first = places[0]
    start = first if at is None else min(at, first)
    near = min(start + BYLINE_AFTER, len(blocks))
    for block in blocks[start : next(card_starts(blocks, start, near), near) if blocks else 0]:
        if block.zone in CLOSE_ZONES and (words := _author_links(block)):
            yield words, "author link"
    end = range(places[-1], places[-1] + BYLINE_AFTER)
    last = next(card_starts(blocks, places[-1], len(blocks)), None) if blocks else None
    for i, block in enumerate(blocks[start:last], start):
        words = "\n".join(block.parts) or block.text
        is_apart = block not in chosen or block is story[-1] or block.tag in HEADINGS
        is_entry = block.link_share > ALL_LINK and not _author_links(block)
        is_short = len(words) <= LONGEST_BYLINE and not REVIEWED.match(words)
        is_led = is_apart and not is_entry and is_short and LEAD.match(words)
        if block.zone in (FAR_ZONES if i in end else BYLINE_ZONES):
            if is_led and is_signed(words):
                yield words, "byline, far"
            elif i in end and words[0] in DASHES and is_names(words.lstrip(DASHES)):
                yield words.lstrip(DASHES), "name at the end"
    for words in _read_labelled_names(b for b in blocks[start:] if b.zone in BYLINE_ZONES):
        if is_names(words.removeprefix("By ")):
            yield words, "byline, far"
    for block, following in pairwise(blocks[start + (start == at) : first + BYLINE_AFTER]):
        names = block.text.replace("/", ",")
        is_above = following.prose or following in chosen
        is_plain = block.zone in READ_ZONES and block.tag in NAME_TAGS and not block.links
        if is_plain and is_above and is_names(names) and all(map(is_names, block.parts)):
            yield names, "name above the text"
    for block, following in pairwise(blocks[places[-1] :]):
        is_told = following.text.startswith(f"{block.text} ")
        if block.zone == "bio" and is_told and is_names(block.text):
            yield block.text, "name at the end"
