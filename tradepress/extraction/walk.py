"""Walks blocks or lines in page order: what is story, and what becomes of the rest."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import zip_longest
from typing import NamedTuple

from tradepress.archive.text_forms import straighten, words_key
from tradepress.extraction.blocks import ALL_LINK, HEADINGS, Block
from tradepress.extraction.entries import MOSTLY, is_promo, read_entries, read_tags
from tradepress.extraction.furniture import (
    BARE_CLOCK,
    CORRECTION,
    CROSS_REFERENCE,
    FINAL_KEYWORDS,
    LONGEST_RULED,
    TAG_PATH,
    TAGS,
    WORDED,
    Rule,
    compile_rule,
    find_rule,
    goes_on_elsewhere,
    is_wall,
)
from tradepress.extraction.sentences import ends_fully, ends_sentence, is_label, is_prose
from tradepress.extraction.walls import doors
from tradepress.extraction.wording import WORDING, pattern
from tradepress.story import LinkKind

SHORTEST_QUOTE, LONGEST_QUOTE = 40, 250
FEWEST_SUMMED = 3
LONGEST_QUOTED = 200_000
"""Bounds a story in which quotes are looked for: the time grows with the square."""
LONGEST_LABEL = 80
MOST_BOXED, MOST_AT_END = 3, 6
LONGEST_CLOCK = 16
NO_ENTRIES = HEADINGS | {"p", "tr"}
ABOUT, MORE = ("About ", "ABOUT "), ("More ", "MORE ")
ABOUT_SITE = tuple(f"{lead} " for lead in WORDING["about"]["leads"])
MORE_OF_SITE = ("more ", "more from ")
ABOUT_OPENINGS = frozenset(case(lead)[:2] for lead in ABOUT_SITE for case in (str.title, str.upper))
UNREAD_ZONES = frozenset(
    ("comments", "hidden", "paid", "overlay", "share", "ad", "caption", "embed")
)
CASE_LINE = pattern("case_line")
TAG_LIST = compile_rule(TAGS.pattern, cut="list")
"""Is a heading whose entries are keywords."""
KEYWORD_LINE = re.compile(r"(?:(?:[^,.;!?]|\.(?=\w)){2,60},){3,}")
COUNTED = re.compile(
    r"\d+ (?:comments?|responses?|replies|kommentare|commentaires)\b.{0,120}"
    r"|(?:comments?|kommentare|commentaires|comentarios|comentários|commenti|reacties|kommentarer"
    r"|komentarze|komentáře|yorum(?:lar)?|комментари\w+|댓글|コメント|评论|評論) ?[(（]?\d+[)）]?"
    r"|hozzászólások|kommentarer|komentarze|komentáře|reacties|комментарии|yorumlar|댓글"
    r"|reageren|laisser un commentaire|deja un comentario|schreiben? sie einen kommentar"
    r"|schreibe einen kommentar|lämna ett svar|dodaj komentarz",
    re.I,
)


class FoundLink(NamedTuple):
    """Holds one link as written."""

    kind: LinkKind
    words: str
    href: str | None
    paragraph: Block | None = None
    """Is the paragraph that holds an in-text link."""
    is_heading: bool = False


@dataclass(slots=True)
class Walked:
    """Holds what one walk over a page's blocks found."""

    paragraphs: list[Block] = field(default_factory=list)
    links: list[FoundLink] = field(default_factory=list)
    """Holds the links in page order."""
    corrections: list[str] = field(default_factory=list)
    keywords: tuple[str, ...] = ()
    opening: str = ""
    """Is the first long paragraph; where it comes again, the page holds the story twice."""
    wall: list[str] = field(default_factory=list)
    """Holds the words of the registration or subscription block."""
    is_cut: bool = False
    """Does a wall right below the text say that it goes on?"""
    blocks: Sequence[Block] = ()
    """Holds all that was walked over."""
    passed_by: dict[Block, str] = field(default_factory=dict)
    """Says what dealt with a block otherwise than as a paragraph."""


