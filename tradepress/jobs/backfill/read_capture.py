"""Reads the page of a capture, before anything of it is written."""

from tradepress.archive.site_memory import SiteMemory
from tradepress.crawling.page_reading import NOT_LISTED, PageToRead, ReadPage, read_page
from tradepress.crawling.page_workers import PageWorkers, TooComplex
from tradepress.extraction import DEFECT, NotAnArticle
from tradepress.extraction.not_an_article import JUDGED
from tradepress.extraction.page_reservations import page_reservations
from tradepress.jobs.backfill.backfill_visit import FoundCapture, WithoutStory
from tradepress.rights.header_reservations import header_reservations
from tradepress.source import Source
from tradepress.steps.apply_policy import judge_policy
from tradepress.steps.dropped import Dropped
from tradepress.story import Article, Listing, Policy


async def read_capture(
    found: FoundCapture,
    source: Source,
    *,
    policy: Policy,
    people: bool,
    workers: PageWorkers,
    listing: Listing = NOT_LISTED,
    site: SiteMemory | None = None,
) -> ReadPage | WithoutStory:
    """Reads the page of a capture as a story, or says why there is none.

    :param policy: what source and operator ask for
    :param people: look for people in its text, too
    :param listing: what listings say of the story
    :param site: what other stories of the source show
    :raises NoWorkers: nothing is wrong with it, but no page can be read now
    """
    capture = found.capture
    reservations = header_reservations(capture.http_headers)
    page = PageToRead(
        body=found.page,
        capture=capture,
        policy=policy,
        reservations=reservations,
        listing=listing,
        people=people,
        site=site,
    )
    try:
        return await workers.run(read_page, page, source)
    except (NotAnArticle, TooComplex, Dropped) as error:
        is_kept = False
        if error.reason in JUDGED and policy == "store":
            on_page = await workers.run(page_reservations, found.page, capture.content_type)
            is_kept = judge_policy(Article(reservations=(*on_page, *reservations))) == "store"
        reason = str(error) if error.reason == DEFECT else error.reason
        return WithoutStory(reason=reason, is_kept=is_kept)
