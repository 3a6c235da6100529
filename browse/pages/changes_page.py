"""``/story/wipr-14415/changes/1/2``: what changed in a story from one version to another."""
# mypy: disable-error-code="import-untyped"

from datasette.app import Datasette
from datasette.utils import tilde_decode
from datasette.utils.asgi import Request, Response

from archive.errors import NoSuchArticle
from browse import story_pages
from browse.page_visit import PageVisit
from browse.pages.story_page import no_story


async def changes_page(datasette: Datasette, request: Request) -> Response:
    visit = PageVisit(datasette=datasette, request=request)
    ref = tilde_decode(request.url_vars["ref"])
    older, newer = (int(request.url_vars[name]) for name in ("older", "newer"))
    try:
        changes = await visit.ask(story_pages.changes_between, ref, older, newer)
    except NoSuchArticle as error:
        return await no_story(visit, ref, error)
    return await visit.show("changes.html", changes)
