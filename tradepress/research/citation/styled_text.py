"""Writes citations in words, by the rules of a citation style (CSL 1.0.2)."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice
from pathlib import Path
from threading import get_ident
from typing import Protocol

from tradepress.research.citation.cited_story import Citation
from tradepress.research.citation.csl_items import CslItem, csl_item
from tradepress.research.citation.mended_style import (
    BEGIN,
    CLOSE_QUOTE,
    END,
    OPEN_QUOTE,
    SIGNS,
    MendedStyle,
)
from tradepress.research.citation.pandoc_style import PandocStyle
from tradepress.research.citation.style_names import STYLES, ProcessorName, StyleName, style_file
from tradepress.research.citation.styled_runs import Runs, StyledRun, as_text

AT_ONCE = 100
"""Counts the footnotes that are in memory."""
_QUOTED = re.compile(
    r"“([^“”]*)”|\"([^\"]*)\"|(?<![^\W_])[‘']((?:[^‘’']|[’'](?=[^\W_])){0,300})[’'](?![^\W_])"
)
_APOSTROPHE = re.compile(r"(?<=[^\W\d_])'")


class _Processor(Protocol):
    is_note: bool

    def write(self, items: Sequence[CslItem]) -> Iterator[tuple[str, Runs]]: ...


class StyledText:
    """Is one style, read once for many citations."""

    def __init__(self, style: StyleName | Path, processor: ProcessorName = "citeproc") -> None:
        """Reads the style.

        :raises UnusableStyle: no style that can be carried out; says why
        """
        file = style_file(style)
        self._type = None if isinstance(style, Path) else STYLES[style].type
        self._is_ours = processor == "citeproc"
        self._processor: _Processor = MendedStyle(file) if self._is_ours else PandocStyle(file)

    @property
    def is_note(self) -> bool:
        """Tells whether its citations are footnotes; else they are entries of a sorted list."""
        return self._processor.is_note

    def text(self, citation: Citation) -> str:
        """Writes one line: what the style says, and in brackets where the page is archived."""
        return as_text(self.runs(citation))

    def runs(self, citation: Citation) -> Runs:
        """Returns what :meth:`text` writes, with italics and small capitals."""
        ((_, runs),) = self.write([citation])
        return runs

    def write(self, citations: Iterable[Citation]) -> Iterator[tuple[Citation, Runs]]:
        """Yields footnotes in the order given; or the entries of a list in the style's order.

        The brackets are ours: few styles have a place for a capture, and none for its time.

        :raises UnusableStyle: the style can't be carried out
        """
        stream = iter(citations)
        while group := [*islice(stream, AT_ONCE if self.is_note else None)]:
            named = {citation.key.lower(): citation for citation in group}
            items = [self._item(citation) for citation in group]
            for key, runs in self._processor.write(items):
                citation = named[key.lower()]
                yield citation, (*runs, StyledRun(text=f" [{citation.archived}]"))

    def _item(self, citation: Citation) -> CslItem:
        item = csl_item(citation)
        for name in ("archive", "archive_location", "note", "abstract"):
            item.pop(name, None)  # type: ignore[misc]
        item["type"] = self._type or item["type"]
        item["title"] = citation.headline_as_sentence or citation.headline
        if not self._is_ours:
            return item
        for name, value in item.items():
            if isinstance(value, str):
                item[name] = value.translate(SIGNS)  # type: ignore[literal-required]
        item["title"] = _by_itself(_quotes_marked(item["title"]))
        item["container-title"] = _by_itself(item["container-title"])
        for author in item.get("author", []):
            for part, value in author.items():
                author[part] = _by_itself(str(value).translate(SIGNS))  # type: ignore[literal-required]
        return item


@lru_cache(maxsize=64)
def _read_once(style: StyleName, _thread: int) -> StyledText:
    return StyledText(style)


def styled_text(style: StyleName) -> StyledText:
    """Returns a style of the program, read once for each thread: citeproc-py keeps in it what it
    is about to write."""
    return _read_once(style, get_ident())


def _quotes_marked(text: str) -> str:
    """Marks what is quoted within a headline, in whatever signs, and sets apostrophes."""

    def marked(quoted: re.Match[str]) -> str:
        return OPEN_QUOTE + _quotes_marked(next(filter(None, quoted.groups()), "")) + CLOSE_QUOTE

    return _APOSTROPHE.sub("’", _QUOTED.sub(marked, text))


def _by_itself(text: str) -> str:
    """Marks what has letters that are written from right to left."""
    if any(unicodedata.bidirectional(letter) in ("R", "AL") for letter in text):
        return f"{BEGIN['isolated']}{text}{END['isolated']}"
    return text