def walk(blocks: Sequence[Block], rules: Sequence[Rule], sites: Iterable[str] = ()) -> Walked:
    """Sorts a page's blocks into story, typed links, corrections, keywords and wall.
    ``sites`` are the names of the publisher."""
    return _Walk(blocks, rules, sites).read()


class _Walk:
    """Walks once over the blocks.
    A block that is none of the cases, which are asked one by one, is a paragraph."""

    # The block that is looked at:
    at: int
    block: Block
    following: Block | None
    straight: str
    is_open: bool
    is_worded: bool
    has_begun: bool
    """Does a paragraph of the story stand above it?"""

    def __init__(
        self, blocks: Sequence[Block], rules: Sequence[Rule], sites: Iterable[str]
    ) -> None:
        self.blocks, self.rules, self.sites = blocks, rules, sites
        self.walked = Walked(blocks=blocks)
        # The list that is open:
        self.listing: Rule | None = None
        self.list_is_open, self.list_tag = False, ""
        self.boxed = 0  # so many paragraphs go with the heading above
        self.previous: Block | None = None  # the paragraph right above
        self.printed: set[str] = set()
        self.is_doubled = self.is_over = False

    def read(self) -> Walked:
        walked = self.walked
        for at, (block, following) in enumerate(zip_longest(self.blocks, self.blocks[1:])):
            if block.zone in UNREAD_ZONES or self._meet_box(block):
                continue
            is_open = block.in_body and block.zone is None
            if not (is_open or self.listing):
                if not walked.paragraphs and (block.links or not _is_short(block)):
                    self.boxed = 0
                    continue  # what stands above the story and heads no list
                if block.tag == "li" and block.link_share > ALL_LINK and not block.was_open:
                    continue  # an item of a menu
            self.at, self.block, self.following = at, block, following
            self.is_open, self.has_begun = is_open, bool(walked.paragraphs)
            self.straight = straighten(block.text)
            known = block.is_worded
            self.is_worded = WORDED.fullmatch(self.straight) if known is None else known
            by = (
                (self._pass_box() and "a box on the author or the site")
                or (self._follow_rule() and "a rule of furniture, as of walls, sign-ups and labels")
                or (self._read_keywords() and "being keywords or a correction")
                or (self._read_entry() and "a list of links that it is an entry of")
                or (self._read_pointer() and "leading elsewhere, or the story being over")
            )
            if by:
                walked.passed_by[block] = by
            else:
                self._take()
        if len(walked.paragraphs) > 1 and FINAL_KEYWORDS.fullmatch(walked.paragraphs[-1].text):
            last = walked.paragraphs.pop()
            walked.keywords = walked.keywords or tuple(last.text.split(", "))
        _drop_second_lead(walked.paragraphs)
        _drop_quotes(walked.paragraphs)
        _drop_loose_end(walked)
        if not walked.paragraphs:  # a wall stands below a text, or where there is none
            told = (block.text for block in self.blocks if len(block.text) < LONGEST_RULED)
            walls = (text for text in told if goes_on_elsewhere(straighten(text)))
            walked.wall = [text for text in walls if is_wall(straighten(text))]
        return walked

    def _meet_box(self, block: Block) -> bool:
        """Passes a line of a box that leads to a subscription or a login (walls.py)."""
        if block.zone not in ("wall", "door"):
            return False
        self._meet_wall(block, is_cut=block.zone == "wall")
        return True

    def _meet_wall(self, block: Block, *, is_cut: bool) -> None:
        """Keeps what it says, and where it leads, which tells what it wants."""
        self.walked.wall += [block.text, *(href for _, href in block.links)]
        self.walked.is_cut |= is_cut
        self.listing = None

    @cached_property
    def names(self) -> frozenset[str]:
        return frozenset(map(words_key, self.sites))

    @cached_property
    def end(self) -> int:
        """Is where so little of the text is left that it may be a box at its end."""
        left = 0
        for i in range(len(self.blocks), 0, -1):
            left += self.blocks[i - 1].is_open
            if left > MOST_AT_END:
                return i
        return 0

    def _pass_box(self) -> bool:
        """Skips what heads a box that tells of the author or the site, or stands in one."""
        block, following, straight = self.block, self.following, self.straight
        if self.boxed:
            is_within = _is_text(block) or _names_boxed(block, following)
            if self.is_open and is_within:
                self.boxed -= _is_text(block)
                return True
            if self.is_open or not self.has_begun:
                self.boxed = 0
            else:  # what was left out already goes with the box, and ends none
                self.boxed -= _is_text(block)
        can_be_site = straight[:2] in ABOUT_OPENINGS and _is_short(block)
        if (can_be_site and self._names_site(ABOUT_SITE)) or (
            straight[:6] in ABOUT and _tells_of(straight[6:], following) and self.at >= self.end
        ):
            self._open_box()
            return True
        if straight[:5] in MORE and self.has_begun and self._names_site(MORE_OF_SITE):
            # Scripts fill such a box; where the text goes on below its heading, it stands within.
            self.is_over = not (following and following.is_open and following.prose)
            self.listing = None
            return True
        return False

    def _names_site(self, leads: tuple[str, ...]) -> bool:
        """Does it say one of the leads and a name of the site, and nothing else?"""
        key = words_key(self.straight)
        return key.startswith(leads) and any(
            key.startswith(lead) and key[len(lead) :] in self.names for lead in leads
        )

    def _follow_rule(self) -> bool:
        """Do what the rule says that knows it; pass over walls, and most of what stands around."""
        walked, block, straight = self.walked, self.block, self.straight
        can_be_wall = self.is_worded and self.has_begun and len(straight) < LONGEST_RULED
        meets_wall = can_be_wall and is_wall(straight)
        if meets_wall:
            self._meet_wall(block, is_cut=goes_on_elsewhere(straight))
        is_known = self.is_open or self.is_worded or self.listing
        is_aside = not (is_known or (self.has_begun and block.zone == "unlikely"))
        is_asked = self.rules or not is_aside or self._is_below_label()
        found = find_rule(straight, self.rules, is_worded=self.is_worded) if is_asked else None
        if found is None:
            return meets_wall or (is_aside and block.tag not in HEADINGS and straight[-1] != ",")
        rule, match = found
        is_theirs = rule in self.rules  # who declares a heading knows it
        if self.is_open and not is_theirs and _is_own_heading(rule, block, self.following):
            walked.paragraphs.append(block)
        elif rule.cut == "list":
            self._open_list(rule)
        elif rule.cut in ("rest", "wall") and self.has_begun:
            self.is_over, self.listing = True, None
            if rule.cut == "wall":
                self._meet_wall(block, is_cut=True)
                walked.wall += doors(self.blocks[self.at + 1 : self.at + 1 + MOST_AT_END])
        elif rule.cut == "last" and self.at < self.end:
            walked.paragraphs += [block] if self.is_open else []
        elif rule.cut in ("next", "last"):
            self._open_box()
        elif rule.kind and self.has_begun:
            walked.links.append(FoundLink(rule.kind, *_origin(block, match)))
        elif rule.is_box and self._is_below_label():
            walked.paragraphs.pop()
        self.previous = None
        return True

    def _is_below_label(self) -> bool:
        return self.previous is not None and _is_label(self.previous)

    def _open_box(self) -> None:
        below = self.blocks[self.at + 1 : self.at + MOST_BOXED + 2]
        self.boxed = _boxed(below, has_begun=self.has_begun)
        self.listing = None

    def _open_list(self, rule: Rule) -> None:
        self.listing, self.list_tag = rule, self.block.tag
        self.list_is_open = self.block.was_open

    def _read_keywords(self) -> bool:
        """Takes keywords, and corrections, which no list of them holds."""
        walked, block, straight = self.walked, self.block, self.straight
        has_begun, is_heading = self.has_begun, block.tag in HEADINGS
        label = TAGS.match(straight) if self.is_worded and not is_heading else None
        is_labelled = straight[:9].casefold() == "keywords:"
        if self.listing is TAG_LIST and not is_heading and block.link_share >= MOSTLY:
            walked.keywords += tuple(words for words, _ in block.links)
        elif has_begun and block.in_body and self.is_worded and TAGS.fullmatch(straight):
            self._open_list(TAG_LIST)
        elif (has_begun or is_labelled) and (tags := read_tags(block, label)) is not None:
            walked.keywords = walked.keywords or tags
        elif has_begun and straight[-1] == "," and KEYWORD_LINE.fullmatch(straight):
            walked.keywords = tuple(filter(None, map(str.strip, block.text.split(","))))
        elif has_begun and self.is_worded and CORRECTION.fullmatch(straight):
            walked.corrections.append(block.text)
        else:
            return False
        return True

    def _read_entry(self) -> bool:
        """Takes the links of an entry of the list that is open; what is none ends the list."""
        walked, block = self.walked, self.block
        if block.tag in HEADINGS:
            if len(walked.paragraphs) > 1 and COUNTED.fullmatch(self.straight):
                self.is_over = True
            is_higher = self.list_tag in HEADINGS and block.tag < self.list_tag
            if is_higher and block.link_share <= ALL_LINK:
                self.listing = None
        can_be_entry = self.listing and (self.list_is_open or not self.is_open)
        entries = read_entries(block) if can_be_entry else None
        if self.listing is None or entries is None:
            self.listing = None
            return False
        if kind := self.listing.kind:
            is_heading = block.tag in HEADINGS
            walked.links += [FoundLink(kind, *entry, is_heading=is_heading) for entry in entries]
        return True

    def _read_pointer(self) -> bool:
        """Takes what leads elsewhere, as tags, linked headlines and cross-references do; passes
        over times, and what stands where the story is over."""
        walked, block, straight = self.walked, self.block, self.straight
        is_unlikely = self.has_begun and block.zone == "unlikely"
        may_tell = self.is_open or is_unlikely or (self.is_worded and block.in_body)
        can_be_clock = len(straight) < LONGEST_CLOCK and block.tag not in NO_ENTRIES
        if self.is_over or not may_tell or (can_be_clock and BARE_CLOCK.fullmatch(straight)):
            return True
        if block.link_share > ALL_LINK and all(TAG_PATH.search(href) for _, href in block.links):
            walked.keywords = walked.keywords or tuple(words for words, _ in block.links)
            return True
        if not walked.is_cut and is_promo(block, self.following):
            is_heading = block.tag in HEADINGS
            walked.links += [
                FoundLink("related", *link, is_heading=is_heading) for link in block.links
            ]
            return True
        reference = CROSS_REFERENCE.fullmatch(straight) if self.is_worded else None
        if reference and (block.links or not ends_sentence(straight)) and not is_prose(block.text):
            link = block.links[0] if block.links else (block.text[reference.start(1) :], None)
            walked.links.append(FoundLink("related", *link))
            return True
        return False

    def _take(self) -> None:
        """Takes a paragraph, but none behind a wall and none of the story's second print."""
        walked, block, following = self.walked, self.block, self.following
        if not self.is_open:
            return
        if walked.is_cut and not (block.prose and following and following.prose):
            return  # prices, advantages and buttons
        walked.is_cut = False
        self.is_doubled = self.is_doubled or block.text == walked.opening
        if self.is_doubled and block.text in self.printed:
            return
        self.printed.add(block.text)
        if not walked.opening and not _is_short(block):
            walked.opening = block.text
        walked.paragraphs.append(block)
        self.previous = block
        walked.links += [FoundLink("in_text", words, href, block) for words, href in block.links]


