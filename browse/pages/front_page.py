"""``/``: what this archive is, a field to search it, and what is new."""
# mypy: disable-error-code="import-untyped"

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from browse.page_visit import PageVisit
from browse.queries.front import front_facts


async def front_page(datasette: Datasette, request: Request) -> Response:
    """Datasette's own looks at all tables first."""
    visit = PageVisit(datasette=datasette, request=request)
    return await visit.show("index.html", await visit.ask(front_facts))
