"""``/saved``: the queries that somebody saved, ``/saved/NAME``: one, its runs and what is new."""
# mypy: disable-error-code="import-untyped"

import asyncio
import re
import sqlite3
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar
from urllib.parse import parse_qsl

from datasette.app import Datasette
from datasette.database import QueryInterrupted
from datasette.utils import sqlite_timelimit
from datasette.utils.asgi import Forbidden, NotFound, Request, Response
from sqlite_utils import Database

from archive.care.snapshot import query_folder
from archive.read_only import read_archive
from archive.search.story_query import query_in_words
from archive.text_forms import counted
from browse.datasette_settings import PLUGIN
from browse.page_visit import PageVisit
from browse.pages.feed_page import feed_page
from browse.posting import read_form
from browse.queries import saved
from browse.queries.saved import RunLine, proposed_name, run_lines
from browse.result_address import ResultAddress, read_address
from research.queries.query_changes import ResultChange, sums_of
from research.queries.saved_queries import (
    ENDING,
    QueryDiff,
    QueryFileError,
    SavedQuery,
    WrongQueryName,
)

P = ParamSpec("P")
T = TypeVar("T")

MOST_SECONDS = 1.0
"""To ask what is new in all of them; the others say what their last run found."""
MOST_RUNNING = 60_000
"""Milliseconds that a run may take: it asks for all stories of a result."""
MOST_CHANGES = 200
"""Of a result that are shown."""
NOT_HERE = (
    "Queries can't be saved, run or removed from the pages of this archive. Its operator can, with "
    "`tradepress query`."
)
TOO_LONG = "it took longer than a minute to ask; narrow it, or run it with `tradepress query run`"
TOO_LONG_HERE = "It takes too long to say here what is new"
NOT_ASKED = "open it to see what is new"


@dataclass(frozen=True, kw_only=True, slots=True)
class SavedLine:
    """One saved query in the list of all."""

    name: str
    saved: SavedQuery | None
    """None: its file can't be read."""
    diff: QueryDiff | None = None
    why: str | None = None
    """Why there is no ``diff``."""

    @property
    def in_words(self) -> str:
        return query_in_words(self.saved.query) if self.saved else ""

    @property
    def address(self) -> ResultAddress | None:
        return address_of(self.saved) if self.saved else None

    @property
    def news(self) -> str | None:
        """``2 new, 1 changed``; None if there is nothing to compare with."""
        return sums_of(self.diff.changes) if self.diff and self.diff.before else None


@dataclass(frozen=True, kw_only=True, slots=True)
class SavedPage:
    """All saved queries."""

    lines: Sequence[SavedLine]


@dataclass(frozen=True, kw_only=True, slots=True)
class SavedQueryPage:
    """One saved query."""

    line: SavedLine
    runs: Sequence[RunLine]
    since: int | None
    until: int | None
    """None: as the archive is now."""
    most: int = MOST_CHANGES

    @property
    def changes(self) -> Sequence[ResultChange]:
        return self.line.diff.changes if self.line.diff else ()


@dataclass(frozen=True, kw_only=True, slots=True)
class UnsavedPage:
    """A query that could not be saved, to be tried again."""

    address: ResultAddress
    name: str
    wrong: str

    @property
    def in_words(self) -> str:
        return query_in_words(self.address.query)


def can_save(datasette: Datasette, request: Request) -> bool:
    """May this visitor write query files: from this machine, or because the operator lets all?"""
    visit = PageVisit(datasette=datasette, request=request)
    return _is_for_all(visit) or (visit.is_here_alone and not visit.is_public)


def are_shown(datasette: Datasette, request: Request) -> bool:
    """Does this visitor see what others saved? What a library looks for is nothing for the
    public."""
    visit = PageVisit(datasette=datasette, request=request)
    return _is_for_all(visit) or not visit.is_public


def _is_for_all(visit: PageVisit) -> bool:
    return bool((visit.datasette.plugin_config(PLUGIN) or {}).get("is_saving_for_all"))


def address_of(query: SavedQuery) -> ResultAddress:
    """Its result: each copy is a story, as in its runs."""
    return ResultAddress(query=query.query, fold=False)


async def saved_page(datasette: Datasette, request: Request) -> Response:
    """Where the public sees none, the reading list is all that is saved."""
    visit = PageVisit(datasette=datasette, request=request)
    if request.method == "POST":
        return await save_posted(visit)
    if not are_shown(datasette, request):
        return Response.redirect(datasette.urls.path("reading-list"))
    until = time.monotonic() + MOST_SECONDS
    lines = []
    for name in await visit.ask(saved.names_of, _path(visit)):
        lines.append(await _line(visit, name, is_asked=time.monotonic() < until))
    return await visit.show("saved.html", SavedPage(lines=lines))


