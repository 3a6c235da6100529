"""A crawl in a part that was cut out of an archive, and came back, is one in the archive."""

import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from archive_rows import SITE, Clock, Writer, clock, open_writer, story
from libraries import LONG, Library, changed, keep
from taken_apart import different

from tradepress.archive.captures.folder import capture_folder
from tradepress.archive.captures.warc import WarcCaptures
from tradepress.archive.care.verify import verify
from tradepress.archive.frontier.addresses import Listed
from tradepress.archive.frontier.hosts import Host
from tradepress.archive.ledger.outcomes import RunKind, RunState
from tradepress.archive.merging.bring_crawl import bring_crawl
from tradepress.archive.merging.cut_sources import cut_sources
from tradepress.archive.merging.other_archive import open_other
from tradepress.archive.open import open_archive
from tradepress.archive.run import Run
from tradepress.story import Capture

__all__ = ["clock"]
SISTERS = "http://marksandmakers.example"
NAME = "part-1a2b"
PART = Path("/shards", NAME)
FEED, ROBOTS = f"{SITE}/feed", "/robots.txt"


def begin(home: Library) -> None:
    """The first crawl, of both papers."""
    with home.open() as writer:
        keep(
            writer,
            0,
            story(1),
            links=[{"kind": "related", "text": "x", "url": f"{SITE}/l-9", "position": 0}],
        )
        keep(writer, 0, story(2))
        keep(writer, 1, changed(2))
        keep(writer, 0, story(3))
        keep(writer, 0, story(**LONG, url=f"{SITE}/long"), next_due="2027-05-01T00:00:00Z")
        keep(writer, 1, story(7, source="makers", url=f"{SISTERS}/trademark/seven-7"))
        writer.add_urls("signet", [(f"{SITE}/due-{n}", SITE) for n in range(3)])
        writer.save_seed("signet", "feed", FEED, etag='"1"')
        writer.run.site_files.save(SITE, ROBOTS, status=200, body="User-agent: *")
        writer.run.site_files.save(SISTERS, ROBOTS, status=200, body="User-agent: *")
        writer.run.hosts.save(Host(host="marksandmakers.example", blocks=2))
        writer.end_run("done", 0)


def go_on(writer: Writer) -> None:
    """The next one, of one of them: of each kind of end one address."""
    run: Run = writer.run
    run.sources.pass_trial("signet")
    run.site_files.save(SITE, ROBOTS, status=200, body="User-agent: *\nCrawl-delay: 3")
    writer.save_seed("signet", "feed", FEED, etag='"2"')
    listed = [
        Listed(url=f"{SITE}/due-1", found_on=FEED, date_listed="2017-08-04", listed_by="feed"),
        Listed(url=f"{SITE}/new", found_on=FEED, authors=("Petra Holm",)),
    ]
    run.addresses.add_listed("signet", listed, 10)
    known = [story(number)["url"] for number in (1, 2, 3)]
    asked = [*known, *(f"{SITE}/due-{n}" for n in range(3)), f"{SITE}/a-second-address"]
    run.addresses.schedule(run.addresses.add("signet", [(url, None) for url in asked]))
    keep(writer, 2, changed(1))
    keep(writer, 2, changed(2))
    writer.settle(known[2], "unchanged", status=304)
    link = {"kind": "related", "text": "x", "url": f"{SISTERS}/trademark/seven-7", "position": 0}
    keep(writer, 2, story(4, url=f"{SITE}/due-0"), links=[link])
    keep(writer, 3, story(4, url=f"{SITE}/due-0"), requested_url=f"{SITE}/a-second-address")
    writer.settle(f"{SITE}/due-1", "failed", "timeout")
    writer.settle(f"{SITE}/due-2", "deferred", "host_paused", next_due="2027-01-01T00:00:00Z")
    writer.keep_page(Capture(url=f"{SITE}/about", body=b"about", status=200, source="signet"))
    run.hosts.save(Host(host="signetgazette.example", blocks=1, reason="http_403"))
    writer.record_fetch("feed", "signet", FEED, status=200, size=7, found=2)


def cut(home: Library, folder: Path, run: Run | None = None, **neighbours: Any) -> Path:
    folder.mkdir()
    path = folder / "archive.db"
    if run is not None:
        run.parts.add(PART, ["signet"])
        run.transaction.commit()
    cut_sources(
        home.path, path, ["signet"], lambda url: "signetgazette.example" in url, **neighbours
    )
    return path


def crawl_in(path: Path, work: Callable[[Writer], Any], *, is_killed: bool = False) -> None:
    with open_writer(path, captures=WarcCaptures(capture_folder(path))) as writer:
        writer.start_run("crawl", ["signet"], "0")
        work(writer)
        writer.commit()
        if not is_killed:
            writer.end_run("done", 0)


def bring(run: Run, path: Path) -> dict[str, int]:
    """How many addresses have ended how in that run since."""
    before = Counter(run.ledger.counts["signet"])
    with open_archive(path, create=False), open_other(path) as other:
        assert bring_crawl(run, other, PART, lambda article: article) == []
    return dict(run.ledger.counts["signet"] - before)


def home_run(home: Library) -> Any:
    captures = WarcCaptures(capture_folder(home.path))
    return open_archive(home.path, captures=captures)


@pytest.fixture
def home(tmp_path: Path, clock: Clock) -> Library:
    library = Library(tmp_path / "home.db")
    begin(library)
    return library


