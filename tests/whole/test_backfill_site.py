"""Back-fill from a paper's own sections and sitemaps: to the last page, and nothing twice."""

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, Answer, Site, Tradepress, a_story, declare, inject
from sites import blogger_paper, wordpress_paper

from tradepress.discovery.wordpress_posts import posts_at

pytestmark = pytest.mark.slow

VERIFIED = date(2026, 1, 5)
CONTACT = ("--contact", "archive@library.example")
Backfill = Callable[..., "subprocess.CompletedProcess[str]"]
# In the process of a back-fill. This one does not ask far ahead of what it stores.
FEW_AHEAD = """
import tradepress.crawling.scrapy_settings

tradepress.crawling.scrapy_settings.SCRAPER_SLOT_MAX_ACTIVE_SIZE = 20_000
"""
# This one waits for what is in hand however long that takes.
PATIENT = """
import tradepress.jobs.crawl

tradepress.jobs.run_crawlers.STOP_SECONDS = 300
"""


@pytest.fixture
def backfill(tradepress: Tradepress) -> Backfill:
    def run(*options: str, way: str = "sections") -> "subprocess.CompletedProcess[str]":
        return tradepress("backfill", "gazette", "--from", way, "--yes", *CONTACT, *options)

    return run


def rows(folder: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(folder / "archive.db")) as db:
        return db.execute(query).fetchall()


def stories(folder: Path) -> int:
    ((count,),) = rows(folder, "SELECT count(*) FROM articles")
    return int(count)


class Killing(dict[str, Answer]):
    """Pages of a site that kills, or stops, whoever asks for some of them for the first time."""

    def __init__(
        self,
        pages: dict[str, Answer],
        folder: Path,
        *paths: str,
        by: signal.Signals = signal.SIGKILL,
    ) -> None:
        super().__init__(pages)
        self.folder = folder
        self.by = by
        self.paths = {*paths}
        self.answered: Counter[str] = Counter()

    def get(self, path: str, default: object = None) -> Answer:  # type: ignore[override]
        if path in self.paths:
            self.paths.remove(path)
            ((pid,),) = rows(self.folder, "SELECT pid FROM runs WHERE state = 'running'")
            os.kill(pid, self.by)
            if self.by == signal.SIGKILL:
                return Answer()
        self.answered[path] += 1
        return super().get(path, default)  # type: ignore[arg-type, return-value]


def a_path(number: int) -> str:
    return f"/trademark/lantern-case-number-{number}"


def day_of(number: int) -> date:
    return date(2010, 1, 1) + timedelta(days=10 * (number - 1000))


def publish(site: Site, numbers: range, *, on_page: int) -> list[str]:
    """Stories, each ten days after the one before, and a section that lists them with their days,
    the newest first; the paths of its pages."""
    for number in numbers:
        story = a_story(f"Lantern case {number}", f"{day_of(number):%-d %B %Y}")
        site.pages[a_path(number)] = Answer(story)
    newest = sorted(numbers, reverse=True)
    parts = [newest[at : at + on_page] for at in range(0, len(newest), on_page)]
    pages = ["/trademark/", *(f"/trademark/?page={at}" for at in range(2, len(parts) + 1))]
    for page, part, following in zip(pages, parts, [*pages[1:], None], strict=True):
        links = "".join(
            f"<li><a href={a_path(n)}>Case {n}</a> <time>{day_of(n)}</time></li>" for n in part
        )
        link = f"<a rel=next href='{following}'>Next</a>" if following else ""
        site.pages[page] = Answer(f"<h1>News</h1><ul>{links}</ul>{link}")
    return pages


def a_sitemap(site: Site, path: str, stories: list[str]) -> None:
    entries = "".join(f"<url><loc>{site.home}{story}</loc></url>" for story in stories)
    site.pages[path] = Answer(f"<urlset>{entries}</urlset>")


def an_index(site: Site, path: str, sitemaps: list[str]) -> None:
    entries = "".join(f"<sitemap><loc>{site.home}{one}</loc></sitemap>" for one in sitemaps)
    site.pages[path] = Answer(f"<sitemapindex>{entries}</sitemapindex>")


