"""Which raw pages must go with withdrawn stories: marked first, so that a kill forgets none."""

import json
from collections.abc import Sequence

from sqlite_utils import Database

from archive.captures.warc import WarcCaptures
from archive.file.rows import Row
from archive.withdrawal.copies import named_places
from archive.withdrawal.other_pages import OtherPage
from archive.withdrawal.targets import Targets
from archive.withdrawal.tombstones import HIDDEN, add_keys, page_key


def mark_pages(db: Database, targets: Targets, others: Sequence[OtherPage]) -> int:
    """Leave nothing but their places of the pages to be overwritten; in the open transaction.

    :param others: pages of other stories that must go, too
    :returns: how many pages of other stories are among them
    """
    own = _own_pages(db, targets)
    of_others = {page.capture_id for page in others} - own.keys()
    marked = own | dict.fromkeys(of_others, targets.stones[0].ref)
    db.conn.executemany(
        "UPDATE captures SET url = ?, content_type = NULL WHERE id = ?",
        [[f"{HIDDEN}{ref}#{capture_id}", capture_id] for capture_id, ref in marked.items()],
    )
    db.execute(
        "UPDATE versions SET capture_id = NULL WHERE capture_id IN "
        "(SELECT id FROM captures WHERE url LIKE ?)",
        [f"{HIDDEN}%"],
    )
    return len(of_others)


def mark_unnamed_pages(
    db: Database,
    captures: WarcCaptures,
    targets: Targets,
    shown_to: Targets | None = None,
) -> list[Row]:
    """Name the places of pages that no row names, so that they are overwritten, too: those of the
    stories, and those that show one that is withdrawn everywhere.

    :param shown_to: the stories that are withdrawn everywhere
    :returns: ``file``, ``offset`` and ``length`` of what can't be read
    """
    unreadable = []
    # A killed run wrote them, or they came back with a copy of their file.
    for place in captures.unnamed(named_places(db)):
        if place["url"] is None:
            unreadable.append({name: place[name] for name in ("file", "offset", "length")})
        elif ref := _owner_of_page(captures, place, targets, shown_to):
            db.execute(
                'INSERT INTO captures (url, origin, digest, file, "offset", length) '
                "VALUES (?, 'crawl', ?, ?, ?, ?)",
                [f"{HIDDEN}{ref}", *(place[n] for n in ("digest", "file", "offset", "length"))],
            )
    return unreadable


def erase_marked_pages(db: Database, captures: WarcCaptures) -> tuple[int, list[Row]]:
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


def _owner_of_page(
    captures: WarcCaptures, place: Row, targets: Targets, shown_to: Targets | None
) -> str | None:
    """The ref of the story with which a page must go."""
    if stone := targets.owner_of(place["url"]) or targets.owner.get(page_key(place["digest"])):
        return stone.ref
    if shown_to is None or not shown_to.traces:
        return None
    page = captures.page(place)
    is_shown = page is not None and shown_to.traces.are_in_page(page)
    return shown_to.stones[0].ref if is_shown else None
