"""Furniture rules: what around and inside a story is no story, and which lists become links.

One set of rules and one walk serve HTML pages and text captures.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import groupby, zip_longest
from operator import itemgetter
from typing import Literal, NamedTuple

from crawler.extraction.access import BREAKS_OFF
from crawler.extraction.any_of import AnyOf
from crawler.extraction.blocks import HEADINGS, Block
from crawler.extraction.dates import DATE, YEAR
from crawler.extraction.text import (
    UNSPACED,
    ends_fully,
    ends_sentence,
    is_prose,
    size,
    straighten,
    words_key,
)
from crawler.extraction.wording import WORDING, pattern
from crawler.items import LinkKind
from crawler.source import Furniture

LONGEST_RULED = 700
"""No furniture paragraph is longer."""
SHORTEST_HEADLINE = 12
SHORTEST_QUOTE, LONGEST_QUOTE = 40, 250
FEWEST_SUMMED = 3
LONGEST_QUOTED = 200_000
"""Characters of a story in which quotes are looked for: the time grows with the square."""
LONGEST_LABEL = 80
MOST_BOXED, MOST_AT_END = 3, 6
LONGEST_CLOCK = 16
NO_ENTRIES = HEADINGS | {"p", "tr"}
ABOUT, MORE = ("About ", "ABOUT "), ("More ", "MORE ")
ABOUT_SITE: Sequence[str] = WORDING["about"]["leads"]
ABOUT_OPENINGS = frozenset(case(lead)[:2] for lead in ABOUT_SITE for case in (str.title, str.upper))
MOSTLY = 0.5
ALL_LINK = 0.9
UNREAD_ZONES = frozenset(
    ("comments", "hidden", "paid", "overlay", "share", "ad", "caption", "embed")
)

WALL, CONTINUING = pattern("wall"), pattern("continuing")
CORRECTION = pattern("correction")
CROSS_REFERENCE = pattern("cross_reference")
TAGS = pattern("tags")
CAPTION = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]*)+|[a-z0-9]{10,}|[\w ()-]{2,80}\.(?:jpe?g|png)")
"""The name of a picture's file."""
CREDIT = re.compile(
    r".{1,60}\s/(?:\s?[\w.-]+(?: [\w.-]+)?)?|©.{2,80}|(?:photo|image|picture|credit)\w*"
    r"(?: (?:credit|source))?(?: ?[:|/©]| (?:by|courtesy|via)\b).{2,80}",
    re.I,
)
CASE_LINE = pattern("case_line")
CLAIMS = " | "
SHORTEST_CLAIM = 5
"""Words; with fewer it is an entry of a menu."""
KEYWORD_LINE = re.compile(r"(?:(?:[^,.;!?]|\.(?=\w)){2,60},){3,}")
FINAL_KEYWORDS = re.compile(
    r"(?!.*\b(?:is|are|was|has|had|said|says|Ltd|Limited)\b)"
    r"(?:[^,.;:!?]|\.(?=\w)){2,60}(?:, (?:[^,.;:!?]|\.(?=\w)){2,60}){3,}"
)
TAG_PATH = re.compile(r"/(?:tags?|topics?|keywords?)/[^/]+/?$", re.I)
FILED = re.compile(r"\s(?:posted in|filed under|categor(?:y|ies))\b", re.I)
TAGGED = re.compile(r"\s[Tt]agged(?: (?:with|as))?:?\s")
"""Between sections and tags on one line."""
COUNTED = re.compile(
    r"\d+ (?:comments?|responses?|replies|kommentare|commentaires)\b.{0,120}"
    r"|(?:comments?|kommentare|commentaires|comentarios|comentários|commenti|reacties|kommentarer"
    r"|komentarze|komentáře|yorum(?:lar)?|комментари\w+|댓글|コメント|评论|評論) ?[(（]?\d+[)）]?"
    r"|hozzászólások|kommentarer|komentarze|komentáře|reacties|комментарии|yorumlar|댓글"
    r"|reageren|laisser un commentaire|deja un comentario|schreiben? sie einen kommentar"
    r"|schreibe einen kommentar|lämna ett svar|dodaj komentarz",
    re.I,
)
BARE_CLOCK = re.compile(r"\d{1,2}[:.]\d\d(?: ?[ap]\.?m\b\.?)?(?: [A-Z]{2,4})?", re.I)
"""The time of an entry, which is no part of its words."""
DATED_PHRASE = re.compile(
    r"\b(?:on|of|by|until|from|to|since|before|after|and|am|vom|du|le|del)$", re.I
)