def test_a_walk_of_sixty_pages_survives_kills_and_asks_nothing_twice(
    site: Site, spiders: Path, backfill: Backfill, tradepress: Tradepress, tmp_path: Path
) -> None:
    numbers = range(1001, 1121)
    pages = publish(site, numbers, on_page=2)
    assert len(pages) == 60
    declare(spiders, "gazette", site.home, verified=VERIFIED)
    inject(spiders, "gazette", FEW_AHEAD)
    site.pages = killing = Killing(site.pages, tmp_path, pages[20], pages[41], a_path(1060))
    assert backfill().returncode == -signal.SIGKILL
    crawled = tradepress("crawl", "gazette", "--limit", "3", *CONTACT)  # as on any night between
    assert crawled.returncode == 0, crawled.stderr
    assert stories(tmp_path) == 3
    killing.answered.subtract([*pages[:10], *map(a_path, (1118, 1119, 1120))])
    assert backfill().returncode == -signal.SIGKILL
    assert stories(tmp_path) == 3
    assert backfill().returncode == -signal.SIGKILL
    assert killing.paths == set()
    kept = [
        path
        for (path,) in rows(tmp_path, f"SELECT substr(url, {len(site.home) + 1}) FROM articles")
    ]
    assert 20 < len(kept) < 120
    answered = Counter(killing.answered)
    last = backfill()
    assert last.returncode == 0, last.stderr
    assert last.stderr == ""
    assert f"gazette: {120 - len(kept)} stories: {120 - len(kept)} requests" in last.stdout
    assert stories(tmp_path) == 120
    assert {path: killing.answered[path] for path in pages} == dict.fromkeys(pages, 1)
    asked_last = killing.answered - answered
    assert {path for path in asked_last if "case" in path} == {*map(a_path, numbers)} - {*kept}
    kinds = rows(tmp_path, "SELECT state FROM runs WHERE kind = 'backfill'")
    assert [state for (state,) in kinds] == [*["interrupted"] * 3, "done"]
    shown = tradepress("runs").stdout
    assert "backfill gazette --from sections" in shown


def test_a_stopped_walk_and_stopped_stories_are_gone_on_with(
    site: Site, spiders: Path, backfill: Backfill, tmp_path: Path
) -> None:
    pages = publish(site, range(1001, 1021), on_page=2)
    declare(spiders, "gazette", site.home, verified=VERIFIED)
    inject(spiders, "gazette", PATIENT)
    stops = (pages[4], a_path(1012))
    site.pages = stopping = Killing(site.pages, tmp_path, *stops, by=signal.SIGTERM)
    for _ in stops:
        stopped = backfill()
        assert stopped.returncode == 1, stopped.stderr
        assert "It was stopped before its end (SIGTERM). What was read is kept" in stopped.stdout
    assert 0 < stories(tmp_path) < 20
    last = backfill()
    assert (last.returncode, last.stderr) == (0, "")
    assert stories(tmp_path) == 20
    asked = Counter({path: n for path, n in stopping.answered.items() if "trademark" in path})
    assert asked == Counter([*pages, *map(a_path, range(1001, 1021))])


def test_all_sitemaps_of_an_index_are_read_once(
    site: Site, spiders: Path, backfill: Backfill, tmp_path: Path
) -> None:
    maps = [f"/sitemap-{number}.xml" for number in range(1, 121)]
    for number, path in enumerate(maps, 1001):
        site.pages[a_path(number)] = Answer(a_story(f"Lantern case {number}"))
        a_sitemap(site, path, [a_path(number)])
    an_index(site, "/more.xml", [*maps[60:], "/index.xml"])
    an_index(site, "/index.xml", [*maps[:60], "/more.xml"])
    site.pages["/robots.txt"] = Answer(
        f"User-agent: *\nDisallow: {a_path(1007)}$\n\nSitemap: {site.home}/index.xml\n"
    )
    declare(spiders, "gazette", site.home, verified=VERIFIED)
    site.pages = killing = Killing(site.pages, tmp_path, maps[90])
    assert backfill(way="sitemap").returncode == -signal.SIGKILL
    result = backfill("--limit", "5", way="sitemap")
    assert result.returncode == 0, result.stderr
    assert "gazette: 5 stories: 5 requests" in result.stdout
    asked = Counter({path: n for path, n in killing.answered.items() if path.endswith(".xml")})
    assert asked == Counter(["/index.xml", "/more.xml", *maps])
    assert stories(tmp_path) == 5 - ("robots.txt forbids it: 1" in result.stdout)
    rest = backfill(way="sitemap")  # the listings are not read again before it is done
    assert "gazette: 115 stories: 115 requests" in rest.stdout
    assert (stories(tmp_path), killing.answered[a_path(1007)]) == (119, 0)
    assert not {path for path in asked if killing.answered[path] > asked[path]}


