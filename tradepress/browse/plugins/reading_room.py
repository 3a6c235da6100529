"""Hooks the reading room into Datasette: its pages, functions of SQL, safe cells, headers."""
# mypy: disable-error-code="import-untyped, untyped-decorator"

import re
import sqlite3
from collections.abc import Awaitable, Callable, Generator, Iterable
from contextlib import suppress
from functools import partial
from importlib.util import find_spec
from typing import Any, get_args

from datasette import hookimpl
from datasette.app import Datasette
from datasette.utils.asgi import NotFound, Request, Response
from jinja2 import Environment
from markupsafe import Markup

from tradepress.archive.database import Database as Archive
from tradepress.archive.ledger.reason_words import reason_in_words
from tradepress.archive.search.find_stories import match_query
from tradepress.archive.search.languages import language_names
from tradepress.archive.stories.articles import is_doubtful
from tradepress.browse import searching
from tradepress.browse.addresses.named_kinds import KINDS, NUMBER_WORDS, Named
from tradepress.browse.asking.archive_file import ArchiveFile
from tradepress.browse.datasette_settings import DATABASE, settings_of
from tradepress.browse.page_visit import (
    PageVisit,
    changes_path,
    counts_path,
    named_path,
    result_path,
    story_path,
    this_page,
    values_path,
)
from tradepress.browse.pages.changed_page import changed_page
from tradepress.browse.pages.changes_page import changes_page, explain_page
from tradepress.browse.pages.check_page import check_page
from tradepress.browse.pages.cite_page import cite_list_page, cite_page
from tradepress.browse.pages.closed_page import CLOSED, closed_page
from tradepress.browse.pages.counts_file import counts_file
from tradepress.browse.pages.coverage_page import coverage_page
from tradepress.browse.pages.documentation_page import documentation_file, documentation_page
from tradepress.browse.pages.feed_page import result_feed
from tradepress.browse.pages.front_page import front_page
from tradepress.browse.pages.health_page import health_page
from tradepress.browse.pages.help_page import help_page
from tradepress.browse.pages.listed_files import dossier_file, listed_file, listed_in_style
from tradepress.browse.pages.login_page import login_page, logout_page
from tradepress.browse.pages.mistakes import exception_page
from tradepress.browse.pages.named_page import named_feed, named_page
from tradepress.browse.pages.names_page import names_page
from tradepress.browse.pages.old_addresses import old_search, old_story, old_table
from tradepress.browse.pages.picture_page import picture_page
from tradepress.browse.pages.reading_list_page import kept_refs, reading_list_page
from tradepress.browse.pages.result_page import result_page
from tradepress.browse.pages.run_page import run_page, runs_page
from tradepress.browse.pages.saved_queries_page import (
    are_shown,
    can_save,
    change_saved,
    saved_feed,
    saved_page,
    saved_query_page,
)
from tradepress.browse.pages.source_page import source_page, sources_page
from tradepress.browse.pages.story_page import story_page
from tradepress.browse.pages.take_away import (
    FILES,
    REFERENCES,
    result_file,
    result_in_style,
    story_reference,
)
from tradepress.browse.pages.tracing_pages import resolve_page, trace_page
from tradepress.browse.pages.unapi_page import unapi_page
from tradepress.browse.pages.values_page import values_page
from tradepress.browse.queries.row_refs import ref_of_version
from tradepress.browse.queries.saved import proposed_name
from tradepress.browse.queries.source_facts import has_samples, publishers
from tradepress.browse.serving.gate import App, guarded
from tradepress.browse.serving.password import LOGIN, LOGOUT
from tradepress.browse.serving.posting import takes_form
from tradepress.browse.words import cells, navigation, rendering
from tradepress.browse.words.sql_mistakes import place_of_mistake
from tradepress.browse.words.story_words import field_words, when_seen
from tradepress.browse.words.value_words import ACCESS_WORDS
from tradepress.research.dossier.dossier import MOST_STORIES
from tradepress.research.dossier.write_dossier import FORMS
from tradepress.research.explaining.explain_field import FIELDS
from tradepress.research.queries.query_feed import MOST_ENTRIES

Answer = Callable[[], Awaitable[Response]]

NAMED = "|".join(get_args(Named))


@hookimpl
def startup(datasette: Datasette) -> None:
    """Puts the archive at /data whatever its file is called: links and queries rely on it."""
    [served] = [name for name, database in datasette.databases.items() if database.path]
    path = datasette.databases[served].path
    datasette.remove_database(served)
    datasette.add_database(ArchiveFile(datasette, path=path), name=DATABASE)


