"""The process in which a worker crawls."""

import os
import re
from pathlib import Path
from time import monotonic

import pytest
from archive_rows import PAPER, SITE, open_writer

from crawler.addon import project_settings
from crawler.configuration import Configuration
from tradepress.cluster.crawl_process import CrawlAsked, CrawlBroke, crawl_in_process, pace_after

SETTINGS = project_settings(Configuration(), {})
ROBOTS = "/robots.txt"


def a_part(path: Path, *, is_begun: bool) -> Path:
    """With what robots.txt asked for before it went out."""
    with open_writer(path) as writer:
        writer.save_source(PAPER)
        writer.start_run("crawl", ["signet"], "0")
        body = "User-agent: *\nCrawl-delay: 7"
        writer.run.site_files.save(SITE, ROBOTS, status=200, body=body)
        writer.commit()
        if not is_begun:
            writer.write("DELETE FROM runs")
            writer.commit()
    return path


def test_where_a_crawl_was_killed_each_site_was_asked_just_now(tmp_path: Path) -> None:
    before = monotonic()
    pace = pace_after(a_part(tmp_path / "archive.db", is_begun=True), SETTINGS)
    site = pace.sites["signetgazette.example"]
    assert site.rest == 7
    for known in (site, pace.sites["another.example"], pace.servers["192.0.2.1"]):
        assert before <= known.left_at <= monotonic()


def test_where_nobody_crawled_no_site_was_asked(tmp_path: Path) -> None:
    pace = pace_after(a_part(tmp_path / "archive.db", is_begun=False), SETTINGS)
    assert not pace.sites
    assert pace.sites["signetgazette.example"].left_at < 0


@pytest.mark.slow
def test_what_kept_it_from_crawling_is_said(tmp_path: Path) -> None:
    asked = CrawlAsked(
        sources=("wipr",),
        archive=tmp_path / "missing.db",
        configuration=Configuration(contact="press@library.example"),
        no_trial=True,
        asked_by=os.getpid(),
    )
    words = f"the crawl of wipr broke off (there is no archive at {asked.archive}"
    with pytest.raises(CrawlBroke, match=re.escape(words)):
        crawl_in_process(asked)
