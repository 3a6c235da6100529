"""Each reader of something foreign, as it is come to by what is typed, and what it may raise."""

import gzip
import importlib
import io
import json
import pickle
import re
import sqlite3
import sys
import zipfile
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

from archive_rows import story
from hypothesis import strategies as st
from libraries import Library
from mutations import MOST, NASTY, Wound, mutants, wounded, wounds

import tradepress.spiders
from tradepress.archive.captures.kept_page import UnreadablePage, read_kept_page
from tradepress.archive.errors import ArchiveError
from tradepress.archive.merging.other_archive import open_other
from tradepress.archive.read_only import read_archive
from tradepress.archive.search.find_stories import search
from tradepress.archive.search.story_query import StoryQuery
from tradepress.archive.stories.story_record import load_story
from tradepress.cluster.kept_readings import looked_over, mentions_of, read_lines, story_of
from tradepress.cluster.shards import DamagedShard, find_shard, shard_files
from tradepress.conduct.crawl_delay import capped
from tradepress.conduct.robots_rules import RobotsRules, decode_robots, is_html
from tradepress.configuration import ConfigurationError, load_configuration
from tradepress.crawling.page_reading import PageToRead, read_page
from tradepress.declared_sources import source_named
from tradepress.discovery.candidates import NotAListing
from tradepress.discovery.common_crawl import (
    read_crawl_index,
    read_indexes,
    read_page_count,
    read_paths,
)
from tradepress.discovery.read_listing import read_listing
from tradepress.discovery.wayback_index import NotAnIndex, index_queries, next_query, read_index
from tradepress.extraction import NotAnArticle, extract_article
from tradepress.extraction.page_reservations import page_reservations
from tradepress.jobs.backfill.backfill_visit import read_answer
from tradepress.jobs.files.address_list import read_address_list
from tradepress.jobs.files.file_page import UnreadableFile
from tradepress.jobs.files.file_pages import file_borders, read_pages
from tradepress.jobs.files.har_file import read_har
from tradepress.research.queries.saved_queries import QueryFileError, SavedQueries, lines_of
from tradepress.rights.ai_agents import forbidden_agents
from tradepress.rights.tdmrep import NotTdmrep, file_reservations
from tradepress.source import DataFields, Source
from tradepress.steps.dropped import Dropped
from tradepress.story import Capture
from tradepress.survey.checked_pages import SeedKind, see_listing, see_story
from tradepress.survey.site_page import SitePage, read_site_page
from tradepress.survey.source_file import NotMendable, mend_file
from tradepress.verified import verified_day

CORPUS = Path(__file__).parent / "corpus"
"""Of each reader a folder: small examples that are whole, and what once went wrong."""
SOURCE = Source(
    name="gazette",
    publisher="The Gazette",
    domains=("gazette.example",),
    language="en",
    timezone="Europe/London",
    article_url=r"/(?:news|trademark)/[a-z0-9-]+-\d{4,6}/?",
    article_id=r"-(\d{4,6})/?$",
    from_listings=("date_published", "authors", "section", "description"),
)
URL = "https://gazette.example/news/lantern-1234"
KINDS = (None, "text/html", "text/html; charset=utf-16", "text/plain; charset=x", "text/html;\xff")
"""What an answer may call itself."""
BEGINS = re.compile(rb"(?=WARC/1\.\d\r?\nWARC-Type)")
Read = Callable[[bytes], object]


@dataclass(frozen=True, kw_only=True)
class Reader:
    """One border."""

    name: str
    own: tuple[type[Exception], ...]
    """Errors of the house: the outcomes."""
    open: Callable[[Path], Read]
    """Makes of an empty folder what reads one example after the other."""
    scraps: tuple[bytes, ...] = ()
    wrapped: Callable[[bytes], bytes] | None = None
    """Packs the bytes, which are then wounded once more."""

    longest: int = MOST
    """Bytes of what is put in at a place."""

    @property
    def seeds(self) -> list[bytes]:
        """Of an archive what is done to it, else whole files."""
        files = sorted((CORPUS / self.name).iterdir())
        return [file.read_bytes() for file in files]

    def examples(self, longest: int = MOST) -> st.SearchStrategy[bytes]:
        """:param longest: bytes of what is put in at a place"""
        longest = min(longest, self.longest)
        if self.name in ("archive", "release"):
            return archives(VALUES, longest)
        inner = [seed for seed in self.seeds if not seed.startswith(b"PK")]
        found = mutants(inner, self.scraps, longest)
        if self.wrapped is None:
            return found
        whole = st.one_of(found.map(self.wrapped), st.sampled_from(self.seeds))
        return st.builds(wounded, whole, wounds((), 2)) | whole


