"""Second and later runs over a site on loopback: little is asked for, and no change is missed."""

import gzip
import os
import re
import signal
import sqlite3
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Answer, Site, Tradepress, a_story, declare

pytestmark = pytest.mark.slow

CRAWL = ("crawl", "gazette", "--contact", "archive@library.example", "--no-trial")
SECTIONS = ("trademark", "copyright", "designs", "domains")


def rows(archive: Path, query: str) -> list[tuple[object, ...]]:
    db = sqlite3.connect(archive)
    try:
        found = db.execute(query).fetchall()
        db.commit()
        return found
    finally:
        db.close()


def make_all_due(archive: Path) -> None:
    """Time passes: every kept story is due, and its neighbours in the run log are old."""
    rows(archive, "UPDATE urls SET next_due = '2026-01-01T00:00:00Z' WHERE state = 'due'")


def a_path(section: str, number: int) -> str:
    return f"/{section}/lantern-case-number-{number}"


def publish(site: Site, section: str, numbers: list[int], *, on_page: int = 10) -> None:
    """Stories with their pages, and a section that lists them page by page, newest first."""
    for number in numbers:
        validators = {"ETag": f'"{number}"'} if number % 2 else {"Last-Modified": f"day {number}"}
        site.pages.setdefault(
            a_path(section, number), Answer(a_story(f"Lantern case {number}"), headers=validators)
        )
    newest = sorted(numbers, reverse=True)
    parts = [newest[start : start + on_page] for start in range(0, len(newest), on_page)]
    for at, part in enumerate(parts, 1):
        links = "".join(f"<li><a href={a_path(section, n)}>Case {n}</a></li>" for n in part)
        numbers_below = "".join(
            f"<a href='?page={page}'>{page}</a> " for page in range(1, len(parts) + 1)
        )
        path = f"/{section}/" + (f"?page={at}" if at > 1 else "")
        site.pages[path] = Answer(f"<h1>{section}</h1><ul>{links}</ul>{numbers_below}")


def offer(site: Site, paths: list[str], *, lastmod: str = "2017-08-04") -> None:
    """A feed with the first ten, and a sitemap with all."""
    items = "".join(
        f"<item><link>{site.home}{path}</link><pubDate>Fri, 04 Aug 2017 10:00:00 +0200</pubDate>"
        "</item>"
        for path in paths[:10]
    )
    site.pages["/feed"] = Answer(
        f"<rss version='2.0'><channel><title>G</title>{items}</channel></rss>",
        headers={"ETag": f'"feed {len(paths)}"'},
    )
    entries = "".join(
        f"<url><loc>{site.home}{path}</loc><lastmod>{lastmod if at == 0 else '2017-08-03'}"
        "</lastmod></url>"
        for at, path in enumerate(paths)
    )
    site.pages["/sitemap.xml"] = Answer(
        f"<urlset>{entries}</urlset>", headers={"ETag": f'"map {len(paths)} {lastmod}"'}
    )


