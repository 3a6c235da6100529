"""Writes CSL-JSON: what Zotero, Pandoc and every processor of citation styles read."""

from typing import TypedDict

from tradepress.research.citation.author_names import AuthorName
from tradepress.research.citation.cited_story import Citation
from tradepress.story import CitedAs


class CslName(TypedDict, total=False):
    family: str
    given: str
    suffix: str
    literal: str


CslDate = TypedDict("CslDate", {"date-parts": list[list[int]]})
CslItem = TypedDict(
    "CslItem",
    {
        "id": str,
        "type": str,
        "author": list[CslName],
        "title": str,
        "container-title": str,
        "issued": CslDate,
        "section": str,
        "language": str,
        "abstract": str,
        "URL": str,
        "accessed": CslDate,
        "archive": str,
        "archive_location": str,
        "note": str,
    },
    total=False,
)
TYPES: dict[CitedAs, str] = {"newspaper": "article-newspaper", "blog": "post-weblog"}


def csl_item(citation: Citation) -> CslItem:
    """Returns the variables as CSL 1.0.2 names them; what is unknown is left out."""
    item = CslItem(id=citation.key, type=TYPES[citation.cited_as], title=citation.headline)
    if citation.authors:
        item["author"] = [_csl_name(name) for name in citation.authors]
    item["container-title"] = citation.publication
    if citation.issued:
        item["issued"] = _csl_date(citation.issued)
    if citation.section:
        item["section"] = citation.section
    if citation.language:
        item["language"] = citation.language
    if citation.abstract:
        item["abstract"] = citation.abstract
    item["URL"] = citation.url
    item["accessed"] = _csl_date(citation.accessed)
    item["archive"] = citation.archive
    item["archive_location"] = citation.archive_location
    item["note"] = citation.archived
    return item


def _csl_name(name: AuthorName) -> CslName:
    if name.family is None or name.given is None:
        return {"literal": name.whole}
    # Zotero would lose a particle in a field of its own; processors find it in the family name.
    parts = CslName(family=name.family, given=name.given)
    return {**parts, "suffix": name.suffix} if name.suffix else parts


def _csl_date(iso: str) -> CslDate:
    return {"date-parts": [[int(part) for part in iso.split("-")]]}
