"""Streams citations in one format."""

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Literal, get_args

from tradepress.research.citation.bib_entries import biblatex_entry, bibtex_entry
from tradepress.research.citation.cited_story import Citation
from tradepress.research.citation.csl_items import csl_item
from tradepress.research.citation.ris_records import ris_record
from tradepress.research.citation.style_names import STYLE_NAMES, ProcessorName, StyleName
from tradepress.research.citation.styled_runs import Runs, as_html, as_markdown, as_text

CitationFormat = Literal["text", "html", "markdown", "ris", "bibtex", "biblatex", "csl-json"]
CITATION_FORMATS: tuple[CitationFormat, ...] = get_args(CitationFormat)
DEFAULT_STYLE: StyleName = "chicago"
IN_WORDS: dict[CitationFormat, tuple[str, Callable[[Runs], str], str]] = {
    "text": ("", lambda runs: f"{as_text(runs)}\n", ""),
    "markdown": ("", lambda runs: f"{as_markdown(runs)}\n\n", ""),
    "html": (
        '<!DOCTYPE html>\n<html>\n<meta charset="utf-8">\n<title>Citations</title>\n'
        "<style>.smallcaps { font-variant: small-caps; }</style>\n",
        lambda runs: f'<p class="csl-entry">{as_html(runs)}</p>\n',
        "</html>\n",
    ),
}
"""Maps the formats in words to what stands before, what becomes of each, and what stands behind."""
_RECORDS: dict[CitationFormat, Callable[[Citation], str]] = {
    "ris": ris_record,
    "bibtex": bibtex_entry,
    "biblatex": biblatex_entry,
}


def write_citations(
    citations: Iterable[Citation],
    form: CitationFormat = "text",
    style: StyleName | Path | None = None,
    processor: ProcessorName = "citeproc",
) -> Iterator[str]:
    """Yields the parts of one file in their order; few are in memory at a time. What is cited by
    one name twice (versions of the same words) stands there once.

    :param style: of what is in words, a paragraph or line each: one that comes with the program, or
        a file (CSL 1.0); None: ``chicago``. An entry of a list is sorted as the style says
    :param processor: ``pandoc``, where it is installed, instead of our own
    :raises ValueError: no such format or style, or a style for a format that is not in words; at
        once. A style that can't be carried out: as soon as that is known
    """
    if form not in CITATION_FORMATS:
        raise ValueError(f"no format {form!r}: give one of {', '.join(CITATION_FORMATS)}")
    if style is not None and form not in IN_WORDS:
        raise ValueError(f"a style goes with {', '.join(IN_WORDS)}, not with {form}")
    if not (isinstance(style, Path) or style in (None, *STYLE_NAMES)):
        raise ValueError(f"no style {style!r}: give one of {', '.join(STYLE_NAMES)}")
    citations = each_once(citations)
    if form == "csl-json":
        return _csl_json(citations)
    if form in IN_WORDS:
        return _in_words(citations, form, style or DEFAULT_STYLE, processor)
    return map(_RECORDS[form], citations)


def each_once(citations: Iterable[Citation]) -> Iterator[Citation]:
    """Yields citations, of those of one name the first."""
    named = set[str]()
    for citation in citations:
        if citation.ref not in named:
            named.add(citation.ref)
            yield citation


def _in_words(
    citations: Iterable[Citation],
    form: CitationFormat,
    style: StyleName | Path,
    processor: ProcessorName,
) -> Iterator[str]:
    # Its processor takes a while to load.
    from tradepress.research.citation.styled_text import StyledText, styled_text

    if isinstance(style, Path) or processor != "citeproc":
        styled = StyledText(style, processor)
    else:
        styled = styled_text(style)
    before, written, after = IN_WORDS[form]

    def parts() -> Iterator[str]:
        yield before
        for _, runs in styled.write(citations):
            yield written(runs)
        yield after

    return filter(None, parts())


def _csl_json(citations: Iterable[Citation]) -> Iterator[str]:
    before = "[\n"
    for citation in citations:
        yield before + json.dumps(csl_item(citation), ensure_ascii=False)
        before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"