def test_what_is_beyond_the_last_page_ends_a_walk(
    site: Site, spiders: Path, backfill: Backfill, tmp_path: Path
) -> None:
    """It shows the last page for ever, another section nothing, and a third the first page."""
    publish(site, range(1001, 1007), on_page=2)
    pages = site.pages

    class Endless(dict[str, Answer]):
        def get(self, path: str, default: object = None) -> Answer:  # type: ignore[override]
            found = re.fullmatch(r"/(trademark|empty|led-back)/\?page=(\d+)", path)
            if found is None:
                return super().get(path, default)  # type: ignore[arg-type, return-value]
            number = int(found[2])
            if found[1] == "led-back" and number > 3:
                return Answer("", 301, {"Location": "/led-back/"})
            shown = pages[f"/trademark/?page={min(number, 3)}"].body
            if found[1] == "empty" and number > 3:
                shown = "<h1>News</h1>"
            following = f"<a rel=next href='?page={number + 1}'>Next</a>"
            return Answer(re.sub("<a rel=next.*", "", str(shown)) + following)

    for name in ("empty", "led-back"):
        pages[f"/{name}/"] = Answer(str(pages["/trademark/"].body).replace("/trademark/?", "?"))
    sections = tuple(f"{site.home}/{name}/" for name in ("trademark", "empty", "led-back"))
    declare(spiders, "gazette", site.home, sections=sections, verified=VERIFIED)
    site.pages = Endless(pages)
    result = backfill()
    assert result.returncode == 0, result.stderr
    assert stories(tmp_path) == 6
    asked = [path for path in site.paths() if "page=" in path]
    assert sorted(asked) == sorted(
        f"/{name}/?page={number}"
        for name, last in (("trademark", 4), ("empty", 5), ("led-back", 4))
        for number in range(2, last + 1)
    )
    assert "ends early" in result.stderr
    assert rows(tmp_path, "SELECT count(*) FROM seeds WHERE next_url IS NOT NULL") == [(0,)]


def test_days_bound_what_is_asked_for_and_the_rest_is_held(
    site: Site, spiders: Path, backfill: Backfill, tradepress: Tradepress, tmp_path: Path
) -> None:
    pages = publish(site, range(1001, 1031), on_page=2)
    site.pages[a_path(1031)] = Answer(a_story("Lantern case 1031", "5 May 2015"))
    first = site.pages["/trademark/"]
    first.body = f"{first.body}<a href={a_path(1031)}>No day is told of this</a>"
    declare(spiders, "gazette", site.home, verified=VERIFIED)
    result = backfill("--since", str(day_of(1004)), "--until", str(day_of(1008)))
    assert result.returncode == 0, result.stderr
    assert "gazette: 6 stories: 6 requests" in result.stdout
    assert "after 2010-03-22: 1" in result.stdout
    assert stories(tmp_path) == 5
    asked = len(site.requests)
    crawled = tradepress("crawl", "gazette", *CONTACT)
    assert crawled.returncode == 0, crawled.stderr
    news = [path for path in site.paths()[asked:] if "case" in path]
    assert {*news} == {*map(a_path, range(1011, 1031))}  # of the ten pages that a crawl walks
    assert pages[10] not in site.paths()[asked:]
    assert rows(tmp_path, "SELECT count(*) FROM urls WHERE state = 'held'") == [(5,)]


NO = """
import sys
from dataclasses import replace
from pathlib import Path
import tradepress.spiders
tradepress.spiders.__path__.append(sys.argv[1])
from tradepress.configuration import Configuration
from tradepress.declared_sources import source_named
from tradepress.jobs.backfill.backfill_plan import Backfill, Way
from tradepress.jobs.backfill.own_listings import backfill_site
result = backfill_site(
    Backfill(source=source_named("gazette"), way=Way.SECTIONS),
    Configuration(contact="a@library.example", allow_addresses=("127.0.0.1",)),
    archive=Path("archive.db"),
    command="backfill gazette",
    confirm=lambda plan: False,
)
print(result.plan.stories, result.exit_code, *result.troubles)
"""


