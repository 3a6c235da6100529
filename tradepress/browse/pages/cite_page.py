"""Shows ``/stories/cite?style=apa``: the citations of a result in words, to be copied; and those
of a reading list, ``/reading-list/cite?style=apa&ref=…``."""
# mypy: disable-error-code="import-untyped"

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlencode

from datasette.app import Datasette
from datasette.utils.asgi import BadRequest, Request, Response
from markupsafe import Markup

from tradepress.archive.database import Database
from tradepress.archive.search.find_stories import count_hits
from tradepress.browse.addresses.result_address import ResultAddress, read_address
from tradepress.browse.page_visit import UNREAD, PageVisit, result_path
from tradepress.browse.pages.reading_list_page import given_refs
from tradepress.browse.pages.take_away import chosen_by, citations, given, split_style
from tradepress.browse.queries.reading_list import versions_of
from tradepress.research.citation.style_names import STYLES, CitationStyle, StyleName
from tradepress.research.citation.styled_runs import as_html
from tradepress.research.citation.styled_text import styled_text
from tradepress.research.citation.write_citations import each_once

CITED_AT_ONCE = 25
"""Counts the citations of one page: a tenth of a second's work."""
MOST_CITED = 1000
"""Limits the stories of a result whose citations are shown: nobody copies more from pages."""


class CitePath(Protocol):
    """Gives the address of citations; with the ending ``.txt`` that of all of them as a file."""

    def __call__(self, ending: str, *, style: StyleName, page: int = 1) -> str: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class CitePage:
    """Holds what the template shows."""

    style: StyleName
    stories: int
    """Counts the stories of the result, or of the list."""
    number: int
    """Is the number of this page, from 1."""
    cited: Sequence[Markup]
    """Lists the citations of this page."""
    order: str
    """Is the order in words."""
    back: str
    """Is the address of the stories."""
    path: CitePath
    is_too_much: bool = False

    @property
    def styles(self) -> Mapping[StyleName, CitationStyle]:
        return STYLES

    @property
    def pages(self) -> int:
        return -(-self.stories // CITED_AT_ONCE)

    @property
    def first(self) -> int:
        """Returns the number of the first story that is cited here, from 1."""
        return CITED_AT_ONCE * (self.number - 1) + 1


async def cite_page(datasette: Datasette, request: Request) -> Response:
    """Shows the citations of a result.

    :raises BadRequest: the query can't be read, or there is no such style
    """
    visit = PageVisit(datasette=datasette, request=request)
    style, others = split_style(visit.arguments)
    try:
        address = read_address(others)
        stories, cited = await visit.ask(cited_of_result, address, style, visit)
    except ValueError as error:
        raise BadRequest(UNREAD.format(error)) from error
    result = address.whole

    def path(ending: str, *, style: StyleName, page: int = 1) -> str:
        return result_path(datasette, result.at(page), f"/cite{ending}", style=style)

    page = CitePage(
        style=style,
        stories=stories,
        number=address.page,
        cited=cited,
        order=_order("the oldest story first", style),
        back=result_path(datasette, result),
        path=path,
        is_too_much=stories > MOST_CITED,
    )
    return await visit.show("cite.html", page)


async def cite_list_page(datasette: Datasette, request: Request) -> Response:
    """Shows the citations of a reading list.

    :raises BadRequest: there is no such style
    """
    visit = PageVisit(datasette=datasette, request=request)
    style, _ = split_style(visit.arguments)
    refs, number = given_refs(visit), visit.number("page") or 1
    stories, cited = await visit.ask(cited_of_refs, refs, number, style, visit)
    listed = [("ref", ref) for ref in refs]

    def path(ending: str, *, style: StyleName, page: int = 1) -> str:
        own = [("style", style), *([("page", str(page))] if page > 1 else [])]
        return f"{datasette.urls.path(f'reading-list/cite{ending}')}?{urlencode([*own, *listed])}"

    page = CitePage(
        style=style,
        stories=stories,
        number=number,
        cited=cited,
        order=_order("in the order of the list", style),
        back=f"{datasette.urls.path('reading-list')}?{urlencode(listed)}",
        path=path,
    )
    return await visit.show("cite.html", page)


def cited_of_result(
    db: Database, address: ResultAddress, style: StyleName, visit: PageVisit
) -> tuple[int, Sequence[Markup]]:
    """Counts the stories, and cites those of the page, unless it is too much.

    :raises ValueError: the query can't be read
    """
    stories = count_hits(db, address.query, fold=address.fold)
    if stories > MOST_CITED:
        return stories, []
    return stories, _cited(db, [*chosen_by(address)(db)], address.page, style, visit)


def cited_of_refs(
    db: Database, refs: Sequence[str], number: int, style: StyleName, visit: PageVisit
) -> tuple[int, Sequence[Markup]]:
    versions = versions_of(db, refs)
    return len(versions), _cited(db, versions, number, style, visit)


def _cited(
    db: Database, versions: Sequence[int], number: int, style: StyleName, visit: PageVisit
) -> Sequence[Markup]:
    start = CITED_AT_ONCE * (number - 1)
    rows = given(visit, db, versions[start : start + CITED_AT_ONCE])
    written = styled_text(style).write(each_once(citations(rows)))
    return [Markup(as_html(runs)) for _, runs in written]


def _order(order: str, style: StyleName) -> str:
    return order if styled_text(style).is_note else f"{order}, each page sorted by the style"
