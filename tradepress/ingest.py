"""`tradepress ingest`: stories from files, by the same extraction and the same pipelines."""

import asyncio
import json
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import click
from scrapy.exceptions import DropItem

from archive.clean import clean_text
from archive.errors import ArchiveError
from archive.ledger import Ledger
from archive.url_key import without_tracking
from archive.withdrawal.tombstones import WITHDRAWN
from crawler.conduct.rights import asked_policy, header_reservations
from crawler.extraction import NotAnArticle
from crawler.items import Article, Capture, Policy
from crawler.news_spider import NewsSpider
from crawler.page_workers import PageWorkers, TooComplex
from crawler.run import open_ledger, source_row
from crawler.source import Source
from pipelines.apply_policy import ApplyPolicy
from pipelines.normalize_text import NormalizeText
from pipelines.require_fields import RequireFields
from pipelines.save_to_archive import SaveToArchive, article_row
from tradepress.crawling import project_settings
from tradepress.options import (
    archive_option,
    json_option,
    no_captures_option,
    source_option,
    wait_option,
)
from tradepress.pages import Page, UnreadableFile, read_pages
from tradepress.reading import Read, read_story
from tradepress.spiders import spider_named, spider_owning

NO_SOURCE = "no source has this site"
BATCH = 50
"""Stories committed together."""

