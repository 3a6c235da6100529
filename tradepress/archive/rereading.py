"""Reads stored pages again: which ones, what today's rules change, and the version it makes."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from tradepress.archive.clean import ArticleRowError
from tradepress.archive.database import Database
from tradepress.archive.file.rows import Row
from tradepress.archive.file.transaction import ROW_ERRORS
from tradepress.archive.frontier.listed_story import listing_of
from tradepress.archive.frontier.sightings import take_over
from tradepress.archive.ledger.ledger import Fetched
from tradepress.archive.ledger.outcomes import Outcome
from tradepress.archive.run import Run
from tradepress.archive.stored_json import UNREADABLE, stored_basis
from tradepress.archive.stories.clean_story import (
    COLUMNS,
    OF_ARTICLE,
    CleanStory,
    StoredLink,
    clean_story,
)
from tradepress.archive.stories.kept import article_of, load_kept
from tradepress.archive.withdrawal.keeping_out import hide_link
from tradepress.story import ARCHIVE_ONLY, Article, Link, Listing, Reading, StoredArticle
from tradepress.story_fields import LISTS

Change = Literal["changed", "filled", "lost"]

READ_FIELDS = tuple(
    name for name in COLUMNS if name not in (*OF_ARTICLE, "url", "policy", "reservations")
)
"""Lists what a page says of the story; the others say which one it is, or what may be kept."""
FIELDS = (*READ_FIELDS, "related_links")
"""Lists what is compared. Ref, site id and addresses are identity, which is left alone."""
EMPTY: tuple[object, ...] = (None, "", [])

DATA = """
    SELECT file, "offset", length, digest FROM capture_records
    WHERE capture_id = ? AND kind = 'data' ORDER BY id DESC
"""
SAME = "the same by these rules"
"""Is the reason of a re-reading that gave nothing new."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reread:
    """Is one version with the place of its page."""

    article_id: int
    ref: str
    source: str
    version: int
    version_id: int
    url: str
    date_captured: str | None
    capture_id: int
    capture: Row
    """Holds ``url``, ``content_type``, ``file``, ``offset``, ``length``, ``digest``."""
    data: Row | None
    """Is, in the same way, the place of the data that the page loaded, if it did."""
    listing: Listing
    """Is what listings say of the story."""
    fields: Row
    """Holds ``FIELDS`` as stored; lists as lists, links as ``[kind, text, url]``."""
    basis: str | None
    """Is the evidence on what its text is held for this archive alone; None: it is not."""

    @property
    def name(self) -> str:
        return f"{self.ref}@{self.version}"


@dataclass(frozen=True, kw_only=True, slots=True)
class VersionsHeld:
    """Says what there is to read again of a source."""

    source: str
    versions: int
    no_capture: int
    """Counts the versions that came without a page."""


def count_versions(db: Database, *, every: bool = False) -> list[VersionsHeld]:
    """Counts what there is to read again, by source.

    :param every: former versions, too
    """
    rows = db.query(
        "SELECT articles.source, count(*) AS versions, "
        "sum(versions.capture_id IS NULL) AS no_capture FROM articles "
        f"JOIN versions ON {_which(every)} GROUP BY articles.source ORDER BY articles.source"
    )
    return [VersionsHeld(**row) for row in rows]


def versions_to_reread(
    db: Database, extractors: Mapping[str, str], *, every: bool = False, again: bool = False
) -> list[tuple[int, str]]:
    """Lists versions (id, source) that have a page and were not read by these rules, oldest first.

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
                        AND version = versions.version AND extractor = rules.value))
            ORDER BY versions.id
            """,
            {"extractors": json.dumps(extractors), "every": every, "again": again},
        )
    )


def load_rereads(db: Database, version_ids: Iterable[int]) -> list[Reread]:
    """Returns these versions with their pages' places, in the given order."""
    return [_load(db, version_id) for version_id in version_ids]


def fields_read(db: Database, source: str, story: CleanStory) -> Row:
    """Returns ``FIELDS`` of a story as they would be stored."""
    return _fields(story.article, _links(db, source, story))


