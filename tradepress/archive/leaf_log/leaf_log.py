"""Adds leaves to the log in the commit that makes their rows lasting, and a root where a run ends.

What is in the log stays. A row that changes as the archive lets it (a day learned later, a story
merged into another, an address hidden by a withdrawal) gets a leaf of its own again, and only if it
was still what was recorded: the last leaf of a row counts. Leaves are salted, and the salt goes
with what was withdrawn: then nobody can tell by the log whether a guess is right.
"""

import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence

from tradepress.archive.clock import utc_now
from tradepress.archive.leaf_log.leaf_form import leaf_of
from tradepress.archive.leaf_log.merkle_tree import Peaks

SALT = 16
"""Counts the bytes of a salt."""
LOGGED = {
    "version_rows": "version",
    "captures": "capture",
    "runs": "run",
    "tombstones": "tombstone",
}
"""Maps tables whose rows are vouched for to the kind of their leaves. Who changes rows of them by a
statement of their own notes it before."""
LAST = """
    SELECT position, salt, hash, lead(position) OVER (ORDER BY position DESC) FROM log_leaves
    WHERE kind = ? AND row_id = ? ORDER BY position DESC LIMIT 1
"""
"""Selects the last leaf of a row, and where the one before it stands."""


EVENTS = ("run", "erasure")
"""Lists kinds of rows with whose leaf a root is made."""


class LeafLog:
    """Is the log of the archive that is written over one connection."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._noted: dict[tuple[str, int], bool] = {}
        """Maps rows whose leaf is to be written to whether they were what was recorded."""
        self._erased_by = ""

    def add(self, kind: str, row_id: int) -> None:
        """Notes a row that was made."""
        self._noted.setdefault((kind, row_id), True)

    def change(self, kind: str, row_id: int) -> None:
        """Notes a row **before** it is changed or deleted: one that is not what was recorded is
        not vouched for again."""
        if (kind, row_id) not in self._noted:
            last = self._last(kind, row_id)
            self._noted[kind, row_id] = last is None or last[1]

    def change_of(self, kind: str, sql: str, parameters: Sequence[object]) -> None:
        """Notes the rows before they are changed or deleted whose ids a question gives."""
        for (row_id,) in self._connection.execute(sql, parameters).fetchall():
            self.change(kind, row_id)

    def erase(self, why: str) -> None:
        """Says that rows which are gone when this transaction commits are gone for a reason."""
        self._erased_by = why

    def forget(self) -> None:
        """Forgets what was noted: it was rolled back."""
        self._noted.clear()
        self._erased_by = ""

    def write(self) -> None:
        """Writes the leaves of all that was noted, and roots where a run ends or something was
        erased; part of the caller's transaction."""
        gone = self._write_leaves()
        if self._erased_by and gone:
            sql = "INSERT INTO log_erasures (at, why) VALUES (?, ?)"
            erasure = self._connection.execute(sql, [utc_now(), self._erased_by]).lastrowid
            self._connection.executemany(
                "UPDATE log_leaves SET salt = NULL, parts = NULL, erased_by = ? WHERE position = ?",
                [[erasure, position] for position in gone],
            )
            assert erasure is not None
            self._noted = {("erasure", erasure): True}
            self._write_leaves()
        self.forget()

    def begin(self, ids: Callable[[str], Iterator[Sequence[int]]]) -> None:
        """Begins the log of an archive over what stands there: found so, this day.

        :param ids: returns the ids of the rows of a table, some at a time
        """
        for table, kind in LOGGED.items():
            for some in ids(table):
                for row_id in some:
                    self.add(kind, row_id)
                self._write_leaves(has_roots=False)
                self.forget()
        if (head := self._head()).size:
            self._write_root(head, "found so", None)

    def _write_leaves(self, *, has_roots: bool = True) -> list[int]:
        """Writes leaves of what was noted and is there; returns where those of the rest stand."""
        head, gone = None, []
        for (kind, row_id), is_whole in self._noted.items():
            last, salt = self._last(kind, row_id), os.urandom(SALT)
            former = None if last is None else last[0]
            leaf = leaf_of(self._connection, kind, row_id, salt, former)
            if leaf is None and former is not None:
                gone.append(former)
            if leaf is None or (last is not None and last[1]):
                continue
            sql = "UPDATE log_leaves SET salt = NULL, parts = NULL WHERE position = ?"
            self._connection.execute(sql, [former])
            if not is_whole:
                continue
            head = head or self._head()
            head.add(leaf.hash)
            self._connection.execute(
                "INSERT INTO log_leaves (position, kind, row_id, salt, hash, parts) "
                "VALUES (?, ?, ?, ?, ?, ?)",
                [head.size, kind, row_id, salt, leaf.hash, leaf.parts],
            )
            if has_roots and last is None and kind in EVENTS:
                self._write_root(head, kind, row_id if kind == "run" else None)
        if head is not None:
            self._connection.execute(
                "INSERT OR REPLACE INTO log_head (id, size, peaks) VALUES (1, ?, ?)",
                [head.size, head.packed()],
            )
        return gone

    def _write_root(self, head: Peaks, event: str, run_id: int | None) -> None:
        self._connection.execute(
            "INSERT OR REPLACE INTO log_roots VALUES (?, ?, ?, ?, ?)",
            [head.size, head.root(), event, run_id, None if run_id else utc_now()],
        )

    def _last(self, kind: str, row_id: int) -> tuple[int, bool] | None:
        """Returns where the last leaf of a row stands, and whether the row is what it says; None:
        it has none."""
        last = self._connection.execute(LAST, [kind, row_id]).fetchone()
        if last is None:
            return None
        position, salt, known, former = last
        leaf = leaf_of(self._connection, kind, row_id, salt, former) if salt else None
        return position, leaf is not None and leaf.hash == known

    def _head(self) -> Peaks:
        kept = self._connection.execute("SELECT size, peaks FROM log_head").fetchone()
        last = self._connection.execute("SELECT max(position) FROM log_leaves").fetchone()[0] or 0
        if kept is not None and kept[0] == last:
            return Peaks.unpacked(*kept)
        head = Peaks()
        for (leaf,) in self._connection.execute("SELECT hash FROM log_leaves ORDER BY position"):
            head.add(leaf)
        head.size = last
        return head
