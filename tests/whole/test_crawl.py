"""Real crawls of a small site on loopback, through the command line."""

import gzip
import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT, Answer, Site, Tradepress, a_story, declare, inject, quick_first

from tradepress.source import Furniture

CONTACT = ("--contact", "archive@library.example")


def a_site(site: Site, *, stories: int = 3) -> None:
    """A section page with some stories, and their pages."""
    links = ""
    for number in range(1001, 1001 + stories):
        path = f"/trademark/lantern-case-number-{number}"
        site.pages[path] = Answer(a_story(f"Lantern case {number}"))
        links += f'<li><a href="{path}">Lantern case {number}</a></li>'
    site.pages["/robots.txt"] = Answer("User-agent: *\nDisallow: /members/\n")
    site.pages["/trademark/"] = Answer(
        f"<h1>Trademarks</h1><ul>{links}</ul><a href=/about>About</a>"
    )


def rows(archive: Path, query: str) -> list[tuple[object, ...]]:
    db = sqlite3.connect(archive)
    try:
        return db.execute(query).fetchall()
    finally:
        db.close()


def test_a_crawl_stores_each_story_once_and_a_second_one_nothing(
    site: Site, spiders: Path, tradepress: Tradepress, tmp_path: Path
) -> None:
    a_site(site)
    declare(spiders, "gazette", site.home)
    first = tradepress("crawl", "gazette", *CONTACT, "--no-trial")
    assert first.returncode == 0, first.stderr
    assert "stored        3" in first.stdout
    stored = rows(tmp_path / "archive.db", "SELECT ref, headline, date_published FROM articles")
    assert sorted(stored) == [
        (f"gazette-{number}", f"Lantern case {number}", "2017-08-04")
        for number in (1001, 1002, 1003)
    ]
    asked = len(site.requests)
    second = tradepress("crawl", "gazette", *CONTACT)
    assert second.returncode == 0, second.stderr
    assert site.paths()[asked:] == ["/robots.txt", "/trademark/"]
    assert rows(tmp_path / "archive.db", "SELECT state, urls, stored FROM runs") == [
        ("done", 3, 3),
        ("done", 0, 0),
    ]


@pytest.mark.slow
def test_the_site_is_told_who_crawls_it(site: Site, spiders: Path, tradepress: Tradepress) -> None:
    a_site(site, stories=1)
    declare(spiders, "gazette", site.home)
    tradepress("crawl", "gazette", *CONTACT, "--no-trial")
    agents = {agent for _, agent in site.requests}
    assert len(agents) == 1
    agent = agents.pop()
    assert agent.startswith("Tradepress/")
    assert agent.endswith(" (+archive@library.example)")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["crawl", "gazette"], "must say who runs it"),
        (["crawl", "gazette", "--contact", "me"], "not a mail or web address"),
        (["crawl", "nobody", *CONTACT], "There is no source 'nobody'"),
        (["crawl", "signet", *CONTACT], "bundled sample"),
        (["crawl", "gazette", *CONTACT, "--since", "last week"], "not a date"),
    ],
)
def test_wrong_use_is_told_and_nothing_is_asked_for(
    site: Site,
    spiders: Path,
    tradepress: Tradepress,
    tmp_path: Path,
    arguments: list[str],
    words: str,
) -> None:
    declare(spiders, "gazette", site.home)
    result = tradepress(*arguments)
    assert result.returncode == 2
    assert words in " ".join(result.stderr.split())
    assert "Traceback" not in result.stderr
    assert site.requests == []
    assert not (tmp_path / "archive.db").exists()


def down(site: Site) -> str:
    return "http://127.0.0.1:9"  # the discard port: nothing listens


def forbidden(site: Site) -> str:
    a_site(site)
    site.pages["/robots.txt"] = Answer("User-agent: *\nDisallow: /\n")
    return site.home


def robots_broken(site: Site) -> str:
    a_site(site)
    site.pages["/robots.txt"] = Answer("try later", 503)
    return site.home


def no_story(site: Site) -> str:
    a_site(site)
    site.pages["/trademark/"] = Answer("<h1>Trademarks</h1><a href=/about>About</a>")
    return site.home


