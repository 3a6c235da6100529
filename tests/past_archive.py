"""Keeps an archive of each released schema, and what stood in it.

That is tests/archive/past/schema-N.tar.xz, made by the code that writes that schema, before the
next one is begun:

    PYTHONPATH=tests python tests/past_archive.py

Nobody makes one anew afterwards: what a release wrote is what its users have.
"""

import gzip
import hashlib
import json
import socket
import sqlite3
import sys
import tarfile
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from archive_rows import PAPER, SISTER, SITE, open_writer, save, story, withdraw

from tradepress.archive.captures.folder import capture_folder
from tradepress.archive.captures.kept_page import read_kept_page
from tradepress.archive.captures.warc import WarcCaptures
from tradepress.archive.file.schema import SCHEMA_VERSION
from tradepress.archive.read_only import read_archive
from tradepress.archive.stories.story_record import load_story
from tradepress.archive.withdrawal.request import tombstone_for
from tradepress.story import Capture

PAST = Path(__file__).parent / "archive" / "past"
FIRST_DAY = datetime(2026, 3, 1, 9, tzinfo=UTC)
TAIL = "\n\nBoth sides had brought surveys of what lamp buyers think of when they see a lantern."
LONG = {"site_id": None, "body": story()["body"] + TAIL, "url": f"{SITE}/long"}
KEPT = """
    SELECT ref || '@' || versions.version, file, "offset", length, digest
    FROM versions JOIN articles ON articles.id = article_id
    LEFT JOIN captures ON captures.id = capture_id ORDER BY 1
"""


def a_page(fields: dict[str, Any], day: int, coding: str = "gzip") -> Capture:
    """A captured page, packed by its server or not, or a file that nobody served (``file``)."""
    html = f"<html><h1>{fields['headline']}</h1><p>{fields['body']}</p></html>".encode()
    headers = (("Content-Type", "text/html"), ("Content-Encoding", coding))
    return Capture(
        url=fields["url"],
        body=gzip.compress(html, mtime=0) if coding == "gzip" else html,
        content_type="text/html",
        status=None if coding == "file" else 200,
        http_headers=headers[: 2 if coding == "gzip" else 1] if coding != "file" else (),
        request_headers=(("User-Agent", "tests"),) if coding == "gzip" else (),
        date_captured=FIRST_DAY + timedelta(days=day),
        source=fields["source"],
    )


def make(path: Path) -> None:
    """Stories in versions, one merged into another, one withdrawn, one without text; pages, a
    visit, a link, a name in many scripts."""
    link = {"kind": "related", "text": "Orrin Vale loses", "url": story(2)["url"], "position": 0}
    pages = [
        (0, story(1), "gzip"),
        (1, story(1, body="Corrected: the lantern mark “stands”.\n\n商標, Krøsselbarg."), "gzip"),
        (2, story(2), "identity"),
        (2, story(3, policy="metadata-only", body=None), "gzip"),
        (3, story(7, source="makers", url="http://marksandmakers.example/7"), "file"),
        (0, story(**LONG), "gzip"),
        (1, story(**LONG | {"headline": "Orrin Vale loses lantern", "url": f"{SITE}/amp"}), "gzip"),
        (2, story(**LONG | {"url": f"{SITE}/amp", "canonical_url": f"{SITE}/long"}), "gzip"),
        (3, story(9, headline="A quince story that will be withdrawn here"), "gzip"),
        (4, story(1, body="Corrected: the lantern mark “stands”.\n\n商標, Krøsselbarg."), "gzip"),
    ]
    with (
        closing(WarcCaptures(capture_folder(path))) as captures,
        open_writer(path, captures=captures) as writer,
    ):
        for paper in (PAPER, SISTER):
            writer.save_source(paper)
        writer.start_run("crawl", ["signet", "makers"], "0")
        for day, fields, coding in pages:
            page = a_page({**fields, "body": fields["body"] or ""}, day, coding)
            links = [link] if fields["site_id"] == "1" else []
            save(writer, fields, capture=page, links=links, status=page.status, size=900)
        writer.end_run("done", 0)
        article = writer.value("SELECT id FROM articles WHERE ref = 'signet-9'")
        withdraw(writer, captures, [tombstone_for(writer.db, article, reason="asked for")])


def what_stands(path: Path) -> dict[str, dict[str, Any]]:
    """What the library gives of each version of an archive: text, authors, date, page (SHA-256)."""
    found = {}
    with closing(read_archive(path)) as db:
        for name, *place in db.execute(KEPT).fetchall():
            one = load_story(db, name)
            page = None
            if place[0]:
                where = dict(zip(("file", "offset", "length", "digest"), place, strict=True))
                page = read_kept_page(capture_folder(path), where)
            found[name] = {
                "headline": one.headline,
                "authors": list(one.authors),
                "date_published": one.date_published,
                "body": one.body,
                "content_hash": one.content_hash,
                "page": page and hashlib.sha256(page).hexdigest(),
            }
    return found


def kept_archive(schema: int, folder: Path) -> tuple[Path, dict[str, dict[str, Any]]]:
    """Unpacks the archive of a schema; returns it, and what stood in it by the library of then."""
    with tarfile.open(PAST / f"schema-{schema}.tar.xz") as kept:
        kept.extractall(folder, filter="data")
    return folder / "archive.db", json.loads((folder / "texts.json").read_text())


def main() -> None:
    """Keeps the archive of today's schema."""
    target = PAST / f"schema-{SCHEMA_VERSION}.tar.xz"
    socket.gethostname = lambda: "press.example"  # runs are kept with the name of the machine
    if target.exists():
        sys.exit(f"{target} is there already")
    with TemporaryDirectory() as name:
        folder = Path(name)
        make(folder / "archive.db")
        texts = json.dumps(what_stands(folder / "archive.db"), ensure_ascii=False, indent=1)
        (folder / "texts.json").write_text(texts + "\n")
        with closing(sqlite3.connect(folder / "archive.db")) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        with tarfile.open(target, "w:xz") as kept:
            for file in ("archive.db", "archive.captures", "archive.db.withdrawn.json"):
                kept.add(folder / file, file)
            kept.add(folder / "texts.json", "texts.json")
    print(f"{target.name}: {target.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
