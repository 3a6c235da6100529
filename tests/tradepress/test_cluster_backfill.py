"""`backfill` by a cluster: what many read of copies of Common Crawl is what one takes in."""

import asyncio
import random
from datetime import UTC, datetime
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any, cast

import pytest
from captured import Captured
from clusters import client
from conftest import Tradepress, a_story
from crawl_server import Crawl, write_crawl, write_news
from distributed import Client
from rich.console import Console
from taken_apart import different

from tradepress.archive.frontier.addresses import Listed
from tradepress.archive.frontier.mementos import Memento
from tradepress.archive.ledger.outcomes import Outcome, RunKind, RunState
from tradepress.archive.open import open_archive
from tradepress.archive.read_only import read_archive
from tradepress.cluster.cluster_backfill import (
    MOST,
    READINGS,
    BackfillJob,
    CaptureRange,
    CapturesAhead,
    cut_captures,
)
from tradepress.cluster.dask_cluster import ClusterPlace
from tradepress.cluster.input_files import InputGone
from tradepress.configuration import BackfillConfiguration, Configuration
from tradepress.crawling.archive_run import source_row
from tradepress.crawling.page_workers import PageWorkers
from tradepress.declared_sources import source_named
from tradepress.jobs.backfill.backfill_visit import Visit
from tradepress.jobs.backfill.ccnews import cc_news
from tradepress.jobs.backfill.commoncrawl import FILES, NEWS_FOLDER
from tradepress.jobs.progress import JobProgress
from tradepress.jobs.site_visit import PageNotHad

__all__ = ["client"]
HOME = "http://signetgazette.example"
SIGNET = ("backfill", "signet", "--contact", "a@library.example")
TABLES = (
    "SELECT original_url, date_captured, seen_until, digest FROM mementos ORDER BY 1, 2",
    "SELECT source, kind, url, next_url FROM seeds ORDER BY url",
    "SELECT url, origin, retrieved_from, date_captured, digest FROM captures ORDER BY 1, 4",
    "SELECT version_id, seen_at FROM sightings ORDER BY 1, 2",
)


def ours(number: int, at: str, headline: str = "", **fields: Any) -> Captured:
    page = fields.pop("page", None) or a_story(headline or f"Lantern {number}")
    url = f"{HOME}/trademark/lantern-{number}"
    return Captured(url=url, at=at, page=page, **fields)


def others(day: int) -> list[Captured]:
    """Of another paper, some of which name ours."""
    return [
        Captured(
            url=f"https://paper-{number}.example/trademark/lantern-{number}?from={HOME[7:]}",
            at=f"2020-05-{day:02}T10:00:00",
            page=a_story(f"Another {number}"),
        )
        for number in range(5)
    ]


NEWS = {
    "CC-NEWS-20200502010000-00001.warc.gz": [
        *others(2),
        ours(4711, "2020-05-02T11:00:00"),
        ours(4712, "2020-05-02T12:00:00"),
        ours(4713, "2020-05-02T13:00:00", page="<html><title>Page not found</title></html>"),
    ],
    "CC-NEWS-20200503010000-00002.warc.gz": [
        ours(4714, "2020-05-03T11:00:00", headers={"X-Robots-Tag": "noarchive"}),
        *others(3),
        ours(4715, "2020-05-03T12:00:00"),
        ours(4716, "2020-05-03T13:00:00", page="<html><h1>Lanterns</h1><p>None.</p></html>"),
    ],
    "CC-NEWS-20200504010000-00003.warc.gz": [
        *others(4),
        ours(4712, "2020-05-04T11:00:00", "Lantern 4712 relit"),
        ours(4711, "2020-05-04T12:00:00"),
    ],
}
CRAWL = Crawl(
    name="CC-MAIN-2019-30",
    pages=[
        ours(4711, "2019-07-20T13:00:00", "A lantern"),
        ours(4712, "2019-07-20T14:00:00"),
        ours(4713, "2019-07-20T15:00:00", page="gone", status=410),
        ours(4714, "2019-07-21T15:00:00", headers={"X-Robots-Tag": "noarchive"}),
        ours(4715, "2019-07-21T16:00:00"),
        ours(4716, "2019-07-21T17:00:00", page="<html><p>No headline.</p></html>"),
        ours(4717, "2019-07-21T18:00:00", page="<html><title>Page not found</title></html>"),
        *(ours(number, f"2019-08-01T10:{number % 60:02}:00") for number in range(4800, 4840)),
        ours(4711, "2019-09-20T13:00:00", "A lantern relit"),
    ],
)
LISTED = Listed(
    url=f"{HOME}/trademark/lantern-4715",
    found_on=f"{HOME}/trademark/",
    date_listed="2020-05-01",
    listed_by="section",
)


