"""``/``: what this archive is, a field to search it, and what is new."""
# mypy: disable-error-code="import-untyped"

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from browse.queries.front import front_facts
from browse.room import Room


async def front_page(datasette: Datasette, request: Request) -> Response:
    """Datasette's own looks at all tables first."""
    room = Room(datasette=datasette, request=request)
    return await room.show("index.html", await room.ask(front_facts))
