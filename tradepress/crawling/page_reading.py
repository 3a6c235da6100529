"""Makes of a page all that is made before anything is written; the work of the page workers."""

from dataclasses import dataclass, replace

from tradepress.archive.captures.copied_record import copy_or_pack
from tradepress.archive.clean import ArticleRowError
from tradepress.archive.site_memory import SiteMemory
from tradepress.archive.stories.clean_story import CleanStory, article_in, clean_story
from tradepress.crawling.listed_fields import take_listed
from tradepress.extraction import extract_article, page_border
from tradepress.extraction.not_an_article import STORY_DATA
from tradepress.source import Source
from tradepress.steps.dropped import Dropped
from tradepress.steps.prepare import prepare
from tradepress.story import (
    METADATA_ONLY,
    Capture,
    Listing,
    PackedPage,
    Policy,
    Reservation,
    StoredArticle,
)

NOT_LISTED = Listing()


@dataclass(frozen=True, kw_only=True)
class PageToRead:
    """Holds a page, and what is known of it beside its words."""

    body: bytes
    """Is the page's body, decoded from transfer and content encodings."""
    capture: Capture
    """Is the page as it was received."""
    policy: Policy
    """Is what source and operator ask for."""
    reservations: tuple[Reservation, ...] = ()
    """Holds what its header and its site reserve; behind what the page itself says (W3C TDMRep)."""
    data: bytes | None = None
    """Is the JSON that its script loads the story from, decoded; None: that was not asked for."""
    data_reservations: tuple[Reservation, ...] = ()
    """Holds what is reserved of that JSON; before what the page allows."""
    listing: Listing = NOT_LISTED
    """Holds what listings say of the story; behind what the page itself says."""
    member: bytes | None = None
    """Is the gzip member in which its record came from a WARC file; None: it came otherwise."""
    people: bool = False
    """Tells to look for people in its text, too."""
    basis: str | None = None
    """Is on what its text is held though it be reserved; None: on nothing, as of all that is asked
    of a site."""
    site: SiteMemory | None = None
    """Says what other stories of the source show."""


@dataclass(frozen=True, kw_only=True)
class ReadPage:
    """Holds the story of a page."""

    story: CleanStory | StoredArticle
    """Is a StoredArticle if a value can't be stored: it will be quarantined."""
    packed: PackedPage | None
    """Is the page as a record; None if it is not to be kept."""

    @property
    def is_from_data(self) -> bool:
        """Was its text taken from the data that the page loads?"""
        read = self.article.evidence.get("body", ())
        is_data = bool(read) and read[0].evidence == STORY_DATA
        return is_data and self.article.completeness == "body"

    @property
    def article(self) -> StoredArticle:
        return article_in(self.story)

    def captured(self, capture: Capture) -> CleanStory | StoredArticle:
        """Returns the story with the page that it was read from."""
        # Data that hold more than may be read are not kept.
        data = capture.data if self.is_from_data else None
        capture = replace(capture, packed=self.packed, data=data)
        if isinstance(self.story, CleanStory):
            return self.story.captured(capture)
        return replace(self.story, capture=capture)


@page_border(Dropped)
def read_page(page: PageToRead, source: Source) -> ReadPage:
    """Reads a page, and takes every step up to the archive.

    :raises NotAnArticle: it holds no story
    :raises Dropped: its story is not to be stored
    """
    article = extract_article(
        page.body,
        page.capture.url,
        source,
        content_type=page.capture.content_type,
        seen_at=page.capture.date_captured,
        data=page.data,
        site=page.site,
    )
    article = prepare(
        replace(
            StoredArticle.of(take_listed(article, page.listing, source), source=source.name),
            policy=page.policy,
            reservations=tuple(
                dict.fromkeys((*page.data_reservations, *article.reservations, *page.reservations))
            ),
        ),
        people=page.people,
        basis=page.basis,
    )
    is_kept = article.policy != METADATA_ONLY
    try:
        packed = copy_or_pack(page.capture, page.member) if is_kept else None
        return ReadPage(story=clean_story(article), packed=packed)
    except ArticleRowError:
        return ReadPage(story=article, packed=None)
