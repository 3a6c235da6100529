"""``/stories/cite?style=apa``: the citations of a result in words, to be copied."""
# mypy: disable-error-code="import-untyped"

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from datasette.app import Datasette
from datasette.utils.asgi import BadRequest, Request, Response
from sqlite_utils import Database

from archive.search.find_stories import count_hits
from browse.page_visit import UNREAD, PageVisit
from browse.pages.take_away import chosen_by, citations, given, split_style
from browse.result_address import ResultAddress, read_address
from research.citation.style_names import STYLES, CitationStyle, StyleName
from research.citation.write_citations import write_citations

CITED_AT_ONCE = 25
"""Citations of one page: a tenth of a second's work."""
MOST_CITED = 1000
"""Stories of a result whose citations are shown: nobody copies more from pages."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CitePage:
    """What the template shows."""

    address: ResultAddress
    style: StyleName
    stories: int
    """Of the result."""
    cited: Sequence[str]
    """Of this page, in the order of their days."""

    @property
    def styles(self) -> Mapping[StyleName, CitationStyle]:
        return STYLES

    @property
    def is_too_much(self) -> bool:
        return self.stories > MOST_CITED

    @property
    def pages(self) -> int:
        return -(-self.stories // CITED_AT_ONCE)

    @property
    def first(self) -> int:
        """Number of the first story that is cited here, from 1."""
        return CITED_AT_ONCE * (self.address.page - 1) + 1


async def cite_page(datasette: Datasette, request: Request) -> Response:
    visit = PageVisit(datasette=datasette, request=request)
    style, others = split_style(visit.arguments)
    try:
        page = await visit.ask(citations_of, read_address(others), style, visit)
    except ValueError as error:
        raise BadRequest(UNREAD.format(error)) from error
    return await visit.show("cite.html", page)


def citations_of(
    db: Database, address: ResultAddress, style: StyleName, visit: PageVisit
) -> CitePage:
    """
    :raises ValueError: the query can't be read
    """
    stories = count_hits(db, address.query, fold=address.fold)
    if stories > MOST_CITED:
        return CitePage(address=address, style=style, stories=stories, cited=[])
    start = CITED_AT_ONCE * (address.page - 1)
    rows = given(visit, db, [*chosen_by(address)(db)][start : start + CITED_AT_ONCE])
    cited = [line.rstrip("\n") for line in write_citations(citations(rows), "text", style)]
    return CitePage(address=address, style=style, stories=stories, cited=cited)
