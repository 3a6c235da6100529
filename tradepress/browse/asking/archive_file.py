"""Lets Datasette ask the archive: read only and frugal."""
# mypy: disable-error-code="import-untyped"

import asyncio
import sqlite3
from collections.abc import Hashable, Mapping
from contextlib import suppress
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any

from datasette.database import Database, QueryInterrupted, Results
from datasette.utils import escape_sqlite

from tradepress.archive.database import Database as Archive
from tradepress.archive.search.public_words import PublicArchive
from tradepress.browse.asking.kept_answers import KeptAnswers
from tradepress.browse.asking.kept_health import KeptHealth
from tradepress.browse.asking.limits import NOT_SHOWN, connect_frugally
from tradepress.browse.datasette_settings import settings_of
from tradepress.browse.facets.kept_index import KeptIndex
from tradepress.browse.passages.kept_passages import KeptPassages
from tradepress.browse.passages.shown_passages import Quoting
from tradepress.browse.queries.saved import QueryStanding
from tradepress.browse.serving.exports import LAST_GIVEN, Given
from tradepress.story_fields import ROWS_OF

MOST_DOWNLOADS = 4
"""Limits the files of whole results being made at once; each is work for a core."""
MOST_FREE = 2
"""Limits the questions of Datasette's pages that are answered at once, of all its threads:
whoever writes slow SQL, or sorts a table, waits for others who do, and the pages of ours don't."""
TABLES = """
    SELECT name FROM pragma_table_list
    WHERE schema = 'main' AND name NOT IN ('sqlite_schema', 'version_rows')
        AND (type IN ('table', 'virtual') OR name = 'versions')
    ORDER BY name
"""


class ArchiveFile(Database):  # type: ignore[misc]  # Datasette has no types
    """Is the archive, read only, whatever signs its path has (Datasette trips over # and ?)."""

    def __init__(self, datasette: Any, *, path: str) -> None:
        super().__init__(datasette, path=path)
        served = settings_of(datasette)
        self.is_public = served.get("is_public", False)
        quoting = Quoting(
            open_sources=served.get("open_sources", ()), policies=served.get("policies", {})
        )
        self.passages = KeptPassages(Path(path), quoting)
        self.facets = KeptIndex(
            Path(path), is_public=self.is_public, also=lambda: self.passages.built
        )
        self.downloads = BoundedSemaphore(MOST_DOWNLOADS)
        self.free = asyncio.Semaphore(MOST_FREE)
        self.health = KeptHealth(Path(path), served.get("policies"))
        self.answers = KeptAnswers(Path(path))
        self.common: set[str] = set()
        """Remembers words that are in too many stories to tell which are about the same thing."""
        self.standings: dict[Hashable, QueryStanding] = {}
        """Keeps the standings of saved queries, as long as neither archive nor file has changed."""

    def asked_by(self, connection: sqlite3.Connection) -> Archive:
        """Returns the archive as who comes here may ask it, whichever columns the connection
        shows."""
        if self.is_public:
            return PublicArchive(connection, self.passages.find)
        return Archive(connection, recursive_triggers=False, execute_plugins=False)

    def close(self) -> None:
        self.passages.close()
        self.facets.close()
        self.health.close()
        self.answers.close()
        super().close()

    def connect(self, write: bool = False) -> sqlite3.Connection:
        connection = connect_frugally(Path(self.path), is_public=self.is_public)
        self._all_file_connections.append(connection)
        return connection

    async def execute(
        self, sql: str, params: Mapping[str, Any] | None = None, **options: Any
    ) -> Results:
        """Executes a question once one of the MOST_FREE is free."""
        async with self.free:
            results = await super().execute(sql, params, **options)
        LAST_GIVEN.set(Given(rows=len(results.rows), is_cut=results.truncated))
        return results

    async def table_names(self) -> list[str]:
        """Lists tables, but those in which SQLite keeps the full text, and those not shown."""
        names = [row["name"] for row in (await self.execute(TABLES)).rows]
        return [name for name in names if name not in NOT_SHOWN]

    async def view_names(self) -> list[str]:
        """Lists no view: one is what the full text of former versions is made of, one is listed
        among the tables."""
        return []

    async def get_view_definition(self, view: str) -> str | None:
        return None if view in ROWS_OF else await super().get_view_definition(view)

    async def table_exists(self, table: str) -> bool:
        return bool(await super().table_exists(ROWS_OF.get(table, table)))

    async def primary_keys(self, table: str) -> list[str]:
        keys: list[str] = await super().primary_keys(ROWS_OF.get(table, table))
        return keys

    async def foreign_keys_for_table(self, table: str) -> list[dict[str, str]]:
        """Says which columns lead where: to a view in the place of the table with its rows."""
        return _viewed(await super().foreign_keys_for_table(ROWS_OF.get(table, table)))

    async def get_all_foreign_keys(self) -> dict[str, dict[str, list[dict[str, str]]]]:
        found = {
            table: {way: _viewed(keys) for way, keys in ways.items()}
            for table, ways in (await super().get_all_foreign_keys()).items()
        }
        return found | {view: found[rows] for view, rows in ROWS_OF.items()}

    async def table_counts(self, limit: int = 10) -> dict[str, int | None]:
        """Counts rows of the tables that are not hidden; None where it takes too long."""
        counts: dict[str, int | None] = dict.fromkeys(await self.table_names())
        for name in set(counts).difference(await self.hidden_table_names()):
            with suppress(QueryInterrupted):
                counted = await self.execute(f"select count(*) from {escape_sqlite(name)}")
                counts[name] = counted.rows[0][0]
        return counts


def _viewed(keys: list[dict[str, str]]) -> list[dict[str, str]]:
    views = {rows: view for view, rows in ROWS_OF.items()}
    return [
        {**key, "other_table": views.get(key["other_table"], key["other_table"])} for key in keys
    ]
