"""Keeps the frontier: every address of a story ever found, when it is due, and how it ended.

Nothing else changes the state of an address.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from tradepress.archive.clock import utc_now, utc_text
from tradepress.archive.file.rows import rows_of
from tradepress.archive.file.transaction import Transaction
from tradepress.archive.frontier import sightings
from tradepress.archive.frontier.linked_addresses import unresolved_links
from tradepress.archive.frontier.revisit import changed_since, next_try, next_visit
from tradepress.archive.ledger.ledger import Fetched, Ledger
from tradepress.archive.ledger.outcomes import HAD, Outcome
from tradepress.archive.text_forms import storable
from tradepress.archive.url_key import url_key, without_tracking
from tradepress.archive.withdrawal.tombstones import has_tombstones, is_withdrawn
from tradepress.story import Listing

ASKED = Fetched()
"""Says that something was asked for, and nothing more is known."""
OF_A_FILE = ("article_id", "state", "outcome", "reason", "etag", "last_modified")
"""Lists what a page of a file tells of its address; of one that was known, the first alone."""
WORDS = ("headline", "authors", "section", "description")
RANKS = (None, "sitemap", "section", "feed", "news-sitemap")
"""Orders the listings by whose word on the day of publication counts more, the last most."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Listed:
    """Is an address as a listing, feed or sitemap gives it."""

    url: str
    found_on: str | None
    date_listed: str | None = None
    """Is what it says of the day of publication, ISO 8601."""
    listed_by: str | None = None
    """Is ``feed``, ``news-sitemap``, ``section`` or ``sitemap``."""
    lastmod: str | None = None
    """Says when the page was last changed: UTC, or the day alone."""
    headline: str | None = None
    authors: tuple[str, ...] = ()
    section: str | None = None
    description: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Address:
    """Is one row of table ``urls``; times are UTC."""

    id: int
    source: str
    url: str
    url_key: str
    found_on: str | None
    found_at: str
    date_listed: str | None
    listed_by: str | None
    listed: str | None
    """Says what else listings say of the story: a JSON object with ``headline``, ``authors``,
    ``section`` and ``description``, as far as known."""
    lastmod: str | None
    state: str
    """Is ``due``, ``done``, or ``held``: found by a back-fill, which alone asks for it."""
    next_due: str | None
    """Says when to ask for it; None: at once, if it is due."""
    tries: int
    """Says how many times in a row it failed."""
    scheduled_run_id: int | None
    """Is the last run in which it counts."""
    etag: str | None
    last_modified: str | None
    fetched_at: str | None
    outcome: str | None
    reason: str | None
    article_id: int | None
    is_new: bool = False
    """Was it not known before this run?"""

    @property
    def was_read(self) -> bool:
        """Was its page read: by a visit, or in a file?"""
        return self.fetched_at is not None or self.article_id is not None

    @property
    def listing(self) -> Listing:
        """Returns all that listings say of the story."""
        words = json.loads(self.listed or "{}")
        return Listing(
            date_published=self.date_listed,
            listed_by=self.listed_by,
            headline=words.get("headline"),
            authors=tuple(words.get("authors", ())),
            section=words.get("section"),
            description=words.get("description"),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class KeptAt:
    """Is the story that is kept of an address."""

    id: int
    url: str
    version: int


class Addresses:
    """Keeps table ``urls``, and the outcomes of its rows in the run that is open."""

    def __init__(self, transaction: Transaction, ledger: Ledger) -> None:
        self._transaction = transaction
        self._ledger = ledger
        self.asked: Counter[str] = Counter()
        """Counts the addresses that this run has scheduled, by source."""

    # What is known

    def at(self, url: str) -> Address:
        """Returns the address of this ``url``; raises ValueError for one not in the frontier."""
        key = url_key(url)
        known = self.known(key)
        if known is None:
            raise ValueError(f"{key} is not in the frontier, and no source is given for it")
        return known

    def due(
        self, source: str, limit: int, *, is_new: bool | None = None, until: str | None = None
    ) -> list[Address]:
        """Lists addresses of the site whose time has come and that this run has not scheduled:
        never read, then changed, then most overdue: no story of today is to wait for a thousand old
        ones.

        :param limit: -1: none
        :param is_new: only those never read, or only the others
        :param until: those whose time will have come by then; default: by now
        """
        now, read_at = utc_now(), "coalesce(fetched_at, iif(article_id, found_at, NULL))"
        return self._select(
            "SELECT * FROM urls WHERE source = ? AND state = 'due' "
            "AND (next_due IS NULL OR next_due <= ?) AND scheduled_run_id IS NOT ? "
            "AND NOT EXISTS (SELECT 1 FROM mementos WHERE url_id = urls.id) "
            f"AND coalesce(({read_at} IS NULL) = ?, 1) "
            f"ORDER BY {read_at} IS NOT NULL, coalesce(lastmod > fetched_at, 0) DESC, "
            f"(julianday(?) - julianday(coalesce(next_due, {read_at}))) / "
            f"max(julianday(next_due) - julianday({read_at}), 0.25) DESC, next_due, id LIMIT ?",
            [source, until or now, self._ledger.run_id, is_new, now, limit],
        )

    def is_withdrawn(self, url: str) -> bool:
        """Is this the address of a story that is kept out?

        :raises ValueError: no http(s) address
        """
        with self._transaction.reading() as db:
            return is_withdrawn(db, url_key(url))

    def reservations(self, url: str) -> list[dict[str, str]] | None:
        """Returns what the publisher reserved of the story kept of an address when it was last
        read whole; None: none is kept."""
        found = self._transaction.value(
            "SELECT reservations FROM urls JOIN articles ON articles.id = article_id "
            "WHERE url_key = ?",
            [url_key(url)],
        )
        return None if found is None else list(json.loads(found))

    def next_visit(self, url: str, published: str | None = None) -> str:
        """Returns when to ask again for an address that was just read.

        :param published: when the story was, if that is known; else what the archive has counts
        """
        now = datetime.now(UTC)
        since = self._transaction.value(
            "SELECT min(found_at, coalesce(date(?), (SELECT published_day FROM articles "
            "WHERE id = article_id), date(date_listed), found_at)) FROM urls WHERE url_key = ?",
            [published, url_key(url)],
        )
        found = datetime.fromisoformat(since).replace(tzinfo=UTC) if since else now
        return utc_text(next_visit(found, now))

    def of_story(self, article_id: int, source: str, url: str) -> Address:
        """Returns the address of a kept story: this ``url`` of it before any other of its own."""
        found = self._select(
            "SELECT urls.* FROM locations JOIN urls USING (url_key) "
            "WHERE locations.article_id = ? ORDER BY url_key <> ?, urls.id LIMIT 1",
            [article_id, url_key(url)],
        )
        if found:
            return found[0]
        address = self.take(source, url)
        if address.is_new:
            self._set(address, {"state": "done", "article_id": article_id})
        return address

    # What is found

    def add(
        self, source: str, urls: Iterable[tuple[str, str | None]], *, state: str = "due"
    ) -> list[Address]:
        """Writes addresses (each with the page it was found on) into the frontier; see
        :meth:`add_listed`."""
        listed = [Listed(url=url, found_on=page) for url, page in urls]
        return self.add_listed(source, listed, len(listed), state=state)[0]

    def add_listed(
        self, source: str, listed: Iterable[Listed], most: int, *, state: str = "due"
    ) -> tuple[list[Address], int]:
        """Writes addresses and what is said of them into the frontier.

        A kept story that was changed since it was last read is due at once.

        :param most: so many new ones at most; to whoever does not hold them, held ones are new
        :param state: of new ones; ``held``: a back-fill may ask; ``done``: the page is there
        :returns: the addresses, known and new, each once, in the given order, and how many new
            ones were left out; what is no http(s) address is not among them, nor what was withdrawn
        """
        found: dict[str, Address] = {}
        left_out: set[str] = set()
        keeps_out = has_tombstones(self._transaction.db)
        for one in listed:
            url = storable(one.url)
            try:
                key = url_key(url)
            except ValueError:
                continue
            if key in found or key in left_out:
                continue
            if keeps_out and is_withdrawn(self._transaction.db, key):
                continue
            address = self.known(key)
            if address is None or (address.state == "held" and state == "due"):
                if most <= 0:
                    left_out.add(key)
                    continue
                most -= 1
                if address is None:
                    address = self._insert(source, url, key, one.found_on, state=state)
                else:
                    self._set(address, {"state": "due"})
                    address = replace(address, state="due", is_new=True)
            found[key] = self._note_listed(address, one)
        return list(found.values()), len(left_out)

    def follow_links(self, source: str, limit: int, is_wanted: Callable[[str], bool]) -> None:
        """Takes up the source's addresses that kept stories link to, as far as they are unknown
        and wanted."""
        with self._transaction.reading() as db:
            links = unresolved_links(db, source, limit, is_wanted)
        self.add(source, [(without_tracking(url), story) for url, story in links])

    def take(self, source: str, url: str) -> Address:
        """Returns the address of a page that was read; a new one counts in this run from the start.

        :raises ValueError: no http(s) address
        """
        key = url_key(url)
        return self.known(key) or self._insert(source, url, key, run_id=self._ledger.run_id)

    def schedule(self, addresses: Iterable[Address]) -> None:
        """Counts addresses in this run, which will be asked for; to be committed before that."""
        for address in addresses:
            self.asked[address.source] += 1
            self._set(address, {"scheduled_run_id": self._ledger.run_id})

    # How they end

    def settle(
        self,
        url: str,
        outcome: Outcome,
        reason: str | None = None,
        *,
        fetched: Fetched | None = ASKED,
        next_due: str | None = None,
        gone: bool = False,
        source: str | None = None,
    ) -> bool:
        """Ends an address without a story: 304, refused, gone, out of reach, put off.

        :param outcome: UNCHANGED (304), REJECTED, FAILED or DEFERRED
        :param fetched: the answer; None: it was not asked for
        :param next_due: when to ask again; None: what failed waits longer each time, what was
            deferred is due, others are done
        :param gone: the site says 404 or 410. If a story is kept from this address that is
            UNCHANGED, reason ``gone``, and the story is marked if it is its main address
        :param source: needed if the address is not in the frontier
        :returns: False if it had an outcome in this run: the first one stands
        :raises ValueError: no http(s) address, or unknown and no ``source`` given
        """
        address = self.at(url) if source is None else self.take(source, url)
        article = self._article_at(address)
        if gone and article:
            outcome, reason = Outcome.UNCHANGED, "gone"
        if outcome == Outcome.FAILED and not gone and next_due is None:
            next_due = utc_text(next_try(address.tries + 1, datetime.fromisoformat(utc_now())))
        told = self.end(
            address,
            outcome,
            reason,
            fetched=fetched or ASKED,
            next_due=next_due,
            is_due=next_due is not None or (outcome == Outcome.DEFERRED and not gone),
            was_read=fetched is not None and outcome != Outcome.DEFERRED,
            article_id=article.id if article else None,
            version=article.version if article else None,
        )
        self._ledger.tell(address.source, "article", url, outcome, reason)
        if told and article and outcome == Outcome.UNCHANGED:
            is_main = url_key(article.url) == address.url_key
            sightings.note_unchanged(
                self._transaction, article.id, address.url_key, is_main=is_main, is_gone=gone
            )
        return told

    def end(
        self,
        address: Address,
        outcome: Outcome,
        reason: str | None,
        *,
        fetched: Fetched,
        next_due: str | None = None,
        is_due: bool = False,
        was_read: bool = True,
        validators: tuple[str | None, str | None] | None = None,
        article_id: int | None = None,
        version: int | None = None,
    ) -> bool:
        """Ends an address so, and changes its state: once in a run, as :meth:`record` has it.

        :param validators: ETag and Last-Modified of its page; None: those that are known stay
        :param article_id: of the story that it shows
        :returns: False if it had an outcome in this run that stands
        """
        if not self.record(
            address, outcome, reason, fetched=fetched, article_id=article_id, version=version
        ):
            return False
        tries = {Outcome.FAILED: address.tries + 1, Outcome.DEFERRED: address.tries}
        row: dict[str, object] = {
            "state": "due" if is_due or next_due else "done",
            "next_due": next_due,
            "outcome": outcome,
            "reason": reason and storable(reason),
            "tries": tries.get(outcome, 0),
        }
        if was_read:
            row["fetched_at"] = utc_now()
        if validators is not None:
            etag, last_modified = (value and storable(value) for value in validators)
            row |= {"etag": etag, "last_modified": last_modified, "article_id": article_id}
        if fetched.kind == "file":  # no visit: what a crawl knows of the address stands
            is_first = not address.was_read and (address.is_new or address.state == "done")
            wanted = OF_A_FILE if is_first else OF_A_FILE[:1] if address.article_id is None else ()
            row = {name: row[name] for name in wanted if name in row}
        if row:
            self._set(address, row)
        return True

    def record(
        self,
        address: Address,
        outcome: Outcome,
        reason: str | None,
        *,
        fetched: Fetched,
        article_id: int | None = None,
        version: int | None = None,
        extractor: str | None = None,
    ) -> bool:
        """Counts an address in this run with its outcome: the first of a run stands, but a stored
        story outdoes a failure.

        :param extractor: the rules that read a kept page again and gave what is kept
        :returns: False if it had an outcome in this run that stands
        """
        if address.scheduled_run_id != self._ledger.run_id:
            self._set(address, {"scheduled_run_id": self._ledger.run_id})
        row = self._ledger.row(fetched, outcome, reason)
        row |= {"article_id": article_id, "version": version, "extractor": extractor}
        counts = self._ledger.counts[address.source]
        known = self._transaction.rows(
            "SELECT id, outcome FROM fetches WHERE run_id = ? AND url_id = ?",
            [self._ledger.run_id, address.id],
        )
        if not known:
            of_address = {"url_id": address.id, "source": address.source, "url": address.url}
            self._transaction.insert("fetches", {**of_address, **row})
        elif outcome != Outcome.STORED or known[0]["outcome"] == Outcome.STORED:
            return False
        else:
            counts[known[0]["outcome"]] -= 1
            self._transaction.update("fetches", known[0]["id"], row)
        counts[outcome] += 1
        return True

    def end_rest(self, run_id: int, outcome: Outcome, reason: str) -> int:
        """Gives the scheduled addresses of a run that came to nothing their outcome; how many."""
        parameters = {"run": run_id, "now": utc_now(), "outcome": outcome, "reason": reason}
        rest = """scheduled_run_id = :run AND NOT EXISTS
            (SELECT 1 FROM fetches WHERE run_id = :run AND url_id = urls.id)"""
        self._transaction.write(
            f"""
            UPDATE urls SET state = 'due', outcome = :outcome, reason = :reason,
                tries = tries + (:outcome = 'failed')
            WHERE {rest}
            """,
            parameters,
        )
        return self._transaction.write(
            f"""
            INSERT INTO fetches (run_id, url_id, source, kind, url, at, outcome, reason)
            SELECT :run, id, source, 'article', url, :now, :outcome, :reason FROM urls
            WHERE {rest}
            """,
            parameters,
        ).rowcount

    def _note_listed(self, address: Address, listed: Listed) -> Address:
        """Writes what the listing says that is news into the row, and returns it."""
        news: dict[str, object] = {}
        rank, before = RANKS.index(listed.listed_by), RANKS.index(address.listed_by)
        is_better = rank > before
        if listed.date_listed and (rank >= before or address.date_listed is None):
            news |= {"date_listed": listed.date_listed, "listed_by": listed.listed_by}
        elif is_better and address.date_listed is None:
            news["listed_by"] = listed.listed_by
        if listed.lastmod and listed.lastmod > (address.lastmod or ""):
            news["lastmod"] = listed.lastmod
            was_read = address.fetched_at and not address.tries
            if was_read and changed_since(listed.lastmod, address.fetched_at or ""):
                now = utc_now()
                news |= {"state": "due", "next_due": min(address.next_due or now, now)}
        is_unread = address.article_id is not None or address.state == "done"
        is_of_a_file = address.fetched_at is None and is_unread
        if is_of_a_file and listed.listed_by and address.outcome in (None, *HAD):
            news |= {"state": "due", "next_due": None}
        words = {name: value for name in WORDS if (value := getattr(listed, name))}
        known = json.loads(address.listed or "{}")
        both = {**known, **words} if is_better else {**words, **known}
        if both != known:
            news["listed"] = storable(json.dumps(both, ensure_ascii=False))
        if all(getattr(address, name) == value for name, value in news.items()):
            return address
        self._set(address, news)
        return replace(self.at(address.url), is_new=address.is_new)

    def _article_at(self, address: Address) -> KeptAt | None:
        rows = self._transaction.rows(
            "SELECT id, url, version FROM articles WHERE id = coalesce(?, "
            "(SELECT article_id FROM locations WHERE url_key = ?))",
            [address.article_id, address.url_key],
        )
        return KeptAt(**rows[0]) if rows else None

    # Rows

    def known(self, key: str) -> Address | None:
        """Returns the address with this URL key."""
        return next(iter(self._select("SELECT * FROM urls WHERE url_key = ?", [key])), None)

    def _select(self, sql: str, parameters: Sequence[object]) -> list[Address]:
        return [Address(**row) for row in self._transaction.rows(sql, parameters)]

    def _insert(
        self,
        source: str,
        url: str,
        key: str,
        found_on: str | None = None,
        *,
        state: str = "due",
        run_id: int | None = None,
    ) -> Address:
        (row,) = rows_of(
            self._transaction.write(
                "INSERT INTO urls (source, url, url_key, found_on, found_at, state, "
                "scheduled_run_id) VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING *",
                [
                    source,
                    storable(url).strip(),
                    key,
                    found_on and storable(found_on),
                    utc_now(),
                    state,
                    run_id,
                ],
            )
        )
        return Address(**row, is_new=True)

    def _set(self, address: Address, row: Mapping[str, object]) -> None:
        self._transaction.update("urls", address.id, row)
