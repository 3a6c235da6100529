"""Whoever asked for a crawl is gone: its workers stop, no other crawl begins meanwhile, and the
next one of the cluster brings home what was read."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections import Counter
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import pytest
from conftest import Answer
from dask_processes import DaskProcesses, dask_processes, until
from timed_paper import CONTACT, CRAWL, DELAY, Paper, serve

__all__ = ["dask_processes"]
pytestmark = pytest.mark.slow
STORIES = 8
# A shell lets what it starts in the background ignore Ctrl-C, these tests and all that they start.
HEARS = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
NAMES = {"one": "one.example.com", "two": "two.example.com"}
TOLD = """
from tradepress.crawling import addon, scrapy_settings
from scrapy.resolver import dnscache
dnscache.update(dict.fromkeys({hosts}, "127.0.0.1"))
addon.SHORTEST_DELAY = scrapy_settings.AUTOTHROTTLE_START_DELAY = {delay}
"""


@pytest.fixture
def paper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Paper:
    monkeypatch.setenv("TRADEPRESS_ALLOW_ADDRESSES", "127.0.0.1")
    monkeypatch.setenv("TRADEPRESS_DELAY", str(DELAY))
    (tmp_path / "tradepress.toml").write_text('[sources]\nfolder = "spiders"\n')
    return Paper(tmp_path, names=(*NAMES.values(),))


def publish(paper: Paper) -> None:
    """Two sites of some stories."""
    for name, host in NAMES.items():
        paper.publish(STORIES, host=host, section=f"/{name}/")
        paper.declare(
            name,
            host=host,
            domains=(host,),
            sections=(f"{paper.url(host)}/{name}/",),
            article_url=rf"/{name}/[a-z0-9-]+-\d{{4,6}}",
            more=TOLD.format(hosts=[*NAMES.values()], delay=DELAY),
        )


def command(paper: Paper, cluster: DaskProcesses) -> tuple[str, ...]:
    shards = ("--shards", str(paper.folder / "shards"))
    return ("crawl", *NAMES, "--no-trial", "--scheduler", cluster.scheduler, *shards)


def start(paper: Paper, cluster: DaskProcesses) -> "subprocess.Popen[str]":
    given = {
        "spiders": str(paper.folder / "spiders"),
        "names": paper.names,
        "delay": DELAY,
        "before": HEARS,
    }
    words = [sys.executable, "-c", CRAWL, json.dumps(given), *command(paper, cluster), *CONTACT]
    return cluster.start("client", words)


def parts(paper: Paper) -> list[tuple[Path, int]]:
    """Those that are crawled now, and by which process."""
    found = []
    for lock in paper.folder.glob("shards/crawl-*/part-*/archive.db.lock"):
        with lock.open() as held:
            said = held.read()
        found.append((lock.with_suffix(""), json.loads(said)["pid"] if said else 0))
    return found


@pytest.mark.parametrize("by", [signal.SIGKILL, signal.SIGINT])
def test_a_client_that_goes_takes_its_crawls_along(
    paper: Paper, dask_processes: DaskProcesses, by: signal.Signals
) -> None:
    cluster = dask_processes
    crawls: list[int] = []
    with serve(paper):
        publish(paper)
        page = paper.pages["/one/lantern-case-number-1003"]
        assert isinstance(page, Answer)

        def go(asked: int) -> Answer:
            if not asked:
                crawls.extend(pid for _, pid in parts(paper) if pid)
                os.kill(client.pid, by)
            return page

        paper.pages["/one/lantern-case-number-1003"] = go
        cluster.start_scheduler()
        for name in ("worker-1", "worker-2"):
            cluster.start_worker(name)
        client = start(paper, cluster)
        client.wait(120)
        assert crawls
        until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in crawls))
        asked = len(paper.requests)
        away = paper.rows("SELECT path FROM parts")
        if by == signal.SIGKILL:  # what is away is known, and asked for by nobody else
            assert away
            assert paper.crawl("one").returncode == 3
            assert len(paper.requests) == asked
        else:
            assert away == []
            assert paper.rows("SELECT state FROM runs") == [("interrupted",)]
        kept = {url for path in away for url in stored_in(Path(path[0]))}
        kept |= {url for (url,) in paper.rows("SELECT url FROM articles")}
        done = paper.run(*command(paper, cluster))
    assert done.returncode == 0, done.stderr
    assert paper.outcomes() == {("stored", None): 2 * STORIES}
    assert paper.rows("SELECT count(*) FROM parts") == [(0,)]
    times = Counter(paper.stories())
    assert {path for path, count in times.items() if count > 1}.isdisjoint(
        url.partition(f":{paper.port}")[2] for url in kept
    )
    assert kept
    assert len(times) == 2 * STORIES
    for host in NAMES.values():
        requests = sorted(
            (one for one in paper.requests if one.host == host), key=lambda one: one.began
        )
        assert min(later.began - earlier.ended for earlier, later in pairwise(requests)) >= DELAY


def stored_in(part: Path) -> list[str]:
    with closing(sqlite3.connect(part / "archive.db")) as db:
        return [url for (url,) in db.execute("SELECT url FROM articles").fetchall()]