async def saved_query_page(datasette: Datasette, request: Request) -> Response:
    visit = _visit(datasette, request)
    name = request.url_vars["name"]
    since, until = (_number(request.args.get(which)) for which in ("since", "until"))
    line = await _line(visit, name, since, until)
    if line.saved is None and not _is_there(visit, name):
        raise NotFound(f"No saved query is called {name}.")
    page = SavedQueryPage(
        line=line, runs=run_lines(line.saved) if line.saved else (), since=since, until=until
    )
    return await visit.show("saved_query.html", page)


async def saved_feed(datasette: Datasette, request: Request) -> Response:
    """``/saved/NAME.atom``: what it finds, to be followed.

    :raises NotFound: no such query, or it can't be read
    """
    visit = _visit(datasette, request)
    name = request.url_vars["name"]
    try:
        query = await visit.ask(saved.load_saved, _path(visit), name)
        return await feed_page(visit, address_of(query), f"Tradepress: {name}")
    except (QueryFileError, ValueError) as error:
        raise NotFound(_told(visit, error)) from error


async def save_posted(visit: PageVisit) -> Response:
    """Save the result that the form stood beside, and show it among the saved ones.

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
        await at_leisure(visit, saved.save_query, name, address.query)
    except WrongQueryName as error:
        taken = await visit.ask(saved.names_of, _path(visit))
        wrong = _told(visit, error)
        if name in taken:
            wrong = f"a saved query is called {name} already: take another name, as this one"
            name = proposed_name(address.query, [*taken, name])
        return await visit.show(
            "unsaved.html", UnsavedPage(address=address, name=name, wrong=wrong), status=400
        )
    except (ValueError, OSError, QueryInterrupted) as error:
        page = UnsavedPage(address=address, name=name, wrong=_told(visit, error))
        return await visit.show("unsaved.html", page, status=400)
    visit.datasette.add_message(visit.request, f"Saved as {name}, with its first run.")
    return Response.redirect(visit.datasette.urls.path(f"saved/{name}"), status=303)


async def change_saved(datasette: Datasette, request: Request) -> Response:
    """``/saved/NAME/run`` and ``/saved/NAME/remove``, by a form.

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
    """
    :raises NotFound: the public has no saved queries
    """
    if not are_shown(datasette, request):
        raise NotFound("There is no such page.")
    return PageVisit(datasette=datasette, request=request)


async def at_leisure(
    visit: PageVisit,
    question: Callable[Concatenate[Database, Path, P], T],
    *arguments: P.args,
    **options: P.kwargs,
) -> T:
    """The answer of what writes files beside the archive, with a minute and no reader in its way.

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
    is_asked: bool = True,
) -> SavedLine:
    query = None
    why: str | None = NOT_ASKED
    diff = None
    try:
        query = await visit.ask(saved.load_saved, _path(visit), name)
        if is_asked:
            diff = await visit.ask(saved.changes_of, _path(visit), name, since, until)
            why = None
    except QueryInterrupted:
        why = TOO_LONG_HERE
    except (ValueError, QueryFileError) as error:
        why = _told(visit, error)
    return SavedLine(name=name, saved=query, diff=diff, why=why)


def _require_can_save(visit: PageVisit) -> None:
    """
    :raises Forbidden: they can't
    """
    if not can_save(visit.datasette, visit.request):
        raise Forbidden(NOT_HERE)


def _told(visit: PageVisit, error: Exception) -> str:
    """What a reader is told of it: nothing of where the archive lies."""
    if isinstance(error, QueryInterrupted):
        return TOO_LONG
    if isinstance(error, OSError):
        return (
            f"the folder of saved queries can't be written ({error.strerror}); tell the operator "
            "of this archive"
        )
    folder = re.escape(str(query_folder(_path(visit))))
    return re.sub(f"{folder}/(\\S+){re.escape(ENDING)}", r"\1", str(error))


def _path(visit: PageVisit) -> Path:
    return Path(visit.archive.path)


def _is_there(visit: PageVisit, name: str) -> bool:
    return (query_folder(_path(visit)) / f"{name}{ENDING}").exists()


def _number(given: str | None) -> int | None:
    return int(given) if given and re.fullmatch("[0-9]{1,9}", given) else None
