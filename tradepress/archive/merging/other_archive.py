"""Reads another archive story by story, as it stood when it was opened."""

import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, TypeAlias

from tradepress.archive.border import border
from tradepress.archive.captures.folder import capture_folder
from tradepress.archive.clock import read_utc
from tradepress.archive.database import Database
from tradepress.archive.errors import ArchiveError, ArchiveMissing, archive_error, damaged
from tradepress.archive.file.foreign import Unfit, Weight, as_long_as_texts, require_no_bytes
from tradepress.archive.file.rows import Row
from tradepress.archive.frontier.addresses import Address
from tradepress.archive.frontier.sources import COLUMNS, SourceRow
from tradepress.archive.read_only import read_archive
from tradepress.archive.site_host import is_site_name, site_name
from tradepress.archive.stored_json import read_evidence
from tradepress.archive.stories.kept import article_of
from tradepress.archive.stories.ref import is_address
from tradepress.archive.text_forms import HIDDEN, one_line
from tradepress.story import Link, Mention, SiteMarks, StoredArticle

Parameters: TypeAlias = Sequence[Any] | Mapping[str, Any]
LINKS = """
    SELECT links.kind, links.text, links.url, links.position,
        CASE WHEN source = :source AND links.url_key IS NOT NULL THEN site_id END AS site_id
    FROM links LEFT JOIN articles ON articles.id = target_id
    WHERE links.version_id = :version ORDER BY position
"""
"""Selects the links; an id by which the other archive knew the target tells it here, too."""
VERSIONS = """
    SELECT versions.*, rules, site_marks.version_id AS marked,
        lower(hex(key)) AS key, hex(hashes) AS hashes, hex(told) AS told, places
    FROM versions LEFT JOIN mention_readings ON mention_readings.version_id = versions.id
    LEFT JOIN site_marks ON site_marks.version_id = versions.id LEFT JOIN site_key
    WHERE article_id = :id ORDER BY version
"""
MENTIONS = 'SELECT field, "start", "end", kind, value FROM mentions WHERE version_id = ?'
ADDRESSES = """
    SELECT urls.*, mementos.original_url, mementos.original_key, mementos.date_captured,
        mementos.seen_until, mementos.digest
    FROM urls LEFT JOIN mementos ON url_id = urls.id
"""
ANOTHER = "name the .db file of another archive"
"""Says what to do about a file that is no archive."""
NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,199}")
"""Matches names of sources and stories: files are called by them."""
OF_MEMENTO = ("original_url", "original_key", "date_captured", "seen_until", "digest")
KNOWN_OTHERWISE = """
    SELECT DISTINCT links.url_key, articles.url FROM links JOIN articles ON articles.id = target_id
    WHERE links.url_key IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM locations WHERE locations.url_key = links.url_key)
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class OtherVersion:
    """Is one version of a story."""

    id: int
    number: int
    article: StoredArticle
    """Is the version's story with its links, mentions and evidence; without the page."""
    evidence: str
    """Is the JSON that the column has."""
    content_hash: str
    extractor: str
    is_reread: bool
    date_captured: str | None
    capture_id: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class OtherAddress:
    """Is one address of the frontier."""

    address: Address
    memento: Row | None
    """Says what it is a capture of, at a web archive; None: it is none."""


@dataclass(frozen=True, kw_only=True, slots=True)
class OtherStory:
    """Is one story with all that is brought in of it; times are UTC."""

    id: int
    ref: str
    source: str
    site_id: str | None
    url: str
    canonical_url: str | None
    reservations: str
    """Is the JSON that the column has."""
    version_id: int
    """Is the id of the current version."""
    first_seen: str
    last_seen: str
    gone_at: str | None
    versions: tuple[OtherVersion, ...]
    """Lists the versions in the order of their numbers."""
    sightings: tuple[tuple[str, int | None], ...]
    """Lists when it was seen, and which version it showed."""
    locations: tuple[Row, ...]
    """Holds ``url``, ``url_key``, ``first_seen``, ``last_seen``."""
    aliases: tuple[Row, ...]
    """Holds ``ref``, ``first_version``, ``last_version``."""
    addresses: tuple[OtherAddress, ...]
    """Lists the addresses that led to it."""

    @property
    def current(self) -> OtherVersion:
        return next(one for one in self.versions if one.id == self.version_id)

    @property
    def refs(self) -> tuple[str, ...]:
        """Returns its own ref and those of stories that were merged into it."""
        return (self.ref, *(row["ref"] for row in self.aliases))