def _links(db: Database, source: str, story: CleanStory) -> list[StoredLink]:
    return [hide_link(db, source, link) for link in story.links]


def _fields(story: Article, links: Iterable[StoredLink | Link]) -> Row:
    fields: Row = {name: getattr(story, name) for name in READ_FIELDS}
    fields |= {name: list(fields[name]) for name in LISTS}
    fields["related_links"] = [[link.kind, link.text, link.url] for link in links]
    return fields


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Change]:
    """Maps each field to what became of it; those that stay the same are left out."""
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


def save_rereading(run: Run, read: Reread, article: StoredArticle, *, extractor: str) -> None:
    """Stores today's reading of a current version as a new one, marked, beside the old one.

    Of several readings of one page the last is the best: it keeps the page and the date it was
    captured, and takes over when that was seen. The article's ref, addresses and days seen stay as
    they are, and so does the frontier.

    :raises ArticleRowError: it can't be stored; nothing of it is
    :raises ArchiveError: the file can't be written
    """
    db = run.transaction.db
    kept = load_kept(db, read.article_id)
    article = replace(article, url=read.url, canonical_url=kept.article.canonical_url)
    if kept.article.policy:  # what was said of the page, in its headers and by its site, too
        article = replace(
            article, policy=kept.article.policy, reservations=kept.article.reservations
        )
    if article.policy == ARCHIVE_ONLY:
        held = (Reading(value=ARCHIVE_ONLY, evidence=read.basis or UNREADABLE),)
        article = replace(
            article,
            evidence={**article.evidence, "policy": held},
            mentions=tuple(one for one in article.mentions if one.field == "headline"),
        )
    try:
        with run.transaction.atomic():
            story = clean_story(article)
            stored = run.stories.versions.store(
                story,
                _links(db, read.source, story),
                kept=kept,
                url=kept.article.url,
                becomes_current=True,
                extractor=extractor,
                capture_id=read.capture_id,
                date_captured=read.date_captured,
                is_reread=True,
            )
            take_over(run.transaction, read.article_id, read.version_id, stored.version_id)
            record_rereading(run, read, Outcome.STORED, "read again", version=stored.version)
    except ROW_ERRORS as error:
        raise ArticleRowError(str(error)) from error


def record_rereading(
    run: Run,
    read: Reread,
    outcome: Outcome,
    reason: str,
    *,
    version: int | None = None,
    extractor: str | None = None,
) -> None:
    """Writes into the ledger how a re-reading ended, as the outcome of the story's address.

    :param extractor: rules that gave what is kept, and need not read it again
    """
    run.addresses.record(
        run.addresses.of_story(read.article_id, read.source, read.url),
        outcome,
        reason,
        fetched=Fetched(kind="file", size=read.capture["length"]),
        article_id=read.article_id,
        version=version or read.version,
        extractor=extractor,
    )


def _which(every: bool) -> str:
    return "versions.article_id = articles.id" if every else "versions.id = articles.version_id"


def _load(db: Database, version_id: int) -> Reread:
    (row,) = db.query(
        """
        SELECT versions.*, ref, articles.source, captures.url AS page_url,
            content_type, file, "offset", length, digest
        FROM versions JOIN articles ON articles.id = article_id
        JOIN captures ON captures.id = capture_id WHERE versions.id = ?
        """,
        [version_id],
    )
    links = db.execute(
        "SELECT kind, text, url, position FROM links WHERE version_id = ? ORDER BY position",
        [version_id],
    )
    names = ("kind", "text", "url", "position")
    stored = [Link(**dict(zip(names, link, strict=True))) for link in links]
    places = ("content_type", "file", "offset", "length", "digest")
    return Reread(
        article_id=row["article_id"],
        ref=row["ref"],
        source=row["source"],
        version=row["version"],
        version_id=version_id,
        url=row["url"],
        date_captured=row["date_captured"],
        capture_id=row["capture_id"],
        capture={"url": row["page_url"], **{name: row[name] for name in places}},
        data=next(db.query(DATA, [row["capture_id"]]), None),
        listing=listing_of(db, row["article_id"]),
        fields=_fields(article_of(row), stored),
        basis=stored_basis(row),
    )
