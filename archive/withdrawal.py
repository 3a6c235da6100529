"""Withdrawal: a story erased for good, so that a kill at any instant leaves it to be finished.

In this order: the tombstones are written into the file beside the archive; one transaction erases
the rows and marks the places of the raw pages; the raw pages are overwritten and their marks
dropped; the log is emptied and the database written anew; the file says that all is erased. Opening
the archive for writing takes up what is unfinished, and what an older copy of it brought back.
"""

import html
import json
import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from sqlite_utils import Database

from archive import schema
from archive.clock import utc_now
from archive.content_hash import fold_text
from archive.errors import ArchiveError, archive_error
from archive.near_duplicates import forget_article, near_duplicates_of
from archive.ref import is_taken, ref_candidates
from archive.snapshot import backup_folder
from archive.tombstones import (
    FEWEST_WORDS,
    HIDDEN,
    HIDDEN_TEXT,
    WITHDRAWN,
    Tombstone,
    TombstoneFile,
    add_keys,
    address_key,
    hash_key,
    headline_key,
    known_address_key,
    load_tombstones,
    read_tombstone_file,
    save_tombstones,
    site_id_key,
    source_rows,
    text_key,
    write_tombstone_file,
)
from archive.url_key import url_key

if TYPE_CHECKING:
    from archive.capture_store import CaptureStore
    from archive.writer import Writer

Row = dict[str, Any]

FULL_TEXT = ("articles_fts", "articles_stems", "versions_fts", "versions_stems")


@dataclass(kw_only=True, slots=True)
class Erased:
    """What a withdrawal came to."""

    articles: int = 0
    versions: int = 0
    captures: int = 0
    """Raw pages overwritten, those of the next line included."""
    other_captures: int = 0
    """Raw pages of other stories that show the headline or link to the story."""
    links: int = 0
    """Links of other stories that lost their words."""
    near_copies: list[Row] = field(default_factory=list)
    """Left alone: articles with much the same text, as :func:`near_duplicates_of` gives them, with
    the withdrawn ref as ``copy_of``."""
    missing: list[Row] = field(default_factory=list)
    """Places (``file``, ``offset``, ``length``) of raw pages that were not there to be erased."""
    is_log_empty: bool = True
    """False: another program reads, and the log may hold the text until it ends."""


# What is to be withdrawn


def tombstone_for(
    db: Database, article_id: int, *, reason: str, keep_headline: bool = False
) -> Tombstone:
    """What will stand for an article.

    An address that shows another story by now is that one's.
    """
    article = _row(db, "SELECT * FROM articles WHERE id = ?", [article_id])
    source = article["source"]
    versions = list(
        db.query(
            "SELECT versions.url, headline, body IS NOT NULL AND body <> '' AS has_text, "
            "content_hash, captures.url AS capture_url FROM versions "
            "LEFT JOIN captures ON captures.id = capture_id WHERE article_id = ?",
            [article_id],
        )
    )
    urls = {article["url"]}
    urls |= {row[name] for row in versions for name in ("url", "capture_url") if row[name]}
    query = "SELECT {} FROM {} WHERE article_id = ?"
    urls |= _values(db, query.format("url", "locations"), [article_id])
    keys = {hash_key(article["ref"])}
    keys |= {hash_key(ref) for ref in _values(db, query.format("ref", "aliases"), [article_id])}
    keys |= {address_key(url) for url in urls if _is_own(db, url, article_id)}
    if article["site_id"] is not None:
        keys.add(site_id_key(source, article["site_id"]))
    for row in versions:
        if row["has_text"]:
            keys.add(text_key(source, row["content_hash"]))
        if key := headline_key(source, row["headline"]):
            keys.add(key)
    first = db.execute(
        "SELECT min(date_archived) FROM versions WHERE article_id = ?", [article_id]
    ).fetchone()[0]
    return Tombstone(
        ref=article["ref"],
        source=source,
        headline=article["headline"] if keep_headline else None,
        published_day=article["published_day"],
        date_archived=first,
        reason=reason,
        withdrawn_at=utc_now(),
        keys=frozenset(keys),
    )


