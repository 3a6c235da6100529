"""Keeps captures of stories at web archives (mementos, RFC 7089), and which are to be asked for.

Each is an address of the frontier: its state and its outcomes are those of any other.
"""

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import product

from tradepress.archive.clock import has_come, utc_now, utc_text
from tradepress.archive.file.transaction import Transaction
from tradepress.archive.frontier.addresses import Address, Addresses
from tradepress.archive.frontier.sightings import note_sightings
from tradepress.archive.ledger.ledger import Fetched, Ledger
from tradepress.archive.ledger.outcomes import Outcome
from tradepress.archive.text_forms import storable
from tradepress.archive.url_key import url_key
from tradepress.archive.withdrawal.tombstones import has_tombstones, is_withdrawn


@dataclass(frozen=True, kw_only=True, slots=True)
class Memento:
    """Is one capture of a story's page."""

    url: str
    """Is where the web archive has it."""
    original_url: str
    """Is the address of the page that was captured."""
    date_captured: datetime
    """Is the instant (aware, UTC) at which the page stood like this."""
    seen_until: datetime
    """Says until when it stood so, by the index of the web archive."""
    digest: str | None = None
    """Is the digest of the payload, as the index has it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DueMemento:
    """Is a capture that is to be asked for."""

    url_id: int
    story: str
    """Is the key that :func:`story_key` gives."""
    url: str
    """Is where the web archive has it."""


VIEWS = re.compile(r"(?:^|&)(?:m=[01]|amp=1?|showComment=[^&]*)(?=&|$)")
"""Matches what shows the same story: for telephones (Blogger, AMP), or scrolled to a comment."""


def story_key(url: str) -> str:
    """Returns the key by which captures of one page are told: as to web archives, http and https,
    with and without ``www.`` or a slash at the end are one, and so are the views of a story.

    :raises ValueError: no http(s) address
    """
    page, mark, query = url_key(url).partition("://")[2].removeprefix("www.").partition("?")
    query = VIEWS.sub("", query).removeprefix("&")
    return f"{page}?{query}" if mark and query else page.rstrip("/")


def address_keys(url: str) -> str:
    """Returns the URL keys of a page's addresses that :func:`story_key` takes for one, as JSON.

    :raises ValueError: no http(s) address
    """
    story = story_key(url)
    spellings = product(("https", "http"), ("www.", ""), ("", "/"))
    return json.dumps([f"{scheme}://{www}{story}{slash}" for scheme, www, slash in spellings])


class Mementos:
    """Keeps table ``mementos``.

    :param choose_current: makes that version of an article its current one which is by what is
        known now
    """

    def __init__(
        self,
        transaction: Transaction,
        ledger: Ledger,
        addresses: Addresses,
        choose_current: Callable[[int], object],
    ) -> None:
        self._choose_current = choose_current
        self._transaction = transaction
        self._ledger = ledger
        self._addresses = addresses

    def add(self, source: str, mementos: Iterable[Memento], *, found_on: str | None) -> int:
        """Writes captures into the frontier, each to be asked for once: not where the one before it
        has the same digest, which is then said to stand until the later. Those of withdrawn stories
        are left out, and so is what has no web address; one of a time to come is refused, and the
        ledger has it.

        :param mementos: of each story the oldest first
        :param found_on: the page of the index that names them
        :returns: how many were new
        """
        new = 0
        keeps_out = has_tombstones(self._transaction.db)
        for memento in mementos:
            try:
                key, story = url_key(memento.original_url), story_key(memento.original_url)
            except ValueError:
                continue
            if keeps_out and is_withdrawn(self._transaction.db, key):
                continue
            if not has_come(memento.date_captured):
                self._ledger.record_listing(
                    source,
                    memento.url,
                    Fetched(kind="memento"),
                    outcome=Outcome.REJECTED,
                    reason="to_come",
                )
                continue
            if self._prolong(memento, story):
                continue
            for address in self._addresses.add(source, [(memento.url, found_on)]):
                new += address.is_new
                self._transaction.write(
                    """
                    INSERT INTO mementos
                        (url_id, original_url, original_key, date_captured, seen_until, digest)
                    VALUES (?, ?, ?, ?, ?, ?)
                    ON CONFLICT (url_id) DO UPDATE
                        SET seen_until = max(seen_until, excluded.seen_until)
                    """,
                    [
                        address.id,
                        storable(memento.original_url),
                        story,
                        utc_text(memento.date_captured),
                        utc_text(memento.seen_until),
                        memento.digest and storable(memento.digest),
                    ],
                )
        return new

    def _prolong(self, memento: Memento, story: str) -> bool:
        """Has the capture before it the same digest?"""
        before = self._transaction.rows(
            "SELECT url_id, digest FROM mementos WHERE original_key = ? AND date_captured <= ? "
            "ORDER BY date_captured DESC LIMIT 1",
            [story, utc_text(memento.date_captured)],
        )
        if not before or memento.digest is None or before[0]["digest"] != memento.digest:
            return False
        self._transaction.write(
            "UPDATE mementos SET seen_until = max(seen_until, ?) WHERE url_id = ?",
            [utc_text(memento.seen_until), before[0]["url_id"]],
        )
        # It may have been read in a former run: what it showed was seen then, too.
        for shown in self._transaction.rows(
            "SELECT sightings.article_id, version_id FROM mementos JOIN urls ON urls.id = url_id "
            "JOIN sightings ON sightings.article_id = urls.article_id AND seen_at = date_captured "
            "WHERE url_id = ?",
            [before[0]["url_id"]],
        ):
            is_new = note_sightings(
                self._transaction,
                shown["article_id"],
                shown["version_id"],
                [utc_text(memento.date_captured), utc_text(memento.seen_until)],
                is_back=False,
            )
            if is_new:
                self._choose_current(shown["article_id"])
        return True

    def due(
        self,
        source: str,
        archive_prefix: str,
        *,
        since: date | None = None,
        until: date | None = None,
        stories: int | None = None,
    ) -> list[DueMemento]:
        """Lists captures of a source's stories that are to be asked for by now and that this run
        has not scheduled: story by story, the oldest capture first.

        :param archive_prefix: with which addresses at the web archive begin
        :param since: first day of capture
        :param until: last day of capture
        :param stories: of so many at most
        """
        rows = self._transaction.rows(
            """
            WITH due AS (
                SELECT url_id, original_key, date_captured, url
                FROM urls JOIN mementos ON url_id = urls.id
                WHERE source = ? AND state = 'due' AND (next_due IS NULL OR next_due <= ?)
                    AND scheduled_run_id IS NOT ? AND substr(url, 1, ?) = ?
                    AND date_captured >= ? AND date_captured < ?
            )
            SELECT url_id, original_key AS story, url FROM due
            WHERE original_key IN (SELECT DISTINCT original_key FROM due ORDER BY 1 LIMIT ?)
            ORDER BY original_key, date_captured, url_id
            """,
            [
                *(source, utc_now(), self._ledger.run_id),
                *(len(archive_prefix), archive_prefix),
                str(since or ""),
                str(until + timedelta(1)) if until and until < date.max else "A",
                -1 if stories is None else stories,
            ],
        )
        return [DueMemento(**row) for row in rows]

    def at(self, url_id: int) -> tuple[Address, Memento]:
        """Returns what is known of a capture by now."""
        (row,) = self._transaction.rows(
            "SELECT urls.*, original_url, date_captured, seen_until, digest "
            "FROM urls JOIN mementos ON url_id = urls.id WHERE url_id = ?",
            [url_id],
        )
        original, captured, until, digest = (
            row.pop(name) for name in ("original_url", "date_captured", "seen_until", "digest")
        )
        address = Address(**row)
        return address, Memento(
            url=address.url,
            original_url=original,
            date_captured=datetime.fromisoformat(captured),
            seen_until=datetime.fromisoformat(until),
            digest=digest,
        )

    def main_address(self, source: str, url: str) -> str:
        """Returns the main address of the story that is kept of a captured page, or else this one:
        of a story that moved to https the older captures are no other story.

        :raises ValueError: no http(s) address
        """
        found = self._transaction.rows(
            "SELECT articles.url FROM locations JOIN articles ON articles.id = article_id "
            "WHERE source = ? AND url_key IN (SELECT value FROM json_each(?)) "
            "ORDER BY locations.id DESC LIMIT 1",
            [source, address_keys(url)],
        )
        return str(found[0]["url"]) if found else url
