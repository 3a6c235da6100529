"""The frontier: every address of a story that was ever found, and when it is due."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from archive.clean import clean_text
from archive.clock import utc_now, utc_text
from archive.entrances import Entrances
from archive.revisit import A_DAY, LATER, changed_since, next_try
from archive.rows import Row, rows_of
from archive.url_key import url_key
from archive.withdrawal.tombstones import has_tombstones, is_withdrawn

RANKS = ("sitemap", "section", "feed", "news-sitemap")
"""Whose word on the day of publication counts more, the last most."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Listed:
    """An address as a listing, feed or sitemap gives it."""

    url: str
    found_on: str | None
    date_listed: str | None = None
    """What it says of the day of publication, ISO 8601."""
    listed_by: str | None = None
    """``feed``, ``news-sitemap``, ``section`` or ``sitemap``."""
    lastmod: str | None = None
    """When the page was last changed: UTC, or the day alone."""


class Frontier(Entrances):
    """The part of the writer that keeps the addresses."""

    def start_run(self, command: str, sources: Sequence[str], version: str) -> int:
        """As of :class:`Runs`; visits that a wrong clock has put off for years are due."""
        run_id = super().start_run(command, sources, version)
        now = utc_now()
        latest = utc_text(datetime.fromisoformat(now) + LATER + A_DAY)
        for source in sources:
            self.write(
                "UPDATE urls SET next_due = ? WHERE source = ? AND state = 'due' AND next_due > ?",
                [now, source, latest],
            )
        self.commit()
        return run_id

    def add_urls(self, source: str, urls: Iterable[tuple[str, str | None]]) -> list[Row]:
        """Write addresses (each with the page it was found on) into the frontier.

        :returns: rows of ``urls``, known and new, each address once, in the given order, with
            ``is_new``; what is no http(s) address is left out, and what was withdrawn
        """
        found = [Listed(url=url, found_on=page) for url, page in urls]
        return self.add_listed(source, found, len(found))[0]

    def add_listed(self, source: str, listed: Iterable[Listed], most: int) -> tuple[list[Row], int]:
        """Write addresses and what is said of them into the frontier.

        A kept story that was changed since it was last read is due at once.

        :param most: so many new ones at most
        :returns: rows of ``urls`` as :meth:`add_urls` gives them, and how many new addresses were
            left out
        """
        rows: dict[str, Row] = {}
        left_out: set[str] = set()
        keeps_out = has_tombstones(self.db)
        for one in listed:
            url = clean_text(one.url)
            try:
                key = url_key(url)
            except ValueError:
                continue
            if key in rows or key in left_out or (keeps_out and is_withdrawn(self.db, key)):
                continue
            known = self.rows("SELECT * FROM urls WHERE url_key = ?", [key])
            if not known:
                if most <= 0:
                    left_out.add(key)
                    continue
                most -= 1
            row = known[0] if known else self._new_url(source, url, key, one.found_on)
            rows[key] = {**row, **self._note_listed(row, one), "is_new": not known}
        return list(rows.values()), len(left_out)

    def _note_listed(self, row: Row, listed: Listed) -> Row:
        """What the listing says that is news to the row of ``urls``, written into it."""
        news: Row = {}
        rank = RANKS.index(listed.listed_by) if listed.listed_by else -1
        is_better = rank > (RANKS.index(row["listed_by"]) if row["listed_by"] else -1)
        if listed.date_listed and (is_better or row["date_listed"] is None):
            news |= {"date_listed": listed.date_listed, "listed_by": listed.listed_by}
        elif is_better and row["date_listed"] is None:
            news["listed_by"] = listed.listed_by
        if listed.lastmod and listed.lastmod > (row["lastmod"] or ""):
            news["lastmod"] = listed.lastmod
            was_read = row["fetched_at"] and not row["tries"]
            if was_read and changed_since(listed.lastmod, row["fetched_at"]):
                now = utc_now()
                news |= {"state": "due", "next_due": min(row["next_due"] or now, now)}
        if news:
            columns = ", ".join(f"{name} = :{name}" for name in news)
            self.write(f"UPDATE urls SET {columns} WHERE id = :id", {**news, "id": row["id"]})
        return news

    def add_url(
        self,
        source: str,
        url: str,
        key: str,
        found_on: str | None = None,
        *,
        run_id: int | None = None,
    ) -> Row:
        """The address's row of ``urls``, with ``is_new``; a new one is due.

        :param key: the URL key of ``url``
        :param run_id: in which a new one counts from the start
        """
        if known := self.rows("SELECT * FROM urls WHERE url_key = ?", [key]):
            return {**known[0], "is_new": False}
        return self._new_url(source, url, key, found_on, run_id)

    def _new_url(
        self, source: str, url: str, key: str, found_on: str | None, run_id: int | None = None
    ) -> Row:
        inserted = self.write(
            "INSERT INTO urls (source, url, url_key, found_on, found_at, scheduled_run_id) "
            "VALUES (?, ?, ?, ?, ?, ?) RETURNING *",
            [
                source,
                clean_text(url).strip(),
                key,
                found_on and clean_text(found_on),
                utc_now(),
                run_id,
            ],
        )
        return {**rows_of(inserted)[0], "is_new": True}

    def url_row(self, key: str) -> Row:
        """
        :raises ValueError: not in the frontier
        """
        rows = self.rows("SELECT * FROM urls WHERE url_key = ?", [key])
        if not rows:
            raise ValueError(f"{key} is not in the frontier, and no source is given for it")
        return rows[0]

    def due_urls(
        self, source: str, now: str, limit: int, *, is_new: bool | None = None
    ) -> list[Row]:
        """Addresses whose time has come and that this run has not scheduled: those never read
        first, then those that were changed, then those most overdue for their pause. A day's
        story is not to wait for a thousand of last year's that came due before it.

        :param limit: -1: none
        :param is_new: only those never read, or only the others
        """
        return self.rows(
            "SELECT * FROM urls WHERE source = ? AND state = 'due' "
            "AND (next_due IS NULL OR next_due <= ?) AND scheduled_run_id IS NOT ? "
            "AND coalesce((fetched_at IS NULL) = ?, 1) "
            "ORDER BY fetched_at IS NOT NULL, coalesce(lastmod > fetched_at, 0) DESC, "
            "(julianday(?) - julianday(coalesce(next_due, fetched_at))) / "
            "max(julianday(next_due) - julianday(fetched_at), 0.25) DESC, next_due, id LIMIT ?",
            [source, now, self.run_id, is_new, utc_now(), limit],
        )

    def schedule(self, url_ids: Iterable[int]) -> None:
        """Count these addresses in this run; to be committed before the requests are made."""
        run_id = self.open_run()
        for url_id in url_ids:
            self.write("UPDATE urls SET scheduled_run_id = ? WHERE id = ?", [run_id, url_id])

    def settle(
        self,
        url: str,
        outcome: str,
        reason: str | None = None,
        *,
        status: int | None = None,
        size: int | None = None,
        next_due: str | None = None,
        gone: bool = False,
        etag: str | None = None,
        last_modified: str | None = None,
        fetched: bool = True,
        source: str | None = None,
        kind: str = "article",
    ) -> bool:
        """An address ended without a story: 304, refused, gone, out of reach, put off.

        :param outcome: ``unchanged`` (304), ``rejected``, ``failed`` or ``deferred``
        :param size: bytes received
        :param next_due: when to ask again; None: what failed waits longer each time, what was
            deferred is due, others are done
        :param gone: the site says 404 or 410. If a story is kept from this address that is
            ``unchanged``, reason ``gone``, and the story is marked if it is its main address
        :param fetched: a request was made
        :param source: needed if the address is not in the frontier
        :returns: False if it had an outcome in this run: the first one stands
        :raises ValueError: no http(s) address, or unknown and no ``source`` given
        """
        key = url_key(url)
        address = self.add_url(source, url, key) if source is not None else self.url_row(key)
        article = self._article_at(address)
        if gone and article:
            outcome, reason = "unchanged", "gone"
        if outcome == "failed" and not gone and next_due is None:
            next_due = utc_text(next_try(address["tries"] + 1, datetime.fromisoformat(utc_now())))
        is_due = next_due is not None or (outcome == "deferred" and not gone)
        counted = self.record_outcome(
            address,
            kind=kind,
            outcome=outcome,
            reason=reason,
            status=status,
            size=size,
            article_id=article["id"] if article else None,
            version=article["version"] if article else None,
        )
        if not counted:
            return False
        now = utc_now()
        self.write(
            """
            UPDATE urls SET state = :state, next_due = :next_due, outcome = :outcome,
                reason = :reason, tries = CASE :outcome
                    WHEN 'failed' THEN tries + 1 WHEN 'deferred' THEN tries ELSE 0 END,
                fetched_at = coalesce(:fetched_at, fetched_at), etag = coalesce(:etag, etag),
                last_modified = coalesce(:last_modified, last_modified)
            WHERE id = :id
            """,
            {
                "id": address["id"],
                "state": "due" if is_due else "done",
                "next_due": next_due,
                "outcome": outcome,
                "reason": reason and clean_text(reason),
                "fetched_at": now if fetched and outcome != "deferred" else None,
                "etag": etag and clean_text(etag),
                "last_modified": last_modified and clean_text(last_modified),
            },
        )
        if article and gone and url_key(article["url"]) == key:
            self.write(
                "UPDATE articles SET gone_at = coalesce(gone_at, ?) WHERE id = ?",
                [now, article["id"]],
            )
        elif article and outcome == "unchanged" and not gone:
            self.touch(article["id"], now, is_back=url_key(article["url"]) == key)
            self.write(
                "UPDATE locations SET last_seen = max(last_seen, ?) WHERE url_key = ?", [now, key]
            )
        return True

    def touch(self, article_id: int, seen_at: str, *, is_back: bool) -> None:
        """The story stood on the site at that time (at its main address, if ``is_back``)."""
        self.write(
            """
            UPDATE articles SET first_seen = min(first_seen, :seen),
                last_seen = max(last_seen, :seen),
                gone_at = CASE WHEN NOT :is_back OR gone_at > :seen THEN gone_at END
            WHERE id = :id
            """,
            {"id": article_id, "seen": seen_at, "is_back": is_back},
        )

    def _article_at(self, address: Row) -> Row | None:
        rows = self.rows(
            "SELECT id, url, version FROM articles WHERE id = coalesce(?, "
            "(SELECT article_id FROM locations WHERE url_key = ?))",
            [address["article_id"], address["url_key"]],
        )
        return rows[0] if rows else None
