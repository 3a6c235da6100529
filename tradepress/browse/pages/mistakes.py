"""Tells a visitor whose page can't be shown why, and what can be done about it."""
# mypy: disable-error-code="import-untyped"

import sqlite3
import traceback

from datasette.app import Datasette
from datasette.database import QueryInterrupted
from datasette.utils.asgi import Base400, Request, Response
from datasette.views.base import DatasetteError

from tradepress.archive.errors import ArchiveError, UnreadableStory
from tradepress.browse.datasette_settings import DATABASE
from tradepress.browse.page_visit import PageVisit
from tradepress.browse.serving.gate import NO_PAGE
from tradepress.browse.words.rendering import capitalize_first

TOO_LONG = (
    "This took too long and was stopped. Ask for less: a year, a source, fewer words, a LIMIT."
)
UNREADABLE = (
    "The archive can't be read just now. If this lasts, tell whoever keeps it: "
    "`tradepress verify` says what is wrong."
)
ONE_UNREADABLE = "{}. Tell whoever keeps it: an older copy may have them."
OUR_FAULT = (
    "Something went wrong here that is no mistake of yours. Whoever keeps this archive finds "
    "what it was in the output of `tradepress browse`."
)


def mistake_in_words(exception: Exception) -> tuple[int, str]:
    """Returns status and words for what was asked wrongly, or can't be answered."""
    if isinstance(exception, QueryInterrupted) or (
        isinstance(exception, DatasetteError) and exception.title == "SQL Interrupted"
    ):
        return 400, TOO_LONG
    if isinstance(exception, DatasetteError):
        # Datasette calls it 500 where it was asked to sort by no column, and the like.
        return (400 if exception.status == 500 else exception.status), str(exception.message)
    if isinstance(exception, Base400):
        said = str(exception.args[0])
        return exception.status, NO_PAGE if said in ("404", "Database not found") else said
    if isinstance(exception, UnreadableStory):
        return 503, ONE_UNREADABLE.format(capitalize_first(exception.what))
    if isinstance(exception, ArchiveError | sqlite3.DatabaseError):
        return 503, UNREADABLE
    return 500, OUR_FAULT


async def exception_page(datasette: Datasette, request: Request, exception: Exception) -> Response:
    """Shows what failed in our words; of a failure of ours the operator's terminal has the rest."""
    status, said = mistake_in_words(exception)
    if status >= 500:
        traceback.print_exception(exception)
    title = "This can’t be read" if status == 503 else None
    return await mistake_page(datasette, request, status, said, title)


async def mistake_page(
    datasette: Datasette, request: Request, status: int, said: str, title: str | None = None
) -> Response:
    """Shows what went wrong, as a page or as JSON.

    :param title: None: that of the status
    """
    route = PageVisit(datasette=datasette, request=request).route
    answer = {"ok": False, "status": status, "error": said, "title": title}
    if route.endswith(".json"):
        return Response.json(answer, status=status)
    if route.endswith(".csv"):
        return Response.text(f"{said}\n", status=status)
    # Whoever wrote a query gets it back to mend it.
    own = {name: request.args.get(name) for name in request.args if not name.startswith("_")}
    typed = {"sql": own.pop("sql", None) if route == f"/{DATABASE}" else None}
    page = answer | typed | {"database": DATABASE, "parameters": own}
    html = await datasette.render_template("error.html", page, request=request)
    return Response.html(html, status=status)