@pytest.fixture
def crawls(tmp_path: Path) -> Path:
    """Copies of files, and two archives that know of a story by a listing."""
    crawls = tmp_path / "crawls"
    (tmp_path / "tradepress.toml").write_text(f'[backfill]\ncommoncrawl = "{crawls}"\n')
    for name in ("one.db", "many.db"):
        with (
            open_archive(tmp_path / name) as archive,
            archive.run(RunKind.CRAWL, sources=[source_row(source_named("signet"))]) as run,
        ):
            run.addresses.add_listed("signet", [LISTED], 1)
            run.addresses.add("signet", [(f"{HOME}/about", None)])
            run.addresses.settle(f"{HOME}/about", Outcome.REJECTED, "no_headline")
            run.end(RunState.DONE, exit_code=0)
    return crawls


def compare(
    tradepress: Tradepress, tmp_path: Path, *command: str
) -> tuple[CompletedProcess[str], CompletedProcess[str]]:
    """Both ways of it; what they leave is the same."""
    one = tradepress(*SIGNET, *command, "--yes", "--archive", "one.db")
    many = tradepress(*SIGNET, *command, "--local", "2", "--archive", "many.db")
    assert different(tmp_path / "many.db", tmp_path / "one.db") == {}, many.stderr
    assert tables(tmp_path / "many.db") == tables(tmp_path / "one.db")
    assert many.returncode == one.returncode
    assert not (tmp_path / "many.shards").exists()
    return one, many


def tables(archive: Path) -> list[object]:
    with read_archive(archive) as db:
        return [db.execute(query).fetchall() for query in TABLES]


def headlines(archive: Path) -> list[str]:
    with read_archive(archive) as db:
        return [row[0] for row in db.execute("SELECT headline FROM articles ORDER BY ref")]


@pytest.mark.slow
def test_files_are_looked_through_as_on_one_machine(
    tradepress: Tradepress, crawls: Path, tmp_path: Path
) -> None:
    write_news(crawls, "2020/05", NEWS)
    damaged = crawls / "crawl-data/CC-NEWS/2020/05/CC-NEWS-20200503010000-00002.warc.gz"
    content = bytearray(damaged.read_bytes())
    content[3000:3030] = bytes(30)
    damaged.write_bytes(content)
    one, many = compare(tradepress, tmp_path, "--from", "ccnews")
    assert many.stdout.startswith("3 tasks by ")
    assert "00002.warc.gz: 1 of its records can't be read (at byte " in many.stderr
    assert one.stderr in many.stderr
    assert headlines(tmp_path / "many.db")[:2] == ["Lantern 4711", "Lantern 4712 relit"]
    with read_archive(tmp_path / "many.db") as db:
        ((evidence,),) = db.execute(
            "SELECT evidence FROM versions JOIN articles ON articles.id = article_id "
            "WHERE site_id = '4715'"
        ).fetchall()
        ((reason,),) = db.execute("SELECT reason FROM runs WHERE kind = 'backfill'").fetchall()
    assert '"section"' in evidence  # the listing, of which no worker knew
    assert reason.startswith("3 tasks by ")
    again = tradepress(*SIGNET, "--from", "ccnews", "--local", "1", "--archive", "many.db")
    assert "no capture that is not fetched already" in again.stdout


@pytest.mark.slow
def test_captures_of_an_index_are_read_as_on_one_machine(
    tradepress: Tradepress, crawls: Path, tmp_path: Path
) -> None:
    write_crawl(crawls, CRAWL)
    _, many = compare(tradepress, tmp_path, "--from", "commoncrawl")
    assert many.stdout.startswith("1 task by 1 worker.\nRun 2: ")
    with read_archive(tmp_path / "many.db") as db:
        ((stored,),) = db.execute("SELECT count(*) FROM versions").fetchall()
        rejected = db.execute(
            "SELECT reason FROM fetches WHERE kind = 'memento' AND outcome = 'rejected'"
        ).fetchall()
        kept = db.execute("SELECT count(*) FROM captures WHERE url LIKE '%-4716'").fetchone()
    assert stored > 40
    assert sorted(rejected) == [("empty",), ("no_headline",)]
    assert kept == (1,)  # for later rules


@pytest.mark.slow
def test_a_limit_is_kept_and_what_was_read_beyond_it_waits(
    tradepress: Tradepress, crawls: Path, tmp_path: Path
) -> None:
    write_news(crawls, "2020/05", NEWS)
    one = (*SIGNET, "--from", "ccnews", "--yes", "--archive", "one.db")
    many = (*SIGNET, "--from", "ccnews", "--local", "1", "--archive", "many.db")
    for limit in (("--limit", "1"), ()):
        assert tradepress(*one, *limit).returncode == 0
        done = tradepress(*many, *limit)
        assert done.returncode == 0, done.stderr
        assert different(tmp_path / "many.db", tmp_path / "one.db") == {}
        if limit:
            assert headlines(tmp_path / "many.db") == ["Lantern 4711"]
    assert done.stdout.startswith("3 tasks by 1 worker, 3 of them worked before.")


