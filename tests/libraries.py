"""Archives of libraries that each hold some stories, to be merged."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from archive_contents import stories_in
from archive_rows import PAPER, SISTER, Writer, open_writer, save, story

from tradepress.archive.captures.folder import capture_folder
from tradepress.archive.captures.warc import WarcCaptures
from tradepress.archive.care.verify import verify
from tradepress.archive.ledger.outcomes import RunKind, RunState
from tradepress.archive.merging.bring_archive import MergedArchive, bring_archive
from tradepress.archive.merging.bring_rest import join_sources
from tradepress.archive.merging.bring_story import Keeps
from tradepress.archive.merging.other_archive import open_other
from tradepress.archive.open import open_archive
from tradepress.archive.read_only import read_archive
from tradepress.archive.stories.story_record import Story, load_story
from tradepress.story import Capture

FIRST = datetime(2026, 3, 1, 9, tzinfo=UTC)
TAIL = "\n\nBoth sides had brought surveys of what lamp buyers think of when they see a lantern."
LONG = {"site_id": None, "body": story()["body"] + TAIL}


@dataclass(eq=False)
class Library:
    """An archive with its raw pages."""

    path: Path
    sources: Iterable[dict[str, Any]] = (PAPER, SISTER)

    def open(self, **how: Any) -> Writer:
        how = {"captures": WarcCaptures(capture_folder(self.path)), **how}
        writer = open_writer(self.path, **how)
        for source in self.sources:
            writer.save_source(source)
        writer.start_run("crawl", [source["name"] for source in self.sources], "0")
        return writer

    def keep(self, *pages: tuple[int | None, dict[str, Any]], **facts: Any) -> "Library":
        """:param pages: a day, counted from the first of March 2026, and what stood there then"""
        with self.open() as writer:
            for day, fields in pages:
                keep(writer, day, fields, **facts)
            writer.end_run("done", 0)
        return self

    def take(self, other: "Library", *, keeps: Keeps = lambda article: article) -> MergedArchive:
        merged = MergedArchive(path=other.path)
        captures = WarcCaptures(capture_folder(self.path))
        with (
            open_archive(self.path, captures=captures) as archive,
            open_other(other.path) as opened,
            archive.run(RunKind.MERGE, sources=[row.name for row in opened.sources()]) as run,
        ):
            join_sources(run, opened)
            for _ in bring_archive(run, opened, keeps, merged):
                assert not run.is_ended
            merged.sums = run.end(RunState.DONE, exit_code=merged.exit_code)
        assert (
            verify(self.path, captures=capture_folder(self.path), quick=True, history=True).findings
            == []
        )
        return merged

    def stories(self) -> dict[str, dict[str, Any]]:
        with read_archive(self.path) as db:
            return stories_in(db)

    def ask(self, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
        with read_archive(self.path) as db:
            return db.execute(sql, parameters).fetchall()

    def load(self, ref: str) -> Story:
        with read_archive(self.path) as db:
            return load_story(db, ref)


def keep(
    writer: Writer, day: int | None, fields: dict[str, Any], *, page: bytes = b"", **facts: Any
) -> Any:
    capture = Capture(
        url=fields["url"],
        body=page or f"<h1>{fields['headline']}</h1>{fields['body']}".encode(),
        content_type="text/html",
        status=200,
        http_headers=(("ETag", f'"{day}"'),),
        request_headers=(("User-Agent", "tests"),),
        date_captured=None if day is None else FIRST + timedelta(days=day),
        origin="file" if day is None else "crawl",
        source=fields["source"],
    )
    return save(writer, fields, capture=capture, kind="file" if day is None else "article", **facts)


def changed(number: int = 1, words: str = "changed", **changes: Any) -> dict[str, Any]:
    return story(number, headline=f"Orrin Vale {words} {number}", **changes)


@pytest.fixture
def here(tmp_path: Path) -> Library:
    return Library(tmp_path / "here.db")


@pytest.fixture
def there(tmp_path: Path) -> Library:
    (tmp_path / "elsewhere").mkdir()
    return Library(tmp_path / "elsewhere" / "there.db")
