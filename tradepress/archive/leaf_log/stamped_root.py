"""Reads the newest root of a log, with what time authorities say of it."""

import base64
import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

from tradepress.archive.leaf_log.root import Root

NEWEST = """
    SELECT log_roots.size, root, coalesce('run ' || run_id || ', ended ' || ended, made_at)
    FROM log_roots LEFT JOIN runs ON runs.id = run_id WHERE size >= ?
    ORDER BY EXISTS (SELECT 1 FROM log_timestamps WHERE log_timestamps.size = log_roots.size) DESC,
        size DESC LIMIT 1
"""
TOKENS = "SELECT authority, token FROM log_timestamps WHERE size = ? ORDER BY authority"


@dataclass(frozen=True, kw_only=True, slots=True)
class StampedRoot:
    """Is a root, and who else vouches for it."""

    root: Root
    made: str
    """Says when it was made: by which run, or the time."""
    tokens: Mapping[str, bytes]
    """Maps the address of an authority to what it said of the root (RFC 3161)."""

    @property
    def fields(self) -> dict[str, object]:
        """Returns it for JSON."""
        tokens = {name: base64.b64encode(token).decode() for name, token in self.tokens.items()}
        return {"root": str(self.root), "made": self.made, "timestamps": tokens}


def stamped_root(connection: sqlite3.Connection, least: int = 0) -> StampedRoot | None:
    """Returns the newest root, of those that an authority has stamped if there are any.

    :param least: over so many leaves at least
    :returns: None: there is none
    """
    found = connection.execute(NEWEST, [least]).fetchone()
    if found is None:
        return None
    size, root, made = found
    tokens = dict(connection.execute(TOKENS, [size]).fetchall())
    return StampedRoot(root=Root(size=size, hash=root), made=str(made), tokens=tokens)


def written_root(connection: sqlite3.Connection) -> str:
    """Writes the newest root as the file of a release."""
    found = stamped_root(connection)
    fields = {"root": None} if found is None else found.fields
    return json.dumps(fields, ensure_ascii=False, indent=1) + "\n"
