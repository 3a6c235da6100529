"""Serves the reading list: what became of the stories whose refs somebody kept."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from tradepress.archive.database import Database
from tradepress.archive.errors import NoSuchArticle
from tradepress.archive.file.rows import Row, fetch_rows
from tradepress.archive.stories.ref import resolve_ref
from tradepress.archive.withdrawal.tombstones import find_tombstone, hash_key

LISTED = """
    WITH wanted AS (
        SELECT json_extract(value, '$[0]') AS kept, json_extract(value, '$[1]') AS name,
            json_extract(value, '$[2]') AS number
        FROM json_each(?)
    ), named AS (
        SELECT kept, number, articles.id, 1 AS first_version, NULL AS last_version
        FROM wanted JOIN articles ON articles.ref = name
        UNION ALL
        SELECT kept, number, article_id, first_version, last_version
        FROM wanted JOIN aliases ON aliases.ref = name
    )
    SELECT kept, articles.ref, shown.headline, published_day, publisher, shown.id AS version_id,
        CASE WHEN number IS NULL THEN NULL ELSE shown.version END AS version
    FROM named
    JOIN articles ON articles.id = named.id
    JOIN versions AS shown ON article_id = articles.id
        AND shown.version = coalesce(first_version - 1 + number, articles.version)
    JOIN sources ON name = source
    WHERE number IS NULL OR shown.version <= coalesce(last_version, shown.version)
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class ListedRef:
    """Is a ref on a reading list, and what it names today."""

    kept: str
    """Is the ref as it was put on the list."""
    ref: str | None
    """Is the ref of today, with a version if ``kept`` has one; None: there is no such story."""
    headline: str | None
    publisher: str | None = None
    published_day: str | None = None
    withdrawn: str | None = None
    """Is the reason, if it was."""
    version_id: int | None = None
    """Is the ``versions.id`` of what it names; two of a list may name one."""

    @property
    def is_renamed(self) -> bool:
        return self.ref is not None and self.ref != self.kept


def list_refs(db: Database, refs: Sequence[str]) -> list[ListedRef]:
    """Lists what each of these refs names, in the same order."""
    found = _found(db, refs)
    return [_listed(db, ref, found.get(ref)) for ref in refs]


def versions_of(db: Database, refs: Sequence[str]) -> list[int]:
    """Lists ``versions.id`` of those that there are, each once, in the same order."""
    found = _found(db, refs)
    return list(dict.fromkeys(found[ref]["version_id"] for ref in refs if ref in found))


def by_day(listed: Sequence[ListedRef]) -> list[str]:
    """Sorts the refs as kept, the oldest day first; then the undated, and those that are no
    more."""
    return [
        one.kept
        for one in sorted(listed, key=lambda one: (one.published_day is None, one.published_day))
    ]


def _found(db: Database, refs: Sequence[str]) -> dict[str, Row]:
    """Maps refs as kept to rows."""
    wanted = [(ref, *_numbered(db, ref)) for ref in refs]
    return {row["kept"]: row for row in fetch_rows(db, LISTED, [json.dumps(wanted)])}


def _numbered(db: Database, ref: str) -> tuple[str, int | None]:
    """Parts a ref from the number of a version, also of one that is called by what it says."""
    name, at, number = ref.partition("@")
    if not at or (number.isdecimal() and len(number) < 10):
        return name, int(number) if at else None
    try:
        article_id, version = resolve_ref(db, ref)
    except NoSuchArticle:
        return name, 0
    return db.execute("SELECT ref FROM articles WHERE id = ?", [article_id]).fetchone()[0], version


def _listed(db: Database, kept: str, row: Row | None) -> ListedRef:
    if row is None:
        stone = find_tombstone(db, [hash_key(kept.partition("@")[0])])
        if stone is None:
            return ListedRef(kept=kept, ref=None, headline=None)
        return ListedRef(kept=kept, ref=None, headline=stone.headline, withdrawn=stone.reason)
    version = row["version"]
    return ListedRef(
        kept=kept,
        ref=row["ref"] if version is None else f"{row['ref']}@{version}",
        headline=row["headline"],
        publisher=row["publisher"],
        published_day=row["published_day"],
        version_id=row["version_id"],
    )
