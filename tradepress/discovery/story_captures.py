"""Finds which of the captures that a web archive's index names are worth asking for."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TypeVar

from tradepress.archive.clock import has_come
from tradepress.archive.frontier.mementos import story_key
from tradepress.archive.url_key import without_tracking
from tradepress.archive.web_address import web_address
from tradepress.discovery.traps import trap
from tradepress.source import Source

REVISIT = "warc/revisit"
"""Is the media type of a capture that found the same bytes as one before (ISO 28500)."""
NOT_MODIFIED = 304
NOTHING = "3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ"
"""Is the digest of an answer without a body, as most redirects are."""
PAGES = ("text/html", "application/xhtml+xml")


@dataclass(frozen=True, kw_only=True, slots=True)
class CapturedPage:
    """Holds one line of an index."""

    url: str
    """Is the address as the index writes it."""
    date_captured: datetime
    """Is aware and in UTC."""
    status: int | None = None
    media_type: str | None = None
    digest: str | None = None
    """Is the digest of the payload; None: unknown."""
    seen_until: datetime | None = None
    """Is the last capture of the same bytes with no others between; None: there is but this one."""

    @property
    def original_url(self) -> str:
        """Returns the address of the page.

        :raises ValueError: the index names none
        """
        return without_tracking(web_address(self.url))

    @property
    def is_page(self) -> bool:
        """Is it a page that was served? A revisit is what it repeats."""
        return self.status == 200 and (self.media_type or "").startswith(PAGES)


Captured = TypeVar("Captured", bound=CapturedPage)


def story_captures(
    pages: Iterable[Captured],
    source: Source,
    *,
    since: date | None = None,
    until: date | None = None,
) -> tuple[Captured, ...]:
    """Returns one capture for each story of a source and each change of its bytes; and all captures
    of a time to come, which whoever takes them in refuses by name.

    :param since: first day of capture
    :param until: last day of capture
    """
    stories: dict[str, list[Captured]] = {}
    to_come: list[Captured] = []
    for page in pages:
        with suppress(ValueError):  # no web address after all
            url, day = page.original_url, page.date_captured.date()
            if not source.is_article_url(url) or trap(url) is not None:
                continue
            if not has_come(page.date_captured):
                to_come.append(page)
            elif not ((since and day < since) or (until and day > until)):
                stories.setdefault(story_key(url), []).append(page)
    return (*(one for captured in stories.values() for one in _changes(captured)), *to_come)


def _changes(captured: list[Captured]) -> Iterator[Captured]:
    """Yields the captures of one story that change its bytes."""
    pages = {page.digest for page in captured if page.is_page}
    others = {page.digest for page in captured if not page.is_page and page.media_type != REVISIT}
    last: Captured | None = None
    for page in sorted(captured, key=lambda page: page.date_captured):
        if not page.is_page and not _is_revisit(page, pages, others - pages):
            continue
        is_same = page.digest is not None and page.status != NOT_MODIFIED
        if last is not None and is_same and page.digest == last.digest:
            last = replace(last, seen_until=page.date_captured)
            continue
        if last is not None:
            yield last
        last = page
    if last is not None:
        yield last


def _is_revisit(page: CapturedPage, pages: set[str | None], others: set[str | None]) -> bool:
    """Does it repeat a page? What it repeats may stand before the first day that was asked for, or
    in an earlier answer of the index: then it counts, unless it is known to be something else.

    :param pages: digests of a story's pages
    :param others: and those of all else at its address
    """
    if page.media_type != REVISIT or page.digest in pages:
        return page.media_type == REVISIT
    if page.status == NOT_MODIFIED:  # its record says since when
        return True
    return page.status in (None, 200) and page.digest not in {None, NOTHING, *others}
