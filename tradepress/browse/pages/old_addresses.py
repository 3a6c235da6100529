"""Leads on from addresses of earlier versions, which stand in notes and footnotes."""
# mypy: disable-error-code="import-untyped"

from urllib.parse import urlencode

from datasette.app import Datasette
from datasette.utils.asgi import NotFound, Request, Response

from tradepress.browse.page_visit import PageVisit, story_path
from tradepress.browse.queries.row_refs import ref_of_story

_ORDER = {"_sort", "_sort_desc", "_sort_by_desc", "_next"}
"""Names what orders tables by other columns than their key."""
_ENDINGS = {None: "", "csv": ".csv", "json": ".jsonl"}


async def old_search(datasette: Datasette, request: Request) -> Response:
    """Leads on from ``/archive/search?q=lantern&all=1``, and its files."""
    given = PageVisit(datasette=datasette, request=request).arguments
    gone = {"all", "size"} | ({"page"} if request.url_vars["format"] else set())
    kept = [pair for pair in given if pair[0] not in gone and pair[0][:1] != "_"]
    if any(name == "all" and value for name, value in given):
        kept.append(("copies", "apart"))
    path = datasette.urls.path(f"stories{_ENDINGS[request.url_vars['format']]}")
    return Response.redirect(f"{path}?{urlencode(kept)}".rstrip("?"))


async def old_table(datasette: Datasette, request: Request) -> Response:
    """Leads on from ``/archive/versions/1.json``, and all else that Datasette had there."""
    given = PageVisit(datasette=datasette, request=request).arguments
    kept = [pair for pair in given if pair[0] not in _ORDER]
    path = datasette.urls.path(f"data{request.url_vars['rest'] or ''}")
    return Response.redirect(f"{path}?{urlencode(kept)}".rstrip("?"))


async def old_story(datasette: Datasette, request: Request) -> Response:
    """Leads on from ``/archive/articles/14``.

    :raises NotFound: no story has that number
    """
    visit = PageVisit(datasette=datasette, request=request)
    ref = await visit.ask(ref_of_story, request.url_vars["number"])
    if ref is None:
        raise NotFound("404")
    return Response.redirect(story_path(datasette, ref))
