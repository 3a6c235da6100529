"""Fetches from a Wayback Machine: archive.org's, or a library's own pywb or OpenWayback."""

import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import partial
from urllib.parse import urlencode, urljoin

from scrapy import Request
from scrapy.http import Response

from tradepress.archive.archived_address import unwrap
from tradepress.archive.clock import has_come
from tradepress.archive.frontier.mementos import Memento, story_key
from tradepress.crawling.failures import Failure
from tradepress.crawling.listing_walk import header_of, headers_of
from tradepress.discovery.story_captures import CapturedPage
from tradepress.discovery.wayback_index import (
    IndexPage,
    by_fewer_lines,
    index_queries,
    is_full,
    later_half,
    next_query,
    read_index,
    wayback_at,
)
from tradepress.jobs.backfill.backfill_visit import (
    AnotherCapture,
    FoundCapture,
    Visit,
    WebArchive,
    memento_of,
)
from tradepress.jobs.backfill.index_walk import IndexWalk
from tradepress.jobs.site_visit import PageNotHad
from tradepress.story import Capture

REWRITTEN = (r"/(\d{14})id_/", r"/\1if_/")
"""Rewrites the address of the bytes as captured to that of the page as shown, without a frame."""
ORIGINAL = "x-archive-orig-"
"""Stands before the names of headers that the captured site had sent."""
SAID_OF_PAGE = (
    *("content-type", "content-language", "etag", "last-modified"),
    *("x-robots-tag", "tdm-reservation", "tdm-policy"),
)
"""Names headers that pywb leaves under their own names."""
OF_TRANSFER = ("content-encoding", "content-length", "transfer-encoding", "connection")
"""Names headers that told how the site sent the bytes to the web archive."""


def wayback(address: str) -> WebArchive:
    """Returns the Wayback Machine at an address as a way."""
    return WebArchive(
        address=address,
        captures=wayback_at(address).captures,
        index_of=partial(index_of, address),
        list_mementos=list_mementos,
        read_memento=read_memento,
    )


def index_of(address: str, url: str) -> str:
    """Returns the address at which the index tells of one capture's page."""
    found = unwrap(url)
    page = found.url if found else url
    return f"{wayback_at(address).index}?{urlencode({'url': page, 'limit': 1})}"


async def list_mementos(visit: Visit) -> None:
    """Asks the index for all captures of the source's stories; what was listed within a week is not
    asked again, and a listing that was broken off goes on where it was.

    :raises PageNotHad: the index can't be had, or is none
    """
    queries = index_queries(
        wayback_at(visit.address).index,
        visit.source,
        since=visit.asked.since,
        until=visit.asked.until,
    )
    known = visit.run.seeds.of(visit.source.name)
    for query in queries:
        asked: str | None = query
        if (seed := known.get(query)) is not None and seed.is_fresh:
            asked = seed.next_url
        walk = IndexWalk(asked={query})
        while asked is not None and not visit.is_stopping:
            asked = await _list_page(visit, query, asked, walk)


async def _list_page(visit: Visit, query: str, asked: str, walk: IndexWalk) -> str | None:
    """Writes one page of the index into the frontier, and returns where it goes on."""
    name, run = visit.source.name, visit.run
    read = partial(
        read_index, source=visit.source, since=visit.asked.since, until=visit.asked.until
    )
    page = await visit.ask_index(asked, read, count=lambda page: len(page.captures))
    captures = wayback_at(visit.address).captures
    run.mementos.add(name, (_memento(captures, one) for one in page.captures), found_on=query)
    following, is_for_less = next_query(query, asked, page), is_full(asked, page)
    if asked == query and await _has_more(visit, query, page, read):
        following, is_for_less = by_fewer_lines(query, page), True
    if is_for_less:  # of what was asked for
        is_left = following is None
    else:
        is_left = following is not None and not walk.goes_on(page.captures, following)
    if is_left:
        visit.leave(asked)
        following = None
    run.seeds.save(name, "index", query, next_url=following)
    run.transaction.commit()
    return following


async def _has_more(
    visit: Visit, query: str, page: IndexPage, read: Callable[[bytes], IndexPage]
) -> bool:
    """Has an index more than it gave? Some give fewer lines than they are asked for, and don't say
    so: it is asked for the later half once more, and told."""
    asked = later_half(query, page)
    if asked is None:
        return False
    url, begins = asked
    half = await visit.ask_index(url, read)
    if sum(at >= begins for at in half.times) <= sum(at >= begins for at in page.times):
        return False
    visit.report.notes.append(
        f"The index gave {page.lines} lines and no key to go on by, but has more: it was asked for "
        "fewer days at once."
    )
    return True


