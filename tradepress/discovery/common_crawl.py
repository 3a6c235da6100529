"""Reads Common Crawl: the lists of its indexes, its index of captures, the files of CC-NEWS.

What it answers is described at https://commoncrawl.org/get-started and, of the index server, at
https://pywb.readthedocs.io/en/latest/manual/cdxserver_api.html.
"""

import gzip
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from tradepress.archive.border import border
from tradepress.archive.clock import instant_of, later
from tradepress.archive.url_key import without_tracking
from tradepress.archive.web_address import web_address
from tradepress.discovery.story_captures import REVISIT, CapturedPage, story_captures
from tradepress.discovery.traps import trap
from tradepress.discovery.wayback_index import NotAnIndex, index_scopes
from tradepress.source import Source

FIELDS = "url,timestamp,status,mime,digest,filename,offset,length"
YEAR_AND_WEEK = re.compile(r"CC-MAIN-(\d{4})-(\d\d)$")
AROUND = timedelta(weeks=4)
"""A crawl takes some weeks before the one that it is named after, or behind it."""
MOST_PAGES = 100_000
"""Bounds the pages of one query: some fifteen thousand lines each."""
NEWS_BEGAN = date(2016, 8, 1)
NEWS_FILE = re.compile(r"CC-NEWS-(\d{8})\d{6}-")
NEWS_FILE_BYTES = 1 << 30
"""Is about how many bytes each of its WARC files has."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CrawlIndex:
    """Is the index of one crawl of the web."""

    name: str
    """Is a name such as ``CC-MAIN-2020-24``."""
    api: str
    """Is the address that is asked."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CrawledPage(CapturedPage):
    """Is one line of an index of Common Crawl; the page lies in a WARC file."""

    file: str
    """Is the path of the WARC file."""
    offset: int
    """Is where the record begins in the file, in bytes."""
    length: int


def is_story_of(source: Source) -> Callable[[str], bool]:
    """Returns what tells whether an address is that of a story of a source. Of those of all the
    world, which it is asked about, it costs next to nothing to tell that they are not."""

    def is_story(url: str) -> bool:
        if not any(domain in url for domain in source.domains):
            return False
        try:
            original = without_tracking(web_address(url))
        except ValueError:
            return False
        return source.is_article_url(original) and trap(original) is None

    return is_story


def read_indexes(answer: bytes, *, since: date | None, until: date | None) -> list[CrawlIndex]:
    """Reads ``collinfo.json``: the indexes, oldest first, that may have pages of these days.

    :raises NotAnIndex: it is something else
    """
    with border(lambda why: NotAnIndex(f"no list of indexes ({why})")):
        first, *others = json.loads(answer)
        found = [
            CrawlIndex(name=str(one["id"]), api=str(one["cdx-api"])) for one in (first, *others)
        ]
    return [one for one in reversed(found) if _may_have(one.name, since, until)]


def _may_have(name: str, since: date | None, until: date | None) -> bool:
    named = YEAR_AND_WEEK.search(name)
    if named is None:  # one of the first years
        return True
    try:
        monday = date.fromisocalendar(int(named[1]), int(named[2]), 1)
    except ValueError:
        return True
    first, last = later(monday, -AROUND), later(monday, AROUND)
    return not (since and last < since) and not (until and first > until)


def crawl_queries(
    index: CrawlIndex, source: Source, *, since: date | None, until: date | None
) -> list[str]:
    """Returns the addresses at which an index gives all pages of a source's stories, and more; each
    without the number of its page."""
    days = (("from", since), ("to", until))
    return [
        f"{index.api}?"
        + urlencode(
            [
                *scope,
                *((name, f"{day:%Y%m%d}") for name, day in days if day),
                ("filter", "~status:200|304"),  # not modified: a revisit
                ("fl", FIELDS),
                ("output", "json"),
            ]
        )
        for scope in index_scopes(source)
    ]


def read_page_count(answer: bytes) -> int:
    """Reads how many pages a query has.

    :raises NotAnIndex: it is something else
    """
    with border(lambda why: NotAnIndex(f"no number of pages ({why})")):
        pages = int(json.loads(answer)["pages"])
    if not 0 <= pages <= MOST_PAGES:
        raise NotAnIndex(f"no number of pages ({pages})")
    return pages


def read_crawl_index(
    answer: bytes, source: Source, *, since: date | None = None, until: date | None = None
) -> tuple[CrawledPage, ...]:
    """Returns what an answer of an index names.

    :raises NotAnIndex: it is something else
    """
    return crawled_pages(answer.splitlines(), source, since=since, until=until)


def crawled_pages(
    lines: Iterable[bytes],
    source: Source,
    *,
    since: date | None = None,
    until: date | None = None,
) -> tuple[CrawledPage, ...]:
    """Returns the captures of a source's stories that lines of an index name: JSON, with or without
    the key and the time that stand before it in a file (CDXJ).

    :raises NotAnIndex: one about the source's site is no such line
    """
    domains = [domain.encode() for domain in source.domains]
    ours = []
    for line in lines:
        if any(domain in line for domain in domains):
            with border(lambda why: NotAnIndex(f"no list of captures ({why})")):
                ours.append(_page(line))
    pages = (page for page in ours if page.is_page or page.media_type == REVISIT)
    return story_captures(pages, source, since=since, until=until)


def _page(line: bytes) -> CrawledPage:
    head, brace, rest = line.partition(b"{")
    fields = json.loads(brace + rest)
    time = str(fields.get("timestamp") or head.split()[1].decode())
    return CrawledPage(
        url=str(fields["url"]),
        date_captured=instant_of(time),
        status=int(fields["status"]) if str(fields.get("status")).isdecimal() else None,
        media_type=str(fields.get("mime") or "") or None,
        digest=str(fields.get("digest") or "").removeprefix("sha1:") or None,
        file=str(fields["filename"]),
        offset=int(fields["offset"]),
        length=int(fields["length"]),
    )


def news_months(since: date | None, until: date | None, today: date) -> Iterator[str]:
    """Yields the months of CC-NEWS that have these days, each as ``2020/05``."""
    month = max(since or NEWS_BEGAN, NEWS_BEGAN).replace(day=1)
    while month <= min(until or today, today):
        yield f"{month:%Y/%m}"
        month = (month + timedelta(days=31)).replace(day=1)


def read_paths(answer: bytes) -> list[str]:
    """Returns the files that a ``warc.paths.gz`` names.

    :raises NotAnIndex: it is something else
    """
    with border(lambda why: NotAnIndex(f"no list of files ({why})")):
        first, *others = gzip.decompress(answer).decode().split()
    return [first, *others]


def is_of_days(file: str, since: date | None, until: date | None) -> bool:
    """May a file of CC-NEWS have pages of these days? It bears the time at which it was begun, and
    is full within a day."""
    named = NEWS_FILE.search(file)
    if named is None:
        return True
    try:
        day = date.fromisoformat(named[1])
    except ValueError:
        return True
    return not (since and later(day, timedelta(1)) < since) and not (until and day > until)
