"""Parts of an archive that a cluster crawls: cut, left standing, brought home."""

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from archive_rows import SITE, Writer, open_writer, story
from conftest import Tradepress
from libraries import Library, keep

from tradepress.archive.captures.folder import capture_folder
from tradepress.archive.captures.warc import WarcCaptures
from tradepress.archive.errors import ArchiveBusy, ArchiveFull
from tradepress.archive.ledger.outcomes import RunKind, RunState
from tradepress.archive.open import open_archive
from tradepress.archive.run import Run
from tradepress.cluster import cluster_crawl
from tradepress.cluster.cluster_crawl import CrawledParts
from tradepress.source import Source

SPOILT = """
    UPDATE version_rows SET content_hash = 'spoilt'
    WHERE article_id = (SELECT id FROM articles WHERE ref = ?)
"""
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


def leave_a_part_away(home: Library, tmp_path: Path) -> None:
    """As a run does that was killed."""
    with a_run(home) as archive:
        run = archive.run(RunKind.CRAWL, sources=["signet"])
        crawl(parts_of(run, tmp_path).cut([SIGNET]).archive).close()


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
    leave_a_part_away(home, tmp_path)
    with a_run(home) as archive, archive.run(RunKind.CRAWL, sources=["signet"]) as run:
        parts = parts_of(run, tmp_path)
        (left,) = run.parts.checked_out()
        assert left.sources == ("signet",)
        parts.bring(left.path)
        sums = run.end(RunState.DONE)
    assert "signet-2" in home.stories()
    assert sums is not None
    # What it had scheduled and not come to is due, as after any crawl that was killed.
    assert {one.value: n for one, n in sums.outcomes.items() if n} == {"stored": 1, "deferred": 1}
    assert not (tmp_path / "crawl-1").exists()
    assert home.ask("SELECT * FROM parts") == []


def test_who_is_still_crawled_is_not_taken(home: Library, tmp_path: Path) -> None:
    with a_run(home) as archive, archive.run(RunKind.CRAWL, sources=["signet"]) as run:
        parts = parts_of(run, tmp_path)
        given = parts.cut([SIGNET])
        part = Path(given.archive).parent
        with crawl(given.archive), pytest.raises(ArchiveBusy, match="is being written by process"):
            parts.bring(part)
        assert [one.path for one in run.parts.checked_out()] == [part]
        parts.bring(part)
        assert run.parts.checked_out() == []


def test_a_part_that_is_in_and_was_not_removed_counts_once(home: Library, tmp_path: Path) -> None:
    """The process was killed between the commit and the removal."""
    with a_run(home) as archive, archive.run(RunKind.CRAWL, sources=["signet"]) as run:
        parts = parts_of(run, tmp_path)
        given = parts.cut([SIGNET])
        crawl(given.archive).close()
        part = Path(given.archive).parent
        shutil.copytree(part, tmp_path / "kept")
        parts.bring(part)
    counted = "SELECT count(*) FROM fetches"
    before = home.ask(counted)
    shutil.copytree(tmp_path / "kept", part)
    with a_run(home) as archive, archive.run(RunKind.CRAWL, sources=["signet"]) as run:
        parts_of(run, tmp_path).bring(part)
    assert home.ask(counted) == before
    assert not part.parent.exists()


def test_a_damaged_part_keeps_nobody_from_crawling(home: Library, tmp_path: Path) -> None:
    with a_run(home) as archive, archive.run(RunKind.CRAWL, sources=["signet"]) as run:
        parts = parts_of(run, tmp_path)
        damaged, sound = parts.cut([SIGNET]), parts.cut([SIGNET])
        for given in (damaged, sound):
            crawl(given.archive).close()
        with Path(damaged.archive).open("r+b") as file:
            file.seek(4096)
            file.write(b"?" * 200_000)
        for given in (damaged, sound):
            parts.bring(Path(given.archive).parent)
        fault, words = parts.left
        assert "is damaged" in fault
        (aside,) = parts.folder.iterdir()
        assert words == f"what was crawled stays in {aside}: `tradepress merge` reads it, too"
        assert run.parts.checked_out() == []
    assert "signet-2" in home.stories()


def test_what_does_not_come_in_is_put_aside_and_due_again(home: Library, tmp_path: Path) -> None:
    """A story whose text is not the one that was saved, and one whose raw page can't be read."""
    with a_run(home) as archive, archive.run(RunKind.CRAWL, sources=["signet"]) as run:
        parts = parts_of(run, tmp_path)
        given = parts.cut([SIGNET])
        with crawl(given.archive) as writer:
            keep(writer, 1, story(3))
            writer.write(SPOILT, ["signet-3"])
            writer.commit()
        for file in capture_folder(Path(given.archive)).glob("*.warc.gz"):
            file.unlink()
        parts.bring(Path(given.archive).parent)
        assert [words.partition(":")[0] for words in parts.left[:-1]] == [
            "signet-2@1",
            "signet-3 did not come in",
        ]
        failed = run.addresses.at(story(3)["url"])
        assert (failed.article_id, failed.state) == (None, "due")
        sums = run.end(RunState.DONE)
    assert sums is not None
    assert {one.value: n for one, n in sums.outcomes.items() if n}["failed"] == 1
    assert "signet-2" in home.stories()
    assert "signet-3" not in home.stories()
    (aside,) = parts.folder.iterdir()
    assert "signet-3" in Library(aside / "archive.db").stories()


