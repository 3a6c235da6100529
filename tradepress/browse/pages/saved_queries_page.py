"""Shows ``/saved``: the queries that somebody saved, and ``/saved/NAME``: one, its runs, what is
new."""
# mypy: disable-error-code="import-untyped"

import asyncio
import re
import sqlite3
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar
from urllib.parse import parse_qsl

from datasette.app import Datasette
from datasette.database import QueryInterrupted
from datasette.utils import sqlite_timelimit
from datasette.utils.asgi import Forbidden, NotFound, Request, Response

from tradepress.archive.care.snapshot import query_folder
from tradepress.archive.clock import utc_now
from tradepress.archive.database import Database
from tradepress.archive.read_only import read_archive
from tradepress.archive.search.story_query import StoryQuery, query_in_words
from tradepress.archive.text_forms import counted
from tradepress.browse.addresses.result_address import ResultAddress, read_address
from tradepress.browse.datasette_settings import settings_of
from tradepress.browse.page_visit import PageVisit
from tradepress.browse.pages.feed_page import feed_page
from tradepress.browse.queries import saved
from tradepress.browse.queries.saved import QueryStanding, proposed_name
from tradepress.browse.serving.posting import read_form
from tradepress.research.queries.query_changes import sums_of
from tradepress.research.queries.saved_queries import ENDING, QueryFileError, WrongQueryName

P = ParamSpec("P")
T = TypeVar("T")

MOST_SECONDS = 0.15
"""Limits the seconds to ask what is new in all of them; the next visit goes on from there."""
MOST_ASKED = 5000
"""Limits the stories of a query that the list of all compares: some hundredths of a second."""
MOST_KEPT = 200
"""Limits the standings that are kept in memory."""
MOST_RUNNING = 60_000
"""Limits the milliseconds that a run takes: it asks for all stories of a result."""
NOT_HERE = (
    "Queries can't be saved, run or removed from the pages of this archive. Its operator can, with "
    "`tradepress query`."
)
TOO_LONG = "it took longer than a minute to ask; narrow it, or run it with `tradepress query run`"


@dataclass(frozen=True, kw_only=True, slots=True)
class SavedLine:
    """Is one saved query."""

    name: str
    standing: QueryStanding | None
    why: str | None
    """Says why there is none, or nothing is compared in it."""

    @property
    def in_words(self) -> str:
        return query_in_words(self.standing.query) if self.standing else ""

    @property
    def address(self) -> ResultAddress | None:
        return address_of(self.standing.query) if self.standing else None


@dataclass(frozen=True, kw_only=True, slots=True)
class SavedPage:
    """Holds all saved queries."""

    lines: Sequence[SavedLine]


@dataclass(frozen=True, kw_only=True, slots=True)
class UnsavedPage:
    """Is a query that could not be saved, to be tried again."""

    address: ResultAddress
    name: str
    wrong: str

    @property
    def in_words(self) -> str:
        return query_in_words(self.address.typed)


def can_save(datasette: Datasette, request: Request) -> bool:
    """May this visitor write query files: from this machine, or because the operator lets all
    readers? Never the public."""
    visit = PageVisit(datasette=datasette, request=request)
    is_for_all = settings_of(datasette).get("is_saving_for_all", False)
    return not visit.is_public and (is_for_all or visit.is_here_alone)


def are_shown(datasette: Datasette, request: Request) -> bool:
    """Does this visitor see what others saved? What a library looks for is nothing for the public,
    and runs made with all texts tell who wrote a story."""
    return not PageVisit(datasette=datasette, request=request).is_public


def address_of(query: StoryQuery) -> ResultAddress:
    """Returns the address of a saved query: each copy is a story, as in its runs."""
    return ResultAddress(query=query, fold=False)


async def saved_page(datasette: Datasette, request: Request) -> Response:
    """Shows all saved queries; where the public sees none, the reading list is all that is
    saved."""
    visit = PageVisit(datasette=datasette, request=request)
    if request.method == "POST":
        return await save_posted(visit)
    if not are_shown(datasette, request):
        return Response.redirect(datasette.urls.path("reading-list"))
    until = time.monotonic() + MOST_SECONDS
    lines = []
    for name in await visit.ask(saved.names_of, _path(visit)):
        most = MOST_ASKED if time.monotonic() < until else 0
        lines.append(await _line(visit, name, most=most))
    return await visit.show("saved.html", SavedPage(lines=lines))


async def saved_query_page(datasette: Datasette, request: Request) -> Response:
    visit = _visit(datasette, request)
    name = request.url_vars["name"]
    line = await _line(visit, name, visit.number("since"), visit.number("until"))
    if line.standing is None and not _file(visit, name).exists():
        raise NotFound(f"No saved query is called {name}.")
    return await visit.show("saved_query.html", line)


async def saved_feed(datasette: Datasette, request: Request) -> Response:
    """Serves ``/saved/NAME.atom``: what it finds, to be followed.

    :raises NotFound: no such query, or it can't be read
    """
    visit = _visit(datasette, request)
    name = request.url_vars["name"]
    try:
        query = await visit.ask(saved.load_query, _path(visit), name)
        # Under its own address: a query that is saved anew is still followed.
        path = str(datasette.urls.path(f"saved/{name}.atom"))
        return await feed_page(visit, address_of(query), name, path=path)
    except (QueryFileError, ValueError) as error:
        raise NotFound(_told(visit, error)) from error


