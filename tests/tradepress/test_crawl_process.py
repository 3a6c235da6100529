"""The process in which a worker crawls."""

import os
import re
from pathlib import Path
from time import monotonic

import pytest
from archive_rows import PAPER, SITE, open_writer
from conftest import Answer, Site, a_story, declare

from tradepress.cluster.crawl_process import (
    CrawlAsked,
    CrawlBroke,
    CrawlHow,
    crawl_in_process,
    pace_after,
)
from tradepress.configuration import Configuration, SourcesConfiguration
from tradepress.crawling.addon import project_settings

SETTINGS = project_settings(Configuration(), {})
ROBOTS = "/robots.txt"
REAL = {**PAPER, "is_sample": False}


def a_part(path: Path, *, is_begun: bool) -> Path:
    """With what robots.txt asked for before it went out."""
    with open_writer(path) as writer:
        writer.save_source(REAL)
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
        how=CrawlHow(no_trial=True),
        asked_by=os.getpid(),
    )
    words = f"the crawl of wipr broke off (there is no archive at {asked.archive}"
    with pytest.raises(CrawlBroke, match=re.escape(words)):
        crawl_in_process(asked, lambda: True)


def asked_of(
    site: Site, spiders: Path, own_code: str = "", *, is_debugging: bool = False
) -> CrawlAsked:
    """A crawl of a paper of one story, into a new part.

    :param own_code: stands in the source's file, below it
    """
    site.pages["/trademark/"] = Answer('<a href="/trademark/lantern-1001">Lantern</a>')
    site.pages["/trademark/lantern-1001"] = Answer(a_story("Lantern case"))
    declare(spiders, "gazette", site.home)
    with (spiders / "gazette.py").open("a") as file:
        file.write(own_code)
    return CrawlAsked(
        sources=("gazette",),
        archive=a_part(spiders.with_name("part.db"), is_begun=False),
        configuration=Configuration(
            contact="press@library.example",
            allow_addresses=("127.0.0.1",),
            sources=SourcesConfiguration(folder=spiders),
        ),
        how=CrawlHow(no_trial=True, is_debugging=is_debugging),
        asked_by=os.getpid(),
    )


CHATTER = """
from dataclasses import replace

def prepare_page(page, url):
    print("a page", flush=True)
    print("of many words" * 10_000)
    return page
SOURCE = replace(SOURCE, prepare_page=prepare_page)
"""


@pytest.mark.slow
def test_what_a_source_prints_as_it_reads_pages_is_no_answer(site: Site, spiders: Path) -> None:
    told = crawl_in_process(asked_of(site, spiders, CHATTER), lambda: True)
    assert told.counts == {"crawled": 1, "troubled": 0, "stored": 1}
    assert told.notes == ()


@pytest.mark.slow
def test_a_crawl_for_which_nobody_waits_any_more_ends(site: Site, spiders: Path) -> None:
    """As by Ctrl-C: what it has read is kept, and the rest stays due."""
    asked = asked_of(site, spiders)
    paths = [f"/trademark/lantern-{1001 + number}" for number in range(100)]
    site.pages["/trademark/"] = Answer("".join(f"<a href={path}>Lantern</a>" for path in paths))
    for path in paths:
        site.pages[path] = Answer(a_story(f"Lantern case {path[-4:]}"))
    words = "nobody waits any more for the crawl of gazette"
    with pytest.raises(CrawlBroke, match=words):
        crawl_in_process(asked, lambda: len({*site.paths()} & {*paths}) < 2)
    with open_writer(asked.archive) as part:
        (run,) = part.rows("SELECT state, urls, stored FROM runs")
        rest = "SELECT count(*) AS n FROM urls WHERE state = 'due' AND article_id IS NULL"
        due = part.rows(rest)[0]["n"]
    assert run["state"] == "interrupted"
    assert run["stored"] + due == len(paths)
    assert due


KILLED = """
import os, signal
print("something is deprecated", flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.slow
def test_a_signal_that_killed_it_is_named(site: Site, spiders: Path) -> None:
    asked = asked_of(site, spiders, KILLED)
    words = "the crawl of gazette broke off (it was killed by SIGKILL)"
    with pytest.raises(CrawlBroke, match=re.escape(words)):
        crawl_in_process(asked, lambda: True)


@pytest.mark.slow
def test_debugged_it_logs_where_its_worker_does(
    site: Site, spiders: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    told = crawl_in_process(asked_of(site, spiders, is_debugging=True), lambda: True)
    assert told.counts["stored"] == 1
    out, err = capfd.readouterr()
    assert out == ""
    assert f"Crawled (200) <GET {site.home}/trademark/lantern-1001>" in err