def bot_wall(site: Site) -> str:
    a_site(site)
    site.pages["/trademark/"] = Answer("Are you human?", 403)
    return site.home


def moved_section(site: Site) -> str:
    a_site(site)
    del site.pages["/trademark/"]
    return site.home


FAULTS = [
    (down, "refused the connection", "Check the connection"),
    (forbidden, "robots.txt forbids", "leave it out or ask the publisher"),
    (robots_broken, "robots.txt answered 503", "try again in an hour"),
    (no_story, "no link on", "sources check gazette"),
    (bot_wall, "answered 403", "ask the publisher for permission"),
    (moved_section, "answered 404", "The section has moved"),
]


@pytest.mark.parametrize(("fault", "cause", "mend"), quick_first(FAULTS, 2))
def test_a_source_that_cannot_be_crawled_is_told_in_one_line(
    site: Site, spiders: Path, tradepress: Tradepress, tmp_path: Path, fault, cause: str, mend: str
) -> None:
    declare(spiders, "gazette", fault(site))
    result = tradepress("crawl", "gazette", *CONTACT)
    assert result.returncode == 4
    lines = result.stderr.strip().splitlines()
    assert len(lines) == 1, result.stderr
    assert lines[0].startswith("gazette: ")
    assert cause in lines[0]
    assert mend in lines[0]
    assert not list(tmp_path.glob("archive.db*"))
    assert not (tmp_path / "archive.captures").exists()


@pytest.mark.slow
def test_a_crawl_without_captures_keeps_no_raw_page(
    site: Site, spiders: Path, tradepress: Tradepress, tmp_path: Path
) -> None:
    a_site(site)
    declare(spiders, "gazette", site.home)
    assert tradepress("crawl", "gazette", *CONTACT, "--no-trial", "--no-captures").returncode == 0
    assert rows(tmp_path / "archive.db", "SELECT count(capture_id), count(*) FROM versions") == [
        (0, 3)
    ]
    assert not (tmp_path / "archive.captures").exists()
    assert tradepress("verify", "--history").returncode == 0


@pytest.mark.slow
@pytest.mark.parametrize(("fault", "cause", "mend"), FAULTS)
def test_an_archive_that_exists_gets_a_run_that_tells_why(
    site: Site, spiders: Path, tradepress: Tradepress, tmp_path: Path, fault, cause: str, mend: str
) -> None:
    a_site(site)
    declare(spiders, "gazette", site.home)
    assert tradepress("crawl", "gazette", *CONTACT, "--no-trial").returncode == 0
    declare(spiders, "courier", fault(site))
    assert tradepress("crawl", "courier", *CONTACT).returncode == 4
    last = json.loads(tradepress("runs", "--json").stdout)[0]
    assert (last["state"], last["exit_code"]) == ("failed", 4)
    assert last["reason"].startswith("courier: ")
    assert cause in last["reason"]
    assert rows(tmp_path / "archive.db", "SELECT count(*) FROM articles") == [(3,)]


@pytest.mark.slow
def test_a_killed_run_is_told_and_the_next_one_tidies_up(
    site: Site, spiders: Path, tradepress: Tradepress, tmp_path: Path
) -> None:
    a_site(site)
    declare(spiders, "gazette", site.home)
    assert tradepress("crawl", "gazette", *CONTACT, "--no-trial").returncode == 0
    db = sqlite3.connect(tmp_path / "archive.db")
    db.execute(
        "INSERT INTO runs (kind, command, version, started) "
        "VALUES ('crawl', 'crawl', '0', '2026-01-01')"
    )
    db.commit()
    db.close()
    assert json.loads(tradepress("runs", "--json").stdout)[0]["state"] == "killed"
    assert tradepress("crawl", "gazette", *CONTACT).returncode == 0
    states = [row["state"] for row in json.loads(tradepress("runs", "--json").stdout)]
    assert states == ["done", "interrupted", "done"]


