"""Holds the furniture rules: what around and inside a story is none, and which lists become links.

One set of rules serves HTML pages and text captures.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Literal

from tradepress.extraction.any_of import AnyOf
from tradepress.extraction.dates import DATE
from tradepress.extraction.wording import WORDING, pattern
from tradepress.source import Furniture
from tradepress.story import LinkKind

LONGEST_RULED = 700
"""No furniture paragraph is longer."""

WALL, CONTINUING, CLOSED = pattern("wall"), pattern("continuing"), pattern("closed")
CORRECTION = pattern("correction")
CROSS_REFERENCE = pattern("cross_reference")
TAGS = pattern("tags")
COMMENTS, LEGAL = pattern("comments_line"), pattern("legal_line")
CAPTION = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]*)+|[a-z0-9]{10,}|[\w ()-]{2,80}\.(?:jpe?g|png)")
"""Matches the name of a picture's file."""
CREDIT = re.compile(
    r".{1,60}\s/(?:\s?[\w.-]+(?: [\w.-]+)?)?|©.{2,80}|(?:photo|image|picture|credit)\w*"
    r"(?: (?:credit|source))?(?: ?[:|/©]| (?:by|courtesy|via)\b).{2,80}",
    re.I,
)
CLAIMS = " | "
SHORTEST_CLAIM = 5
"""Is in words; with fewer it is an entry of a menu."""
FINAL_KEYWORDS = re.compile(
    r"(?!.*\b(?:is|are|was|has|had|said|says|Ltd|Limited)\b)"
    r"(?:[^,.;:!?]|\.(?=\w)){2,60}(?:, (?:[^,.;:!?]|\.(?=\w)){2,60}){3,}"
)
TAG_PATH = re.compile(r"/(?:tags?|topics?|keywords?)/[^/]+/?$", re.I)
BARE_CLOCK = re.compile(r"\d{1,2}[:.]\d\d(?: ?[ap]\.?m\b\.?)?(?: [A-Z]{2,4})?", re.I)
"""Matches the time of an entry, which is no part of its words."""


Cut = Literal["line", "list", "rest", "wall", "next", "last"]
"""Is as in Furniture; ``next``: this heading and the paragraph below; ``last``: so at the end."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """Holds a Furniture rule made ready."""

    pattern: re.Pattern[str]
    cut: Cut
    kind: LinkKind | None
    is_box: bool
    """Does it stand in a box that may have a heading of its own?"""


@lru_cache(maxsize=64)
def compile_rules(furniture: tuple[Furniture, ...]) -> tuple[Rule, ...]:
    """Returns the rules of one source, made ready."""
    return tuple(compile_rule(rule.pattern, rule.cut, rule.kind) for rule in furniture)


def compile_rule(
    pattern: str,
    cut: Cut = "line",
    kind: LinkKind | None = None,
    box: bool = False,
) -> Rule:
    return Rule(pattern=re.compile(pattern, re.I | re.S), cut=cut, kind=kind, is_box=box)


GENERIC = tuple(compile_rule(**rule) for rule in WORDING["furniture"])
"""Holds the rules for all sources."""
WORDED = AnyOf(
    (
        *(rule.pattern.pattern for rule in GENERIC),
        *(regex.pattern for regex in (WALL, CLOSED, CORRECTION, CROSS_REFERENCE)),
        f"(?:{TAGS.pattern}).*",
    )
)
"""Holds all that is known by its opening words, asked first: hardly any paragraph matches."""
ANYWHERE: dict[str, Rule] = {
    word: compile_rule(rule["pattern"], box=rule.get("box", True))
    for rule in WORDING["anywhere"]
    for word in rule["words"]
}
"""Holds rules that begin with anything, by the words of which one must stand in the paragraph."""
ANY_WORD = re.compile(
    "|".join(
        f"{re.escape(letter)}(?:{'|'.join(re.escape(word[1:]) for word in words)})"
        for letter, words in groupby(sorted(ANYWHERE), itemgetter(0))
    )
)
"""Matches one of ANYWHERE's words: other letters than their first are passed over."""


def find_rule(
    straight: str, rules: Sequence[Rule], *, is_worded: bool
) -> tuple[Rule, re.Match[str]] | None:
    """Returns the first rule that matches the whole paragraph (quotes made straight): one of the
    source, else a generic one, which only a paragraph of WORDED can match."""
    if len(straight) > LONGEST_RULED:
        return None
    words = ANY_WORD.findall(straight)
    for rule in (*rules, *map(ANYWHERE.__getitem__, words)) if rules or words else ():
        if match := rule.pattern.fullmatch(straight):
            return rule, match
    return _find_generic(straight) if is_worded else None


@lru_cache(maxsize=1024)
def _find_generic(straight: str) -> tuple[Rule, re.Match[str]] | None:
    """Most are labels that come again on every page."""
    matches = ((rule, rule.pattern.fullmatch(straight)) for rule in GENERIC)
    return next(((rule, match) for rule, match in matches if match), None)


def is_wall(straight: str) -> bool:
    """Does the paragraph (quotes made straight) say that the story is not for everybody?"""
    return bool(WALL.fullmatch(straight) or CLOSED.fullmatch(straight))


def goes_on_elsewhere(straight: str) -> bool:
    """Does the paragraph (quotes made straight) say that the story goes on elsewhere?"""
    return bool(CONTINUING.fullmatch(straight) or CLOSED.fullmatch(straight))


def is_claims(text: str) -> bool:
    """Is it a standfirst of bullets, as ``Injunctions sought in two cities | …``, and no menu?"""
    parts = [part for part in text.split(CLAIMS) if part.count(" ") >= SHORTEST_CLAIM - 1]
    return len(parts) > 1 and len([part for part in parts if not DATE.search(part)]) > 1
