"""Declares ListingWalk: the half of NewsSpider that walks the seeds and finds the stories there."""

import re
from abc import abstractmethod
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from hashlib import blake2b
from typing import ClassVar
from urllib.parse import urlsplit

from scrapy import Request, Spider
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure as TwistedFailure
from w3lib.url import safe_url_string

from tradepress.archive.frontier.addresses import Address, Listed
from tradepress.archive.frontier.listings import ReadListing
from tradepress.archive.frontier.revisit import changed_since
from tradepress.archive.frontier.seeds import Seed
from tradepress.archive.ledger.ledger import Fetched
from tradepress.archive.run import Run
from tradepress.archive.url_key import without_tracking
from tradepress.conduct.context import run_of
from tradepress.crawling.failures import explain
from tradepress.crawling.page_workers import PageWorkers, TooComplex
from tradepress.crawling.source_report import SeedReport, SourceReport
from tradepress.discovery.candidates import (
    LARGEST_SITEMAP,
    Candidate,
    Candidates,
    NotAListing,
    is_posts,
)
from tradepress.discovery.read_listing import read_listing
from tradepress.discovery.section_walk import SectionWalk
from tradepress.discovery.traps import trap
from tradepress.extraction.plausible import is_plausible
from tradepress.extraction.rules import extractor
from tradepress.source import Source

VALIDATORS = ("If-None-Match", "If-Modified-Since")
"""Names the headers of a conditional request (RFC 9110, 13.1)."""
PRIORITY = {"feed": 3, "section": 2, "sitemap": 1}
"""Gives the priority of the seeds, what is new first; then the stories that nobody read yet."""
FURTHER = -1
"""Is the priority of further pages and sitemaps: new stories don't wait for a long walk."""
UNDATED, REVISIT = -2, -3
"""Are the priorities of new stories of which no list has said the day yet, as a further page may,
and of those that were read before."""
MOST_SHOWN = 1000
"""Bounds the addresses that a trial's report counts."""
MOST_SITEMAPS = 50
"""Bounds the sitemaps of indexes that are read in a run; those not read for longest come first."""
DEEPEST = 3
"""An index of indexes of indexes is the last that is followed."""


