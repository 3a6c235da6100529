"""Asks for single pages and keeps their stories, under the full conduct of a crawl."""

from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

from tradepress.archive.frontier.sources import names_here
from tradepress.archive.ledger.outcomes import HAD, Outcome, RunKind
from tradepress.archive.read_only import read_archive
from tradepress.archive.site_host import is_site_name, site_host
from tradepress.archive.stories.publishers import settle_publishers
from tradepress.archive.url_key import url_key, without_tracking
from tradepress.archive.web_address import web_address
from tradepress.conduct.site_pace import Pace
from tradepress.configuration import Configuration
from tradepress.crawling.confined_browser import require_browser
from tradepress.crawling.news_spider import NewsSpider
from tradepress.crawling.page_workers import PageWorkers
from tradepress.declared_sources import all_sources, as_configured
from tradepress.jobs.crawl import run_crawl
from tradepress.notebook import Table
from tradepress.source import Source
from tradepress.undeclared_source import source_of

SITES_AT_ONCE = 16
"""Bounds the crawlers that are in memory; each so many sites are a run of the ledger."""
NOT_ASKED = "it was not asked: withdrawn, or known as an address of another source"
STOPPED = "it was not asked: the run was stopped before"
ENDS = """
    SELECT url_key, outcome, reason, ref FROM urls LEFT JOIN articles ON articles.id = article_id
    WHERE scheduled_run_id = ? AND outcome IS NOT NULL
"""


class NotAnAddress(ValueError):
    """Is raised of what is no web address, before anything is asked for; the message is a line."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FetchedPage:
    """Says how one address ended."""

    url: str
    outcome: str
    """Is as in the ledger; ``skipped``: it was not asked for."""
    reason: str | None
    ref: str | None
    """Is the ref of the story that is kept of it; None: there is none."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FetchedPages(Table):
    """Holds how single pages ended, in the order in which they were named."""

    pages: tuple[FetchedPage, ...]
    runs: tuple[int, ...]
    """Are the runs of the ledger."""

    @property
    def exit_code(self) -> int:
        """Returns 0 if a story is kept of each address, else 1."""
        return int(any(page.outcome not in HAD for page in self.pages))

    def _table(self) -> tuple[str, Sequence[str], Iterable[Sequence[object]]]:
        rows = [(one.outcome, one.ref or one.reason, one.url) for one in self.pages]
        return "Single pages", ("outcome", "story", "address"), rows


class FetchSpider(NewsSpider):
    """Asks for the addresses of its source that somebody named, and for nothing else."""

    def __init__(self, *, urls: Mapping[str, Sequence[str]], workers: PageWorkers) -> None:
        super().__init__(workers=workers, revisit="all")
        self.urls = urls[self.source.name]

    async def start(self) -> AsyncIterator[Any]:
        self.report.goes_on = True
        found = self.run.addresses.add(self.source.name, [(url, None) for url in self.urls])
        for request in self.story_requests(found):
            yield request

    def closed(self, reason: str) -> None:
        """Calls an undeclared paper as its pages do."""
        super().closed(reason)
        if is_site_name(self.source.name) and self.run.failure is None:
            settle_publishers(self.run.transaction, [self.source.name])


def fetch(
    urls: str | Iterable[str],
    *,
    archive: str | Path | None = None,
    contact: str | None = None,
    configuration: Configuration | None = None,
    **how: Any,
) -> FetchedPages:
    """Asks for single pages, each once, and keeps their stories; to be called from the main thread.

    A page that is kept is asked for again: what has changed is a version. On the site of a declared
    source its rules hold; any other site gets a source of its own.

    Example:

    >>> done = tradepress.fetch(PAGE, archive="press.db", contact="me@library.example")
    >>> done.pages[0].outcome, done.exit_code
    (<Outcome.STORED: 'stored'>, 0)

    :param urls: one address, or several
    :param archive: made, if it is not there; None: the configuration's
    :param contact: the mail or web address of whoever runs this
    :param configuration: None: that of the file and the environment, as the command has it
    :param how: as :func:`~tradepress.jobs.crawl.run_crawl` has them: ``wait``, ``pace``, …
    :raises NotAnAddress: one is none
    :raises UsageError: as things are set no page can be asked for, or a source lacks its browser
    :raises ArchiveError: the archive can't be written
    """
    configuration = as_configured(configuration, archive=archive)
    if contact is not None:
        configuration = replace(configuration, contact=contact)
    named = [_address(words) for words in ([urls] if isinstance(urls, str) else urls)]
    sources = _by_source(dict.fromkeys(named), configuration.archive)
    if any(source.rendered for source, _ in sources.values()):
        require_browser()
    ends: dict[str, FetchedPage] = {}
    late: set[str] = set()
    runs: list[int] = []
    left, pace = iter(sources.values()), Pace()
    while some := [*islice(left, SITES_AT_ONCE)]:
        done = run_crawl(
            [source for source, _ in some],
            configuration,
            kind=FetchSpider,
            run_kind=RunKind.FETCH,
            command="fetch",
            **{"archive": configuration.archive, "pace": pace, **how},
            urls={source.name: own for source, own in some},
        )
        if done.sums is not None:
            runs.append(done.sums.id)
            ends |= {one.url: one for one in _ends(configuration.archive, done.sums.id)}
            if done.sums.state == "interrupted":
                late = {url for _, own in (*some, *left) for url in own}
                break
    not_asked = FetchedPage(url="", outcome="skipped", reason=NOT_ASKED, ref=None)
    ends = {url_key(url): replace(not_asked, reason=STOPPED) for url in late} | ends
    pages = [replace(ends.get(url_key(url), not_asked), url=url) for url in dict.fromkeys(named)]
    return FetchedPages(pages=tuple(pages), runs=tuple(runs))


def _address(words: str) -> str:
    try:
        url = without_tracking(web_address(words.strip()))
        site_host(url)
        return url
    except ValueError as error:
        raise NotAnAddress(f"{words[:200]!r} is not a web address") from error


def _by_source(urls: Iterable[str], archive: Path) -> dict[str, tuple[Source, list[str]]]:
    """Groups addresses by the names that their sources have in the archive."""
    declared = all_sources()
    names = {one.name for one in declared}
    asked: dict[str, tuple[Source, list[str]]] = {}
    with read_archive(archive) if archive.exists() else nullcontext() as db:
        name_here = names_here(db) if db else None
        for url in urls:
            source = source_of(url, declared)
            assert source is not None, "a web address has a host"
            if name_here and not source.is_declared:
                name = name_here(source.name, url)
                source = source if name in names else replace(source, name=name)
            asked.setdefault(source.name, (source, []))[1].append(url)
    return asked


def _ends(archive: Path, run_id: int) -> Iterator[FetchedPage]:
    """Yields how the addresses of a run ended, with their URL keys in place of the addresses."""
    with read_archive(archive) as db:
        for url, outcome, reason, ref in db.execute(ENDS, [run_id]).fetchall():
            yield FetchedPage(url=url, outcome=Outcome(outcome), reason=reason, ref=ref)
