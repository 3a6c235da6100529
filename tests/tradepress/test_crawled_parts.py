"""Parts of an archive that a cluster crawls: cut, left standing, brought home."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from archive_rows import SITE, Writer, open_writer, story
from conftest import Tradepress
from libraries import Library, keep

from archive.captures.folder import capture_folder
from archive.captures.warc import WarcCaptures
from archive.errors import ArchiveBusy
from archive.ledger.outcomes import RunKind, RunState
from archive.open import open_archive
from archive.run import Run
from crawler.source import Source
from tradepress.cluster.cluster_crawl import CrawledParts

SIGNET = Source(
    name="signet",
    publisher="The Signet Gazette",
    domains=("signetgazette.example",),
    language="en",
    timezone="Europe/London",
    article_url=r"/trademark/.*",
)


@pytest.fixture
def home(tmp_path: Path) -> Library:
    library = Library(tmp_path / "home.db")
    with library.open() as writer:
        link = {"kind": "related", "text": "x", "url": f"{SITE}/trademark/linked", "position": 0}
        seven = story(7, source="makers", url="http://marksandmakers.example/7")
        keep(writer, 0, seven, links=[link])
        keep(writer, 0, story(1))
        writer.end_run("done", 0)
    return library


def a_run(home: Library) -> Any:
    return open_archive(home.path, captures=WarcCaptures(capture_folder(home.path)))


def parts_of(run: Run, tmp_path: Path) -> CrawledParts:
    return CrawledParts(run=run, folder=tmp_path / "crawl-1", keeps=lambda article: article)


def crawl(archive: str) -> Writer:
    """As a worker begins; it never ends."""
    path = Path(archive)
    writer = open_writer(path, captures=WarcCaptures(capture_folder(path)))
    writer.start_run("crawl", ["signet"], "0")
    writer.run.addresses.schedule(writer.run.addresses.due("signet", -1))
    keep(writer, 1, story(2))
    writer.commit()
    return writer


def test_what_stories_of_others_link_to_goes_along(home: Library, tmp_path: Path) -> None:
    with a_run(home) as archive, archive.run(RunKind.CRAWL, sources=["signet"]) as run:
        given = parts_of(run, tmp_path).cut([SIGNET])
        assert given.sources == ("signet",)
        with open_writer(Path(given.archive)) as writer:
            due = writer.rows("SELECT url, found_on FROM urls WHERE article_id IS NULL")
    assert due == [
        {"url": f"{SITE}/trademark/linked", "found_on": "http://marksandmakers.example/7"}
    ]


def test_what_a_dead_run_left_standing_comes_home_by_the_next(
    home: Library, tmp_path: Path
) -> None:
    with a_run(home) as archive:
        run = archive.run(RunKind.CRAWL, sources=["signet"])
        crawl(parts_of(run, tmp_path).cut([SIGNET]).archive).close()
    with a_run(home) as archive, archive.run(RunKind.CRAWL, sources=["signet"]) as run:
        parts = parts_of(run, tmp_path)
        (left,) = parts.standing()
        parts.bring(left)
        parts.clear()
        sums = run.end(RunState.DONE)
    assert "signet-2" in home.stories()
    assert sums is not None
    # What it had scheduled and not come to is due, as after any crawl that was killed.
    assert {one.value: n for one, n in sums.outcomes.items() if n} == {"stored": 1, "deferred": 1}
    assert not (tmp_path / "crawl-1").exists()
    assert home.ask("SELECT * FROM page_files") == []


def test_who_is_still_crawled_is_not_taken(home: Library, tmp_path: Path) -> None:
    with a_run(home) as archive, archive.run(RunKind.CRAWL, sources=["signet"]) as run:
        parts = parts_of(run, tmp_path)
        given = parts.cut([SIGNET])
        (part,) = parts.standing()
        with crawl(given.archive), pytest.raises(ArchiveBusy, match="is being written by process"):
            parts.bring(part)
        parts.clear()
        assert [*parts.standing()] == [part]
        parts.bring(part)
        assert [*parts.standing()] == []


def test_a_part_that_is_in_and_was_not_removed_counts_once(home: Library, tmp_path: Path) -> None:
    """The process was killed between the commit and the removal."""
    with a_run(home) as archive, archive.run(RunKind.CRAWL, sources=["signet"]) as run:
        parts = parts_of(run, tmp_path)
        crawl(parts.cut([SIGNET]).archive).close()
        (part,) = parts.standing()
        shutil.copytree(part, tmp_path / "kept")
        forget, run.page_files.forget = run.page_files.forget, lambda name: None
        parts.bring(part)
        run.page_files.forget = forget
    counted = "SELECT count(*) FROM fetches"
    before = home.ask(counted)
    shutil.copytree(tmp_path / "kept", part)
    with a_run(home) as archive, archive.run(RunKind.CRAWL, sources=["signet"]) as run:
        parts_of(run, tmp_path).bring(part)
    assert home.ask(counted) == before
    assert not part.exists()


def test_a_damaged_part_keeps_nobody_from_crawling(home: Library, tmp_path: Path) -> None:
    with a_run(home) as archive, archive.run(RunKind.CRAWL, sources=["signet"]) as run:
        parts = parts_of(run, tmp_path)
        damaged, sound = parts.cut([SIGNET]), parts.cut([SIGNET])
        for given in (damaged, sound):
            crawl(given.archive).close()
        with Path(damaged.archive).open("r+b") as file:
            file.seek(4096)
            file.write(b"?" * 200_000)
        (told,) = parts.bring_or_tell(Path(damaged.archive).parent, "signet")
        assert (told.input, "stays there" in told.reason) == ("signet", True)
        assert parts.bring_or_tell(Path(sound.archive).parent, "signet") == []
        assert [*parts.standing()] == [Path(damaged.archive).parent]
    assert "signet-2" in home.stories()


def test_a_crawl_wants_a_folder_and_a_contact(here: Tradepress, tmp_path: Path) -> None:
    to_memory = ("cluster", "crawl", "wipr", "--local", "1", "--shards", "memory://x")
    result = here(*to_memory, "--contact", "press@library.example")
    assert result.returncode == 2
    assert "name a folder that all workers see" in result.stderr
    result = here("cluster", "crawl", "wipr", "--local", "1")
    assert result.returncode == 2
    assert "A crawl of a real site must say who runs it" in result.stderr
    assert not [*tmp_path.glob("archive*")]
