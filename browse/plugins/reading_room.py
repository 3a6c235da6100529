"""What the reading room hooks into Datasette: its pages, functions of SQL, safe cells, headers."""
# mypy: disable-error-code="import-untyped, untyped-decorator"

import json
import re
import sqlite3
from collections.abc import Awaitable, Callable, Generator, Iterable, Mapping
from functools import partial
from typing import Any

from datasette import hookimpl
from datasette.app import Datasette
from datasette.database import Database
from datasette.filters import Filters
from datasette.renderer import json_renderer
from datasette.utils import path_with_replaced_args
from datasette.utils.asgi import NotFound, Request, Response
from jinja2 import Environment
from markupsafe import Markup
from sqlite_utils import Database as Archive

from archive.search.find_stories import match_query
from archive.stories.articles import DOUBTFUL_BELOW, is_doubtful
from browse import narrowing, navigation, rendering, searching, story_pages
from browse.archive_file import ArchiveFile, Counts
from browse.datasette_settings import DATABASE, PLUGIN
from browse.exports import LAST_GIVEN, part_of_search
from browse.gate import App, guarded
from browse.named_kinds import NUMBER_WORDS
from browse.page_visit import (
    PageVisit,
    counts_path,
    named_path,
    result_path,
    story_path,
    values_path,
)
from browse.pages.changed_page import changed_page
from browse.pages.changes_page import changes_page
from browse.pages.cite_page import cite_page
from browse.pages.counts_file import counts_file
from browse.pages.feed_page import result_feed
from browse.pages.front_page import front_page
from browse.pages.health_page import health_page
from browse.pages.mistakes import mistake_in_words, mistake_page
from browse.pages.named_page import named_feed, named_page
from browse.pages.names_page import names_page
from browse.pages.picture_page import picture_page
from browse.pages.result_page import result_page
from browse.pages.run_page import run_page, runs_page
from browse.pages.source_page import source_page, sources_page
from browse.pages.story_page import story_page
from browse.pages.take_away import (
    FILES,
    REFERENCES,
    result_file,
    result_in_style,
    story_reference,
)
from browse.pages.unapi_page import unapi_page
from browse.pages.values_page import values_page
from browse.queries.front import YEARS
from research.queries.query_feed import MOST_ENTRIES

Row = dict[str, Any]
Answer = Callable[[], Awaitable[Response]]

NAMED = "court|office|case|number|firm|author"

VERSION_STORY = """
    SELECT ref, source, articles.version AS current,
        EXISTS (SELECT 1 FROM captures WHERE captures.id = capture_id AND file <> '')
            AND versions.policy IS NOT 'metadata-only' AS is_captured
    FROM versions JOIN articles ON articles.id = article_id WHERE versions.id = :id
"""
# From value to value by the index of lists, instead of through all stories. Of each source the last
# language is NULL: the stories of none.
SPELLINGS = """
    WITH RECURSIVE languages (source, language) AS (
        SELECT name, (SELECT min(language) FROM articles WHERE source = name) FROM sources
        UNION ALL
        SELECT source, (
            SELECT min(language) FROM articles
            WHERE source = languages.source AND language > languages.language
        ) FROM languages WHERE language IS NOT NULL
    ), sections (source, language, section) AS (
        SELECT source, language, (
            SELECT min(section) FROM articles
            WHERE source = languages.source AND language IS languages.language
        ) FROM languages
        UNION ALL
        SELECT source, language, (
            SELECT min(section) FROM articles
            WHERE source = sections.source AND language IS sections.language
                AND section > sections.section
        ) FROM sections WHERE section IS NOT NULL
    )
    SELECT DISTINCT language, section FROM sections
"""
PASSAGES = """
    SELECT id, headline, CASE
        WHEN instr(body, char(2)) THEN body
        WHEN instr(description, char(2)) THEN description
        ELSE coalesce(body, description)
    END AS passage
    FROM (
        SELECT rowid AS id,
            highlight({index}, 0, char(2), char(3)) AS headline,
            snippet({index}, 1, char(2), char(3), '…', 40) AS description,
            snippet({index}, 2, char(2), char(3), '…', 40) AS body
        FROM {index}
        WHERE {index} MATCH fts_query(:search)
            AND rowid IN (SELECT value FROM json_each(:ids))
    )
"""


@hookimpl
def register_facet_classes() -> list[type[Counts]]:
    return [Counts]


@hookimpl
def startup(datasette: Datasette) -> None:
    """The archive is at /archive whatever its file is called: links and queries rely on it."""
    [served] = [name for name, database in datasette.databases.items() if database.path]
    path = datasette.databases[served].path
    datasette.remove_database(served)
    datasette.add_database(ArchiveFile(datasette, path=path), name=DATABASE)


