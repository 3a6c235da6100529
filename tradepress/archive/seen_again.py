"""Finds which version of a story a page showed of which a file says only that it was the same as
before: a revisit (ISO 28500, 6.7)."""

from base64 import b32encode
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tradepress.archive.captures.kept_page import UnreadablePage, read_record
from tradepress.archive.file.transaction import Transaction
from tradepress.archive.frontier.mementos import address_keys
from tradepress.archive.frontier.sightings import note_sightings
from tradepress.archive.ledger.ledger import Fetched
from tradepress.archive.ledger.outcomes import Outcome
from tradepress.archive.run import Run
from tradepress.archive.stories.identity import AGAIN, STOOD_THEN
from tradepress.archive.stories.stories import Saved
from tradepress.archive.url_key import url_key, without_tracking
from tradepress.archive.withdrawal.keeping_out import keep_out
from tradepress.archive.withdrawal.tombstones import (
    WITHDRAWN,
    address_key,
    find_tombstone,
    has_tombstones,
)
from tradepress.story import Capture, PackedPage, Revisit

STOOD_THERE = """
    SELECT sightings.article_id, version_id, captures.* FROM sightings
    LEFT JOIN version_rows ON version_rows.id = version_id
    LEFT JOIN captures ON captures.id = capture_id
"""
AT = (
    "sightings.article_id IN (SELECT article_id FROM locations, json_each(?) WHERE url_key = value)"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class SeenAgain:
    """Is what a page showed."""

    article_id: int
    version_id: int | None
    """Is None where it can't be told."""


def find_shown(
    transaction: Transaction, revisit: Revisit, pages: Sequence[tuple[str, str]] = ()
) -> SeenAgain | None:
    """Finds what a page showed at a revisit; None: the page that it refers to is not here.

    :param pages: addresses and times at which the same page was captured
    """
    found: Mapping[str, Any] | None = None
    if revisit.refers_to_date is not None:
        pages = ((revisit.refers_to_url or revisit.url, revisit.refers_to_date), *pages)
    for url, seen_at in pages:
        if found is None:
            rows = transaction.rows(
                f"{STOOD_THERE} WHERE seen_at = ? AND {AT}", [seen_at, address_keys(url)]
            )
            found = rows[0] if rows else None
    found = found or _by_capture(transaction, revisit)
    if found is None:
        return None
    return SeenAgain(article_id=found["article_id"], version_id=found["version_id"])


def see_again(
    run: Run, revisit: Revisit, shown: SeenAgain, *, kind: str, at: str | None = None
) -> Saved:
    """Writes that a page was the same at a revisit, where nothing is new but the time; of a
    withdrawn address nothing is written.

    :param kind: of what was asked, for the ledger
    :param at: the address at a web archive that was asked; None: that of the page
    """
    url = without_tracking(revisit.url)
    if has_tombstones(run.transaction.db):
        keys = [address_key(one) for one in (url, revisit.url)]
        if (stone := find_tombstone(run.transaction.db, keys)) is not None:
            fetched = Fetched(kind=kind)
            keep_out(run.transaction, run.addresses, stone.ref, url_key(at or url), fetched)
            rejected = Outcome.REJECTED
            return Saved(outcome=rejected, ref=stone.ref, version=0, reason=WITHDRAWN)
    with run.transaction.atomic():
        story = run.transaction.rows(
            "SELECT source, articles.url, ref, version_id, "
            "coalesce(version_rows.version, articles.version) AS version "
            "FROM articles LEFT JOIN version_rows ON version_rows.id = ? "
            "WHERE articles.id = ?",
            [shown.version_id, shown.article_id],
        )[0]
        address = run.addresses.take(story["source"], at or url)
        is_new = note_sightings(
            run.transaction,
            shown.article_id,
            shown.version_id,
            [revisit.seen_at],
            is_back=url_key(url) == url_key(story["url"]),
        )
        if is_new and revisit.digest is not None:
            packed = PackedPage(member=b"", digest=spelt(revisit.digest))
            seen_at = datetime.fromisoformat(revisit.seen_at)
            visit = Capture(
                url=url,
                body=b"",
                status=200,
                date_captured=seen_at,
                source=story["source"],
                packed=packed,
            )
            run.stories.keep_visit(shown.article_id, visit, story["version"])
        reason = STOOD_THEN if is_new else None
        if shown.version_id not in (None, story["version_id"]):
            current = run.stories.versions.choose_current(shown.article_id)
            reason = AGAIN if current.version_id == shown.version_id else reason
        run.transaction.write(
            "UPDATE locations SET last_seen = max(last_seen, ?) WHERE url_key = ?",
            [revisit.seen_at, url_key(url)],
        )
        saved = Saved(
            outcome=Outcome.UNCHANGED,
            ref=story["ref"],
            version=story["version"],
            reason=reason,
        )
        run.addresses.end(
            address,
            saved.outcome,
            saved.reason,
            fetched=Fetched(kind=kind),
            article_id=shown.article_id,
            version=saved.version,
        )
    return saved


def _by_capture(transaction: Transaction, revisit: Revisit) -> Mapping[str, Any] | None:
    """Finds the capture that it refers to among those of the stories at its addresses."""
    digest, rows = spelt(revisit.digest or ""), list[dict[str, Any]]()
    for url in {revisit.url, revisit.refers_to_url or revisit.url}:
        rows += transaction.rows(
            f"{STOOD_THERE} WHERE file IS NOT NULL AND {AT} ORDER BY seen_at > ?, seen_at DESC",
            [address_keys(url), revisit.seen_at],
        )
    for row in rows:
        if row["digest"] == digest:
            return row
    captures = transaction.captures
    if captures is None or revisit.refers_to is None:
        return None
    for row in rows:
        with suppress(UnreadablePage):
            headers = read_record(captures.folder, row).headers
            # A record that was packed anew names the one that came.
            names = ("WARC-Record-ID", "WARC-Concurrent-To")
            if revisit.refers_to in map(headers.get, names):
                return row
    return None


def spelt(digest: str) -> str:
    """Returns a digest as the archive spells it, be it in hexadecimal or base32."""
    kind, _, value = digest.partition(":")
    if len(value) == 40:
        with suppress(ValueError):
            value = b32encode(bytes.fromhex(value)).decode()
    return f"{kind.lower()}:{value.upper()}"
