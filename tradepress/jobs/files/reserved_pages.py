"""Counts the pages of files whose texts their publishers reserve, before any of them is stored."""

from collections.abc import Callable, Coroutine, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tradepress.crawling.page_workers import PageWorkers, TooComplex
from tradepress.extraction import NotAnArticle
from tradepress.extraction.page_reservations import page_reservations
from tradepress.jobs.files.file_page import FilePage, UnreadableFile
from tradepress.jobs.files.file_pages import read_pages
from tradepress.jobs.files.page_folders import find_files, size_of
from tradepress.rights.header_reservations import header_reservations
from tradepress.steps.apply_policy import judge_policy
from tradepress.story import Article

MARKS = (b"noarchive", b"tdm-reservation", b"\0")
"""Lists what a page has one of that reserves its text by an element; it may be in UTF-16."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ReservedPages:
    """Says of how many pages the publishers reserve the text, be they stories or not."""

    reserved: int
    pages: int


async def count_reserved(
    files: Iterable[Path],
    workers: PageWorkers,
    begins: Callable[[Path], int | None],
    *,
    stop: int | None = None,
    progress: Callable[[int], None] = lambda read: None,
) -> ReservedPages:
    """Looks at what headers and ``meta`` elements reserve; no page is parsed that has none of
    MARKS.

    :param begins: returns where reading a file begins; None: it is not read
    :param stop: of files of many pages only what begins before it
    :param progress: called now and then: so many bytes of the files are looked at
    """
    pages = reserved = 0
    async for is_reserved in workers.in_order(_looks(files, workers, begins, stop, progress)):
        pages += 1
        reserved += is_reserved
    return ReservedPages(reserved=reserved, pages=pages)


def _looks(
    files: Iterable[Path],
    workers: PageWorkers,
    begins: Callable[[Path], int | None],
    stop: int | None,
    progress: Callable[[int], None],
) -> Iterator[Coroutine[Any, Any, bool]]:
    read = 0
    for found in find_files(files):
        if found.fault or not found.is_page:
            continue
        if (start := begins(found.path)) is not None:
            with suppress(UnreadableFile):  # it is told when its turn comes
                for page in read_pages(found.path, start=start, stop=stop):
                    progress(read + (page.offset or 0))
                    yield _is_reserved(page, workers)
        read += size_of(found.path)
        progress(read)


async def _is_reserved(page: FilePage, workers: PageWorkers) -> bool:
    said = header_reservations(page.http_headers)
    small = page.page.lower()
    if any(mark in small for mark in MARKS):
        with suppress(TooComplex, NotAnArticle):  # too deep: it is told when its turn comes
            said = (*await workers.run(page_reservations, page.page, page.content_type), *said)
    return judge_policy(Article(reservations=said)) != "store"