PolicyOf = Callable[[Source], Policy]
"""What a source and the operator ask for."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Ingested:
    """How one page of a file ended."""

    url: str
    outcome: str
    words: str


@click.command(short_help="Store the stories of files: HTML, text captures, WARC.")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE..."
)
@source_option("Whose pages these are.")
@click.option("--url", help="Address of the page, for a file that holds one page.")
@no_captures_option
@wait_option
@json_option
@archive_option
def ingest(
    files: tuple[Path, ...],
    source_name: str | None,
    url: str | None,
    no_captures: bool,
    wait: float,
    as_json: bool,
    archive: Path,
) -> int:
    """Store the stories of files: .html .html.gz .txt .warc .warc.gz .wacz .wet.gz.

    Extraction, pipelines and archive are the same as in a crawl. Without --source each page
    goes to the source whose site its address is on, without --url it stands where it says itself.
    """
    if url is not None and len(files) > 1:
        raise click.UsageError("--url names the address of one page; give one FILE with it.")
    spider = spider_named(source_name) if source_name else None
    if spider and url and not spider.source.owns(url):
        raise click.UsageError(f"{url} is not an address of {spider.source.publisher}.")
    chosen: dict[str, Any] = {"TRADEPRESS_ARCHIVE": str(archive)}
    if no_captures:
        chosen["TRADEPRESS_CAPTURES"] = False
    settings = project_settings(chosen)
    policy_of = partial(asked_policy, settings)
    ledger = open_ledger(settings, "ingest", [spider.source] if spider else [], wait)
    try:
        with PageWorkers() as workers:
            results = asyncio.run(_ingest_files(files, spider, url, ledger, workers, policy_of))
    except KeyboardInterrupt:
        ledger.close("interrupted", exit_code=130, reason="stopped with Ctrl-C")
        raise
    except ArchiveError as error:
        with suppress(ArchiveError):
            ledger.close("interrupted", exit_code=3, reason=str(error))
        raise
    except BaseException as error:
        ledger.close("failed", exit_code=1, reason=f"the ingest broke off: {error}")
        raise
    code = int(any(result.outcome in ("failed", "skipped") for result in results))
    sums = ledger.close("done", exit_code=code)
    if as_json:
        click.echo(json.dumps([vars_of(result) for result in results], ensure_ascii=False))
    else:
        print_results(results, sums)
    return code


async def _ingest_files(
    files: tuple[Path, ...],
    spider: type[NewsSpider] | None,
    url: str | None,
    ledger: Ledger,
    workers: PageWorkers,
    policy_of: PolicyOf,
) -> list[Ingested]:
    results: list[Ingested] = []
    for file in files:
        batch: list[Page] = []
        try:
            for page in read_pages(file, url):
                batch.append(page)
                if len(batch) == BATCH:
                    results += await _ingest_batch(batch, file, spider, ledger, workers, policy_of)
                    batch = []
        except UnreadableFile as error:
            results.append(Ingested(url=str(file), outcome="failed", words=str(error)))
        results += await _ingest_batch(batch, file, spider, ledger, workers, policy_of)
    return results


async def _ingest_batch(
    pages: list[Page],
    file: Path,
    spider: type[NewsSpider] | None,
    ledger: Ledger,
    workers: PageWorkers,
    policy_of: PolicyOf,
) -> list[Ingested]:
    found = await asyncio.gather(*(_read(page, spider, workers) for page in pages))
    tasks = [
        asyncio.ensure_future(_ingest_page(page, read, file, spider, ledger, policy_of))
        for page, read in zip(pages, found, strict=True)
    ]
    await asyncio.sleep(0)  # each page runs up to its wait for the commit
    with suppress(ArchiveError):  # each page is told
        ledger.commit()
    results = await asyncio.gather(*tasks)
    if ledger.failure is not None:
        raise ledger.failure
    return results


async def _read(page: Page, spider: type[NewsSpider] | None, workers: PageWorkers) -> Read | str:
    """The story of a page, or why there is none."""
    try:
        return await read_story(page, spider, workers)
    except (NotAnArticle, TooComplex) as error:
        return error.reason


async def _ingest_page(
    page: Page,
    read: Read | str,
    file: Path,
    spider: type[NewsSpider] | None,
    ledger: Ledger,
    policy_of: PolicyOf,
) -> Ingested:
    article, reason = (None, read) if isinstance(read, str) else (read.article, "")
    is_declared = page.url is None
    if not isinstance(read, str):
        page, spider = read.page, read.spider
    elif spider is None and page.url is not None:
        spider = spider_owning(page.url)
    if page.url is None:
        return _without_address(article, file)
    url = without_tracking(page.url)
    if spider is None:
        return Ingested(url=url, outcome="skipped", words=NO_SOURCE)
    if is_declared and article is not None and ledger.holds_another(_row(article, spider)):
        words = "it says that it is another story, which is kept: give its own address by --url"
        return Ingested(url=url, outcome="skipped", words=words)
    policy = policy_of(spider.source)
    if article is not None and policy == "skip":
        article, reason = None, "policy"
    ledger.add_source(source_row(spider.source))
    rows = ledger.found(spider.source.name, [(url, file.name)])
    if not rows:
        with suppress(ValueError):
            if ledger.is_withdrawn(url):
                return Ingested(url=url, outcome="rejected", words=WITHDRAWN)
        return Ingested(url=url, outcome="skipped", words="not a web address")
    ledger.schedule(rows)
    if article is None:
        ledger.settle(url, "rejected", reason, status=page.status, kind="file")
        return Ingested(url=url, outcome="rejected", words=reason)
    article = replace(article, url=url, source=spider.source.name, policy=policy)
    return await _save(article, page, ledger)


def _without_address(article: Article | None, file: Path) -> Ingested:
    """A page of which nobody knows where it stood, nor can it say so itself."""
    declared = article.canonical_url if article else None
    if declared is None:
        return Ingested(url=str(file), outcome="skipped", words="no address: give --url")
    if spider_owning(declared) is None:
        return Ingested(url=declared, outcome="skipped", words=NO_SOURCE)
    words = "no address: what it declares is not that of a story: give --url"
    return Ingested(url=declared, outcome="skipped", words=words)


def _row(article: Article, spider: type[NewsSpider]) -> dict[str, Any]:
    """As it would be stored, to be compared with what is."""
    return article_row(NormalizeText().process_item(replace(article, source=spider.source.name)))


async def _save(article: Article, page: Page, ledger: Ledger) -> Ingested:
    assert article.url is not None
    capture = Capture(
        url=article.url,
        body=page.raw,
        content_type=page.content_type,
        status=page.status,
        http_headers=page.http_headers,
        date_captured=page.date_captured,
        origin="file",
        source=article.source,
    )
    reservations = (*article.reservations, *header_reservations(page.http_headers))
    item: Any = replace(article, capture=capture, reservations=reservations)
    save = SaveToArchive(ledger)
    try:
        for pipeline in (RequireFields(), NormalizeText(), ApplyPolicy()):
            item = pipeline.process_item(item)
        await save.process_item(item)
    except DropItem as error:
        ledger.settle(article.url, "rejected", str(error), status=page.status)
        return Ingested(url=article.url, outcome="rejected", words=str(error))
    saved = save.saved
    assert saved is not None
    if saved.outcome == "rejected":
        return Ingested(url=article.url, outcome=saved.outcome, words=str(saved.reason))
    words = saved.ref if saved.version == 1 else f"{saved.ref}@{saved.version}"
    if saved.reason:
        words += f" ({saved.reason})"
    return Ingested(url=article.url, outcome=saved.outcome, words=words)


def vars_of(result: Ingested) -> dict[str, str]:
    """One result for JSON."""
    return {"url": result.url, "outcome": result.outcome, "words": result.words}


def print_results(results: list[Ingested], sums: dict[str, Any] | None) -> None:
    """A line a page (the first twenty), then the sums."""
    for result in results[:20]:
        click.echo(clean_text(f"{result.outcome:<10}{result.words}   {result.url}"))
    if len(results) > 20:
        click.echo(f"… and {len(results) - 20} more")
    counts = Counter(result.outcome for result in results)
    words = ", ".join(f"{outcome} {count}" for outcome, count in counts.items()) or "no page"
    click.echo(f"{len(results)} pages: {words}")
    if sums is None:
        click.echo("No story was found, so no archive was made.")
