"""Common Crawl as far as a back-fill sees it: WARC files with their index, here and on loopback."""

import gzip
import json
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from captured import Captured, write_warc

from tradepress.archive.captures.members import find_records
from tradepress.archive.url_key import url_key

LINES = 2
"""Of an index on one of its pages."""


@dataclass(frozen=True, kw_only=True)
class Crawl:
    """One crawl of the web, as its index and its WARC files have it."""

    name: str
    pages: Sequence[Captured]


def write_crawl(folder: Path, crawl: Crawl) -> list[str]:
    """Its WARC file, and the lines of its index, which lie beside as a file, too."""
    path = folder / "crawl-data" / crawl.name / "warc" / f"{crawl.name}-00000.warc.gz"
    path.parent.mkdir(parents=True, exist_ok=True)
    write_warc(path, crawl.pages)
    lines = []
    for page, record in zip(crawl.pages, find_records(path), strict=True):
        time = f"{datetime.fromisoformat(page.at):%Y%m%d%H%M%S}"
        fields = {
            "url": page.url,
            "mime": "text/html",
            "status": str(page.status),
            "digest": record.digest.removeprefix("sha1:"),
            "length": str(record.length),
            "offset": str(record.offset),
            "filename": str(path.relative_to(folder)),
        }
        lines.append(f"{url_key(page.url)} {time} {json.dumps(fields)}")
    index = folder / "indexes" / crawl.name / "cdx-00000.gz"
    index.parent.mkdir(parents=True, exist_ok=True)
    index.write_bytes(gzip.compress("\n".join(lines).encode()))
    return lines


def write_news(folder: Path, month: str, files: dict[str, Sequence[Captured]]) -> None:
    """Files of one month (``2020/05``) of CC-NEWS by name, and their list."""
    place = folder / "crawl-data" / "CC-NEWS" / month
    place.mkdir(parents=True)
    paths = [write_warc(place / name, pages).relative_to(folder) for name, pages in files.items()]
    listed = "".join(f"{path}\n" for path in paths)
    (place / "warc.paths.gz").write_bytes(gzip.compress(listed.encode()))


@dataclass
class CrawlServer:
    """What it has, and what it was asked."""

    folder: Path
    indexes: dict[str, list[str]]
    address: str = ""
    asked: list[str] = field(default_factory=list)
    """Paths with queries, and ranges of files."""
    before_range: Callable[[int], None] = lambda number: None
    """Called with the number of the range that is asked for, before it is given."""

    @property
    def ranges(self) -> list[str]:
        return [one for one in self.asked if " bytes=" in one]

    def answer(self, path: str, ranged: str | None) -> tuple[int, bytes]:
        parts = urlsplit(path)
        query = parse_qs(parts.query)
        if parts.path == "/collinfo.json":
            return 200, json.dumps(
                [{"id": name, "cdx-api": f"{self.address}/{name}-index"} for name in self.indexes]
            ).encode()
        if parts.path.endswith("-index"):
            return self._index(self.indexes[parts.path[1:].removesuffix("-index")], query)
        file = self.folder / parts.path[1:]
        if not file.is_file():
            return 404, b"no such file"
        span = re.fullmatch(r"bytes=(\d+)-(\d+)", ranged or "")
        if span is None:
            return 200, file.read_bytes()
        data = file.read_bytes()[int(span[1]) : int(span[2]) + 1]
        return (206, data) if data else (416, b"")

    def _index(self, lines: list[str], query: dict[str, list[str]]) -> tuple[int, bytes]:
        site = query["url"][0].partition("/")[0]
        ours = [line.split(" ", 2) for line in lines if site in line]
        if not ours:
            return 404, json.dumps({"message": "No Captures found"}).encode()
        if "showNumPages" in query:
            return 200, json.dumps({"pages": -(-len(ours) // LINES)}).encode()
        first = int(query["page"][0]) * LINES
        told = [
            json.dumps({"timestamp": time, **json.loads(fields)})
            for _, time, fields in ours[first : first + LINES]
            if json.loads(fields)["status"] in ("200", "304")
        ]
        return (200, "\n".join(told).encode()) if told else (404, b"No Captures found")


@contextmanager
def served(folder: Path, crawls: Sequence[Crawl]) -> Iterator[CrawlServer]:
    """Serve them, the newest first, as the list of indexes names them."""
    server = CrawlServer(folder, {crawl.name: write_crawl(folder, crawl) for crawl in crawls})

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            ranged = self.headers.get("Range")
            server.asked.append(f"{self.path} {ranged or ''}".strip())
            status, body = server.answer(self.path, ranged)
            if ranged:
                server.before_range(len(server.ranges))
            self.send_response(status)
            if status == 206 and ranged:
                size = (folder / self.path[1:]).stat().st_size
                self.send_header("Content-Range", f"{ranged.replace('=', ' ')}/{size}")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        server.address = f"http://127.0.0.1:{http.server_port}"
        threading.Thread(target=http.serve_forever, daemon=True).start()
        try:
            yield server
        finally:
            http.shutdown()
