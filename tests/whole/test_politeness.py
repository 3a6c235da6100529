"""Politeness measured at the server: real crawls, and the log with times that they leave there.

Only lower bounds are asserted: however slow this machine is, no request may come too soon.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from conftest import Answer
from timed_paper import DELAY, Paper, serve

pytestmark = pytest.mark.slow

HASTY = """
from tradepress.crawling.news_spider import NewsSpider
NewsSpider.custom_settings = {
    "CONCURRENT_REQUESTS": 64,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 32,
    "CONCURRENT_REQUESTS_PER_IP": 16,
    "DOWNLOAD_DELAY": 0,
    "DOWNLOAD_DELAY_JITTER": 1.0,
    "DOWNLOAD_SLOTS": {"www.example.com": {"delay": 0, "concurrency": 16}},
    "AUTOTHROTTLE_ENABLED": False,
}
"""


SLOWLY = Answer("User-agent: *\nCrawl-delay: 0.3\n")
"""Without any delay the next request is sent before the answer to the last was looked at."""


@pytest.fixture
def paper(tmp_path: Path) -> Iterator[Paper]:
    paper = Paper(tmp_path)
    with serve(paper):
        yield paper


def in_hours(hours: float) -> str:
    return (datetime.now(UTC) + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%SZ")


def test_two_hasty_sources_on_one_site_keep_its_pace_together(paper: Paper) -> None:
    paper.publish(6)
    paper.publish(5, section="/news/")
    moved = "/trademark/lantern-case-number-1002"
    paper.pages[moved + "-there"] = paper.pages[moved]
    paper.pages[moved] = Answer("", 301, {"Location": f"{paper.url('example.com')}{moved}-there"})
    broken = "/trademark/lantern-case-number-1003"
    story = paper.pages[broken]
    assert isinstance(story, Answer)
    paper.pages[broken] = lambda asked: story if asked else Answer("try again", 500)
    paper.declare("gazette", host="www.example.com", more=HASTY)
    paper.declare(
        "courier",
        host="news.example.com",
        sections=(f"{paper.url('news.example.com')}/news/",),
        more=HASTY,
    )
    result = paper.crawl("gazette", "courier")
    assert result.returncode == 0, result.stderr
    assert paper.outcomes() == {("stored", None): 11}
    hosts = {request.host for request in paper.requests}
    assert hosts == {"www.example.com", "news.example.com", "example.com"}
    # Three robots.txt, two sections, eleven stories, one redirect and one second try.
    assert len(paper.paths()) == 18
    assert min(paper.rests()) >= DELAY


def test_two_papers_on_one_server_keep_its_pace_together(paper: Paper) -> None:
    paper.names = ("www.example.com", "www.example.org")
    paper.publish(3)
    paper.publish(3, section="/news/")
    paper.declare("gazette", host="www.example.com", more=HASTY)
    paper.declare(
        "courier",
        host="www.example.org",
        domains=("example.org",),
        sections=(f"{paper.url('www.example.org')}/news/",),
        more=HASTY,
    )
    result = paper.crawl("gazette", "courier")
    assert result.returncode == 0, result.stderr
    hosts = [request.host for request in paper.requests]
    assert set(hosts) == set(paper.names)
    assert hosts != sorted(hosts)  # side by side, not one after the other
    assert min(paper.rests()) >= DELAY


def test_a_back_fill_keeps_the_pace_of_a_crawl(paper: Paper) -> None:
    """Also from the last page of the walk to the first story."""
    paper.publish(3)
    first = paper.pages["/trademark/"]
    assert isinstance(first, Answer)
    paper.pages["/trademark/"] = Answer(f"{first.body}<a href='?page=2'>2</a>")
    paper.pages["/trademark/?page=2"] = Answer("<h1>News</h1>")
    paper.declare("gazette", host="www.example.com", verified=date(2026, 1, 5), more=HASTY)
    result = paper.run("backfill", "gazette", "--from", "sections", "--yes")
    assert result.returncode == 0, result.stderr
    assert paper.outcomes() == {("stored", None): 3}
    assert len(paper.paths()) >= 6
    assert min(paper.rests()) >= DELAY


def test_on_loopback_alone_there_is_no_delay(paper: Paper) -> None:
    paper.publish(8)
    paper.declare("gazette")
    assert paper.crawl("gazette", delay=30).returncode == 0
    assert len(paper.paths()) == 10


def test_a_crawl_delay_is_obeyed(paper: Paper) -> None:
    paper.publish(4)
    paper.pages["/robots.txt"] = Answer("User-agent: *\nCrawl-delay: 0.7\nDisallow:\n")
    paper.declare("gazette")
    paper.declare("courier", host="www.example.com")
    assert paper.crawl("gazette").returncode == 0
    assert min(paper.rests()) >= 0.7
    paper.requests.clear()
    assert paper.crawl("courier").returncode == 0
    assert len(paper.paths()) > 5
    assert min(paper.rests()) >= 0.7


def test_a_crawl_delay_of_a_day_is_a_minute_and_told(paper: Paper) -> None:
    paper.publish(2)
    paper.pages["/robots.txt"] = Answer("User-agent: *\nCrawl-delay: 86400\n")
    paper.declare("gazette")
    shorter = "import tradepress.conduct.crawl_delay as rule; rule.LONGEST_CRAWL_DELAY = 0.5"
    result = paper.crawl("gazette", before=shorter)
    assert result.returncode == 0
    assert min(paper.rests()) >= 0.5
    assert f"gazette: {paper.url()} asks for 86400 seconds" in result.stderr


@pytest.mark.parametrize("status", [429, 503])
def test_a_host_that_says_when_to_come_back_is_left_alone_until_then(
    paper: Paper, status: int
) -> None:
    paper.publish(6)
    paper.pages["/robots.txt"] = SLOWLY
    paper.after = (2, Answer("later", status, {"Retry-After": "1800"}))
    paper.declare("gazette")
    assert paper.crawl("gazette").returncode == 0
    assert len(paper.stories()) == 3
    assert paper.outcomes() == {
        ("stored", None): 2,
        ("deferred", f"http_{status}"): 1,
        ("deferred", "host_paused"): 3,
    }
    [(until, reason)] = paper.rows("SELECT paused_until, reason FROM hosts")
    assert reason == f"http_{status}"
    assert in_hours(0.4) < until < in_hours(0.6)
    assert paper.rows(LATER, in_hours(0.4)) == [(4,)]
    # The next run comes too soon, and asks for nothing.
    asked = len(paper.requests)
    early = paper.crawl("gazette")
    assert early.returncode == 4
    assert "asked for fewer requests" in early.stderr
    assert len(paper.requests) == asked
    # And one that comes in time goes on.
    paper.after = None
    paper.let_time_pass()
    assert paper.crawl("gazette").returncode == 0
    assert paper.outcomes() == {("stored", None): 6}


@pytest.mark.parametrize("status", [401, 403, 451, 999])
def test_a_host_that_turns_us_away_is_paused_for_a_day_then_for_two(
    paper: Paper, status: int
) -> None:
    paper.publish(12)
    paper.pages["/robots.txt"] = SLOWLY
    paper.after = (2, Answer("not for you", status))
    paper.declare("gazette")
    result = paper.crawl("gazette")
    assert result.returncode == 1
    assert f"turned us away (http_{status}) and is left alone until" in result.stderr
    assert "Ask the publisher for permission" in result.stderr
    assert paper.outcomes() == {
        ("stored", None): 2,
        ("failed", f"http_{status}"): 3,
        ("deferred", "host_blocked"): 7,
    }
    [(code, reason)] = paper.rows("SELECT exit_code, reason FROM runs")
    assert code == 1
    assert "turned us away" in reason
    [(until, blocks)] = paper.rows("SELECT paused_until, blocks FROM hosts")
    assert blocks == 1
    assert in_hours(23.9) < until <= in_hours(24)
    # Nothing is asked in that time, not even robots.txt.
    asked = len(paper.requests)
    told = paper.crawl("gazette")
    assert told.returncode == 4
    assert "turned us away" in told.stderr
    assert len(paper.requests) == asked
    # After it one refusal is enough, and the pause is twice as long.
    paper.let_time_pass()
    section = paper.pages["/trademark/"]
    paper.pages["/trademark/"] = Answer("not for you", status)
    assert paper.crawl("gazette").returncode == 4
    assert "/trademark/" in [request.path for request in paper.requests[asked:]]
    [(until, blocks)] = paper.rows("SELECT paused_until, blocks FROM hosts")
    assert blocks == 2
    assert in_hours(47.9) < until <= in_hours(48)
    # And once it lets us in again, all is as before.
    paper.pages["/trademark/"], paper.after = section, None
    paper.let_time_pass()
    assert paper.crawl("gazette").returncode == 0
    assert paper.rows("SELECT paused_until, reason, blocks FROM hosts") == [(None, None, 0)]
    assert paper.outcomes() == {("stored", None): 12}


def refuse(paper: Paper, *numbers: int, status: int = 403) -> None:
    for number in numbers:
        paper.pages[f"/trademark/lantern-case-number-{number}"] = Answer("not for you", status)


def test_some_refused_stories_among_others_are_their_own_affair(paper: Paper) -> None:
    paper.publish(9)
    paper.pages["/robots.txt"] = SLOWLY
    refuse(paper, 1002, 1004, 1006, 1008)
    paper.declare("gazette")
    # Another crawl of the same run hears of the refusals, and not of the answers between them.
    paper.publish(1, section="/news/")
    paper.declare(
        "courier", host="www.example.com", sections=(f"{paper.url('www.example.com')}/news/",)
    )
    assert paper.crawl("courier", "gazette").returncode == 1
    assert paper.outcomes() == {("stored", None): 6, ("failed", "http_403"): 4}
    assert paper.rows("SELECT * FROM hosts") == []
    # They come due together, with nothing between them.
    paper.requests.clear()
    assert paper.crawl("gazette").returncode == 1
    assert len(paper.stories()) == 4
    assert paper.rows("SELECT * FROM hosts") == []
    # What is refused for the first time counts as ever.
    paper.publish(15)
    refuse(paper, *range(1001, 1016))
    paper.crawl("gazette")
    assert paper.rows("SELECT blocks, reason FROM hosts") == [(1, "http_403")]


def test_stories_that_are_broken_for_good_do_not_stop_their_host(paper: Paper) -> None:
    paper.publish(9)
    paper.pages["/robots.txt"] = SLOWLY
    for number in range(1001, 1010):
        refuse(paper, number, status=500 if number <= 1004 else 200)
    paper.declare("gazette")
    paper.crawl("gazette")
    refuse(paper, *range(1005, 1010), status=500)
    paper.change("UPDATE urls SET state = 'due', next_due = NULL, outcome = 'failed'")
    paper.requests.clear()
    result = paper.crawl("gazette")
    assert "several times in a row" not in result.stderr
    assert set(paper.outcomes()) == {("failed", "http_500")}
    assert len(set(paper.stories())) == 9


def test_stories_that_never_could_be_read_hold_up_no_other(paper: Paper) -> None:
    for stories in (6, 9):
        paper.publish(stories)
        paper.pages["/robots.txt"] = SLOWLY
        refuse(paper, *range(1001, 1007), status=500)
        paper.declare("gazette")
        paper.crawl("gazette")
        paper.let_time_pass()
    assert paper.outcomes() == {("stored", None): 3, ("failed", "http_500"): 6}


def test_one_story_whose_server_is_never_there_holds_up_no_other(paper: Paper) -> None:
    paper.publish(4)
    paper.pages["/robots.txt"] = SLOWLY
    refuse(paper, 1001, 1002, 1003, 1004, status=503)
    paper.declare("gazette")
    paper.crawl("gazette")
    assert paper.outcomes() == {("deferred", "http_503"): 1, ("deferred", "host_paused"): 3}
    [(path,)] = paper.rows("SELECT url FROM urls WHERE reason = 'http_503'")
    paper.publish(6)
    refuse(paper, int(path[-4:]), status=503)
    paper.let_time_pass()
    assert paper.crawl("gazette").returncode == 0
    assert paper.outcomes() == {("deferred", "http_503"): 1, ("stored", None): 5}


def test_refused_stories_behind_redirects_are_in_a_row_only_if_they_are(paper: Paper) -> None:
    paper.publish(9)
    paper.pages["/robots.txt"] = SLOWLY
    refuse(paper, 1002, 1004, 1006, 1008)
    for path in [path for path in paper.pages if "lantern" in path]:
        there = Answer("", 301, {"Location": f"{paper.url('www.example.com')}{path}0"})
        paper.pages[f"{path}0"], paper.pages[path] = paper.pages[path], there
    paper.declare("gazette", host="example.com")
    paper.crawl("gazette")
    assert paper.outcomes() == {("stored", None): 5, ("failed", "http_403"): 4}
    assert paper.rows("SELECT * FROM hosts") == []


def test_feeds_and_sitemaps_that_nobody_may_read_block_no_host(paper: Paper) -> None:
    paper.publish(2)
    paper.pages["/robots.txt"] = SLOWLY
    refused = [f"/sitemap-{number}.xml" for number in range(4)]
    for path in ("/feed", *refused):
        paper.pages[path] = Answer("not for you", 403)
    entries = "".join(f"<sitemap><loc>{paper.url()}{path}</loc></sitemap>" for path in refused)
    paper.pages["/index.xml"] = Answer(f"<sitemapindex>{entries}</sitemapindex>")
    paper.declare("gazette", feeds=(f"{paper.url()}/feed",), sitemaps=(f"{paper.url()}/index.xml",))
    assert paper.crawl("gazette").returncode == 0
    assert paper.outcomes() == {("stored", None): 2}
    # Nor do they block it anew after it once turned us away.
    paper.change(
        "INSERT INTO hosts VALUES (?, '2026-01-01T00:00:00Z', 'http_403', 1, NULL)",
        paper.url().removeprefix("http://"),
    )
    assert paper.crawl("gazette").returncode == 0
    assert paper.rows("SELECT paused_until, blocks FROM hosts") == [(None, 0)]


def test_a_host_that_wants_fewer_requests_without_end_gets_them(paper: Paper) -> None:
    paper.publish(9)
    paper.pages["/robots.txt"] = SLOWLY
    paper.after = (1, Answer("slower", 429, {"Retry-After": "1"}))
    paper.declare("gazette")
    assert "gave no good answer several times in a row" in paper.crawl("gazette").stderr
    assert len(paper.stories()) == 1 + 5


def test_a_story_that_two_papers_list_is_asked_for_once(paper: Paper) -> None:
    paper.publish(3)
    paper.pages["/robots.txt"] = SLOWLY
    paper.declare("gazette")
    paper.declare("courier")
    assert paper.crawl("gazette", "courier").returncode == 0
    assert len(paper.stories()) == 3
    assert paper.rows("SELECT * FROM quarantine") == []


CHALLENGE = (
    "<html><head><title>Just a moment...</title></head><body><h1>Checking your browser before "
    "accessing the site</h1><p>Please enable JavaScript and cookies to continue.</p></body></html>"
)


def test_challenge_pages_in_a_row_pause_the_host(paper: Paper) -> None:
    paper.publish(8)
    paper.pages["/robots.txt"] = SLOWLY
    paper.after = (2, Answer(CHALLENGE))
    paper.declare("gazette")
    # However long a worker takes to judge one, no further page is taken up meanwhile.
    one_in_hand = (
        "import tradepress.crawling.scrapy_settings as s; s.SCRAPER_SLOT_MAX_ACTIVE_SIZE = 1"
    )
    result = paper.crawl("gazette", before=one_in_hand)
    assert result.returncode == 1
    assert "turned us away (challenge)" in result.stderr
    outcomes = paper.outcomes()
    walls = outcomes[("rejected", "challenge")]
    # A page is judged while the next is on its way.
    assert 3 <= walls <= 5
    assert outcomes == {
        ("stored", None): 2,
        ("rejected", "challenge"): walls,
        ("deferred", "host_blocked"): 6 - walls,
    }
    assert paper.rows("SELECT blocks, reason FROM hosts") == [(1, "challenge")]


def test_a_host_that_breaks_down_is_not_asked_on_and_on(paper: Paper) -> None:
    paper.publish(20)
    paper.pages["/robots.txt"] = SLOWLY
    paper.after = (2, Answer("oops", 500))
    paper.declare("gazette")
    result = paper.crawl("gazette")
    assert result.returncode == 1
    assert "gave no good answer several times in a row" in result.stderr
    # The second tries of the five are not made any more.
    assert paper.outcomes() == {
        ("stored", None): 2,
        ("failed", "http_500"): 5,
        ("deferred", "host_down"): 13,
    }
    assert len(paper.stories()) == 2 + 5
    # The next run asks again.
    paper.after = None
    paper.let_time_pass()
    paper.crawl("gazette")
    assert paper.outcomes() == {("stored", None): 20}


def test_an_address_whose_host_went_down_failed_for_its_own_reason(paper: Paper) -> None:
    paper.publish(9)
    paper.pages["/robots.txt"] = SLOWLY
    faults = iter((Answer("oops", 502), Answer("", 0), Answer("<html><p>Half a page")))
    fault: dict[str, Answer] = {}
    for path in [path for path in paper.pages if "lantern" in path]:
        paper.pages[path] = lambda _, path=path: (
            fault.get(path) or fault.setdefault(path, next(faults, Answer("oops", 500)))
        )
    paper.declare("gazette")
    assert "gave no good answer several times in a row" in paper.crawl("gazette").stderr
    # Their second tries were not made: what is told is how the first ended.
    assert paper.outcomes() == {
        ("failed", "http_502"): 1,
        ("failed", "network"): 1,
        ("failed", "data_loss"): 1,
        ("failed", "http_500"): 4,
        ("deferred", "host_down"): 2,
    }


LATER = "SELECT count(*) FROM urls WHERE outcome = 'deferred' AND next_due > ?"
ROBOTS = "User-agent: *\nDisallow: /members/\n"
AS_A_PAGE = '<!-- For robots -->\n<meta http-equiv="refresh" content="0; url=/nowhere">'


@pytest.mark.parametrize(
    ("robots", "is_asked"),
    [
        (Answer("no", 404), True),
        (Answer("no", 403), True),
        (Answer("<!doctype html><p>Disallow: /</html>", 200), True),
        (Answer("\ufeffUser-agent: *\rDisallow: /trademark/", 200), False),
        (Answer(f"{AS_A_PAGE}\nuser-agent: *\nDisallow: /trademark/\n", 200), False),
        (Answer(f"User-agent: *\n{'#' * 600 * 1024}\nDisallow: /\n", 200), True),
        (Answer("User-agent: *\nCrawl-delay: 0\nUser-agent: some\nDisallow: /", 200), False),
        (Answer("later", 429), False),
        (Answer("oops", 500), False),
        (Answer("", 301, {"Location": "/robots.txt"}), False),
        (Answer("", 0), False),
    ],
    ids=["404", "403", "html", "cr", "comment", "large", "group", "429", "500", "loop", "none"],
)
def test_without_a_robots_txt_nothing_is_asked(
    paper: Paper, robots: Answer, is_asked: bool
) -> None:
    paper.publish(1)
    paper.pages["/robots.txt"] = robots
    paper.declare("gazette")
    result = paper.crawl("gazette")
    assert result.returncode == (0 if is_asked else 4), result.stderr
    assert ("/trademark/" in paper.paths()) == is_asked
    assert set(paper.paths()) <= {"/robots.txt", "/trademark/", *paper.pages}


def test_a_robots_txt_may_be_five_redirects_away_and_on_another_host(paper: Paper) -> None:
    paper.names = (*paper.names, "static.elsewhere.example")
    paper.publish(1)
    paper.pages["/robots.txt"] = Answer("", 301, {"Location": "/robots-1"})
    for hop in range(1, 5):
        paper.pages[f"/robots-{hop}"] = Answer("", 302, {"Location": f"/robots-{hop + 1}"})
    paper.pages["/robots-4"] = Answer(
        "", 302, {"Location": f"{paper.url('static.elsewhere.example')}/robots-5"}
    )
    paper.pages["/robots-5"] = Answer("User-agent: Tradepress\nDisallow: /trademark/\n")
    paper.declare("gazette")
    result = paper.crawl("gazette")
    assert result.returncode == 4
    assert "robots.txt forbids" in result.stderr
    assert paper.requests[-1].host == "static.elsewhere.example"
    assert "/trademark/" not in paper.paths()
    paper.pages["/robots-5"] = Answer("", 302, {"Location": "/robots-6"})
    paper.pages["/robots-6"] = Answer("")
    assert paper.crawl("gazette").returncode == 4
    assert "/robots-6" not in paper.paths()
    assert "/trademark/" not in paper.paths()


def test_each_version_of_a_robots_txt_is_kept_and_a_change_is_told(paper: Paper) -> None:
    paper.publish(3)
    paper.declare("gazette")
    assert paper.crawl("gazette").returncode == 0
    assert "has changed" not in paper.crawl("gazette").stderr
    paper.pages["/robots.txt"] = Answer("User-agent: *\nDisallow: /trademark/l\n")
    paper.change("UPDATE urls SET state = 'due', next_due = NULL")
    changed = paper.crawl("gazette")
    assert f"gazette: {paper.url()}/robots.txt has changed." in changed.stderr
    assert paper.outcomes() == {("rejected", "robots"): 3}
    assert paper.rows(
        "SELECT origin, path, status, body FROM site_files WHERE path = '/robots.txt' ORDER BY id"
    ) == [
        (paper.url(), "/robots.txt", 200, ROBOTS),
        (paper.url(), "/robots.txt", 200, "User-agent: *\nDisallow: /trademark/l\n"),
    ]
    assert paper.rows("SELECT run_id, status, outcome FROM fetches WHERE kind = 'robots'") == [
        (1, 200, "read"),
        (2, 200, "read"),
        (3, 200, "read"),
    ]


def test_a_robots_txt_that_changes_during_a_long_run_is_obeyed(paper: Paper) -> None:
    paper.publish(6)
    forbidden = Answer("User-agent: *\nDisallow: /trademark/l\n")
    # Asked again for each request: the section and two stories may pass.
    paper.pages["/robots.txt"] = lambda asked: forbidden if asked >= 3 else Answer(ROBOTS)
    paper.declare("gazette")
    no_time = "import tradepress.conduct.robots as r; r.FRESH = 0"
    result = paper.crawl("gazette", before=no_time, delay=0)
    stories = [path for path in paper.paths() if "lantern" in path]
    assert 1 <= len(stories) <= 5
    first_forbidding = [n for n, path in enumerate(paper.paths()) if path == "/robots.txt"][3]
    # What had its answer before may still be on its way; nothing is let through afterwards.
    assert len([p for p in paper.paths()[first_forbidding:] if "lantern" in p]) <= 4
    assert paper.outcomes()[("rejected", "robots")] == 6 - len(stories)
    assert "has changed" in result.stderr


def test_a_robots_txt_that_fails_during_a_long_run_stops_the_host_until_it_is_back(
    paper: Paper,
) -> None:
    paper.publish(6)
    paper.pages["/robots.txt"] = lambda asked: Answer(*((ROBOTS,) if asked != 3 else ("", 429)))
    paper.declare("gazette")
    no_time = "import tradepress.conduct.robots as r; r.FRESH = r.UNAVAILABLE = 0"
    paper.crawl("gazette", before=no_time)
    outcomes = paper.outcomes()
    assert outcomes[("deferred", "robots_unavailable")] >= 1
    assert outcomes[("stored", None)] == len(paper.stories())
