"""Walks a source's sections or sitemaps to their end (BackfillWalk); asks for no story.

What it finds is held. Each listing's row in table ``seeds`` says where its walk goes on, in the
commit of the addresses that the page before gave: a walk that was broken off goes on there.
"""

import asyncio
from collections import Counter, deque
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any, ClassVar, Literal
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from twisted.python.failure import Failure as TwistedFailure

from tradepress.archive.frontier.addresses import Address
from tradepress.archive.ledger.ledger import Fetched
from tradepress.conduct.host_pause import WALLS
from tradepress.conduct.robots import RobotsMiddleware, RobotsUnavailable
from tradepress.conduct.site_file import origin_of
from tradepress.crawling.failures import explain
from tradepress.crawling.listing_walk import DEEPEST, error_of
from tradepress.crawling.news_spider import NewsSpider
from tradepress.crawling.page_workers import PageWorkers, TooComplex
from tradepress.crawling.source_report import SeedReport, SourceReport
from tradepress.discovery.candidates import Candidates, NotAListing, is_posts, own_address
from tradepress.discovery.section import calendar_of
from tradepress.discovery.section_walk import MOST_PAGES, WholeWalk

ListingKind = Literal["section", "sitemap"]
SETTINGS = {"TRADEPRESS_LISTING_PAGES": MOST_PAGES, "TRADEPRESS_URLS": 1_000_000}
"""Stands in place of what bounds a crawl."""
NO_FURTHER_PAGE = (
    "names no further page. What its scripts load is not seen here; `--from sitemap` or "
    "`--from wayback` may have it."
)
COMES_BACK = (*WALLS, "login")
"""Lists what stands in the place of a listing for a while."""


