"""Loads one story as the archive has it, typed: what is cited, exported and given to a program."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, fields
from operator import itemgetter
from typing import Any, TypeAlias

from tradepress.archive.database import Database
from tradepress.archive.errors import UnreadableStory
from tradepress.archive.file.foreign import Unfit, Weight, as_long_as_texts
from tradepress.archive.file.rows import Row
from tradepress.archive.stored_json import stored_evidence, stored_names, stored_reservations
from tradepress.archive.stories.clean_story import published_day
from tradepress.archive.stories.ref import cited_name, resolve_ref
from tradepress.archive.text_lengths import count_characters, count_words
from tradepress.story import (
    Access,
    CitedAs,
    Completeness,
    LinkKind,
    Mention,
    Policy,
    Reading,
    Reservation,
)
from tradepress.story_fields import FLAGS, LISTS


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkedStory:
    """Says of a story that a link leads to whether its words may be given on as it stands today."""

    source: str
    headline: str
    published_day: str | None
    policy: Policy | None
    reservations: tuple[Reservation, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class RelatedLink:
    """Is a link of a story, and the story of the archive that it leads to."""

    kind: LinkKind
    position: int
    """Is counted from 0, among all links of the story."""
    text: str
    url: str | None
    target: str | None
    """Is the ref of the story; None: it is not kept, or not known."""
    leads_to: LinkedStory | None = None
    """Is the story that the link leads to."""


@dataclass(frozen=True, kw_only=True, slots=True)
class StoryVersion:
    """Says how a story stood at a time."""

    version: int
    date_captured: str | None
    date_archived: str
    content_hash: str
    is_reread: bool
    """Is it the kept page read again, and not the publisher's change?"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Story:
    """Is one version of one story with all that is known of it. Unknown is None; times are UTC."""

    ref: str
    site_id: str | None
    """Is the site's own id of the story."""
    version: int
    current_version: int
    is_current: bool
    source: str
    publisher: str
    cited_as: CitedAs
    source_home: str
    """Is the address of the paper."""
    url: str
    canonical_url: str | None
    headline: str
    description: str | None
    body: str | None
    date_published: str | None
    date_published_raw: str | None
    """Is the day as printed."""
    date_modified: str | None
    date_modified_raw: str | None
    published_day: str | None
    authors: tuple[str, ...]
    credit: tuple[str, ...] = ()
    also_titled: tuple[str, ...] = ()
    section: str | None
    language: str | None
    keywords: tuple[str, ...]
    access: Access | None
    completeness: Completeness
    is_truncated: bool | None
    confidence: float | None
    corrections: tuple[str, ...]
    policy: Policy | None
    reservations: tuple[Reservation, ...]
    policy_now: Policy | None = None
    """Is that of the story's current version: what is given on is judged by today's words, too."""
    reservations_now: tuple[Reservation, ...] = ()
    content_hash: str
    extractor: str
    date_captured: str | None
    date_archived: str
    retrieved_from: str | None
    """Is the address at a web archive that its page was taken from."""
    cited_at: str | None = None
    """Says when its words were first seen to stand so, which is what citations say; None: nobody
    knows. Its page may be a later capture."""
    cited_from: str | None = None
    """Is the address of that capture at a web archive."""
    has_capture: bool
    """Is its page kept here? False where only a web archive has it, as in a release."""
    first_seen: str
    last_seen: str
    gone_at: str | None
    duplicate_group: int | None
    """Is equal for stories with much the same text; a number of this file alone."""
    image_url: str | None
    image_caption: str | None
    image_license: str | None
    links: tuple[RelatedLink, ...]
    mentions: tuple[Mention, ...]
    versions: tuple[StoryVersion, ...]
    """Lists the versions in the order of their numbers."""
    aliases: tuple[str, ...]
    """Holds refs of stories that were merged into this one."""
    evidence: Mapping[str, tuple[Reading, ...]]
    """Maps each field to the readings that were found, the chosen one first."""

    @property
    def word_count(self) -> int | None:
        """Counts the words of its body; None where spaces don't tell them."""
        return count_words(self.body)

    @property
    def character_count(self) -> int:
        return count_characters(self.body)

    @property
    def cited_name(self) -> str:
        """Returns what this version is called in every archive that has it; its name in this one
        where its fingerprint is not told."""
        if not self.content_hash:
            return f"{self.ref}@{self.version}"
        return cited_name(self.ref, self.content_hash)