def tombstone_in_advance(
    db: Database, source: str, site_id: str | None, url: str, *, reason: str
) -> Tombstone:
    """What will keep out an address that no story is kept from.

    :raises ValueError: no http(s) address
    """
    now = utc_now()
    keys = {address_key(url)}
    if site_id is not None:
        keys.add(site_id_key(source, site_id))
    ref = next(ref for ref in ref_candidates(source, site_id, url) if not is_taken(db, ref))
    return Tombstone(
        ref=ref,
        source=source,
        headline=None,
        published_day=None,
        date_archived=now,
        reason=reason,
        withdrawn_at=now,
        keys=frozenset({*keys, hash_key(ref)}),
    )


def tombstones_for_source(
    db: Database, source: str, *, reason: str, keep_headline: bool = False
) -> list[Tombstone]:
    """One for each of a source's articles, and one, under the source's name, for the addresses
    that never came to a story."""
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
    now = utc_now()
    if not is_taken(db, source):
        stones.append(
            Tombstone(
                ref=source,
                source=source,
                headline=None,
                published_day=None,
                date_archived=now,
                reason=reason,
                withdrawn_at=now,
                keys=frozenset({hash_key(source), *map(known_address_key, rest)}),
            )
        )
    return stones


def find_at(
    db: Database, url: str, *, source: str | None = None, site_id: str | None = None
) -> int | None:
    """``articles.id`` of the story kept from an address, by http or https, with ``www.`` or not.

    :param source: whose site the address is on
    :param site_id: the site's own id in the address: it tells where the address itself is unknown
    :raises ValueError: no http(s) address
    """
    rest = url_key(url).partition("://")[2].removeprefix("www.").rstrip("/")
    spellings = [
        f"{scheme}://{www}{rest}{slash}"
        for scheme in ("https", "http")
        for www in ("", "www.")
        for slash in ("", "/")
    ]
    row = db.execute(
        "SELECT article_id FROM locations WHERE url_key IN (SELECT value FROM json_each(?)) "
        "ORDER BY url_key <> ?",
        [json.dumps(spellings), url_key(url)],
    ).fetchone()
    row = (
        row
        or db.execute(
            "SELECT id FROM articles WHERE source = ? AND site_id = ?", [source, site_id]
        ).fetchone()
    )
    return None if row is None else int(row[0])


# Withdrawing


def withdraw(
    writer: "Writer", captures: "CaptureStore | None", tombstones: Sequence[Tombstone]
) -> Erased:
    """Erase these stories and keep them out from now on; lasting when it returns.

    :param writer: without an open run
    :param captures: the raw pages beside the archive
    :raises ArchiveError: it can't be finished now; the next opening for writing goes on
    """
    writer.commit()
    content = read_tombstone_file(writer.path)
    for stone in tombstones:
        content.tombstones[stone.ref] = stone
    content.sources |= source_rows(writer.db, (stone.source for stone in tombstones))
    try:
        write_tombstone_file(writer.path, content)
        return _carry_out(writer, captures, content, tombstones)
    except (sqlite3.Error, OSError) as error:
        raise archive_error(error, writer.path) from error


def resume(writer: "Writer", captures: "CaptureStore | None") -> Erased | None:
    """Finish what a killed process left, and repeat what a restored copy does not know.

    :returns: None if there was nothing to do
    :raises ArchiveError: it can't be done; the archive must not be used before
    """
    content = read_tombstone_file(writer.path)
    known = load_tombstones(writer.db)
    if not content.tombstones and not known:
        return None
    before = dict(content.tombstones)
    for stone in known.values():
        kept = content.tombstones.get(stone.ref, stone)
        # Keys that only the database has were learned since: see keep_out.
        content.tombstones[stone.ref] = replace(kept, keys=kept.keys | stone.keys)
    if content.tombstones != before:
        content.sources |= source_rows(writer.db, (stone.source for stone in known.values()))
        write_tombstone_file(writer.path, content)
    known_keys = frozenset(key for stone in known.values() for key in stone.keys)
    pending = [
        stone
        for stone in content.tombstones.values()
        if stone.ref not in known
        or not stone.keys <= known_keys
        or (captures is not None and not stone.is_erased)
    ]
    if not pending:
        return None
    has_captures = writer.db.execute("SELECT 1 FROM captures LIMIT 1").fetchone() is not None
    if captures is None and has_captures:
        raise ArchiveError(
            f"{writer.path} holds stories again that were withdrawn from it, with their raw pages: "
            "run `tradepress withdraw` to erase them"
        )
    return _carry_out(writer, captures, content, pending)