def _memento(captures: str, page: CapturedPage) -> Memento:
    """Returns the capture at the address of its bytes as they were captured."""
    return memento_of(page, f"{captures}{page.date_captured:%Y%m%d%H%M%S}id_/{page.url}")


async def read_memento(visit: Visit, memento: Memento) -> FoundCapture:
    """Returns the page of one capture: its bytes, or if these can't be had what is shown of it.

    :raises PageNotHad: it can't be had
    :raises AnotherCapture: in its place came another page
    """
    try:
        response = await visit.fetch(Request(memento.url, meta={"kind": "memento"}))
    except PageNotHad as error:
        if error.reason != "http_404":
            raise
        shown = re.sub(*REWRITTEN, memento.url, count=1)
        response = await visit.fetch(Request(shown, meta={"kind": "memento"}))
    raw: Response = response.meta.pop("raw_response")
    if not is_memento(headers_of(raw)):
        raise no_memento(memento.url, response.status)
    given_url, date_captured = capture_given(
        response.url, header_of(raw, "Content-Location"), header_of(raw, "Memento-Datetime")
    )
    if given_url is not None and not is_same_page(given_url, memento.original_url):
        raise AnotherCapture(f"{memento.url} led to a capture of {given_url}")
    headers = original_headers(headers_of(raw))
    as_listed = date_captured in (None, memento.date_captured)
    capture = Capture(
        url=memento.original_url,
        body=raw.body,
        content_type=next(
            (value for name, value in headers if name.lower() == "content-type"),
            header_of(response, "Content-Type"),
        ),
        status=response.status,
        http_headers=headers,
        date_captured=memento.date_captured if as_listed else date_captured,
        seen_until=memento.seen_until if as_listed else None,
        origin="wayback",
        retrieved_from=memento.url,
        source=visit.source.name,
    )
    return FoundCapture(capture=capture, page=response.body)


def is_memento(headers: Iterable[tuple[str, str]]) -> bool:
    """Does an answer say that it is a capture (RFC 7089, 2.1.1), or what its site had sent? A web
    archive's own page on a fault, sent with 200, says neither."""
    return any(name.lower().startswith(("memento-datetime", ORIGINAL)) for name, _ in headers)


def no_memento(url: str, status: int) -> PageNotHad:
    """Says that no capture came, so that a later run asks for it again."""
    words = f"{url} gave a page of the web archive's own in place of the capture"
    why = Failure(outcome="failed", reason="no_memento", words=words, status=status)
    return PageNotHad(url, why.reason, "it is a page of the web archive's own, no capture", why)


def capture_given(
    url: str, location: str | None, memento_datetime: str | None
) -> tuple[str | None, datetime | None]:
    """Tells which page was given, and of what time (RFC 7089); None: the service does not say.

    :param url: of the answer, after redirects
    :param location: its Content-Location
    :param memento_datetime: the header of that name
    """
    found = unwrap(urljoin(url, location or "")) or unwrap(url)
    when = found.date_captured if found else None
    with suppress(ValueError, TypeError):
        given = parsedate_to_datetime(memento_datetime or "")
        given = given.replace(tzinfo=given.tzinfo or UTC)
        when = given if has_come(given) else when
    return (found.url if found else None), when


def is_same_page(given: str, asked: str) -> bool:
    """Is the page that came the one of which a capture was asked for?"""
    try:
        return story_key(given) == story_key(asked)
    except ValueError:
        return False


def original_headers(headers: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Returns what the captured site had sent, as far as it still holds of the bytes that came.

    Their encoding is that of the answer: whoever decoded them did not say so in the original one.
    """
    given = [*headers]
    original = [
        (name[len(ORIGINAL) :], value) for name, value in given if name.lower().startswith(ORIGINAL)
    ]
    prefixed = {name.lower() for name, _ in original}
    return (
        *((name, value) for name, value in original if name.lower() not in OF_TRANSFER),
        *(
            (name, value)
            for name, value in given
            if name.lower() == "content-encoding"
            or (name.lower() in SAID_OF_PAGE and name.lower() not in prefixed)
        ),
    )
