"""The single writer: articles, versions and the ledger, one open transaction at a time."""

import json
import os
import socket
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, NoReturn, Protocol, Self

from sqlite_utils import Database

from archive.articles import require_kind
from archive.clean import (
    LONGEST_TEXT,
    ArticleRowError,
    clean_fields,
    clean_text,
    column_values,
    fitting_number,
    require_types,
)
from archive.clock import utc_now, utc_text
from archive.content_hash import content_hash
from archive.errors import archive_error
from archive.identity import (
    KNOWN_ELSEWHERE,
    Addresses,
    Verdict,
    addresses,
    find_kept,
    find_twins,
    judge,
)
from archive.link_targets import find_target, resolve_addresses, resolve_headline
from archive.lock import WriteLock
from archive.merge import merge_articles
from archive.near_duplicates import index_article, index_due_articles
from archive.ref import is_taken, ref_candidates
from archive.tombstones import (
    WITHDRAWN,
    hide_link,
    is_withdrawn,
    shows_withdrawn,
    tombstone_against,
)
from archive.url_key import url_key
from archive.withdrawal import keep_out

if TYPE_CHECKING:
    from archive.rereading import Reread

Row = dict[str, Any]

OUTCOMES = ("stored", "unchanged", "duplicate", "rejected", "failed", "deferred")
"""How an address ends in a run; exactly one of them."""

ARTICLE_FIELDS = (
    "source",
    "site_id",
    "url",
    "canonical_url",
    "headline",
    "description",
    "date_published",
    "date_published_raw",
    "date_modified",
    "date_modified_raw",
    "authors",
    "section",
    "language",
    "keywords",
    "access",
    "is_truncated",
    "confidence",
    "corrections",
    "body",
)
LIST_FIELDS = ("authors", "keywords", "corrections")
NUMBER_FIELDS = ("is_truncated", "confidence")
NOT_IN_VERSIONS = ("source", "site_id", "canonical_url")

ROW_ERRORS = (
    ArticleRowError,
    OverflowError,
    UnicodeError,
    sqlite3.IntegrityError,
    sqlite3.DataError,
    sqlite3.InterfaceError,
    sqlite3.ProgrammingError,
)
"""The row is at fault, not the file."""

DUE_A_RUN = 500
"""Old articles fingerprinted as a run starts, in about two seconds."""
LONGEST_QUARANTINED = 4 * LONGEST_TEXT
"""Characters of JSON; of a larger row the beginning is kept."""


