"""robots.txt and tdmrep.json of each site, in every version that was ever seen."""

import hashlib

from archive.clock import utc_now
from archive.file.transaction import Transaction
from archive.text_forms import storable


class SiteFiles:
    """Table ``site_files``."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def save(self, origin: str, path: str, *, status: int | None, body: str) -> str | None:
        """Note what stands at ``origin + path`` now.

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

    def last(self, origin: str, path: str, *, since: str) -> str | None:
        """What stood at ``origin + path`` when it was last seen; None if that was before
        ``since``."""
        found = self._transaction.value(
            "SELECT body FROM site_files WHERE origin = ? AND path = ? AND last_seen >= ? "
            "ORDER BY last_seen DESC, id DESC LIMIT 1",
            [origin, path, since],
        )
        return None if found is None else str(found)
