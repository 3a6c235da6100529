"""Turns a page into an Article: pure functions that know no Scrapy, no network and no clock."""

from datetime import datetime

from tradepress.archive.site_memory import SiteMemory
from tradepress.extraction.not_an_article import DEFECT, NotAnArticle, page_border
from tradepress.source import Source
from tradepress.story import Article

__all__ = ["DEFECT", "NotAnArticle", "extract_article", "page_border"]


@page_border()
def extract_article(
    page: str | bytes,
    url: str | None = None,
    source: Source | None = None,
    *,
    content_type: str | None = None,
    seen_at: datetime | None = None,
    data: bytes | None = None,
    site: SiteMemory | None = None,
) -> Article:
    """Reads one page, HTML or plain-text capture, as a news story.

    ``url`` is its final address (anything but http and https counts as none), ``source`` the
    declaration of its publisher, ``content_type`` the HTTP header (used for bytes alone) and
    ``seen_at`` the aware instant at which the page stood like this. Nothing else is consulted,
    neither network nor clock. Of a page of a web archive what it was captured from is read: its
    toolbar and scripts count for nothing, and its address and links lead to the publisher.
    ``data`` is the JSON that its script loads the story from: what ``story_data`` declares.
    ``site`` says what other stories of the source show; without it the page alone counts.

    >>> page = "<h1>Court clears lantern mark</h1><p>" + 5 * "A lantern may be green, it says. "
    >>> article = extract_article(page, "https://p.example/a-1")
    >>> article.headline, article.evidence["headline"][0].evidence
    ('Court clears lantern mark', 'h1')

    Raises NotAnArticle, with a ``reason``, for anything that holds no story.
    """
    # Here, as a process that has pages read by others needs none of it: a quarter of a second.
    from tradepress.extraction.article import read_article

    return read_article(page, url, source, content_type, seen_at, data, site)
