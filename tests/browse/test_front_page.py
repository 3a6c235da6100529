"""The front page: how the last crawl went, whatever else was run since."""

from pathlib import Path

import pytest
from browsing import a_run, page, path, words

__all__ = ["path"]


@pytest.mark.parametrize(
    "crawl", ["crawl", "crawl signet --scheduled", "scrapy crawl signet", "demo"]
)
def test_the_last_crawl_is_a_crawl(path: Path, crawl: str) -> None:
    with a_run(path, crawl, exit_code=1, state="failed", reason="makers answered 500"):
        pass
    with a_run(path, "ingest crawl-2017.warc.gz", reason="two files could not be read"):
        pass
    for later in ("reextract", "reextract signet"):
        with a_run(path, later, reason="nothing to read again"):
            pass
    shown = [words(run) for run in page(path, "/").xpath("//p[starts-with(@class, 'run')]")]
    assert [run.partition(":")[0] for run in shown] == ["Last crawl", "Files last read"]
    assert "makers answered 500" in shown[0]
    assert "two files could not be read" in shown[1]


def test_a_reading_anew_is_no_crawl(path: Path) -> None:
    with a_run(path, "reextract"):
        pass
    assert "It has never been crawled." in words(page(path, "/"))


def test_an_archive_of_the_past_alone_says_so(path: Path) -> None:
    with a_run(path, "backfill signet --from wayback", reason="an index gave nothing"):
        pass
    front = words(page(path, "/"))
    assert "Last back-fill:" in front
    assert "an index gave nothing" in front
    assert "It has never been crawled: its stories come from back-fills." in front
    with a_run(path, "ingest"):
        pass
    assert "its stories come from back-fills and files." in words(page(path, "/"))
