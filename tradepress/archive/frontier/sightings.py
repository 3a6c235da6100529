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
from tradepress.story import METADATA_ONLY

Span = tuple[str, str]
"""Is the first and last time (UTC) at which a version was seen, and no other between."""


def note_sightings(
    transaction: Transaction,
    article_id: int,
    version_id: int | None,
    times: Iterable[str],
    *,
    is_back: bool,
) -> bool:
    """Writes that the story stood on its site at these times and showed this version.

    Of two versions that a story showed in one second the one that was stored last counts.

    :param version_id: None: it can't be told, as less of the story was served than is kept
    :param times: UTC
    :param is_back: it stood at its main address, so that it is not gone since before then
    :returns: False if all that was known
    """
    is_new = False
    for seen_at in times:
        written = transaction.write(
            """
            INSERT INTO sightings (article_id, seen_at, version_id) VALUES (?, ?, ?)
            ON CONFLICT DO UPDATE SET version_id = excluded.version_id
                WHERE coalesce(excluded.version_id > version_id, version_id IS NULL)
            """,
            [article_id, seen_at, version_id],
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


def last_stood(db: Database, article_id: int, version_id: int) -> str | None:
    """Says when an article's current version was last seen; of one from a file without date,
    when that was which it took the place of; None: never."""
    (found,) = db.conn.execute(
        "SELECT max(seen_at) FROM sightings WHERE article_id = ? AND version_id = ?",
        [article_id, version_id],
    ).fetchone()
    if found is None:
        found = (last_shown(db, article_id) or (None, None))[1]
    return None if found is None else str(found)


def last_shown(db: Database, article_id: int) -> tuple[int, str] | None:
    """Returns the version of an article, with what may be kept of its text, that was seen last,
    and when; None: none was seen."""
    found = db.conn.execute(
        "SELECT version_id, seen_at FROM sightings JOIN versions ON versions.id = version_id "
        "WHERE sightings.article_id = ? AND policy IS NOT ? ORDER BY seen_at DESC LIMIT 1",
        [article_id, METADATA_ONLY],
    ).fetchone()
    return found and (int(found[0]), str(found[1]))


def version_with(
    db: Database, article_id: int, content_hash: str, seen_at: str | None
) -> int | None:
    """Returns the id of the version that a page with such a text shows; None if none has it.

    Of several, as of a text that came back, the one that stood just before or just after.
    """
    same = {
        version_id
        for (version_id,) in db.conn.execute(
            "SELECT id FROM versions WHERE article_id = ? AND content_hash = ?",
            [article_id, content_hash],
        )
    }
    if len(same) > 1 and seen_at is not None:
        for beside in ("<= :at ORDER BY seen_at DESC", "> :at ORDER BY seen_at"):
            found = db.conn.execute(
                "SELECT version_id FROM sightings WHERE article_id = :id "
                f"AND version_id IS NOT NULL AND seen_at {beside} LIMIT 1",
                {"id": article_id, "at": seen_at},
            ).fetchone()
            if found and found[0] in same:
                return int(found[0])
    return max(same, default=None)


def spans_of(db: Database, article_id: int) -> dict[int, list[Span]]:
    """Returns when each version of a story was seen to stand, in the order of time."""
    seen = db.conn.execute(
        "SELECT version_id, seen_at FROM sightings "
        "WHERE article_id = ? AND version_id IS NOT NULL ORDER BY seen_at",
        [article_id],
    ).fetchall()
    spans: dict[int, list[Span]] = {}
    for version_id, run in groupby(seen, key=itemgetter(0)):
        times = [seen_at for _, seen_at in run]
        spans.setdefault(version_id, []).append((times[0], times[-1]))
    return spans