def test_what_is_not_wanted_is_not_asked_for(
    site: Site, spiders: Path, backfill: Backfill, tmp_path: Path
) -> None:
    pages = publish(site, range(1001, 1007), on_page=2)
    declare(spiders, "gazette", site.home, verified=VERIFIED)
    said = subprocess.run(
        [sys.executable, "-c", NO, str(spiders)],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    assert said.stdout == "6 1 Nothing was fetched: it was not wanted.\n"
    assert site.paths() == ["/robots.txt", *pages]
    result = backfill()
    assert result.returncode == 0, result.stderr
    assert stories(tmp_path) == 6
    assert site.paths().count(pages[0]) == 1


def test_a_page_that_fails_is_asked_for_again_and_once_more_is_passed_over(
    site: Site, spiders: Path, backfill: Backfill, tmp_path: Path
) -> None:
    pages = publish(site, range(1001, 1009), on_page=2)
    broken, site.pages[pages[2]] = site.pages[pages[2]], Answer("out of order", 500)
    declare(spiders, "gazette", site.home, verified=VERIFIED)
    result = backfill()
    assert result.returncode == 1
    assert "Some listings were not walked to their end: run the command again." in result.stderr
    assert (
        f"The section {site.home}{pages[2]} gave nothing (127.0.0.1 answered 500)" in result.stderr
    )
    assert stories(tmp_path) == 4
    again = backfill()
    assert (again.returncode, site.paths().count(pages[0])) == (0, 1), again.stderr
    site.pages[pages[2]] = broken
    result = backfill()
    assert (result.returncode, result.stderr) == (0, "")
    assert stories(tmp_path) == 8
    assert site.paths().count(pages[0]) == 2


@pytest.mark.parametrize("paper", [blogger_paper.blogger_paper, wordpress_paper.wordpress_paper])
def test_a_blog_is_walked_to_its_first_post(
    site: Site, spiders: Path, backfill: Backfill, tmp_path: Path, paper: Callable[[str], Any]
) -> None:
    """One says by numbers how it goes on, the other forbids that and has a list for each month."""
    blog = paper(site.home)
    site.pages = blog.pages
    paths = [story.path for story in blog.stories]
    declare(
        spiders,
        "gazette",
        site.home,
        sections=(blog.start,),
        article_url="|".join(map(re.escape, paths)),
        article_id=None,
        verified=VERIFIED,
    )
    result = backfill()
    assert result.returncode in (0, 1), result.stderr
    assert stories(tmp_path) == len(paths)
    forbidden = [path for path in site.paths() if path.startswith("/search")]
    months = [path for path in site.paths() if re.fullmatch(r"/\d{4}/\d\d/", path)]
    assert forbidden == []
    assert bool(months) == (paper is blogger_paper.blogger_paper)
    assert max(Counter(site.paths()).values()) <= 2  # robots.txt, for the walk and for the stories


def test_what_can_not_be_done_is_told(site: Site, spiders: Path, backfill: Backfill) -> None:
    declare(spiders, "gazette", site.home)
    result = backfill()
    assert result.returncode == 2
    assert "Look at a trial first: `tradepress crawl gazette`" in result.stderr
    declare(
        spiders, "gazette", site.home, verified=VERIFIED, sections=(), feeds=(f"{site.home}/feed",)
    )
    result = backfill()
    assert result.returncode == 2
    assert "gazette declares no section; back-fill it from its sitemaps." in result.stderr
    result = backfill(way="sitemap")
    assert result.returncode == 4
    assert "gazette declares no sitemap, and" in result.stderr
    assert site.paths() == ["/robots.txt"]


def test_a_list_of_posts_ends_where_wordpress_answers_400(
    site: Site, spiders: Path, backfill: Backfill, tradepress: Tradepress, tmp_path: Path
) -> None:
    publish(site, range(1001, 1004), on_page=3)
    posts = posts_at("/wp-json/")
    site.pages[posts] = Answer(json.dumps([{"link": site.home + a_path(n)} for n in (1001, 1003)]))
    site.pages[f"{posts}&page=2"] = Answer("{}", 400)
    declare(spiders, "gazette", site.home, sections=(site.home + posts,), verified=VERIFIED)
    for told in (tradepress("crawl", "gazette", *CONTACT), backfill()):
        assert told.returncode == 0, told.stdout + told.stderr
    assert stories(tmp_path) == 2
    ends = rows(tmp_path, "SELECT kind, outcome, reason FROM fetches WHERE status = 400")
    assert ends == [("section", "read", None)] * 2