def keep_out(writer: "Writer", stone: Row, requested_key: str, **ledger: Any) -> None:
    """Reject a page of a withdrawn story: its address, if it was scheduled, has that outcome.

    An address that led to the story for the first time is kept out, too, unless it is another
    story's. In the writer's open transaction.

    :param requested_key: URL key of the address asked for
    """
    rows = list(writer.db.query("SELECT * FROM urls WHERE url_key = ?", [requested_key]))
    if not rows:
        return
    address = rows[0]
    writer.record_outcome(address, outcome="rejected", reason=WITHDRAWN, **ledger)
    writer.db.execute(
        "UPDATE urls SET state = 'done', next_due = NULL, outcome = 'rejected', reason = ?, "
        "fetched_at = ? WHERE id = ?",
        [WITHDRAWN, utc_now(), address["id"]],
    )
    is_another = writer.db.execute(
        "SELECT 1 FROM locations WHERE url_key = ?", [requested_key]
    ).fetchone()
    if address["article_id"] is None and not is_another:
        add_keys(writer.db, stone["ref"], [known_address_key(requested_key)])
        _hide_addresses(writer.db, {address["id"]: stone["ref"]})


def copies_before(archive: Path, moment: str) -> list[Path]:
    """Backups and other archives beside it, less the backups made after that time.

    :param moment: UTC, ``2026-11-24T09:15:00Z``
    """
    found = [*_archives_beside(archive), *backup_folder(archive).glob("*.db")]
    limit = moment.replace("-", "").replace(":", "")
    return sorted(path for path in found if _stamp(path) <= limit)


def _stamp(path: Path) -> str:
    match = re.search(r"\d{8}T\d{6}Z", path.name)
    return match[0] if match else ""


def _carry_out(
    writer: "Writer",
    captures: "CaptureStore | None",
    content: TombstoneFile,
    stones: Sequence[Tombstone],
) -> Erased:
    connection = writer.db.conn
    (before,) = connection.execute("PRAGMA secure_delete").fetchone()
    connection.execute("PRAGMA secure_delete=ON")
    # With them on, each deleted row looks for its kin in tables that have no index for it.
    connection.execute("PRAGMA foreign_keys=OFF")
    try:
        connection.execute("BEGIN IMMEDIATE")
        erased = _Erasing(writer.db, writer.path, captures, stones).run(content.sources)
        connection.execute("COMMIT")
        if captures is not None:
            _erase_marked_captures(writer, captures, erased)
        erased.is_log_empty = _write_anew(connection)
    except BaseException:
        writer.db.rollback()
        raise
    finally:
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute(f"PRAGMA secure_delete={before}")
    if captures is not None and erased.is_log_empty:
        for stone in stones:
            content.tombstones[stone.ref] = replace(content.tombstones[stone.ref], is_erased=True)
        write_tombstone_file(writer.path, content)
    return erased


def _erase_marked_captures(writer: "Writer", captures: "CaptureStore", erased: Erased) -> None:
    marked = list(
        writer.db.query(
            'SELECT id, file, "offset", length, digest FROM captures WHERE url LIKE ?',
            [f"{HIDDEN}%"],
        )
    )
    erased.missing = captures.erase(marked)
    erased.captures = len(marked) - len(erased.missing)
    writer.db.conn.executemany("DELETE FROM captures WHERE id = ?", [[row["id"]] for row in marked])