@pytest.mark.slow
def test_a_limit_of_what_an_index_names_is_kept(
    tradepress: Tradepress, crawls: Path, tmp_path: Path
) -> None:
    write_crawl(crawls, CRAWL)
    compare(tradepress, tmp_path, "--from", "commoncrawl", "--limit", "2")
    assert len(headlines(tmp_path / "many.db")) == 2


@pytest.mark.slow
def test_a_file_that_cannot_be_read_is_named_and_the_others_come_in(
    tradepress: Tradepress, crawls: Path, tmp_path: Path
) -> None:
    write_news(crawls, "2020/05", NEWS)
    gone = "CC-NEWS-20200503010000-00002.warc.gz"
    file = crawls / "crawl-data/CC-NEWS/2020/05" / gone
    kept = file.rename(tmp_path / gone)
    file.symlink_to("nowhere.warc.gz")
    command = (*SIGNET, "--from", "ccnews", "--local", "1", "--archive", "many.db")
    result = tradepress(*command)
    assert result.returncode == 1
    assert f"{gone}: " in result.stderr
    assert headlines(tmp_path / "many.db") == ["Lantern 4711", "Lantern 4712 relit"]
    file.unlink()
    kept.rename(file)
    again = tradepress(*command)
    assert (again.returncode, again.stdout.splitlines()[0]) == (0, "1 task by 1 worker.")
    assert "Lantern 4715" in headlines(tmp_path / "many.db")


@pytest.mark.slow
def test_what_an_earlier_run_had_read_stands_and_what_was_damaged_since_is_read_anew(
    client: Client, tmp_path: Path
) -> None:
    write_news(tmp_path / "crawls", "2020/05", NEWS)
    urls = [f"{FILES}/{NEWS_FOLDER}/2020/05/{name}" for name in NEWS]
    backfill = BackfillConfiguration(commoncrawl=str(tmp_path / "crawls"))
    assert client.scheduler is not None

    def ahead() -> CapturesAhead:
        return CapturesAhead(
            job=BackfillJob(configuration=Configuration(backfill=backfill), source_name="signet"),
            service=cc_news(backfill.commoncrawl),
            folder=tmp_path / "crawls",
            place=ClusterPlace(scheduler=client.scheduler.address, shards=str(tmp_path / "shards")),
            progress=JobProgress(Console(quiet=True)),
        )

    killed = ahead()  # before anything was taken in
    assert [*killed.read_ahead([], urls).files] == urls
    following = ahead()
    assert [*following.read_ahead([], urls).files] == urls
    assert (killed.tasks.stood, following.tasks.stood) == (0, len(urls))
    shard = following.shards[urls[0]]
    (tmp_path / "shards" / shard.task / shard.folder / READINGS).write_bytes(b"")

    async def read() -> None:
        async for _ in following.read_file(cast("Visit", None), urls[0]):
            raise AssertionError("nothing of it may be taken in")

    with pytest.raises(PageNotHad, match=r"captures.jsonl.gz of backfill-.* is missing, or not as"):
        asyncio.run(read())
    last = ahead()
    last.read_ahead([], urls)
    assert last.tasks.stood == len(urls) - 1


def test_a_web_archive_is_not_asked_by_many(tradepress: Tradepress, tmp_path: Path) -> None:
    result = tradepress(*SIGNET, "--from", "ccnews", "--local", "4")
    assert result.returncode == 2
    assert "--from ccnews: who is asked for pages is asked by one process" in result.stderr
    assert "leave out --local and --scheduler" in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["spiders"]


def test_a_worker_that_does_not_see_the_folder_works_nothing(tmp_path: Path) -> None:
    configuration = Configuration(backfill=BackfillConfiguration(commoncrawl="/nowhere"))
    job = BackfillJob(configuration=configuration, source_name="signet")
    given = CaptureRange(folder="/nowhere", captures=(("a", f"{HOME}/a", "2020-01-01"),))
    with PageWorkers(1) as workers, pytest.raises(InputGone, match="must be there for all"):
        job.work(given, tmp_path, workers)


def test_ranges_behind_what_was_taken_in_are_the_same_again() -> None:
    mementos = [
        Memento(
            url=f"https://data.example/{number}?bytes=0-9",
            original_url=f"{HOME}/trademark/lantern-{number // 3:05}",
            date_captured=datetime(2020, 1, 1, tzinfo=UTC),
            seen_until=datetime(2020, 1, 1, tzinfo=UTC),
        )
        for number in range(6000)
    ]
    whole = [*cut_captures(mementos, Path("/crawls"))]
    assert sum((one.captures for one in whole), ()) == tuple(
        (one.url, one.original_url, "2020-01-01T00:00:00Z") for one in mementos
    )
    assert max(len(one.captures) for one in whole) <= MOST
    assert len(whole) > 12
    for done in random.Random(18).sample(range(6000), 20):
        left = [*cut_captures(mementos[done:], Path("/crawls"))]
        assert left[-1] == whole[-1]
        same = {*left} & {*whole}
        assert sum(len(one.captures) for one in same) >= 6000 - done - 3 * MOST
