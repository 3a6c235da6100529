"""The single writer: sources, stories and their versions, on top of frontier, runs and ledger."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

from sqlite_utils import Database

from archive.articles import require_kind
from archive.capture_store import CaptureStore
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
from archive.fields import ARTICLE_FIELDS, LIST_FIELDS, METADATA_ONLY, NUMBER_FIELDS
from archive.frontier import Frontier
from archive.identity import Addresses, addresses, find_kept, find_twins, leads_elsewhere
from archive.link_targets import find_targets, resolve_address, resolve_headline
from archive.lock import WriteLock
from archive.merge import merge_articles
from archive.near_duplicates import index_article
from archive.ref import is_taken, ref_candidates
from archive.rows import Row
from archive.transaction import ROW_ERRORS
from archive.url_key import url_key
from archive.verdict import KNOWN_ELSEWHERE, WITHOUT_TEXT, Verdict, judge
from archive.withdrawal.erased import Erased
from archive.withdrawal.keeping_out import keep_out
from archive.withdrawal.tombstones import (
    WITHDRAWN,
    has_tombstones,
    hide_link,
    shows_withdrawn,
    tombstone_against,
)

LINK_COLUMNS = ("kind", "text", "url", "position", "url_key")
NOT_IN_VERSIONS = ("source", "site_id", "canonical_url")

DISBELIEVED = {"value": None, "evidence": "disbelieved"}
"""How evidence says that what follows was read and is not believed."""

LONGEST_QUARANTINED = 4 * LONGEST_TEXT
"""Characters of JSON; of a larger row the beginning is kept."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Saved:
    """What became of one page; lasting once the transaction is committed."""

    outcome: Literal["stored", "unchanged", "duplicate", "rejected"]
    ref: str
    version: int
    """The version stored, else the current one; 0 of a story that is kept out (``rejected``)."""
    reason: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Stored:
    """A version and what it belongs to."""

    article_id: int
    ref: str
    version: int


