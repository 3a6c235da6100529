"""BackfillWalk: a source's sections or sitemaps, walked to their end; no story is asked for.

What it finds is held. Each listing's row in table ``seeds`` says where its walk goes on, in the
commit of the addresses that the page before gave: a walk that was broken off goes on there.
"""

from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any, ClassVar, Literal
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from twisted.python.failure import Failure as TwistedFailure

from archive.frontier.addresses import Address
from archive.ledger.ledger import Fetched
from crawler.conduct.host_pause import WALLS
from crawler.conduct.robots import RobotsMiddleware, RobotsUnavailable
from crawler.conduct.site_file import origin_of
from crawler.discovery.candidates import Candidates, NotAListing, own_address
from crawler.discovery.section import calendar_of
from crawler.discovery.section_walk import MOST_PAGES, WholeWalk
from crawler.failures import explain
from crawler.listing_walk import DEEPEST, error_of
from crawler.news_spider import NewsSpider
from crawler.page_workers import PageWorkers, TooComplex
from crawler.source_report import SeedReport, SourceReport

ListingKind = Literal["section", "sitemap"]
SETTINGS = {"TRADEPRESS_LISTING_PAGES": MOST_PAGES, "TRADEPRESS_URLS": 1_000_000}
"""In place of what bounds a crawl."""
COMES_BACK = (*WALLS, "login")
"""What stands in the place of a listing for a while."""


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
        """The walk of each listing; a sitemap has one page."""

    async def start(self) -> AsyncIterator[Any]:
        self.known = self.run.seeds.of(self.source.name)
        waiting = {
            seed.url: seed.next_url
            for seed in self.known.values()
            if seed.kind == self.kind and seed.next_url is not None
        }
        self.is_resumed = bool(waiting)
        if not waiting:
            listings = await self.listings()
            self.run.seeds.begin_walk(self.source.name, self.kind, listings)
            self.run.transaction.commit()
            waiting = {url: url for url in listings}
        for url, page in waiting.items():
            yield self.begin(url, page)

    async def listings(self) -> tuple[str, ...]:
        """Those that lead to all others."""
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

    def begin(self, url: str, page: str, *, depth: int = 0) -> Request:
        """The first request for a listing.

        :param page: of it
        """
        self.seen.add(url)
        self.whole[url] = WholeWalk(url, page)
        return self.listing_request(self.kind, page, url, depth=depth, conditional=False)

    def story_requests(self, addresses: list[Address]) -> Iterator[Request]:
        """None: they are held."""
        return iter(())

    async def parse_listing(
        self, response: Response, kind: str, seed: str, depth: int
    ) -> AsyncIterator[Request]:
        """A section page or sitemap: keep what it offers, and go on behind it."""
        fetched = Fetched(kind=kind, status=response.status, size=len(response.body))
        try:
            found = await self.read_listing(response, kind)
        except (NotAListing, TooComplex) as error:
            failed = SeedReport(kind=kind, url=response.url, reason=error.reason, words=str(error))
            self.note_seed(failed, fetched, outcome="rejected")
            requests = [] if error.reason in COMES_BACK else self.pass_over(seed)
        else:
            addresses, _ = self.take(found, response.url)
            self.found[self.source.name] += sum(one.is_new for one in addresses)
            read = SeedReport(kind=kind, url=response.url)
            self.note_seed(read, fetched, outcome="read", found=len(found.articles))
            if kind == "sitemap":
                requests = self.further_sitemaps(found, seed, depth)
            else:
                requests = self.further_pages_of(found, response.url, seed)
        self.run.transaction.commit()  # before anything more is asked for
        for request in requests:
            yield request

    def further_pages_of(self, found: Candidates, url: str, seed: str) -> list[Request]:
        """Requests for the next page of a section, and for its years and months if it is not said
        how it goes on."""
        walk = self.whole[seed]
        is_led_back = url != walk.page and url in walk.asked
        pages = [one.url for one in found.pages if self.is_askable(one.url)]
        calendar: list[str] = []
        if not pages:
            pages = [other for other in found.older if calendar_of(other) is None]
            if walk.page == seed:
                calendar = [other for other in found.older if self.is_calendar_of(other, seed)]
        for other in calendar:
            self.go_on_at(other, other)
        page = None if is_led_back else walk.go_on(pages, [one.url for one in found.articles])
        if walk.broken_off:
            self.report.notes.append(f"The walk of {seed} ends early: {walk.broken_off}.")
        self.go_on_at(seed, page)
        return [*self.next_page(seed, page), *(self.begin(other, other) for other in calendar)]

    def is_calendar_of(self, calendar: str, seed: str) -> bool:
        """Is this a year or a month of that section, and not begun yet?"""
        own = calendar_of(seed)
        if own is None:
            own = urlsplit(seed).path.rstrip("/")
        is_new = calendar not in self.seen and not self.was_walked(calendar)
        return is_new and calendar_of(calendar) == own and origin_of(calendar) == origin_of(seed)

    def further_sitemaps(self, found: Candidates, seed: str, depth: int) -> list[Request]:
        """Requests for the sitemaps of an index."""
        named = [
            one.url
            for one in found.pages
            if one.url not in self.seen and not self.was_walked(one.url)
        ]
        most = MOST_PAGES - len(self.seen) if depth < DEEPEST else 0
        self.leave_out("sitemaps too deep in indexes, or too many", named[most:])
        for url in named[:most]:
            self.go_on_at(url, url)
        self.go_on_at(seed, None)
        return [self.begin(url, url, depth=depth + 1) for url in named[:most]]

    def was_walked(self, url: str) -> bool:
        """Did this back-fill walk it before it was broken off?"""
        known = self.known.get(url)
        return self.is_resumed and known is not None and known.walked_at is not None

    def go_on_at(self, url: str, page: str | None) -> None:
        self.run.seeds.go_on_at(self.source.name, self.kind, url, page)

    def pass_over(self, seed: str) -> list[Request]:
        """Go on behind a page that gave nothing, as far as it is known how."""
        page = self.whole[seed].pass_over()
        self.go_on_at(seed, page)
        return self.next_page(seed, page)

    def next_page(self, seed: str, page: str | None) -> list[Request]:
        if page is None:
            return []
        return [self.listing_request(self.kind, page, seed, conditional=False)]

    def listing_failed(self, failure: TwistedFailure) -> Iterator[Request]:
        """A page could not be had. One that failed or was put off is asked for again by the next
        run, which passes it over if it fails once more."""
        request: Request = failure.request  # type: ignore[attr-defined]
        kind, seed = request.cb_kwargs["kind"], request.cb_kwargs["seed"]
        why = explain(error_of(failure), request.url)
        if why.reason == "interrupted":
            return
        failed = SeedReport(kind=kind, url=request.url, reason=why.reason, words=why.words)
        self.note_seed(failed, Fetched(kind=kind, status=why.status), outcome=why.outcome)
        known = self.known.get(seed)
        was_next = known is not None and known.next_url == self.whole[seed].page
        if why.outcome == "rejected" or (why.outcome == "failed" and was_next):
            requests = self.pass_over(seed)
            self.run.transaction.commit()
            yield from requests


def no_sitemap(url: str, reason: str, words: str) -> SeedReport:
    """Nobody says where the sitemaps are."""
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
        for request in self.story_requests([*self.chosen]):
            yield request