@hookimpl(trylast=True)
def prepare_connection(conn: sqlite3.Connection) -> None:
    """``fts_query(text)``: what a person typed as an FTS5 query that is never a syntax error.

    ``doubtful_below()``: stories with a lower confidence are doubtful.
    ``search_stories(json)``: see :func:`browse.searching.search_stories`.
    """

    # Whatever a function fails by, Datasette prints on the operator's terminal: it takes any value.
    def fts_query(text: object) -> str:
        return match_query(str(text or ""))

    def search_stories(asked: object) -> str:
        try:
            return searching.search_stories(archive_on(conn), asked)
        except sqlite3.OperationalError as error:
            if str(error) != "interrupted":
                raise
            # The query that called is stopped, too: its time is over. It looks at its next row.
            conn.interrupt()
            return "[0]"

    conn.create_function("search_stories", 1, search_stories)
    conn.create_function("fts_query", 1, fts_query, deterministic=True)
    conn.create_function("doubtful_below", 0, lambda: DOUBTFUL_BELOW, deterministic=True)
    # Datasette's own ?_search= stumbles over a lone space; trylast, so that ours is kept.
    conn.create_function("escape_fts", 1, fts_query, deterministic=True)


@hookimpl
def prepare_jinja2_environment(env: Environment, datasette: Datasette) -> None:
    env.filters.update(
        by_column=rendering.by_column,
        copies=rendering.copies,
        counted=rendering.counted,
        fields=rendering.fields,
        capitalize_first=rendering.capitalize_first,
        in_days=rendering.in_days,
        in_months=rendering.in_months,
        days_seen=rendering.days_seen,
        in_minutes=rendering.in_minutes,
        marked=rendering.marked,
        names=rendering.names,
        no_text=rendering.no_text,
        paragraphs=rendering.paragraphs,
        reservations=rendering.reservations,
        web_link=rendering.web_link,
    )
    env.globals["story_path"] = partial(story_path, datasette)
    env.globals["counts_path"] = partial(counts_path, datasette)
    env.globals["number_words"] = NUMBER_WORDS
    env.globals["named_path"] = partial(named_path, datasette)
    env.globals["result_path"] = partial(result_path, datasette)
    env.globals["values_path"] = partial(values_path, datasette)
    env.globals["most_entries"] = MOST_ENTRIES
    env.globals["filter_words"] = rendering.filter_words
    env.tests["doubtful"] = is_doubtful
    env.tests["web_address"] = rendering.is_web_address
    env.globals["kind_words"] = rendering.KIND_WORDS
    env.globals["duplicate_words"] = rendering.DUPLICATE_WORDS


@hookimpl
def register_output_renderer() -> dict[str, Any]:
    return {"extension": "json", "render": as_json, "can_render": lambda: True}


def as_json(
    datasette: Datasette, request: Request, args: Any, data: Row, view_name: str
) -> Response:
    """Datasette's JSON; of a search it says where the rest is."""
    if data.get("query_name") == "search" and data["rows"]:
        part, parts = part_of_search({name: args.get(name) for name in args}, LAST_GIVEN.get())
        if part < parts:
            following = path_with_replaced_args(request, {"page": part + 1})
            data["truncated"] = True
            data["next_url"] = datasette.absolute_url(request, datasette.urls.path(following))
    return json_renderer(args, data, view_name)


@hookimpl
def render_cell(column: str, value: object) -> Markup | None:
    return rendering.cell(column, value)


@hookimpl
def register_routes() -> list[tuple[str, Callable[..., Awaitable[Response]]]]:
    return [
        (r"^/$", front_page),
        (r"^/stories$", result_page),
        (r"^/stories/values$", values_page),
        (rf"^/stories\.(?P<ending>{_any_of(FILES)})$", result_file),
        (r"^/stories\.atom$", result_feed),
        (r"^/stories/cite$", cite_page),
        (r"^/stories/cite\.txt$", result_in_style),
        (r"^/unapi$", unapi_page),
        (rf"^/story/(?P<ref>[^/]+)\.(?P<ending>{_any_of(REFERENCES)})$", story_reference),
        (r"^/story/(?P<ref>[^/]+)$", story_page),
        (r"^/story/(?P<ref>[^/]+)/changes/(?P<older>\d{1,9})/(?P<newer>\d{1,9})$", changes_page),
        (r"^/sources$", sources_page),
        (r"^/source/(?P<name>[^/]+)$", source_page),
        (r"^/runs$", runs_page),
        (r"^/run/(?P<number>[0-9]{1,9})$", run_page),
        (r"^/changed$", changed_page),
        (r"^/health$", health_page),
        (r"^/(?P<list>courts|offices|cases|numbers|marks|firms|authors)$", names_page),
        (rf"^/(?P<named>{NAMED}|source)/(?P<name>.+)\.atom$", named_feed),
        (rf"^/(?P<named>{NAMED})/(?P<name>.+)$", named_page),
        (r"^/stories/picture$", picture_page),
        (r"^/stories/counts\.(?P<format>csv|svg|png)$", counts_file),
        (r"^/robots\.txt$", robots),
        (r"^/-/", of_datasette),
    ]


def _any_of(endings: Iterable[str]) -> str:
    return "|".join(map(re.escape, endings))