_FIRST_SEEN = """
    SELECT min(seen_at) FROM sightings JOIN version_rows AS alike ON alike.id = version_id
    WHERE sightings.article_id = versions.article_id AND alike.content_hash = versions.content_hash
"""
_STORIES = f"""
    SELECT wanted.key AS place, versions.*, articles.ref, articles.source,
        articles.site_id, articles.canonical_url,
        articles.version AS current_version,
        articles.version_id = versions.id AS is_current,
        articles.url AS main_url, articles.reservations AS reservations_now,
        articles.policy AS policy_now,
        articles.first_seen, articles.last_seen, articles.gone_at, articles.duplicate_group,
        sources.publisher, sources.cited_as, sources.home_url AS source_home,
        captures.retrieved_from, coalesce(captures.file, '') <> '' AS has_capture,
        coalesce(({_FIRST_SEEN}), versions.date_captured) AS cited_at,
        coalesce((
            SELECT urls.url FROM urls JOIN mementos ON url_id = urls.id
            WHERE article_id = versions.article_id AND mementos.date_captured = ({_FIRST_SEEN})
            ORDER BY urls.url LIMIT 1
        ), iif(versions.date_captured IS coalesce(({_FIRST_SEEN}), versions.date_captured),
            captures.retrieved_from, NULL)) AS cited_from
    FROM json_each(:ids) AS wanted
    JOIN versions ON versions.id = wanted.value
    JOIN articles ON articles.id = versions.article_id
    JOIN sources ON sources.name = articles.source
    LEFT JOIN captures ON captures.id = versions.capture_id
"""
_LINKS = """
    SELECT links.version_id, kind, position, text, links.url AS url, ref AS target,
        source, headline, published_day, policy, reservations
    FROM links LEFT JOIN articles ON articles.id = target_id
    WHERE links.version_id IN (SELECT value FROM json_each(:ids))
    ORDER BY links.version_id, position
"""
_MENTIONS = """
    SELECT version_id, field, "start", "end", kind, value FROM mentions
    WHERE version_id IN (SELECT value FROM json_each(:ids))
"""
_VERSIONS = """
    SELECT article_id, version, date_captured, date_archived, content_hash, is_reread
    FROM versions WHERE article_id IN (SELECT value FROM json_each(:ids))
    ORDER BY article_id, version
"""
_ALIASES = """
    SELECT article_id, ref FROM aliases WHERE article_id IN (SELECT value FROM json_each(:ids))
    ORDER BY article_id, first_version
"""
_LINKED = tuple(field.name for field in fields(LinkedStory))
_OTHER = ("links", "mentions", "versions", "aliases", "evidence", "published_day")
_OWN = tuple(field.name for field in fields(Story) if field.name not in _OTHER)
_Parts: TypeAlias = dict[int, list[Row]]
"""Maps the id of a version or an article to its rows."""
STORIES_AT_ONCE = 100
"""Is how many stories' texts are in memory together."""


def load_story(db: Database, ref: str) -> Story:
    """Loads one story; a version asked for by its number has the address and the reservations that
    were read with it, else they are today's.

    :param ref: ``wipr-14415``, or ``wipr-14415@2`` for its second version, or an address
    :raises NoSuchArticle: no such ref or version; names the nearest
    :raises UnreadableStory: its source, its newest version, its authors, keywords or corrections
        can't be read
    """
    article_id, number = resolve_ref(db, ref)
    row = db.execute(
        "SELECT versions.id FROM versions JOIN articles ON articles.id = article_id "
        "WHERE article_id = ? AND versions.version = coalesce(?, articles.version)",
        [article_id, number],
    ).fetchone()
    story = next(_load(db, [*row], as_read=number is not None), None) if row else None
    if story is None:
        raise UnreadableStory(ref, "source" if row else "newest version")
    return story


def load_stories(db: Database, version_ids: Iterable[int]) -> Iterator[Story]:
    """Loads the stories of these versions, in this order; few are in memory at a time.

    :raises UnreadableStory: authors, keywords or corrections of one can't be read: what is taken
        away without them would be cited wrongly
    """
    ids: list[int] = []
    for version_id in version_ids:
        ids.append(version_id)
        if len(ids) == STORIES_AT_ONCE:
            yield from _load(db, ids)
            ids = []
    yield from _load(db, ids)