@pytest.mark.slow
def test_some_sources_failing_is_exit_1(
    site: Site, spiders: Path, tradepress: Tradepress, tmp_path: Path
) -> None:
    a_site(site)
    declare(spiders, "gazette", site.home)
    declare(spiders, "courier", down(site))
    result = tradepress("crawl", "gazette", "courier", *CONTACT, "--no-trial")
    assert result.returncode == 1
    assert result.stderr.startswith("courier: ")
    assert rows(tmp_path / "archive.db", "SELECT count(*) FROM articles") == [(3,)]


@pytest.mark.slow
def test_a_story_that_fails_is_named_and_asked_for_again(
    site: Site, spiders: Path, tradepress: Tradepress, tmp_path: Path
) -> None:
    a_site(site)
    good = site.pages["/trademark/lantern-case-number-1002"]
    site.pages["/trademark/lantern-case-number-1002"] = Answer("no", 403)
    declare(spiders, "gazette", site.home)
    first = tradepress("crawl", "gazette", *CONTACT, "--no-trial")
    assert first.returncode == 1
    assert "(the site turned us away (HTTP 403): 1)" in first.stderr
    site.pages["/trademark/lantern-case-number-1002"] = good
    assert tradepress("crawl", "gazette", *CONTACT).returncode == 0
    assert rows(tmp_path / "archive.db", "SELECT count(*) FROM articles") == [(3,)]


@pytest.mark.slow
def test_the_first_crawl_is_a_trial(
    site: Site, spiders: Path, tradepress: Tradepress, tmp_path: Path
) -> None:
    a_site(site, stories=30)
    declare(spiders, "gazette", site.home)
    trial = tradepress("crawl", "gazette", *CONTACT)
    assert trial.returncode == 0, trial.stderr
    assert len(site.requests) == 20
    assert "30 links have the form of a story" in trial.stdout
    assert "/about" in trial.stdout
    assert "17 stories read" in trial.stdout
    assert "headline 17, body 17, date_published 17, authors 0" in trial.stdout
    assert "full text 17, teaser 0" in trial.stdout
    assert "tradepress crawl gazette --no-trial" in trial.stdout
    again = tradepress("crawl", "gazette", *CONTACT)
    assert "Trial of gazette" in again.stdout
    assert len(site.requests) <= 40
    assert tradepress("crawl", "gazette", *CONTACT, "--no-trial").returncode == 0
    assert rows(tmp_path / "archive.db", "SELECT count(*) FROM articles") == [(30,)]
    remembered = tradepress("crawl", "gazette", *CONTACT)
    assert "Trial" not in remembered.stdout


@pytest.mark.slow
def test_a_second_trial_with_nothing_new_says_so(
    site: Site, spiders: Path, tradepress: Tradepress
) -> None:
    a_site(site)
    declare(spiders, "gazette", site.home)
    assert "3 stories read" in tradepress("crawl", "gazette", *CONTACT).stdout
    again = tradepress("crawl", "gazette", *CONTACT)
    assert again.returncode == 0, again.stderr
    assert "Trial of gazette: nothing is new, and no story is due." in again.stdout
    assert "tradepress crawl gazette --no-trial" in again.stdout
    assert "to mend" not in again.stdout
    assert "!" not in again.stdout


@pytest.mark.slow
def test_a_trial_without_a_story_shows_the_links_it_saw(
    site: Site, spiders: Path, tradepress: Tradepress
) -> None:
    declare(spiders, "gazette", no_story(site))
    trial = tradepress("crawl", "gazette", *CONTACT)
    assert trial.returncode == 4
    assert "0 links have the form of a story" in trial.stdout
    assert "/about" in trial.stdout
    assert "--no-trial" not in trial.stdout


@pytest.mark.slow
def test_a_trial_names_a_wall_before_every_story(
    site: Site, spiders: Path, tradepress: Tradepress
) -> None:
    a_site(site)
    for path in [path for path in site.pages if "lantern" in path]:
        teaser = (
            "<p>A maker of lanterns has lost its appeal over the shape of a handle…</p>"
            "<div><p>Already registered?</p><p>Login to your account</p></div>"
        )
        site.pages[path] = Answer(a_story(f"Lantern {path[-4:]}", words=teaser))
    declare(spiders, "gazette", site.home)
    trial = tradepress("crawl", "gazette", *CONTACT)
    assert "full text 0, teaser 3" in trial.stdout
    assert "! every story stands behind a wall" in trial.stdout