def _tells_of(name: str, following: Block | None) -> bool:
    """Does the paragraph below begin with the name in capitals that the heading holds?"""
    text = following.text.removeprefix("The ") if following and following.prose else ""
    name = name.removeprefix("the ").rstrip(":")
    return name[:1].isupper() and (text.startswith(name) or f"({name})" in text[:LONGEST_QUOTE])


def _is_text(block: Block) -> bool:
    return block.prose > 0 or (block.tag not in HEADINGS and ends_fully(block.text))


def _names_boxed(block: Block, following: Block | None) -> bool:
    """Is it the name between a heading such as “About the author” and what is said of them?"""
    is_name = _is_short(block) and block.tag not in HEADINGS and not _is_text(block)
    return is_name and following is not None and _is_text(following)


def _boxed(below: Sequence[Block], *, has_begun: bool) -> int:
    """Tells how many paragraphs go with a heading such as “About the author”: the few that end the
    page or stand above the next heading, else one."""
    below = below[1:] if len(below) > 1 and _names_boxed(*below[:2]) else below
    runs = (n for n, block in enumerate(below) if not _is_text(block))
    run = next(runs, len(below))
    return run if has_begun and run <= MOST_BOXED else 1


def _is_own_heading(rule: Rule, block: Block, following: Block | None) -> bool:
    """Is the heading of a list one of the story's own, as “Other posts” in a weekly review, or
    rather an item of a list, as “Contacts” among what a firm keeps?"""
    if rule.cut != "list":
        return False
    if block.tag == "li":
        return rule.kind is None and not block.links
    heads_text = following is not None and following.is_open and is_prose(following.text)
    is_heading = rule.kind is None and block.tag in HEADINGS
    return is_heading and heads_text and not (following and following.links)


