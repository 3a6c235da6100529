"""Serves ``/reading-list.ris?ref=…``: a reading list as a file; and as one document, like a result,
``/reading-list/dossier.docx?ref=…``, ``/stories/dossier.html?q=lantern&style=apa``."""
# mypy: disable-error-code="import-untyped"

from collections.abc import Iterator
from functools import partial

from datasette.app import Datasette
from datasette.utils.asgi import NotFound, Request, Response

from tradepress.archive.clock import utc_now
from tradepress.archive.database import Database
from tradepress.archive.search.story_query import StoryQuery
from tradepress.browse.downloads import Download, file_name
from tradepress.browse.page_visit import PageVisit
from tradepress.browse.pages.reading_list_page import given_refs
from tradepress.browse.pages.take_away import (
    FILES,
    Choose,
    TakenAs,
    asked_result,
    chosen_by,
    cited,
    given,
    made_file,
    result_name,
    split_style,
    stories_file,
)
from tradepress.browse.queries.reading_list import versions_of
from tradepress.research.dossier.dossier import gather_dossier
from tradepress.research.dossier.write_dossier import FORMS, DocxMissing, require_form


async def listed_file(datasette: Datasette, request: Request) -> Response | Download:
    """Serves all stories that the address names, in its order."""
    visit = PageVisit(datasette=datasette, request=request)
    ending = request.url_vars["ending"]
    return _file(visit, FILES[ending], ending)


async def listed_in_style(datasette: Datasette, request: Request) -> Response | Download:
    """Serves ``/reading-list/cite.txt?style=apa&ref=…``: a citation a line."""
    visit = PageVisit(datasette=datasette, request=request)
    style, _ = split_style(visit.arguments)
    text = TakenAs(content_type="text/plain; charset=utf-8", parts=partial(cited, style=style))
    return _file(visit, text, f"{style}.txt")


def _file(visit: PageVisit, form: TakenAs, ending: str) -> Response | Download:
    choose = partial(versions_of, refs=given_refs(visit))
    return stories_file(visit, choose, form, file_name("reading list", ending))


async def dossier_file(datasette: Datasette, request: Request) -> Response | Download:
    """Serves all of a result, or the stories that the address names, in its order.

    :raises BadRequest: the query can't be read, or there is no such style
    :raises NotFound: nothing here writes a docx
    """
    visit, ending = PageVisit(datasette=datasette, request=request), request.url_vars["ending"]
    try:
        require_form(ending)
    except DocxMissing as error:
        raise NotFound(f"There is no dossier as docx here: {error}.") from error
    style, others = split_style(visit.arguments)
    content_type, written = FORMS[ending]
    query: StoryQuery | None = None
    choose: Choose = partial(versions_of, refs=given_refs(visit))
    name = file_name("reading list", f"dossier.{ending}")
    if request.url_vars["of"] == "stories":
        address = await asked_result(visit, others)
        query, choose = address.query, chosen_by(address)
        name = result_name(address, f"dossier.{ending}")
    home = datasette.absolute_url(request, datasette.urls.instance())

    def parts(db: Database) -> Iterator[bytes]:
        rows, today = given(visit, db, choose(db)), utc_now()[:10]
        return written(gather_dossier(db, rows, query, archive=home, style=style, accessed=today))

    return made_file(visit, parts, content_type, name)
