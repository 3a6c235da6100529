"""What our pages add to Datasette: their queries, search functions, safe cells, headers, CSV."""
# mypy: disable-error-code="import-untyped, untyped-decorator"

import csv
import io
import sqlite3
from collections.abc import Awaitable, Callable, Generator, Iterable, Mapping
from pathlib import Path
from typing import Any

from datasette import hookimpl
from datasette.app import Datasette
from datasette.database import Database
from datasette.utils.asgi import Base400, NotFound, Request, Response
from datasette.views.base import DatasetteError
from jinja2 import Environment
from markupsafe import Markup

from archive.articles import DOUBTFUL_BELOW, is_doubtful
from archive.search import match_query
from browse import rendering

Row = dict[str, Any]
Answer = Callable[[], Awaitable[Response]]
Message = dict[str, Any]
Scope = Mapping[str, Any]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Callable[[], Awaitable[Message]], Send], Awaitable[None]]

DATABASE = "archive"

SECURITY_HEADERS = {
    # No page of ours needs a script, a frame or anything from another host.
    b"content-security-policy": b"default-src 'none'; style-src 'self'; img-src 'self'; "
    b"form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    b"x-content-type-options": b"nosniff",
    b"x-frame-options": b"DENY",
    b"referrer-policy": b"no-referrer",
    b"cross-origin-resource-policy": b"same-origin",
    b"x-robots-tag": b"noindex, nofollow",
}

NEWEST = """
    SELECT id, ref, headline, description, published_day, source, section, authors, corrections,
        is_truncated, access, version, gone_at
    FROM articles ORDER BY published_day DESC, id DESC LIMIT 10
"""
SOURCES = """
    SELECT name, publisher, home_url,
        (SELECT count(*) FROM articles WHERE source = name) AS stories,
        (SELECT min(published_day) FROM articles WHERE source = name) AS first_day,
        (SELECT max(published_day) FROM articles WHERE source = name) AS last_day
    FROM sources ORDER BY stories DESC, publisher
"""
YEARS = """
    SELECT substr(published_month, 1, 4) AS year, sum(stories) AS stories
    FROM (SELECT published_month, count(*) AS stories FROM articles GROUP BY published_month)
    GROUP BY year ORDER BY year DESC
"""
LAST_RUNS = """
    SELECT *, command LIKE 'ingest%' AS read_files FROM runs WHERE id IN (
        (SELECT max(id) FROM runs WHERE command NOT LIKE 'ingest%'),
        (SELECT max(id) FROM runs WHERE command LIKE 'ingest%')
    ) ORDER BY read_files, id DESC
"""
RUN_SOURCES = "SELECT name, publisher FROM sources WHERE name IN (SELECT value FROM json_each(?))"

STORY_VERSIONS = """
    SELECT id, version, headline, date_captured, date_archived, evidence, extractor, capture_id
    FROM versions WHERE article_id = :id ORDER BY version DESC
"""
STORY_LINKS = """
    SELECT links.kind, links.text, links.url, other.id, other.headline, other.published_day
    FROM articles AS story
    JOIN links ON links.version_id = story.version_id
    LEFT JOIN locations ON locations.url_key = links.url_key AND locations.article_id <> story.id
    LEFT JOIN articles AS other ON other.id = locations.article_id
    WHERE story.id = :id ORDER BY links.position
"""
STORY_LOCATIONS = (
    "SELECT url, first_seen, last_seen FROM locations WHERE article_id = :id ORDER BY id"
)
STORY_CAPTURE = """
    SELECT captures.* FROM articles
    JOIN versions ON versions.id = articles.version_id
    JOIN captures ON captures.id = versions.capture_id
    WHERE articles.id = :id
"""
STORY_LINKED_FROM = """
    SELECT DISTINCT other.id, other.headline, other.published_day, other.source
    FROM locations
    JOIN links ON links.url_key = locations.url_key
    JOIN articles AS other ON other.version_id = links.version_id AND other.id <> :id
    WHERE locations.article_id = :id AND links.kind <> 'top_stories'
    ORDER BY other.published_day DESC, other.id DESC LIMIT 20
"""
PASSAGES = """
    SELECT id, headline, CASE
        WHEN instr(body, char(2)) THEN body
        WHEN instr(description, char(2)) THEN description
        ELSE coalesce(body, description)
    END AS passage
    FROM (
        SELECT rowid AS id,
            highlight(articles_fts, 0, char(2), char(3)) AS headline,
            snippet(articles_fts, 1, char(2), char(3), '…', 40) AS description,
            snippet(articles_fts, 2, char(2), char(3), '…', 40) AS body
        FROM articles_fts
        WHERE articles_fts MATCH fts_query(:search)
            AND rowid IN (SELECT value FROM json_each(:ids))
    )
"""


