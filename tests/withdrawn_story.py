"""A story whose every part holds a word of its own, and the search for these words in all files."""

import gzip
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from archive_rows import PAPER, SISTER, SITE, open_writer, save, story
from warcio.archiveiterator import ArchiveIterator

from tradepress.archive.captures.packing import pack
from tradepress.archive.captures.warc import WarcCaptures
from tradepress.archive.care.verify import verify
from tradepress.archive.file.full_text import FORMER_INDEXES, INDEXES
from tradepress.archive.frontier.addresses import Listed
from tradepress.archive.stories.stories import Quarantined
from tradepress.crawling.archive_run import captures_beside
from tradepress.story import Capture

MOMENT = datetime(2026, 11, 24, 9, 15, tzinfo=UTC)
URL = f"{SITE}/trademark/krummelpike-lantern-7"

TITLE = "Zorblatt loses its lantern mark"
OLD_TITLE = "Quixnelberry may lose its lantern mark"
COMMON = " ".join(
    f"The {place} court said that buyers see the curve of a handle as a grip, not as a mark."
    for place in ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth"]
)
WORDS = (
    "zorblatt",  # headline
    "quixnelberry",  # former headline
    "vermiljoon",  # body
    "krosselbarg",  # body, as it is searched: Krøsselbarg
    "plumquat",  # description
    "franzhuber",  # author
    "schnorpfel",  # keyword
    "hubbelgratz",  # correction
    "glimmerfax",  # evidence
    "krummelpike",  # address
    "wobbelstein",  # words of a link to it
    "etagulon",  # validator
    "sidebarix",  # beside the link to it, in the raw page of another story
    "drosselkind",  # of the row in quarantine
    "orphanulus",  # of a raw page that a killed run left
    "filenamius",  # of the file it was found in
    "listinghausen",  # what a listing says of it
)
"""Each stands in one place of the story; in lower case."""


def the_story(**changes: Any) -> dict[str, Any]:
    return story(
        7,
        url=URL,
        headline=TITLE,
        body=f"{COMMON}\n\nThe vermiljoon handle of Krøsselbarg, 商標, was held to be descriptive.",
        description="A plumquat summary.",
        authors=["Odelka Franzhuber"],
        keywords=["schnorpfel"],
        corrections=["The hubbelgratz was mended."],
        **changes,
    )


def a_page(url: str, words: str) -> Capture:
    return Capture(
        url=url,
        body=gzip.compress(f"<html><p>{words}</p></html>".encode(), mtime=0),
        content_type="text/html",
        status=200,
        http_headers=(("Content-Type", "text/html"), ("Content-Encoding", "gzip")),
        date_captured=MOMENT,
        request_headers=(("User-Agent", "tests"),),
        source="signet",
    )


def folder_of(path: Path) -> WarcCaptures:
    return captures_beside(path)


def fill(path: Path) -> None:
    """The story in two versions, one that links to it, one that names it, others beside; with each
    raw page its request, and of the story's a visit at which it was the same."""
    captures = folder_of(path)
    with open_writer(path, command="fill", captures=captures) as writer:
        writer.save_source(PAPER)
        writer.save_source(SISTER)
        writer.start_run("fill", ["signet", "makers"], "0")
        old = the_story() | {"headline": OLD_TITLE}
        said = {"listed_by": "feed", "description": "A listinghausen summary."}
        writer.add_listed("signet", [Listed(url=URL, found_on="filenamius.html", **said)], 9)
        save(writer, old, capture=a_page(URL, f"{OLD_TITLE} {old['body']}"))
        before = story(1)
        save(writer, before, capture=a_page(before["url"], "Orrin Vale loses"))
        save(
            writer,
            the_story(),
            capture=a_page(URL, f"{TITLE} {the_story()['body']} Odelka Franzhuber"),
            evidence={"headline": [{"value": "glimmerfax", "evidence": "h1"}]},
            etag="etagulon",
        )
        seen_again = a_page(URL, f"{TITLE} {the_story()['body']} Odelka Franzhuber")
        save(writer, the_story(), capture=seen_again, etag="etagulon")
        linking = story(2)
        link = {"kind": "related", "text": "Read of wobbelstein", "url": URL, "position": 0}
        save(
            writer,
            linking,
            links=[link, {**link, "text": "Another", "url": f"{SITE}/about", "position": 1}],
            capture=a_page(linking["url"], f"<a href='{URL}'>sidebarix</a>"),
        )
        naming = {"kind": "top_stories", "text": TITLE, "url": None, "position": 0}
        save(writer, story(3), links=[naming], capture=a_page(story(3)["url"], f"A: {TITLE}"))
        save(
            writer,
            story(4, source="makers", url=f"{SISTER['home_url']}news/4", body=COMMON),
        )
        last = story(5)
        save(writer, last, capture=a_page(last["url"], "Case 5 stays"))
        with pytest.raises(Quarantined):
            save(writer, the_story() | {"body": "drosselkind", "language": 2**70})
        writer.end_run("done", 0)
    left = pack(a_page(URL, "orphanulus"))
    assert left.request is not None
    for member in (left.member, left.request):
        captures.append_record(member, "signet")
    captures.close()


def bytes_of(folder: Path) -> bytes:
    """Names and content of all files, in lower case; what is packed unpacked as well."""
    found = []
    for path in folder.rglob("*"):
        found.append(path.name.encode())
        if path.is_file():
            found.append(path.read_bytes())
            found += _unpacked(path, found[-1])
    return b"\n".join(found).lower()


def _unpacked(path: Path, content: bytes) -> Iterator[bytes]:
    if content.startswith(b"\x1f\x8b"):
        yield gzip.decompress(content)
        with path.open("rb") as stream:
            for record in ArchiveIterator(stream):
                yield record.content_stream().read()
    elif content.startswith(b"SQLite format 3"):
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as db:
            for table in (
                *INDEXES,
                *FORMER_INDEXES,
            ):  # each page of an index leaves out what its terms have in common
                db.execute(f"CREATE VIRTUAL TABLE temp.v USING fts5vocab(main, {table}, row)")
                yield " ".join(term for (term,) in db.execute("SELECT term FROM temp.v")).encode()
                db.execute("DROP TABLE temp.v")


def words_in(folder: Path) -> set[str]:
    content = bytes_of(folder)
    return {word for word in WORDS if word.encode() in content}


def require_sound(path: Path) -> None:
    folder = captures_beside(path).folder
    assert verify(path, captures=folder, history=True).findings == []


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "archive.db"
    fill(path)
    return path
