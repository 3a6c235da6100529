"""Stored pages read again: which ones, what today's rules change, and the version it makes."""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlite_utils import Database

from archive.clean import ArticleRowError, clean_fields
from archive.fields import LIST_FIELDS, READ_FIELDS
from archive.rows import Row
from archive.transaction import ROW_ERRORS
from archive.url_key import url_key
from archive.withdrawal.tombstones import hide_link
from archive.writer import Writer, clean_story, link_row

Change = Literal["changed", "filled", "lost"]

FIELDS = (*READ_FIELDS, "related_links")
"""What is compared. Ref, site id and addresses are identity: a re-reading leaves them alone."""
EMPTY: tuple[object, ...] = (None, "", [])

SAME_BY = "the same by "
"""How the ledger says of a version that some rules (named after it) gave nothing new."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reread:
    """One version with the place of its page."""

    article_id: int
    ref: str
    source: str
    version: int
    url: str
    canonical_url: str | None
    """The article's."""
    date_captured: str | None
    capture_id: int
    capture: Row
    """``url``, ``content_type``, ``file``, ``offset``, ``length``, ``digest``."""
    fields: Row
    """``FIELDS`` as stored; lists as lists, links as ``[kind, text, url]``."""

    @property
    def name(self) -> str:
        return f"{self.ref}@{self.version}"


def count_versions(db: Database, *, every: bool = False) -> list[Row]:
    """What there is to read again.

    :param every: former versions, too
    :returns: rows with ``source``, ``versions`` and ``no_capture`` (how many came without)
    """
    return list(
        db.query(
            "SELECT articles.source, count(*) AS versions, "
            "sum(versions.capture_id IS NULL) AS no_capture FROM articles "
            f"JOIN versions ON {_which(every)} GROUP BY articles.source ORDER BY articles.source"
        )
    )


def versions_to_reread(
    db: Database, extractors: Mapping[str, str], *, every: bool = False, again: bool = False
) -> list[tuple[int, str]]:
    """Versions (id, source) that have a page and were not read by these rules, oldest first.

    :param extractors: source to the name of its rules; other sources are left out
    :param every: former versions, too; those that share a page count once, by the latest
    :param again: those that were read by these rules, too
    """
    return list(
        db.execute(
            f"""
            SELECT versions.id, articles.source FROM articles JOIN json_each(:extractors) AS rules
                ON rules.key = articles.source
            JOIN versions ON {_which(every)}
            WHERE versions.capture_id IS NOT NULL
                AND NOT EXISTS (SELECT 1 FROM versions AS later WHERE :every
                    AND later.article_id = articles.id AND later.version > versions.version
                    AND later.capture_id = versions.capture_id)
                AND (:again OR versions.extractor <> rules.value
                    AND NOT EXISTS (SELECT 1 FROM fetches WHERE article_id = articles.id
                        AND version = versions.version AND reason = :same || rules.value))
            ORDER BY versions.id
            """,
            {
                "extractors": json.dumps(extractors),
                "every": every,
                "again": again,
                "same": SAME_BY,
            },
        )
    )


def load_rereads(db: Database, version_ids: Iterable[int]) -> list[Reread]:
    """These versions with their pages' places, in the given order."""
    return [_load(db, version_id) for version_id in version_ids]


def fields_read(
    db: Database,
    source: str,
    article: Mapping[str, Any],
    links: Sequence[Mapping[str, Any]],
) -> Row:
    """``FIELDS`` of a story as they would be stored.

    :raises ArticleRowError: it can't be stored
    """
    fields = clean_fields({name: article.get(name) for name in READ_FIELDS})
    for name in LIST_FIELDS:
        fields[name] = fields[name] or []
    rows = [hide_link(db, source, link_row(link)) for link in links]
    fields["related_links"] = [[row["kind"], row["text"], row["url"]] for row in rows]
    return fields


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Change]:
    """Field to what became of it; those that stay the same are left out."""
    found: dict[str, Change] = {}
    for name in FIELDS:
        old, new = before[name], after[name]
        if old == new:
            continue
        found[name] = "filled" if old in EMPTY else "lost" if new in EMPTY else "changed"
    return found


def makes_version(changed: Mapping[str, Change]) -> bool:
    """Is that worth a new version? A confidence that only moved is not: its weights may be fitted
    anew, and each time the whole archive would double."""
    return bool(changed.keys() - {"confidence"}) or changed.get("confidence") == "filled"