async def robots() -> Response:
    """Nobody's crawler has business here; the header ``x-robots-tag`` says so to those who come."""
    return Response.text("User-agent: *\nDisallow: /\n")


async def of_datasette() -> Response:
    """Datasette's pages on itself say where the archive lies, and what runs here."""
    raise NotFound("404")


@hookimpl(wrapper=True)
def handle_exception(
    datasette: Datasette, request: Request, exception: Exception
) -> Generator[None, list[Answer], list[Answer]]:
    """A page in our words, and no traceback on the terminal, for what a visitor mistyped."""
    answers = yield
    mistake = mistake_in_words(exception, request.path)
    return answers if mistake is None else [partial(mistake_page, datasette, request, *mistake)]


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
        archive = datasette.get_database(DATABASE)
        sources = await rows(archive, "SELECT name, publisher, is_sample FROM sources")
        visit = PageVisit(datasette=datasette, request=request) if request else None
        shared: dict[str, Any] = {
            "for_readers": navigation.FOR_READERS,
            "for_operators": navigation.FOR_OPERATORS,
            "route": visit.route if visit else "",
            "is_public": visit is not None and visit.is_public,
            "is_here_alone": visit is not None and visit.is_here_alone,
            "publishers": {source["name"]: source["publisher"] for source in sources},
            "is_sample": any(source["is_sample"] for source in sources),
            "captures": (datasette.plugin_config(PLUGIN) or {}).get("captures"),
        }
        if request and (database, table) == (DATABASE, "articles"):
            if view_name == "row":
                facts = await ask(archive, story_pages.story_facts, request.url_vars["pks"])
                return {**shared, **facts}
            return shared | {
                "years": await rows(archive, YEARS),
                "passages": partial(passages, archive, request.args),
                "in_search": partial(in_search, archive, request),
                "what_is_wrong_in": searching.what_is_wrong_in,
            }
        if request and template == "row-archive-versions.html":
            found = await rows(archive, VERSION_STORY, id=request.url_vars["pks"])
            return shared | {"story": found[0] if found else None}
        if request and template == "query-archive-search.html":
            return shared | await search_page(archive, request)
        return shared

    return page_vars


async def search_page(archive: Database, request: Request) -> dict[str, Any]:
    asked = {name: request.args.get(name) or "" for name in request.args}
    page = searching.page_number(asked.get("page", ""))
    known = await spellings(archive)
    return {
        "page": page,
        "first_shown": searching.page_size(asked.get("size", "")) * (page - 1) + 1,
        "file_size": searching.LARGEST_PAGE,
        "sections": known["section"],
        "languages": known["language"],
        "in_list": narrowing.to_list(asked, known),
        "what_is_wrong": partial(ask, archive, searching.what_is_wrong, asked),
        "why_nothing_found": partial(ask, archive, searching.why_nothing_found, asked),
        "withdrawn_meanwhile": partial(ask, archive, searching.withdrawn_meanwhile, asked),
    }


async def in_search(archive: Database, request: Request) -> narrowing.Carried:
    """The list of stories that this address asks for, as a search."""
    pairs = [(name, value) for name in request.args for value in request.args.getlist(name)]
    own = [(name, value) for name, value in pairs if name.startswith("_") and "__" not in name]
    selections = Filters([pair for pair in pairs if pair not in own]).selections()
    return narrowing.to_search(selections, own, await spellings(archive))


async def spellings(archive: Database) -> dict[str, list[str]]:
    """Sections and languages of the archive."""
    found = await rows(archive, SPELLINGS)
    return {
        column: sorted({row[column] for row in found} - {None})
        for column in ("section", "language")
    }


async def passages(
    archive: Database, asked: Mapping[str, str], ids: Iterable[int]
) -> dict[int, Row]:
    """The lines of the listed stories that a search hit, by story id; called by the template."""
    search = asked.get("_search") or ""
    if not search.strip():
        return {}
    has_forms = asked.get("_fts_table") == narrowing.OTHER_FORMS
    sql = PASSAGES.format(index=narrowing.OTHER_FORMS if has_forms else "articles_fts")
    found = await rows(archive, sql, search=search, ids=json.dumps([int(one) for one in ids]))
    return {row["id"]: row for row in found}


def archive_on(connection: sqlite3.Connection) -> Archive:
    """For what asks the archive in Python; changes nothing about the connection."""
    return Archive(connection, recursive_triggers=False, execute_plugins=False)


async def ask(archive: Database, question: Callable[..., Any], *arguments: object) -> Any:
    """The answer of a function that takes the archive, and these."""
    return await archive.execute_fn(lambda connection: question(archive_on(connection), *arguments))


async def rows(archive: Database, sql: str, **parameters: object) -> list[Row]:
    return [dict(row) for row in (await archive.execute(sql, parameters)).rows]


@hookimpl
def asgi_wrapper(datasette: Datasette) -> Callable[[App], App]:
    settings = datasette.plugin_config(PLUGIN) or {}
    return partial(guarded, public_hosts=settings.get("public_hosts", ()))
