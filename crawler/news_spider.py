"""NewsSpider: the only spider with behaviour. A source is a subclass that states a Source."""

import re
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlsplit

from scrapy import Request, Spider
from scrapy.exceptions import UsageError
from scrapy.http import Response
from scrapy.settings import BaseSettings
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure as TwistedFailure
from w3lib.url import safe_url_string

from archive.clock import utc_now, utc_text
from archive.ledger import Ledger, running_ledger
from archive.url_key import without_tracking
from crawler.captures.raw_response import is_whole
from crawler.discovery.candidates import Candidates, NotAListing
from crawler.discovery.feed import read_feed
from crawler.discovery.section import read_section
from crawler.discovery.sitemap import read_sitemap
from crawler.extraction import NotAnArticle, extract_article
from crawler.failures import explain
from crawler.items import Article, Capture
from crawler.page_workers import PageWorkers, TooComplex
from crawler.source import Source
from crawler.source_report import Entrance, SourceReport

SHORTEST_DELAY = 2.0
"""Mean seconds between requests to a real site; no setting goes below it."""
PACE = {
    "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
    "CONCURRENT_REQUESTS_PER_IP": 0,  # would take the place of the line above
    "DOWNLOAD_SLOTS": {},
    "DOWNLOAD_DELAY_JITTER": 0.5,
    "AUTOTHROTTLE_MAX_DELAY": 60.0,
}
NO_DELAY = {"DOWNLOAD_DELAY": 0, "AUTOTHROTTLE_ENABLED": False}
"""For sites on loopback alone: the sample papers (reached by their proxy), tests and bench."""
VALIDATORS = ("If-None-Match", "If-Modified-Since")
ABOVE_ALL = 100
"""Scrapy's highest named priority, ``cmdline``, is 40."""


def hold_conduct(settings: BaseSettings, source: Source) -> None:
    """Set what no setting of a source or a command line may loosen: pace and name.

    :raises UsageError: nobody says who runs this crawl of a real site, or nobody serves the sample
    """
    if source.sample or _is_loopback(source):
        settings.setdict(NO_DELAY, ABOVE_ALL)
    else:
        delay = max(settings.getfloat("DOWNLOAD_DELAY"), SHORTEST_DELAY)
        settings.setdict({**PACE, "DOWNLOAD_DELAY": delay}, ABOVE_ALL)
    if source.sample:
        if not settings.get("SAMPLE_PROXY"):
            raise UsageError(
                f"{source.name} is the bundled sample; `tradepress demo` serves and crawls it."
            )
        return
    contact = settings.get("TRADEPRESS_CONTACT")
    if not contact:
        raise UsageError(
            "A crawl of a real site must say who runs it: give --contact ADDRESS or set "
            "TRADEPRESS_CONTACT to a mail or web address."
        )
    if not re.fullmatch(r"\S+@\S+\.\S+|https?://\S+", contact):
        raise UsageError(f"The contact {contact!r} is not a mail or web address.")
    settings.set("USER_AGENT", f"{settings['USER_AGENT']} (+{contact})", ABOVE_ALL)


