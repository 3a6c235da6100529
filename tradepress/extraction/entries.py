"""Reads lists around a story: the words of tag lines, and the entries of related stories."""

import re

from tradepress.archive.text_forms import straighten
from tradepress.extraction.access import BREAKS_OFF
from tradepress.extraction.blocks import ALL_LINK, HEADINGS, Block
from tradepress.extraction.dates import DATE, YEAR
from tradepress.extraction.furniture import LONGEST_RULED, TAG_PATH, WORDED, find_rule
from tradepress.extraction.sentences import UNSPACED, ends_fully, ends_sentence, is_prose, size

SHORTEST_HEADLINE = 12
MOSTLY = 0.5
"""Is the share of link words of a line that is no more than links and what parts them."""
FILED = re.compile(r"\s(?:posted in|filed under|categor(?:y|ies))\b", re.I)
TAGGED = re.compile(r"\s[Tt]agged(?: (?:with|as))?:?\s")
"""Lies between sections and tags on one line."""
DATED_PHRASE = re.compile(
    r"\b(?:on|of|by|until|from|to|since|before|after|and|am|vom|du|le|del)$", re.I
)


def read_tags(block: Block, label: re.Match[str] | None) -> tuple[str, ...] | None:
    """Returns the words of a line of tags, with or without a label; None for any other block."""
    if label and block.links and block.link_share >= MOSTLY:
        tagged = [words for words, href in block.links if TAG_PATH.search(href)]
        return tuple(dict.fromkeys(tagged or (words for words, _ in block.links)))
    if label and len(block.text) < LONGEST_RULED and not ends_sentence(block.text):
        listed = TAGGED.split(FILED.split(block.text[label.end() :])[0])[-1]
        return tuple(word for part in listed.split(",") if (word := part.strip()))
    is_linked = len(block.links) > 2 and block.link_share > ALL_LINK
    return () if is_linked and block.tag not in (*HEADINGS, "li") else None


def is_promo(block: Block, following: Block | None) -> bool:
    """Is this a paragraph of linked headlines from end to end? As a heading it may belong to the
    text that follows."""
    return (
        block.link_share > ALL_LINK
        and not (block.tag in HEADINGS and following and following.is_open and following.prose)
        and all(_is_headline(words) for words, _ in block.links)
        and not (len(block.links) == 1 and ends_sentence(block.text) and block.text[0] != "(")
    )


def read_entries(block: Block) -> list[tuple[str, str | None]] | None:
    """Reads (words, href) of one block under a list heading; None where the list has ended."""
    text = block.text
    if block.link_share >= MOSTLY:
        return [
            (_without_day(words), href)
            for words, href in block.links
            if _is_headline(words) and not TAG_PATH.search(href)
        ]
    if dated := DATE.match(text):
        teaser = text[dated.end() :].strip()
        return [(teaser, block.links[0][1] if block.links else None)] if teaser else []
    if BREAKS_OFF.search(text):
        return []  # the blurb of an entry
    if is_prose(text) or ends_fully(text) or block.tag in HEADINGS:
        return None
    is_entry = _is_headline(text) and (block.was_open or not block.group)
    return [(_without_day(text), None)] if is_entry else []


def _without_day(words: str) -> str:
    """Returns a list entry without the date printed before or after it."""
    if not YEAR.search(words):
        return words
    if dated := DATE.match(words):
        return words[dated.end() :].strip()
    for dated in DATE.finditer(words, 1):
        before = words[: dated.start()].rstrip(" ,|–-")
        if dated.end() == len(words) and not DATED_PHRASE.search(before):
            return before
    return words


def _is_headline(words: str) -> bool:
    is_worded = " " in words or size(words) > len(words) or UNSPACED.match(words)
    return size(words) >= SHORTEST_HEADLINE and bool(is_worded) and _is_no_button(words)


def _is_no_button(words: str) -> bool:
    straight = straighten(words)
    return find_rule(straight, (), is_worded=WORDED.fullmatch(straight)) is None
