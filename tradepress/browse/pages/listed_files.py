"""Serves ``/reading-list.ris?ref=…``: a reading list as a file."""
# mypy: disable-error-code="import-untyped"

from functools import partial

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from tradepress.browse.downloads import Download, file_name
from tradepress.browse.page_visit import PageVisit
from tradepress.browse.pages.reading_list_page import given_refs
from tradepress.browse.pages.take_away import (
    FILES,
    TakenAs,
    cited,
    split_style,
    stories_file,
)
from tradepress.browse.queries.reading_list import versions_of


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