def copy_of(home: Library, tmp_path: Path) -> Library:
    there = Library(tmp_path / "copied" / "home.db")
    there.path.parent.mkdir()
    shutil.copy(home.path, there.path)
    shutil.copytree(capture_folder(home.path), capture_folder(there.path))
    return there


def test_what_comes_back_is_what_a_crawl_here_makes(
    home: Library, tmp_path: Path, clock: Clock
) -> None:
    there = copy_of(home, tmp_path)
    clock.now = "2026-11-25T09:00:00Z"
    crawl_in(there.path, go_on)
    with home_run(home) as archive, archive.run(RunKind.CRAWL, sources=["signet"]) as run:
        part = cut(home, tmp_path / NAME, run)
        crawl_in(part, go_on)
        clock.now = "2026-11-25T10:00:00Z"
        outcomes = bring(run, part)
        sums = run.end(RunState.DONE, exit_code=0)
    assert sums is not None
    assert {one.value: n for one, n in sums.outcomes.items() if n} == outcomes
    assert sums.urls == sum(outcomes.values()) == 7
    assert different(home.path, there.path) == {}
    for question in ("SELECT * FROM hosts ORDER BY host", SEEDS, SITE_FILES, LISTED, FETCHES):
        assert home.ask(question) == there.ask(question)
    assert (
        verify(home.path, captures=capture_folder(home.path), quick=True, history=True).findings
        == []
    )


SEEDS = "SELECT url, source, kind, etag, walked_at, next_url FROM seeds"
SITE_FILES = "SELECT origin, path, status, body FROM site_files ORDER BY id"
FETCHES = (
    "SELECT kind, url, at, status, bytes, outcome, reason, found FROM fetches ORDER BY url, kind"
)
LISTED = "SELECT url, date_listed, listed_by, listed, article_id FROM urls ORDER BY url"


def test_a_part_has_its_own_sources_alone(home: Library, tmp_path: Path) -> None:
    part = Library(cut(home, tmp_path / NAME))
    assert sorted(part.stories()) == sorted(
        ref for ref in home.stories() if ref.startswith("signet")
    )
    assert part.ask("SELECT DISTINCT source FROM urls") == [("signet",)]
    assert part.ask("SELECT origin FROM site_files") == [(SITE,)]
    assert part.ask("SELECT * FROM hosts") == part.ask("SELECT * FROM runs") == []
    found = "SELECT rowid FROM {} WHERE {} MATCH 'changed'"
    for index in ("articles_fts", "versions_fts"):
        question = found.format(index, index)
        assert part.ask(question) == home.ask(question)


def test_two_tries_in_one_part_are_one_crawl_and_come_once(home: Library, tmp_path: Path) -> None:
    with home_run(home) as archive, archive.run(RunKind.CRAWL, sources=["signet"]) as run:
        part = cut(home, tmp_path / NAME, run)
        rejected = list[str]()

        def first(writer: Writer) -> None:
            due = writer.run.addresses.due("signet", -1)
            writer.run.addresses.schedule(due)
            keep(writer, 2, story(4, url=f"{SITE}/due-0"))

        def second(writer: Writer) -> None:
            asked = [one.url for one in writer.run.addresses.due("signet", -1)]
            assert f"{SITE}/due-0" not in asked
            assert f"{SITE}/due-1" in asked
            writer.run.addresses.schedule(map(writer.run.addresses.at, asked))
            for url in asked:
                writer.settle(url, "rejected", "no story")
            rejected.extend(asked)

        crawl_in(part, first, is_killed=True)
        crawl_in(part, second)
        outcomes = bring(run, part)
        assert outcomes == {"stored": 1, "rejected": len(rejected)}
        assert bring(run, part) == {}
        sums = run.end(RunState.DONE)
    assert sums is not None
    assert {one.value: n for one, n in sums.outcomes.items() if n} == outcomes
    assert home.ask("SELECT count(*) FROM fetches WHERE reason = 'interrupted'") == [(0,)]


def test_a_part_whose_way_back_is_killed_comes_whole_the_next_time(
    home: Library, tmp_path: Path
) -> None:
    before = home.stories()
    with home_run(home) as archive:
        run = archive.run(RunKind.CRAWL, sources=["signet"])
        part = cut(home, tmp_path / NAME, run)
        crawl_in(part, go_on)
        run.transaction.commit = lambda: None  # the process ends before it
        bring(run, part)
    assert home.stories() == before
    with home_run(home) as archive, archive.run(RunKind.CRAWL, sources=["signet"]) as run:
        assert sum(bring(run, part).values()) == 7
    assert "signet-4" in home.stories()


def test_a_visit_here_since_then_stands(home: Library, tmp_path: Path, clock: Clock) -> None:
    """As a part comes home late, after another crawl."""
    with home.open() as writer:
        part = cut(home, tmp_path / NAME, writer.run)
    clock.now = "2026-11-25T09:00:00Z"
    late = f"{SITE}/due-1"
    with home.open() as writer:
        writer.run.addresses.schedule([writer.run.addresses.at(late)])
        writer.settle(late, "rejected", "no story")
        writer.save_seed("signet", "feed", FEED, etag='"3"')
        writer.end_run("done", 0)
    with home_run(home) as archive, archive.run(RunKind.CRAWL, sources=["signet"]) as run:
        bring(run, part)
        assert asdict(run.addresses.at(late))["outcome"] == "rejected"
        assert run.seeds.of("signet")[FEED].etag == '"3"'
