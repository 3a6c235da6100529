"""Keeps what files say of pages that were the same as before, until all files are read: the page
itself may stand behind, or in another file."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

from tradepress.archive.clock import utc_text
from tradepress.archive.run import Run
from tradepress.archive.seen_again import find_shown, see_again
from tradepress.archive.stories.stories import Saved
from tradepress.jobs.files.file_page import FilePage
from tradepress.jobs.ingested import FileReading
from tradepress.story import Revisit

TEMPORARY = ""
"""Is a file of SQLite's own, which is gone once it is closed."""
NOT_HERE = "revisits of pages that are not here"
WITHOUT_STORY = "revisits of pages without a story"


class Revisits:
    """Keeps revisits, and which pages the files have, in a file: there may be millions.

    :param path: of the file; it is made, if it is not there
    """

    def __init__(self, path: Path | str = TEMPORARY) -> None:
        self._db = sqlite3.connect(path, check_same_thread=False)  # an ingest may have its own
        self._db.executescript(
            "CREATE TABLE IF NOT EXISTS pages (key, url, seen_at);"
            "CREATE TABLE IF NOT EXISTS revisits (file, said)"
        )

    def close(self) -> None:
        self._db.commit()
        self._db.close()

    def take(self, reading: FileReading, page: FilePage | None = None) -> None:
        """Takes the revisits that were met while a file is read, and notes a page of it, by which
        others may find it."""
        if page and page.url and page.date_captured:
            for key in filter(None, (page.record_id, page.digest)):
                row = [key, page.url, utc_text(page.date_captured)]
                self._db.execute("INSERT INTO pages VALUES (?, ?, ?)", row)
        for revisit in reading.others.revisits:
            reading.has_revisits = True
            row = [str(reading.path), json.dumps(asdict(revisit))]
            self._db.execute("INSERT INTO revisits VALUES (?, ?)", row)
        reading.others.revisits.clear()

    def bring(self, other: Path, file: str) -> int:
        """Takes in what another one keeps of a file; returns how many revisits that are."""
        with closing(sqlite3.connect(other)) as db:
            pages = db.execute("SELECT key, url, seen_at FROM pages")
            self._db.executemany("INSERT INTO pages VALUES (?, ?, ?)", pages)
            said = db.execute("SELECT ?, said FROM revisits", [file])
            return self._db.executemany("INSERT INTO revisits VALUES (?, ?)", said).rowcount

    def of(self, file: str) -> Iterator[Revisit]:
        """Yields the revisits of a file; all pages are noted by then."""
        self._db.execute("CREATE INDEX IF NOT EXISTS pages_key ON pages (key)")
        for (said,) in self._db.execute("SELECT said FROM revisits WHERE file = ?", [file]):
            yield Revisit(**json.loads(said))

    def pages_of(self, revisit: Revisit) -> Sequence[tuple[str, str]]:
        """Returns addresses and times of the pages in the files that a revisit refers to by their
        ID or payload, those of its own address first."""
        return self._db.execute(
            "SELECT DISTINCT url, seen_at FROM pages WHERE key IN (?, ?) "
            "ORDER BY url <> ?, seen_at > ?, seen_at DESC LIMIT 100",
            [revisit.refers_to, revisit.digest, revisit.url, revisit.seen_at],
        ).fetchall()


def settle(run: Run, revisits: Revisits, revisit: Revisit) -> Saved | str:
    """Writes that a page was the same at a revisit.

    :returns: what became of it, or why that is nothing, in words that follow a number
    """
    pages = revisits.pages_of(revisit)
    shown = find_shown(run.transaction, revisit, pages)
    if shown is None:
        return WITHOUT_STORY if pages else NOT_HERE
    return see_again(run, revisit, shown, kind="file")