def named(name: str) -> Reader:
    return next(reader for reader in READERS if reader.name == name)


def _page(folder: Path) -> Read:
    def read(data: bytes) -> None:
        kind = KINDS[len(data) % len(KINDS)]
        seen_at = (None, datetime(2017, 8, 5, tzinfo=UTC), datetime.max.replace(tzinfo=UTC))
        capture = Capture(
            url=URL, body=data, content_type=kind, date_captured=seen_at[len(data) % 3]
        )
        page = PageToRead(body=data, capture=capture, policy="store", people=True)
        ended: list[Exception] = []
        for step in (
            partial(read_page, page, SOURCE),
            partial(extract_article, data, None, None, content_type=kind),
        ):
            try:
                pickle.dumps(step())
            except (NotAnArticle, Dropped) as error:
                pickle.loads(pickle.dumps(error))
                ended.append(error)
        page_reservations(data, kind)
        site = SitePage(url=URL, body=data, content_type=kind, http_headers=(), seen_at=None)
        for look in (partial(read_site_page, site), partial(see_story, data, URL)):
            try:
                pickle.dumps(look(SOURCE))
            except NotAnArticle as error:
                ended.append(error)
        if defects := [error for error in ended if getattr(error, "reason", "") == "defect"]:
            raise AssertionError(defects[0]) from defects[0]

    return read


def _listing(kind: SeedKind, folder: Path) -> Read:
    def read(data: bytes) -> None:
        content_type = KINDS[len(data) % len(KINDS)]
        see_listing(kind, data, URL, SOURCE, answered_at=URL, content_type=content_type)
        pickle.dumps(read_listing(kind, data, URL, SOURCE, content_type))

    return read


def _robots(folder: Path) -> Read:
    def read(data: bytes) -> None:
        text = decode_robots(data)
        is_html(text)
        rules = RobotsRules(text, "tradepress")
        for url in (
            URL,
            "https://gazette.example/a%2e%2e/b;c?d=é&e=%ff",
            "https://gazette.example",
        ):
            rules.allows(url)
            forbidden_agents(rules.groups, url)
        capped(rules.crawl_delay, "https://gazette.example")

    return read


def _tdmrep(folder: Path) -> Read:
    return lambda data: [
        file_reservations(data.decode("utf-8-sig", "replace"), url)
        for url in (URL, "https://gazette.example/é?%ff")
    ]


def _file(name: str, folder: Path) -> Read:
    path = folder / name

    def read(data: bytes) -> None:
        path.write_bytes(data)
        [*file_borders(path, 100)]
        for page in read_pages(path):
            pickle.dumps(page)

    return read


def _mhtml(folder: Path) -> Read:
    mhtml, saved = _file("page.mhtml", folder), _file("page.html", folder)
    return lambda data: (mhtml if b"MIME" in data else saved)(data)


def _har(folder: Path) -> Read:
    path = folder / "visit.har"

    def read(data: bytes) -> None:
        path.write_bytes(data)
        read_har(path, SOURCE)

    return read


def _story_data(folder: Path) -> Read:
    frame = "<title>The Gazette</title><div id=root></div>"
    fields = DataFields(body="article.content", authors="article.*.name", section="article.0")
    declared = replace(SOURCE, story_data=f"{URL}/{{slug}}", data_fields=fields)

    def read(data: bytes) -> None:
        for source in (SOURCE, declared):
            try:
                pickle.dumps(extract_article(frame, URL, source, data=data))
            except NotAnArticle as error:
                if error.reason == "defect":
                    raise AssertionError(error) from error

    return read