Cut = Literal["line", "list", "rest", "next", "last"]
"""As in Furniture; ``next``: this heading and the paragraph below it; ``last``: so at the end."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """A Furniture rule made ready."""

    pattern: re.Pattern[str]
    cut: Cut
    kind: LinkKind | None
    is_box: bool
    """Does it stand in a box that may have a heading of its own?"""


class FoundLink(NamedTuple):
    """One link as written."""

    kind: LinkKind
    words: str
    href: str | None
    paragraph: Block | None = None
    """The paragraph that holds an in-text link."""


@dataclass(slots=True)
class Walked:
    """What one walk over a page's blocks found."""

    paragraphs: list[Block] = field(default_factory=list)
    links: list[FoundLink] = field(default_factory=list)
    """In page order."""
    corrections: list[str] = field(default_factory=list)
    keywords: tuple[str, ...] = ()
    opening: str = ""
    """The first long paragraph; where it comes again, the page holds the story twice."""
    wall: list[str] = field(default_factory=list)
    """Words of the registration or subscription block."""
    is_cut: bool = False
    """Does a wall right below the text say that it goes on?"""


@lru_cache(maxsize=64)
def compile_rules(furniture: tuple[Furniture, ...]) -> tuple[Rule, ...]:
    """The rules of one source, made ready."""
    return tuple(_compile(rule.pattern, rule.cut, rule.kind) for rule in furniture)


def _compile(
    pattern: str,
    cut: Cut = "line",
    kind: LinkKind | None = None,
    box: bool = False,
) -> Rule:
    return Rule(pattern=re.compile(pattern, re.I | re.S), cut=cut, kind=kind, is_box=box)


GENERIC = tuple(_compile(**rule) for rule in WORDING["furniture"])
"""The rules for all sources."""
WORDED = AnyOf(
    (
        *(rule.pattern.pattern for rule in GENERIC),
        *(regex.pattern for regex in (WALL, CORRECTION, CROSS_REFERENCE)),
        f"(?:{TAGS.pattern}).*",
    )
)
"""All that is known by its opening words, asked first: hardly any paragraph matches."""
TAG_LIST = _compile(TAGS.pattern, cut="list")
"""A heading whose entries are keywords."""
ANYWHERE: dict[str, Rule] = {
    word: _compile(rule["pattern"], box=rule.get("box", True))
    for rule in WORDING["anywhere"]
    for word in rule["words"]
}
"""Rules that begin with anything, by the words of which one must stand in the paragraph."""
ANY_WORD = re.compile(
    "|".join(
        f"{re.escape(letter)}(?:{'|'.join(re.escape(word[1:]) for word in words)})"
        for letter, words in groupby(sorted(ANYWHERE), itemgetter(0))
    )
)
"""One of these words: other letters than their first are passed over."""


def find_rule(
    straight: str, rules: Sequence[Rule], *, is_worded: bool
) -> tuple[Rule, re.Match[str]] | None:
    """The first rule that matches the whole paragraph (quotes made straight): one of the source,
    else a generic one, which only a paragraph of WORDED can match."""
    if len(straight) > LONGEST_RULED:
        return None
    for rule in (*rules, *(ANYWHERE[word] for word in ANY_WORD.findall(straight))):
        if match := rule.pattern.fullmatch(straight):
            return rule, match
    return _find_generic(straight) if is_worded else None


@lru_cache(maxsize=1024)
def _find_generic(straight: str) -> tuple[Rule, re.Match[str]] | None:
    """Most are labels that come again on every page."""
    matches = ((rule, rule.pattern.fullmatch(straight)) for rule in GENERIC)
    return next(((rule, match) for rule, match in matches if match), None)


def is_claims(text: str) -> bool:
    """Is it a standfirst of bullets, as ``Injunctions sought in two cities | …``, and no menu?"""
    parts = [part for part in text.split(CLAIMS) if part.count(" ") >= SHORTEST_CLAIM - 1]
    return len(parts) > 1 and len([part for part in parts if not DATE.search(part)]) > 1


