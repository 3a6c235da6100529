"""Sees whether the rows are what the log recorded, and its roots those of its leaves.

Who can write the archive can write all of the log anew: what stands here then agrees with itself.
Only a root that somebody else kept shows it.
"""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tradepress.archive.care.faults import Verified
from tradepress.archive.clock import utc_text
from tradepress.archive.leaf_log.leaf_form import leaf_of, ledger_hashes
from tradepress.archive.leaf_log.leaf_log import LOGGED
from tradepress.archive.leaf_log.merkle_tree import EMPTY, Peaks
from tradepress.archive.leaf_log.root import Root
from tradepress.archive.text_forms import HIDDEN, storable

LEAVES = """
    SELECT position, kind, row_id, salt, hash, parts, erased_by, (
        SELECT max(position) FROM log_leaves AS former WHERE former.kind = log_leaves.kind
        AND former.row_id = log_leaves.row_id AND former.position < log_leaves.position
    ), NOT EXISTS (
        SELECT 1 FROM log_leaves AS later WHERE later.kind = log_leaves.kind
        AND later.row_id = log_leaves.row_id AND later.position > log_leaves.position
    ) FROM log_leaves ORDER BY position
"""
ROOTS = """
    SELECT size, root, coalesce('run ' || run_id, 'what was done at ' || made_at, 'nothing')
    FROM log_roots ORDER BY size
"""
TABLES = {**LOGGED, "log_erasures": "erasure"}
VOUCHED = {"captures": f"url NOT LIKE '{HIDDEN}%'", "runs": "state <> 'running'"}
"""Maps a table to the condition of rows that have a leaf, where not all have."""
UNROOTED = """
    SELECT kind, row_id FROM log_leaves WHERE kind IN ('run', 'erasure') GROUP BY kind, row_id
        HAVING min(position) NOT IN (SELECT size FROM log_roots)
        AND min(position) > coalesce((SELECT min(size) FROM log_roots WHERE event = 'found so'), 0)
"""
MISNAMED = """
    SELECT log_roots.size FROM log_roots JOIN log_leaves ON position = log_roots.size
    LEFT JOIN log_erasures AS done ON kind = 'erasure' AND done.id = row_id
    WHERE CASE event
        WHEN 'run' THEN (kind, row_id, made_at) IS NOT ('run', run_id, NULL)
        WHEN 'erasure' THEN kind <> 'erasure' OR run_id IS NOT NULL OR made_at < done.at
        ELSE log_roots.size > (SELECT min(size) FROM log_roots)
    END
"""
TIMESTAMPS = """
    SELECT size, coalesce(root, x''), authority, token FROM log_timestamps
    LEFT JOIN log_roots USING (size) ORDER BY size
"""
NAMES = {
    "version": "SELECT ref || '@' || versions.version FROM versions "
    "JOIN articles ON articles.id = article_id WHERE versions.id = ?",
    "capture": "SELECT 'the capture of ' || url FROM captures WHERE id = ?",
    "tombstone": "SELECT 'the withdrawal of ' || ref FROM tombstones WHERE id = ?",
}


class Recorded(NamedTuple):
    """Is a row of the log."""

    kind: str
    row_id: int
    salt: bytes | None
    hash: bytes
    parts: bytes | None
    erased_by: int | None
    former: int | None


def check_log(
    connection: sqlite3.Connection,
    verified: Verified,
    since: Root | None = None,
    certificates: Path | None = None,
) -> Iterator[str]:
    """Yields what is not as recorded, in words; notes in ``verified`` how far it looked.

    :param since: a root that was kept elsewhere
    :param certificates: of the time authorities; None: who signed a timestamp is not checked
    """
    yield from _leaves(connection, verified, since)
    yield from _timestamps(connection, verified, certificates)
    if not verified.leaves and connection.execute("SELECT 1 FROM version_rows").fetchone():
        yield "there is no log here, as in a release: nothing vouches for what stands in it"
        return
    for table, kind in TABLES.items():
        rows = connection.execute(
            f"SELECT id FROM {table} WHERE {VOUCHED.get(table, 'TRUE')} AND NOT EXISTS "
            "(SELECT 1 FROM log_leaves WHERE kind = ? AND row_id = id)",
            [kind],
        )
        for (row_id,) in rows:
            yield f"{_name(connection, kind, row_id)} is vouched for by no run: somebody added it"
    for kind, row_id in connection.execute(UNROOTED):
        yield f"{kind} {row_id} has no root in the log: somebody took it away"
    running = "SELECT count(*) FROM runs WHERE state = 'running'"
    (verified.not_ended,) = connection.execute(running).fetchone()
    for (size,) in connection.execute(MISNAMED):
        yield f"the root over {size} leaves is not of what it says, or not of then"


