"""Cuts what an archive knows of some sources out, as an archive that a crawl goes on in.

It comes back by :mod:`tradepress.archive.merging.bring_crawl`.
"""

import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tradepress.archive.errors import archive_error
from tradepress.archive.file.transaction import Transaction
from tradepress.archive.open import open_archive

OWN = "(SELECT id FROM home.articles WHERE source IN (SELECT value FROM json_each(:sources)))"
OF_SOURCE = "source IN (SELECT value FROM json_each(:sources))"
OF_SITE = f"({OF_SOURCE} OR source IN (SELECT value FROM json_each(:neighbours)))"
OF_ARTICLE = f"article_id IN {OWN}"
OF_VERSION = f"version_id IN (SELECT id FROM home.versions WHERE {OF_ARTICLE})"
IS_CURRENT = "id IN (SELECT version_id FROM home.articles WHERE id = article_id)"


@dataclass(frozen=True, kw_only=True, slots=True)
class Cut:
    """Selects the rows of one table that go along."""

    table: str
    where: str
    changed: Mapping[str, str] = field(default_factory=dict)
    """Maps a column to an expression in the place of its value."""


VERSION = {"run_id": "NULL", "capture_id": "NULL"}
CUTS = (
    Cut(table="sources", where=OF_SITE.replace("source IN", "name IN")),
    Cut(table="seeds", where=OF_SOURCE),
    Cut(table="tombstones", where=OF_SITE),
    Cut(
        table="tombstone_keys",
        where=f"tombstone_id IN (SELECT id FROM home.tombstones WHERE {OF_SITE})",
    ),
    Cut(table="withdrawn_people", where="TRUE"),
    # Current versions before their article, and former ones behind it: see the triggers.
    Cut(table="version_rows", where=f"{OF_ARTICLE} AND {IS_CURRENT}", changed=VERSION),
    Cut(table="articles", where=OF_SOURCE, changed={"duplicate_group": "NULL"}),
    Cut(table="version_rows", where=f"{OF_ARTICLE} AND NOT {IS_CURRENT}", changed=VERSION),
    *(
        Cut(table=name, where=OF_ARTICLE)
        for name in ("locations", "sightings", "holdings", "aliases")
    ),
    Cut(
        table="links",
        where=OF_VERSION,
        changed={"target_id": f"CASE WHEN target_id IN {OWN} THEN target_id END"},
    ),
    *(Cut(table=name, where=OF_VERSION) for name in ("mentions", "mention_readings", "site_marks")),
    Cut(table="site_key", where="TRUE"),
    Cut(
        table="urls",
        where=f"{OF_SITE} AND NOT EXISTS (SELECT 1 FROM home.mementos WHERE url_id = urls.id)",
        changed={
            "scheduled_run_id": "NULL",
            "article_id": f"CASE WHEN {OF_ARTICLE} THEN article_id END",
        },
    ),
)
"""Lists what goes along; not what stays with the archive: runs and their outcomes, raw pages,
back-fills, near-duplicates; of neighbours which addresses are theirs, since a story is asked for
by the first that lists it; of other sources nothing but their place in the full text is missed
by a crawl."""
BY_ADDRESS = {"hosts": "'https://' || host || '/'", "site_files": "origin || path"}
"""Maps a table to the address by which it is known whose row it is."""


def cut_sources(
    archive: Path,
    target: Path,
    sources: Sequence[str],
    owns: Callable[[str], bool],
    neighbours: Sequence[str] = (),
) -> None:
    """Makes an archive of what a crawl of these sources needs: their frontier, and their stories,
    so that it knows what is new. The raw pages stay.

    :param archive: as it was last committed
    :param target: is made
    :param sources: their names
    :param owns: is an address on one of their sites?
    :param neighbours: names of others on the same sites
    :raises ArchiveError: one of both can't be read or written
    """
    with open_archive(target, command="cut", near_duplicates=False) as part:
        transaction = part.transaction
        try:
            where = f"{archive.resolve().as_uri()}?mode=ro"
            transaction.db.conn.execute("ATTACH ? AS home", [where])
        except sqlite3.Error as error:
            raise archive_error(error, archive) from error
        with transaction.atomic():
            names = {"sources": json.dumps([*sources]), "neighbours": json.dumps([*neighbours])}
            for cut in CUTS:
                _copy(transaction, cut, names)
            for table, address in BY_ADDRESS.items():
                places = transaction.rows(f"SELECT rowid AS id, {address} AS url FROM home.{table}")
                own = [row["id"] for row in places if owns(row["url"])]
                of_own = "rowid IN (SELECT value FROM json_each(:own))"
                _copy(transaction, Cut(table=table, where=of_own), {"own": json.dumps(own)})
        transaction.commit()


def _copy(transaction: Transaction, cut: Cut, parameters: Mapping[str, str]) -> None:
    columns = transaction.rows(f"PRAGMA main.table_info({cut.table})")  # without generated ones
    names = [f'"{row["name"]}"' for row in columns]
    values = [cut.changed.get(name.strip('"'), name) for name in names]
    transaction.write(
        f"INSERT INTO main.{cut.table} ({', '.join(names)}) "
        f"SELECT {', '.join(values)} FROM home.{cut.table} AS {cut.table} WHERE {cut.where}",
        parameters,
    )