def test_a_second_run_asks_for_little_and_keeps_no_version(
    site: Site, spiders: Path, tradepress: Tradepress, tmp_path: Path
) -> None:
    for at, section in enumerate(SECTIONS):
        publish(site, section, list(range(1001 + 100 * at, 1051 + 100 * at)))
    offer(site, [path for path in site.pages if "lantern" in path])
    declare(
        spiders,
        "gazette",
        site.home,
        sections=tuple(f"{site.home}/{section}/" for section in SECTIONS),
        feeds=(f"{site.home}/feed",),
        sitemaps=(f"{site.home}/sitemap.xml",),
        article_url=r"/[a-z]+/[a-z0-9-]+-\d{4,6}",
    )
    archive = tmp_path / "archive.db"
    first = tradepress(*CRAWL)
    assert first.returncode == 0, first.stderr
    assert "stored      200" in first.stdout
    asked = len(site.requests)
    assert asked >= 200 + 4 * 5 + 2
    assert rows(archive, "SELECT kind, found FROM fetches WHERE kind = 'feed'") == [("feed", 10)]
    assert rows(archive, "SELECT DISTINCT walked_at IS NULL, kind FROM seeds ORDER BY 1, 2") == [
        (0, "section"),
        (1, "feed"),
        (1, "sitemap"),
    ]

    second = tradepress(*CRAWL)
    assert second.returncode == 0, second.stderr
    again = site.paths()[asked:]
    assert len(again) <= asked / 10, again
    assert not [path for path in again if "lantern" in path]
    pages = Counter(path.split("/")[1] for path in again)
    assert [pages[section] for section in SECTIONS] == [3, 3, 3, 3]
    assert {"/feed", "/sitemap.xml"} <= set(site.conditional)
    assert rows(archive, "SELECT count(*), max(version) FROM versions") == [(200, 1)]
    assert rows(archive, "SELECT urls, stored FROM runs ORDER BY id DESC LIMIT 1") == [(0, 0)]
    of_sections = (
        "SELECT DISTINCT status, outcome, found > 0 FROM fetches "
        "WHERE kind = 'section' AND run_id ="
    )
    assert rows(archive, f"{of_sections} 2") == [(200, "unchanged", 1)]

    # The first page is as it was, the second is not.
    behind = site.pages["/trademark/?page=2"]
    site.pages["/trademark/?page=2"] = Answer(
        behind.body.replace("<ul>", f"<ul><li><a href={a_path('trademark', 1900)}>Case</a></li>")
    )
    site.pages[a_path("trademark", 1900)] = Answer(a_story("Lantern case 1900"))
    third = tradepress(*CRAWL)
    assert third.returncode == 0, third.stderr
    assert rows(archive, "SELECT count(*) FROM versions") == [(201,)]
    assert {*rows(archive, f"{of_sections} 3")} == {(200, "unchanged", 1), (200, "read", 1)}


@pytest.fixture
def gazette(
    site: Site, spiders: Path, tradepress: Tradepress, tmp_path: Path
) -> Callable[..., Path]:
    """Declare the paper and crawl it once: eight stories, a feed and a sitemap."""

    def crawl(*, stories: int = 8, **fields: object) -> Path:
        publish(site, "trademark", list(range(1001, 1001 + stories)))
        offer(site, [path for path in site.pages if "lantern" in path])
        declare(
            spiders,
            "gazette",
            site.home,
            **{
                "feeds": (f"{site.home}/feed",),
                "sitemaps": (f"{site.home}/sitemap.xml",),
                **fields,
            },
        )
        result = tradepress(*CRAWL)
        assert result.returncode == 0, result.stderr
        return tmp_path / "archive.db"

    return crawl


def still_kept(archive: Path, *, run_id: int) -> set[object]:
    """Addresses of raw pages that a run found as they are kept."""
    revisits = (
        "SELECT url FROM capture_records JOIN captures ON captures.id = capture_id "
        f"WHERE kind = 'revisit' AND capture_records.run_id = {run_id}"
    )
    return {url for (url,) in rows(archive, revisits)}


def test_beside_a_raw_page_stands_what_was_sent_for_it(
    site: Site, gazette: Callable[..., Path]
) -> None:
    archive = gazette()
    requests = (
        'SELECT url, r.file, r."offset", r.length FROM capture_records AS r '
        "JOIN captures ON captures.id = capture_id WHERE kind = 'request' ORDER BY r.id"
    )
    found = rows(archive, requests)
    assert len(found) == len(rows(archive, "SELECT 1 FROM captures")) > 0
    for url, file, offset, length in found:
        with (archive.with_name("archive.captures") / str(file)).open("rb") as stream:
            stream.seek(int(str(offset)))
            record = gzip.decompress(stream.read(int(str(length)))).decode()
        line, *sent = record.split("\r\n\r\n")[1].split("\r\n")
        assert line == f"GET {str(url).removeprefix(site.home)} HTTP/1.1"
        headers = dict(header.split(": ", 1) for header in sent)
        assert headers.keys() == {
            *("Host", "User-Agent", "Accept", "Accept-Language", "Accept-Encoding")
        }
        assert headers["Host"] == site.home.removeprefix("http://")
        assert "archive@library.example" in headers["User-Agent"]