@hookimpl(trylast=True)
def prepare_connection(conn: sqlite3.Connection, datasette: Datasette) -> None:
    """Adds functions of SQL. ``fts_query(text)``: what a person typed as an FTS5 query that is
    never a syntax error.

    ``search_stories(address)``: see :func:`tradepress.browse.searching.search_stories`. The
    public, which asks nothing by SQL, has neither.
    """
    if settings_of(datasette).get("is_public"):
        return

    archive = Archive(conn, recursive_triggers=False, execute_plugins=False)

    # Whatever a function fails by, Datasette prints on the operator's terminal: it takes any value.
    def fts_query(text: object) -> str:
        return match_query(str(text or ""))

    def search_stories(asked: object) -> str:
        try:
            return searching.search_stories(archive, asked)
        except sqlite3.OperationalError as error:
            if str(error) != "interrupted":
                raise
            # The query that called is stopped, too: its time is over. It looks at its next row.
            conn.interrupt()
            return "[0]"

    conn.create_function("search_stories", 1, search_stories)
    conn.create_function("fts_query", 1, fts_query, deterministic=True)
    # Datasette's own ?_search= stumbles over a lone space; trylast, so that ours is kept.
    conn.create_function("escape_fts", 1, fts_query, deterministic=True)


@hookimpl
def prepare_jinja2_environment(env: Environment, datasette: Datasette) -> None:
    env.filters.update(
        counted=rendering.counted,
        fields=rendering.fields,
        capitalize_first=rendering.capitalize_first,
        in_days=rendering.in_days,
        in_months=rendering.in_months,
        in_minutes=rendering.in_minutes,
        marked=rendering.marked,
        names=rendering.names,
        reason_in_words=reason_in_words,
        when_seen=when_seen,
        web_link=rendering.web_link,
    )
    env.tests.update(
        amount=cells.is_amount, doubtful=is_doubtful, web_address=rendering.is_web_address
    )
    env.globals.update(
        access_words=ACCESS_WORDS,
        dossier_forms=[one for one in FORMS if one != "docx" or find_spec("docx")],
        most_in_dossier=MOST_STORIES,
        duplicate_words=rendering.DUPLICATE_WORDS,
        field_words=field_words,
        kind_words=rendering.KIND_WORDS,
        language_words=language_names(),
        number_words=NUMBER_WORDS,
        most_entries=MOST_ENTRIES,
        place_of_mistake=place_of_mistake,
        proposed_name=proposed_name,
    )
    of_room: dict[str, Callable[..., object]] = {
        "can_save": can_save,
        "changes_path": changes_path,
        "counts_path": counts_path,
        "named_path": named_path,
        "reading_list": kept_refs,
        "result_path": result_path,
        "saved_are_shown": are_shown,
        "story_path": story_path,
        "this_page": this_page,
        "values_path": values_path,
    }
    env.globals.update({name: partial(given, datasette) for name, given in of_room.items()})


@hookimpl
def render_cell(column: str, value: object, datasette: Datasette) -> Markup | None:
    return cells.cell(column, value, datasette.urls.path)


