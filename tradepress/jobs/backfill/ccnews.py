"""Fetches from CC-NEWS, Common Crawl's daily crawl of news: its WARC files, which no index names,
are looked through for the stories of one source; downloaded piece by piece, or in a folder."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from tempfile import TemporaryFile, gettempdir
from typing import IO

from tradepress.archive.captures.file_part import FilePart
from tradepress.archive.captures.members import Member
from tradepress.archive.captures.packing import payload_digest
from tradepress.archive.frontier.mementos import Memento
from tradepress.archive.url_key import without_tracking
from tradepress.crawling.listing_walk import header_of
from tradepress.discovery.common_crawl import (
    NEWS_FILE_BYTES,
    is_of_days,
    is_story_of,
    news_months,
    read_paths,
)
from tradepress.jobs.backfill.backfill_visit import (
    Found,
    FoundCapture,
    Visit,
    WebArchive,
    data_loss,
)
from tradepress.jobs.backfill.commoncrawl import (
    NEWS_FOLDER,
    CrawlFiles,
    crawl_files,
    fetch_range,
    found_capture,
    read_memento,
)
from tradepress.jobs.files.file_page import FilePage, OtherRecords, UnreadableFile
from tradepress.jobs.files.warc_pages import read_records
from tradepress.jobs.site_visit import PageNotHad
from tradepress.source import Source
from tradepress.story import Revisit

PIECE = 32 << 20
"""Is how many bytes of a file are asked for at once."""
REQUESTS = NEWS_FILE_BYTES // PIECE


def cc_news(setting: str) -> WebArchive:
    """Returns CC-NEWS as a way, where Common Crawl is set."""
    files = crawl_files(setting)
    return WebArchive(
        address=files.host,
        captures=f"{files.address}/{NEWS_FOLDER}/",
        index_of=lambda url: f"{url.rpartition('/')[0]}/warc.paths.gz",
        read_memento=partial(read_memento, files),  # one that a kill left behind
        list_files=partial(list_files, files),
        read_file=partial(read_file, files),
        file_requests=0 if files.folder else REQUESTS,
        size_of=files.size_of if files.folder else None,
    )


async def list_files(files: CrawlFiles, visit: Visit) -> list[str]:
    """Returns addresses of the files of the days asked for that no run has looked through.

    :raises PageNotHad: a list of a month can't be had, or is none
    """
    since, until = visit.asked.since, visit.asked.until
    names: list[str] = []
    if files.folder is not None:
        found = sorted(files.folder.rglob("CC-NEWS-*.warc.gz"))
        if not found:
            words = "no CC-NEWS-….warc.gz is in it"
            raise PageNotHad(str(files.folder), "not_an_index", words)
        names = [str(path.relative_to(files.folder)) for path in found]
    else:
        for month in news_months(since, until, datetime.now(UTC).date()):
            if visit.is_stopping:
                return []
            url = f"{files.address}/{NEWS_FOLDER}/{month}/warc.paths.gz"
            # The running month may have none yet.
            names += await visit.ask_index(url, read_paths, otherwise=[])
    known = visit.run.seeds.of(visit.source.name)
    addresses = (f"{files.address}/{name}" for name in names if is_of_days(name, since, until))
    return [address for address in addresses if address not in known]


async def read_file(files: CrawlFiles, visit: Visit, url: str) -> Found:
    """Yields the source's stories in one file; of any other record only the address is looked at.

    :raises PageNotHad: the file can't be had
    :raises UnreadableFile: some records are damaged; all others were read
    """
    with _opened(files, url) as file:
        if files.folder is None:
            await _download(visit, url, file)
        pages = pages_in(file, url, visit.source)
        # Tens of thousands of records may lie between two pages; meanwhile a signal is heard.
        while (page := await asyncio.to_thread(next, pages, None)) is not None:
            yield page


def pages_in(
    file: IO[bytes], url: str, source: Source
) -> Iterator[tuple[Memento, FoundCapture | Revisit]]:
    """Yields the stories of a source in an open file; behind them, which were the same as before.

    :param url: of the file, as captures name it
    :raises UnreadableFile: some records are damaged; all others were read
    """
    part, others = FilePart(file), OtherRecords()
    damage: UnreadableFile | None = None
    try:
        for page in read_records(FilePart(file), is_story_of(source), others=others):
            if (memento := _memento(url, part, page)) is not None:
                yield memento, found_capture(source, memento, page)
    except UnreadableFile as error:
        damage = error
    for revisit in others.revisits:
        at, digest = datetime.fromisoformat(revisit.seen_at), revisit.digest or ""
        yield _memento_at(url, part, revisit.offset, revisit.url, at, digest), revisit
    if damage is not None:
        raise damage


@contextmanager
def _opened(files: CrawlFiles, url: str) -> Iterator[IO[bytes]]:
    """Opens the file in the folder, or an empty one for what is downloaded.

    :raises PageNotHad: it can't be opened
    """
    if files.folder is None:
        with TemporaryFile() as file:
            yield file
        return
    try:
        stream = (files.folder / url.removeprefix(f"{files.address}/")).open("rb")
    except OSError as error:
        raise data_loss(url, str(error)) from error
    with stream:
        yield stream


async def _download(visit: Visit, url: str, file: IO[bytes]) -> None:
    """Downloads the whole file, piece by piece.

    :raises PageNotHad: a piece can't be had
    """
    size: int | None = None
    while size is None or file.tell() < size:
        answer = await fetch_range(visit, url, file.tell(), file.tell() + PIECE - 1)
        size = whole_size(header_of(answer, "Content-Range"))
        if size is None or not answer.body:
            raise data_loss(url, "its server does not say how long it is")
        try:
            file.write(answer.body)
            file.flush()
        except OSError as error:
            words = f"there is no room for it in {gettempdir()} ({error}); TMPDIR names another"
            raise data_loss(url, words) from error


def whole_size(content_range: str | None) -> int | None:
    """Returns the size of a file of which a part was sent (RFC 9110, section 14.4); None: unknown.

    >>> whole_size("bytes 0-499/1234")
    1234
    """
    size = (content_range or "").rpartition("/")[2]
    return int(size) if size.isascii() and size.isdecimal() else None


def _memento(url: str, file: FilePart, page: FilePage) -> Memento | None:
    """Makes a capture of a page; None: it is not known where or when that stood."""
    if page.url is None or page.offset is None or page.date_captured is None:
        return None
    digest = payload_digest(page.raw)
    return _memento_at(url, file, page.offset, page.url, page.date_captured, digest)


def _memento_at(
    url: str, file: FilePart, offset: int, original_url: str, at: datetime, digest: str
) -> Memento:
    record = Member(file, offset)
    record.drain()
    return Memento(
        url=f"{url}?bytes={record.start}-{record.end - 1}",
        original_url=without_tracking(original_url),
        date_captured=at,
        seen_until=at,
        digest=digest.removeprefix("sha1:") or None,
    )