def _addresses(folder: Path) -> Read:
    for name in ("a.html", "b.html"):
        (folder / name).write_text("<h1>A page</h1>")
    path = folder / "addresses.csv"

    def read(data: bytes) -> None:
        path.write_bytes(data)
        read_address_list(path)

    return read


def _library(folder: Path) -> Path:
    """An archive with three stories, in one file."""
    library = Library(folder / "press.db")
    library.keep(*((day, story(day + 1, keywords=["lamps"])) for day in range(3)))
    with closing(sqlite3.connect(library.path)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        db.execute("PRAGMA journal_mode=DELETE")
    return library.path


TABLES = {
    "articles": ("ref", "source", "site_id", "url", "version_id", "first_seen", "reservations"),
    "versions": ("version", "evidence", "authors", "keywords", "body", "headline", "confidence"),
    "sightings": ("seen_at",),
    "captures": ("file", "offset", "length", "digest", "url", "content_type"),
    "sources": ("name", "publisher", "home_url"),
    "urls": ("url", "url_key", "state", "next_due", "tries", "outcome"),
    "runs": ("started_at", "counts", "state"),
    "site_files": ("body", "origin"),
}
"""Columns that a foreign archive fills as it likes."""


VALUES = (
    b'{"headline": [{"value": "x", "evidence": "h1"}]}',
    b'[{"term": "noai", "evidence": "meta", "value": "1"}]',
    b'["Petra Holm"]',
)
"""Of columns with JSON."""


def archives(seeds: Sequence[bytes], longest: int) -> st.SearchStrategy[bytes]:
    """What is done to an archive, as JSON: values put into columns, wounds of the file's bytes."""
    column = st.sampled_from([(table, name) for table in TABLES for name in TABLES[table]])
    bounded = st.builds(
        lambda one: one[: min(longest, 150_000)].decode("latin-1"),
        st.sampled_from(NASTY) | mutants(seeds),
    )
    number = st.sampled_from((None, -1, 0, 2**63 - 1, -(2**63), 1e308))
    row = st.tuples(column, bounded | number, st.sampled_from(("text", "blob")))
    place = st.integers(0, 1_000_000)
    wound = st.tuples(st.sampled_from(("flip", "zero", "end", "cut")), place, place)
    rows, wounds = st.lists(row, max_size=3), st.lists(wound, max_size=3)
    change = st.fixed_dictionaries({"rows": rows, "wounds": wounds | st.just([])})
    return change.map(lambda made: json.dumps(made).encode())


def _changed(folder: Path) -> Callable[[bytes], Path]:
    """A function that gives a copy of an archive in which is done what :func:`archives` says."""
    bare, changed = folder / "bare.db", folder / "changed.db"
    bare.write_bytes(_library(folder).read_bytes())
    with closing(sqlite3.connect(bare, isolation_level=None)) as db:
        of_triggers = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
        triggers = db.execute(of_triggers).fetchall()
        for name, _ in triggers:
            db.execute(f'DROP TRIGGER "{name}"')

    def change(data: bytes) -> Path:
        made = json.loads(data)
        changed.write_bytes(bare.read_bytes())
        with closing(sqlite3.connect(changed, isolation_level=None)) as db:
            db.execute("PRAGMA ignore_check_constraints=1")
            db.execute("PRAGMA synchronous=OFF")
            for (table, column), value, kind in made["rows"]:
                stored = value.encode("latin-1") if isinstance(value, str) else value
                is_text = kind == "text" and isinstance(stored, bytes)
                put = "CAST(? AS TEXT)" if is_text else "?"
                with suppress(sqlite3.Error):  # a STRICT column takes no such value
                    db.execute(f"UPDATE {table} SET {column} = {put}", [stored])
            for _, sql in triggers:
                db.execute(sql)
        if made["wounds"]:
            cuts: list[Wound] = [(way, one, two, b"") for way, one, two in made["wounds"]]
            changed.write_bytes(wounded(changed.read_bytes(), cuts))
        return changed

    return change


def _archive(folder: Path) -> Read:
    changed = _changed(folder)

    def read(data: bytes) -> None:
        with open_other(changed(data)) as other:
            other.sources()
            other.count_stories()
            [*other.stories()]
            [*other.other_addresses(of_stories=True)]
            [*other.known_otherwise()]
            for place in other.rows("SELECT * FROM captures"):
                try:
                    read_kept_page(other.captures, place)
                except UnreadablePage:
                    continue

    return read


def _release(folder: Path) -> Read:
    changed = _changed(folder)

    def read(data: bytes) -> None:
        with closing(read_archive(changed(data))) as db:
            hits = search(db, StoryQuery(words="lantern"))
            for hit in hits:
                load_story(db, hit.ref)

    return read


def _shard(folder: Path) -> Read:
    task = "ingest-" + "0" * 32
    place = folder / task
    place.mkdir()
    (place / "1a2b3c4d").mkdir()
    (place / "1a2b3c4d" / "pages.jsonl").write_bytes(b"x")

    def read(data: bytes) -> None:
        if data[:2] in (b"\x1f\x8b", b'{"') and b'"version_id"' in data[:40] + _head(data):
            lines = folder / "pages.jsonl.gz"
            lines.write_bytes(data if data.startswith(b"\x1f\x8b") else gzip.compress(data, 1))
            with looked_over(task):
                for line in read_lines(lines):
                    _ = line["version_id"], line["of"]
                    found = mentions_of(line, {}) if "mentions" in line else story_of(line)
                    pickle.dumps(found)
            return
        (place / "shard.json").write_bytes(data)
        if (shard := find_shard(str(folder), task)) is not None:
            with shard_files(str(folder), shard):
                pass

    return read


def _head(data: bytes) -> bytes:
    try:
        return gzip.decompress(data)[:40]
    except Exception:
        return b'"version_id"' if data.startswith(b"\x1f\x8b") else b""


def _index(folder: Path) -> Read:
    (query, *_) = index_queries("https://w.example/cdx", SOURCE, since=date(2017, 1, 1), until=None)

    steps: list[Callable[[bytes], object]] = [
        partial(read_indexes, since=date(2017, 1, 1), until=None),
        read_page_count,
        partial(read_crawl_index, source=SOURCE),
        read_paths,
    ]

    def read(data: bytes) -> None:
        for step in steps:
            with suppress(NotAnIndex):
                pickle.dumps(read_answer(step, data))
        page = read_answer(partial(read_index, source=SOURCE, since=date(2017, 1, 1)), data)
        next_query(query, query, page)

    return read


def _saved_query(folder: Path) -> Read:
    archive = _library(folder)
    queries = SavedQueries(read_archive(archive), archive)
    queries.folder.mkdir(exist_ok=True)

    def read(data: bytes) -> None:
        (queries.folder / "lanterns.json").write_bytes(data)
        saved = queries.load("lanterns")
        lines_of(saved, len(saved.runs))

    return read


def _configuration(folder: Path) -> Read:
    path, record = folder / "tradepress.toml", folder / "verified.toml"

    def read(data: bytes) -> None:
        if b"rules" in data:
            record.write_bytes(data)
            verified_day(folder, source_named("wipr"))
        else:
            path.write_bytes(data)
            load_configuration(path)

    return read


def _source_file(folder: Path) -> Read:
    path = folder / "gazette.py"

    def read(data: bytes) -> None:
        path.write_bytes(data)
        before = [*tradepress.spiders.__path__]
        tradepress.spiders.__path__[:] = [str(folder), *before]
        importlib.invalidate_caches()
        try:
            source = source_named("gazette")
            text = data.decode("utf-8", "replace")
            mend_file(text, replace(source, prepare_page=None), [])
        finally:
            tradepress.spiders.__path__[:] = before
            sys.modules.pop("tradepress.spiders.gazette", None)

    return read


def _members(data: bytes) -> bytes:
    """WARC records, each in a gzip member of its own."""
    return b"".join(gzip.compress(record, 1, mtime=0) for record in BEGINS.split(data) if record)


def _package(data: bytes) -> bytes:
    """A WACZ file with these records, once stored and once packed."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        package.writestr("archive/a.warc.gz", _members(data))
        package.writestr("archive/b.warc", data, zipfile.ZIP_DEFLATED)
        package.writestr("datapackage.json", "{}")
    return stream.getvalue()


WARC_SCRAPS = (
    *(b"WARC/1.0\r\n", b"Content-Length: -1\r\n", b"Content-Length: 99999999999999999999\r\n"),
    *(
        b"Transfer-Encoding: chunked\r\n",
        b"Content-Encoding: gzip\r\n",
        b"Content-Encoding: br\r\n",
    ),
    *(
        b"WARC-Date: 9999-12-31T23:59:59Z\r\n",
        b"WARC-Target-URI: http://[\r\n",
        b"HTTP/1.1 200\r\n",
    ),
    b"WARC-Type: conversion\r\n",
)
JSON_SCRAPS = (b'{"a": 1}', b"[1]", b'"x"', b"1.5", b'""')
READERS: tuple[Reader, ...] = (
    Reader(
        name="page",
        own=(NotAnArticle, Dropped),
        open=_page,
        scraps=(
            *(b"<p>", b"</div>", b"<h1>", b"<table>", b"<template shadowrootmode=open>", b"<base>"),
            *(b'<meta name="tdm-reservation" content="', b'<script type="application/ld+json">'),
            *(
                b"4 August 2017",
                b"EP 1 234 567 B1",
                b"Case C-123/19 P",
                b"Smith v Jones",
                b"Reg. No. ",
            ),
        ),
    ),
    Reader(
        name="feed",
        own=(NotAListing,),
        open=partial(_listing, "feed"),
        scraps=JSON_SCRAPS,
        longest=30_000,  # feedparser takes ten seconds for 200,000 tags
    ),
    Reader(name="sitemap", own=(NotAListing,), open=partial(_listing, "sitemap")),
    Reader(name="section", own=(NotAListing,), open=partial(_listing, "section")),
    Reader(
        name="robots",
        own=(),
        open=_robots,
        scraps=(b"Disallow: ", b"Crawl-delay: ", b"User-agent: *\n", b"Allow: /*?$", b"*" * 3_000),
    ),
    Reader(name="tdmrep", own=(NotTdmrep,), open=_tdmrep, scraps=(*JSON_SCRAPS, b"*" * 3_000)),
    Reader(
        name="warc",
        own=(UnreadableFile, OSError),
        open=partial(_file, "a.warc"),
        scraps=WARC_SCRAPS,
        wrapped=_members,
    ),
    Reader(
        name="wacz",
        own=(UnreadableFile,),
        open=partial(_file, "a.wacz"),
        scraps=WARC_SCRAPS,
        wrapped=_package,
    ),
    Reader(
        name="wet",
        own=(UnreadableFile,),
        open=partial(_file, "a.warc.wet"),
        scraps=WARC_SCRAPS,
    ),
    Reader(name="mhtml", own=(UnreadableFile,), open=_mhtml),
    Reader(name="har", own=(UnreadableFile,), open=_har, scraps=JSON_SCRAPS),
    Reader(name="story-data", own=(), open=_story_data, scraps=JSON_SCRAPS),
    Reader(name="addresses", own=(UnreadableFile,), open=_addresses, scraps=(b";", b"\t", b"|")),
    Reader(name="archive", own=(ArchiveError,), open=_archive),
    Reader(name="release", own=(ArchiveError, sqlite3.DatabaseError), open=_release),
    Reader(name="shard", own=(DamagedShard,), open=_shard, scraps=JSON_SCRAPS),
    Reader(name="index", own=(NotAnIndex,), open=_index, scraps=JSON_SCRAPS),
    Reader(name="saved-query", own=(QueryFileError,), open=_saved_query, scraps=JSON_SCRAPS),
    Reader(name="configuration", own=(ConfigurationError,), open=_configuration),
    Reader(
        name="source-file",
        own=(ConfigurationError, NotMendable),
        open=_source_file,
        longest=6_000,  # Python's compiler takes gigabytes for a name of 100,000 parts
    ),
)
"""All of them; docs/developer/testing.md has them as a table."""
