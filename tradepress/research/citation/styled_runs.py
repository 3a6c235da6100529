"""Holds what a citation says with its italics and small capitals, and writes that in mark-up."""

import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal, get_args

Face = Literal["italic", "bold", "small-caps", "underline", "superscript", "subscript", "isolated"]
FACES: tuple[Face, ...] = get_args(Face)
"""Lists the faces of letters, and what is written in the other direction: that stands by itself."""
_HTML: dict[Face, tuple[str, str]] = {
    "italic": ("<i>", "</i>"),
    "bold": ("<b>", "</b>"),
    "small-caps": ('<span class="smallcaps">', "</span>"),
    "underline": ("<u>", "</u>"),
    "superscript": ("<sup>", "</sup>"),
    "subscript": ("<sub>", "</sub>"),
    "isolated": ("<bdi>", "</bdi>"),
}
_MARKDOWN: dict[Face, tuple[str, str]] = {
    **_HTML,
    "italic": ("*", "*"),
    "bold": ("**", "**"),
    "small-caps": ("[", "]{.smallcaps}"),
}
_OF_MARKDOWN = re.compile(r"[\\`*_{}\[\]<#|~^$@'\"]|&(?=[\w#])|-(?=-)|(?<=-)-|\.(?=\.)|^[>+-]")


@dataclass(frozen=True, kw_only=True, slots=True)
class StyledRun:
    """Is a part of a citation that is set in one way."""

    text: str
    faces: tuple[Face, ...] = ()
    """Lists the outermost first."""


Runs = Sequence[StyledRun]


def joined(runs: Iterable[StyledRun]) -> list[StyledRun]:
    """Joins neighbours that are set in the same way."""
    return [
        StyledRun(text="".join(run.text for run in group), faces=faces)
        for faces, group in groupby(runs, key=lambda run: run.faces)
    ]


def as_text(runs: Runs) -> str:
    """Returns the signs alone; what is written in the other direction stands between isolates."""
    return "".join(
        f"\u2068{run.text}\u2069" if "isolated" in run.faces else run.text for run in runs
    )


def as_html(runs: Runs) -> str:
    """Returns mark-up for a paragraph; every sign of the citation is text in it."""
    return "".join(_within(_HTML, run, html.escape(run.text, quote=False)) for run in runs)


def as_markdown(runs: Runs) -> str:
    """Returns Pandoc's Markdown; every sign of the citation is text in it."""
    return "".join(_within(_MARKDOWN, run, _OF_MARKDOWN.sub(r"\\\g<0>", run.text)) for run in runs)


def _within(signs: dict[Face, tuple[str, str]], run: StyledRun, text: str) -> str:
    for face in reversed(run.faces):
        text = text.join(signs[face])
    return text