class ListingWalk(Spider):
    """Walks the feeds, sections and sitemaps of ``source``; what it finds goes to the ledger.

    :param workers: in which pages are read
    """

    source: ClassVar[Source]
    holds: ClassVar[bool] = False
    """Are the stories found held for a back-fill?"""

    def __init__(self, workers: PageWorkers) -> None:
        super().__init__()
        self.workers = workers
        self.report = SourceReport(source=self.source.name)
        self.seen: set[str] = set()
        """Holds the listings and keys of stories asked for."""
        self.extractor = extractor(self.source)
        """Names the rules by which pages are read: by others, a listing is not the same."""
        self.known: dict[str, Seed] = {}
        """Holds what the archive knows of the seeds, by address."""
        self.walks: dict[str, SectionWalk] = {}
        self.walked: set[str] = set()
        self.new_keys: set[str] = set()
        """Holds the keys of stories that nobody knew before this run."""
        self.refused: set[str] = set()
        self.sitemaps_left = 0

    @property
    def run(self) -> Run:
        """Returns the run that this crawl writes into."""
        return run_of(self.crawler)

    @abstractmethod
    def story_requests(self, addresses: list[Address]) -> Iterator[Request]:
        """Yields requests for the stories at these addresses whose time has come."""

    def seed_requests(self) -> list[Request]:
        """Returns requests for what the source declares."""
        self.known = self.run.seeds.of(self.source.name)
        most = self.settings.getint("TRADEPRESS_LISTING_PAGES")
        self.sitemaps_left = MOST_SITEMAPS
        if self.report.is_trial:
            most = self.sitemaps_left = 1
        for url in self.source.sections:
            is_known = url in self.known and self.known[url].walked_at is not None
            self.walks[url] = SectionWalk(url, most=most, is_known=is_known)
        kinds = {
            **dict.fromkeys(self.source.feeds, "feed"),
            **dict.fromkeys(self.source.sections, "section"),
            **dict.fromkeys(self.source.sitemaps, "sitemap"),
        }
        self.seen.update(kinds)
        return [self.listing_request(kind, url, url) for url, kind in kinds.items()]

    def listing_request(
        self, kind: str, url: str, seed: str, *, depth: int = 0, conditional: bool = True
    ) -> Request:
        """Returns the request for one listing, feed or sitemap.

        :param seed: the declared address that led to it
        :param depth: sitemap indexes above it
        """
        request = Request(
            url,
            self.parse_listing,
            errback=self.listing_failed,
            cb_kwargs={"kind": kind, "seed": seed, "depth": depth},
            meta={"kind": kind},
            priority=PRIORITY[kind] if url == seed else FURTHER,
        )
        if kind == "sitemap":
            request.meta["download_maxsize"] = LARGEST_SITEMAP
        known = self.known.get(request.url)
        if conditional and known is not None and known.is_fresh:
            add_validators(request, known.etag, known.last_modified)
        return request

    async def parse_listing(
        self, response: Response, kind: str, seed: str, depth: int
    ) -> AsyncIterator[Request]:
        """Notes a section page, feed or sitemap, follows its pages, asks for its stories."""
        fetched = Fetched(kind=kind, status=response.status, size=len(response.body))
        seen = SeedReport(kind=kind, url=response.url)
        digest = blake2b(self.extractor.encode() + response.body, digest_size=16).hexdigest()
        known = self.run.listings.same(self.source.name, response.url, digest)
        if known is not None and not self.report.is_trial:
            self.note_seed(seen, fetched, outcome="unchanged", found=known.found)
            if kind == "section":
                walk = self.walks[seed]
                for request in self.further_pages(walk, known.pages, [], is_whole=True):
                    yield request
            return
        try:
            found = await self.read_listing(response, kind)
        except (NotAListing, TooComplex) as error:
            failed = SeedReport(kind=kind, url=response.url, reason=error.reason, words=str(error))
            self.note_seed(failed, fetched, outcome="rejected")
            return
        # From here to the first story request nothing may come between: it is one commit.
        addresses, left_out = self.take(found, response.url)
        if kind == "feed":
            seen.refused = tuple(filter(self.source.refuses, found.others))
        self.note_seed(seen, fetched, outcome="read", found=len(found.articles))
        # A feed with refused entries is read each night, so that they are told until it is mended.
        is_whole = found.is_whole and not (left_out or seen.refused)
        pages = tuple(page.url for page in found.pages)
        if is_whole and addresses and (kind == "section" or not pages):
            read = ReadListing(found=len(found.articles), pages=pages)
            self.run.listings.save(self.source.name, response.url, digest, read)
        if kind == "section":
            requests = self.further_pages(self.walks[seed], pages, addresses, is_whole=is_whole)
        elif found.pages:
            requests = self.sitemap_requests(found.pages, seed, depth + 1)
        else:
            requests = []
            if is_whole and not self.report.is_trial:
                self.keep_validators(response, kind)
        for request in requests:
            yield request
        for request in self.story_requests(addresses):
            yield request

    async def read_listing(self, response: Response, kind: str) -> Candidates:
        return await self.workers.run(
            read_listing,
            kind,
            response.body,
            response.url,
            self.source,
            header_of(response, "Content-Type"),
        )

    def take(self, found: Candidates, page: str) -> tuple[list[Address], int]:
        """Writes what was found into the frontier; returns, too, how many were left out."""
        if len(self.report.matching) < MOST_SHOWN:
            self.report.matching.update(dict.fromkeys(one.url for one in found.articles))
        self.report.others.update(_path_form(url) for url in found.others)
        most = self.settings.getint("TRADEPRESS_URLS") - len(self.new_keys)
        is_skipped = self.settings["TRADEPRESS_POLICY"] == "skip"
        listed = [
            Listed(
                url=without_tracking(one.url),
                found_on=page,
                date_listed=None if is_skipped else _plausible(one.date_listed),
                listed_by=one.listed_by,
                lastmod=one.lastmod,
                headline=None if is_skipped else one.headline,
                authors=() if is_skipped else one.authors,
                section=None if is_skipped else one.section,
                description=None if is_skipped else one.description,
            )
            for one in found.articles
            if self.is_askable(one.url)
        ]
        if len(listed) > most:  # the newest first
            listed.sort(key=lambda one: one.lastmod or one.date_listed or "", reverse=True)
        addresses, left_out = self.run.addresses.add_listed(
            self.source.name, listed, most, state="held" if self.holds else "due"
        )
        if new := {address.url_key for address in addresses if address.is_new}:
            if not self.holds:
                self.run.seeds.forget_walks(self.source.name, self.walks.keys() - self.walked)
            self.new_keys |= new
        if left_out:
            self.report.left_out["more new addresses than a run takes"] += left_out
        return addresses, left_out

    def further_pages(
        self, walk: SectionWalk, pages: tuple[str, ...], addresses: list[Address], *, is_whole: bool
    ) -> list[Request]:
        """Returns the request for a section's next page; the last ends the walk, which is kept."""
        walk.is_complete &= is_whole
        is_barren = is_whole and not any(one.url_key in self.new_keys for one in addresses)
        page = walk.go_on(pages, is_barren=is_barren)
        if page is not None:
            return [self.listing_request("section", page, walk.url)]
        if walk.is_complete and not self.report.is_trial:
            self.walked.add(walk.url)
            self.run.seeds.save(self.source.name, "section", walk.url, is_walked=True)
        return []

    def sitemap_requests(
        self, sitemaps: tuple[Candidate, ...], seed: str, depth: int
    ) -> list[Request]:
        """Returns requests for an index's sitemaps that may have changed since they were read."""
        wanted: dict[str, str] = {}
        for one in sitemaps:
            known = self.known.get(one.url)
            read_at = known.fetched_at if known is not None and known.is_fresh else None
            if one.url in self.seen:
                continue
            if one.lastmod and read_at and not changed_since(one.lastmod, read_at):
                self.report.has_unchanged = True
                continue
            wanted[one.url] = (known and known.fetched_at) or ""
        if depth > DEEPEST:
            self.leave_out("sitemaps too deep in indexes", list(wanted))
            return []
        newest = max(sitemaps, key=lambda one: one.lastmod or "").url
        order = sorted(wanted, key=lambda url: (url != newest, wanted[url]))
        taken, rest = order[: self.sitemaps_left], order[self.sitemaps_left :]
        self.leave_out("more sitemaps than a run reads", rest)
        self.sitemaps_left -= len(taken)
        self.seen.update(taken)
        return [self.listing_request("sitemap", url, seed, depth=depth) for url in taken]

    def keep_validators(self, response: Response, kind: str) -> None:
        """A feed or sitemap was read in full: next time it need only say that it is the same."""
        request = response.request
        if request is None or request.meta.get("redirect_times"):
            return  # the next request goes to the old address
        self.run.seeds.save(
            self.source.name,
            kind,
            request.url,
            etag=header_of(response, "ETag"),
            last_modified=header_of(response, "Last-Modified"),
        )

    def listing_failed(self, failure: TwistedFailure) -> Iterator[Request]:
        """Writes down that a seed gave no page, or said that it is as it was."""
        request: Request = failure.request  # type: ignore[attr-defined]
        kind, seed = request.cb_kwargs["kind"], request.cb_kwargs["seed"]
        if not_modified(failure) is not None:
            if request.meta.get("redirect_times"):
                # The validators were those of the old address: ask again without them.
                asked = request.meta["redirect_urls"][0]
                yield self.listing_request(**request.cb_kwargs, url=asked, conditional=False)
                return
            same = SeedReport(kind=kind, url=request.url)
            self.note_seed(same, Fetched(kind=kind, status=304), outcome="unchanged")
            return
        why = explain(error_of(failure), request.url)
        if why.reason in ("trial", "interrupted"):
            return
        if self.ends_posts(request, why.status):
            yield from self.further_pages(self.walks[seed], (), [], is_whole=True)
            return
        failed = SeedReport(kind=kind, url=request.url, reason=why.reason, words=why.words)
        self.note_seed(failed, Fetched(kind=kind, status=why.status), outcome=why.outcome)
        if kind == "section":
            walk = self.walks[seed]
            walk.is_complete = False
            page = walk.go_on((), is_barren=False)
            if page is not None and why.outcome == "failed":
                yield self.listing_request("section", page, seed)

    def ends_posts(self, request: Request, status: int | None) -> bool:
        """Notes the answer of WordPress behind the last page of its posts, if that was full, as a
        page without any; returns whether it is that."""
        kind, seed = request.cb_kwargs["kind"], request.cb_kwargs["seed"]
        if status != 400 or not is_posts(request.url) or request.url == seed:
            return False
        end = SeedReport(kind=kind, url=request.url)
        self.note_seed(end, Fetched(kind=kind, status=status), outcome="read", found=0)
        return True

    def note_seed(
        self, seed: SeedReport, fetched: Fetched, *, outcome: str, found: int | None = None
    ) -> None:
        """A listing, feed or sitemap was asked for: into the report and the ledger."""
        self.report.seeds.append(seed)
        self.report.has_unchanged |= outcome == "unchanged"
        is_counted = seed.kind == "feed" and outcome == "read"
        self.run.ledger.record_listing(
            self.source.name,
            seed.url,
            fetched,
            outcome=outcome,
            reason=seed.reason,
            found=found,
            refused=len(seed.refused) if is_counted else None,
        )

    def is_candidate(self, url: str) -> bool:
        """May a link lead to a story of this source?"""
        return self.source.is_article_url(url) and self.is_askable(url)

    def is_askable(self, url: str) -> bool:
        """Is the address none of a trap, and would Scrapy make a request of it?"""
        why = trap(url)
        if len(safe_url_string(url)) > self.settings.getint("URLLENGTH_LIMIT"):
            why = "long address"
        if why:
            self.leave_out(why, [url])
        return why is None

    def leave_out(self, why: str, urls: list[str]) -> None:
        """Counts addresses that are not taken up, each once."""
        if news := set(urls) - self.refused:
            self.report.left_out[why] += len(news)
            self.refused |= news