class UnreadStory(Exception):
    """Says that a story of it can't be read, and why."""

    id = 0
    ref = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class OtherArchive:
    """Is an archive whose stories are to come into another one, made by :func:`open_other`."""

    path: Path
    db: Database
    captures: Path
    """Is the folder of its raw pages."""
    part: str | None = None
    """Is its name as a part of the run that takes it in; None: it is an archive of its own."""
    name_here: Callable[[str, str], str] = lambda source, url: source
    """Returns what the source of an address is called in the archive that takes it in."""

    def rows(self, sql: str, parameters: Parameters = ()) -> list[Row]:
        """Returns all rows of a question that has few.

        :raises ArchiveError: the file can't be read
        """
        return [*self._told(self._ask(sql, parameters, Weight()))]

    def each(self, sql: str, parameters: Parameters = ()) -> Iterator[Row]:
        """Yields the rows of a question one by one; raises what :meth:`rows` raises."""
        return self._told(self._ask(sql, parameters))

    def _told(self, rows: Iterator[Row]) -> Iterator[Row]:
        try:
            yield from rows
        except sqlite3.DatabaseError as error:
            raise archive_error(error, self.path) from error
        except Unfit as error:
            raise damaged(self.path, str(error)) from error

    def _ask(self, sql: str, parameters: Parameters, weight: Weight | None = None) -> Iterator[Row]:
        cursor = self.db.conn.execute(sql, parameters)
        names = [column[0] for column in cursor.description]
        rows = (require_no_bytes(dict(zip(names, values, strict=True))) for values in cursor)
        yield from rows if weight is None else weight.of(rows)

    def sources(self) -> list[SourceRow]:
        """Lists the sources that it has stories or addresses of, undeclared ones last: where they
        are made known in this order, none is taken over before its stories have come.

        :raises DamagedArchive: one is called as none can be
        """
        names = ", ".join(COLUMNS)
        rows = self.rows(f"SELECT {names} FROM sources ORDER BY instr(name, '.') > 0, name")
        with border(lambda why: damaged(self.path, why), ArchiveError):
            for row in rows:
                if not NAME.fullmatch(row["name"]) or not is_address(row["home_url"]):
                    raise damaged(self.path, f"{row['name']!r} of {row['home_url']!r} is no source")
                if is_site_name(row["name"]) and site_name(row["home_url"]) != row["name"]:
                    row["home_url"] = f"https://{row['name']}/"
                row["publisher"] = one_line(row["publisher"])
                row["is_sample"] = bool(row["is_sample"])
            return [SourceRow(**row) for row in rows]

    def count_stories(self) -> int:
        return int(self.rows("SELECT count(*) AS stories FROM articles")[0]["stories"])

    def stories(self, last: int = 0, *, where: str = "TRUE") -> Iterator[OtherStory | UnreadStory]:
        """Yields all stories, the oldest first; one is in memory at a time.

        :param last: ``articles.id`` of the last that is left out
        :param where: a condition of SQL on the rows of ``articles``
        :raises ArchiveError: the list of them can't be read
        """
        sql = f"SELECT id FROM articles WHERE id > ? AND ({where}) ORDER BY id"
        for row in self.each(sql, [last]):
            try:
                with border(UnreadStory), as_long_as_texts(self.db):
                    story = self._story(row["id"])
            except UnreadStory as unread:
                unread.id = row["id"]
                unread.ref = self._ref(row["id"])
                yield unread
            else:
                yield story

    def _ref(self, article_id: int) -> str:
        """Returns what a story that can't be read is called."""
        with suppress(sqlite3.DatabaseError, ValueError):
            sql = "SELECT ref FROM articles WHERE id = ?"
            for row in self._ask(sql, [article_id]):
                if NAME.fullmatch(str(row["ref"])):
                    return str(row["ref"])
        return f"its story {article_id}"

    def other_addresses(self, *, of_stories: bool = False) -> Iterator[OtherAddress]:
        """Yields addresses that led to no story, but for those of withdrawn ones.

        :param of_stories: those that led to one, too
        """
        led = "" if of_stories else "article_id IS NULL AND "
        sql = f"{ADDRESSES} WHERE {led}urls.url_key NOT LIKE ? ORDER BY urls.id"
        yield from map(self._address, self.each(sql, [f"{HIDDEN}%"]))

    def known_otherwise(self) -> Iterator[tuple[str, str]]:
        """Yields URL keys of links, and main addresses of the stories these lead to, where that
        is known by more than the address: by the site's own id in it."""
        for row in self.each(KNOWN_OTHERWISE):
            yield row["url_key"], row["url"]

    def _story(self, article_id: int) -> OtherStory:
        """Reads a whole story.

        :raises ValueError: something in it can't be true
        """
        story, weight = {"id": article_id}, Weight()

        def ask(sql: str, parameters: Parameters = story) -> list[Row]:
            return [*self._ask(sql, parameters, weight)]

        (row,) = ask("SELECT * FROM articles WHERE id = :id")
        row["source"] = self.name_here(row["source"], row["url"])
        found = OtherStory(
            **{one.name: row[one.name] for one in fields(OtherStory) if one.name in row},
            versions=tuple(_version(version, row, ask) for version in ask(VERSIONS)),
            sightings=tuple(
                (row["seen_at"], row["version_id"])
                for row in ask(
                    "SELECT seen_at, version_id FROM sightings WHERE article_id = :id "
                    "ORDER BY seen_at"
                )
            ),
            locations=tuple(
                ask(
                    "SELECT url, url_key, first_seen, last_seen FROM locations "
                    "WHERE article_id = :id ORDER BY id"
                )
            ),
            aliases=tuple(
                ask(
                    "SELECT ref, first_version, last_version FROM aliases WHERE article_id = :id "
                    "ORDER BY first_version"
                )
            ),
            addresses=tuple(
                map(self._address, ask(f"{ADDRESSES} WHERE article_id = :id ORDER BY urls.id"))
            ),
        )
        if wrong := [ref for ref in found.refs if not NAME.fullmatch(ref)]:
            raise ValueError(f"{wrong[0]!r} can't be the name of a story")
        times = {found.first_seen, found.last_seen, found.gone_at}
        times |= {version.date_captured for version in found.versions}
        times |= {seen_at for seen_at, _ in found.sightings}
        times |= {row[name] for row in found.locations for name in ("first_seen", "last_seen")}
        if wrong := [time for time in times if time is not None and read_utc(time) is None]:
            raise ValueError(f"{wrong[0]!r} is no time")
        if all(version.id != found.version_id for version in found.versions):
            raise ValueError("it has no current version")
        return found

    def _address(self, row: Row) -> OtherAddress:
        memento = {name: row.pop(name) for name in OF_MEMENTO}
        row["source"] = self.name_here(row["source"], row["url"])
        return OtherAddress(
            address=Address(**row), memento=memento if memento["original_url"] else None
        )


