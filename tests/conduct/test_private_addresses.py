"""The address guard in real crawls, with the download handler and the resolver that ship."""

import socket
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from urllib.parse import urlsplit

import needs
import pytest
from conftest import Answer
from scrapy.exceptions import UsageError
from scrapy.resolver import dnscache
from test_conduct import settings_of
from timed_paper import Paper, serve
from twisted.internet.error import DNSLookupError

from tradepress.archive.web_address import web_address
from tradepress.conduct.private_addresses import PublicAddressResolver
from tradepress.declared_sources import source_named

FORMS = (
    "127.0.0.2",
    "2130706434",  # decimal
    "0x7f000002",
    "0177.0.0.2",  # octal
    "127.2",
    "0.0.0.0",
    "10.0.0.1",
    "169.254.169.254",  # where clouds answer questions about themselves
    "192.168.1.1",
    "[::ffff:127.0.0.2]",
    "inner.example.com",
)
IPV6 = ("[::1]", "[fe80::1]")
"""Not resolved at all: we dial IPv4 alone."""
ALL = tuple(product((*FORMS, *IPV6), ("http", "https")))


@pytest.fixture
def inside() -> Iterator[socket.socket]:
    """A server on another loopback address, which must never be reached."""
    listener = socket.socket()
    try:
        listener.bind(("127.0.0.2", 0))
    except OSError:
        needs.skip("a second loopback address")
    listener.listen()
    listener.setblocking(False)
    yield listener
    listener.close()


@pytest.fixture
def paper(tmp_path: Path) -> Iterator[Paper]:
    paper = Paper(tmp_path)
    with serve(paper):
        yield paper


@pytest.mark.slow
def test_no_redirect_leads_to_a_private_address(paper: Paper, inside: socket.socket) -> None:
    paper.publish(len(ALL) + 1)
    port = inside.getsockname()[1]
    for number, (form, scheme) in enumerate(ALL):
        there = {"Location": f"{scheme}://{form}:{port}/story"}
        paper.pages[f"/trademark/lantern-case-number-{1001 + number}"] = Answer("", 302, there)
    # As an address is spelt when it is asked for.
    domains = ("127.0.0.1", *{urlsplit(web_address(f"http://{form}/")).hostname for form, _ in ALL})
    paper.declare("gazette", domains=domains)
    names = "from scrapy.resolver import dnscache; dnscache['inner.example.com'] = '127.0.0.2'"
    result = paper.crawl("gazette", before=names, delay=0)
    told = paper.rows("SELECT url, outcome, reason FROM urls WHERE outcome <> 'stored'")
    assert paper.outcomes() == {
        ("stored", None): 1,
        ("rejected", "private_address"): 2 * len(FORMS),
        ("deferred", "dns"): 2 * len(IPV6),
    }, (result.stderr, told)
    with pytest.raises(BlockingIOError):
        inside.accept()


@pytest.mark.slow
def test_what_the_operator_lists_is_dialled_and_nothing_else(paper: Paper) -> None:
    paper.publish(2)
    paper.declare("gazette")
    refused = paper.crawl("gazette", TRADEPRESS_ALLOW_ADDRESSES="127.0.0.3, 10.0.0.1")
    assert refused.returncode == 4
    assert "127.0.0.1 is at 127.0.0.1, which is not a public address" in refused.stderr
    assert paper.requests == []
    assert paper.crawl("gazette", TRADEPRESS_ALLOW_ADDRESSES="127.0.0.1").returncode == 0


@pytest.mark.parametrize(
    "given",
    [
        {
            "DOWNLOAD_HANDLERS": {
                "https": "scrapy.core.downloader.handlers._httpx.HttpxDownloadHandler"
            }
        },
        {
            "DOWNLOAD_HANDLERS": {
                "http": "scrapy.core.downloader.handlers.http11.HTTP11DownloadHandler"
            }
        },
        {"DOWNLOAD_HANDLERS": {"http": None}},
        {"TWISTED_DNS_RESOLVER": "scrapy.resolver.CachingHostnameResolver"},
    ],
)
def test_a_crawl_with_another_handler_or_resolver_does_not_start(given: dict[str, object]) -> None:
    with pytest.raises(UsageError, match="Leave that setting alone"):
        settings_of(source_named("wipr"), **given)


def test_a_name_below_localhost_is_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a name server says of it."""
    monkeypatch.setitem(dnscache, "127.0.0.1", "127.0.0.1")
    monkeypatch.setitem(dnscache, "press.localhost", "93.184.215.14")
    resolver = PublicAddressResolver(None, 10, 1)
    refused = resolver.getHostByName("press.localhost")
    with pytest.raises(DNSLookupError, match=r"is at 127\.0\.0\.1, which is not"):
        refused.result.raiseException()
    refused.addErrback(lambda failure: None)
    resolver.allowed = frozenset({"127.0.0.1"})
    assert resolver.getHostByName("press.localhost").result == "127.0.0.1"
