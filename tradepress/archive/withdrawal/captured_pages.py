"""Decides which raw pages must go with withdrawn stories: marked first, so that a kill forgets
none. With a page goes what else was recorded of it (table ``capture_records``)."""

import json
from collections.abc import Sequence

from tradepress.archive.captures.places import named_places
from tradepress.archive.captures.warc import WarcCaptures
from tradepress.archive.database import Database
from tradepress.archive.file.rows import Row
from tradepress.archive.file.transaction import Transaction
from tradepress.archive.text_forms import HIDDEN
from tradepress.archive.withdrawal.other_pages import OF_NO_STORY, OtherPage
from tradepress.archive.withdrawal.targets import Targets
from tradepress.archive.withdrawal.tombstones import add_keys, page_key

NO_PAGES = ("#request", "#revisit")
"""Are the ends of marks of records that belonged to a page."""


def mark_pages(transaction: Transaction, targets: Targets, others: Sequence[OtherPage]) -> int:
    """Takes from the index of the pages that must go all but their places, and mark them so.

    :param others: pages of other stories that must go, too
    :returns: how many pages of other stories are among them
    """
    own = _own_pages(transaction.db, targets)
    of_others = {page.capture_id for page in others} - own.keys()
    marked = own | dict.fromkeys(of_others, targets.stones[0].ref)
    of_marked = "SELECT value FROM json_each(?)"
    of_these = [json.dumps([*marked])]
    transaction.log.change_of("capture", of_marked, of_these)
    shown = f"SELECT id FROM version_rows WHERE capture_id IN ({of_marked})"
    transaction.log.change_of("version", shown, of_these)
    transaction.write_many(
        "UPDATE captures SET url = ?, retrieved_from = NULL, content_type = NULL WHERE id = ?",
        [[f"{HIDDEN}{ref}#{capture_id}", capture_id] for capture_id, ref in marked.items()],
    )
    transaction.write(
        "UPDATE version_rows SET capture_id = NULL WHERE capture_id IN "
        "(SELECT id FROM captures WHERE url LIKE ?)",
        [f"{HIDDEN}%"],
    )
    return len(of_others)


def mark_unnamed_pages(
    transaction: Transaction, targets: Targets, shown_to: Targets | None = None
) -> list[Row]:
    """Names the places of records that no row names, so that they are overwritten, too: those of
    the stories, and pages that show one that is withdrawn everywhere.

    :param shown_to: the stories that are withdrawn everywhere
    :returns: ``file``, ``offset`` and ``length`` of what can't be read
    """
    captures, unreadable = transaction.captures, []
    if captures is None:
        return []
    # A killed run wrote them, or they came back with a copy of their file.
    for found in captures.unnamed(named_places(transaction.db)):
        place = {name: found[name] for name in ("file", "offset", "length")}
        if found["url"] is None:
            unreadable.append(place)
        elif ref := _owner_of(captures, found, targets, shown_to):
            url = HIDDEN + ref if found["is_page"] else f"{HIDDEN}{ref}#{found['kind']}"
            mark = {"url": url, "origin": "crawl", "digest": found["digest"]}
            transaction.insert("captures", mark | place)
    return unreadable


def erase_marked_pages(transaction: Transaction) -> tuple[int, list[Row]]:
    """Overwrites what is marked, and drops the marks; knows the pages again, should they come back.

    Lasting when it returns. Without the raw pages the marks stay.

    :returns: how many pages, and the places where nothing was to be overwritten
    """
    if transaction.captures is None:
        return 0, []
    marked = transaction.rows(
        'SELECT id, url, file, "offset", length, digest FROM captures WHERE url LIKE ?',
        [f"{HIDDEN}%"],
    )
    further = transaction.rows(
        'SELECT kind, captures.id, r.file, r."offset", r.length, '
        "coalesce(r.digest, captures.digest) AS digest FROM capture_records AS r "
        "JOIN captures ON captures.id = capture_id WHERE url LIKE ?",
        [f"{HIDDEN}%"],
    )
    # Pages that a script draws may all be the same but for their data.
    known_by = {row["id"]: row["digest"] for row in marked}
    known_by |= {row["id"]: row["digest"] for row in further if row["kind"] == "data"}
    pages = [row for row in marked if not row["url"].endswith(NO_PAGES)]
    others = [row for row in marked if row["url"].endswith(NO_PAGES)]
    missing = transaction.captures.erase(pages)
    erased = len(pages) - len(missing)
    missing += transaction.captures.erase([*others, *further])
    for row in pages:
        ref = row["url"].removeprefix(HIDDEN).partition("#")[0]
        add_keys(transaction, ref, [page_key(known_by[row["id"]])])
    ids = [[row["id"]] for row in marked]
    transaction.write_many("DELETE FROM capture_records WHERE capture_id = ?", ids)
    transaction.write_many("DELETE FROM captures WHERE id = ?", ids)
    transaction.commit()
    return erased, missing


def _own_pages(db: Database, targets: Targets) -> dict[int, str]:
    """Maps ``captures.id`` to the ref of the story whose own page it is."""
    own = {
        capture_id: targets.articles[article_id].ref
        for capture_id, article_id in db.execute(
            "SELECT capture_id, article_id FROM versions WHERE capture_id IS NOT NULL "
            "AND article_id IN (SELECT value FROM json_each(?))",
            [json.dumps(list(targets.articles))],
        )
    }
    for capture_id, url in db.execute(f"SELECT id, url FROM captures WHERE {OF_NO_STORY}"):
        if stone := targets.owner_of(url):
            own[capture_id] = stone.ref
    return own


def _owner_of(
    captures: WarcCaptures, place: Row, targets: Targets, shown_to: Targets | None
) -> str | None:
    """Returns the ref of the story with which a record must go."""
    if stone := targets.owner_of(place["url"]) or targets.owner.get(page_key(place["digest"])):
        return stone.ref
    if shown_to is None or not shown_to.traces or not place["is_page"]:
        return None
    page = captures.page(place)
    is_shown = page is not None and shown_to.traces.are_in_page(page)
    return shown_to.stones[0].ref if is_shown else None
