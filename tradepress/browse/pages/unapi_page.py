"""Serves ``/unapi?id=wipr-14415@2&format=ris``: what Zotero's button asks for (unAPI, version
1)."""
# mypy: disable-error-code="import-untyped"

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response
from markupsafe import escape

from tradepress.archive.errors import NoSuchArticle
from tradepress.browse.page_visit import PageVisit
from tradepress.browse.pages.take_away import citations, one_given
from tradepress.research.citation.ris_records import ris_for_zotero

FORMAT = "ris"
CONTENT_TYPE = "application/x-research-info-systems"


async def unapi_page(datasette: Datasette, request: Request) -> Response:
    visit = PageVisit(datasette=datasette, request=request)
    ref, form = (request.args.get(name) or "" for name in ("id", "format"))
    if not ref:
        return _formats("", status=200)
    try:
        row = await visit.ask_of_story(one_given, ref, visit)
    except NoSuchArticle as error:
        return Response.text(f"{error}\n", status=404)
    if not form:
        return _formats(ref, status=300)
    if form != FORMAT:
        return Response.text(f"There is no format {form!r}; there is {FORMAT}.\n", status=406)
    (citation,) = citations([row])
    return Response(ris_for_zotero(citation), content_type=f"{CONTENT_TYPE}; charset=utf-8")


def _formats(ref: str, *, status: int) -> Response:
    of = f' id="{escape(ref)}"' if ref else ""
    listed = f'<format name="{FORMAT}" type="{CONTENT_TYPE}"/>'
    xml = f'<?xml version="1.0" encoding="UTF-8"?>\n<formats{of}>{listed}</formats>\n'
    return Response(xml, status=status, content_type="application/xml; charset=utf-8")
