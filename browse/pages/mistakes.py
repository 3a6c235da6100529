"""What a visitor is told who asked for something that can't be shown."""
# mypy: disable-error-code="import-untyped"

from datasette.app import Datasette
from datasette.database import QueryInterrupted
from datasette.utils.asgi import Base400, Request, Response
from datasette.views.base import DatasetteError

from browse.datasette_settings import DATABASE

TOO_LONG = (
    "This took too long and was stopped. Ask for less: a year, a source, fewer words, a LIMIT."
)


def mistake_in_words(exception: Exception, path: str) -> tuple[int, str] | None:
    """Status and words for what a visitor asked wrongly; None if the failure is ours."""
    if isinstance(exception, QueryInterrupted) or (
        isinstance(exception, DatasetteError) and exception.title == "SQL Interrupted"
    ):
        return 400, TOO_LONG
    if isinstance(exception, DatasetteError):
        # Datasette calls it 500 where it was asked to sort by no column, and the like.
        return (400 if exception.status == 500 else exception.status), str(exception.message)
    if isinstance(exception, Base400):
        said = str(exception.args[0])
        return exception.status, "There is no such page." if said == "404" else said
    return None


async def mistake_page(datasette: Datasette, request: Request, status: int, said: str) -> Response:
    answer = {"ok": False, "status": status, "error": said, "title": None}
    if request.path.endswith(".json"):
        return Response.json(answer, status=status)
    if request.path.endswith(".csv"):
        return Response.text(f"{said}\n", status=status)
    # Whoever wrote a query gets it back to mend it.
    own = {name: request.args.get(name) for name in request.args if not name.startswith("_")}
    typed = {"sql": own.pop("sql", None) if request.path == f"/{DATABASE}" else None}
    page = answer | typed | {"database": DATABASE, "parameters": own}
    html = await datasette.render_template("error.html", page, request=request)
    return Response.html(html, status=status)
