"""Says when the page of a kept story was seen, which version it showed, and that it is gone.

A sighting is an instant, and what lies between two of them is left open: of a page that read the
same in May and in July, a capture found years later may show that it did not in June. So nothing is
merged as it is written, whatever the order in which captures come; who reads makes spans of it.
"""

from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter

from tradepress.archive.clock import utc_now
from tradepress.archive.database import Database
from tradepress.archive.file.transaction import Transaction

Span = tuple[str, str]
"""Is the first and last time (UTC) at which a version was seen, and no other between."""
RANK = "is_reread, is_truncated IS NOT 1, content_hash FROM version_rows"
"""Orders the versions that were seen in one second."""


def note_sightings(
    transaction: Transaction,
    article_id: int,
    version_id: int | None,
    times: Iterable[str],
    *,
    is_back: bool,
    is_crawled: bool = False,
) -> bool:
    """Writes that the story stood on its site at these times and showed this version.

    Of two versions that a story showed in one second that which was crawled last counts; else the
    one read again, the whole one, the one with the higher content hash: whichever came first.

    :param version_id: None: it can't be told
    :param times: UTC
    :param is_back: it stood at its main address, so that it is not gone since before then
    :param is_crawled: it was seen just now
    :returns: False if all that was known
    """
    is_new = False
    for seen_at in times:
        written = transaction.write(
            f"""
            INSERT INTO sightings (article_id, seen_at, version_id) VALUES (?, ?, ?)
            ON CONFLICT DO UPDATE SET version_id = excluded.version_id
                WHERE version_id IS NULL OR excluded.version_id <> version_id
                    AND (? OR (SELECT {RANK} WHERE id = excluded.version_id) > (
                        SELECT {RANK} WHERE id = sightings.version_id
                    ))
            """,
            [article_id, seen_at, version_id, is_crawled],
        )
        is_new = is_new or written.rowcount > 0
        if is_back:
            transaction.write(
                "UPDATE articles SET gone_at = NULL WHERE id = ? AND gone_at <= ?",
                [article_id, seen_at],
            )
    if is_new:
        update_first_and_last(transaction, article_id)
    return is_new


def update_first_and_last(transaction: Transaction, article_id: int) -> None:
    """Makes the story's first and last day those of its sightings, if there is one."""
    transaction.write(
        """
        UPDATE articles SET first_seen = seen.first, last_seen = seen.last
        FROM (SELECT min(seen_at) AS first, max(seen_at) AS last FROM sightings
            WHERE article_id = :id) AS seen
        WHERE id = :id AND (first_seen, last_seen) <> (seen.first, seen.last)
        """,
        {"id": article_id},
    )


def note_unchanged(
    transaction: Transaction, article_id: int, url_key: str, *, is_main: bool, is_gone: bool
) -> None:
    """Writes what its site says: that the story stands as it did, or that it is gone.

    :param url_key: of the address asked for
    :param is_main: is that the story's main address?
    """
    now = utc_now()
    if not is_gone:
        transaction.write(
            "UPDATE locations SET last_seen = max(last_seen, ?) WHERE url_key = ?", [now, url_key]
        )
    if not is_main:
        return
    if is_gone:
        transaction.write(
            "UPDATE articles SET gone_at = coalesce(gone_at, ?) WHERE id = ?", [now, article_id]
        )
        return
    stands = transaction.value(
        "SELECT version_id FROM sightings WHERE article_id = ? ORDER BY seen_at DESC LIMIT 1",
        [article_id],
    )
    note_sightings(transaction, article_id, stands, [now], is_back=True)


def take_over(transaction: Transaction, article_id: int, old_id: int, new_id: int) -> None:
    """Gives what showed one version to another, which is a better reading of the same page."""
    transaction.write(
        "UPDATE sightings SET version_id = ? WHERE article_id = ? AND version_id = ?",
        [new_id, article_id, old_id],
    )


def last_stood(db: Database, article_id: int, version_id: int | None = None) -> str | None:
    """Says when an article, or one version of it, was last seen; None: never, as of a file without
    date."""
    (found,) = db.conn.execute(
        "SELECT max(seen_at) FROM sightings "
        "WHERE article_id = :id AND version_id IS coalesce(:version_id, version_id)",
        {"id": article_id, "version_id": version_id},
    ).fetchone()
    return None if found is None else str(found)


def version_with(db: Database, article_id: int, content_hash: str) -> int | None:
    """Returns the id of the version with such a text; None if none has it. Of several, as of a
    reading by other rules, the last."""
    found = db.conn.execute(
        "SELECT max(id) FROM versions WHERE article_id = ? AND content_hash = ?",
        [article_id, content_hash],
    ).fetchone()
    return None if found[0] is None else int(found[0])


def spans_of(db: Database, article_id: int) -> dict[int, list[Span]]:
    """Returns when each version of a story was seen to stand, in the order of time.

    Where only a teaser was served, the whole text may have stood on.
    """
    seen = db.conn.execute(
        "SELECT version_id, seen_at, version_id IN "
        "(SELECT id FROM version_rows WHERE article_id = :id AND is_truncated = 1) "
        "FROM sightings WHERE article_id = :id AND version_id IS NOT NULL ORDER BY seen_at",
        {"id": article_id},
    ).fetchall()
    spans: dict[int, list[Span]] = {}
    for wanted, among in ((0, [one for one in seen if not one[2]]), (1, seen)):
        for (version_id, is_teaser), run in groupby(among, key=itemgetter(0, 2)):
            times = [seen_at for _, seen_at, _ in run]
            if is_teaser == wanted:
                spans.setdefault(version_id, []).append((times[0], times[-1]))
    return spans