def walk(blocks: Sequence[Block], rules: Sequence[Rule], sites: Iterable[str] = ()) -> Walked:
    """Sort a page's blocks into story, typed links, corrections, keywords and wall. ``sites`` are
    the names of the publisher."""
    walked = Walked()
    names = [words_key(name) for name in sites]
    about = {f"{lead} {name}" for name in names for lead in ABOUT_SITE}
    more = {f"more {lead}{name}" for name in names for lead in ("", "from ")}
    end: int | None = None  # where a box at the end may begin, once it is asked for
    listing: Rule | None = None
    list_is_open = is_over = is_doubled = False
    list_tag = ""
    previous: Block | None = None  # the paragraph right above
    boxed = 0  # so many paragraphs go with the heading above
    printed: set[str] = set()
    for i, (block, following) in enumerate(zip_longest(blocks, blocks[1:]), 1):
        if block.zone in UNREAD_ZONES:
            continue
        has_begun, is_open = bool(walked.paragraphs), block.in_body and block.zone is None
        if not (has_begun or is_open or listing) and (block.links or not _is_short(block)):
            boxed = 0
            continue  # what stands above the story and heads no list
        if block.tag == "li" and block.link_share > ALL_LINK and not (is_open or listing):
            continue  # an item of a menu
        straight = straighten(block.text)
        if boxed and is_open and (_is_text(block) or _names_boxed(block, following)):
            boxed -= _is_text(block)
            continue
        boxed = 0
        is_of_site = (
            straight[:2] in ABOUT_OPENINGS and _is_short(block) and words_key(straight) in about
        )
        if is_of_site or (
            straight[:6] in ABOUT
            and _tells_of(straight[6:], following)
            and i > (end := _end(blocks) if end is None else end)
        ):
            boxed, listing = _boxed(blocks[i : i + MOST_BOXED + 1], has_begun=has_begun), None
            continue
        if has_begun and straight[:5] in MORE and words_key(straight) in more:
            # Scripts fill such a box; where the text goes on below its heading, it stands within.
            is_over, listing = not (following and following.is_open and following.prose), None
            continue
        is_worded = WORDED.fullmatch(straight)
        can_be_wall = is_worded and has_begun and len(straight) < LONGEST_RULED
        is_wall = can_be_wall and WALL.fullmatch(straight)
        if is_wall:
            walked.wall.append(block.text)
            walked.is_cut = walked.is_cut or bool(CONTINUING.fullmatch(straight))
            listing = None
        is_unlikely = has_begun and block.zone == "unlikely"
        is_aside = not (is_open or is_unlikely or is_worded or listing)
        is_asked = rules or not is_aside or (previous and _is_label(previous))
        if is_asked and (found := find_rule(straight, rules, is_worded=is_worded)):
            rule, match = found
            if is_open and (_heads_text(rule, block, following) or _is_item(rule, block)):
                walked.paragraphs.append(block)
            elif rule.cut == "list":
                listing, list_is_open, list_tag = rule, is_open, block.tag
            elif rule.cut == "rest" and has_begun:
                is_over, listing = True, None
            elif rule.cut == "last" and i <= (end := _end(blocks) if end is None else end):
                walked.paragraphs += [block] if is_open else []
            elif rule.cut in ("next", "last"):
                boxed, listing = _boxed(blocks[i : i + MOST_BOXED + 1], has_begun=has_begun), None
            elif rule.kind and has_begun:
                words, href = _origin(block, match)
                walked.links.append(FoundLink(rule.kind, words, href))
            elif rule.is_box and previous and _is_label(previous):
                walked.paragraphs.pop()
            previous = None
            continue
        if is_aside and block.tag not in HEADINGS and straight[-1] != ",":
            continue  # as most of what stands around a story
        if listing is TAG_LIST and block.tag not in HEADINGS and block.link_share >= MOSTLY:
            walked.keywords += tuple(words for words, _ in block.links)
            continue
        if has_begun and block.in_body and is_worded and TAGS.fullmatch(straight):
            listing, list_is_open, list_tag = TAG_LIST, is_open, block.tag
            continue
        is_labelled = straight[:9].casefold() == "keywords:"
        label = TAGS.match(straight) if is_worded and block.tag not in HEADINGS else None
        if (has_begun or is_labelled) and (tags := _read_tags(block, label)) is not None:
            walked.keywords = walked.keywords or tags
            continue
        if has_begun and straight[-1] == "," and KEYWORD_LINE.fullmatch(straight):
            walked.keywords = tuple(word.strip() for word in block.text.split(",") if word.strip())
            continue
        if is_worded and has_begun and CORRECTION.fullmatch(straight):
            walked.corrections.append(block.text)
            continue
        if block.tag in HEADINGS and len(walked.paragraphs) > 1 and COUNTED.fullmatch(straight):
            is_over = True
        is_entry = block.link_share > ALL_LINK
        if block.tag in HEADINGS and list_tag in HEADINGS and block.tag < list_tag and not is_entry:
            listing = None
        if listing is not None and (list_is_open or not is_open):
            entries = read_entries(block)
            if entries is not None:
                if listing.kind:
                    walked.links += [FoundLink(listing.kind, *entry) for entry in entries]
                continue
        listing = None
        is_pointer = is_worded and block.in_body
        if is_over or is_wall or not (is_open or is_unlikely or is_pointer):
            continue
        if (
            len(straight) < LONGEST_CLOCK
            and block.tag not in NO_ENTRIES
            and BARE_CLOCK.fullmatch(straight)
        ):
            continue
        if block.link_share > ALL_LINK and all(TAG_PATH.search(href) for _, href in block.links):
            walked.keywords = walked.keywords or tuple(words for words, _ in block.links)
            continue
        if not walked.is_cut and _is_promo(block, following):
            walked.links += [FoundLink("related", *link) for link in block.links]
            continue
        reference = CROSS_REFERENCE.fullmatch(straight) if is_worded else None
        is_loose = block.links or not ends_sentence(straight)
        if reference and is_loose and not is_prose(block.text):
            named = (block.text[reference.start(1) :], None)
            words, href = block.links[0] if block.links else named
            walked.links.append(FoundLink("related", words, href))
            continue
        if not is_open:
            continue
        if walked.is_cut and not (block.prose and following is not None and following.prose):
            continue  # prices, advantages and buttons
        walked.is_cut = False
        is_doubled = is_doubled or block.text == walked.opening
        if is_doubled and block.text in printed:
            continue
        printed.add(block.text)
        if not walked.opening and not _is_short(block):
            walked.opening = block.text
        walked.paragraphs.append(block)
        previous = block
        walked.links += [FoundLink("in_text", words, href, block) for words, href in block.links]
    if len(walked.paragraphs) > 1 and FINAL_KEYWORDS.fullmatch(walked.paragraphs[-1].text):
        last = walked.paragraphs.pop()
        walked.keywords = walked.keywords or tuple(last.text.split(", "))
    _drop_quotes(walked.paragraphs)
    _drop_loose_end(walked)
    return walked