def test_due_stories_are_asked_conditionally_and_every_change_is_found(
    site: Site, tradepress: Tradepress, gazette: Callable[..., Path]
) -> None:
    archive = gazette()
    changed, moved, removed, gone, corrected, *same = [
        a_path("trademark", number) for number in range(1001, 1009)
    ]
    new_place = "/trademark/lantern-case-in-a-new-place-1002"
    site.pages[changed] = Answer(a_story("Lantern case lost on appeal"), headers={"ETag": '"new"'})
    site.pages[new_place] = site.pages[moved]
    site.pages[moved] = Answer("", status=301, headers={"Location": new_place})
    site.pages[removed] = Answer("not here", status=404)
    site.pages[gone] = Answer("gone", status=410)
    page = site.pages[corrected].body
    assert isinstance(page, str)
    notice = "<p>Correction: an earlier version of this story named the wrong court.</p>"
    site.pages[corrected] = Answer(page.replace("</div></article>", f"{notice}</div></article>"))
    make_all_due(archive)
    site.conditional.clear()
    result = tradepress(*CRAWL)
    assert result.returncode == 0, result.stderr
    assert set(same) <= set(site.conditional)
    outcomes = {
        str(url).removeprefix(site.home): (outcome, reason, status)
        for url, outcome, reason, status in rows(
            archive,
            "SELECT url, outcome, reason, status FROM fetches "
            "WHERE run_id = 2 AND url_id IS NOT NULL",
        )
    }
    assert {outcomes[path] for path in same} == {("unchanged", None, 304)}
    assert outcomes[changed] == ("stored", None, 200)
    assert outcomes[corrected] == ("stored", None, 200)
    assert outcomes[removed] == ("unchanged", "gone", 404)
    assert outcomes[gone] == ("unchanged", "gone", 410)
    assert outcomes[moved][0] in ("stored", "unchanged")
    assert {f"{site.home}{path}" for path in same} <= still_kept(archive, run_id=2)
    stories = {
        ref: (version, url, corrections, gone_at is not None)
        for ref, version, url, corrections, gone_at in rows(
            archive, "SELECT ref, version, url, corrections, gone_at FROM articles"
        )
    }
    assert len(stories) == 8
    assert stories["gazette-1001"][0] == 2
    assert stories["gazette-1002"][1] == f"{site.home}{new_place}"
    assert [stories[f"gazette-{number}"][3] for number in (1002, 1003, 1004)] == [0, 1, 1]
    assert "wrong court" in str(stories["gazette-1005"][2])
    assert [stories[f"gazette-{number}"][0] for number in (1006, 1007, 1008)] == [1, 1, 1]

    site.pages[removed] = Answer(a_story("Lantern case 1003"))
    make_all_due(archive)
    assert tradepress(*CRAWL).returncode == 0
    back = "SELECT version, gone_at FROM articles WHERE ref = 'gazette-1003'"
    assert rows(archive, back) == [(1, None)]


def test_what_listings_say_of_the_day_is_evidence_and_the_date_where_a_page_has_none(
    site: Site, gazette: Callable[..., Path]
) -> None:
    undated = Answer(re.sub("<time>.*?</time>", "", a_story("Lantern case without a day")))
    site.pages[a_path("trademark", 1001)] = undated
    # No sitemap: without a delay its stories may be read while the feed is still being parsed.
    archive = gazette(sections=(), sitemaps=())
    listed = "2017-08-04T10:00:00+02:00"
    readings = (
        "SELECT ref, json_extract(evidence, '$.date_published[{}].evidence'), "
        "json_extract(evidence, '$.date_published[{}].value'), articles.date_published "
        "FROM versions JOIN articles ON articles.id = article_id WHERE ref {} 'gazette-1001'"
    )
    # A reading that gave what the column has names no value.
    for place in ("#-1", 0):
        assert rows(archive, readings.format(place, place, "=")) == [
            ("gazette-1001", "feed", None, listed)
        ]
    assert {row[1:] for row in rows(archive, readings.format("#-1", "#-1", "<>"))} == {
        ("feed", listed, "2017-08-04")
    }
    assert rows(archive, "SELECT DISTINCT date_listed, listed_by FROM urls") == [(listed, "feed")]


