"""Reads texts in which somebody marked what they name.

Items stand apart by an empty line; within one a line break is a space. A mark is
``{{kind|as printed}}`` or ``{{kind|normal form|as printed}}``; what ``{{kind?|as printed}}`` marks
may be found or not: readers differ. Marks may hold marks.
"""

from dataclasses import dataclass
from pathlib import Path

from tradepress.mentions.spot import Spot
from tradepress.story import MENTION_KINDS, MentionKind


@dataclass(frozen=True, kw_only=True)
class MarkedText:
    """A sentence or a short paragraph, and what it names."""

    text: str
    """Without its marks."""
    marks: tuple[Spot, ...]
    """In the order of their beginnings; without a normal form the value is as printed."""
    open_marks: tuple[Spot, ...] = ()
    """Those that may be found or not."""


def read_marked(path: Path) -> list[MarkedText]:
    """
    :raises ValueError: a mark can't be read; says where
    """
    blocks = path.read_text("utf-8").split("\n\n")
    return [parse_marked(" ".join(block.split("\n"))) for block in blocks if block.strip()]


def parse_marked(marked: str) -> MarkedText:
    """
    :raises ValueError: a mark can't be read; says where
    """
    text, found = _parse(marked.strip(), 0)
    found.sort(key=lambda one: (one[1].start, -one[1].end))
    return MarkedText(
        text=text,
        marks=tuple(spot for is_open, spot in found if not is_open),
        open_marks=tuple(spot for is_open, spot in found if is_open),
    )


def _parse(marked: str, offset: int) -> tuple[str, list[tuple[bool, Spot]]]:
    """
    :param offset: where the text begins in that of the whole item
    """
    text, found = "", []
    while (opening := marked.find("{{")) >= 0:
        text += marked[:opening]
        end = _closing(marked, opening)
        inner, marked = marked[opening + 2 : end], marked[end + 2 :]
        head, bar, printed = inner.partition("|")
        kind, is_open = head.removesuffix("?"), head.endswith("?")
        if not bar or kind not in MENTION_KINDS:
            raise ValueError(f"no kind of mention: {head!r} in {inner!r}")
        value: str | None = None
        if "|" in printed.partition("{{")[0]:
            value, _, printed = printed.partition("|")
        start = offset + len(text)
        plain, nested = _parse(printed, start)
        if not plain or plain != plain.strip():
            raise ValueError(f"nothing printed, or white space at its ends: {inner!r}")
        text += plain
        found += [(is_open, _spot(start, plain, kind, value)), *nested]
    if "}}" in marked:
        raise ValueError(f"closed without being opened: {marked!r}")
    return text + marked, found


def _spot(start: int, printed: str, kind: MentionKind, value: str | None) -> Spot:
    return Spot(start=start, end=start + len(printed), kind=kind, value=value or printed)


def _closing(marked: str, opening: int) -> int:
    """Where the braces stand that close those at ``opening``."""
    depth, position = 1, opening + 2
    while depth:
        close, other = marked.find("}}", position), marked.find("{{", position)
        if close < 0:
            raise ValueError(f"opened without being closed: {marked[opening : opening + 60]!r}")
        is_deeper = 0 <= other < close
        depth += 1 if is_deeper else -1
        position = (other if is_deeper else close) + 2
    return position - 2
