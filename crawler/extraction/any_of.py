"""AnyOf: many regular expressions asked at once, by the letter a text begins with."""

import re
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import accumulate

PIECE = re.compile(r"\\.|\[(?:\\.|[^]\\])*\]|.", re.S)
"""One sign of a regular expression; a set of characters counts as one."""
PLAIN_SET = re.compile(r"\[(?:\\\W|[^]\\^-])+-?\]")
PLAIN = re.compile(r"[^][\\(){}.*+?^$|]")


class AnyOf:
    """Does one of the patterns match a text as a whole, in whatever case?

    Only those that can begin with the text's first letter are tried, and on a lower-case copy
    without ``re.I``: a third of the time. They are to be written in lower case.
    """

    def __init__(self, patterns: Iterable[str]) -> None:
        self._options = [
            (_openings(option), option.replace("(?-i:", "(?i:"))
            for pattern in patterns
            for option in _options(pattern)
        ]
        self._letters = frozenset().union(*(letters for letters, _ in self._options))
        self._beginning_with = cache(self._compile)

    def fullmatch(self, text: str) -> bool:
        lower = text.lower()
        letter = lower[:1] if lower[:1] in self._letters else ""
        return self._beginning_with(letter).fullmatch(lower) is not None

    def _compile(self, letter: str) -> re.Pattern[str]:
        tried = [option for letters, option in self._options if not letters or letter in letters]
        return re.compile("|".join(tried) or "(?!)", re.S)


def _options(pattern: str) -> list[str]:
    """What stands between the bars of a pattern, outside of brackets."""
    options, depth = [""], 0
    for piece in PIECE.findall(pattern):
        depth += (piece == "(") - (piece == ")")
        if piece == "|" and not depth:
            options.append("")
        else:
            options[-1] += piece
    return options


def _openings(pattern: str) -> frozenset[str]:
    """The characters it can begin with; empty if they are not easily told."""
    letters: set[str] = set()
    for option in _options(pattern):
        rest: Sequence[str] = PIECE.findall(option)
        may_lack = True
        while may_lack:
            found, rest = _head(rest)
            if not found or rest[:1] == ["{"]:
                return frozenset()
            letters |= found
            may_lack = rest[:1] in (["?"], ["*"])
            rest = rest[1:]
    return frozenset(letters)


def _head(pieces: Sequence[str]) -> tuple[frozenset[str], Sequence[str]]:
    """What the first item can begin with, and the pieces after it."""
    if pieces[:3] == ["(", "?", ":"]:
        depths = accumulate((piece == "(") - (piece == ")") for piece in pieces)
        end = next(i for i, depth in enumerate(depths) if not depth)
        return _openings("".join(pieces[3:end])), pieces[end + 1 :]
    first = "".join(pieces[:1])
    letters = first[1:-1] if PLAIN_SET.fullmatch(first) else first if PLAIN.fullmatch(first) else ""
    return frozenset(letters), pieces[1:]
