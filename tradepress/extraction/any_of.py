"""Asks many regular expressions at once (AnyOf), by the letter a text begins with."""

import re
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import accumulate
from string import digits

PIECE = re.compile(r"\\.|\[(?:\\.|[^]\\])*\]|.", re.S)
"""Matches one sign of a regular expression; a set of characters counts as one."""
PLAIN_SET = re.compile(r"\[(?:\\\W|[^]\\^-])+-?\]")
GROUP = re.compile(r"\(\?(?:-i)?:")
PLAIN = re.compile(r"[^][\\(){}.*+?^$|]|\\\W")


OPENING = 3
"""Is how many characters of a text tell patterns apart."""


class AnyOf:
    """Does one of the patterns match a text as a whole, in whatever case?

    Only those that can begin as the text does are tried, and on a lower-case copy without
    ``re.I``: a fifth of the time. They are to be written in lower case; a number with which one
    begins is written in ASCII.
    """

    def __init__(self, patterns: Iterable[str]) -> None:
        self._options = [
            (_openings(option), option.replace("(?-i:", "(?i:"))
            for pattern in patterns
            for option in _options(pattern)
        ]
        self._known = frozenset().union(*(openings for openings, _ in self._options))
        self._beginning_with = cache(self._compile)

    def fullmatch(self, text: str) -> bool:
        opening = text[:OPENING].lower()[:OPENING]
        while opening not in self._known:
            if not opening:
                return False
            opening = opening[:-1]
        return self._beginning_with(opening).fullmatch(text.lower()) is not None

    def _compile(self, opening: str) -> re.Pattern[str]:
        tried = [option for known, option in self._options if opening.startswith(tuple(known))]
        return re.compile("|".join(tried), re.S)


def _options(pattern: str) -> list[str]:
    """Returns what stands between the bars of a pattern, outside of brackets."""
    options, depth = [""], 0
    for piece in PIECE.findall(pattern):
        depth += (piece == "(") - (piece == ")")
        if piece == "|" and not depth:
            options.append("")
        else:
            options[-1] += piece
    return options


def _openings(pattern: str, length: int = OPENING) -> frozenset[str]:
    """Returns what a pattern can begin with, so many characters of each or fewer; an empty one
    among them, with which everything begins, if that is not easily told."""
    options = (_option_openings(PIECE.findall(option), length) for option in _options(pattern))
    return frozenset().union(*options)


def _option_openings(pieces: Sequence[str], length: int) -> frozenset[str]:
    first, rest = _head(pieces, length)
    if rest[:1] == ["+"] or (rest[:1] == ["{"] and rest[1] in "123456789"):
        return first
    if rest[:1] == ["{"]:
        return frozenset(("",))
    if rest[:1] in (["?"], ["*"]):
        return first | _option_openings(rest[1:], length)
    more = {
        n: _option_openings(rest, length - n) for n in {len(o) for o in first} if 0 < n < length
    }
    return frozenset(o + m for o in first for m in more.get(len(o), ("",)))


def _head(pieces: Sequence[str], length: int) -> tuple[frozenset[str], Sequence[str]]:
    """Returns what the first item can begin with, and the pieces after it."""
    group = GROUP.match("".join(pieces[:5]))
    if group:
        depths = accumulate((piece == "(") - (piece == ")") for piece in pieces)
        end = next(i for i, depth in enumerate(depths) if not depth)
        inside = "".join(pieces[len(group[0]) : end])
        return _openings(inside.lower(), length), pieces[end + 1 :]
    first = "".join(pieces[:1])
    is_set = PLAIN_SET.fullmatch(first)
    plain = first[-1] if PLAIN.fullmatch(first) else ""
    letters = digits if first == r"\d" else first[1:-1] if is_set else plain
    return frozenset(letters or ("",)), pieces[1:]
