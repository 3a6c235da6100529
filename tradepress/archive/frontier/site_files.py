"""Keeps robots.txt and tdmrep.json of each site, in every version that was ever seen."""

import hashlib

from tradepress.archive.clock import utc_now
from tradepress.archive.file.rows import Row
from tradepress.archive.file.transaction import Transaction
from tradepress.archive.text_forms import storable


class SiteFiles:
    """Keeps table ``site_files``."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def save(self, origin: str, path: str, *, status: int | None, body: str) -> str | None:
        """Notes what stands at ``origin + path`` now.

        :param body: empty where the site has no such file
        :returns: when the version that it takes the place of was first seen; None if it is the
            first one, or still the same
        """
        body = storable(body)
        digest = hashlib.sha256(body.encode()).hexdigest()
        now = utc_now()
        last = self._transaction.rows(
            "SELECT id, status, digest, first_seen FROM site_files WHERE origin = ? AND path = ? "
            "ORDER BY last_seen DESC, id DESC LIMIT 1",
            [origin, path],
        )
        if last and (last[0]["status"], last[0]["digest"]) == (status, digest):
            self._transaction.update("site_files", last[0]["id"], {"last_seen": now})
            return None
        self._transaction.insert(
            "site_files",
            {
                "origin": origin,
                "path": path,
                "status": status,
                "digest": digest,
                "first_seen": now,
                "last_seen": now,
                "body": body,
            },
        )
        return last[0]["first_seen"] if last else None

    def join(self, other: Row) -> None:
        """Notes what stood there by another archive, and from when to when.

        What is the same as before or after it here stood on from the one to the other.

        :param other: a row of its ``site_files``
        """
        beside = [
            found[0]
            for found in (
                self._transaction.rows(
                    f"SELECT * FROM site_files WHERE origin = ? AND path = ? AND {side} LIMIT 1",
                    [other["origin"], other["path"], other["first_seen"]],
                )
                for side in (
                    "first_seen <= ? ORDER BY first_seen DESC, id DESC",
                    "first_seen > ? ORDER BY first_seen, id",
                )
            )
            if found
        ]
        for row in beside:
            if all(row[name] == other[name] for name in ("status", "digest")):
                span = {
                    "first_seen": min(row["first_seen"], other["first_seen"]),
                    "last_seen": max(row["last_seen"], other["last_seen"]),
                }
                self._transaction.update("site_files", row["id"], span)
                return
        new = {name: value for name, value in other.items() if name != "id"}
        self._transaction.insert("site_files", new)

    def last(self, origin: str, path: str, *, since: str) -> str | None:
        """Returns what stood at ``origin + path`` when last seen; None if that was before
        ``since``, or something in its place (2xx without a body) that says nothing."""
        found = self._transaction.value(
            "SELECT iif(status < 300 AND body = '', NULL, body) FROM site_files "
            "WHERE origin = ? AND path = ? AND last_seen >= ? "
            "ORDER BY last_seen DESC, id DESC LIMIT 1",
            [origin, path, since],
        )
        return None if found is None else str(found)
