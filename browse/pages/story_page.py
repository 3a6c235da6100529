"""``/story/wipr-14415``: one story, or ``/story/wipr-14415@2``: as it stood in that version."""
# mypy: disable-error-code="import-untyped"

from datasette.app import Datasette
from datasette.utils import tilde_decode
from datasette.utils.asgi import NotFound, Request, Response

from archive.errors import NoSuchArticle, WithdrawnArticle
from browse import story_pages
from browse.datasette_settings import DATABASE
from browse.page_visit import PageVisit


async def story_page(datasette: Datasette, request: Request) -> Response:
    visit = PageVisit(datasette=datasette, request=request)
    ref = tilde_decode(request.url_vars["ref"])
    try:
        table, number = await visit.ask(story_pages.place_of, ref)
    except NoSuchArticle as error:
        return await no_story(visit, ref, error)
    return Response.redirect(datasette.urls.row(DATABASE, table, str(number)))


async def no_story(visit: PageVisit, ref: str, error: NoSuchArticle) -> Response:
    """410 with what is left of a withdrawn story.

    :raises NotFound: there never was one
    """
    if not isinstance(error, WithdrawnArticle):
        what = "version" if "@" in ref or "older" in visit.request.url_vars else "story"
        raise NotFound(f"This archive holds no {what} with the ref {ref}.")
    stone = await visit.ask(story_pages.withdrawal_of, ref)
    return await visit.show("withdrawn.html", {"stone": stone, "asked": ref}, status=410)