def test_what_was_broken_off_and_crawled_on_is_told_by_its_end(
    home: Library, tmp_path: Path
) -> None:
    """In one run, a part of a killed one comes home, and then the next part of the same source."""
    leave_a_part_away(home, tmp_path)
    with a_run(home) as archive, archive.run(RunKind.CRAWL, sources=["signet"]) as run:
        parts = parts_of(run, tmp_path)
        parts.bring_all()
        given = parts.cut([SIGNET])
        with crawl(given.archive) as writer:
            keep(writer, 1, story(4, url=f"{SITE}/trademark/linked"))
            writer.end_run("done", 0)
        parts.bring(Path(given.archive).parent)
        sums = run.end(RunState.DONE)
    assert sums is not None
    told = {one.value: n for one, n in sums.outcomes.items() if n}
    assert (sums.urls, told.get("deferred")) == (sum(told.values()), None)
    linked = f"SELECT outcome, version FROM fetches WHERE url = '{SITE}/trademark/linked'"
    assert home.ask(f"{linked} AND run_id = {sums.id}") == [("stored", 1)]


def test_a_part_that_is_not_to_be_seen_is_waited_for(home: Library, tmp_path: Path) -> None:
    """As a disk may be missing; the others come home."""
    with a_run(home) as archive, archive.run(RunKind.CRAWL, sources=["signet"]) as run:
        parts = parts_of(run, tmp_path)
        missing, there = (Path(parts.cut([SIGNET]).archive) for _ in range(2))
        crawl(str(there)).close()
        shutil.rmtree(missing.parent)
        with pytest.raises(ArchiveBusy, match=f"{missing.parent}.*mount it.*empty folder"):
            parts.bring_all()
        assert [one.path for one in run.parts.checked_out()] == [missing.parent]
        missing.parent.mkdir(parents=True)
        parts.bring_all()
        assert (parts.left, run.parts.checked_out()) == ([], [])
    assert "signet-2" in home.stories()


def test_a_part_that_can_t_be_read_now_stays_away(
    home: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with a_run(home) as archive, archive.run(RunKind.CRAWL, sources=["signet"]) as run:
        parts = parts_of(run, tmp_path)
        part = Path(parts.cut([SIGNET]).archive).parent

        def full(*_: object, **__: object) -> Any:
            raise ArchiveFull("no room left")

        with monkeypatch.context() as patched:
            patched.setattr(cluster_crawl, "open_archive", full)
            with pytest.raises(ArchiveFull):
                parts.bring(part)
        assert [one.path for one in run.parts.checked_out()] == [part]
        parts.bring(part)
        assert parts.left == []


def test_what_a_neighbour_has_asked_for_goes_along(home: Library, tmp_path: Path) -> None:
    """Which of two papers on one site lists a story first asks for it, also if one is crawled."""
    makers = replace(SIGNET, name="makers")
    with a_run(home) as archive, archive.run(RunKind.CRAWL, sources=["signet"]) as run:
        parts = parts_of(run, tmp_path)
        given = parts.cut([SIGNET], [SIGNET, makers])
        asked = "SELECT source, article_id IS NULL AS is_free FROM urls WHERE url LIKE '%/7'"
        with open_writer(Path(given.archive)) as writer:
            assert writer.rows(asked) == [{"source": "makers", "is_free": 1}]
        before = home.ask("SELECT * FROM urls WHERE source = 'makers'")
        crawl(given.archive).close()
        parts.bring(Path(given.archive).parent)
    assert home.ask("SELECT * FROM urls WHERE source = 'makers'") == before


@pytest.mark.slow  # it needs a whole demo
def test_no_other_crawl_begins_while_a_part_is_away(here: Tradepress, tmp_path: Path) -> None:
    assert here("demo").returncode == 0
    with open_archive(tmp_path / "archive.db") as archive:
        run = archive.run(RunKind.CRAWL, sources=[])
        run.parts.add(tmp_path / "part-1", ["wipr"])
        run.end(RunState.DONE)
    result = here("demo")
    assert result.returncode == 3
    assert "is a part of this archive that a cluster's crawl has not checked in" in result.stderr
    assert here("ingest", str(tmp_path / "none.html")).returncode == 1


def test_a_crawl_wants_a_folder_and_a_contact(here: Tradepress, tmp_path: Path) -> None:
    to_memory = ("crawl", "wipr", "--local", "1", "--shards", "memory://x")
    result = here(*to_memory, "--contact", "press@library.example")
    assert result.returncode == 2
    assert "name a folder that all workers see" in result.stderr
    result = here("crawl", "wipr", "--local", "1")
    assert result.returncode == 2
    assert "A crawl of a real site must say who runs it" in result.stderr
    assert not [*tmp_path.glob("archive*")]
