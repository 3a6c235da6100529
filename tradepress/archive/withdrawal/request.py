"""Says what is to be withdrawn: the tombstones for a story, an address or a whole source."""

from collections.abc import Sequence
from typing import Any

from tradepress.archive.clock import utc_now
from tradepress.archive.database import Database
from tradepress.archive.stored_json import readable_names
from tradepress.archive.stories.ref import is_taken, ref_candidates
from tradepress.archive.text_forms import HIDDEN
from tradepress.archive.url_key import url_key
from tradepress.archive.withdrawal.tombstones import (
    Tombstone,
    address_key,
    hash_key,
    headline_key,
    known_address_key,
    site_id_key,
    text_key,
)

REFS = """
    SELECT ref FROM articles WHERE id = :id
    UNION SELECT ref FROM aliases WHERE article_id = :id
"""
URLS = """
    SELECT url FROM articles WHERE id = :id
    UNION SELECT url FROM versions WHERE article_id = :id
    UNION SELECT captures.url FROM captures JOIN versions ON capture_id = captures.id
        WHERE article_id = :id
    UNION SELECT url FROM locations WHERE article_id = :id
"""


def tombstone_for(
    db: Database, article_id: int, *, reason: str, keep_headline: bool = False
) -> Tombstone:
    """Returns what will stand for an article.

    An address that shows another story by now is that one's.
    """
    (article,) = db.query("SELECT * FROM articles WHERE id = ?", [article_id])
    source = article["source"]
    versions = list(
        db.query(
            "SELECT headline, also_titled, body IS NOT NULL AND body <> '' AS has_text, "
            "content_hash, date_archived FROM versions WHERE article_id = ?",
            [article_id],
        )
    )
    refs = _values(db, REFS, {"id": article_id})
    urls = _values(db, URLS, {"id": article_id})
    keys = {hash_key(ref) for ref in refs}
    keys |= {address_key(url) for url in urls if _is_own(db, url, article_id)}
    if article["site_id"] is not None:
        keys.add(site_id_key(source, article["site_id"]))
    for row in versions:
        if row["has_text"]:
            keys.add(text_key(source, row["content_hash"]))
        titles = (row["headline"], *readable_names(row["also_titled"]))
        keys |= {key for title in titles if (key := headline_key(source, title))}
    return Tombstone(
        ref=article["ref"],
        source=source,
        headline=article["headline"] if keep_headline else None,
        published_day=article["published_day"],
        date_archived=min(row["date_archived"] for row in versions),
        reason=reason,
        withdrawn_at=utc_now(),
        keys=frozenset(keys),
    )


def tombstone_in_advance(
    db: Database, source: str, site_id: str | None, url: str, *, reason: str
) -> Tombstone:
    """Returns what will keep out an address that no story is kept from.

    :raises ValueError: no http(s) address
    """
    keys = {address_key(url)}
    if site_id is not None:
        keys.add(site_id_key(source, site_id))
    ref = next(ref for ref in ref_candidates(source, site_id, url) if not is_taken(db, ref))
    return _for_addresses(ref, source, {*keys, hash_key(ref)}, reason)


def tombstones_for_source(
    db: Database, source: str, *, reason: str, keep_headline: bool = False
) -> list[Tombstone]:
    """Returns a tombstone for each of a source's articles, and one, under the source's name, for
    the addresses that never came to a story."""
    ids = sorted(_values(db, "SELECT id FROM articles WHERE source = ?", [source]))
    stones = [
        tombstone_for(db, article_id, reason=reason, keep_headline=keep_headline)
        for article_id in ids
    ]
    rest = _values(
        db,
        "SELECT url_key FROM urls WHERE source = ? AND article_id IS NULL AND url_key NOT LIKE ?",
        [source, f"{HIDDEN}%"],
    )
    if stones or rest:
        keys = {hash_key(source), *map(known_address_key, rest)}
        stones.append(_for_addresses(source, source, keys, reason))
    return stones


def is_known_address(db: Database, url: str) -> bool:
    """Did a crawl or an ingest ever take this for the address of a story?

    :raises ValueError: no http(s) address
    """
    found = db.execute("SELECT 1 FROM urls WHERE url_key = ?", [url_key(url)]).fetchone()
    return found is not None


def _for_addresses(ref: str, source: str, keys: set[str], reason: str) -> Tombstone:
    now = utc_now()
    return Tombstone(
        ref=ref,
        source=source,
        headline=None,
        published_day=None,
        date_archived=now,
        reason=reason,
        withdrawn_at=now,
        keys=frozenset(keys),
    )


def _is_own(db: Database, url: str, article_id: int) -> bool:
    """Does this address of an article lead to no other one, and is it one at all?"""
    try:
        key = url_key(url)
    except ValueError:
        return False
    other = "SELECT 1 FROM locations WHERE url_key = ? AND article_id <> ?"
    return db.execute(other, [key, article_id]).fetchone() is None


def _values(db: Database, sql: str, parameters: Sequence[Any] | dict[str, Any]) -> set[Any]:
    return {row[0] for row in db.execute(sql, parameters)}