def _write_anew(connection: sqlite3.Connection) -> bool:
    """Leave nothing in free pages, in the gaps of pages and in the log; is the log empty?"""
    if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_stat4'").fetchone():
        connection.execute("DELETE FROM sqlite_stat4")  # samples of the indexes, after an ANALYZE
    connection.execute("VACUUM")
    busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy


class _Erasing:
    """The transaction that erases the rows."""

    def __init__(
        self,
        db: Database,
        path: Path,
        captures: "CaptureStore | None",
        stones: Sequence[Tombstone],
    ) -> None:
        self.db = db
        self.path = path
        self.captures = captures
        self.stones = stones
        self.owner = {key: stone for stone in stones for key in stone.keys}
        self.targets = self._find_articles()
        self.erased = Erased(articles=len(self.targets))

    def run(self, sources: Mapping[str, Row]) -> Erased:
        """
        :param sources: rows for tombstones whose source the archive doesn't know
        """
        db = self.db
        for row in sources.values():
            names = ", ".join(row)
            db.execute(
                f"INSERT OR IGNORE INTO sources ({names}) VALUES ({', '.join('?' * len(row))})",
                list(row.values()),
            )
        save_tombstones(db, self.stones)
        db.execute("CREATE TEMP TABLE IF NOT EXISTS targets (id INTEGER PRIMARY KEY)")
        db.conn.executemany("INSERT INTO temp.targets VALUES (?)", [[key] for key in self.targets])
        addresses = self._find_addresses()
        traces = self._find_traces(addresses)
        self._note_near_copies()
        of_targets = "SELECT id FROM versions WHERE article_id IN (SELECT id FROM temp.targets)"
        db.execute(f"DELETE FROM links WHERE version_id IN ({of_targets})")
        linking = self._hide_links()
        self._mark_captures(linking, traces)
        self._forget_mentions(addresses, traces)
        self._delete_articles()
        db.execute("DROP TABLE temp.targets")
        for table in FULL_TEXT:
            # Merged into one, an index no longer holds what was deleted from it. FTS5's own
            # secure-delete would do, but then no SQLite before 3.42 could read the file.
            db.execute(f"INSERT INTO {table} ({table}) VALUES ('optimize')")
        if broken := db.execute("PRAGMA foreign_key_check").fetchall():
            raise sqlite3.IntegrityError(f"the withdrawal would break {len(broken)} references")
        return self.erased

    def _find_articles(self) -> dict[int, Tombstone]:
        found: dict[int, Tombstone] = {}
        for article_id, ref, source, site_id in self.db.execute(
            "SELECT id, ref, source, site_id FROM articles"
        ):
            keys = [hash_key(ref), *([site_id_key(source, site_id)] if site_id else [])]
            self._claim(found, article_id, keys)
        for article_id, ref in self.db.execute("SELECT article_id, ref FROM aliases"):
            self._claim(found, article_id, [hash_key(ref)])
        for article_id, key in self.db.execute("SELECT article_id, url_key FROM locations"):
            self._claim(found, article_id, [known_address_key(key)])
        return found

    def _claim(self, found: dict[int, Tombstone], article_id: int, keys: Iterable[str]) -> None:
        for key in keys:
            if key in self.owner:
                found.setdefault(article_id, self.owner[key])

    def _find_addresses(self) -> dict[int, str]:
        """``urls.id`` to the ref that stands for it."""
        found = {}
        for url_id, key, article_id in self.db.execute(
            "SELECT id, url_key, article_id FROM urls WHERE url_key NOT LIKE ?", [f"{HIDDEN}%"]
        ):
            stone = self.targets.get(article_id) or self.owner.get(known_address_key(key))
            if stone is not None:
                found[url_id] = stone.ref
        return found

    def _find_traces(self, addresses: Iterable[int]) -> "_Traces":
        urls, headlines = set(), set()
        of_targets = "article_id IN (SELECT id FROM temp.targets)"
        for url, headline in self.db.execute(
            f"SELECT url, headline FROM versions WHERE {of_targets}"
        ):
            urls.add(url)
            headlines.add(headline)
        urls |= _values(self.db, f"SELECT url FROM locations WHERE {of_targets}", [])
        urls |= _values(
            self.db,
            "SELECT url FROM urls WHERE id IN (SELECT value FROM json_each(?))",
            [json.dumps(list(addresses))],
        )
        return _Traces(urls, headlines)

    def _note_near_copies(self) -> None:
        refs = {stone.ref for stone in self.targets.values()}
        for article_id, stone in self.targets.items():
            self.erased.near_copies += [
                {**row, "copy_of": stone.ref}
                for row in near_duplicates_of(self.db, article_id)
                if row["ref"] not in refs
            ]
        for article_id in self.targets:
            forget_article(self.db.conn, article_id)

    def _hide_links(self) -> set[int]:
        """Other stories' links to the story; the versions they stand in, if the words must go."""
        where: list[tuple[str, list[Any], Tombstone]] = [
            ("target_id = ?", [article_id], stone) for article_id, stone in self.targets.items()
        ]
        for (key,) in self.db.execute(
            "SELECT DISTINCT url_key FROM links WHERE url_key IS NOT NULL"
        ):
            if stone := self.owner.get(known_address_key(key)):
                where.append(("url_key = ?", [key], stone))
        sources = {stone.source for stone in self.stones}
        for (text,) in self.db.execute(
            "SELECT DISTINCT text FROM links WHERE target_id IS NULL AND url_key IS NULL"
        ):
            for source in sources:
                key = headline_key(source, text)
                if key and (stone := self.owner.get(key)):
                    condition = (
                        "text = ? AND target_id IS NULL AND url_key IS NULL AND version_id IN "
                        "(SELECT versions.id FROM versions JOIN articles ON articles.id = "
                        "article_id WHERE source = ?)"
                    )
                    where.append((condition, [text, source], stone))
        versions: set[int] = set()
        for condition, parameters, stone in where:
            if stone.headline is None:
                versions |= _values(
                    self.db, f"SELECT version_id FROM links WHERE {condition}", parameters
                )
            self.erased.links += self.db.execute(
                f"UPDATE links SET text = '{HIDDEN_TEXT}', url = NULL, url_key = NULL, "
                f"target_id = NULL WHERE {condition}",
                parameters,
            ).rowcount
        return versions

    def _mark_captures(self, linking: set[int], traces: "_Traces") -> None:
        """Name the raw pages that must go, so that only their places are left of them."""
        marked: dict[int, str] = {}
        for capture_id, article_id in self.db.execute(
            "SELECT capture_id, article_id FROM versions WHERE capture_id IS NOT NULL "
            "AND article_id IN (SELECT id FROM temp.targets)"
        ):
            marked[capture_id] = self.targets[article_id].ref
        for capture_id, url in self.db.execute(
            "SELECT id, url FROM captures WHERE url NOT LIKE ? AND id NOT IN "
            "(SELECT capture_id FROM versions WHERE capture_id IS NOT NULL)",
            [f"{HIDDEN}%"],
        ):
            if stone := self._owner_of(url):
                marked[capture_id] = stone.ref
        others = _values(
            self.db,
            "SELECT capture_id FROM versions WHERE capture_id IS NOT NULL "
            "AND id IN (SELECT value FROM json_each(?))",
            [json.dumps(sorted(linking))],
        )
        others |= self._captures_that_show(traces)
        others -= marked.keys()
        self.erased.other_captures = len(others)
        marked |= dict.fromkeys(others, self.stones[0].ref)
        ids = [[f"{HIDDEN}{ref}#{key}", key] for key, ref in marked.items()]
        self.db.conn.executemany(
            "UPDATE captures SET url = ?, content_type = NULL WHERE id = ?", ids
        )
        self.db.execute(
            "UPDATE versions SET capture_id = NULL WHERE capture_id IN "
            "(SELECT id FROM captures WHERE url LIKE ?)",
            [f"{HIDDEN}%"],
        )
        for ref, place in self._unnamed_records(traces):
            self.db.execute(
                'INSERT INTO captures (url, origin, digest, file, "offset", length) '
                "VALUES (?, 'crawl', ?, ?, ?, ?)",
                [f"{HIDDEN}{ref}", *(place[n] for n in ("digest", "file", "offset", "length"))],
            )

    def _captures_that_show(self, traces: "_Traces") -> set[int]:
        """Raw pages of the same sources that name the story outside of their links, too."""
        if self.captures is None or not traces:
            return set()
        whole = {stone.source for stone in self.stones if stone.ref == stone.source}
        sources = {stone.source for stone in self.stones if stone.headline is None} - whole
        rows = self.db.query(
            'SELECT DISTINCT captures.id, file, "offset", length FROM captures '
            "JOIN versions ON capture_id = captures.id JOIN articles ON articles.id = article_id "
            "WHERE source IN (SELECT value FROM json_each(?)) "
            "AND article_id NOT IN (SELECT id FROM temp.targets) "
            'ORDER BY file, "offset"',
            [json.dumps(sorted(sources))],
        )
        return {row["id"] for row in rows if traces.are_in_page(self.captures.page(row))}

    def _unnamed_records(self, traces: "_Traces") -> Iterator[tuple[str, Row]]:
        """Raw pages that a killed run wrote and no row names, nor another archive beside."""
        if self.captures is None:
            return
        named: dict[str, list[tuple[int, int]]] = {}
        places = 'SELECT file, "offset", length FROM captures'
        for file, offset, length in self.db.execute(places):
            named.setdefault(file, []).append((offset, length))
        for other in _archives_beside(self.path):
            with closing(sqlite3.connect(f"{other.as_uri()}?mode=ro", uri=True)) as beside:
                for file, offset, length in beside.execute(places):
                    named.setdefault(file, []).append((offset, length))
        for place in self.captures.unnamed(named):
            if stone := self._owner_of(place["url"]):
                yield stone.ref, place
            elif traces.are_in_page(self.captures.page(place)):
                yield self.stones[0].ref, place

    def _forget_mentions(self, addresses: Mapping[int, str], traces: "_Traces") -> None:
        db = self.db
        _hide_addresses(db, addresses)
        db.execute(
            "UPDATE fetches SET article_id = NULL WHERE article_id IN (SELECT id FROM temp.targets)"
        )
        db.execute(
            "UPDATE urls SET article_id = NULL WHERE article_id IN (SELECT id FROM temp.targets)"
        )
        for table, column, condition in (
            ("urls", "found_on", "found_on IS NOT NULL"),
            ("fetches", "url", "url_id IS NULL"),
        ):
            for url in _values(db, f"SELECT DISTINCT {column} FROM {table} WHERE {condition}", []):
                if stone := self._owner_of(url):
                    db.execute(
                        f"UPDATE {table} SET {column} = ? WHERE {column} = ? AND {condition}",
                        [HIDDEN + stone.ref, url],
                    )
        whole = {stone.source for stone in self.stones if stone.ref == stone.source}
        for row in list(db.query("SELECT id, source, url, article FROM quarantine")):
            if (
                row["source"] in whole
                or self._owner_of(row["url"])
                or traces.are_in(_plain(row["article"]))
            ):
                db.execute("DELETE FROM quarantine WHERE id = ?", [row["id"]])

    def _delete_articles(self) -> None:
        db = self.db
        of_targets = "article_id IN (SELECT id FROM temp.targets)"
        former = (
            "SELECT versions.id FROM versions JOIN articles ON articles.id = article_id "
            f"WHERE {of_targets} AND version_id <> versions.id"
        )
        self.erased.versions = db.execute(
            f"SELECT count(*) FROM versions WHERE {of_targets}"
        ).fetchone()[0]
        for table in ("locations", "aliases"):
            db.execute(f"DELETE FROM {table} WHERE {of_targets}")
        # The triggers of the full-text indexes go by the article: former versions while it is
        # there, the current one after it.
        db.execute(f"DELETE FROM versions WHERE id IN ({former})")
        db.execute("DELETE FROM articles WHERE id IN (SELECT id FROM temp.targets)")
        db.execute(f"DELETE FROM versions WHERE {of_targets}")

    def _owner_of(self, url: str) -> Tombstone | None:
        try:
            return self.owner.get(address_key(url))
        except ValueError:
            return None


