"""Says what a public room has where others have tables, SQL and the operators' pages."""
# mypy: disable-error-code="import-untyped"

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from tradepress.browse.pages.mistakes import mistake_page

CLOSED = r"^/(?:data|archive|coverage|health|runs?)(?:[./].*)?$"
"""Matches the addresses that are closed."""
WORDS = (
    "Tables, SQL and the operators’ pages are closed to the public, for they hold the publishers’ "
    "texts. Search the stories: each leads to its original."
)


async def closed_page(datasette: Datasette, request: Request) -> Response:
    return await mistake_page(datasette, request, 403, WORDS)