class BackfillWalk(NewsSpider):
    """Walks all ``sections`` or ``sitemaps`` of ``source``. Where it declares no sitemaps, those
    count that its robots.txt names.

    :param kind: which of them
    :param found: how many stories were found there, by source; for whoever watches
    """

    holds: ClassVar[bool] = True

    def __init__(
        self, *, kind: ListingKind, found: Counter[str], workers: PageWorkers | None = None
    ) -> None:
        super().__init__(workers=workers)
        self.kind = kind
        self.found = found
        self.is_resumed = False
        self.whole: dict[str, WholeWalk] = {}
        """Holds the walk of each listing; a sitemap has one page."""
        self.waiting: deque[tuple[WholeWalk, int]] = deque()
        """Holds the walks to come, each with the indexes above it."""
        self.page_ended = asyncio.Event()

    async def start(self) -> AsyncIterator[Any]:
        """Asks for one page after the other: a kill costs the one that is in hand."""
        self.known = self.run.seeds.of(self.source.name)
        broken_off = {
            seed.url: seed.next_url
            for seed in self.known.values()
            if seed.kind == self.kind and seed.next_url is not None
        }
        self.is_resumed = self.report.goes_on = bool(broken_off)
        for url, page in broken_off.items():
            self.wait_for(url, page)
        if not broken_off:
            listings = await self.listings()
            self.run.seeds.begin_walk(self.source.name, self.kind, listings)
            self.run.transaction.commit()
            for url in listings:
                self.wait_for(url, url)
        while self.waiting:
            walk, depth = self.waiting.popleft()
            asked = None
            while walk.page is not None and walk.page != asked:
                asked = walk.page
                self.page_ended.clear()
                yield self.listing_request(
                    self.kind, asked, walk.url, depth=depth, conditional=False
                )
                await self.page_ended.wait()

    async def listings(self) -> tuple[str, ...]:
        """Returns those listings that lead to all others."""
        source = self.source
        if self.kind == "section":
            return source.sections
        if source.sitemaps:
            return source.sitemaps
        home = (*source.sections, *source.feeds, f"https://{source.domains[0]}/")[0]
        robots = self.crawler.get_downloader_middleware(RobotsMiddleware)
        assert robots is not None
        try:
            rules = await robots.said_at(origin_of(home))
        except IgnoreRequest as error:
            rules = RobotsUnavailable(home, f"was not asked for its robots.txt: {error}")
        if isinstance(rules, RobotsUnavailable):
            self.report.seeds.append(no_sitemap(rules.url, "robots_unavailable", str(rules)))
            return ()
        addresses = (own_address(url, home, source) for url in rules.sitemaps)
        named = tuple(dict.fromkeys(url for url in addresses if url is not None))
        if not named:
            words = (
                f"{source.name} declares no sitemap, and {origin_of(home)}/robots.txt names none"
            )
            self.report.seeds.append(no_sitemap(home, "no_sitemap", words))
        return named

    def wait_for(self, url: str, page: str, *, depth: int = 0) -> WholeWalk:
        """A listing is to be walked.

        :param page: of it, the first to ask for
        :param depth: indexes above it
        """
        self.seen.add(url)
        self.whole[url] = WholeWalk(url, page)
        self.waiting.append((self.whole[url], depth))
        return self.whole[url]

    def story_requests(self, addresses: list[Address]) -> Iterator[Request]:
        """Yields no request: the stories are held."""
        return iter(())

    async def parse_listing(
        self, response: Response, kind: str, seed: str, depth: int
    ) -> AsyncIterator[Request]:
        """Keeps what a section page or sitemap offers, and how to go on behind it."""
        fetched = Fetched(kind=kind, status=response.status, size=len(response.body))
        try:
            found = await self.read_listing(response, kind)
            addresses, _ = self.take(found, response.url)
            self.found[self.source.name] += sum(one.is_new for one in addresses)
            read = SeedReport(kind=kind, url=response.url)
            self.note_seed(read, fetched, outcome="read", found=len(found.articles))
            if kind == "sitemap":
                self.go_on_behind_sitemap(found, seed, depth)
            else:
                self.go_on_behind_page(found, response.url, seed)
        except (NotAListing, TooComplex) as error:
            failed = SeedReport(kind=kind, url=response.url, reason=error.reason, words=str(error))
            self.note_seed(failed, fetched, outcome="rejected")
            if error.reason not in COMES_BACK:
                self.whole[seed].pass_over()
                self.keep_place(self.whole[seed])
        finally:
            self.run.transaction.commit()  # before anything more is asked for
            self.page_ended.set()
        return
        yield

    def go_on_behind_page(self, found: Candidates, url: str, seed: str) -> None:
        """Goes on with the next page of a section, and with its years and months if it is not said
        how it goes on.

        :param url: of the page, after redirects
        """
        walk = self.whole[seed]
        is_led_back = url != walk.page and url in walk.asked
        pages = [one.url for one in found.pages if self.is_askable(one.url)]
        if not pages and not is_led_back:
            pages = [other for other in found.older if calendar_of(other) is None]
            calendar = [other for other in found.older if self.is_calendar_of(other, seed)]
            if walk.page == seed:
                for other in calendar:
                    self.keep_place(self.wait_for(other, other))
                is_all = is_posts(seed) or pages or calendar
                if seed in self.source.sections and not is_all:
                    self.report.notes.append(f"{seed} {NO_FURTHER_PAGE}")
        if is_led_back:
            walk.page = None
        else:
            walk.go_on(pages, [one.url for one in found.articles])
        self.keep_place(walk)
        if walk.broken_off:
            self.report.notes.append(f"The walk of {seed} ends early: {walk.broken_off}.")

    def is_calendar_of(self, calendar: str, seed: str) -> bool:
        """Is this a year or a month of that section, and not begun yet?"""
        own = calendar_of(seed)
        if own is None:
            own = urlsplit(seed).path.rstrip("/")
        is_new = calendar not in self.seen and not self.was_walked(calendar)
        return is_new and calendar_of(calendar) == own and origin_of(calendar) == origin_of(seed)

    def go_on_behind_sitemap(self, found: Candidates, seed: str, depth: int) -> None:
        """Goes on with the sitemaps of an index."""
        named = [
            one.url
            for one in found.pages
            if one.url not in self.seen and not self.was_walked(one.url)
        ]
        most = max(MOST_PAGES - len(self.seen), 0) if depth < DEEPEST else 0
        self.leave_out("sitemaps too deep in indexes, or too many", named[most:])
        for url in named[:most]:
            self.keep_place(self.wait_for(url, url, depth=depth + 1))
        self.whole[seed].page = None
        self.keep_place(self.whole[seed])

    def was_walked(self, url: str) -> bool:
        """Did this back-fill walk it before it was broken off?"""
        known = self.known.get(url)
        return self.is_resumed and known is not None and known.walked_at is not None

    def keep_place(self, walk: WholeWalk) -> None:
        """Writes where a walk goes on into the archive, with what was found before it."""
        self.run.seeds.go_on_at(self.source.name, self.kind, walk.url, walk.page)

    def listing_failed(self, failure: TwistedFailure) -> Iterator[Request]:
        """A page could not be had. One that failed or was put off is asked for again by the next
        run, which passes it over if it fails once more."""
        request: Request = failure.request  # type: ignore[attr-defined]
        kind, seed = request.cb_kwargs["kind"], request.cb_kwargs["seed"]
        why = explain(error_of(failure), request.url)
        if why.reason == "interrupted":
            self.waiting.clear()
        elif self.ends_posts(request, why.status):
            self.whole[seed].page = None
            self.keep_place(self.whole[seed])
            self.run.transaction.commit()
        else:
            failed = SeedReport(kind=kind, url=request.url, reason=why.reason, words=why.words)
            self.note_seed(failed, Fetched(kind=kind, status=why.status), outcome=why.outcome)
            walk, known = self.whole[seed], self.known.get(seed)
            was_next = known is not None and known.next_url == walk.page
            if why.outcome == "rejected" or (why.outcome == "failed" and was_next):
                walk.pass_over()
                self.keep_place(walk)
            self.run.transaction.commit()
        self.page_ended.set()
        return iter(())


def no_sitemap(url: str, reason: str, words: str) -> SeedReport:
    """Tells that nobody says where the sitemaps are."""
    return SeedReport(kind="sitemap", url=url, reason=reason, words=words)


class BackfillStories(NewsSpider):
    """Asks for stories that a walk has found.

    :param chosen: their addresses
    :param report: of the walk, which it goes on with
    :param since: as of a crawl; so is ``until``, of whose day are the last stories that are kept
    """

    def __init__(
        self,
        *,
        chosen: Sequence[Address],
        report: SourceReport,
        workers: PageWorkers | None = None,
        since: str | None = None,
        until: str | None = None,
    ) -> None:
        super().__init__(workers=workers, since=since, until=until)
        self.chosen = chosen
        self.report = report

    async def start(self) -> AsyncIterator[Any]:
        if await self.has_browser():
            for request in self.story_requests([*self.chosen]):
                yield request