class _Traces:
    """By what another page can be seen to name a story: its headlines and addresses."""

    def __init__(self, urls: Iterable[str], headlines: Iterable[str]) -> None:
        patterns = set()
        for url in urls:
            try:
                parts = urlsplit(url)
            except ValueError:
                continue
            path = parts.path.rstrip("/") + (f"?{parts.query}" if parts.query else "")
            if path:
                host = re.escape(parts.netloc)
                patterns.add(rf"(?:{host}|[\"'=(\s>]){re.escape(path)}(?![\w%-])")
        self._addresses = re.compile("|".join(sorted(patterns)) or r"(?!)", re.IGNORECASE)
        self._headlines = [
            words for words in map(_words, headlines) if len(words.split()) >= FEWEST_WORDS
        ]

    def __bool__(self) -> bool:
        return bool(self._headlines) or self._addresses.pattern != r"(?!)"

    def are_in(self, text: str) -> bool:
        """
        :param text: plain, or HTML without entities
        """
        if self._addresses.search(text.replace("\\/", "/")):
            return True
        words = _words(text)
        return any(headline in words for headline in self._headlines)

    def are_in_page(self, page: bytes) -> bool:
        return self.are_in(html.unescape(page.decode("utf-8", "replace")))


def _words(text: str) -> str:
    """Only letters and digits, so that the way of setting quotes and dashes doesn't matter."""
    words = re.findall(r"[^\W_]+", fold_text(text).casefold())
    return f" {' '.join(words)} "


