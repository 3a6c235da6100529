"""Writes RIS: what EndNote, RefWorks, Mendeley and Zotero read. One line a tag."""

from collections.abc import Iterable, Iterator
from html import escape

from tradepress.research.citation.author_names import AuthorName
from tradepress.research.citation.cited_story import Citation
from tradepress.story import CitedAs

TYPES: dict[CitedAs, str] = {"newspaper": "NEWS", "blog": "BLOG"}


def ris_record(citation: Citation) -> str:
    """Returns one record, with the empty line that ends it."""
    return _record(_tags(citation))


def ris_for_zotero(citation: Citation) -> str:
    """Returns a record for Zotero alone, which reads every value but notes and abstracts as
    HTML: ``<i>`` would be gone from a headline, and ``&copy=2`` from an address be ``©=2``."""
    return _record(
        (tag, value if tag in ("N1", "AB") else escape(value or "", quote=False))
        for tag, value in _tags(citation)
    )


def _record(tags: Iterable[tuple[str, str | None]]) -> str:
    lines = (f"{tag}  - {value}" for tag, value in tags if value)
    return "\r\n".join([*lines, "ER  - ", "", ""])


def _tags(citation: Citation) -> Iterator[tuple[str, str | None]]:
    yield "TY", TYPES[citation.cited_as]
    yield "ID", citation.key
    for name in citation.authors:
        yield "AU", inverted(name)
    yield "TI", citation.headline
    yield "T2", citation.publication
    if citation.issued:
        year, *rest = citation.issued.split("-")
        yield "PY", year
        yield "DA", "/".join([year, *rest])
    yield "SE", citation.section
    yield "LA", citation.language
    yield "AB", citation.abstract
    yield "UR", citation.url
    yield "Y2", citation.accessed.replace("-", "/")
    yield "DB", citation.archive
    yield "AN", citation.archive_location
    yield "N1", citation.archived


def inverted(name: AuthorName) -> str:
    """Returns ``van der Berg, Jan, Jr``: a name with a comma between its parts; without any if it
    can't be parted."""
    if name.family is None:
        return " ".join(name.whole.replace(",", " ").split())
    return ", ".join(filter(None, (name.family, name.given, name.suffix)))