class CaptureStore(Protocol):
    """Where raw pages go, beside the database."""

    def append(self, capture: Any, /) -> Row:
        """Write one page; its ``file``, ``offset``, ``length`` and ``digest``."""

    def sync(self) -> None:
        """Force everything appended to the disk."""

    def page(self, place: Mapping[str, Any], /) -> bytes:
        """What was served, from its ``file``, ``offset`` and ``length``; empty if unreadable."""

    def unnamed(self, named: Mapping[str, Sequence[tuple[int, int]]], /) -> Iterable[Row]:
        """Pages at no place that is named, by file, with offset and length: ``url`` and place."""

    def erase(self, places: Iterable[Mapping[str, Any]], /) -> list[Row]:
        """Overwrite pages for good; those that were not there."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Saved:
    """What became of one page; lasting once the transaction is committed."""

    outcome: Literal["stored", "unchanged", "duplicate", "rejected"]
    ref: str
    version: int
    """The version stored, else the current one; 0 of a story that is kept out (``rejected``)."""
    reason: str | None = None


class Quarantined(Exception):
    """The row could not be stored; it lies in ``quarantine``, the rest of the batch is whole."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Writer:
    """Writes into one archive, from one thread. Nothing is lasting before :meth:`commit`.

    Made by :func:`archive.open.open_writer`. Rows are dicts under the names of the design,
    times are UTC text (``2026-11-24T09:15:00Z``). After a failed commit everything since the
    last one is gone, and :attr:`rollbacks` has risen.
    """

    def __init__(
        self,
        db: Database,
        *,
        path: Path,
        lock: WriteLock,
        captures: CaptureStore | None,
        near_duplicates: bool = True,
    ) -> None:
        self.db = db
        self.path = path
        self.rollbacks = 0
        self.run_id: int | None = None
        self._lock = lock
        self._captures = captures
        self._near_duplicates = near_duplicates
        self._is_closed = False
        self._close_interrupted_runs()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Drop what was not committed and let the next writer in."""
        if self._is_closed:
            return
        self._is_closed = True
        self.db.rollback()
        self.db.close()
        self._lock.release()

    def commit(self) -> None:
        """Make everything so far lasting; raw pages reach the disk first.

        :raises ArchiveError: nothing since the last commit is kept
        """
        if not self.db.conn.in_transaction:
            return
        try:
            if self._captures is not None:
                self._captures.sync()
            self.db.conn.execute("COMMIT")
        except (sqlite3.Error, OSError) as error:
            self._fail(error)

    # Sources

    def save_source(self, row: Mapping[str, Any]) -> None:
        """Insert or update a row of ``sources``; what was once proven is not unsaid by it.

        :raises MixedArchive: a sample paper for an archive of real ones, or the other way
        """
        require_kind(self.db, bool(row["is_sample"]), self.path)
        self._write(
            """
            INSERT INTO sources (name, publisher, home_url, language, timezone, is_sample, verified)
            VALUES (:name, :publisher, :home_url, :language, :timezone, :is_sample, :verified)
            ON CONFLICT (name) DO UPDATE SET publisher = excluded.publisher,
                home_url = excluded.home_url, language = excluded.language,
                timezone = excluded.timezone, is_sample = excluded.is_sample,
                verified = coalesce(excluded.verified, verified)
            """,
            {"verified": None, **column_values(clean_fields(row))},
        )

    def pass_trial(self, source: str) -> None:
        """The operator lets this source go on after its trial."""
        self._write(
            "UPDATE sources SET trial_passed_at = coalesce(trial_passed_at, ?) WHERE name = ?",
            [utc_now(), source],
        )

    # Runs

    def start_run(self, command: str, sources: Sequence[str], version: str) -> int:
        """Open the ledger of a run; lasting at once.

        :param version: of the program
        """
        if self.run_id is not None:
            raise RuntimeError(f"run {self.run_id} has not ended")
        cursor = self._write(
            "INSERT INTO runs (command, sources, version, pid, host, started) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            [
                clean_text(command),
                json.dumps(list(sources)),
                version,
                os.getpid(),
                socket.gethostname(),
                utc_now(),
            ],
        )
        run_id = cursor.lastrowid
        assert run_id is not None
        if self._near_duplicates:
            try:
                index_due_articles(self.db.conn, DUE_A_RUN)
            except sqlite3.Error as error:
                self._fail(error)
        self.commit()
        self.run_id = run_id
        return run_id

    def end_run(self, state: str, exit_code: int | None, reason: str | None = None) -> Row:
        """Close the ledger; lasting at once.

        An address that was scheduled and came to nothing is settled as failed, and so is the
        run; where the run was interrupted such addresses are deferred.

        :param state: ``done``, ``failed`` or ``interrupted``
        :returns: the row of ``runs`` with its sums
        """
        run_id = self._run()
        reasons = [reason] if reason else []
        if state == "interrupted":
            self._settle_rest(run_id, "deferred", "interrupted")
        elif lost := self._settle_rest(run_id, "failed", "no outcome"):
            state = "failed"
            reasons.append(f"{lost} addresses came to no outcome")
        row = self._close_run(
            run_id, state, utc_now(), exit_code, clean_text("; ".join(reasons)) or None
        )
        self.commit()
        self.run_id = None
        return row

    # Frontier

    def add_urls(self, source: str, urls: Iterable[tuple[str, str | None]]) -> list[Row]:
        """Write addresses (each with the page it was found on) into the frontier.

        :returns: rows of ``urls``, known and new, each address once, in the given order, with
            ``is_new``; what is no http(s) address is left out, and what was withdrawn
        """
        rows: dict[str, Row] = {}
        for given, found_on in urls:
            url = clean_text(given)
            try:
                key = url_key(url)
            except ValueError:
                continue
            if key not in rows and not is_withdrawn(self.db, key):
                is_new = self._add_url(source, url, key, found_on)
                rows[key] = {**self._url_row(key), "is_new": is_new}
        return list(rows.values())

    def due_urls(self, source: str, now: str, limit: int) -> list[Row]:
        """Addresses whose time has come and that this run has not scheduled; new ones first."""
        return list(
            self.db.query(
                "SELECT * FROM urls WHERE source = ? AND state = 'due' "
                "AND (next_due IS NULL OR next_due <= ?) AND scheduled_run_id IS NOT ? "
                "ORDER BY next_due, id LIMIT ?",
                [source, now, self.run_id, limit],
            )
        )

    def schedule(self, url_ids: Iterable[int]) -> None:
        """Count these addresses in this run; to be committed before the requests are made."""
        run_id = self._run()
        for url_id in url_ids:
            self._write("UPDATE urls SET scheduled_run_id = ? WHERE id = ?", [run_id, url_id])

    # Ledger

    def record_fetch(
        self,
        kind: str,
        source: str | None,
        url: str,
        *,
        status: int | None = None,
        size: int | None = None,
        outcome: str = "read",
        reason: str | None = None,
    ) -> None:
        """A listing, feed, sitemap or robots.txt was asked for; not counted among the URLs."""
        self._write(
            "INSERT INTO fetches (run_id, source, kind, url, at, status, bytes, outcome, reason) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                self._run(),
                source,
                kind,
                clean_text(url),
                utc_now(),
                status,
                size,
                outcome,
                reason and clean_text(reason),
            ],
        )

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
        :param next_due: when to ask again; None: failed and deferred stay due, others are done
        :param gone: the site says 404 or 410. If a story is kept from this address that is
            ``unchanged``, reason ``gone``, and the story is marked if it is its main address
        :param fetched: a request was made
        :param source: needed if the address is not in the frontier
        :returns: False if it had an outcome in this run: the first one stands
        :raises ValueError: no http(s) address, or unknown and no ``source`` given
        """
        key = url_key(url)
        if source is not None:
            self._add_url(source, url, key, None)
        address = self._url_row(key)
        article = self._article_at(address)
        if gone and article:
            outcome, reason = "unchanged", "gone"
        is_due = next_due is not None or (outcome in ("failed", "deferred") and not gone)
        counted = self._record_outcome(
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
        self._write(
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
                "fetched_at": now if fetched else None,
                "etag": etag and clean_text(etag),
                "last_modified": last_modified and clean_text(last_modified),
            },
        )
        if article and gone and url_key(article["url"]) == key:
            self._write(
                "UPDATE articles SET gone_at = coalesce(gone_at, ?) WHERE id = ?",
                [now, article["id"]],
            )
        elif article and outcome == "unchanged" and not gone:
            self._touch(article["id"], now, is_back=url_key(article["url"]) == key)
            self._write(
                "UPDATE locations SET last_seen = max(last_seen, ?) WHERE url_key = ?", [now, key]
            )
        return True

    # Articles

    def save_article(
        self,
        article: Mapping[str, Any],
        links: Sequence[Mapping[str, Any]],
        *,
        requested_url: str,
        extractor: str,
        evidence: Mapping[str, Any] | None = None,
        capture: Any = None,
        date_captured: datetime | None = None,
        kind: Literal["article", "file"] = "article",
        status: int | None = None,
        size: int | None = None,
        etag: str | None = None,
        last_modified: str | None = None,
        next_due: str | None = None,
    ) -> Saved:
        """Store one story: a new article, a new version, or the news that nothing is new.

        :param article: values for ``ARTICLE_FIELDS``; absent is unknown, lists are sequences
        :param links: ``kind``, ``text``, ``url``, ``position``
        :param requested_url: the address asked for, before redirects
        :param extractor: name and version of the rules that read the page
        :param capture: the raw page, with ``url``, ``date_captured``, ``status``,
            ``content_type`` and ``origin``; kept only if a version is stored
        :param date_captured: when the page stood like this, aware; default: the capture's
        :param kind: ``article``: read from the site just now; ``file``: from a file
        :param size: bytes received
        :param next_due: when to ask for the address again; None: never
        :raises Quarantined: the row was refused; that is the address's outcome
        :raises ValueError: ``requested_url`` is no http(s) address, or a field has a name
            unknown to the archive
        :raises ArchiveError: the file can't be written
        """
        if unknown := set(article) - set(ARTICLE_FIELDS):
            raise ValueError(f"unknown fields of an article: {', '.join(sorted(unknown))}")
        requested_key = url_key(requested_url)
        if date_captured is None and capture is not None:
            date_captured = capture.date_captured
        self._begin()
        ledger: Row = {"kind": kind, "status": status, "size": size}
        try:
            if (kept_out := self._keep_out(article, requested_url, ledger)) is not None:
                return kept_out
            with self.db.atomic():
                self._add_url(article["source"], requested_url, requested_key, None)
                is_first_reading = self._url_row(requested_key)["article_id"] is None
                saved, article_id = self._save(
                    article,
                    links,
                    requested_url=requested_url,
                    extractor=extractor,
                    evidence=evidence or {},
                    capture=capture,
                    date_captured=utc_text(date_captured) if date_captured else None,
                    is_crawled=kind == "article",
                )
                if is_first_reading and saved.outcome == "unchanged" and saved.reason is None:
                    # Another address redirected here before: which came first must not matter.
                    saved = replace(saved, outcome="duplicate", reason=KNOWN_ELSEWHERE)
                address = self._url_row(requested_key)
                self._record_outcome(
                    address,
                    outcome=saved.outcome,
                    reason=saved.reason,
                    article_id=article_id,
                    version=saved.version,
                    **ledger,
                )
                self._write(
                    """
                    UPDATE urls SET state = ?, next_due = ?, outcome = ?, reason = ?, tries = 0,
                        fetched_at = ?, etag = ?, last_modified = ?, article_id = ? WHERE id = ?
                    """,
                    [
                        "due" if next_due else "done",
                        next_due,
                        saved.outcome,
                        saved.reason,
                        utc_now(),
                        etag and clean_text(etag),
                        last_modified and clean_text(last_modified),
                        article_id,
                        address["id"],
                    ],
                )
        except ROW_ERRORS as error:
            if not self.db.conn.in_transaction:
                self._fail(error)
            self._quarantine(article, links, requested_url, str(error), **ledger)
            raise Quarantined(str(error)) from error
        except (sqlite3.Error, OSError) as error:
            self._fail(error, keep_batch=True)
        return saved

    def _keep_out(
        self, article: Mapping[str, Any], requested_url: str, ledger: Row
    ) -> Saved | None:
        """Reject a page of a withdrawn story before anything of it is stored."""
        addresses_of_page = (article.get("url"), requested_url, article.get("canonical_url"))
        tombstone = tombstone_against(self.db, article, addresses_of_page)
        if tombstone is None:
            return None
        with self.db.atomic():
            keep_out(self, tombstone, url_key(requested_url), **ledger)
        return Saved(outcome="rejected", ref=tombstone["ref"], version=0, reason=WITHDRAWN)

    def _save(
        self,
        article: Mapping[str, Any],
        links: Sequence[Mapping[str, Any]],
        *,
        requested_url: str,
        extractor: str,
        evidence: Mapping[str, Any],
        capture: Any,
        date_captured: str | None,
        is_crawled: bool,
        reread: "Reread | None" = None,
    ) -> tuple[Saved, int]:
        story = clean_fields({**dict.fromkeys(ARTICLE_FIELDS), **article})
        for name in LIST_FIELDS:
            story[name] = story[name] or []
        require_types(story, lists=LIST_FIELDS, numbers=NUMBER_FIELDS)
        story["content_hash"] = content_hash(story)
        try:
            page = addresses(story["url"] or "", requested_url, story["canonical_url"])
        except ValueError as error:
            raise ArticleRowError(f"url: {error}") from None
        now = utc_now()
        seen_at = date_captured or (now if is_crawled else None)
        kept = self._article(reread.article_id) if reread else self._find_kept(story, page)
        if kept is None:
            verdict, kept_url, ref = Verdict(outcome="stored"), story["url"], self._new_ref(story)
            article_id = self._one_value("SELECT coalesce(max(id), 0) + 1 FROM articles", [])
            version = 1
        else:
            verdict = Verdict(outcome="stored")
            if reread is None:
                verdict = judge(
                    self.db, kept, story, page, date_captured=date_captured, is_crawled=is_crawled
                )
            kept_url, ref = story["url"] if verdict.moves else kept["url"], kept["ref"]
            article_id, version = kept["id"], kept["version"]
            if verdict.outcome == "stored":
                version = self._one_value(
                    "SELECT max(version) + 1 FROM versions WHERE article_id = ?", [article_id]
                )
        if verdict.outcome == "stored":
            if shows_withdrawn(self.db, story["source"], map(_link_row, links)):
                capture = None
            columns = column_values(
                {
                    **story,
                    "version": version,
                    "date_captured": date_captured,
                    "date_archived": now,
                }
            )
            version_id = self._insert(
                "versions",
                {
                    **{name: columns[name] for name in columns if name not in NOT_IN_VERSIONS},
                    **column_values(clean_fields({"evidence": dict(evidence)})),
                    "article_id": article_id,
                    "extractor": extractor,
                    "run_id": self._run(),
                    "capture_id": reread.capture_id if reread else self._save_capture(capture),
                    "is_reread": reread is not None,
                },
            )
            if verdict.becomes_current:
                current = {
                    **columns,
                    "id": article_id,
                    "ref": ref,
                    "url": kept_url,
                    "site_id": kept["site_id"] if kept else self._free_site_id(story),
                    "published_day": _published_day(story["date_published"]),
                    "word_count": len((story["body"] or "").split()),
                    "version_id": version_id,
                }
                if kept is None:
                    seen = {"first_seen": seen_at or now, "last_seen": seen_at or now}
                    self._insert("articles", {**current, **seen})
                else:
                    self._update_article(current)
            for link in links:
                row = hide_link(self.db, story["source"], _link_row(link))
                target = find_target(self.db, {**row, "site_id": link.get("site_id")}, columns)
                self._insert("links", {**row, "version_id": version_id, "target_id": target})
            if verdict.becomes_current and (kept is None or kept["headline"] != story["headline"]):
                resolve_headline(self.db, article_id)
            if verdict.becomes_current and self._near_duplicates:
                index_article(self.db.conn, article_id)
        elif kept is not None and verdict.moves:
            self._write(
                "UPDATE articles SET url = ?, canonical_url = ? WHERE id = ?",
                [story["url"], story["canonical_url"], article_id],
            )
        if reread is not None:  # nobody saw the page again
            return Saved(outcome="stored", ref=ref, version=version), article_id
        if kept is not None and kept["site_id"] is None and story["site_id"] is not None:
            self._write(
                "UPDATE articles SET site_id = ? WHERE id = ?",
                [self._free_site_id(story), article_id],
            )
        self._save_locations(article_id, story, page, requested_url, seen_at or now)
        resolve_addresses(self.db, article_id)
        if kept is not None and seen_at is not None:
            self._touch(article_id, seen_at, is_back=page.final == url_key(kept_url))
        saved = Saved(outcome=verdict.outcome, ref=ref, version=version, reason=verdict.reason)
        return saved, article_id

    def _find_kept(self, story: Row, page: Addresses) -> Row | None:
        kept = find_kept(self.db, story, page)
        twins = find_twins(self.db, story, page) if kept else []
        if kept is None or kept["id"] not in [twin["id"] for twin in twins]:
            return kept
        older, *others = twins
        for younger in others:
            merge_articles(self.db, older, younger, utc_now())
            older = self._article(older["id"])
        resolve_headline(self.db, older["id"])
        if self._near_duplicates:
            index_article(self.db.conn, older["id"])
        return older

    def _article(self, article_id: int) -> Row:
        return next(iter(self.db.query("SELECT * FROM articles WHERE id = ?", [article_id])))

    def _update_article(self, current: Row) -> None:
        names = [name for name in current if name not in ("id", "ref", "source")]
        self._write(
            f"UPDATE articles SET {', '.join(f'{name} = :{name}' for name in names)} "
            "WHERE id = :id",
            current,
        )

    def _save_capture(self, capture: Any) -> int | None:
        if capture is None or self._captures is None:
            return None
        captured = capture.date_captured
        row = {
            "run_id": self._run(),
            "url": clean_text(capture.url),
            "date_captured": captured and utc_text(captured),
            "origin": capture.origin,
            "status": fitting_number(capture.status),
            "content_type": capture.content_type and clean_text(capture.content_type),
        }
        place = self._captures.append(capture)
        for name in ("file", "offset", "length", "digest"):
            row[name] = place[name]
        return self._insert("captures", row)

    def _save_locations(
        self, article_id: int, story: Row, page: Addresses, requested_url: str, seen_at: str
    ) -> None:
        urls = {page.canonical: story["canonical_url"], page.requested: requested_url}
        urls[page.final] = story["url"]
        for key, url in urls.items():
            if key is None:
                continue
            # The address a text was read from is its own; the others may belong to another story.
            takes_over = "article_id = excluded.article_id," if key == page.final else ""
            self._write(
                f"""
                INSERT INTO locations (article_id, url, url_key, first_seen, last_seen)
                VALUES (:article_id, :url, :url_key, :seen_at, :seen_at)
                ON CONFLICT (url_key) DO UPDATE SET {takes_over}
                    first_seen = min(first_seen, excluded.first_seen),
                    last_seen = max(last_seen, excluded.last_seen)
                WHERE article_id = excluded.article_id OR :url_key = :final
                """,
                {
                    "article_id": article_id,
                    "url": clean_text(url),
                    "url_key": key,
                    "seen_at": seen_at,
                    "final": page.final,
                },
            )

    def _touch(self, article_id: int, seen_at: str, *, is_back: bool) -> None:
        """The story stood on the site at that time (at its main address, if ``is_back``)."""
        self._write(
            """
            UPDATE articles SET first_seen = min(first_seen, :seen),
                last_seen = max(last_seen, :seen),
                gone_at = CASE WHEN NOT :is_back OR gone_at > :seen THEN gone_at END
            WHERE id = :id
            """,
            {"id": article_id, "seen": seen_at, "is_back": is_back},
        )

    def _new_ref(self, story: Row) -> str:
        owner = list(
            self.db.query(
                "SELECT ref, source FROM locations JOIN articles ON articles.id = article_id "
                "WHERE url_key = ? AND source <> ?",
                [url_key(story["url"]), story["source"]],
            )
        )
        if owner:
            raise ArticleRowError(
                f"url: this address is kept as {owner[0]['ref']} of {owner[0]['source']}"
            )
        return next(
            ref
            for ref in ref_candidates(story["source"], story["site_id"], story["url"])
            if not is_taken(self.db, ref)
        )

    def _free_site_id(self, story: Row) -> str | None:
        """The site's own id, unless another story already goes by it."""
        site_id: str | None = story["site_id"]
        taken = site_id is not None and self._one_value(
            "SELECT 1 FROM articles WHERE source = ? AND site_id = ?", [story["source"], site_id]
        )
        return None if taken else site_id

    def _quarantine(
        self,
        article: Mapping[str, Any],
        links: Sequence[Mapping[str, Any]],
        requested_url: str,
        error: str,
        **ledger: Any,
    ) -> None:
        story = {**article, "related_links": list(links)}
        try:
            raw = json.dumps(story, default=ascii)
        except (TypeError, ValueError, RecursionError):
            raw = json.dumps({name: ascii(type(value)) for name, value in story.items()})
        if len(raw) > LONGEST_QUARANTINED:
            raw = json.dumps({"cut": raw[:LONGEST_QUARANTINED]})
        key = url_key(requested_url)
        self._add_url(article["source"], requested_url, key, None)
        address = self._url_row(key)
        self._insert(
            "quarantine",
            {
                "run_id": self._run(),
                "source": article["source"],
                "url": address["url"],
                "at": utc_now(),
                "error": clean_text(error),
                "article": raw,
            },
        )
        if self._record_outcome(address, outcome="rejected", reason="quarantined", **ledger):
            self._write(
                "UPDATE urls SET state = 'done', next_due = NULL, outcome = 'rejected', "
                "reason = 'quarantined', tries = 0, fetched_at = ? WHERE id = ?",
                [utc_now(), address["id"]],
            )

    # Rows

    def _add_url(self, source: str, url: str, key: str, found_on: str | None) -> bool:
        cursor = self._write(
            "INSERT INTO urls (source, url, url_key, found_on, found_at) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT (url_key) DO NOTHING",
            [source, clean_text(url).strip(), key, found_on and clean_text(found_on), utc_now()],
        )
        return cursor.rowcount == 1

    def _url_row(self, key: str) -> Row:
        rows = list(self.db.query("SELECT * FROM urls WHERE url_key = ?", [key]))
        if not rows:
            raise ValueError(f"{key} is not in the frontier, and no source is given for it")
        return rows[0]

    def _article_at(self, address: Row) -> Row | None:
        rows = list(
            self.db.query(
                "SELECT id, url, version FROM articles WHERE id = coalesce(?, "
                "(SELECT article_id FROM locations WHERE url_key = ?))",
                [address["article_id"], address["url_key"]],
            )
        )
        return rows[0] if rows else None

    def _record_outcome(
        self,
        address: Row,
        *,
        kind: str,
        outcome: str,
        reason: str | None,
        status: int | None,
        size: int | None,
        article_id: int | None = None,
        version: int | None = None,
    ) -> bool:
        """One row for each URL and run: the first stands, but a stored story outdoes a failure."""
        run_id = self._run()
        self._write(
            "UPDATE urls SET scheduled_run_id = ? WHERE id = ? AND scheduled_run_id IS NOT ?",
            [run_id, address["id"], run_id],
        )
        cursor = self._write(
            """
            INSERT INTO fetches (run_id, url_id, source, kind, url, at, status, bytes, outcome,
                reason, article_id, version)
            VALUES (:run_id, :url_id, :source, :kind, :url, :at, :status, :size, :outcome,
                :reason, :article_id, :version)
            ON CONFLICT (run_id, url_id) DO UPDATE SET kind = excluded.kind, at = excluded.at,
                status = excluded.status, bytes = excluded.bytes, outcome = excluded.outcome,
                reason = excluded.reason, article_id = excluded.article_id,
                version = excluded.version
            WHERE excluded.outcome = 'stored' AND outcome <> 'stored'
            """,
            {
                "run_id": run_id,
                "url_id": address["id"],
                "source": address["source"],
                "kind": kind,
                "url": address["url"],
                "at": utc_now(),
                "status": fitting_number(status),
                "size": fitting_number(size),
                "outcome": outcome,
                "reason": reason and clean_text(reason),
                "article_id": article_id,
                "version": version,
            },
        )
        return cursor.rowcount == 1

    def _settle_rest(self, run_id: int, outcome: str, reason: str) -> int:
        """Give the scheduled addresses of a run that came to nothing their outcome."""
        cursor = self._write(
            """
            INSERT INTO fetches (run_id, url_id, source, kind, url, at, outcome, reason)
            SELECT :run, id, source, 'article', url, :now, :outcome, :reason FROM urls
            WHERE scheduled_run_id = :run AND NOT EXISTS
                (SELECT 1 FROM fetches WHERE run_id = :run AND url_id = urls.id)
            """,
            {"run": run_id, "now": utc_now(), "outcome": outcome, "reason": reason},
        )
        self._write(
            """
            UPDATE urls SET state = 'due', outcome = :outcome, reason = :reason,
                tries = tries + (:outcome = 'failed')
            WHERE id IN (SELECT url_id FROM fetches
                WHERE run_id = :run AND outcome = :outcome AND reason = :reason)
            """,
            {"run": run_id, "outcome": outcome, "reason": reason},
        )
        return cursor.rowcount

    def _close_run(
        self, run_id: int, state: str, ended: str | None, exit_code: int | None, reason: str | None
    ) -> Row:
        sums = dict.fromkeys(OUTCOMES, 0) | dict(
            self.db.execute(
                "SELECT outcome, count(*) FROM fetches "
                "WHERE run_id = ? AND url_id IS NOT NULL GROUP BY outcome",
                [run_id],
            ).fetchall()
        )
        urls = self._one_value("SELECT count(*) FROM urls WHERE scheduled_run_id = ?", [run_id])
        if urls != sum(sums.values()):
            state, reason = "failed", f"{urls} URLs, but {sum(sums.values())} outcomes"
        if exit_code == 0 and (state == "failed" or sums["failed"]):
            exit_code = 1
        self._write(
            """
            UPDATE runs SET state = :state, ended = :ended, exit_code = :exit_code,
                reason = :reason, urls = :urls, stored = :stored, unchanged = :unchanged,
                duplicate = :duplicate, rejected = :rejected, failed = :failed,
                deferred = :deferred
            WHERE id = :id
            """,
            {
                "id": run_id,
                "state": state,
                "ended": ended,
                "exit_code": exit_code,
                "reason": reason,
                "urls": urls,
                **sums,
            },
        )
        return next(iter(self.db.query("SELECT * FROM runs WHERE id = ?", [run_id])))

    def _close_interrupted_runs(self) -> None:
        """The lock is ours, so whoever left a run open is dead."""
        for (run_id,) in self.db.execute("SELECT id FROM runs WHERE state = 'running'").fetchall():
            left = self._settle_rest(run_id, "deferred", "interrupted")
            reason = f"the process was killed; {left} addresses stay due"
            self._close_run(run_id, "interrupted", None, None, reason)
        self.commit()

    # Statements

    def _run(self) -> int:
        if self.run_id is None:
            raise RuntimeError("no run is open: call start_run first")
        return self.run_id

    def _begin(self) -> None:
        if not self.db.conn.in_transaction:
            try:
                self.db.conn.execute("BEGIN IMMEDIATE")
            except sqlite3.Error as error:
                raise archive_error(error, self.path) from error

    def _write(self, sql: str, parameters: Sequence[Any] | Row) -> sqlite3.Cursor:
        self._begin()
        try:
            return self.db.conn.execute(sql, parameters)
        except sqlite3.DatabaseError as error:
            if isinstance(error, ROW_ERRORS):
                raise
            self._fail(error, keep_batch=True)

    def _insert(self, table: str, row: Row) -> int:
        names = ", ".join(f'"{name}"' for name in row)
        cursor = self._write(
            f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * len(row))})",
            list(row.values()),
        )
        assert cursor.lastrowid is not None
        return cursor.lastrowid

    def _one_value(self, sql: str, parameters: list[Any]) -> Any:
        row = self.db.conn.execute(sql, parameters).fetchone()
        return row and row[0]

    def _fail(self, error: Exception, *, keep_batch: bool = False) -> NoReturn:
        """Say why in words for a person; ``keep_batch``: only this statement failed."""
        if not (keep_batch and self.db.conn.in_transaction):
            self.db.rollback()
            self.rollbacks += 1
        if isinstance(error, sqlite3.Error | OSError):
            raise archive_error(error, self.path) from error
        raise error


def _published_day(date_published: str | None) -> str | None:
    day = (date_published or "")[:10]
    return day if len(day) == 10 else None


def _link_row(link: Mapping[str, Any]) -> Row:
    row = clean_fields({name: link.get(name) for name in ("kind", "text", "url", "position")})
    require_types(row, lists=(), numbers=("position",))
    try:
        row["url_key"] = url_key(row["url"]) if row["url"] else None
    except ValueError:
        row["url_key"] = None
    return row
