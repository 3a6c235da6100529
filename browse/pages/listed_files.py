"""``/reading-list.ris?ref=…``: a reading list as a file, and its citations to be copied."""
# mypy: disable-error-code="import-untyped"

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlencode

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response
from sqlite_utils import Database

from browse.downloads import Download, file_name
from browse.page_visit import PageVisit
from browse.pages.cite_page import CITED_AT_ONCE
from browse.pages.reading_list_page import given_refs
from browse.pages.take_away import (
    FILES,
    TakenAs,
    citations,
    cited,
    given,
    split_style,
    stories_file,
)
from browse.queries.reading_list import versions_of
from research.citation.style_names import STYLES, CitationStyle, StyleName
from research.citation.write_citations import write_citations


@dataclass(frozen=True, kw_only=True, slots=True)
class ListedCitations:
    """What the template shows."""

    refs: Sequence[str]
    style: StyleName
    stories: int
    first: int
    """Number of the first one that is cited here, from 1."""
    cited: Sequence[str]

    @property
    def styles(self) -> Mapping[StyleName, CitationStyle]:
        return STYLES

    @property
    def last(self) -> int:
        return self.first + len(self.cited) - 1

    def parameters(self, **more: object) -> str:
        """The query string that holds the list, and these."""
        return urlencode([*more.items(), *(("ref", ref) for ref in self.refs)])


async def listed_file(datasette: Datasette, request: Request) -> Response | Download:
    """All stories that the address names, in its order."""
    visit = PageVisit(datasette=datasette, request=request)
    ending = request.url_vars["ending"]
    return _file(visit, FILES[ending], ending)


async def listed_in_style(datasette: Datasette, request: Request) -> Response | Download:
    """``/reading-list/cite.txt?style=apa&ref=…``: a citation a line."""
    visit = PageVisit(datasette=datasette, request=request)
    style, _ = split_style(visit.arguments)
    text = TakenAs(content_type="text/plain; charset=utf-8", parts=partial(cited, style=style))
    return _file(visit, text, f"{style}.txt")


async def listed_citations(datasette: Datasette, request: Request) -> Response:
    """``/reading-list/cite?style=apa&ref=…&from=26``."""
    visit = PageVisit(datasette=datasette, request=request)
    style, _ = split_style(visit.arguments)
    start = visit.number("from") or 1
    return await visit.show("listed_citations.html", await visit.ask(_cited, visit, style, start))


def _cited(db: Database, visit: PageVisit, style: StyleName, first: int) -> ListedCitations:
    refs = given_refs(visit)
    versions = versions_of(db, refs)
    first = min(max(first, 1), max(len(versions), 1))
    rows = given(visit, db, versions[first - 1 : first - 1 + CITED_AT_ONCE])
    lines = [line.rstrip("\n") for line in write_citations(citations(rows), "text", style)]
    return ListedCitations(refs=refs, style=style, stories=len(versions), first=first, cited=lines)


def _file(visit: PageVisit, form: TakenAs, ending: str) -> Response | Download:
    choose = partial(versions_of, refs=given_refs(visit))
    return stories_file(visit, choose, form, file_name("reading list", ending))