def _tells_of(name: str, following: Block | None) -> bool:
    """Does the paragraph below begin with the name in capitals that the heading holds?"""
    text = following.text.removeprefix("The ") if following and following.prose else ""
    name = name.removeprefix("the ").rstrip(":")
    return name[:1].isupper() and (text.startswith(name) or f"({name})" in text[:LONGEST_QUOTE])


def _is_text(block: Block) -> bool:
    return block.prose > 0 or (block.tag not in HEADINGS and ends_fully(block.text))


def _end(blocks: Sequence[Block]) -> int:
    """Where so little of the text is left that it may be a box at its end."""
    left = 0
    for i in range(len(blocks), 0, -1):
        left += blocks[i - 1].is_open
        if left > MOST_AT_END:
            return i
    return 0


def _names_boxed(block: Block, following: Block | None) -> bool:
    """Is it the name between a heading such as “About the author” and what is said of them?"""
    is_label = _is_short(block) and block.tag not in HEADINGS and not _is_text(block)
    return is_label and following is not None and _is_text(following)


def _boxed(below: Sequence[Block], *, has_begun: bool) -> int:
    """How many paragraphs go with a heading such as “About the author”: the few that end the page
    or stand above the next heading, else one."""
    below = below[1:] if len(below) > 1 and _names_boxed(*below[:2]) else below
    runs = (n for n, block in enumerate(below) if not _is_text(block))
    run = next(runs, len(below))
    return run if has_begun and run <= MOST_BOXED else 1


