"""Serves ``/stories/dossier.html?q=lantern&style=apa`` and ``/reading-list/dossier.docx?ref=…``:
the stories of a result or a reading list as one document."""
# mypy: disable-error-code="import-untyped"

from collections.abc import Iterator
from functools import partial
from importlib.util import find_spec

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
from tradepress.research.citation.style_names import StyleName
from tradepress.research.dossier.docx_form import DocxMissing
from tradepress.research.dossier.forms import FORMS, DossierForm, form_of
from tradepress.research.dossier.gather_dossier import Asked, gather_dossier, names_of, within


def dossier_forms() -> list[str]:
    """Lists the endings of the forms that can be written here."""
    return [one for one in FORMS if one != "docx" or find_spec("docx") is not None]


async def result_dossier(datasette: Datasette, request: Request) -> Response | Download:
    """Serves all of a result as the page counts it.

    :raises BadRequest: the query can't be read, or there is no such style
    """
    visit, ending = PageVisit(datasette=datasette, request=request), request.url_vars["ending"]
    style, others = split_style(visit.arguments)
    address = await asked_result(visit, others)
    name = result_name(address, f"dossier.{ending}")
    return _made(visit, ending, chosen_by(address), address.query, style, name)


async def listed_dossier(datasette: Datasette, request: Request) -> Response | Download:
    """Serves the stories that the address names, in its order.

    :raises BadRequest: there is no such style
    """
    visit, ending = PageVisit(datasette=datasette, request=request), request.url_vars["ending"]
    style, _ = split_style(visit.arguments)
    choose = partial(versions_of, refs=given_refs(visit))
    return _made(visit, ending, choose, None, style, file_name("reading list", f"dossier.{ending}"))


def _made(
    visit: PageVisit,
    ending: str,
    choose: Choose,
    query: StoryQuery | None,
    style: StyleName,
    name: str,
) -> Response | Download:
    form = _form_here(ending)
    home = visit.datasette.absolute_url(visit.request, visit.datasette.urls.instance())
    asked = Asked(query=query, archive=home, style=style, accessed=utc_now()[:10])

    def parts(db: Database) -> Iterator[bytes]:
        chosen, noted = within([*choose(db)], asked, partial(names_of, db))
        return form.parts(gather_dossier(db, given(visit, db, chosen), noted))

    return made_file(visit, parts, form.content_type, name)


def _form_here(ending: str) -> DossierForm:
    try:
        return form_of(ending)
    except DocxMissing as error:
        raise NotFound(f"There is no dossier as docx here: {error}.") from error
