"""The rules of good behaviour, one by one."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from scrapy.crawler import AsyncCrawlerRunner
from scrapy.exceptions import CannotResolveHostError, DownloadTimeoutError, UsageError
from scrapy.http import Response
from scrapy.settings import BaseSettings, Settings
from scrapy.spidermiddlewares.httperror import HttpError

import crawler.settings
from crawler.conduct.host_pause import LONGEST_WAIT
from crawler.conduct.private_addresses import is_public
from crawler.failures import explain
from crawler.news_spider import SHORTEST_DELAY, NewsSpider
from crawler.source import Source
from tradepress.spiders import all_spiders

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
    [("30", 30), ("0", 0), ("999999999999", 3600), ("-5", 3600), ("soon", 3600), (None, 3600)],
)
def test_retry_after_is_obeyed_up_to_an_hour(header: str | None, seconds: int) -> None:
    headers = {"Retry-After": header} if header else {}
    failure = explain(HttpError(Response(URL, status=503, headers=headers)), URL)
    assert (failure.outcome, failure.reason) == ("deferred", "http_503")
    assert failure.wait == timedelta(seconds=seconds)


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
        (CannotResolveHostError("x"), "failed", "dns"),
        (DownloadTimeoutError("x"), "failed", "timeout"),
        (RuntimeError("certificate verify failed"), "failed", "tls"),
        (RuntimeError(""), "failed", "network"),
    ],
)
def test_failures_have_names(error: Exception, outcome: str, reason: str) -> None:
    failure = explain(error, URL)
    assert (failure.outcome, failure.reason) == (outcome, reason)
    assert failure.words


def settings_of(spider: type[NewsSpider], **given: object) -> BaseSettings:
    settings = Settings()
    settings.setmodule("crawler.settings", priority="project")
    defaults = {"TRADEPRESS_CONTACT": "a@library.example", "SAMPLE_PROXY": "http://127.0.0.1:9"}
    settings.setdict({**defaults, **given}, priority="cmdline")
    process = AsyncCrawlerRunner(settings)
    # As AsyncCrawlerProcess.crawl() does: the second call lays the given settings over again.
    return process.create_crawler(process.create_crawler(spider)).settings


@pytest.mark.parametrize("name", ["wipr", "tbo", "lsipr"])
def test_no_setting_makes_a_crawl_of_a_real_site_impolite(name: str) -> None:
    settings = settings_of(
        all_spiders()[name],
        DOWNLOAD_DELAY=0,
        CONCURRENT_REQUESTS_PER_DOMAIN=32,
        DOWNLOAD_SLOTS={"www.worldipreview.com": {"delay": 0}},
        USER_AGENT="Mozilla/5.0",
        CONCURRENT_REQUESTS_PER_IP=16,
        DOWNLOAD_DELAY_JITTER=1.0,
        AUTOTHROTTLE_MAX_DELAY=0,
    )
    assert settings.getfloat("DOWNLOAD_DELAY") == SHORTEST_DELAY
    assert settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN") == 1
    assert settings.getint("CONCURRENT_REQUESTS_PER_IP") == 0
    assert settings.getfloat("DOWNLOAD_DELAY_JITTER") == 0.5
    assert settings.getfloat("AUTOTHROTTLE_MAX_DELAY") == 60
    assert settings.getdict("DOWNLOAD_SLOTS") == {}
    assert settings["USER_AGENT"].endswith("(+a@library.example)")


def test_a_slower_pace_stays_and_a_source_can_not_quicken_it() -> None:
    class HastySpider(NewsSpider):
        source = Source(
            name="hasty",
            publisher="Hasty",
            domains=("hasty.example",),
            language="en",
            timezone="UTC",
            article_url="/.*",
        )
        custom_settings = {"DOWNLOAD_DELAY": 0}  # noqa: RUF012

    assert settings_of(HastySpider).getfloat("DOWNLOAD_DELAY") == SHORTEST_DELAY
    wipr = all_spiders()["wipr"]
    assert settings_of(wipr).getfloat("DOWNLOAD_DELAY") == crawler.settings.DOWNLOAD_DELAY
    assert settings_of(wipr, DOWNLOAD_DELAY=10).getfloat("DOWNLOAD_DELAY") == 10


@pytest.mark.parametrize("contact", [None, "", "me", "me@home", "ftp://x"])
def test_no_real_crawl_without_a_contact(contact: str | None) -> None:
    with pytest.raises(UsageError, match="contact"):
        settings_of(all_spiders()["wipr"], TRADEPRESS_CONTACT=contact)


def test_delays_are_off_for_loopback_and_the_sample_alone() -> None:
    spiders = all_spiders()
    free = {
        name
        for name, spider in spiders.items()
        if settings_of(spider).getfloat("DOWNLOAD_DELAY") == 0
    }
    assert free == {"signet", "makers"}
    assert all(
        domain.endswith(".example") for name in free for domain in spiders[name].source.domains
    )