class NewsSpider(Spider):
    """Walks the entrances of ``source``, reads each story, yields one Article a page.

    Spider arguments (``-a`` with ``scrapy crawl``): ``no_trial=1`` goes on after a source's
    trial, ``limit=N`` bounds the stories asked for, ``since=YYYY-MM-DD`` keeps older ones out,
    ``revisit=all`` asks again for every known story.

    Pages are parsed in ``workers`` alone; a spider that is given none has some of its own.
    """

    source: ClassVar[Source]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.name = cls.source.name

    def __init__(
        self,
        *,
        no_trial: bool | str = False,
        limit: int | str | None = None,
        since: str | None = None,
        revisit: str = "due",
        workers: PageWorkers | None = None,
    ) -> None:
        super().__init__()
        self.no_trial = no_trial in (True, "1", "true", "yes")
        self.limit = None if limit is None else int(limit)
        self.since = since
        self.revisit = revisit
        self.workers = workers or PageWorkers()
        self.has_own_workers = workers is None
        self.request_budget: int | None = None
        self.report = SourceReport(source=self.source.name)
        self.seen: set[str] = set()
        self.pages_asked: Counter[str] = Counter()

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        super().update_settings(settings)
        hold_conduct(settings, cls.source)

    @property
    def ledger(self) -> Ledger:
        """The ledger of this run, opened by the ArchiveRun extension."""
        ledger = running_ledger(Path(self.crawler.settings["TRADEPRESS_ARCHIVE"]))
        assert ledger is not None, "the ArchiveRun extension is not enabled"
        return ledger

    def closed(self, reason: str) -> None:
        """Scrapy calls this when the last page is read."""
        if self.has_own_workers:
            self.workers.close()

    async def start(self) -> AsyncIterator[Any]:
        self.begin_trial()
        entrances = (
            ("feed", self.source.feeds),
            ("section", self.source.sections),
            ("sitemap", self.source.sitemaps),
        )
        for kind, urls in entrances:
            for request in self.listing_requests(kind, urls):
                yield request
        self.ledger.follow_links(self.source.name, 1000, self.is_candidate)
        due = self.ledger.due(self.source.name, limit=1000, early=self.revisit == "all")
        for request in self.story_requests(due):
            yield request

    def begin_trial(self) -> None:
        """The first crawl of a source whose rules nobody checked has a small budget."""
        if self.no_trial:
            self.ledger.pass_trial(self.source.name)
        elif (
            self.source.verified is None
            and not self.source.sample
            and not self.ledger.trial_passed(self.source.name)
        ):
            self.report.is_trial = True
            self.request_budget = self.settings.getint("TRADEPRESS_TRIAL_REQUESTS")

    async def parse_listing(
        self, response: Response, kind: str, entrance: str
    ) -> AsyncIterator[Request]:
        """A section page, feed or sitemap: note it, follow its pages, ask for its stories."""
        try:
            found = await self.read_listing(response, kind)
        except (NotAListing, TooComplex) as error:
            self.note_entrance(
                Entrance(kind=kind, url=response.url, reason=error.reason, words=str(error)),
                status=response.status,
                size=len(response.body),
                outcome="rejected",
            )
            return
        self.note_entrance(
            Entrance(kind=kind, url=response.url), status=response.status, size=len(response.body)
        )
        self.report.matching.update(dict.fromkeys(found.articles))
        self.report.others.update(_path_form(url) for url in found.others)
        for request in self.listing_requests(kind, found.pages, entrance=entrance):
            yield request
        rows = self.ledger.found(
            self.source.name,
            [
                (without_tracking(url), response.url)
                for url in found.articles
                if self.is_askable(url)
            ],
        )
        for request in self.story_requests(rows):
            yield request

    async def read_listing(self, response: Response, kind: str) -> Candidates:
        if kind == "feed":
            return await self.workers.run(read_feed, response.body, self.source)
        if kind == "sitemap":
            return await self.workers.run(read_sitemap, response.body, self.source)
        return await self.workers.run(
            read_section,
            response.body,
            response.url,
            self.source,
            content_type=_content_type(response),
        )

    async def parse_article(self, response: Response) -> AsyncIterator[Article]:
        """One story page: at most one Article."""
        raw: Response = response.meta["raw_response"]
        now = datetime.now(UTC)
        asked = response.meta["ledger_url"]
        content_type = _content_type(response)
        if not is_whole(raw):
            self.report.failures["data_loss"] += 1
            self.ledger.settle(asked, "failed", "data_loss", status=response.status)
            return
        try:
            article = await self.workers.run(
                extract_article,
                response.body,
                response.url,
                self.source,
                content_type=content_type,
                seen_at=now,
            )
        except (NotAnArticle, TooComplex) as error:
            self.report.rejections[error.reason] += 1
            self.reject(asked, error.reason, raw)
            return
        self.report.add_article(article)
        if self.since and (article.date_published or "9999") < self.since:
            self.reject(asked, f"before {self.since}", raw)
            return
        capture = Capture(
            url=response.url,
            requested_url=asked,
            body=raw.body,
            content_type=content_type,
            status=response.status,
            http_headers=tuple(
                (name.decode("latin-1"), value.decode("latin-1"))
                for name, values in raw.headers.items()
                for value in values
            ),
            date_captured=now,
            source=self.source.name,
        )
        yield replace(article, source=self.source.name, capture=capture)

    def listing_requests(
        self, kind: str, urls: Iterable[str], *, entrance: str | None = None
    ) -> Iterator[Request]:
        """Requests for listings not yet asked for, so many pages an entrance.

        :param entrance: the declared address these pages belong to; None: each is one itself
        """
        most = 1 if self.report.is_trial else self.settings.getint("TRADEPRESS_LISTING_PAGES")
        for url in urls:
            start = entrance or url
            if url in self.seen or self.pages_asked[start] >= most:
                continue
            self.seen.add(url)
            self.pages_asked[start] += 1
            yield Request(
                url,
                self.parse_listing,
                errback=self.listing_failed,
                cb_kwargs={"kind": kind, "entrance": start},
                meta={"kind": kind},
                priority=1,
            )

    def story_requests(self, rows: list[dict[str, Any]]) -> Iterator[Request]:
        """Requests for the stories among these frontier rows whose time has come."""
        now = utc_now()
        wanted = []
        for row in rows:
            is_due = row["state"] == "due" and (row["next_due"] or now) <= now
            if not (is_due or self.revisit == "all") or row["url_key"] in self.seen:
                continue
            if self.limit is not None and self.limit <= 0:
                break
            if self.limit is not None:
                self.limit -= 1
            self.seen.add(row["url_key"])
            wanted.append(row)
        if wanted:
            self.ledger.schedule(wanted)
            self.ledger.commit()  # before the requests are made
        for row in wanted:
            yield self.story_request(row)

    def story_request(self, row: dict[str, Any], *, conditional: bool = True) -> Request:
        """The request for one frontier row; conditional (RFC 9110, 13.1) where it was read."""
        validators = dict(zip(VALIDATORS, (row["etag"], row["last_modified"]), strict=True))
        headers = {name: value for name, value in validators.items() if value and conditional}
        return Request(
            row["url"],
            self.parse_article,
            errback=self.story_failed,
            headers=headers,
            meta={"ledger_url": row["url"], "ledger_row": row},
        )

    def listing_failed(self, failure: TwistedFailure) -> None:
        """An entrance gave no page."""
        request: Request = failure.request  # type: ignore[attr-defined]
        why = explain(_error(failure), request.url)
        if why.reason == "trial":
            return
        entrance = Entrance(
            kind=request.meta["kind"], url=request.url, reason=why.reason, words=why.words
        )
        self.note_entrance(entrance, status=why.status, outcome=why.outcome)

    def story_failed(self, failure: TwistedFailure) -> Iterator[Request]:
        """A story's address gave no page: 304, gone, refused, or out of reach."""
        request: Request = failure.request  # type: ignore[attr-defined]
        row: dict[str, Any] = request.meta["ledger_row"]
        asked = request.meta["ledger_url"]
        error = _error(failure)
        status = error.response.status if isinstance(error, HttpError) else None
        is_conditional = any(name in request.headers for name in VALIDATORS)
        if status == 304 and is_conditional and request.meta.get("redirect_times"):
            # The validators were those of the old address: ask again without them.
            yield self.story_request(row, conditional=False)
            return
        if status == 304 and is_conditional:
            self.report.unchanged += 1
            self.ledger.settle(
                asked, "unchanged", status=status, next_due=self.ledger.next_visit(asked)
            )
            return
        if status in (404, 410) and row["article_id"] is not None:
            self.report.unchanged += 1
            self.ledger.settle(asked, "unchanged", "gone", status=status, gone=True)
            return
        why = explain(error, request.url)
        counter = self.report.failures if why.outcome == "failed" else self.report.rejections
        counter[why.reason] += 1
        next_due: str | None
        if why.wait is not None:
            next_due = utc_text(datetime.now(UTC) + why.wait)
        else:
            next_due = self.next_look(asked) if why.outcome == "rejected" else None
        self.ledger.settle(asked, why.outcome, why.reason, status=why.status, next_due=next_due)

    def note_entrance(
        self,
        entrance: Entrance,
        *,
        status: int | None,
        size: int | None = None,
        outcome: str = "read",
    ) -> None:
        """A listing, feed or sitemap was asked for: into the report and the ledger."""
        self.report.entrances.append(entrance)
        self.ledger.read(
            entrance.kind,
            source=self.source.name,
            url=entrance.url,
            status=status,
            size=size,
            outcome=outcome,
            reason=entrance.reason,
        )

    def reject(self, url: str, reason: str, raw: Response) -> None:
        """A page that was read gave no story to keep."""
        self.ledger.settle(
            url,
            "rejected",
            reason,
            status=raw.status,
            size=len(raw.body),
            next_due=self.next_look(url),
        )

    def next_look(self, url: str) -> str:
        """When to look again at an address that gave no story: rules and walls change.

        After a trial at once: its rules are about to be mended.
        """
        return utc_now() if self.report.is_trial else self.ledger.next_visit(url)

    def is_candidate(self, url: str) -> bool:
        """May a link lead to a story of this source?"""
        return self.source.is_article_url(url) and self.is_askable(url)

    def is_askable(self, url: str) -> bool:
        """Would Scrapy make a request of this address? (It drops longer ones silently.)"""
        return len(safe_url_string(url)) <= self.settings.getint("URLLENGTH_LIMIT")


def _content_type(response: Response) -> str | None:
    return (response.headers.get("Content-Type") or b"").decode("latin-1") or None


def _error(failure: TwistedFailure) -> BaseException:
    assert failure.value is not None
    return failure.value


def _is_loopback(source: Source) -> bool:
    return all(domain in ("localhost", "127.0.0.1") for domain in source.domains)


def _path_form(url: str) -> str:
    """``/news/some-words-123`` as ``/news/…``: what a link looks like, not which it is."""
    segments = urlsplit(url).path.strip("/").split("/")
    return "/" + "/".join(
        segment if len(segment) <= 12 and not re.search(r"\d|-.*-", segment) else "…"
        for segment in segments
    )