def becomes_teaser(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Would a text that was not known as a teaser be replaced by a shorter one that is?"""
    old, new = (len("".join((fields["body"] or "").split())) for fields in (before, after))
    return bool(after["is_truncated"] and not before["is_truncated"] and new < old)


def save_rereading(
    writer: Writer,
    read: Reread,
    article: Mapping[str, Any],
    links: Sequence[Mapping[str, Any]],
    *,
    extractor: str,
    evidence: Mapping[str, Any],
) -> None:
    """Store today's reading of a current version as a new one, marked, beside the old one.

    It keeps the page and the date it was captured. The article's ref, addresses and days seen
    stay as they are, and so does the frontier.

    :raises ArticleRowError: it can't be stored; nothing of it is
    :raises ArchiveError: the file can't be written
    """
    story = {**article, "url": read.url, "canonical_url": read.canonical_url}
    writer.begin()
    try:
        with writer.db.atomic():
            kept = writer.article(read.article_id)
            if kept["policy"]:  # what was said of the page, in its headers and by its site, too
                reservations = json.loads(kept["reservations"])
                story |= {"policy": kept["policy"], "reservations": reservations}
            stored = writer.store_version(
                clean_story(story),
                [hide_link(writer.db, read.source, link_row(link)) for link in links],
                kept=kept,
                url=kept["url"],
                becomes_current=True,
                extractor=extractor,
                evidence=evidence,
                capture_id=read.capture_id,
                date_captured=read.date_captured,
                seen_at=kept["first_seen"],
                is_reread=True,
            )
            record_rereading(writer, read, "stored", "read again", version=stored.version)
    except ROW_ERRORS as error:
        if not writer.db.conn.in_transaction:
            writer.fail(error)
        raise ArticleRowError(str(error)) from error
    except (sqlite3.Error, OSError) as error:
        writer.fail(error, keep_batch=True)


def record_rereading(
    writer: Writer, read: Reread, outcome: str, reason: str, *, version: int | None = None
) -> None:
    """Write into the ledger how a re-reading ended, as the outcome of the story's address."""
    writer.record_outcome(
        _address(writer, read),
        kind="file",
        outcome=outcome,
        reason=reason,
        status=None,
        size=read.capture["length"],
        article_id=read.article_id,
        version=version or read.version,
    )


def _which(every: bool) -> str:
    return "versions.article_id = articles.id" if every else "versions.id = articles.version_id"


def _load(db: Database, version_id: int) -> Reread:
    (row,) = db.query(
        """
        SELECT versions.*, ref, articles.source, articles.canonical_url, captures.url AS page_url,
            content_type, file, "offset", length, digest
        FROM versions JOIN articles ON articles.id = article_id
        JOIN captures ON captures.id = capture_id WHERE versions.id = ?
        """,
        [version_id],
    )
    fields = {name: row[name] for name in READ_FIELDS}
    for name in LIST_FIELDS:
        fields[name] = json.loads(fields[name])
    if fields["is_truncated"] is not None:
        fields["is_truncated"] = bool(fields["is_truncated"])
    fields["related_links"] = [
        list(link)
        for link in db.execute(
            "SELECT kind, text, url FROM links WHERE version_id = ? ORDER BY position", [version_id]
        )
    ]
    places = ("content_type", "file", "offset", "length", "digest")
    return Reread(
        article_id=row["article_id"],
        ref=row["ref"],
        source=row["source"],
        version=row["version"],
        url=row["url"],
        canonical_url=row["canonical_url"],
        date_captured=row["date_captured"],
        capture_id=row["capture_id"],
        capture={"url": row["page_url"], **{name: row[name] for name in places}},
        fields=fields,
    )


def _address(writer: Writer, read: Reread) -> Row:
    """The frontier's row of a story: that of its version's address before any other of its own."""
    key = url_key(read.url)
    rows = list(
        writer.db.query(
            "SELECT urls.* FROM locations JOIN urls USING (url_key) "
            "WHERE locations.article_id = ? ORDER BY url_key <> ?, urls.id LIMIT 1",
            [read.article_id, key],
        )
    )
    if rows:
        return rows[0]
    address = writer.add_url(read.source, read.url, key)
    if address["is_new"]:
        writer.write(
            "UPDATE urls SET state = 'done', article_id = ? WHERE url_key = ?",
            [read.article_id, key],
        )
    return address