@pytest.mark.slow
def test_a_verified_source_needs_no_trial(
    site: Site, spiders: Path, tradepress: Tradepress, tmp_path: Path
) -> None:
    a_site(site, stories=30)
    declare(spiders, "gazette", site.home)
    spider = spiders / "gazette.py"
    spider.write_text(
        spider.read_text().replace(
            "name='gazette'", "name='gazette', verified=datetime.date(2026, 1, 1)"
        )
    )
    assert "Trial" not in tradepress("crawl", "gazette", *CONTACT).stdout
    assert rows(tmp_path / "archive.db", "SELECT count(*) FROM articles") == [(30,)]


def test_no_private_address_is_dialled(
    site: Site, spiders: Path, tradepress: Tradepress, tmp_path: Path
) -> None:
    a_site(site)
    declare(spiders, "gazette", site.home)
    result = tradepress("crawl", "gazette", *CONTACT, TRADEPRESS_ALLOW_ADDRESSES="")
    assert result.returncode == 4
    assert "not a public address" in result.stderr
    assert site.requests == []


@pytest.mark.parametrize("host", ["localhost", "127.1", "2130706433", "0x7f000001"])
def test_no_name_or_redirect_leads_to_a_private_address(
    site: Site, spiders: Path, tradepress: Tradepress, host: str
) -> None:
    home = f"http://{host}:{site.port}"
    declare(spiders, "gazette", home, domains=(host,))
    result = tradepress("crawl", "gazette", *CONTACT, TRADEPRESS_ALLOW_ADDRESSES="127.0.0.99")
    assert result.returncode == 4
    assert site.requests == []


@pytest.mark.slow
def test_a_redirect_off_the_site_is_not_followed(
    site: Site, spiders: Path, tradepress: Tradepress, tmp_path: Path
) -> None:
    a_site(site)
    elsewhere = f"http://localhost:{site.port}/trademark/lantern-case-number-1001"
    site.pages["/trademark/lantern-case-number-1002"] = Answer("", 302, {"Location": elsewhere})
    declare(spiders, "gazette", site.home)
    tradepress("crawl", "gazette", *CONTACT, "--no-trial")
    assert rows(
        tmp_path / "archive.db", "SELECT outcome, reason FROM urls WHERE url LIKE '%1002'"
    ) == [("rejected", "offsite")]


def test_disallowed_stories_are_not_asked_for(
    site: Site, spiders: Path, tradepress: Tradepress, tmp_path: Path
) -> None:
    a_site(site)
    site.pages["/robots.txt"] = Answer("User-agent: Tradepress\nDisallow: /trademark/*1003\n")
    declare(spiders, "gazette", site.home)
    assert tradepress("crawl", "gazette", *CONTACT, "--no-trial").returncode == 0
    assert "/trademark/lantern-case-number-1003" not in site.paths()
    assert rows(
        tmp_path / "archive.db", "SELECT outcome, reason FROM urls WHERE url LIKE '%1003'"
    ) == [("rejected", "robots")]


@pytest.mark.slow
def test_a_busy_site_is_left_alone_until_it_said(
    site: Site, spiders: Path, tradepress: Tradepress, tmp_path: Path
) -> None:
    a_site(site)
    site.pages["/trademark/lantern-case-number-1002"] = Answer("", 429, {"Retry-After": "3000"})
    declare(spiders, "gazette", site.home)
    assert tradepress("crawl", "gazette", *CONTACT, "--no-trial").returncode == 0
    assert site.paths().count("/trademark/lantern-case-number-1002") == 1
    assert rows(
        tmp_path / "archive.db", "SELECT outcome, reason FROM urls WHERE url LIKE '%1002'"
    ) == [("deferred", "http_429")]
    tradepress("crawl", "gazette", *CONTACT)
    assert site.paths().count("/trademark/lantern-case-number-1002") == 1


