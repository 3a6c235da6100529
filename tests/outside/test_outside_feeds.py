"""feedparser's own feeds through our reader: nothing fails, and no entry is lost."""

import io
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import feedparser
import pytest
import suites
from lxml import etree

from tradepress.discovery.candidates import NotAListing, own_address
from tradepress.discovery.feed import read_feed
from tradepress.source import Source

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::DeprecationWarning:feedparser"),
]

URL = "http://gazette.example/feed/"
HEADERS = {"content-location": URL, "content-type": "application/xml"}
CASES = 2248
ENTRIES = 1209
NO_FEEDS = 13
"""Of the cases, those in which feedparser, too, finds neither a version nor an entry."""


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    """The feeds, and the pages and scraps that feedparser is to bear."""
    found = suites.source_files("feedparser")
    return {
        name: page
        for name, page in found.items()
        if name.startswith("tests/") and not name.endswith(".py")
    }


def entries(page: bytes) -> list[dict[str, Any]]:
    """What feedparser finds without us."""
    found: list[dict[str, Any]] = feedparser.parse(
        io.BytesIO(page), response_headers=HEADERS
    ).entries
    return found


def a_source(*hosts: str) -> Source:
    return Source(
        name="gazette",
        publisher="The Gazette",
        domains=("gazette.example", *hosts),
        language="en",
        timezone="UTC",
        article_url=".",
    )


def listed(page: bytes, source: Source) -> set[str]:
    found = read_feed(page, source, url=URL)
    return {*(one.url for one in found.articles), *found.others}


def test_each_address_that_feedparser_gives_is_listed(files: dict[str, bytes]) -> None:
    links = {
        name: [link for one in entries(page) if (link := dict.get(one, "link"))]
        for name, page in files.items()
    }
    hosts = {urlsplit(link).hostname for found in links.values() for link in found}
    source = a_source(*sorted(host for host in hosts if host))
    lost, refused = {}, 0
    for name, page in files.items():
        wanted = {own_address(link, URL, source) for link in links[name]}
        try:
            ours = listed(page, source)
        except NotAListing:
            ours, refused = set(), refused + 1
        if ours != wanted:
            lost[name] = (wanted, ours)
    assert lost == {}
    assert (len(files), refused) == (CASES, NO_FEEDS)


def test_no_entry_is_lost_before_its_address_is_read(
    files: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Most entries of the suite have no address: here each has, as soon as feedparser gives it."""
    theirs = {name: len(entries(page)) for name, page in files.items()}
    monkeypatch.setattr(feedparser, "parse", with_addresses(feedparser.parse))
    source, lost = a_source(), {}
    for name, page in files.items():
        try:
            ours = len(listed(page, source))
        except NotAListing:
            ours = 0
        if ours != theirs[name] or ours != in_xml(page, ours):
            lost[name] = (theirs[name], ours)
    assert lost == {}
    assert sum(theirs.values()) == ENTRIES


def with_addresses(parse: Callable[..., Any]) -> Callable[..., Any]:
    def parsed(*arguments: Any, **options: Any) -> Any:
        feed = parse(*arguments, **options)
        for number, entry in enumerate(feed.entries):
            entry["link"] = f"{URL}story-{number}"
        return feed

    return parsed


def in_xml(page: bytes, otherwise: int) -> int:
    """How many entries lxml counts, where it can read the page."""
    try:
        tree = etree.fromstring(page, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError:
        return otherwise
    names = [etree.QName(one).localname.lower() for one in tree.iter(etree.Element)]
    return sum(name in ("item", "entry") for name in names)
