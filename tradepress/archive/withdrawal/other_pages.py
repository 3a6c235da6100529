"""Finds raw pages of other stories that show a withdrawn one: they are those stories' evidence."""

import json
from dataclasses import dataclass
from itertools import chain

from tradepress.archive.captures.warc import WarcCaptures
from tradepress.archive.database import Database
from tradepress.archive.file.rows import Row
from tradepress.archive.text_forms import HIDDEN
from tradepress.archive.withdrawal.links_to_withdrawn import versions_linking
from tradepress.archive.withdrawal.targets import Targets

OF_NO_STORY = (
    f"url NOT LIKE '{HIDDEN}%' "
    "AND id NOT IN (SELECT capture_id FROM versions WHERE capture_id IS NOT NULL)"
)
"""Is the condition on ``captures`` that no version was read from the page."""


@dataclass(frozen=True, kw_only=True, slots=True)
class OtherPage:
    """Is the raw page of another story."""

    capture_id: int
    ref: str
    """Is the other story's ref; the address of a page that gave no story."""
    file: str
    offset: int
    is_readable: bool
    """Is False where nobody knows what the page shows."""


def pages_of_others(
    db: Database, captures: WarcCaptures | None, targets: Targets
) -> list[OtherPage]:
    """Returns pages that link to the stories, pages of their sources that name them, and those
    of their sources that can't be read. Without the raw pages only the first are known."""
    linking = versions_linking(db, targets)
    sources = {stone.source for stone in targets.stones if stone.headline is None}
    looked_at = sources - targets.whole_sources if targets.traces else set()
    rows = db.query(
        'SELECT captures.id, ref, file, "offset", length, max(versions.id IN '
        "(SELECT value FROM json_each(:linking))) AS is_linking "
        "FROM captures JOIN versions ON capture_id = captures.id "
        "JOIN articles ON articles.id = article_id "
        "WHERE article_id NOT IN (SELECT value FROM json_each(:own)) "
        "AND (source IN (SELECT value FROM json_each(:sources)) "
        "OR versions.id IN (SELECT value FROM json_each(:linking))) "
        'GROUP BY captures.id ORDER BY file, "offset"',
        {
            "linking": json.dumps(sorted(linking)),
            "own": json.dumps(list(targets.articles)),
            "sources": json.dumps(sorted(looked_at)),
        },
    )
    unused = db.query(
        'SELECT captures.id, url AS ref, file, "offset", length, 0 AS is_linking FROM captures '
        f'WHERE {OF_NO_STORY} ORDER BY file, "offset"'
    )
    found = []
    for row in chain(rows, unused if looked_at else ()):
        pages = [] if row["is_linking"] or captures is None else _pages(db, captures, row)
        is_readable = None not in pages
        shows = any(targets.traces.are_in_page(page) for page in pages if page is not None)
        if is_readable and not (row["is_linking"] or shows):
            continue
        found.append(
            OtherPage(
                capture_id=row["id"],
                ref=row["ref"],
                file=row["file"],
                offset=row["offset"],
                is_readable=is_readable,
            )
        )
    return found


def _pages(db: Database, captures: WarcCaptures, row: Row) -> list[bytes | None]:
    """Returns a page and the data that it loads; None in the place of what can't be read."""
    data = db.query(
        'SELECT file, "offset", length FROM capture_records '
        "WHERE capture_id = ? AND kind IN ('data', 'response')",
        [row["id"]],
    )
    return [captures.page(row), *map(captures.page, data)]