def add_validators(request: Request, *values: str | None) -> None:
    """Asks for a page only if it is another than the one that had this ETag and Last-Modified."""
    for name, value in zip(VALIDATORS, values, strict=True):
        if value:
            request.headers[name] = value


def not_modified(failure: TwistedFailure) -> Response | None:
    """Returns the answer 304 to a request that was conditional; None: this was another failure."""
    request: Request = failure.request  # type: ignore[attr-defined]
    error = error_of(failure)
    is_conditional = any(name in request.headers for name in VALIDATORS)
    if is_conditional and isinstance(error, HttpError) and error.response.status == 304:
        return error.response
    return None


def header_of(response: Response, name: str) -> str | None:
    """Returns one header, as it stands, or None."""
    return (response.headers.get(name) or b"").decode("latin-1") or None


def headers_of(message: Request | Response) -> tuple[tuple[str, str], ...]:
    """Returns all headers as pairs of name and value, as they stand."""
    return tuple(
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, values in message.headers.items()
        for value in values
    )


def error_of(failure: TwistedFailure) -> BaseException:
    """Returns the exception that was raised."""
    assert failure.value is not None
    return failure.value


def _plausible(date: str | None) -> str | None:
    return date if date and is_plausible(date, datetime.now(UTC)) else None


def _path_form(url: str) -> str:
    """Returns ``/news/some-words-123`` as ``/news/…``: what a link looks like, not which it is."""
    segments = urlsplit(url).path.strip("/").split("/")
    return "/" + "/".join(
        segment if len(segment) <= 12 and not re.search(r"\d|-.*-", segment) else "…"
        for segment in segments
    )
