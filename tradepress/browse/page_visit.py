"""Gives every page of the reading room the archive to ask, and a way to show its answer."""
# mypy: disable-error-code="import-untyped"

import re
import sqlite3
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Concatenate, ParamSpec, TypeVar, TypeVarTuple
from urllib.parse import quote, urlencode

from datasette.app import Datasette
from datasette.database import QueryInterrupted
from datasette.utils.asgi import Request, Response

from tradepress.archive.database import Database
from tradepress.archive.errors import NoSuchArticle
from tradepress.archive.search.meant_names import meant_names
from tradepress.browse.addresses.counts_address import CountsAddress
from tradepress.browse.addresses.result_address import ResultAddress, ValuesAddress
from tradepress.browse.asking.archive_file import ArchiveFile
from tradepress.browse.asking.limits import hide_texts, limited_work, show_texts
from tradepress.browse.datasette_settings import DATABASE, settings_of
from tradepress.browse.queries.results import is_story_of
from tradepress.story import Policy

P = ParamSpec("P")
T = TypeVar("T")
Ts = TypeVarTuple("Ts")

UNREAD = "Search not understood: {}."
"""Answers an address that asks for what no result is; with what :func:`read_address` says."""
PASSED_ON = frozenset({"forwarded", "via", "x-forwarded-for", "x-forwarded-host"})
"""Lists headers of a request that came by way of another server."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PageVisit:
    """Is one visit to one page."""

    datasette: Datasette
    request: Request

    @property
    def archive(self) -> ArchiveFile:
        archive: ArchiveFile = self.datasette.get_database(DATABASE)
        return archive

    @property
    def policies(self) -> Mapping[str, Policy]:
        """Returns what sources and operator ask for by now, by name of the source."""
        return settings_of(self.datasette).get("policies", {})

    @property
    def is_head(self) -> bool:
        """Are the headers of an answer asked for, and not the answer?"""
        return bool(self.request.method == "HEAD")

    @property
    def arguments(self) -> Sequence[tuple[str, str]]:
        """Returns names and values of the query string, in its order."""
        args = self.request.args
        return [(name, value) for name in args for value in args.getlist(name)]

    def number(self, name: str) -> int | None:
        """Returns a whole number of the query string; None: there is none, or it is something
        else."""
        given = self.request.args.get(name) or ""
        return int(given) if re.fullmatch("[0-9]{1,9}", given) else None

    @property
    def route(self) -> str:
        """Returns the path without a prefix under which the room is served:
        ``/story/wipr-14415``."""
        scope = self.request.scope
        route: str = scope.get("route_path") or self.request.path
        return route

    @property
    def is_public(self) -> bool:
        """Is the room shown to people who may not read what is not licensed openly?"""
        return self.archive.is_public

    @property
    def open_sources(self) -> Collection[str]:
        """Names the sources whose texts everybody may read."""
        return settings_of(self.datasette).get("open_sources", ())

    @property
    def is_here_alone(self) -> bool:
        """Does nobody but this machine get an answer, as far as can be told?"""
        has_hosts = settings_of(self.datasette).get("public_hosts")
        return not has_hosts and not PASSED_ON.intersection(self.request.headers)

    async def meant(self, address: ResultAddress) -> ResultAddress:
        """Takes names in the filters of an address for those that they mean; others stay."""
        query, _ = await self.ask(meant_names, address.query)
        return replace(address, query=query)

    async def ask(
        self,
        question: Callable[Concatenate[Database, P], T],
        *arguments: P.args,
        **options: P.kwargs,
    ) -> T:
        """Asks a function that takes the archive, and these; in a thread of its own.

        In a public room the archive has no texts for it
        (:func:`tradepress.browse.asking.limits.is_withheld`).

        :raises QueryInterrupted: it takes more work than any question may
        (:data:`tradepress.browse.asking.limits.MOST_WORK`)
        """
        return await self._asked(lambda db: question(db, *arguments, **options))

    async def ask_of_story(
        self,
        question: Callable[Concatenate[Database, str, P], T],
        ref: str,
        *arguments: P.args,
        **options: P.kwargs,
    ) -> T:
        """Asks of one story alone: with its texts, if its source is an open one.

        :param question: takes the archive, the ref and these; it asks for nothing that depends on
            the texts of other stories
        """
        return await self._asked(
            lambda db: question(db, ref, *arguments, **options),
            in_full=lambda db: self._is_open(db, ref),
        )

    async def ask_in_full(
        self,
        question: Callable[Concatenate[Database, P], T],
        *arguments: P.args,
        **options: P.kwargs,
    ) -> T:
        """Asks with all texts: whoever does so in a public room answers for what is shown."""
        return await self._asked(
            lambda db: question(db, *arguments, **options), in_full=lambda _: True
        )

    def _is_open(self, db: Database, ref: str) -> bool:
        with suppress(NoSuchArticle):
            return bool(self.open_sources) and is_story_of(db, ref, self.open_sources)
        return False

    async def _asked(
        self,
        question: Callable[[Database], T],
        *,
        in_full: Callable[[Database], bool] = lambda _: False,
    ) -> T:
        def answered(connection: sqlite3.Connection) -> T:
            db = self.archive.asked_by(connection)
            with limited_work(connection):
                is_opened = self.is_public and in_full(db)
                try:
                    if is_opened:
                        show_texts(connection)
                    return question(db)
                except sqlite3.OperationalError as error:
                    if str(error) != "interrupted":
                        raise
                    raise QueryInterrupted(error, "", {}) from error
                finally:
                    if is_opened:
                        hide_texts(connection)

        found: T = await self.archive.execute_fn(answered)
        return found

    async def ask_once(self, question: Callable[[Database, *Ts], T], *arguments: *Ts) -> T:
        """Asks as :meth:`ask` what takes long; the answer is kept until the archive is written to.

        :param arguments: hashable
        """
        ask = partial(self.ask, question, *arguments)
        answer: T = await self.archive.answers.get((question, arguments), ask)
        return answer

    async def show(self, template: str, page: object, *, status: int = 200) -> Response:
        """Returns a page of ours.

        :param page: what the template calls ``page``
        """
        render = partial(self.datasette.render_template, template, request=self.request)
        return Response.html(await render({"page": page}), status=status)


def story_path(
    datasette: Datasette,
    ref: str,
    *,
    marks: Collection[str] = (),
    came_from: ResultAddress | None = None,
) -> str:
    """Returns the address of a story, or of one version: ``/story/wipr-14415@2``.

    :param marks: kinds of mentions that are marked in its text
    :param came_from: the result that it was found in
    """
    asked = {"marks": ",".join(marks), "from": str(came_from or "")}
    given = urlencode({name: value for name, value in asked.items() if value}, safe=",")
    path = str(datasette.urls.path(f"story/{quote(ref, safe='@')}"))
    return f"{path}?{given}" if given else path


def changes_path(datasette: Datasette, ref: str, older: int, newer: int) -> str:
    """Returns the address of the changes between versions: ``/story/wipr-14415/changes/1/2``."""
    return f"{story_path(datasette, ref)}/changes/{older}/{newer}"


def result_path(datasette: Datasette, address: ResultAddress, ending: str = "", **more: str) -> str:
    """Returns the address of a result, or with ``.csv`` and the like of a file of it.

    :param more: what the page that the ending names is asked beside
    """
    query = urlencode([*more.items(), *address.parameters()])
    return str(datasette.urls.path(f"stories{ending}")) + f"?{query}".rstrip("?")


def values_path(datasette: Datasette, address: ValuesAddress) -> str:
    """Returns the address of all values of a facet of a result."""
    return str(datasette.urls.path("stories/values")) + f"?{address}"


def named_path(datasette: Datasette, named: str, name: str, ending: str = "") -> str:
    """Returns the address of a court, an office, a case, a number, a firm, an author or a
    source: ``/court/CJEU``, or with ``.atom`` the feed of its stories."""
    return str(datasette.urls.path(f"{named}/{quote(name, safe='')}{ending}"))


def counts_path(datasette: Datasette, address: CountsAddress, page: str = "picture") -> str:
    """Returns the address of a result's numbers as a picture, or ``counts.csv`` and the like."""
    return f"{datasette.urls.path(f'stories/{page}')}?{address}"


def this_page(datasette: Datasette, request: Request) -> str:
    """Returns the address that was asked for, under the path prefix."""
    prefix: str = datasette.setting("base_url")
    path = request.path.removeprefix(prefix.rstrip("/")) if prefix != "/" else request.path
    return str(datasette.urls.path(path)) + f"?{request.query_string}".rstrip("?")