@pytest.mark.slow
def test_sample_and_real_stories_do_not_mix(
    site: Site, spiders: Path, tradepress: Tradepress, tmp_path: Path
) -> None:
    a_site(site)
    declare(spiders, "gazette", site.home)
    assert tradepress("crawl", "gazette", *CONTACT, "--no-trial").returncode == 0
    before = rows(tmp_path / "archive.db", "SELECT ref FROM articles")
    result = tradepress("demo")
    assert result.returncode == 3
    assert "--archive" in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    assert rows(tmp_path / "archive.db", "SELECT ref FROM articles") == before


def scrapy(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith("TRADEPRESS_")
    }
    return subprocess.run(
        [sys.executable, "-m", "scrapy", *arguments],
        cwd=cwd,
        env=inherited | environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


WITH_SCRAPY = """
import sys
import tradepress.spiders
tradepress.spiders.__path__.append(sys.argv.pop(1))
from scrapy.cmdline import execute
execute(["scrapy", *sys.argv[1:]])
"""


@pytest.mark.slow
def test_scrapy_crawl_stores_and_keeps_the_ledger(
    site: Site, spiders: Path, tmp_path: Path
) -> None:
    a_site(site)
    declare(spiders, "gazette", site.home)
    result = subprocess.run(
        [sys.executable, "-c", WITH_SCRAPY, str(spiders), "crawl", "gazette", "-a", "no_trial=1"],
        cwd=ROOT,
        env=os.environ
        | {
            "TRADEPRESS_ARCHIVE": str(tmp_path / "archive.db"),
            "TRADEPRESS_CONTACT": "archive@library.example",
            "TRADEPRESS_ALLOW_ADDRESSES": "127.0.0.1",
        },
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert rows(tmp_path / "archive.db", "SELECT state, urls, stored FROM runs") == [("done", 3, 3)]


@pytest.mark.slow
def test_compressed_captures_can_be_read_again(
    site: Site, spiders: Path, tradepress: Tradepress, tmp_path: Path
) -> None:
    a_site(site, stories=1)
    path = "/trademark/lantern-case-number-1001"
    page = str(site.pages[path].body)
    site.pages[path] = Answer(gzip.compress(page.encode()), 200, {"Content-Encoding": "gzip"})
    declare(spiders, "gazette", site.home)
    assert tradepress("crawl", "gazette", *CONTACT, "--no-trial").returncode == 0
    [warc] = (tmp_path / "archive.captures").iterdir()
    again = tradepress("ingest", str(warc), "--archive", "again.db", "--source", "gazette")
    assert again.returncode == 0, again.stdout
    bodies = [
        rows(tmp_path / name, "SELECT body FROM articles") for name in ("archive.db", "again.db")
    ]
    assert bodies[0] == bodies[1]


@pytest.mark.slow
def test_half_a_page_is_no_story(
    site: Site, spiders: Path, tradepress: Tradepress, tmp_path: Path
) -> None:
    a_site(site, stories=2)
    path = "/trademark/lantern-case-number-1001"
    whole = gzip.compress(str(site.pages[path].body).encode())
    site.pages[path] = Answer(whole[: len(whole) * 2 // 3], 200, {"Content-Encoding": "gzip"})
    declare(spiders, "gazette", site.home)
    result = tradepress("crawl", "gazette", *CONTACT, "--no-trial")
    assert result.returncode == 1
    assert "(the answer broke off: 1)" in result.stderr
    assert rows(tmp_path / "archive.db", "SELECT ref FROM articles") == [("gazette-1002",)]


@pytest.mark.slow
def test_a_lasting_304_behind_a_redirect_ends(
    site: Site, spiders: Path, tradepress: Tradepress, tmp_path: Path
) -> None:
    a_site(site, stories=2)
    site.pages["/trademark/lantern-case-number-1001"] = Answer(
        "", 302, {"Location": "/trademark/odd-page-9999"}
    )
    site.pages["/trademark/odd-page-9999"] = Answer("", 304)
    declare(spiders, "gazette", site.home)
    assert tradepress("crawl", "gazette", *CONTACT, "--no-trial").returncode == 1
    assert site.paths().count("/trademark/odd-page-9999") == 1
    assert rows(
        tmp_path / "archive.db", "SELECT outcome, reason FROM urls WHERE url LIKE '%1001'"
    ) == [("failed", "http_304")]


@pytest.mark.slow
def test_a_disk_that_takes_no_more_stops_the_crawl(
    site: Site, spiders: Path, tradepress: Tradepress, tmp_path: Path
) -> None:
    a_site(site, stories=400)
    (tmp_path / "archive.captures").write_text("a file where the folder should be")
    declare(spiders, "gazette", site.home)
    result = tradepress("crawl", "gazette", *CONTACT, "--no-trial")
    assert result.returncode == 3
    assert len(result.stderr.strip().splitlines()) == 1, result.stderr
    assert len(site.requests) < 400


@pytest.mark.slow
def test_one_busy_answer_pauses_the_whole_host(
    site: Site, spiders: Path, tradepress: Tradepress, tmp_path: Path
) -> None:
    a_site(site, stories=20)
    for path in [path for path in site.pages if "lantern" in path]:
        site.pages[path] = Answer("", 429, {"Retry-After": "600"})
    declare(spiders, "gazette", site.home)
    result = tradepress("crawl", "gazette", *CONTACT, "--no-trial")
    assert result.returncode == 1
    assert "not one story could be read" in result.stderr
    assert len([path for path in site.paths() if "lantern" in path]) <= 4
    assert rows(tmp_path / "archive.db", "SELECT DISTINCT outcome FROM urls") == [("deferred",)]


@pytest.mark.slow
def test_what_was_rejected_is_looked_at_again_later(
    site: Site, spiders: Path, tradepress: Tradepress, tmp_path: Path
) -> None:
    a_site(site)
    site.pages["/trademark/lantern-case-number-1002"] = Answer(
        "<title>Just a moment...</title><h1>Just a moment...</h1><p>Checking your browser</p>"
    )
    declare(spiders, "gazette", site.home)
    assert tradepress("crawl", "gazette", *CONTACT, "--no-trial").returncode == 0
    [(outcome, state, next_due)] = rows(
        tmp_path / "archive.db", "SELECT outcome, state, next_due FROM urls WHERE url LIKE '%1002'"
    )
    assert (outcome, state) == ("rejected", "due")
    assert next_due


@pytest.mark.slow
def test_seeds_that_fail_beside_working_ones_are_told(
    site: Site, spiders: Path, tradepress: Tradepress
) -> None:
    a_site(site)
    site.pages["/rss"] = Answer("")
    declare(spiders, "gazette", site.home, feeds=(f"{site.home}/rss", f"{site.home}/feed"))
    result = tradepress("crawl", "gazette", *CONTACT, "--no-trial")
    assert result.returncode == 0
    lines = result.stderr.strip().splitlines()
    assert len(lines) == 2
    assert any("/rss gave nothing (this is not a feed)" in line for line in lines)
    assert any("/feed gave nothing (127.0.0.1 answered 404)" in line for line in lines)


STORY = a_story("Lantern case")
ATTRIBUTES = " ".join(f'a{number}="1"' for number in range(40_000))
HOSTILE_STORIES = {
    "/trademark/many-attributes-2001": f"<p {ATTRIBUTES}>{STORY}",
    "/trademark/nested-tags-2002": "<div>" * 100_000 + STORY,
    "/trademark/blocks-of-json-2003": STORY
    + '<script type="application/ld+json">{"@type": "NewsArticle"}</script>' * 10_000,
    "/trademark/large-page-2004": STORY + "<p>A lantern may be green.</p>" * 1_600_000,
    "/trademark/bombs-of-gzip-2005": gzip.compress(b" " * 100_000_000),
}


@pytest.mark.slow
def test_hostile_pages_cost_only_themselves(
    site: Site, spiders: Path, tradepress: Tradepress, tmp_path: Path
) -> None:
    a_site(site, stories=9)
    good = [path for path in site.pages if "lantern" in path]
    hostile = list(HOSTILE_STORIES)
    for path, page in HOSTILE_STORIES.items():
        encoding = {"Content-Encoding": "gzip"} if isinstance(page, bytes) else {}
        site.pages[path] = Answer(page, 200, encoding)
    mixed = [*good[:3], *hostile[:2], *good[3:6], *hostile[2:], *good[6:]]
    links = "".join(f"<a href={path}>A story</a>" for path in mixed)
    site.pages["/trademark/"] = Answer(links)
    declare(spiders, "gazette", site.home)
    result = tradepress("crawl", "gazette", *CONTACT, "--no-trial")
    assert result.returncode == 0, result.stderr
    found = rows(
        tmp_path / "archive.db", "SELECT url, outcome, reason FROM urls ORDER BY outcome, url"
    )
    reasons = {str(url).removeprefix(site.home): reason for url, _, reason in found[:5]}
    assert [outcome for _, outcome, _ in found] == ["rejected"] * 5 + ["stored"] * 9
    assert reasons.keys() == HOSTILE_STORIES.keys()
    assert reasons["/trademark/many-attributes-2001"] == "too_complex"
    assert reasons["/trademark/nested-tags-2002"] in ("too_complex", "empty", "no_body")
    assert reasons["/trademark/blocks-of-json-2003"] == "too_complex"
    assert reasons["/trademark/large-page-2004"] == "too_large"
    assert reasons["/trademark/bombs-of-gzip-2005"] == "too_large"
    assert rows(tmp_path / "archive.db", "SELECT count(*) FROM articles") == [(9,)]


@pytest.mark.slow
def test_hostile_seeds_cost_only_themselves(
    site: Site, spiders: Path, tradepress: Tradepress, tmp_path: Path
) -> None:
    a_site(site)
    site.pages["/brands/"] = Answer(f"<a {ATTRIBUTES}>A story</a>")
    site.pages["/rss"] = Answer(f'<rss version="2.0"><channel {ATTRIBUTES}></channel></rss>')
    site.pages["/sitemap.xml"] = Answer("<urlset>" + " " * 53_000_000 + "</urlset>")
    declare(
        spiders,
        "gazette",
        site.home,
        sections=(f"{site.home}/brands/", f"{site.home}/trademark/"),
        feeds=(f"{site.home}/rss",),
        sitemaps=(f"{site.home}/sitemap.xml",),
    )
    result = tradepress("crawl", "gazette", *CONTACT, "--no-trial")
    assert result.returncode == 0, result.stderr
    assert len(result.stderr.splitlines()) == 3, result.stderr
    assert rows(
        tmp_path / "archive.db",
        "SELECT kind, outcome, reason FROM fetches WHERE url_id IS NULL "
        "AND kind NOT IN ('robots', 'tdmrep') ORDER BY kind, outcome",
    ) == [
        ("feed", "rejected", "too_complex"),
        ("section", "read", None),
        ("section", "rejected", "too_complex"),
        ("sitemap", "rejected", "too_large"),
    ]
    assert rows(tmp_path / "archive.db", "SELECT count(*) FROM articles") == [(3,)]


@pytest.mark.slow
def test_a_page_on_which_a_rule_never_ends_is_given_up(
    site: Site, spiders: Path, tradepress: Tradepress, tmp_path: Path
) -> None:
    a_site(site)
    path = "/trademark/lantern-case-number-1002"
    site.pages[path] = Answer(a_story("Lantern case 1002", words=f"<p>{'a' * 60}c</p>"))
    declare(spiders, "gazette", site.home, furniture=(Furniture(pattern="(a+)+b"),))
    result = tradepress("crawl", "gazette", *CONTACT, "--no-trial")
    assert result.returncode == 0, result.stderr
    assert rows(tmp_path / "archive.db", "SELECT outcome, reason FROM urls ORDER BY url") == [
        ("stored", None),
        ("rejected", "too_complex"),
        ("stored", None),
    ]
    (tmp_path / "page.html").write_text(str(site.pages[path].body))
    told = tradepress("extract", "page.html", "--source", "gazette")
    assert told.returncode == 1
    assert told.stderr == (
        "Error: page.html is not a story: "
        "too_complex: it could not be read within 10 seconds of CPU time\n"
    )


@pytest.mark.slow
def test_a_defect_on_a_page_is_in_the_ledger(
    site: Site, spiders: Path, tradepress: Tradepress, tmp_path: Path
) -> None:
    a_site(site)
    declare(spiders, "gazette", site.home, section_names=(3,))  # no declaration can say everything
    result = tradepress("crawl", "gazette", *CONTACT, "--no-trial")
    assert result.returncode == 1
    assert len(result.stderr.splitlines()) == 1, result.stderr
    [(outcome, reason)] = rows(tmp_path / "archive.db", "SELECT DISTINCT outcome, reason FROM urls")
    assert outcome == "failed"
    assert "Error" in str(reason)


NO_MORE_PROCESSES = """
import multiprocessing.util

def refuse(*_):
    raise BlockingIOError(11, "Resource temporarily unavailable")

multiprocessing.util.spawnv_passfds = refuse
"""


@pytest.mark.slow
def test_a_crawl_that_may_start_no_process_stops_and_loses_nothing(
    site: Site, spiders: Path, tradepress: Tradepress, tmp_path: Path
) -> None:
    a_site(site, stories=30)
    declare(spiders, "gazette", site.home)
    assert tradepress("crawl", "gazette", *CONTACT, "--no-trial", "--limit", "3").returncode == 0
    inject(spiders, "gazette", NO_MORE_PROCESSES)
    asked = len(site.requests)
    stopped = tradepress("crawl", "gazette", *CONTACT)
    assert stopped.returncode in (1, 4)
    assert "the processes that read pages don't work" in stopped.stdout
    assert "Resource temporarily unavailable" in stopped.stdout
    assert "Traceback" not in stopped.stderr
    assert len(site.requests) < asked + 20
    inject(spiders, "gazette", "")
    assert tradepress("crawl", "gazette", *CONTACT).returncode == 0
    assert rows(tmp_path / "archive.db", "SELECT state FROM runs ORDER BY id") == [
        ("done",),
        ("interrupted",),
        ("done",),
    ]
    assert rows(tmp_path / "archive.db", "SELECT count(*) FROM articles") == [(30,)]
    assert rows(tmp_path / "archive.db", "SELECT DISTINCT outcome FROM urls") == [("stored",)]


@pytest.mark.slow
def test_scrapys_own_commands_work() -> None:
    result = scrapy("list", cwd=ROOT)
    assert result.returncode == 0, result.stderr
    assert {"wipr", "tbo", "lsipr"} <= set(result.stdout.split())


@pytest.mark.slow
def test_scrapy_crawl_needs_a_contact_too(tmp_path: Path) -> None:
    result = scrapy("crawl", "wipr", cwd=ROOT, TRADEPRESS_ARCHIVE=str(tmp_path / "archive.db"))
    assert result.returncode == 2
    assert "must say who runs it" in result.stderr + result.stdout
    assert not (tmp_path / "archive.db").exists()


def test_one_page_is_read_from_the_web_under_the_same_conduct(
    site: Site, spiders: Path, tradepress: Tradepress, tmp_path: Path
) -> None:
    a_site(site)
    declare(spiders, "gazette", site.home)
    url = f"{site.home}/trademark/lantern-case-number-1001"
    assert tradepress("extract", url).returncode == 2
    assert site.requests == []
    result = tradepress("extract", url, *CONTACT, "--json")
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout)["ref"] == "gazette-1001"
    assert site.paths() == ["/robots.txt", "/trademark/lantern-case-number-1001"]
    site.pages["/robots.txt"] = Answer("User-agent: *\nDisallow: /\n")
    refused = tradepress("extract", url, *CONTACT)
    assert refused.returncode == 1
    assert "robots.txt forbids" in refused.stderr
    assert not list(tmp_path.glob("archive.db*"))