@hookimpl
def register_routes(
    datasette: Datasette,
) -> list[tuple[str, Callable[..., Awaitable[Response]]]]:
    settings = settings_of(datasette)
    return [
        *([(CLOSED, closed_page)] if settings.get("is_public") else []),
        (r"^/$", front_page),
        (r"^/stories$", result_page),
        (r"^/stories/values$", values_page),
        (r"^/help/searching$", help_page),
        (r"^/help(?:/(?P<name>[a-z0-9-]+))?$", documentation_page),
        (r"^/help/(?P<file>[\w-]+\.[a-z]+)$", documentation_file),
        (rf"^/stories\.(?P<ending>{_any_of(FILES)})$", result_file),
        (r"^/stories\.atom$", result_feed),
        (r"^/stories/cite$", cite_page),
        (r"^/stories/cite\.txt$", result_in_style),
        (rf"^/(?P<of>stories|reading-list)/dossier\.(?P<ending>{_any_of(FORMS)})$", dossier_file),
        (r"^/unapi$", unapi_page),
        (r"^/resolve$", resolve_page),
        (r"^/trace$", trace_page),
        (r"^/check$", check_page),
        (rf"^/story/(?P<ref>[^/]+)\.(?P<ending>{_any_of(REFERENCES)})$", story_reference),
        (r"^/(?:archive|data)/articles/(?P<number>[0-9]{1,18})$", old_story),
        (r"^/archive/search(?:\.(?P<format>csv|json))?$", old_search),
        (r"^/archive(?P<rest>[./].*)?$", old_table),
        (r"^/story/(?P<ref>[^/]+)$", story_page),
        (r"^/story/(?P<ref>[^/]+)/changes/(?P<older>\d{1,9})/(?P<newer>\d{1,9})$", changes_page),
        (rf"^/story/(?P<ref>[^/]+)/explain/(?P<field>{_any_of(FIELDS)})$", explain_page),
        (rf"^/(?P<named>{NAMED}|source)/(?P<name>.+)\.atom$", named_feed),
        (r"^/sources$", sources_page),
        (r"^/source/(?P<name>[^/]+)$", source_page),
        (r"^/coverage/(?P<name>[^/]+)$", coverage_page),
        (r"^/runs$", runs_page),
        (r"^/run/(?P<number>[0-9]{1,9})$", run_page),
        (r"^/changed$", changed_page),
        (r"^/health$", health_page),
        (rf"^/(?P<list>{_any_of(kind.path for kind in KINDS)})$", names_page),
        (rf"^/(?P<named>{NAMED})/(?P<name>.+)$", named_page),
        (r"^/stories/picture$", picture_page),
        (r"^/stories/counts\.(?P<format>csv|svg|png)$", counts_file),
        (r"^/reading-list$", reading_list_page),
        (rf"^/reading-list\.(?P<ending>{_any_of(FILES)})$", listed_file),
        (r"^/reading-list/cite$", cite_list_page),
        (r"^/reading-list/cite\.txt$", listed_in_style),
        (r"^/saved$", saved_page),
        (r"^/saved/(?P<name>[a-z0-9-]{1,64})$", saved_query_page),
        (r"^/saved/(?P<name>[a-z0-9-]{1,64})\.atom$", saved_feed),
        (r"^/saved/(?P<name>[a-z0-9-]{1,64})/(?P<what>run|remove)$", change_saved),
        (r"^/robots\.txt$", robots),
        *([(f"^{LOGIN}$", login_page)] if settings.get("doorkeeper") else []),
        *([(f"^{LOGOUT}$", logout_page)] if settings.get("doorkeeper") else []),
        (r"^/-/", of_datasette),
    ]


def _any_of(endings: Iterable[str]) -> str:
    return "|".join(map(re.escape, endings))


async def robots() -> Response:
    """Tells crawlers that they have no business here; the header ``x-robots-tag`` says so to
    those who come."""
    return Response.text("User-agent: *\nDisallow: /\n")


async def of_datasette() -> Response:
    """Hides Datasette's pages on itself, which say where the archive lies, and what runs here."""
    raise NotFound("404")


@hookimpl
def skip_csrf(scope: dict[str, Any]) -> bool:
    """Leaves a form's token to the pages that take it, so that these say what to do."""
    return takes_form(scope["path"])


@hookimpl(wrapper=True)
def handle_exception(
    datasette: Datasette, request: Request, exception: Exception
) -> Generator[None, list[Answer], list[Answer]]:
    """Answers always by a page in our words, which say what to do; Datasette's own say what
    failed."""
    yield
    return [partial(exception_page, datasette, request, exception)]


@hookimpl
def extra_template_vars(
    datasette: Datasette,
    request: Request | None,
    template: str,
    view_name: str,
    database: str,
    table: str,
) -> Callable[[], Awaitable[dict[str, Any]]]:
    async def page_vars() -> dict[str, Any]:
        if request is None:
            return {}
        visit = PageVisit(datasette=datasette, request=request)
        shared: dict[str, Any] = {
            "for_readers": navigation.FOR_READERS,
            "for_operators": navigation.FOR_OPERATORS,
            "route": visit.route,
            "has_password": bool(settings_of(datasette).get("doorkeeper")),
            "is_public": visit.is_public,
            "is_here_alone": visit.is_here_alone,
            "captures": settings_of(datasette).get("captures"),
        }
        # What can't be read at all still has a page that says so.
        with suppress(*([sqlite3.DatabaseError] if template == "error.html" else [])):
            shared["publishers"] = await visit.ask_once(publishers)
            shared["is_sample"] = await visit.ask_once(has_samples)
        if template == "row-data-versions.html":
            shared["story_ref"] = await visit.ask(ref_of_version, request.url_vars["pks"])
        return shared

    return page_vars


@hookimpl
def asgi_wrapper(datasette: Datasette) -> Callable[[App], App]:
    settings = settings_of(datasette)
    return partial(
        guarded,
        public_hosts=settings.get("public_hosts", ()),
        doorkeeper=settings.get("doorkeeper"),
        prefix=datasette.setting("base_url"),
    )
