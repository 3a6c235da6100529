"""Fetches from Common Crawl: by its index, from the places in WARC files that this names; or from a
folder that holds copies of both."""

import gzip
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryFile

from scrapy import Request
from scrapy.http import Response

from tradepress.archive.border import border
from tradepress.archive.captures.file_part import FilePart
from tradepress.archive.frontier.mementos import Memento, story_key
from tradepress.crawling.page_workers import NoWorkers, PageWorkers, TooComplex
from tradepress.discovery.common_crawl import (
    CrawledPage,
    crawl_queries,
    crawled_pages,
    read_crawl_index,
    read_indexes,
    read_page_count,
)
from tradepress.jobs.backfill.backfill_visit import (
    AnotherCapture,
    FoundCapture,
    Visit,
    WebArchive,
    data_loss,
    memento_of,
)
from tradepress.jobs.backfill.index_walk import IndexWalk
from tradepress.jobs.files.file_page import FilePage, OtherRecords, UnreadableFile
from tradepress.jobs.files.warc_pages import read_records
from tradepress.jobs.site_visit import PageNotHad
from tradepress.source import Source
from tradepress.story import Capture, Origin, Revisit

FILES = "https://data.commoncrawl.org"
INDEXES = "https://index.commoncrawl.org"
BOTH = "https://commoncrawl.org"
HERE = "http://127.0.0.1"
NEWS_FOLDER = "crawl-data/CC-NEWS"
RANGE_TIMEOUT = 600
"""Is in seconds: a piece of a file may come on a slow line."""
PLACE = re.compile(r"(.+)\?bytes=(\d+)-(\d+)$")
INDEX_FILES = ("*.cdxj", "*.cdxj.gz", "cdx-*.gz")
"""Are the indexes in a folder: those of Common Crawl and of other tools."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CrawlFiles:
    """Says where the files of Common Crawl lie."""

    address: str
    """Is the address of the files, as captures name it."""
    indexes: str
    """Is the address of the server of indexes."""
    host: str
    """Is the address of whose host, and those below it, is asked."""
    folder: Path | None
    """Is the folder that holds them here; nothing is asked then."""

    def size_of(self, url: str) -> int:
        """Returns how many bytes a copy has; 0: it is not there."""
        assert self.folder is not None
        try:
            return copy_of(self.folder, url.removeprefix(f"{self.address}/")).stat().st_size
        except OSError:
            return 0


def crawl_files(setting: str) -> CrawlFiles:
    """Reads the configuration: an address, or a folder."""
    if "://" not in setting:  # nobody is asked, so there is nothing to wait between
        return CrawlFiles(address=FILES, indexes=INDEXES, host=HERE, folder=Path(setting))
    if setting == FILES:
        return CrawlFiles(address=FILES, indexes=INDEXES, host=BOTH, folder=None)
    return CrawlFiles(address=setting, indexes=setting, host=setting, folder=None)


def common_crawl(setting: str) -> WebArchive:
    """Returns Common Crawl as a way, where it is set."""
    files = crawl_files(setting)
    return WebArchive(
        address=files.host,
        captures=f"{files.address}/",
        index_of=index_of,
        list_mementos=partial(list_mementos, files),
        read_memento=partial(read_memento, files),
        size_of=files.size_of if files.folder else None,
    )


def index_of(url: str) -> str:
    """Returns the address of the list of a crawl's indexes, on the host of its files."""
    return f"{url.partition('/segments/')[0].partition('/warc/')[0]}/cc-index.paths.gz"


async def list_mementos(files: CrawlFiles, visit: Visit) -> None:
    """Asks the index of each crawl for the pages of the source's stories.
    What a crawl has never changes: an index that was read to its end is not asked again.

    :raises PageNotHad: an index can't be had, or is none
    """
    if files.folder is not None:
        _list_folder(files, files.folder, visit)
        return
    since, until = visit.asked.since, visit.asked.until
    read = partial(read_indexes, since=since, until=until)
    indexes = await visit.ask_index(f"{files.indexes}/collinfo.json", read)
    known = visit.run.seeds.of(visit.source.name)
    for index in indexes:
        for query in crawl_queries(index, visit.source, since=since, until=until):
            seed = known.get(query)
            if seed is None or seed.next_url is not None:
                await _list_query(files, visit, query, seed.next_url if seed else None)


async def _list_query(files: CrawlFiles, visit: Visit, query: str, next_url: str | None) -> None:
    """Lists all pages of one query, or those from one on."""
    if visit.is_stopping:
        return
    pages = await visit.ask_index(f"{query}&showNumPages=true", read_page_count, otherwise=0)
    urls = [f"{query}&page={number}" for number in range(pages)]
    walk = IndexWalk()
    for url in urls[urls.index(next_url) if next_url in urls else 0 :]:
        if visit.is_stopping:
            return
        read = partial(
            read_crawl_index,
            source=visit.source,
            since=visit.asked.since,
            until=visit.asked.until,
        )
        none: tuple[CrawledPage, ...] = ()
        found = await visit.ask_index(url, read, otherwise=none, count=len)
        following = None if url == urls[-1] else urls[urls.index(url) + 1]
        _take(files, visit, query, found, next_url=following)
        if following is not None and not walk.goes_on(found, following):
            visit.leave(url)
            return
    if not urls:
        _take(files, visit, query, (), next_url=None)


