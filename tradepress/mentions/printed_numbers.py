"""Knows how the press sets numbers: its hyphens, its spaces, and several of them in a row."""

import re
from collections.abc import Iterator
from re import Match, Pattern

HYPHEN = "[-\u2010-\u2015\u2212]"
"""Matches hyphens (minus and non-breaking too) and dashes: a dash for a hyphen is usual."""
DIGITS = "0123456789"
SPACE = r"[^\S\n]"
"""Matches any space within a paragraph, the non-breaking ones too."""
NUMBER_WORD = rf"(?:(?:[Nn]os?\b\.?|NOS?\b\.?|[Nn]umbers?|NUMBERS?|[Nn]r\.|№|#){SPACE}?:?)"
"""Matches what says that a number follows."""

JOINT = re.compile(
    rf"{SPACE}?(?:[,;]{SPACE}?(?:(?:and|or){SPACE})?"
    rf"|(?:and(?:/or)?|or|to|through|as well as){SPACE}|(?:[&+]|{HYPHEN}|/){SPACE}?)"
    rf"(?:{NUMBER_WORD}{SPACE}?)?"
)


def words(text: str) -> frozenset[str]:
    """Returns the words of a list that is written to be read."""
    return frozenset(text.split())


def begins(first: str, but: str) -> str:
    """Returns a pattern for this first character where none of those stands before it, nor a digit
    with a point or comma. The look behind comes second: by what comes first, ``re`` skips through a
    text.
    """
    return f"{first}(?<![{but}]{first})(?<![0-9][.,]{first})"


def in_a_row(text: str, first: Match[str], item: Pattern[str]) -> Iterator[Match[str]]:
    """Yields the first number and those joined to it by commas, "and", "to" or a dash."""
    found: Match[str] | None = first
    while found is not None:
        yield found
        joint = JOINT.match(text, found.end())
        found = item.match(text, joint.end()) if joint else None


def joined(text: str, end: int, start: int) -> bool:
    """Tells whether what ends and what starts here stand in one row."""
    return JOINT.fullmatch(text, end, start) is not None


def digits(number: str) -> str:
    """Returns a number without what parts its groups, and without leading zeros."""
    return "".join(filter(DIGITS.__contains__, number)).lstrip("0") or "0"