def _version(row: Row, of_story: Row, ask: Callable[[str, Parameters], list[Row]]) -> OtherVersion:
    links = ask(LINKS, {"source": of_story["source"], "version": row["id"]})
    mentions = [Mention(**one) for one in ask(MENTIONS, [row["id"]])]
    kept = article_of(row)
    texts = (*kept.authors, *kept.keywords, *kept.corrections)
    if not all(isinstance(text, str) for text in texts):
        raise ValueError("a list of texts has something else in it")
    for one in mentions:
        if not 0 <= one.start < one.end <= len(getattr(kept, one.field) or ""):
            raise ValueError(f"a mention, {one.value!r}, lies outside of its text")
    article = replace(
        StoredArticle.of(kept, source=of_story["source"], url=row["url"]),
        site_id=of_story["site_id"],
        canonical_url=of_story["canonical_url"],
        related_links=tuple(Link(**link) for link in links),
        mentions=tuple(sorted(mentions)),
        mention_rules=row["rules"],
        evidence=read_evidence(row["evidence"], row),
        site_marks=_site_marks(row),
    )
    return OtherVersion(
        id=row["id"],
        number=row["version"],
        article=article,
        evidence=row["evidence"],
        content_hash=row["content_hash"],
        extractor=row["extractor"],
        is_reread=bool(row["is_reread"]),
        date_captured=row["date_captured"],
        capture_id=row["capture_id"],
    )


def _site_marks(row: Row) -> SiteMarks | None:
    said = {one.name: row[one.name] for one in fields(SiteMarks)}
    return None if row["marked"] is None else SiteMarks(**said)


@contextmanager
def open_other(path: Path, *, part: str | None = None) -> Iterator[OtherArchive]:
    """Opens an archive whose stories are to come in.

    :param part: its name, if it is a part of the run that takes it in
    :raises ArchiveError: missing, not ours, newer, older or damaged
    """
    if not path.exists():
        raise ArchiveMissing(f"there is no archive at {path}: name one that is there")
    with read_archive(path, another=ANOTHER, is_foreign=True) as db:
        db.conn.execute("BEGIN")  # a crawl may go on there: what comes in is of one moment
        other = OtherArchive(path=path, db=db, captures=capture_folder(path), part=part)
        for table in ("sources", "tombstones", "withdrawn_people"):  # they are read at once
            other.rows(f"SELECT * FROM {table}")
        yield other
