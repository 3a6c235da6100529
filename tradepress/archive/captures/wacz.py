"""Writes a WACZ 1.1.1 (specs.webrecorder.net/wacz/1.1.1): WARC files, their index, a list of pages
and the digest of each part, in a ZIP file that players read in place."""

import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from fastwarc.warc import WarcRecord

from tradepress.archive.captures.cdxj import INDEXED, cdxj_line, zipnum
from tradepress.archive.captures.packing import pack_warcinfo
from tradepress.archive.clock import utc_text
from tradepress.archive.disk import written_whole

VERSION = "1.1.1"
INDEX = "index.cdx.gz"
LARGEST_WARC = 4_000_000_000
"""Is how many bytes a WARC file in it has at most: below 4 GiB its ZIP header has no ZIP64 field,
whose length wabac.js does not count where the central directory has none."""
TABLES = """
    CREATE TABLE lines (line TEXT);
    CREATE TABLE pages (id TEXT PRIMARY KEY, "rank" INTEGER, place TEXT, line TEXT);
"""


class WaczWriter:
    """Is a WACZ that :func:`write_wacz` makes. What grows with it is kept on the disk."""

    def __init__(self, package: ZipFile, *, title: str, software: str) -> None:
        self._zip = package
        self._now = datetime.now(UTC)
        self._title = title
        self._software = software
        self._resources: list[dict[str, str | int]] = []
        self._notes = sqlite3.connect("")  # a file that SQLite removes; small ones stay in memory
        self._notes.executescript(TABLES)
        self._warc = ExitStack()
        self._source = self._name = ""
        self._number = 0
        self._write: Callable[[bytes], None] = lambda _: None
        self._offset = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._warc.close()
        self._notes.close()

    def add_record(self, place: Mapping[str, Any], member: bytes, record: WarcRecord) -> None:
        """Adds a record as it lies in a WARC file; those of one file follow each other.

        :param place: its ``file`` (``signet-2026-11.warc.gz``), ``offset``, ``length``
        :param member: its gzip member
        :param record: the same, read
        """
        file = place["file"]
        if file != self._source:
            self._begin_warc(file, 1)
        elif self._offset + len(member) > LARGEST_WARC:
            self._begin_warc(file, self._number + 1)
        if record.record_type in INDEXED:
            line = cdxj_line(record, offset=self._offset, length=len(member), filename=self._name)
            self._notes.execute("INSERT INTO lines VALUES (?)", [line])
        self._put(member)

    def _begin_warc(self, source: str, number: int) -> None:
        """Begins a WARC file.

        :param source: whose records come into it
        :param number: how many of that there are now
        """
        self._warc.close()
        self._source, self._number, self._offset = source, number, 0
        self._name = source if number == 1 else source.replace(".warc", f".part{number}.warc")
        self._write = self._warc.enter_context(self._part(f"archive/{self._name}"))
        self._put(pack_warcinfo(self._name))

    def _put(self, member: bytes) -> None:
        self._write(member)
        self._offset += len(member)

    def add_page(self, page: dict[str, str], *, rank: int, place: str) -> None:
        """Adds a line to the list of pages; of several with one ``id`` the highest rank stays.

        :param page: ``id``, ``url``, ``ts`` (RFC 3339), ``title``, and what else is to be said
        :param place: the list is in the order of these
        """
        self._notes.execute(
            'INSERT INTO pages VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET "rank" = '
            'excluded."rank", place = excluded.place, line = excluded.line '
            'WHERE excluded."rank" >= "rank"',
            [page["id"], rank, place, json.dumps(page, ensure_ascii=False)],
        )

    def finish(self) -> int:
        """Writes what follows the records; returns the number of pages."""
        self._warc.close()
        places = []
        with self._part(f"indexes/{INDEX}") as write:
            for kind, data in zipnum(self._column("SELECT line FROM lines ORDER BY line"), INDEX):
                if kind == "block":
                    write(data)
                else:
                    places.append(data)
        with self._part("indexes/index.idx", ZIP_DEFLATED) as write:
            write(b"".join(places))
        pages = 0
        with self._part("pages/pages.jsonl", ZIP_DEFLATED) as write:
            head = {"format": "json-pages-1.0", "id": "pages", "title": self._title}
            write(json.dumps(head, ensure_ascii=False).encode() + b"\n")
            for line in self._column("SELECT line FROM pages ORDER BY place, id"):
                write(line.encode() + b"\n")
                pages += 1
        package = _json(
            {
                "profile": "data-package",
                "wacz_version": VERSION,
                "title": self._title,
                "software": self._software,
                "created": utc_text(self._now),
                "resources": self._resources,
            }
        )
        digest = f"sha256:{hashlib.sha256(package).hexdigest()}"
        for name, content in (
            ("datapackage.json", package),
            ("datapackage-digest.json", _json({"path": "datapackage.json", "hash": digest})),
        ):
            with self._part(name, ZIP_DEFLATED) as write:
                write(content)
        return pages

    @contextmanager
    def _part(self, path: str, how: int = ZIP_STORED) -> Iterator[Callable[[bytes], None]]:
        """Opens one file of the package; what was compressed already is stored as it is."""
        entry = ZipInfo(path, self._now.timetuple()[:6])
        entry.compress_type = how
        digest, size = hashlib.sha256(), 0
        with self._zip.open(entry, "w") as stream:

            def write(data: bytes) -> None:
                nonlocal size
                stream.write(data)
                digest.update(data)
                size += len(data)

            yield write
        name = path.rpartition("/")[2].lower()
        hash_ = f"sha256:{digest.hexdigest()}"
        self._resources.append({"name": name, "path": path, "hash": hash_, "bytes": size})

    def _column(self, sql: str) -> Iterator[str]:
        for (line,) in self._notes.execute(sql):
            yield line


@contextmanager
def write_wacz(path: Path, *, archive: Path, title: str, software: str) -> Iterator[WaczWriter]:
    """Writes a new WACZ, under its name only when it is whole and on the disk; a file of that name
    gives way then. If the block raises nothing is left.

    :param archive: whose pages are in it
    :param title: one line that players show
    :param software: that makes it
    :raises OSError: it can't be written
    """
    with (
        written_whole(path, archive=archive) as part,
        ZipFile(part, "w") as package,
        WaczWriter(package, title=title, software=software) as writer,
    ):
        yield writer


def _json(content: dict[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, indent=1).encode() + b"\n"