class ArchiveFile(Database):  # type: ignore[misc]  # Datasette has no types
    """The archive, read only, whatever characters its path has (Datasette trips over # and ?)."""

    def connect(self, write: bool = False) -> sqlite3.Connection:
        address = f"{Path(self.path).absolute().as_uri()}?mode=ro"
        connection = sqlite3.connect(address, uri=True, check_same_thread=False)
        self._all_file_connections.append(connection)
        return connection


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
    """
    conn.create_function("fts_query", 1, match_query, deterministic=True)
    conn.create_function("doubtful_below", 0, lambda: DOUBTFUL_BELOW, deterministic=True)
    # Datasette's own ?_search= stumbles over a lone space; trylast, so that ours is kept.
    conn.create_function("escape_fts", 1, match_query, deterministic=True)


@hookimpl
def prepare_jinja2_environment(env: Environment) -> None:
    env.filters.update(
        counted=rendering.counted,
        fields=rendering.fields,
        in_days=rendering.in_days,
        in_minutes=rendering.in_minutes,
        marked=rendering.marked,
        names=rendering.names,
        paragraphs=rendering.paragraphs,
        web_link=rendering.web_link,
    )
    env.globals["filter_words"] = rendering.filter_words
    env.tests["doubtful"] = is_doubtful
    env.tests["web_address"] = rendering.is_web_address
    env.globals["kind_words"] = rendering.KIND_WORDS


@hookimpl
def render_cell(column: str, value: object) -> Markup | None:
    return rendering.cell(column, value)


@hookimpl
def register_routes() -> list[tuple[str, Callable[..., Awaitable[Response]]]]:
    return [(r"^/story/(?P<ref>[^/]+)$", story_by_ref), (r"^/robots\.txt$", robots)]


async def robots() -> Response:
    """Nobody's crawler has business here; the header ``x-robots-tag`` says so to those who come."""
    return Response.text("User-agent: *\nDisallow: /\n")


async def story_by_ref(datasette: Datasette, request: Request) -> Response:
    """``/story/wipr-14415`` leads to the story's page."""
    ref = request.url_vars["ref"]
    found = await rows(
        datasette.get_database(DATABASE), "SELECT id FROM articles WHERE ref = :ref", ref=ref
    )
    if not found:
        raise NotFound(f"This archive holds no story with the ref {ref}.")
    return Response.redirect(datasette.urls.row(DATABASE, "articles", str(found[0]["id"])))


@hookimpl(wrapper=True)
def handle_exception(
    datasette: Datasette, request: Request, exception: Any
) -> Generator[None, list[Answer], list[Answer]]:
    """A page in our words, and no traceback on the terminal, for what a visitor mistyped."""
    answers = yield

    async def page() -> Response:
        if getattr(exception, "title", None) == "SQL Interrupted":
            said = (
                "The query took too long and was stopped. Ask for less: a year, a source, a LIMIT."
            )
        else:
            said = str(exception.args[0])
        answer = {"ok": False, "status": exception.status, "error": said, "title": None}
        if request.path.endswith(".json"):
            return Response.json(answer, status=exception.status)
        html = await datasette.render_template("error.html", answer, request=request)
        return Response.html(html, status=exception.status)

    return [page] if isinstance(exception, Base400 | DatasetteError) else answers


