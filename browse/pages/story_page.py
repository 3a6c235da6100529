"""``/story/wipr-14415``: one story, or ``/story/wipr-14415@2``: as it stood in that version."""
# mypy: disable-error-code="import-untyped"

from datasette.app import Datasette
from datasette.utils import tilde_decode
from datasette.utils.asgi import NotFound, Request, Response

from archive.errors import NoSuchArticle, WithdrawnArticle
from browse import story_pages
from browse.room import Room
from browse.serving import DATABASE


async def story_page(datasette: Datasette, request: Request) -> Response:
    room = Room(datasette=datasette, request=request)
    ref = tilde_decode(request.url_vars["ref"])
    try:
        table, number = await room.ask(story_pages.place_of, ref)
    except NoSuchArticle as error:
        return await no_story(room, ref, error)
    return Response.redirect(datasette.urls.row(DATABASE, table, str(number)))


async def no_story(room: Room, ref: str, error: NoSuchArticle) -> Response:
    """410 with what is left of a withdrawn story.

    :raises NotFound: there never was one
    """
    if not isinstance(error, WithdrawnArticle):
        what = "version" if "@" in ref or "older" in room.request.url_vars else "story"
        raise NotFound(f"This archive holds no {what} with the ref {ref}.")
    stone = await room.ask(story_pages.withdrawal_of, ref)
    return await room.show("withdrawn.html", {"stone": stone, "asked": ref}, status=410)
