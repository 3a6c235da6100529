"""Streams citations in one format."""

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Literal, get_args

from tradepress.research.citation.bib_entries import biblatex_entry, bibtex_entry
from tradepress.research.citation.cited_story import Citation
from tradepress.research.citation.csl_items import csl_item
from tradepress.research.citation.ris_records import ris_record
from tradepress.research.citation.style_names import STYLE_NAMES, StyleName

CitationFormat = Literal["text", "ris", "bibtex", "biblatex", "csl-json"]
CITATION_FORMATS: tuple[CitationFormat, ...] = get_args(CitationFormat)
DEFAULT_STYLE: StyleName = "chicago"
_RECORDS: dict[CitationFormat, Callable[[Citation], str]] = {
    "ris": ris_record,
    "bibtex": bibtex_entry,
    "biblatex": biblatex_entry,
}


def write_citations(
    citations: Iterable[Citation],
    form: CitationFormat = "text",
    style: StyleName | None = None,
) -> Iterator[str]:
    """Yields the parts of one file in their order; few are in memory at a time. What is cited by
    one name twice (versions of the same words) stands there once.

    :param style: of ``text``, which has one citation a line; None: ``chicago``
    :raises ValueError: no such format or style, or a style for another format than text; at once
    """
    if form not in CITATION_FORMATS:
        raise ValueError(f"no format {form!r}: give one of {', '.join(CITATION_FORMATS)}")
    if style is not None and form != "text":
        raise ValueError(f"a style goes with the format text, not with {form}")
    if style not in (None, *STYLE_NAMES):
        raise ValueError(f"no style {style!r}: give one of {', '.join(STYLE_NAMES)}")
    citations = _by_name(citations)
    if form == "csl-json":
        return _csl_json(citations)
    if form == "text":
        return _text(citations, style or DEFAULT_STYLE)
    return map(_RECORDS[form], citations)


def _by_name(citations: Iterable[Citation]) -> Iterator[Citation]:
    named = set[str]()
    for citation in citations:
        if citation.ref not in named:
            named.add(citation.ref)
            yield citation


def _text(citations: Iterable[Citation], style: StyleName) -> Iterator[str]:
    from tradepress.research.citation.styled_text import (
        StyledText,  # its processor takes a while to load
    )

    styled = StyledText(style)
    return (f"{styled.text(citation)}\n" for citation in citations)


def _csl_json(citations: Iterable[Citation]) -> Iterator[str]:
    before = "[\n"
    for citation in citations:
        yield before + json.dumps(csl_item(citation), ensure_ascii=False)
        before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"