def _load(db: Database, version_ids: list[int], *, as_read: bool = False) -> Iterator[Story]:
    """Loads stories; those that weigh too much together are loaded one by one.

    :raises UnreadableStory: as :func:`load_stories`; or one weighs more than any that we let in
    """
    try:
        found = _found(db, version_ids)
    except (Unfit, sqlite3.DatabaseError) as error:
        if not (isinstance(error, Unfit) or "too big" in str(error)):
            raise
        if len(version_ids) == 1:
            raise _too_heavy(db, version_ids[0]) from error
        for version_id in version_ids:
            yield from _load(db, [version_id], as_read=as_read)
        return
    rows, links, mentions, versions, aliases = found
    for row in rows:
        evidence = stored_evidence(row)
        if row["is_current"] and not as_read:
            row |= {"url": row["main_url"], "reservations": row["reservations_now"]}
        yield _story(
            row,
            evidence=evidence,
            links=tuple(map(_link, links.get(row["id"], []))),
            mentions=tuple(sorted(Mention(**one) for one in mentions.get(row["id"], []))),
            versions=tuple(
                StoryVersion(**{**one, "is_reread": bool(one["is_reread"])})
                for one in versions[row["article_id"]]
            ),
            aliases=tuple(one["ref"] for one in aliases.get(row["article_id"], [])),
        )


def _found(
    db: Database, version_ids: list[int]
) -> tuple[list[Row], _Parts, _Parts, _Parts, _Parts]:
    """Returns the rows of stories, and those of their links, mentions, versions and aliases.

    :raises Unfit: together they weigh more than may be in memory
    :raises sqlite3.DatabaseError: also where a value is longer than a text may be
    """
    ids, weight = {"ids": json.dumps(version_ids)}, Weight()
    with as_long_as_texts(db):
        # Sorted here: SQLite's sorter would take a whole row for one value.
        rows = sorted(weight.of(db.query(_STORIES, ids)), key=itemgetter("place"))
        articles = {"ids": json.dumps(sorted({row["article_id"] for row in rows}))}
        return (
            rows,
            _by(weight.of(db.query(_LINKS, ids)), "version_id"),
            _by(weight.of(db.query(_MENTIONS, ids)), "version_id"),
            _by(weight.of(db.query(_VERSIONS, articles)), "article_id"),
            _by(weight.of(db.query(_ALIASES, articles)), "article_id"),
        )


def _too_heavy(db: Database, version_id: int) -> UnreadableStory:
    """Names what is too long of it; or all of it together is."""
    with as_long_as_texts(db):
        ref, column = f"version {version_id}", "weight"
        with suppress(sqlite3.DatabaseError):
            (ref,) = db.execute(
                "SELECT ref || '@' || versions.version FROM versions "
                "JOIN articles ON articles.id = article_id WHERE versions.id = ?",
                [version_id],
            ).fetchone()
            for _, column, *_ in db.execute("PRAGMA table_info(versions)").fetchall():
                db.execute(f"SELECT length({column}) FROM versions WHERE id = ?", [version_id])
            column = "weight"
    return UnreadableStory(ref, column)


def _by(rows: Iterable[Row], name: str) -> _Parts:
    """Groups rows by the value of a column, which they lose."""
    found: _Parts = {}
    for row in rows:
        found.setdefault(row.pop(name), []).append(row)
    return found


def _link(row: Row) -> RelatedLink:
    source, headline, published_day, policy, reservations = map(row.pop, _LINKED)
    if row["text"] is None:  # a reader may not see it
        row["text"] = headline or row["url"] or ""
    if row["target"] is None:
        return RelatedLink(**row)
    linked = LinkedStory(
        source=source,
        headline=headline,
        published_day=published_day,
        policy=policy,
        reservations=stored_reservations(reservations),
    )
    return RelatedLink(**row, leads_to=linked)


def _story(row: Row, **parts: Any) -> Story:
    values = {name: row[name] for name in _OWN}
    for name in LISTS:
        try:
            values[name] = stored_names(row[name])
        except ValueError as error:
            raise UnreadableStory(f"{row['ref']}@{row['version']}", name) from error
    for name in FLAGS.intersection(values):
        values[name] = None if values[name] is None else bool(values[name])
    for name in ("reservations", "reservations_now"):
        values[name] = stored_reservations(row[name])
    day = published_day(row["date_published"])
    return Story(**values, **parts, published_day=day)
