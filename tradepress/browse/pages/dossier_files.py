"""Serves ``/stories/dossier.html?q=lantern&style=apa`` and ``/reading-list/dossier.docx?ref=…``:
the stories of a result or a reading list as one document."""
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
    Choose,
    asked_result,
    chosen_by,
    given,
    made_file,
    result_name,
    split_style,
)
from tradepress.browse.queries.reading_list import versions_of
from tradepress.research.dossier.docx_form import DocxMissing
from tradepress.research.dossier.dossier import gather_dossier
from tradepress.research.dossier.write_dossier import FORMS, require_form


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
        chosen = [*choose(db)]
        rows = given(visit, db, chosen)
        today = utc_now()[:10]
        return written(
            gather_dossier(db, rows, len(chosen), query, archive=home, style=style, accessed=today)
        )

    return made_file(visit, parts, content_type, name)