def _list_folder(files: CrawlFiles, folder: Path, visit: Visit) -> None:
    """Lists all indexes in a folder.

    :raises PageNotHad: there is none, or one is none
    """
    names = sorted({path for pattern in INDEX_FILES for path in folder.rglob(pattern)})
    if not names:
        raise PageNotHad(str(folder), "not_an_index", f"no {' or '.join(INDEX_FILES)} is in it")
    for path in names:
        with (
            border(partial(PageNotHad, str(path), "not_an_index")),
            gzip.open(path) if path.suffix == ".gz" else path.open("rb") as lines,
        ):
            found = crawled_pages(
                lines, visit.source, since=visit.asked.since, until=visit.asked.until
            )
        name = visit.source.name
        mementos = (_memento(files, page) for page in found)
        visit.run.mementos.add(name, mementos, found_on=path.name)
        visit.run.transaction.commit()


def _take(
    files: CrawlFiles,
    visit: Visit,
    listed: str,
    found: Iterable[CrawledPage],
    *,
    next_url: str | None,
) -> None:
    """Takes what a page of an index names, with where it goes on, in one commit."""
    name = visit.source.name
    visit.run.mementos.add(name, (_memento(files, page) for page in found), found_on=listed)
    visit.run.seeds.save(name, "index", listed, next_url=next_url)
    visit.run.transaction.commit()


def _memento(files: CrawlFiles, page: CrawledPage) -> Memento:
    end = page.offset + page.length - 1
    return memento_of(page, f"{files.address}/{page.file}?bytes={page.offset}-{end}")


async def read_memento(files: CrawlFiles, visit: Visit, memento: Memento) -> FoundCapture | Revisit:
    """Returns the page of one capture, or that it was the same as before, from its place in a WARC
    file.

    :raises PageNotHad: it can't be had, or the record there holds no page
    :raises AnotherCapture: there is that of another page
    :raises NoWorkers: nothing is wrong with it, but no page can be read now
    """
    if files.folder is not None:
        return await read_copy(files, files.folder, memento, visit.source, visit.workers)
    file, first, last = _place_of(files, memento)
    answer = await fetch_range(visit, f"{files.address}/{file}", first, last)
    return await _found(answer.body, memento, visit.source, visit.workers)


async def read_copy(
    files: CrawlFiles, folder: Path, memento: Memento, source: Source, workers: PageWorkers
) -> FoundCapture | Revisit:
    """Returns the page of one capture, from a folder; raises as :func:`read_memento`."""
    file, first, last = _place_of(files, memento)
    try:
        data = _bytes_of(folder, file, first, last)
    except OSError as error:
        raise data_loss(memento.url, str(error)) from error
    return await _found(data, memento, source, workers)


def _place_of(files: CrawlFiles, memento: Memento) -> tuple[str, int, int]:
    """Returns file, first and last byte.

    :raises PageNotHad: its address names none
    """
    place = PLACE.fullmatch(memento.url.removeprefix(f"{files.address}/"))
    if place is None:
        raise PageNotHad(memento.url, "no_place", "its address names no place in a file")
    return place[1], int(place[2]), int(place[3])


async def _found(
    data: bytes, memento: Memento, source: Source, workers: PageWorkers
) -> FoundCapture | Revisit:
    story = story_key(memento.original_url)
    try:
        page = await workers.run(read_page_of, data, story)
    except NoWorkers:  # it is an OSError, too
        raise
    except (OSError, UnreadableFile, TooComplex) as error:
        raise data_loss(memento.url, str(error)) from error
    if not _is_of(page, story):
        raise AnotherCapture(f"{memento.url} is the place of {page.url}")
    return page if isinstance(page, Revisit) else found_capture(source, memento, page)


def copy_of(folder: Path, file: str) -> Path:
    """Returns where the copy of a file lies: in its place, or at the top."""
    return folder / file if (folder / file).exists() else folder / Path(file).name


def _bytes_of(folder: Path, file: str, first: int, last: int) -> bytes:
    """Reads the bytes from first to last of a file; raises OSError where they can't be read."""
    with copy_of(folder, file).open("rb") as stream:
        return FilePart(stream).read_at(first, last + 1 - first)


async def fetch_range(visit: Visit, url: str, first: int, last: int) -> Response:
    """Fetches some bytes of a file (RFC 9110, section 14.2); fewer only at its end.

    :raises PageNotHad: they can't be had
    """
    meta = {
        "kind": "memento",
        "download_maxsize": last + 1 - first,
        "download_timeout": RANGE_TIMEOUT,
    }
    request = Request(url, headers={"Range": f"bytes={first}-{last}"}, meta=meta)
    return await visit.fetch(request, status=206)


def read_page_of(data: bytes, story: str) -> FilePage | Revisit:
    """Returns the page of a WARC record, or that it was the same as before. A file that was packed
    anew may have several records at one place: then the first of this story, else the last of all.

    :param story: its ``story_key``
    :raises UnreadableFile: there is none, or one is damaged
    """
    page, others = None, OtherRecords()
    with TemporaryFile() as file:
        file.write(data)
        file.flush()
        for page in read_records(FilePart(file), others=others):
            if _is_of(page, story):
                return page
    if page is None and not others.revisits:
        raise UnreadableFile("it holds no page")
    return page or others.revisits[0]


def _is_of(page: FilePage | Revisit, story: str) -> bool:
    with suppress(ValueError):
        return story_key(str(page.url)) == story
    return False


def found_capture(source: Source, memento: Memento, page: FilePage) -> FoundCapture:
    """Returns a page of a WARC file as the capture that it is."""
    origin: Origin = "ccnews" if f"/{NEWS_FOLDER}/" in memento.url else "commoncrawl"
    capture = Capture(
        url=memento.original_url,
        body=page.raw,
        content_type=page.content_type,
        status=page.status,
        http_headers=page.http_headers,
        date_captured=page.date_captured or memento.date_captured,
        seen_until=memento.seen_until,
        origin=origin,
        retrieved_from=memento.url,
        source=source.name,
    )
    return FoundCapture(capture=capture, page=page.page)