def head_faults(connection: sqlite3.Connection) -> Iterator[str]:
    """Sees, by a cheap look, whether the head of the log fits its leaves and its last root."""
    size, peaks = connection.execute("SELECT size, peaks FROM log_head").fetchone() or (0, b"")
    (last,) = connection.execute("SELECT coalesce(max(position), 0) FROM log_leaves").fetchone()
    sql = "SELECT size, root FROM log_roots ORDER BY size DESC LIMIT 1"
    rooted, root = connection.execute(sql).fetchone() or (0, EMPTY)
    head = Peaks.unpacked(size, peaks)
    if size != last or rooted > size or (rooted == size and head.root() != root):
        yield f"the head of its log ({size} leaves) does not fit its {last} leaves or last root"


def _leaves(
    connection: sqlite3.Connection, verified: Verified, since: Root | None
) -> Iterator[str]:
    """Makes every leaf and every root anew."""
    peaks, roots = Peaks(), {size: told for size, *told in connection.execute(ROOTS)}
    last = 0
    for position, *leaf, is_last in connection.execute(LEAVES):
        if position != last + 1:
            yield f"of the log's leaves {position - last - 1} are missing before leaf {position}"
        recorded, last = Recorded(*leaf), position
        peaks.add(recorded.hash)
        if is_last:
            yield from _leaf(connection, recorded)
        if position in roots:
            root, whose = roots.pop(position)
            verified.root = str(Root(size=position, hash=peaks.root()))
            if root != peaks.root():
                yield f"the root of {whose} is not that of the log: somebody changed one of both"
        if since is not None and since.size == position:
            if since.hash != peaks.root():
                yield (
                    f"this archive doesn't go on from {since}: its first {since.size} leaves have"
                    f" the root {peaks.root().hex()}, so it is another, or its past was changed"
                )
            since = None
    verified.leaves = peaks.size
    for size, (_, whose) in roots.items():
        yield f"the root of {whose} is over {size} leaves, and the log has {peaks.size}"
    if since is not None:
        yield f"this archive doesn't go on from {since}: its log has only {peaks.size} leaves"
    head = connection.execute("SELECT size, peaks FROM log_head").fetchone()
    if head != (peaks.size, peaks.packed()) and peaks.size:
        yield "the head of the log is not that of its leaves: somebody changed it"
    found = connection.execute(
        "SELECT made_at FROM log_roots WHERE event = 'found so' ORDER BY size LIMIT 1"
    ).fetchone()
    verified.found_so = found and found[0]


def _timestamps(
    connection: sqlite3.Connection, verified: Verified, certificates: Path | None
) -> Iterator[str]:
    """Checks what time authorities say of roots."""
    verified.timestamps = 0
    if not (tokens := connection.execute(TIMESTAMPS).fetchall()):
        return
    # A tenth of what `browse` loads, and most archives have none.
    from tradepress.archive.leaf_log.check_token import TokenError, check_token, read_token

    for size, root, authority, token in tokens:
        stamped = Root(size=size, hash=root)
        try:
            if certificates is None:
                at = read_token(token, stamped).tst_info.gen_time
            else:
                at = check_token(token, stamped, certificates).at
        except TokenError as error:
            yield f"the timestamp of {stamped} by {storable(authority)} does not hold: {error}"
            continue
        verified.timestamps += 1
        verified.stamped_at = utc_text(at)


def _leaf(connection: sqlite3.Connection, recorded: Recorded) -> Iterator[str]:
    """Compares a row with its last leaf."""
    kind, row_id, salt = recorded.kind, recorded.row_id, recorded.salt
    leaf = leaf_of(connection, kind, row_id, salt or b"", recorded.former)
    if recorded.erased_by is not None:
        if leaf is not None:
            yield f"{_name(connection, kind, row_id)} was erased, and is back without a leaf"
    elif leaf is None:
        yield f"row {row_id} of kind {kind} was recorded, and somebody took it away"
    elif leaf.hash != recorded.hash or leaf.parts != recorded.parts:
        yield f"{_name(connection, kind, row_id)} is not what was recorded: somebody changed it"
        if salt and recorded.parts is not None:
            yield from _ledger(connection, row_id, salt, recorded.parts)


def _ledger(
    connection: sqlite3.Connection, run_id: int, salt: bytes, parts: bytes
) -> Iterator[str]:
    """Tells which rows of a run's ledger are not what was recorded."""
    rows = [
        *connection.execute("SELECT id, url FROM fetches WHERE run_id = ? ORDER BY id", [run_id])
    ]
    if 2 * len(rows) != len(parts):
        yield f"run {run_id}: its ledger had {len(parts) // 2} rows, and has {len(rows)}"
    for place, (row, one) in enumerate(
        zip(rows, ledger_hashes(connection, run_id, salt), strict=True)
    ):
        if one[:2] != parts[2 * place : 2 * place + 2]:
            yield f"run {run_id}: the ledger's row {row[0]} ({storable(row[1])}) is another"
            if 2 * len(rows) != len(parts):
                return


def _name(connection: sqlite3.Connection, kind: str, row_id: int) -> str:
    """Names what a leaf is of, for people."""
    row = connection.execute(NAMES[kind], [row_id]).fetchone() if kind in NAMES else None
    return storable(row[0]) if row and row[0] else f"{kind} {row_id}"
