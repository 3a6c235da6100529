"""Visits a source's site: its seeds and a few stories are held against its declaration."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import chain, zip_longest
from pathlib import Path

from tradepress.archive.errors import ArchiveError
from tradepress.archive.frontier.addresses import RANKS
from tradepress.archive.read_only import read_archive
from tradepress.archive.stories.reservation_words import withheld_by, withheld_source
from tradepress.archive.stories.site_marks import agreed_places
from tradepress.archive.witnesses import Agreement, agreements
from tradepress.configuration import Configuration
from tradepress.crawling.listed_fields import take_listed
from tradepress.crawling.page_workers import PageWorkers, TooComplex
from tradepress.crawling.source_report import SourceReport
from tradepress.discovery.candidates import NotAListing
from tradepress.extraction import NotAnArticle
from tradepress.jobs.files.file_page import FilePage
from tradepress.jobs.site_visit import Fetch, PageNotHad, visit_site, with_data
from tradepress.rights.header_reservations import header_reservations
from tradepress.source import Source
from tradepress.story import METADATA_ONLY, Article, Policy, strictest
from tradepress.survey.checked_pages import (
    CheckedListing,
    CheckedPage,
    SeedKind,
    see_listing,
    see_story,
)
from tradepress.survey.drift import Drift
from tradepress.survey.listing_drift import (
    home_of,
    in_turn,
    is_gone,
    learn_new_form,
    listing_drift,
    places_instead,
    refused_links,
)
from tradepress.survey.mend import Mend, mended
from tradepress.survey.reach import Reach, judge_reach
from tradepress.survey.seen_site import UNLIKELY_SITEMAP
from tradepress.survey.source_file import NotMendable, file_diff, mend_file
from tradepress.survey.story_drift import (
    FieldSeen,
    coverage,
    lose_only_furniture,
    story_drift,
)

MOST_REQUESTS = 18
"""Bounds the pages asked for of one source."""
MOST_SEEDS = 6
MOST_STORIES, MOST_REFUSED = 8, 3
"""Bound the stories that are read of the declared form, and pages at addresses that look like
stories while some have that form."""
FEWEST_STORIES = 8
"""Is how many stories room is left for, whatever the listings take."""
MOST_PLACES = 2
"""Bounds the pages that are tried in the place of a listing that is gone."""
MOST_INNER = 3
"""Bounds the sitemaps of an index that are looked at for stories."""


@dataclass(frozen=True, kw_only=True)
class SourceCheck:
    """Holds what one visit, or some saved pages, showed of a source."""

    source: Source
    day: date
    listings: tuple[CheckedListing, ...]
    """Are declared ones, the home page where it was asked for, and those tried in place of
    others."""
    stories: tuple[CheckedPage, ...]
    requests: int
    """Counts the pages asked for; of saved pages 0."""
    fields: tuple[FieldSeen, ...]
    drift: tuple[Drift, ...]
    notes: tuple[str, ...] = ()
    """Are what else the site says to crawlers."""
    reach: Reach | None = None
    """Tells how many stories the lists come to; None: of saved pages nobody knows."""
    mends: tuple[Mend, ...]
    """Are mends with which the same pages were read again, and nothing but furniture was lost."""

    @property
    def articles(self) -> list[Article]:
        return [one.article for one in self.stories if one.article is not None]

    @property
    def witnesses(self) -> tuple[Agreement, ...]:
        """Says how often pages and listings agree."""
        return agreements(article.evidence for article in self.articles)

    @property
    def is_unreachable(self) -> bool:
        """Was nothing of the site to be had, not even its home page?"""
        answered = any(one.answered_at is not None for one in self.listings)
        return self.requests > 0 and not (answered or self.articles)

    @property
    def is_well(self) -> bool:
        """Were stories read, and does nothing differ but for suspicions?"""
        return bool(self.articles) and all(one.is_suspected for one in self.drift)


def check_source(source: Source, configuration: Configuration, *, day: date) -> SourceCheck:
    """Visits the site and holds it against the declaration; nothing is stored.

    :param day: today
    :raises UsageError: no contact
    """

    report = SourceReport(source=source.name)
    asked = strictest(source.policy, configuration.policy_of(source.name))

    async def visit(fetch: Fetch) -> SourceCheck:
        with PageWorkers(1) as workers:
            return await visit_source(source, workers, fetch, day=day, asked=asked)

    check = visit_site(source, configuration, visit, report=report)
    return replace(check, notes=(*report.notes, *_places(configuration.archive, source.name)))


def _places(archive: Path, source: str) -> list[str]:
    """Returns where the stories that the archive has show their fields."""
    if not archive.exists():
        return []
    with suppress(ArchiveError), read_archive(archive) as db:
        return [*agreed_places(db, source)]
    return []


async def visit_source(
    source: Source, workers: PageWorkers, fetch: Fetch, *, day: date, asked: Policy = "store"
) -> SourceCheck:
    """Does the same with the pages that ``fetch`` has, of which it asks for MOST_REQUESTS at
    most.

    :param asked: what source and operator ask for
    """
    return await _Visit(source, workers, fetch, asked=asked).check(day)


def check_pages(source: Source, pages: Sequence[FilePage], *, day: date) -> SourceCheck:
    """Holds saved story pages against the declaration; the site is not asked.

    :param day: today
    """

    async def check() -> SourceCheck:
        with PageWorkers(1) as workers:
            saved = _Visit(source, workers, _no_site, asked=source.policy)
            for page in pages:
                await saved.add_story(page.url, page)
            return await saved.conclude(day)

    return asyncio.run(check())


async def _no_site(url: str) -> FilePage:
    raise PageNotHad(url, "not_asked", "the site is not asked")


@dataclass(frozen=True, kw_only=True)
class MendedFile:
    """Holds the file of a source with the mends of a check."""

    file: Path
    """Is the file as it is: nothing was written."""
    text: str
    diff: str
    """Is a unified diff; empty: there is nothing to mend."""
    refused: tuple[str, ...]
    """Says why some mends can't be written into it."""


