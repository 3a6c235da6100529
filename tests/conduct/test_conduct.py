"""The rules of good behaviour, one by one."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
import time_machine
from scrapy.crawler import AsyncCrawlerRunner, Crawler
from scrapy.exceptions import CannotResolveHostError, DownloadTimeoutError, UsageError
from scrapy.http import HtmlResponse, Request, Response
from scrapy.settings import BaseSettings, Settings
from scrapy.spidermiddlewares.httperror import HttpError

from tradepress.archive.frontier.hosts import Hosts
from tradepress.conduct.crawl_delay import capped
from tradepress.conduct.host_pause import LONGEST_WAIT, CircuitBreaker
from tradepress.conduct.private_addresses import is_public
from tradepress.conduct.redirects import MetaRefresh
from tradepress.conduct.robots_rules import (
    LARGEST,
    RobotsRules,
    decode_robots,
    is_html,
    parse_robots,
)
from tradepress.conduct.site_pace import site_of
from tradepress.configuration import SHORTEST_DELAY
from tradepress.crawling.failures import explain
from tradepress.crawling.news_spider import NewsSpider
from tradepress.crawling.spider_loader import spider_class
from tradepress.declared_sources import all_sources, source_named
from tradepress.source import Source

URL = "https://www.worldipreview.com/trademark/lantern-case-15001"


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.8.8.8", "0.0.0.0", "10.1.2.3", "172.16.0.1", "172.31.255.255"),
        *("192.168.1.1", "169.254.169.254", "100.64.0.1", "192.0.0.8", "198.18.0.1", "224.0.0.1"),
        *("255.255.255.255", "::1", "::", "fe80::1", "fd00::1", "::ffff:127.0.0.1"),
        "64:ff9b::7f00:1",
    ],
)
def test_addresses_that_are_not_of_the_public_internet(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "172.32.0.1", "100.128.0.1", "2606:4700::1111"])
def test_public_addresses(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("30", 30),
        ("0", 0),
        ("999999999999", 3600),
        ("-5", 3600),
        ("soon", 3600),
        (None, 3600),
        ("9" * 6000, 3600),
        ("0000000000000600", 600),
        # A day that is over was none that makes sense, nor one that no calendar has.
        ("Mon, 02 Mar 2015 04:00:00 GMT", 3600),
        ("Mon, 02 Mar 2015 04:00:00 -0000", 3600),
        ("Mon, 99 Mar 2015 04:00:00 GMT", 3600),
        ("Fri, 31 Dec 9999 23:59:59 -2300", 3600),
        ("Mon, 02 Mar 99999999999999999999 04:00:00 GMT", 3600),
        ("Mon, 02 Mar 2015 999999999999999999999:00:00 GMT", 3600),
    ],
)
def test_retry_after_is_obeyed_up_to_an_hour(header: str | None, seconds: int) -> None:
    headers = {"Retry-After": header} if header else {}
    failure = explain(HttpError(Response(URL, status=503, headers=headers)), URL)
    assert (failure.outcome, failure.reason) == ("deferred", "http_503")
    assert failure.wait == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("kind", "status", "headers", "outcome"),
    [
        ("memento", 503, {}, "failed"),
        ("memento", 503, {"Retry-After": "60"}, "deferred"),
        ("memento", 429, {}, "deferred"),
        ("index", 503, {}, "deferred"),
    ],
)
def test_what_a_web_archive_cannot_give_is_no_word_of_its_host(
    kind: str, status: int, headers: dict[str, str], outcome: str
) -> None:
    request = Request(URL, meta={"kind": kind})
    response = Response(URL, status=status, headers=headers, request=request)
    failure = explain(HttpError(response), URL)
    assert (failure.outcome, failure.wait is None) == (outcome, outcome == "failed")


def test_retry_after_may_be_a_date() -> None:
    soon = format_datetime(datetime.now(UTC) + timedelta(minutes=10), usegmt=True)
    failure = explain(HttpError(Response(URL, status=429, headers={"Retry-After": soon})), URL)
    assert failure.wait is not None
    assert timedelta(minutes=9) < failure.wait <= timedelta(minutes=10)
    late = explain(
        HttpError(
            Response(URL, status=429, headers={"Retry-After": "Fri, 31 Dec 2100 23:59:59 GMT"})
        ),
        URL,
    )
    assert late.wait == LONGEST_WAIT


@pytest.mark.parametrize(
    ("error", "outcome", "reason"),
    [
        (HttpError(Response(URL, status=404)), "rejected", "http_404"),
        (HttpError(Response(URL, status=403)), "failed", "http_403"),
        (HttpError(Response(URL, status=500)), "failed", "http_500"),
        (CannotResolveHostError("x"), "deferred", "dns"),
        (DownloadTimeoutError("x"), "failed", "timeout"),
        (RuntimeError("certificate verify failed"), "failed", "tls"),
        (RuntimeError(""), "failed", "network"),
    ],
)
def test_failures_have_names(error: Exception, outcome: str, reason: str) -> None:
    failure = explain(error, URL)
    assert (failure.outcome, failure.reason) == (outcome, reason)
    assert failure.words


def settings_of(source: Source, **given: object) -> BaseSettings:
    return crawler_of(spider_class(source), **given).settings


def crawler_of(spider: type[NewsSpider], **given: object) -> Crawler:
    settings = Settings()
    settings.setmodule("tradepress.crawling.scrapy_settings", priority="project")
    defaults = {"TRADEPRESS_CONTACT": "a@library.example", "SAMPLE_PROXY": "http://127.0.0.1:9"}
    settings.setdict({**defaults, **given}, priority="cmdline")
    process = AsyncCrawlerRunner(settings)
    # As AsyncCrawlerProcess.crawl() does: the second call lays the given settings over again.
    crawler = process.create_crawler(process.create_crawler(spider))
    crawler.addons.load_settings(crawler.settings)  # as a crawl begins
    return crawler


@pytest.mark.parametrize("name", ["wipr", "tbo", "lsipr"])
def test_no_setting_makes_a_crawl_of_a_real_site_impolite(name: str) -> None:
    settings = settings_of(
        source_named(name),
        DOWNLOAD_DELAY=0,
        CONCURRENT_REQUESTS_PER_DOMAIN=32,
        DOWNLOAD_SLOTS={"www.worldipreview.com": {"delay": 0}},
        USER_AGENT="Mozilla/5.0",
        CONCURRENT_REQUESTS_PER_IP=16,
        DOWNLOAD_DELAY_JITTER=1.0,
        AUTOTHROTTLE_MAX_DELAY=0,
        ADDONS={},
    )
    assert settings.getfloat("DOWNLOAD_DELAY") == SHORTEST_DELAY
    assert settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN") == 1
    assert settings.getint("CONCURRENT_REQUESTS_PER_IP") == 0
    assert settings.getfloat("DOWNLOAD_DELAY_JITTER") == 0
    assert settings.getfloat("AUTOTHROTTLE_MAX_DELAY") == 60
    assert settings.getdict("DOWNLOAD_SLOTS") == {}
    assert settings["USER_AGENT"].endswith("(+a@library.example)")


def test_a_slower_pace_stays_and_a_source_can_not_quicken_it() -> None:
    wipr = source_named("wipr")

    class HastySpider(NewsSpider):
        name, source = "hasty", wipr
        custom_settings = {"DOWNLOAD_DELAY": 0}  # noqa: RUF012

    assert crawler_of(HastySpider).settings.getfloat("DOWNLOAD_DELAY") == SHORTEST_DELAY
    assert settings_of(wipr).getfloat("DOWNLOAD_DELAY") == SHORTEST_DELAY
    assert settings_of(wipr, DOWNLOAD_DELAY=10).getfloat("DOWNLOAD_DELAY") == 10


@pytest.mark.parametrize("contact", [None, "", "me", "me@home", "ftp://x"])
def test_no_real_crawl_without_a_contact(contact: str | None) -> None:
    with pytest.raises(UsageError, match="contact"):
        settings_of(source_named("wipr"), TRADEPRESS_CONTACT=contact)


def test_delays_are_off_for_loopback_and_the_sample_alone() -> None:
    free = [
        source for source in all_sources() if settings_of(source).getfloat("DOWNLOAD_DELAY") == 0
    ]
    assert [source.name for source in free] == ["makers", "signet"]
    assert all(domain.endswith(".example") for source in free for domain in source.domains)


@pytest.mark.parametrize(
    ("text", "forbidden", "allowed"),
    [
        # As congress.gov has it: under RFC 9309 a Crawl-delay does not end a list of agents.
        (
            "User-agent: *\nCrawl-delay: 2\nUser-agent: other\nDisallow: /search/\n",
            ("/search/marks",),
            ("/", "/searches"),
        ),
        ("User-agent: *\nSitemap: http://x/y\nUser-agent: other\nDisallow: /a", ("/a",), ("/b",)),
        ("User-agent: *\nDisallow: /\n\nUser-agent: TRADEPRESS/2.0 # us\nDisallow:", (), ("/a",)),
        ("User-agent: Trade\nDisallow: /\n", (), ("/a",)),
        ("User-agent: *\nAllow: /\n\nUser-agent: tradepress\nDisallow: /a", ("/a",), ("/b",)),
        ("User-agent: tradepress\nDisallow: /a\nUser-agent: *\nDisallow: /b", ("/a",), ("/b",)),
        (
            "User-agent: tradepress\nDisallow: /a\n\nUser-agent: *\nDisallow: /\n\n"
            "User-agent: tradepress\nDisallow: /b",
            ("/a", "/b"),
            ("/c",),
        ),
        ("Disallow: /\nUser-agent: *\nDisallow: /a", ("/a",), ("/b",)),
        ("\ufeffuser agent: *\rdisalow /a\r", ("/a", "/ab"), ("/b",)),
        (
            "User-agent: *\nDisallow: /a\nAllow: /a/b\nDisallow: /a/b/c",
            ("/a/c", "/a/b/c"),
            ("/a/b",),
        ),
        ("User-agent: *\nDisallow: /*.pdf$\nAllow: /a", ("/b.pdf",), ("/b.pdf?x", "/a.html")),
        ("User-agent: *\nDisallow: /é\nDisallow: /%7Ea", ("/%C3%A9", "/~a"), ("/e",)),
        ("User-agent: *\nDisallow: /a\u2028Allow: /", ("/a\u2028Allow: /b",), ("/b",)),
        ("", (), ("/",)),
    ],
)
def test_robots_txt_is_read_by_rfc_9309(
    text: str, forbidden: tuple[str, ...], allowed: tuple[str, ...]
) -> None:
    rules = RobotsRules(decode_robots(text.encode()), "Tradepress")
    assert [path for path in forbidden if rules.allows(f"http://paper.example{path}")] == []
    assert [path for path in allowed if not rules.allows(f"http://paper.example{path}")] == []


def test_robots_txt_in_another_charset_and_of_any_length() -> None:
    latin = RobotsRules(decode_robots(b"User-agent: *\nDisallow: /caf\xe9/\n"), "Tradepress")
    assert not latin.allows("http://paper.example/caf%E9/menu")
    long = b"User-agent: *\nDisallow: /a\n" + b"#" * LARGEST + b"\nDisallow: /b\n"
    assert len(decode_robots(long)) == LARGEST
    rules = RobotsRules(decode_robots(long), "Tradepress")
    assert not rules.allows("http://paper.example/a")
    assert rules.allows("http://paper.example/b")


def test_the_lines_of_each_agent_can_be_had() -> None:
    groups = parse_robots(
        "User-agent: GPTBot\nUser-agent: CCBot\nDisallow: /\n\n"
        "User-agent: *\nContent-Signal: ai-train=no\nDisallow: /members/\nSitemap: http://x/\n"
    )
    assert groups == {
        "gptbot": [("disallow", "/")],
        "ccbot": [("disallow", "/")],
        "*": [("content-signal", "ai-train=no"), ("disallow", "/members/")],
    }


@pytest.mark.parametrize("field", ["User-agent", "user-agent", " USER-AGENT", "\ufeffUser-agent"])
@pytest.mark.parametrize(
    "start", ["<!-- For robots. -->\n", "\n<!--\nFor robots.\n-->\n", "<br>\r"]
)
def test_a_robots_txt_that_begins_as_a_page_does_is_read_all_the_same(
    start: str, field: str
) -> None:
    text = decode_robots(f"{start}{field}: *\nDisallow: /trademark/\n".encode())
    assert not is_html(text)
    assert not RobotsRules(text, "Tradepress").allows(URL)


@pytest.mark.parametrize(
    "text",
    [
        "<!-- For robots. --> User-agent: *\nDisallow: /trademark/\n",
        "<pre>User-agent: *\nDisallow: /trademark/\n</pre>",
        "\n<p>User-agent: *\n<p>Disallow: /trademark/",
        "<html><body>User-agent: *<br>Disallow: /trademark/<br></body></html>",
        "<html>\nUser-agent: *<br>\nDisallow: /trademark/<br>\n</html>",
        "<!--\nUser-agent: *\nDisallow: /trademark/\n-->\n<h1>Not found</h1>",
        "<p>Robots, please!</p><p>User-agent: *</p>\n<p>Disallow: /trademark/</p>",
    ],
)
def test_a_robots_txt_in_the_markup_of_a_page_forbids_what_it_says(text: str) -> None:
    assert not is_html(text)
    assert not RobotsRules(text, "Tradepress").allows(URL)
    assert RobotsRules(text, "Tradepress").allows("https://www.worldipreview.com/news/")


@pytest.mark.parametrize(
    "page",
    [
        "<p>Write User-agent: * above<br>Disallow: /</p>",
        "<!doctype html><p>Disallow: /</p>",
        "\n<html>\n<h1>Not found</h1>\nDisallow: /\n</html>",
        "\n\ufeff<html><h1>Not found</h1></html>",
    ],
)
def test_a_page_that_names_no_agent_is_no_robots_txt(page: str) -> None:
    assert is_html(decode_robots(page.encode()))


REFRESH = b'<html><head><meta http-equiv="refresh" content="0; url=/elsewhere"></head></html>'


@pytest.mark.parametrize(
    ("meta", "is_followed"),
    [
        ({"kind": "robots"}, False),
        ({"kind": "tdmrep"}, False),
        ({"kind": "feed"}, False),
        ({"kind": "sitemap"}, False),
        ({"kind": "section"}, True),
        ({"ledger_url": URL}, True),
        ({}, True),
    ],
)
def test_a_refresh_leads_on_from_pages_alone(meta: dict[str, object], is_followed: bool) -> None:
    request = Request(URL, meta=meta)
    middleware = MetaRefresh.from_crawler(crawler_of(spider_class(source_named("wipr"))))
    answer = middleware.process_response(request, HtmlResponse(URL, body=REFRESH))
    assert isinstance(answer, Request) == is_followed


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("7", 7), ("0.5", 0.5), ("86400", 60), ("soon", 0), ("-3", 0), ("nan", 0), ("inf", 0)],
)
def test_crawl_delay_is_obeyed_up_to_a_minute(value: str, seconds: float) -> None:
    rules = RobotsRules(f"User-agent: *\nCrawl-delay: {value}\n", "Tradepress")
    applied, words = capped(rules.crawl_delay, "https://paper.example")
    assert applied == seconds
    assert bool(words) == (value == "86400")


def test_a_delay_of_just_a_minute_is_kept_without_a_word() -> None:
    assert capped(60.0, "https://paper.example") == (60.0, None)


def test_a_sitemap_is_found_behind_a_mark_of_the_byte_order() -> None:
    text = decode_robots(b"\xef\xbb\xbfSitemap: /a.xml")
    assert RobotsRules(text, "Tradepress").sitemaps == ("/a.xml",)


def test_of_several_crawl_delays_the_longest_is_obeyed() -> None:
    lines = "User-agent: *\nCrawl-delay: 5\nCrawl-delay: 20\nCrawl-delay: 9\n"
    assert RobotsRules(lines, "Tradepress").crawl_delay == 20
    assert RobotsRules("User-agent: *\nCrawl-delay: 7 # seconds", "Tradepress").crawl_delay == 7
    assert RobotsRules("User-agent: *\nDisallow: /a", "Tradepress").crawl_delay == 0


def test_an_agent_in_letters_that_no_agent_has_is_nobody() -> None:
    assert parse_robots("User-agent: !Ü\nDisallow: /") == {"!ü": [("disallow", "/")]}


def test_a_site_is_its_registered_name() -> None:
    hosts = ("paper.co.uk", "www.paper.co.uk", "news.paper.co.uk:8000")
    assert {site_of(f"https://{host}/a") for host in hosts} == {"paper.co.uk"}
    assert site_of("http://127.0.0.1:8000/") == "127.0.0.1"


def test_the_pauses_of_a_host_that_keeps_turning_us_away_double_up_to_thirty_days() -> None:
    now = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
    hosts, told = Hosts(), []
    breaker = CircuitBreaker(hosts, lambda *facts: told.append(facts))
    url = "https://paper.example/news/lantern-1001"
    days = []
    for _ in range(7):
        with time_machine.travel(now, tick=False):
            for _ in range(4):
                breaker.note(url, "failed", "http_403")
            until = datetime.fromisoformat(hosts["paper.example"].paused_until or "")
        days.append((until - now).days)
        now = until
    assert days == [1, 2, 4, 8, 16, 30, 30]
    assert [(host, reason) for host, reason, _ in told] == [("paper.example", "http_403")] * 7
    with time_machine.travel(now, tick=False):
        breaker.note(url, "read", None)
    assert hosts["paper.example"].blocks == 0
