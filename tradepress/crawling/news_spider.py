"""Declares NewsSpider, the only spider with behaviour; ``spider_loader.py`` gives it a source."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from math import inf
from typing import Any

from scrapy import Request
from scrapy.http import HtmlResponse, Response
from scrapy.settings import BaseSettings
from twisted.python.failure import Failure as TwistedFailure

from tradepress.archive.clock import utc_now, utc_text
from tradepress.archive.frontier.addresses import Address
from tradepress.archive.ledger.ledger import Fetched
from tradepress.archive.ledger.outcomes import OF_DATA, Outcome
from tradepress.archive.stories.clean_story import CleanStory
from tradepress.conduct.context import engine_of
from tradepress.conduct.host_pause import HostPaused
from tradepress.conduct.stop import finish
from tradepress.crawling.addon import require_addon
from tradepress.crawling.confined_browser import NoBrowser
from tradepress.crawling.failures import Failure, explain
from tradepress.crawling.listing_walk import (
    REVISIT,
    UNDATED,
    ListingWalk,
    add_validators,
    error_of,
    header_of,
    headers_of,
    not_modified,
)
from tradepress.crawling.page_reading import PageToRead, read_page
from tradepress.crawling.page_rendering import RENDERED_TYPE, NotWhole, PageRenderer
from tradepress.crawling.page_workers import PageWorkers, TooComplex
from tradepress.extraction import DEFECT, NotAnArticle
from tradepress.extraction.not_an_article import JUDGED, UNDRAWN
from tradepress.extraction.page_reservations import page_reservations
from tradepress.rights.header_reservations import header_reservations
from tradepress.steps.apply_policy import judge_policy
from tradepress.steps.dropped import Dropped
from tradepress.story import Article, Capture, Reservation, forbidding

DATA = "data"
"""Is the kind of a request for the data that a page loads."""
BEHIND_ITS_PAGE = 4
"""Is the priority of such a request: before all else, as the page waits for it in memory."""


class NewsSpider(ListingWalk):
    """Walks the seeds of ``source``, reads each story, yields one Article a page.

    Spider arguments (``-a`` with ``scrapy crawl``): ``no_trial=1`` goes on after a source's
    trial, ``limit=N`` bounds the stories asked for, ``since=YYYY-MM-DD`` keeps older ones out and
    ``until=YYYY-MM-DD`` later ones, ``revisit=all`` asks again for every known story.

    Pages are parsed in ``workers`` alone; a spider that is given none has some of its own.
    """

    def __init__(
        self,
        *,
        no_trial: bool | str = False,
        limit: int | str | None = None,
        since: str | None = None,
        until: str | None = None,
        revisit: str = "due",
        workers: PageWorkers | None = None,
        _job: str | None = None,  # Scrapyd gives each spider both
        _version: str | None = None,
    ) -> None:
        super().__init__(workers or PageWorkers())
        self.no_trial = no_trial in (True, "1", "true", "yes")
        self.limit = inf if limit is None else int(limit)
        self.since = since
        self.until = until
        self.revisit = revisit
        self.has_own_workers = workers is None
        self.request_budget: int | None = None
        self.revisits_left = inf
        """Is how many stories that were read before may be asked for again in this run."""

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        super().update_settings(settings)
        require_addon(settings, cls.source)
        if cls.source.rendered:  # the next story is asked for when this one is rendered
            settings.set("SCRAPER_SLOT_MAX_ACTIVE_SIZE", 1, "spider")

    def closed(self, reason: str) -> None:
        """Closes its own workers: Scrapy calls this when the last page is read."""
        if self.has_own_workers:
            self.workers.close()

    async def start(self) -> AsyncIterator[Any]:
        if not await self.has_browser():
            return
        self.begin_trial()
        are_all_due = self.revisit == "all"
        if not are_all_due:
            self.revisits_left = self.settings.getint("TRADEPRESS_REVISITS")
        for request in self.seed_requests():
            yield request
        self.run.addresses.follow_links(self.source.name, 1000, self.is_candidate)
        until = "9999" if are_all_due else None
        for is_new, most in (
            (False, -1 if are_all_due else int(self.revisits_left)),
            (True, self.settings.getint("TRADEPRESS_URLS")),
        ):
            due = self.run.addresses.due(self.source.name, most, is_new=is_new, until=until)
            for request in self.story_requests(due):
                yield request

    async def has_browser(self) -> bool:
        """Can its pages be read here? Else the report says what is missing."""
        try:
            if self.source.rendered:
                await self.renderer.require_browser()
        except NoBrowser as error:
            self.report.lacks = str(error)
        return self.report.lacks is None

    @cached_property
    def renderer(self) -> PageRenderer:
        """Returns what renders the pages of a source that says so."""
        return PageRenderer(self.crawler)

    def begin_trial(self) -> None:
        """Gives the first crawl of a source whose rules nobody checked a small budget."""
        if self.no_trial:
            self.run.sources.pass_trial(self.source.name)
        elif (
            self.source.verified is None
            and not self.source.sample
            and not self.run.sources.is_trial_passed(self.source.name)
        ):
            self.report.is_trial = True
            self.request_budget = self.settings.getint("TRADEPRESS_TRIAL_REQUESTS")

    async def parse_article(
        self, response: Response
    ) -> AsyncIterator[CleanStory | Article | Request]:
        """Reads one story page, which gives at most one story or a request for its data."""
        # Out of meta: an answer that came plain and its request would hold each other.
        raw: Response = response.meta.pop("raw_response")
        address: Address = response.meta["address"]
        page = PageToRead(
            body=response.body,
            capture=self.capture_of(response.url, response, raw, datetime.now(UTC)),
            policy=self.settings["TRADEPRESS_POLICY"],
            reservations=_reservations(response, raw),
            listing=self.run.addresses.at(address.url).listing,
            people=self.settings.getbool("TRADEPRESS_PEOPLE"),
            site=self.run.site_memories.at(self.source.name, response.url),
        )
        is_drawn = self.source.rendered and isinstance(response, HtmlResponse)
        drawn_from = response if is_drawn else None
        async for found in self.read_story(page, address, drawn_from=drawn_from):
            yield found

    def data_request(
        self, url: str, address: Address, page: PageToRead, *, conditional: bool = True
    ) -> Request:
        """Returns the request for a story's data; conditional, as the page was asked for whole, if
        its text is kept: else the validators are the page's."""
        request = Request(
            url,
            self.parse_data,
            errback=self.story_failed,
            headers={"Accept": "application/json"},
            cb_kwargs={"page": page},
            meta={"address": address, "kind": DATA},
            priority=BEHIND_ITS_PAGE,
        )
        is_known = address.etag or address.last_modified
        if conditional and is_known and self.run.stories.has_text(address.article_id):
            add_validators(request, address.etag, address.last_modified)
            request.meta["handle_httpstatus_list"] = [304]
        return request

    async def parse_data(
        self, response: Response, page: PageToRead
    ) -> AsyncIterator[CleanStory | Article | Request]:
        """Reads one story page with the data that it loads."""
        raw: Response = response.meta.pop("raw_response")
        address: Address = response.meta["address"]
        reserved = forbidding(_reservations(response, raw))
        page = replace(page, data=response.body, data_reservations=reserved)
        if response.status == 304:
            if response.meta.get("redirect_times") or not await self.reserves_the_same(
                address, page
            ):
                asked = response.meta.get("redirect_urls", [response.url])[0]
                yield self.data_request(asked, address, page, conditional=False)
                return
            self.report.unchanged += 1
            self.settle(address.url, Outcome.UNCHANGED, None, Fetched(status=304))
            if address.article_id is not None:
                self.run.stories.keep_visit(address.article_id, page.capture)
            return
        data = self.capture_of(response.url, response, raw, datetime.now(UTC))
        async for found in self.read_story(page, address, data=data):
            yield found

    async def read_story(
        self,
        page: PageToRead,
        address: Address,
        *,
        data: Capture | None = None,
        drawn_from: Response | None = None,
    ) -> AsyncIterator[CleanStory | Article | Request]:
        """Yields the story of a page, or a request for the data by which a script draws it, where
        the source declares these and it shows no text without; or ends its address.

        :param data: the answer with the data that it loads
        :param drawn_from: the answer, where a browser is to draw the page
        """
        asked, capture = address.url, page.capture
        where = self.source.data_url(capture.url) if data is None else None
        received = Fetched(status=capture.status, size=len(capture.body))
        try:
            if drawn_from is not None:
                page = await self.rendered(page, drawn_from)
            read = await self.workers.run(read_page, page, self.source)
        except NotWhole as error:
            self.not_had(asked, error.failure, error.failure.reason)
            return
        except NoBrowser as error:
            self.report.lacks = str(error)
            self.not_had(asked, explain(error, asked), "browser")
            closing = engine_of(self.crawler).close_spider_async(reason="browser")
            self.stopping = asyncio.ensure_future(finish(closing, self.crawler))
            return
        except (NotAnArticle, TooComplex, Dropped) as error:
            if error.reason == DEFECT:  # the run says so, and its traceback is logged
                raise
            if where is not None and error.reason in UNDRAWN:
                yield self.data_request(where, address, page)
                return
            self.report.rejections[error.reason] += 1
            if await self.may_keep(error.reason, page, address):
                kept = page.capture
                sent = kept.request_headers if asked == kept.url else ()
                self.run.stories.keep_page(replace(kept, url=asked, request_headers=sent))
            self.settle(asked, Outcome.REJECTED, error.reason, received)
            return
        if where is not None and read.article.completeness != "body":
            yield self.data_request(where, address, page)
            return
        self.report.add_article(read.article, page.policy)
        self.report.reread += address.article_id is not None
        published = read.article.date_published
        if self.since and published and published < self.since:
            self.settle(asked, Outcome.REJECTED, f"before {self.since}", received)
            return
        if self.until and published and published[:10] > self.until:
            self.settle(asked, Outcome.REJECTED, f"after {self.until}", received)
            return
        yield read.captured(replace(page.capture, data=data))

    async def rendered(self, page: PageToRead, response: Response) -> PageToRead:
        """Returns the page as its scripts draw it; what it reserved before they ran counts, too,
        and what is reserved of the data that they load.

        :raises TooComplex, NotWhole: as :meth:`PageRenderer.render`
        """
        by_page = await self.workers.run(
            page_reservations, page.body, header_of(response, "Content-Type")
        )
        drawn = await self.renderer.render(response)
        reserved = (*forbidding(by_page), *drawn.reservations)
        return replace(
            page,
            body=drawn.body,
            capture=replace(
                page.capture,
                body=drawn.body,
                content_type=RENDERED_TYPE,
                http_headers=(),
                request_headers=(),
                received=page.capture,
            ),
            reservations=(*by_page, *page.reservations),
            data_reservations=reserved,
        )

    def capture_of(self, url: str, response: Response, raw: Response, now: datetime) -> Capture:
        """Returns the page as it was served, to be kept under this address."""
        sent = response.request
        return Capture(
            url=url,
            requested_url=response.meta["address"].url,
            body=raw.body,
            content_type=header_of(response, "Content-Type"),
            status=response.status,
            http_headers=headers_of(raw),
            date_captured=now,
            request_headers=headers_of(sent) if sent and url == sent.url else (),
            source=self.source.name,
        )

    async def may_keep(self, reason: str, page: PageToRead, address: Address) -> bool:
        """Is a page that gave no story to be kept? Once, if we judged so, and nobody minds."""
        if (
            reason not in JUDGED
            or (address.outcome, address.reason) == (Outcome.REJECTED, reason)
            or page.policy != "store"  # before the page is read once more
        ):
            return False
        reservations = await self.reservations_of(page)
        return judge_policy(Article(reservations=reservations)) == "store"

    async def reservations_of(self, page: PageToRead) -> tuple[Reservation, ...]:
        """Returns all that is reserved of a page, as its story has it."""
        on_page = await self.workers.run(page_reservations, page.body, page.capture.content_type)
        return (*page.data_reservations, *on_page, *page.reservations)

    async def reserves_the_same(self, address: Address, page: PageToRead) -> bool:
        """Is the same reserved of a kept story as when it was read?"""
        kept = self.run.addresses.reservations(address.url)
        told = set(await self.reservations_of(page))
        return kept is not None and told == {Reservation(**one) for one in kept}

    def story_requests(self, addresses: list[Address]) -> Iterator[Request]:
        """Yields requests for the stories at these addresses whose time has come."""
        now = utc_now()
        wanted = []
        for address in addresses:
            is_due = address.state == "due" and (address.next_due or now) <= now
            if not (is_due or self.revisit == "all") or address.url_key in self.seen:
                continue
            if address.source != self.source.name:
                continue  # two papers list it; the one that was first asks for it
            if self.limit <= 0:
                break
            if address.was_read:
                if self.revisits_left <= 0:
                    continue
                self.revisits_left -= 1
            self.limit -= 1
            self.seen.add(address.url_key)
            wanted.append(address)
        if wanted:
            self.run.addresses.schedule(wanted)
            self.run.transaction.commit()  # before the requests are made
        for address in wanted:
            if self.settings["TRADEPRESS_POLICY"] == "skip":
                self.report.rejections["policy"] += 1
                self.settle(address.url, Outcome.REJECTED, "policy", None)
            else:
                yield self.story_request(address)

    def story_request(self, address: Address, *, conditional: bool = True) -> Request:
        """Returns the request for one address; conditional (RFC 9110, 13.1) where it was read."""
        request = Request(
            address.url,
            self.parse_article,
            errback=self.story_failed,
            meta={"address": address},
            priority=_priority(address),
        )
        # What its data reserve is said by the page: that is read each time, and the data if new.
        # Rendered, the same page may have other words.
        is_whole = self.source.data_url(address.url) is None and not self.source.rendered
        if conditional and is_whole:
            add_validators(request, address.etag, address.last_modified)
        return request

    def story_failed(self, failure: TwistedFailure) -> Iterator[Request]:
        """Ends a story's address that gave no page: 304, gone, refused, or out of reach."""
        request: Request = failure.request  # type: ignore[attr-defined]
        address: Address = request.meta["address"]
        asked = address.url
        if (answer := not_modified(failure)) is not None:
            if request.meta.get("redirect_times") or self.reserves_anew(asked, answer):
                # The validators were those of the old address; or what the site says of its
                # rights has changed, and the page's own words are needed beside it.
                yield self.story_request(address, conditional=False)
                return
            self.report.unchanged += 1
            self.settle(asked, Outcome.UNCHANGED, None, Fetched(status=304))
            if address.article_id is not None:
                visit = self.capture_of(answer.url, answer, answer, datetime.now(UTC))
                self.run.stories.keep_visit(address.article_id, visit)
            return
        error = error_of(failure)
        why = explain(error, request.url)
        is_data = request.meta.get("kind") == DATA  # whose own address may have moved
        if why.status in (404, 410) and address.article_id is not None and not is_data:
            self.report.unchanged += 1
            # It may come back.
            self.settle(asked, Outcome.UNCHANGED, "gone", Fetched(status=why.status), gone=True)
            return
        if (
            isinstance(error, HostPaused)
            and error.code == "host_down"
            and "retry_times" in request.meta
        ):  # it was asked, and the second try alone was not made
            why = explain(request.meta["failure"], request.url)
        is_of_data = is_data and why.outcome != "deferred"
        self.not_had(asked, why, f"{OF_DATA}{why.reason}" if is_of_data else why.reason)

    def not_had(self, asked: str, why: Failure, reason: str) -> None:
        """Ends the address of a story whose page, or what it is made of, was not to be had."""
        if why.reason == "interrupted":
            return  # the end of the run puts off whatever it did not come to
        counter = self.report.failures if why.outcome == "failed" else self.report.rejections
        counter[reason] += 1
        fetched = Fetched(status=why.status)
        self.settle(asked, Outcome(why.outcome), reason, fetched, wait=why.wait)

    def settle(
        self,
        url: str,
        outcome: Outcome,
        reason: str | None,
        fetched: Fetched | None,
        *,
        wait: timedelta | None = None,
        gone: bool = False,
    ) -> None:
        """An address has ended without a story to keep; say when to look there again.

        :param wait: for what is deferred
        """
        next_due = None  # what failed waits longer each time
        if outcome == Outcome.DEFERRED:  # behind all that waits already
            next_due = utc_text(datetime.now(UTC) + (wait or timedelta()))
        elif outcome == Outcome.REJECTED and self.report.is_trial:
            next_due = utc_now()  # the source's rules are about to be mended
        elif outcome != Outcome.FAILED:  # rules and walls change, and stories
            next_due = self.run.addresses.next_visit(url)
        self.run.addresses.settle(
            url, outcome, reason, fetched=fetched, next_due=next_due, gone=gone
        )

    def reserves_anew(self, url: str, response: Response) -> bool:
        """Does the site say something else of its rights in a kept story than when it was read?"""
        reservations = self.run.addresses.reservations(url)
        if reservations is None:
            return False
        kept = {Reservation(**one) for one in reservations}
        by_site = set(response.meta.get("site_reservations", ()))
        was_by_site = {one for one in kept if one.evidence.startswith("/")}
        return by_site != was_by_site or not kept.issuperset(
            header_reservations(headers_of(response))
        )


def _priority(address: Address) -> int:
    """Returns a request's priority: what is new goes first."""
    if address.was_read:
        return REVISIT
    return 0 if address.date_listed else UNDATED


def _reservations(response: Response, raw: Response) -> tuple[Reservation, ...]:
    """Returns what the header reserves, and behind it what the site's file does."""
    by_site = response.meta.get("site_reservations", ())
    return (*header_reservations(headers_of(raw)), *by_site)