def test_a_sitemap_that_tells_of_a_change_brings_the_story_at_once(
    site: Site, tradepress: Tradepress, gazette: Callable[..., Path]
) -> None:
    archive = gazette()
    (path,) = [path for path in site.pages if path.endswith("-1001")]
    site.pages[path] = Answer(a_story("Lantern case lost on appeal"), headers={"ETag": '"new"'})
    paths = [path, *(other for other in site.pages if "lantern" in other and other != path)]
    offer(site, paths, lastmod="2099-01-01")
    asked = len(site.requests)
    assert tradepress(*CRAWL).returncode == 0
    assert [path for path in site.paths()[asked:] if "lantern" in path] == [path]
    versions = (
        "SELECT max(versions.version) FROM versions JOIN articles ON articles.id = article_id"
    )
    assert rows(archive, f"{versions} WHERE ref = 'gazette-1001'") == [(2,)]
    asked = len(site.requests)
    assert tradepress(*CRAWL).returncode == 0
    assert not [path for path in site.paths()[asked:] if "lantern" in path]


def test_revisits_are_bounded_and_new_stories_are_not(
    site: Site, tradepress: Tradepress, gazette: Callable[..., Path]
) -> None:
    archive = gazette()
    make_all_due(archive)
    publish(site, "trademark", list(range(1001, 1012)))
    asked = len(site.requests)
    assert tradepress(*CRAWL, TRADEPRESS_REVISITS="3").returncode == 0
    stories = [path[-4:] for path in site.paths()[asked:] if "lantern" in path]
    assert {"1009", "1010", "1011"} < set(stories)
    assert len(stories) == 3 + 3


def test_addresses_on_a_dead_host_take_their_turn_behind_the_others(
    site: Site, tradepress: Tradepress, gazette: Callable[..., Path]
) -> None:
    archive = gazette()
    make_all_due(archive)
    dead = "http://127.0.0.1:1" + a_path("trademark", 1001)
    rows(
        archive,
        f"UPDATE urls SET url = '{dead}', url_key = '{dead}', next_due = '2025-01-01T00:00:00Z' "
        "WHERE url LIKE '%-1001'",
    )
    counts = []
    for _ in range(2):
        asked = len(site.requests)
        tradepress(*CRAWL, TRADEPRESS_REVISITS="1")
        stories = [path for path in site.paths()[asked:] if "lantern" in path]
        counts.append(len([path for path in stories if path != a_path("trademark", 1001)]))
    assert rows(archive, f"SELECT outcome, reason FROM urls WHERE url = '{dead}'") == [
        ("deferred", "refused")
    ]
    assert counts == [0, 1]


def test_an_address_that_fails_is_not_hammered(
    site: Site, tradepress: Tradepress, gazette: Callable[..., Path]
) -> None:
    path = a_path("trademark", 1001)
    site.pages[path] = Answer("no", status=418)
    publish(site, "trademark", list(range(1001, 1009)))
    declare_and_crawl = gazette
    with pytest.raises(AssertionError):  # exit code 1: a story failed
        declare_and_crawl()
    counts = []
    for _ in range(3):
        before = site.paths().count(path)
        tradepress(*CRAWL)
        counts.append(site.paths().count(path) - before)
    assert counts == [1, 0, 0]


def test_more_addresses_than_a_run_takes_are_told_and_taken_in_the_next(
    site: Site, tradepress: Tradepress, gazette: Callable[..., Path], tmp_path: Path
) -> None:
    trap = "/trademark/more/more/more/lantern-case-number-1999"
    publish(site, "trademark", list(range(1001, 1009)))
    listing = site.pages["/trademark/"]
    assert isinstance(listing.body, str)
    archive = gazette(article_url=r"/trademark/.*\d{4}", feeds=(), sitemaps=())
    publish(site, "trademark", list(range(1001, 1017)), on_page=100)
    listing = site.pages["/trademark/"]
    assert isinstance(listing.body, str)
    listing.body += f"<a href={trap}>More</a>"
    for expected in (13, 16):
        result = tradepress(*CRAWL, TRADEPRESS_URLS="5")
        assert result.returncode == 0, result.stderr
        assert rows(archive, "SELECT count(*) FROM articles") == [(expected,)]
        assert "repeated path 1" in result.stderr
        assert ("more new addresses than a run takes 3" in result.stderr) is (expected == 13)
    assert trap not in site.paths()