def mend_declaration(check: SourceCheck, file: Path) -> MendedFile:
    """Makes all mends that can be made in the file that declares the source.

    :raises OSError: the file can't be read
    """
    text = before = file.read_text(encoding="utf-8")
    source, refused = check.source, []
    for mend in check.mends:
        try:
            text = mend_file(text, source, [mend])
        except NotMendable as error:
            refused.append(str(error))
        else:
            source = mended(source, [mend])
    diff = file_diff(file.name, before, text)
    return MendedFile(file=file, text=text, diff=diff, refused=tuple(refused))


def with_listings(
    article: Article, url: str, listings: Iterable[CheckedListing], source: Source
) -> Article:
    """Returns a story with what listings say of it, as a crawl takes that.

    :raises NotAnArticle: it is a headline, and the source asks for a teaser
    """
    said = [one.said[url] for one in listings if url in one.said]
    if not said:
        return article
    return take_listed(article, max(said, key=lambda one: RANKS.index(one.listed_by)), source)


@dataclass
class _Visit:
    """Runs one visit: what is asked for, one page after the other, and what was seen."""

    source: Source
    workers: PageWorkers
    fetch: Fetch
    asked: Policy = "store"
    """Is what source and operator ask for."""
    requests: int = 0
    listings: list[CheckedListing] = field(default_factory=list)
    stories: list[CheckedPage] = field(default_factory=list)
    pages: list[tuple[FilePage, CheckedPage]] = field(default_factory=list)
    """Are pages of the stories, as they were read; to be read again with the mends."""
    withheld: dict[str, str | None] = field(default_factory=dict)
    """Says, by address of a story, why its publisher alone keeps the text out; None: it may be
    kept."""

    async def check(self, day: date) -> SourceCheck:
        await self.see_seeds()
        await self.see_places_instead()
        if any(one.answered_at is not None for one in self.listings):
            for url in self.chosen_stories():
                await self.see_story(url)
        return await self.conclude(day)

    async def see_seeds(self) -> None:
        source = self.source
        kinds: list[list[tuple[SeedKind, str]]] = [
            [("section", url) for url in source.sections],
            [("feed", url) for url in source.feeds],
            [("sitemap", url) for url in source.sitemaps],
        ]
        for kind, url in filter(None, chain(*zip_longest(*kinds))):
            if self.requests >= MOST_SEEDS:
                break
            seen = await self.see_listing(kind, url)
            # An index says nothing of stories itself, and may name feeds, tags and authors as well.
            likely = sorted(seen.inner, key=lambda url: bool(UNLIKELY_SITEMAP.search(url)))
            for inner_url in likely[:MOST_INNER]:
                inner = await self.see_listing("sitemap", inner_url)
                seen = replace(seen, stories=inner.stories, others=inner.others, said=inner.said)
                if inner.stories:
                    break
            self.listings.append(seen)

    async def see_places_instead(self) -> None:
        """Looks where the stories of listings that are gone may be listed now."""
        gone = [one for one in self.listings if is_gone(one, self.source)]
        if not gone:
            return
        home = await self.see_listing("section", home_of(self.source))
        self.listings.append(replace(home, is_home=True))
        for one in gone:
            for url in places_instead(one, self.source, self.listings)[:MOST_PLACES]:
                if self.requests >= MOST_REQUESTS - FEWEST_STORIES:
                    return
                place = replace(await self.see_listing(one.kind, url), instead_of=one.url)
                self.listings.append(place)
                if not is_gone(place, self.source):
                    break

    async def see_listing(self, kind: SeedKind, url: str) -> CheckedListing:
        try:
            page = await self.ask(url)
            return await self.workers.run(
                see_listing,
                kind,
                page.page,
                url,
                self.source,
                answered_at=page.url or url,
                content_type=page.content_type,
            )
        except PageNotHad as error:
            return CheckedListing(kind=kind, url=url, reason=error.reason, words=error.words)
        except (NotAListing, TooComplex) as error:
            words = str(error)
            return CheckedListing(
                kind=kind, url=url, answered_at=url, reason=error.reason, words=words
            )

    def chosen_stories(self) -> list[str]:
        """Chooses of each listing in turn the first, of sitemaps last; fewer of an undeclared
        form."""
        pages = [one.stories for one in self.listings if one.kind != "sitemap"]
        maps = [one.stories for one in self.listings if one.kind == "sitemap"]
        known = _unique([*in_turn(pages), *in_turn(maps)])
        refused = refused_links(self.source, self.listings)
        most = MOST_REFUSED if known else MOST_STORIES
        left = (MOST_REQUESTS - self.requests) // (1 if self.source.story_data is None else 2)
        return _unique([*known[:MOST_STORIES], *refused[:most]])[:left]

    async def see_story(self, url: str) -> None:
        try:
            page = await with_data(await self.ask(url), self.source, self.ask)
        except PageNotHad as error:
            self.stories.append(
                CheckedPage(url=url, asked=url, reason=error.reason, words=error.words)
            )
        else:
            await self.add_story(url, page)

    async def add_story(self, asked: str | None, page: FilePage) -> None:
        seen = await self.read(page, self.source)
        self.pages.append((page, seen))
        if seen.article is not None and self.asked != METADATA_ONLY:
            by_site = (*header_reservations(page.http_headers), *page.site_reservations)
            self.withheld[seen.url] = withheld_by((*seen.article.reservations, *by_site))
        self.stories.append(replace(seen, asked=asked or seen.url))

    async def read(self, page: FilePage, source: Source) -> CheckedPage:
        try:
            return await self.workers.run(
                see_story,
                page.page,
                page.url,
                source,
                content_type=page.content_type,
                seen_at=page.date_captured,
                data=page.data,
            )
        except (NotAnArticle, TooComplex) as error:
            return CheckedPage(url=page.url or "", reason=error.reason, words=str(error))

    async def ask(self, url: str) -> FilePage:
        self.requests += 1
        return await self.fetch(url)

    async def conclude(self, day: date) -> SourceCheck:
        self.stories = [self.with_listing(one) for one in self.stories]
        told, new = self.stories, learn_new_form(self.source, self.listings, self.stories)
        if self.listings:
            told = [
                one
                for one in told
                if self.source.is_article_url(one.asked) or (new and new.matches(one.url))
            ]
        reach = judge_reach(self.source, self.listings, [one.url for one in told])
        drift = (
            *listing_drift(self.source, self.listings, self.stories),
            *story_drift(self.source, self.listings, told),
            *self.rights_drift(told),
        )
        if reach.is_short:
            words = f"the lists come to {reach.words} ({reach.evidence})"
            drift = (*drift, Drift(subject="reach", words=words, is_suspected=True))
        mends = tuple(mend for one in drift for mend in one.mends)
        if not await self.holds(mends):
            mends = await self.those_that_hold(mends)
        return SourceCheck(
            source=self.source,
            day=day,
            listings=tuple(self.listings),
            stories=tuple(told),
            requests=self.requests,
            fields=coverage([one.article for one in told if one.article is not None]),
            drift=drift,
            mends=mends,
            reach=reach if self.listings else None,
        )

    def with_listing(self, page: CheckedPage) -> CheckedPage:
        """Returns a story with what listings say of it, as a crawl takes that."""
        if page.article is None:
            return page
        try:
            article = with_listings(page.article, page.asked, self.listings, self.source)
            return replace(page, article=article)
        except NotAnArticle as error:
            return replace(page, article=None, reason=error.reason, words=error.words)

    def rights_drift(self, stories: Sequence[CheckedPage]) -> Iterator[Drift]:
        """Yields that a crawl would keep no text of nearly all stories, and why."""
        read = [self.withheld.get(one.url) for one in stories if one.article is not None]
        if found := withheld_source(Counter(filter(None, read)), len(read)):
            yield Drift(subject="rights", words=found.line)

    async def those_that_hold(self, mends: Sequence[Mend]) -> tuple[Mend, ...]:
        """Returns all mends but those by which a page loses more."""
        kept = tuple(mend for mend in mends if mend.keyword != "furniture")
        for mend in mends:
            if mend not in kept and await self.holds((*kept, mend)):
                kept = (*kept, mend)
        return kept

    async def holds(self, mends: Sequence[Mend]) -> bool:
        """Do the same pages lose nothing but furniture, if it is mended, read with the mends?"""
        if not any(mend.keyword == "furniture" for mend in mends):
            return True
        source = mended(self.source, mends)
        after = [await self.read(page, source) for page, _ in self.pages]
        return lose_only_furniture([seen for _, seen in self.pages], after, mends)


def _unique(urls: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(urls))