class Quarantined(Exception):
    """The row could not be stored; it lies in ``quarantine``, the rest of the batch is whole."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Writer(Frontier):
    """Writes into one archive, from one thread. Nothing is lasting before :meth:`commit`.

    Made by :func:`archive.open.open_writer`. Rows are dicts under the names of the design,
    times are UTC text (``2026-11-24T09:15:00Z``).
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
        super().__init__(db, path, captures)
        self._lock = lock
        self._near_duplicates = near_duplicates
        self._is_closed = False
        self.erased_again: Erased | None = None
        """What opening it finished of withdrawals, or repeated of those that a copy brought back;
        None: nothing."""
        self.close_interrupted_runs()

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

    def remove(self) -> None:
        """Close, and take the archive away with all that stands beside it under its name."""
        self.db.rollback()
        self.db.close()
        for ending in ("", "-wal", "-shm", ".lock"):
            self.path.with_name(self.path.name + ending).unlink(missing_ok=True)
        self._is_closed = True
        self._lock.release()

    # Sources

    def save_source(self, row: Mapping[str, Any]) -> None:
        """Insert or update a row of ``sources``; what was once proven is not unsaid by it.

        :raises MixedArchive: a sample paper for an archive of real ones, or the other way
        """
        require_kind(self.db, bool(row["is_sample"]), self.path)
        self.write(
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
        self.write(
            "UPDATE sources SET trial_passed_at = coalesce(trial_passed_at, ?) WHERE name = ?",
            [utc_now(), source],
        )

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
        :param links: ``kind``, ``text``, ``url``, ``position``, and perhaps ``site_id``
        :param requested_url: the address asked for, before redirects
        :param extractor: name and version of the rules that read the page
        :param capture: the raw page, with ``url``, ``date_captured``, ``status``,
            ``content_type`` and ``origin``; kept only if a version is stored
        :param date_captured: when the page stood like this, aware; default: the capture's
        :param kind: ``article``: read from the site just now; ``file``: from a file
        :param size: bytes received
        :param next_due: when to ask for the address again; None: never
        :raises Quarantined: the row was refused; that is the address's outcome
        :raises ValueError: ``requested_url`` is no http(s) address, a field has a name unknown
            to the archive, or there is a body that may not be kept
        :raises ArchiveError: the file can't be written
        """
        if unknown := set(article) - set(ARTICLE_FIELDS):
            raise ValueError(f"unknown fields of an article: {', '.join(sorted(unknown))}")
        if article.get("policy") == METADATA_ONLY and article.get("body"):
            raise ValueError("an article whose policy is metadata-only has a body")
        requested_key = url_key(requested_url)
        if date_captured is None and capture is not None:
            date_captured = capture.date_captured
        self.begin()
        ledger: Row = {"kind": kind, "status": status, "size": size}
        try:
            if (kept_out := self._keep_out(article, requested_url, ledger)) is not None:
                return kept_out
            with self.db.atomic():
                address = self.add_url(
                    article["source"], requested_url, requested_key, run_id=self.open_run()
                )
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
                if (
                    address["article_id"] is None
                    and saved.outcome == "unchanged"
                    and saved.reason is None
                ):
                    # Another address redirected here before: which came first must not matter.
                    saved = replace(saved, outcome="duplicate", reason=KNOWN_ELSEWHERE)
                self.record_outcome(
                    address,
                    outcome=saved.outcome,
                    reason=saved.reason,
                    article_id=article_id,
                    version=saved.version,
                    **ledger,
                )
                self.write(
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
                self.fail(error)
            self._quarantine(article, links, requested_url, str(error), **ledger)
            raise Quarantined(str(error)) from error
        except (sqlite3.Error, OSError) as error:
            self.fail(error, keep_batch=True)
        return saved

    def _keep_out(
        self, article: Mapping[str, Any], requested_url: str, ledger: Row
    ) -> Saved | None:
        """Reject a page of a withdrawn story before anything of it is stored."""
        if not has_tombstones(self.db):
            return None
        url, canonical = (
            value if isinstance(value, str) else None  # it will be quarantined
            for value in (article.get("url"), article.get("canonical_url"))
        )
        urls = [url, requested_url]
        with suppress(ValueError):  # it will be quarantined
            urls.append(addresses(url or "", requested_url, canonical).canonical)
        tombstone = tombstone_against(self.db, article, urls)
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
    ) -> tuple[Saved, int]:
        story = clean_story(article)
        try:
            page = addresses(story["url"] or "", requested_url, story["canonical_url"])
        except ValueError as error:
            raise ArticleRowError(f"url: {error}") from None
        now = utc_now()
        seen_at = date_captured or (now if is_crawled else None)
        kept = self._find_kept(story, page)
        if leads_elsewhere(self.db, page, kept):
            lie = {"value": story["canonical_url"], "evidence": "canonical (other story)"}
            evidence = {**evidence, "canonical_url": [DISBELIEVED, lie]}
            story, page = {**story, "canonical_url": None}, replace(page, canonical=None)
        verdict = Verdict(outcome="stored")
        if kept is not None:
            verdict = judge(
                self.db, kept, story, page, date_captured=date_captured, is_crawled=is_crawled
            )
        url = story["url"] if kept is None or verdict.moves else kept["url"]
        if story["policy"] == METADATA_ONLY:
            capture = None
        if verdict.outcome == "stored":
            rows = [link_row(link) for link in links]
            if has_tombstones(self.db):
                if shows_withdrawn(self.db, story["source"], rows):
                    capture = None
                rows = [hide_link(self.db, story["source"], row) for row in rows]
            stored = self.store_version(
                story,
                rows,
                kept=kept,
                url=url,
                becomes_current=verdict.becomes_current,
                extractor=extractor,
                evidence=evidence,
                capture_id=self._save_capture(capture),
                date_captured=date_captured,
                seen_at=seen_at or now,
            )
        else:
            assert kept is not None
            stored = Stored(article_id=kept["id"], ref=kept["ref"], version=kept["version"])
        if kept is not None and not (verdict.outcome == "stored" and verdict.becomes_current):
            if verdict.moves:
                self.write(
                    "UPDATE articles SET url = ?, canonical_url = ? WHERE id = ?",
                    [story["url"], story["canonical_url"], kept["id"]],
                )
            if page.final == url_key(url) and seen_at and seen_at >= (kept["date_captured"] or ""):
                self._update_reservations(kept, story)
        if kept is not None and kept["site_id"] is None and story["site_id"] is not None:
            self.write(
                "UPDATE articles SET site_id = ? WHERE id = ?",
                [self._free_site_id(story), kept["id"]],
            )
        self._save_locations(stored.article_id, story, page, requested_url, seen_at or now)
        if kept is not None and seen_at is not None:
            self.touch(kept["id"], seen_at, is_back=page.final == url_key(url))
        is_without_text = verdict.outcome == "stored" and story["policy"] == METADATA_ONLY
        saved = Saved(
            outcome=verdict.outcome,
            ref=stored.ref,
            version=stored.version,
            reason=verdict.reason or (WITHOUT_TEXT if is_without_text else None),
        )
        return saved, stored.article_id

    def store_version(
        self,
        story: Row,
        links: Sequence[Row],
        *,
        kept: Row | None,
        url: str,
        becomes_current: bool,
        extractor: str,
        evidence: Mapping[str, Any],
        capture_id: int | None,
        date_captured: str | None,
        seen_at: str,
        is_reread: bool = False,
    ) -> Stored:
        """Write a version with its links, and the article if the version is its current one.

        :param story: made by :func:`clean_story`
        :param links: made by :func:`link_row`
        :param kept: row of ``articles``; None makes a new one
        :param url: the article's main address
        :param seen_at: of a new article
        """
        if kept is None:
            ref, version = self._new_ref(story), 1
            article_id = self.value("SELECT coalesce(max(id), 0) + 1 FROM articles")
        else:
            article_id, ref = kept["id"], kept["ref"]
            version = self.value(
                "SELECT max(version) + 1 FROM versions WHERE article_id = ?", [article_id]
            )
        columns = column_values(
            {
                **story,
                "version": version,
                "date_captured": date_captured,
                "date_archived": utc_now(),
            }
        )
        version_id = self.insert(
            "versions",
            {
                **{name: columns[name] for name in columns if name not in NOT_IN_VERSIONS},
                **column_values(clean_fields({"evidence": dict(evidence)})),
                "article_id": article_id,
                "extractor": extractor,
                "run_id": self.open_run(),
                "capture_id": capture_id,
                "is_reread": is_reread,
            },
        )
        if becomes_current:
            current = {
                **columns,
                "id": article_id,
                "ref": ref,
                "url": url,
                "site_id": kept["site_id"] if kept else self._free_site_id(story),
                "published_day": _published_day(story["date_published"]),
                "word_count": len((story["body"] or "").split()),
                "version_id": version_id,
            }
            if kept is None:
                self.insert("articles", {**current, "first_seen": seen_at, "last_seen": seen_at})
            else:
                self._update_article(current)
        targets = find_targets(self.db, links, columns)
        self.db.conn.executemany(
            f"INSERT INTO links ({', '.join(LINK_COLUMNS)}, version_id, target_id) "
            f"VALUES ({', '.join('?' * (len(LINK_COLUMNS) + 2))})",
            [
                (*(link[name] for name in LINK_COLUMNS), version_id, target)
                for link, target in zip(links, targets, strict=True)
            ],
        )
        if becomes_current and (kept is None or kept["headline"] != story["headline"]):
            resolve_headline(self.db, current)
        if becomes_current and self._near_duplicates:
            index_article(self.db.conn, article_id)
        return Stored(article_id=article_id, ref=ref, version=version)

    def _find_kept(self, story: Row, page: Addresses) -> Row | None:
        kept = find_kept(self.db, story, page)
        twins = find_twins(self.db, story, page) if kept else []
        if kept is None or kept["id"] not in [twin["id"] for twin in twins]:
            return kept
        older, *others = twins
        for younger in others:
            merge_articles(self.db, older, younger, utc_now())
            older = self.article(older["id"])
        resolve_headline(self.db, older)
        if self._near_duplicates:
            index_article(self.db.conn, older["id"])
        return older

    def article(self, article_id: int) -> Row:
        """Row of ``articles``."""
        return self.rows("SELECT * FROM articles WHERE id = ?", [article_id])[0]

    def _update_reservations(self, kept: Row, story: Row) -> None:
        """What the publisher reserves by now; each version keeps what was said of it."""
        reservations = column_values({"reservations": story["reservations"]})["reservations"]
        if reservations != kept["reservations"]:
            self.write(
                "UPDATE articles SET reservations = ? WHERE id = ?", [reservations, kept["id"]]
            )

    def _update_article(self, current: Row) -> None:
        names = [name for name in current if name not in ("id", "ref", "source")]
        self.write(
            f"UPDATE articles SET {', '.join(f'{name} = :{name}' for name in names)} "
            "WHERE id = :id",
            current,
        )

    def keep_page(self, capture: Any) -> None:
        """Keep the raw page of an address that gave no story, for later rules."""
        self._save_capture(capture)

    def _save_capture(self, capture: Any) -> int | None:
        if capture is None or self._captures is None:
            return None
        captured = capture.date_captured
        row = {
            "run_id": self.open_run(),
            "url": clean_text(capture.url),
            "date_captured": captured and utc_text(captured),
            "origin": capture.origin,
            "status": fitting_number(capture.status),
            "content_type": capture.content_type and clean_text(capture.content_type),
        }
        place = self._captures.append(capture)
        for name in ("file", "offset", "length", "digest"):
            row[name] = place[name]
        return self.insert("captures", row)

    def _save_locations(
        self, article_id: int, story: Row, page: Addresses, requested_url: str, seen_at: str
    ) -> None:
        urls = {page.canonical: story["canonical_url"], page.requested: requested_url}
        urls[page.final] = story["url"]
        for key, url in urls.items():
            if key is None:
                continue
            owner = self.value("SELECT article_id FROM locations WHERE url_key = ?", [key])
            seen = {"article_id": article_id, "url_key": key, "seen_at": seen_at}
            if owner is None:
                self.write(
                    "INSERT INTO locations (article_id, url, url_key, first_seen, last_seen) "
                    "VALUES (:article_id, :url, :url_key, :seen_at, :seen_at)",
                    {**seen, "url": clean_text(url)},
                )
            # The address a text was read from is its own; the others may belong to another story.
            elif owner == article_id or key == page.final:
                self.write(
                    "UPDATE locations SET article_id = :article_id, "
                    "first_seen = min(first_seen, :seen_at), last_seen = max(last_seen, :seen_at) "
                    "WHERE url_key = :url_key",
                    seen,
                )
            else:
                continue
            if owner != article_id:
                resolve_address(self.db, key, article_id)

    def _new_ref(self, story: Row) -> str:
        owner = self.rows(
            "SELECT ref, source FROM locations JOIN articles ON articles.id = article_id "
            "WHERE url_key = ? AND source <> ?",
            [url_key(story["url"]), story["source"]],
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
        taken = site_id is not None and self.value(
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
        address = self.add_url(article["source"], requested_url, key)
        self.insert(
            "quarantine",
            {
                "run_id": self.open_run(),
                "source": article["source"],
                "url": address["url"],
                "at": utc_now(),
                "error": clean_text(error),
                "article": raw,
            },
        )
        if self.record_outcome(address, outcome="rejected", reason="quarantined", **ledger):
            self.write(
                "UPDATE urls SET state = 'done', next_due = NULL, outcome = 'rejected', "
                "reason = 'quarantined', tries = 0, fetched_at = ? WHERE id = ?",
                [utc_now(), address["id"]],
            )


def _published_day(date_published: str | None) -> str | None:
    day = (date_published or "")[:10]
    return day if len(day) == 10 else None


def clean_story(article: Mapping[str, Any]) -> Row:
    """All ``ARTICLE_FIELDS``, cleaned, with the ``content_hash``.

    :raises ArticleRowError: a value can't be stored
    """
    story = clean_fields({**dict.fromkeys(ARTICLE_FIELDS), **article})
    for name in (*LIST_FIELDS, "reservations"):
        story[name] = story[name] or []
    plain = {name: value for name, value in story.items() if name != "reservations"}
    require_types(plain, lists=LIST_FIELDS, numbers=NUMBER_FIELDS)
    for entry in story["reservations"]:
        if not isinstance(entry, Mapping) or set(entry) != {"term", "evidence", "value"}:
            raise ArticleRowError("reservations: not a list of term, evidence and value")
        require_types(entry, lists=(), numbers=())
    story["content_hash"] = content_hash(story)
    return story


def link_row(link: Mapping[str, Any]) -> Row:
    """``LINK_COLUMNS`` cleaned, and the ``site_id`` by which the target may be known.

    :raises ArticleRowError: a value can't be stored
    """
    names = ("kind", "text", "url", "position", "site_id")
    row = clean_fields({name: link.get(name) for name in names})
    require_types(row, lists=(), numbers=("position",))
    try:
        row["url_key"] = url_key(row["url"]) if row["url"] else None
    except ValueError:
        row["url_key"] = None
    return row