class Killing(dict[str, Answer]):
    """Pages of a site whose crawler dies when it asks for one of them."""

    def __init__(self, pages: dict[str, Answer], path: str, archive: Path) -> None:
        super().__init__(pages)
        self.path = path
        self.archive = archive

    def get(self, path: str, default: object = None) -> Answer:  # type: ignore[override]
        if path == self.path:
            ((pid,),) = rows(self.archive, "SELECT pid FROM runs WHERE state = 'running'")
            os.kill(int(str(pid)), signal.SIGKILL)
        return super().get(path, default)  # type: ignore[arg-type, return-value]


def test_a_kill_in_the_middle_of_a_walk_hides_no_page(
    site: Site, tradepress: Tradepress, gazette: Callable[..., Path]
) -> None:
    archive = gazette(feeds=(), sitemaps=(), stories=20)
    publish(site, "trademark", list(range(1001, 1071)))
    pages = site.pages
    site.pages = Killing(pages, "/trademark/?page=4", archive)
    assert tradepress(*CRAWL).returncode == -signal.SIGKILL
    known = rows(archive, "SELECT count(*) FROM urls")
    assert known == [(50,)]
    site.pages = pages
    result = tradepress(*CRAWL)
    assert result.returncode == 0, result.stderr
    assert rows(archive, "SELECT count(*) FROM articles") == [(70,)]
    asked = len(site.requests)
    assert tradepress(*CRAWL).returncode == 0
    listings = [path for path in site.paths()[asked:] if path.startswith("/trademark/")]
    assert listings == ["/trademark/", "/trademark/?page=2", "/trademark/?page=3"]


def a_sitemap(site: Site, name: str, numbers: list[int]) -> None:
    for number in numbers:
        site.pages[a_path("trademark", number)] = Answer(a_story(f"Lantern case {number}"))
    entries = "".join(
        f"<url><loc>{site.home}{a_path('trademark', number)}</loc></url>" for number in numbers
    )
    site.pages[name] = Answer(f"<urlset>{entries}</urlset>")


def an_index(site: Site, name: str, sitemaps: dict[str, str | None]) -> None:
    entries = "".join(
        f"<sitemap><loc>{site.home}{path}</loc>"
        + (f"<lastmod>{lastmod}</lastmod>" if lastmod else "")
        + "</sitemap>"
        for path, lastmod in sitemaps.items()
    )
    site.pages[name] = Answer(f"<sitemapindex>{entries}</sitemapindex>")


def test_indexes_are_followed_without_loops_and_old_sitemaps_left_alone(
    site: Site, spiders: Path, tradepress: Tradepress, tmp_path: Path
) -> None:
    an_index(
        site,
        "/index.xml",
        {"/index.xml": None, "/more.xml": None, "/old.xml": "2017-08-04", "/live.xml": None},
    )
    an_index(site, "/more.xml", {"/index.xml": None, "/deep.xml": None, "/deeper.xml": None})
    an_index(site, "/deeper.xml", {"/deepest.xml": None})
    an_index(site, "/deepest.xml", {"/abyss.xml": None})
    for at, name in enumerate(("/old.xml", "/live.xml", "/deep.xml", "/abyss.xml")):
        a_sitemap(site, name, [1001 + 10 * at, 1002 + 10 * at])
    declare(spiders, "gazette", site.home, sections=(), sitemaps=(f"{site.home}/index.xml",))
    first = tradepress(*CRAWL)
    assert first.returncode == 0, first.stderr
    assert "sitemaps too deep in indexes 1" in first.stderr
    asked = Counter(path for path in site.paths() if path.endswith(".xml"))
    names = ("index", "more", "old", "live", "deep", "deeper", "deepest")
    assert asked == {f"/{name}.xml": 1 for name in names}
    assert rows(tmp_path / "archive.db", "SELECT count(*) FROM articles") == [(6,)]
    before = len(site.requests)
    assert tradepress(*CRAWL).returncode == 0
    again = {path for path in site.paths()[before:] if path.endswith(".xml")}
    assert again == {f"/{name}.xml" for name in names if name != "old"}