async def save_posted(visit: PageVisit) -> Response:
    """Saves the result that the form stood beside, and shows it among the saved ones.

    :raises Forbidden: nobody may here
    """
    _require_can_save(visit)
    form = await read_form(visit.request)
    if not form.is_current:
        return await visit.show("form_again.html", form, status=400)
    name = form.value("name").strip()
    address = ResultAddress()
    try:
        address = read_address(parse_qsl(form.value("result"))).at(1)
        await at_leisure(visit, saved.save_query, name, address.typed)
    except WrongQueryName as error:
        taken = await visit.ask(saved.names_of, _path(visit))
        wrong = _told(visit, error)
        if name in taken:
            wrong = f"a saved query is called {name} already: take another name, as this one"
            name = proposed_name(address.typed, [*taken, name])
        return await visit.show(
            "unsaved.html", UnsavedPage(address=address, name=name, wrong=wrong), status=400
        )
    except (ValueError, OSError, QueryInterrupted) as error:
        page = UnsavedPage(address=address, name=name, wrong=_told(visit, error))
        return await visit.show("unsaved.html", page, status=400)
    visit.datasette.add_message(visit.request, f"Saved as {name}, with its first run.")
    return Response.redirect(visit.datasette.urls.path(f"saved/{name}"), status=303)


async def change_saved(datasette: Datasette, request: Request) -> Response:
    """Serves ``/saved/NAME/run`` and ``/saved/NAME/remove``, by a form.

    :raises Forbidden: nobody may here
    """
    visit = _visit(datasette, request)
    name, what = request.url_vars["name"], request.url_vars["what"]
    if request.method != "POST":
        return Response.redirect(datasette.urls.path(f"saved/{name}"))
    _require_can_save(visit)
    form = await read_form(request)
    if not form.is_current:
        return await visit.show("form_again.html", form, status=400)
    page = f"saved/{name}"
    try:
        if what == "run":
            diff = await at_leisure(visit, saved.run_query, name)
            stories = counted(diff.after.stories, "story", "stories")
            words = f"Run {diff.after.number} is kept: {stories}, {sums_of(diff.changes)}."
            page = f"{page}?since={diff.before.number}" if diff.before else page
        else:
            await at_leisure(visit, saved.remove_query, name)
            words, page = f"Removed: {name}.", "saved"
    except (ValueError, OSError, QueryFileError, QueryInterrupted) as error:
        words = f"{name} is as it was: {_told(visit, error)}."
    datasette.add_message(request, words)
    return Response.redirect(datasette.urls.path(page), status=303)


def _visit(datasette: Datasette, request: Request) -> PageVisit:
    """Begins a visit where there are saved queries.

    :raises NotFound: the public has no saved queries
    """
    if not are_shown(datasette, request):
        raise NotFound("404")
    return PageVisit(datasette=datasette, request=request)


async def at_leisure(
    visit: PageVisit,
    question: Callable[Concatenate[Database, Path, P], T],
    *arguments: P.args,
    **options: P.kwargs,
) -> T:
    """Asks what writes files beside the archive, with a minute and no reader in its way.

    :raises QueryInterrupted: a minute is not enough
    """

    def answered() -> T:
        with read_archive(_path(visit)) as db, sqlite_timelimit(db.conn, MOST_RUNNING):
            try:
                return question(db, _path(visit), *arguments, **options)
            except sqlite3.OperationalError as error:
                if str(error) != "interrupted":
                    raise
                raise QueryInterrupted(error, "", {}) from error

    return await asyncio.to_thread(answered)


async def _line(
    visit: PageVisit,
    name: str,
    since: int | None = None,
    until: int | None = None,
    *,
    most: int | None = None,
) -> SavedLine:
    kept, key = visit.archive.standings, (name, since, until, _state(visit, name))
    standing = kept.get(key) or kept.get((key, most))
    if standing is None:
        try:
            ask = partial(saved.standing_of, most=most)
            standing = await visit.ask(ask, _path(visit), name, since, until)
        except (ValueError, QueryFileError) as error:
            return SavedLine(name=name, standing=None, why=_told(visit, error))
        if len(kept) >= MOST_KEPT:
            kept.clear()
        if standing.why is None:
            kept[key] = standing
        elif standing.why == saved.NOT_ASKED:
            kept[key, most] = standing
    why = standing.why and _in_words(visit, standing.why)
    return SavedLine(name=name, standing=standing, why=why)


def _state(visit: PageVisit, name: str) -> tuple[int | str | None, ...]:
    """Returns a state that is another after each change of the archive or of the query's file, and
    on each day, since a query may ask for ``30 days ago``."""
    try:
        file = _file(visit, name).stat()
    except OSError:
        return ()
    return utc_now()[:10], visit.archive.facets.state(), file.st_ino, file.st_mtime_ns, file.st_size


def _require_can_save(visit: PageVisit) -> None:
    """Requires that queries can be saved.

    :raises Forbidden: they can't
    """
    if not can_save(visit.datasette, visit.request):
        raise Forbidden(NOT_HERE)


def _told(visit: PageVisit, error: Exception) -> str:
    """Says what a reader is told of it: nothing of where the archive lies."""
    if isinstance(error, QueryInterrupted):
        return TOO_LONG
    if isinstance(error, OSError):
        return (
            f"the folder of saved queries can't be written ({error.strerror}); tell the operator "
            "of this archive"
        )
    return _in_words(visit, str(error))


def _in_words(visit: PageVisit, said: str) -> str:
    folder = re.escape(str(query_folder(_path(visit))))
    return re.sub(f"{folder}/(\\S+){re.escape(ENDING)}", r"\1", said)


def _path(visit: PageVisit) -> Path:
    return Path(visit.archive.path)


def _file(visit: PageVisit, name: str) -> Path:
    return query_folder(_path(visit)) / f"{name}{ENDING}"
