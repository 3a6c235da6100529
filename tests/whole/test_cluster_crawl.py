"""Forty papers on twenty host names, crawled by four workers of which some are killed: what the
servers were asked, and what the archive holds.

Only lower bounds of time are asserted: however slow this machine is, no request may come too soon.
"""

import json
import os
import select
import signal
import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from time import monotonic
from urllib.parse import urlsplit

import pytest
from conftest import Answer, a_story
from timed_paper import DELAY, Paper, Request, serve

from tradepress.archive.care.verify import verify
from tradepress.conduct.site_pace import site_of

pytestmark = pytest.mark.slow

OWN = [f"paper-{number:02}.example" for number in range(8)]
SHARED = [
    f"{host}.example.{top}"
    for top in ("com", "org", "net")
    for host in ("www", "news", "law", "ip")
]
HOSTS = [*OWN, *SHARED]
GROUPED = OWN[:4]
"""Those that the operator says stand on one server."""
SLOW, CRAWL_DELAY = OWN[7], 6.0
"""Whose robots.txt asks for a longer rest than a process takes to start."""
STORIES = 3
TOLD = """
from tradepress.crawling import addon, scrapy_settings
from scrapy.resolver import dnscache
dnscache.update(dict.fromkeys({hosts}, "127.0.0.1"))
addon.SHORTEST_DELAY = scrapy_settings.AUTOTHROTTLE_START_DELAY = {delay}
"""


@dataclass(frozen=True, kw_only=True)
class Kill:
    """Of the worker that crawled a site, as one of its pages was asked for."""

    host: str
    at: float
    committed: frozenset[str]
    """Addresses that had their outcome in the archive by then."""


def kill_crawl_of(folder: Path, name: str) -> Kill:
    """Kill the worker that crawls a source, and wait until the crawl has died with it."""
    for lock in folder.glob("archive.shards/crawl-*/part-*/archive.db.lock"):
        with closing(sqlite3.connect(lock.with_suffix(""))) as part:
            if (name,) not in part.execute("SELECT name FROM sources").fetchall():
                continue
            pid = json.loads(lock.read_text())["pid"]
            worker = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
            ended = os.pidfd_open(pid)
            os.kill(worker, signal.SIGKILL)
            assert select.select([ended], [], [], 60)[0]
            at = monotonic()
            os.close(ended)
            told = part.execute("SELECT url FROM fetches WHERE url_id IS NOT NULL").fetchall()
            (home,) = part.execute("SELECT home_url FROM sources").fetchone()
            host = urlsplit(home).hostname or ""
            return Kill(host=host, at=at, committed=frozenset(url for (url,) in told))
    raise AssertionError(f"nobody crawls {name}")


def publish(paper: Paper, name: str, host: str) -> list[str]:
    """A paper of some stories; their paths."""
    paths = [f"/{name}/lantern-case-number-{1001 + number}" for number in range(STORIES)]
    for number, path in enumerate(paths):
        words = f"<p>{name} tells of case {number} that {a_story('x')[-300:]}</p>" * 3
        paper.pages[path] = Answer(a_story(f"{name} lantern case {number}", words=words))
    paper.pages[f"/{name}/"] = Answer("".join(f'<a href="{path}">A story</a>' for path in paths))
    paper.declare(
        name,
        host=host,
        domains=(host,),
        sections=(f"{paper.url(host)}/{name}/",),
        article_url=rf"/{name}/[a-z0-9-]+-\d{{4,6}}",
        more=TOLD.format(hosts=HOSTS, delay=DELAY),
    )
    return paths


def group_of(host: str) -> str:
    """Whoever shares it is never asked at once."""
    return "one server" if host in GROUPED else site_of(f"http://{host}/")


def rests(requests: list[Request]) -> list[tuple[float, bool]]:
    """Seconds between the end of an answer and the next request; is that of one who could know
    what robots.txt says? Each of two papers asks for it, on one machine, too."""
    ordered = sorted(requests, key=lambda request: request.began)
    return [
        (later.began - earlier.ended, {earlier.path, later.path} != {"/robots.txt"})
        for earlier, later in pairwise(ordered)
    ]


def test_no_host_is_hurried_no_address_asked_twice_and_no_story_lost(tmp_path: Path) -> None:
    paper, kills = Paper(tmp_path), list[Kill]()
    paper.names = tuple(HOSTS)
    with serve(paper):
        stories: dict[str, list[str]] = {}
        for number, host in enumerate(HOSTS):
            for which in "ab":
                stories[f"p{number:02}{which}"] = publish(paper, f"p{number:02}{which}", host)
        paper.pages["/robots.txt"] = Answer("User-agent: *\nDisallow: /members/\n")
        robots = f"User-agent: *\nCrawl-delay: {CRAWL_DELAY}\n"
        paper.pages[f"//{SLOW}/robots.txt"] = Answer(robots)

        def kill_at(path: str, name: str) -> None:
            page = paper.pages[path]
            assert isinstance(page, Answer)

            def answer(asked: int) -> Answer:
                if not asked:
                    kills.append(kill_crawl_of(tmp_path, name))
                return page

            paper.pages[path] = answer

        kill_at(stories["p05b"][-1], "p05b")
        kill_at(stories["p08a"][1], "p08a")
        kill_at("/p07a/", "p07a")
        groups = "".join(f'[source.p{n:02}a]\ngroup = "one server"\n' for n in range(len(GROUPED)))
        (tmp_path / "tradepress.toml").write_text(f'[sources]\nfolder = "spiders"\n{groups}')
        command = ("crawl", *stories, "--no-trial", "--local", "4")
        done = paper.run(*command, timeout=900)
    assert done.returncode == 0, done.stderr
    assert "Run 1: 120 URLs" in done.stdout
    assert len(kills) == 3

    # All stories, once.
    everything = sorted(path for paths in stories.values() for path in paths)
    assert paper.outcomes() == {("stored", None): len(everything)}
    kept = paper.rows("SELECT url FROM articles")
    assert sorted(url.partition(f":{paper.port}")[2] for (url,) in kept) == everything
    assert paper.rows("SELECT urls, stored, state FROM runs WHERE kind = 'crawl'") == [
        (120, 120, "done")
    ]
    assert not [*tmp_path.glob("archive.shards*")]
    assert verify(tmp_path / "archive.db", history=True).findings == []

    # No address twice, but for what was in hand as the worker was killed: the request that was
    # under way, and pages whose commit had not come yet.
    asked = Counter(paper.stories())
    assert sorted(asked) == everything
    in_hand: set[str] = set()
    for kill in kills:
        of_site = [one for one in paper.requests if group_of(one.host) == group_of(kill.host)]
        before = {paper.url(one.host) + one.path for one in of_site if one.began < kill.at}
        after = {paper.url(one.host) + one.path for one in of_site if one.began > kill.at}
        assert kill.committed.isdisjoint(after)
        in_hand |= {url.partition(f":{paper.port}")[2] for url in before - kill.committed}
    assert {path for path, times in asked.items() if times > 1} <= in_hand
    assert max(asked.values()) <= 2
    assert {path for path, times in asked.items() if times > 1}  # else the kills killed nothing

    # The rest, at each site, over the deaths of those who asked.
    for group in {group_of(host) for host in HOSTS}:
        found = rests([one for one in paper.requests if group_of(one.host) == group])
        assert min(rest for rest, _ in found) >= DELAY
        if group == SLOW:
            assert min(rest for rest, could_know in found if could_know) >= CRAWL_DELAY