@hookimpl
def extra_template_vars(
    datasette: Datasette, request: Request | None, view_name: str, database: str, table: str
) -> Callable[[], Awaitable[dict[str, Any]]]:
    async def page_vars() -> dict[str, Any]:
        archive = datasette.get_database(DATABASE)
        sources = await rows(archive, "SELECT name, publisher, is_sample FROM sources")
        shared: dict[str, Any] = {
            "publishers": {source["name"]: source["publisher"] for source in sources},
            "is_sample": any(source["is_sample"] for source in sources),
        }
        if view_name == "index":
            return shared | await front_page(archive)
        if request and (database, table) == (DATABASE, "articles"):
            if view_name == "row":
                return shared | await story_page(archive, request.url_vars["pks"])
            return shared | {
                "years": await rows(archive, YEARS),
                "passages": Passages(archive, request.args.get("_search") or ""),
            }
        return shared

    return page_vars


async def front_page(archive: Database) -> dict[str, Any]:
    years = await rows(archive, YEARS)
    dated = [year["year"] for year in years if year["year"]]
    last_runs = await rows(archive, LAST_RUNS)
    for run in last_runs:
        named = await archive.execute(RUN_SOURCES, [run["sources"]])
        run["publishers"] = [source["publisher"] for source in named.rows]
    return {
        "stories": sum(year["stories"] for year in years),
        "years": years,
        "most_in_a_year": max((year["stories"] for year in years), default=0),
        "first_year": min(dated, default=None),
        "last_year": max(dated, default=None),
        "sources": await rows(archive, SOURCES),
        "last_runs": last_runs,
        "newest": await rows(archive, NEWEST),
    }


async def story_page(archive: Database, key: str) -> dict[str, Any]:
    versions = await rows(archive, STORY_VERSIONS, id=key)
    captures = await rows(archive, STORY_CAPTURE, id=key)
    links = await rows(archive, STORY_LINKS, id=key)
    return {
        "versions": versions,
        "capture": captures[0] if captures else None,
        "links_by_kind": {
            kind: of_kind
            for kind in rendering.KIND_WORDS
            if (of_kind := [link for link in links if link["kind"] == kind])
        },
        "locations": await rows(archive, STORY_LOCATIONS, id=key),
        "linked_from": await rows(archive, STORY_LINKED_FROM, id=key),
    }


class Passages:
    """The lines of the listed stories that a search hit, by story id; called by the template."""

    def __init__(self, archive: Database, search: str) -> None:
        self.archive = archive
        self.search = search

    async def __call__(self, ids: Iterable[int]) -> dict[int, Row]:
        if not self.search.strip():
            return {}
        listed = "[" + ",".join(str(int(number)) for number in ids) + "]"
        found = await rows(self.archive, PASSAGES, search=self.search, ids=listed)
        return {row["id"]: row for row in found}


async def rows(archive: Database, sql: str, **parameters: object) -> list[Row]:
    return [dict(row) for row in (await archive.execute(sql, parameters)).rows]


@hookimpl
def asgi_wrapper() -> Callable[[App], App]:
    """Adds the security headers to every response and takes formulas out of CSV."""

    def wrap(app: App) -> App:
        async def wrapped(
            scope: Scope, receive: Callable[[], Awaitable[Message]], send: Send
        ) -> None:
            is_csv = False

            async def send_safely(message: Message) -> None:
                nonlocal is_csv
                if message["type"] == "http.response.start":
                    kept = [
                        (name, value)
                        for name, value in message.get("headers", [])
                        if name.lower() not in SECURITY_HEADERS
                    ]
                    kinds = [value for name, value in kept if name.lower() == b"content-type"]
                    is_csv = scope["path"].endswith(".csv") and any(
                        kind.startswith((b"text/plain", b"text/csv")) for kind in kinds
                    )
                    message = message | {"headers": [*kept, *SECURITY_HEADERS.items()]}
                elif is_csv and message["type"] == "http.response.body":
                    message = message | {"body": without_formulas(message.get("body", b""))}
                await send(message)

            await app(scope, receive, send_safely)

        return wrapped

    return wrap


def without_formulas(lines: bytes) -> bytes:
    """Whole CSV lines (Datasette sends each row as one message) with inert cells."""
    csv.field_size_limit(2**31 - 1)
    inert = io.StringIO()
    writer = csv.writer(inert)
    for row in csv.reader(io.StringIO(lines.decode(), newline="")):
        writer.writerow([rendering.inert_csv_cell(value) for value in row])
    return inert.getvalue().encode()