def _is_short(block: Block) -> bool:
    return len(block.text) < LONGEST_LABEL


def _is_label(block: Block) -> bool:
    is_heading = block.tag in HEADINGS and _is_short(block)
    return is_heading or is_label(block.text, LONGEST_LABEL)


def _drop_second_lead(paragraphs: list[Block]) -> None:
    """Magazines may print the lead twice, one below the other."""
    texts = [block.text for block in paragraphs[:3]]
    if len(texts) > 2 and texts[0] == texts[1] != texts[2]:
        paragraphs.pop(1)


def _drop_quotes(paragraphs: list[Block]) -> None:
    """A pull quote says again what stands within a longer paragraph; a first one that says what
    several others say is a summary."""
    texts = [block.text for block in paragraphs]
    text = "\n".join(texts)
    if not 0 < len(text) <= LONGEST_QUOTED:
        return
    first = texts[0]
    repeated = [other for other in texts[1:] if len(other) > SHORTEST_QUOTE and other in first]
    if len(repeated) >= FEWEST_SUMMED:
        text = text[len(first) :]
    for block in [p for p in paragraphs if SHORTEST_QUOTE < len(p.text) < LONGEST_QUOTE]:
        if block.tag in HEADINGS or block.tag in ("li", "tr"):
            continue
        parts = block.parts if block.tag == "blockquote" else ()  # the last one names who says it
        quoted = parts[0] if parts and len(parts[0]) > SHORTEST_QUOTE else block.text
        if text.count(quoted.strip("“”\"' ")) > texts.count(block.text):
            paragraphs.remove(block)


def _drop_loose_end(walked: Walked) -> None:
    """Drops a heading, or a label in an element of its own, with which no HTML story ends."""
    while len(walked.paragraphs) > 1 and not walked.wall:
        above, last = walked.paragraphs[-2:]
        is_labelling = _is_label(last) or (_is_short(last) and last.text[-1] == ":")
        if (
            last.group == above.group
            or CASE_LINE.match(last.text)
            or not (last.tag in HEADINGS or (is_labelling and last.tag not in ("li", "tr")))
        ):
            break
        walked.paragraphs.pop()


def _origin(block: Block, match: re.Match[str]) -> tuple[str, str | None]:
    """Returns the words that name where else a story stands, and the link on them."""
    if block.links:
        return block.links[0]
    if match.re.groups and match[1]:
        return block.text[match.start(1) : match.end(1)], None
    return block.text, None
