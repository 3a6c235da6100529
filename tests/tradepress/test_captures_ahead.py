"""What workers have read of files of CC-NEWS, as the one writer takes it."""

import asyncio
import gzip
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from unittest import mock

import pytest
from captured import Captured
from conftest import a_story
from crawl_server import write_news
from reading_here import Here
from rich.console import Console
from tasks_here import work_here

from tradepress.cluster import cluster_backfill as module
from tradepress.cluster.cluster_backfill import BackfillJob, CapturesAhead
from tradepress.cluster.dask_cluster import ClusterPlace
from tradepress.configuration import BackfillConfiguration, Configuration
from tradepress.crawling.page_reading import ReadPage
from tradepress.declared_sources import source_named
from tradepress.jobs.backfill.backfill_visit import FoundCapture, Visit
from tradepress.jobs.backfill.ccnews import cc_news
from tradepress.jobs.backfill.commoncrawl import FILES, NEWS_FOLDER
from tradepress.jobs.progress import JobProgress
from tradepress.jobs.site_visit import PageNotHad

HOME = "http://signetgazette.example/trademark"
NAME = "CC-NEWS-20200502010000-00001.warc.gz"
URL = f"{FILES}/{NEWS_FOLDER}/2020/05/{NAME}"
PAGES = [
    Captured(url=url, at="2020-05-02T11:00:00", page=a_story(f"Lantern {number}"))
    for number, url in enumerate(
        ("https://another.example/lantern-1", f"{HOME}/lantern-4711", f"{HOME}/lantern-4712")
    )
]
Ahead = Callable[[], CapturesAhead]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """One of another paper and two of ours."""
    write_news(tmp_path / "crawls", "2020/05", {NAME: PAGES})
    return tmp_path / "crawls" / NEWS_FOLDER / "2020/05" / NAME


@pytest.fixture
def ahead(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ahead:
    """What a new run has of that file, whose tasks are worked here."""
    work_here(module, monkeypatch)
    backfill = BackfillConfiguration(commoncrawl=str(tmp_path / "crawls"))

    def ahead() -> CapturesAhead:
        made = CapturesAhead(
            job=BackfillJob(configuration=Configuration(backfill=backfill), source_name="signet"),
            service=cc_news(backfill.commoncrawl),
            folder=tmp_path / "crawls",
            place=ClusterPlace(shards=str(tmp_path / "shards")),
            progress=JobProgress(Console(quiet=True)),
        )
        assert [*made.read_ahead([], [URL]).files] == [URL]
        return made

    return ahead


def taken(ahead: CapturesAhead) -> list[FoundCapture]:
    """Of the file, by a run that knows of no listing."""

    def no_address(url: str) -> None:
        raise ValueError(url)

    addresses = SimpleNamespace(at=no_address)
    visit = SimpleNamespace(
        source=source_named("signet"), workers=Here(), run=SimpleNamespace(addresses=addresses)
    )

    async def take() -> list[FoundCapture]:
        return [found async for _, found in ahead.read_file(cast("Visit", visit), URL)]

    return asyncio.run(take())


def test_pages_come_with_what_was_read_of_them(ahead: Ahead) -> None:
    found = taken(ahead())
    assert [one.capture.url for one in found] == [page.url for page in PAGES[1:]]
    assert [isinstance(one.read, ReadPage) for one in found] == [True, True]


def test_of_records_that_were_packed_together_the_wanted_one_is_taken(
    ahead: Ahead, file: Path
) -> None:
    """They have one place, at which another paper's page comes first."""
    file.write_bytes(gzip.compress(gzip.decompress(file.read_bytes())))
    assert taken(ahead())[0].capture.url == f"{HOME}/lantern-4711"


@pytest.mark.parametrize(
    "wrong",
    [
        {"original_url": f"{HOME}/lantern-4800"},  # that is not the page at its place
        {"original_url": None},
        {"date_captured": "May"},
        {"story": {"headline": "Lantern"}},
        {"no_story": {"reason": 7, "is_kept": True}},
    ],
)
def test_a_file_of_which_something_wrong_was_said_is_worked_anew(
    ahead: Ahead, wrong: dict[str, Any]
) -> None:
    real = module.read_lines
    first = ahead()
    with (
        mock.patch.object(
            module, "read_lines", lambda path: [{**one, **wrong} for one in real(path)]
        ),
        pytest.raises(PageNotHad),
    ):
        taken(first)
    again = ahead()
    assert again.tasks.stood == 0
    assert len(taken(again)) == 2