def _heads_text(rule: Rule, block: Block, following: Block | None) -> bool:
    """Is the heading of a list one of the story's own, as “Other posts” in a weekly review?"""
    is_text = following is not None and following.is_open and is_prose(following.text)
    return (
        rule.cut == "list"
        and rule.kind is None
        and block.tag in HEADINGS
        and is_text
        and not (following and following.links)
    )


def _is_item(rule: Rule, block: Block) -> bool:
    """Is the heading of a list rather an item of one, as “Contacts” among what a firm keeps?"""
    return rule.cut == "list" and block.tag == "li" and not block.links


def _is_short(block: Block) -> bool:
    return len(block.text) < LONGEST_LABEL


def _is_label(block: Block) -> bool:
    return _is_short(block) and (block.tag in HEADINGS or not ends_sentence(block.text))


def _drop_quotes(paragraphs: list[Block]) -> None:
    """A pull quote says again what stands within a longer paragraph; a first one that says what
    several others say is a summary."""
    text = "\n".join(block.text for block in paragraphs)
    if len(text) > LONGEST_QUOTED:
        return
    first = paragraphs[0].text if paragraphs else ""
    repeated = [p for p in paragraphs[1:] if len(p.text) > SHORTEST_QUOTE and p.text in first]
    if len(repeated) >= FEWEST_SUMMED:
        text = text[len(first) :]
    alike = Counter(block.text for block in paragraphs)
    for block in [p for p in paragraphs if SHORTEST_QUOTE < len(p.text) < LONGEST_QUOTE]:
        if block.tag in HEADINGS or block.tag in ("li", "tr"):
            continue
        parts = block.parts if block.tag == "blockquote" else ()  # the last one names who says it
        quoted = parts[0] if parts and len(parts[0]) > SHORTEST_QUOTE else block.text
        if text.count(quoted.strip("“”\"' ")) > alike[block.text]:
            paragraphs.remove(block)


def _drop_loose_end(walked: Walked) -> None:
    """No HTML story ends with a heading, or with a label in an element of its own."""
    while len(walked.paragraphs) > 1 and not walked.wall:
        above, last = walked.paragraphs[-2:]
        is_label = _is_label(last) or (_is_short(last) and last.text[-1] == ":")
        if (
            last.group == above.group
            or CASE_LINE.match(last.text)
            or not (last.tag in HEADINGS or (is_label and last.tag not in ("li", "tr")))
        ):
            break
        walked.paragraphs.pop()


def _read_tags(block: Block, label: re.Match[str] | None) -> tuple[str, ...] | None:
    """The words of a line of tags, with or without a label; None for any other block."""
    if label and block.links and block.link_share >= MOSTLY:
        tagged = [words for words, href in block.links if TAG_PATH.search(href)]
        return tuple(dict.fromkeys(tagged or (words for words, _ in block.links)))
    if label and len(block.text) < LONGEST_RULED and not ends_sentence(block.text):
        listed = TAGGED.split(FILED.split(block.text[label.end() :])[0])[-1]
        return tuple(word for part in listed.split(",") if (word := part.strip()))
    is_linked = len(block.links) > 2 and block.link_share > ALL_LINK
    return () if is_linked and block.tag not in (*HEADINGS, "li") else None


def _is_promo(block: Block, following: Block | None) -> bool:
    """A paragraph of linked headlines from end to end; as a heading it may belong to the text that
    follows."""
    return (
        block.link_share > ALL_LINK
        and not (block.tag in HEADINGS and following and following.is_open and following.prose)
        and all(_is_headline(words) for words, _ in block.links)
        and not (len(block.links) == 1 and ends_sentence(block.text) and block.text[0] != "(")
    )


def read_entries(block: Block) -> list[tuple[str, str | None]] | None:
    """(words, href) of one block under a list heading; None where the list has ended."""
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
    is_entry = _is_headline(text) and (block.is_open or not block.group)
    return [(_without_day(text), None)] if is_entry else []


def _without_day(words: str) -> str:
    """A list entry without the date printed before or after it."""
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


def _origin(block: Block, match: re.Match[str]) -> tuple[str, str | None]:
    """The words that name where else a story stands, and the link on them."""
    if block.links:
        return block.links[0]
    if match.re.groups and match[1]:
        return block.text[match.start(1) : match.end(1)], None
    return block.text, None
