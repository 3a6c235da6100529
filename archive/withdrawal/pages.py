"""Which raw pages must go with withdrawn stories: marked first, so that a kill forgets none."""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

from sqlite_utils import Database

from archive.capture_store import CaptureStore
from archive.rows import Row
from archive.withdrawal.copies import archives_beside
from archive.withdrawal.targets import Targets
from archive.withdrawal.tombstones import HIDDEN, add_keys, page_key

PLACES = 'SELECT file, "offset", length FROM captures'


def mark_pages(
    db: Database,
    path: Path,
    captures: CaptureStore | None,
    targets: Targets,
    showing: Iterable[int],
) -> int:
    """Leave nothing but their places of the pages to be overwritten; in the open transaction.

    :param path: the archive's
    :param showing: ``versions.id`` of other stories whose pages show what must go
    :returns: how many pages of other stories are among them
    """
    own = _own_pages(db, targets)
    others = {
        capture_id
        for (capture_id,) in db.execute(
            "SELECT capture_id FROM versions WHERE capture_id IS NOT NULL "
            "AND id IN (SELECT value FROM json_each(?))",
            [json.dumps(sorted(showing))],
        )
    }
    if captures is not None:
        others |= _pages_that_show(db, captures, targets)
    others -= own.keys()
    marked = own | dict.fromkeys(others, targets.stones[0].ref)
    db.conn.executemany(
        "UPDATE captures SET url = ?, content_type = NULL WHERE id = ?",
        [[f"{HIDDEN}{ref}#{capture_id}", capture_id] for capture_id, ref in marked.items()],
    )
    db.execute(
        "UPDATE versions SET capture_id = NULL WHERE capture_id IN "
        "(SELECT id FROM captures WHERE url LIKE ?)",
        [f"{HIDDEN}%"],
    )
    if captures is not None:
        mark_unnamed_pages(db, path, captures, targets)
    return len(others)


def mark_unnamed_pages(db: Database, path: Path, captures: CaptureStore, targets: Targets) -> None:
    """Name the places of pages that no row names, so that they are overwritten, too."""
    for ref, place in _unnamed_pages(db, path, captures, targets):
        db.execute(
            'INSERT INTO captures (url, origin, digest, file, "offset", length) '
            "VALUES (?, 'crawl', ?, ?, ?, ?)",
            [f"{HIDDEN}{ref}", *(place[n] for n in ("digest", "file", "offset", "length"))],
        )


def erase_marked_pages(db: Database, captures: CaptureStore) -> tuple[int, list[Row]]:
    """Overwrite what is marked, and drop the marks; know the pages again, should they come back.

    :returns: how many, and the places where nothing was to be overwritten
    """
    marked = list(
        db.query(
            'SELECT id, url, file, "offset", length, digest FROM captures WHERE url LIKE ?',
            [f"{HIDDEN}%"],
        )
    )
    missing = captures.erase(marked)
    for row in marked:
        ref = row["url"].removeprefix(HIDDEN).partition("#")[0]
        add_keys(db, ref, [page_key(row["digest"])])
    db.conn.executemany("DELETE FROM captures WHERE id = ?", [[row["id"]] for row in marked])
    return len(marked) - len(missing), missing


def _own_pages(db: Database, targets: Targets) -> dict[int, str]:
    """``captures.id`` to the ref of its story."""
    own = {
        capture_id: targets.articles[article_id].ref
        for capture_id, article_id in db.execute(
            "SELECT capture_id, article_id FROM versions WHERE capture_id IS NOT NULL "
            "AND article_id IN (SELECT value FROM json_each(?))",
            [json.dumps(list(targets.articles))],
        )
    }
    for capture_id, url in db.execute(
        "SELECT id, url FROM captures WHERE url NOT LIKE ? AND id NOT IN "
        "(SELECT capture_id FROM versions WHERE capture_id IS NOT NULL)",
        [f"{HIDDEN}%"],
    ):
        if stone := targets.owner_of(url):
            own[capture_id] = stone.ref
    return own


def _pages_that_show(db: Database, captures: CaptureStore, targets: Targets) -> set[int]:
    """Pages of the same sources that name a story outside of their links, too."""
    if not targets.traces:
        return set()
    sources = {stone.source for stone in targets.stones if stone.headline is None}
    rows = db.query(
        'SELECT DISTINCT captures.id, file, "offset", length FROM captures '
        "JOIN versions ON capture_id = captures.id JOIN articles ON articles.id = article_id "
        "WHERE source IN (SELECT value FROM json_each(?)) "
        "AND article_id NOT IN (SELECT value FROM json_each(?)) "
        'ORDER BY file, "offset"',
        [
            json.dumps(sorted(sources - targets.whole_sources)),
            json.dumps(list(targets.articles)),
        ],
    )
    return {row["id"] for row in rows if targets.traces.are_in_page(captures.page(row))}


def _unnamed_pages(
    db: Database, path: Path, captures: CaptureStore, targets: Targets
) -> Iterator[tuple[str, Row]]:
    """Pages that no row names, nor another archive beside, with the ref: a killed run wrote them,
    or they came back with a copy of their file."""
    named: dict[str, list[tuple[int, int]]] = {}
    for file, offset, length in db.execute(PLACES):
        named.setdefault(file, []).append((offset, length))
    for other in archives_beside(path):
        with closing(sqlite3.connect(f"{other.as_uri()}?mode=ro", uri=True)) as beside:
            for file, offset, length in beside.execute(PLACES):
                named.setdefault(file, []).append((offset, length))
    for place in captures.unnamed(named):
        stone = targets.owner_of(place["url"]) or targets.owner.get(page_key(place["digest"]))
        if stone is not None:
            yield stone.ref, place
        elif targets.traces and targets.traces.are_in_page(captures.page(place)):
            yield targets.stones[0].ref, place