def _hide_addresses(db: Database, refs: Mapping[int, str]) -> None:
    """Let the frontier's rows and their outcomes stand for the sums alone.

    :param refs: ``urls.id`` to the ref that stands for the address
    """
    names = [[f"{HIDDEN}{ref}#{url_id}", url_id] for url_id, ref in refs.items()]
    db.conn.executemany(
        "UPDATE urls SET url = ?1, url_key = ?1, found_on = NULL, state = 'done', "
        "next_due = NULL, etag = NULL, last_modified = NULL, article_id = NULL, "
        f"reason = '{WITHDRAWN}' WHERE id = ?2",
        names,
    )
    db.execute(
        "UPDATE fetches SET article_id = NULL, "
        "url = (SELECT urls.url FROM urls WHERE urls.id = url_id), "
        f"reason = CASE WHEN reason IS NOT NULL THEN '{WITHDRAWN}' END "
        "WHERE url_id IN (SELECT value FROM json_each(?))",
        [json.dumps(list(refs))],
    )


def _is_own(db: Database, url: str, article_id: int) -> bool:
    """Does this address of an article lead to no other one, and is it one at all?"""
    try:
        key = url_key(url)
    except ValueError:
        return False
    return (
        db.execute(
            "SELECT 1 FROM locations WHERE url_key = ? AND article_id <> ?", [key, article_id]
        ).fetchone()
        is None
    )


def _archives_beside(path: Path) -> list[Path]:
    """Other archives in the folder: they share its raw pages."""
    found = []
    for other in path.parent.iterdir():
        if other == path or not other.is_file():
            continue
        with other.open("rb") as stream:
            header = stream.read(100)
        is_database = header.startswith(b"SQLite format 3\x00")
        if is_database and int.from_bytes(header[68:72], "big") == schema.APPLICATION_ID:
            found.append(other)
    return found


def _plain(quarantined: str) -> str:
    """JSON without its escapes, as far as it is whole."""
    try:
        return json.dumps(json.loads(quarantined), ensure_ascii=False)
    except ValueError:
        return quarantined


def _row(db: Database, sql: str, parameters: list[Any]) -> Row:
    return next(iter(list(db.query(sql, parameters))))


def _values(db: Database, sql: str, parameters: list[Any]) -> set[Any]:
    return {row[0] for row in db.execute(sql, parameters)}
