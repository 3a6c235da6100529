"""Reads a page of the captures again by today's rules; the work of the page workers."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from tradepress.archive.captures.kept_page import UnreadablePage, read_kept_page
from tradepress.archive.clean import ArticleRowError
from tradepress.archive.site_memory import SiteMemory
from tradepress.archive.stories.clean_story import CleanStory, clean_story
from tradepress.crawling.listed_fields import take_listed
from tradepress.extraction import extract_article, page_border
from tradepress.source import Source
from tradepress.steps.dropped import Dropped
from tradepress.steps.normalize_text import normalize_text
from tradepress.steps.note_mentions import note_mentions
from tradepress.steps.require_fields import require_fields
from tradepress.story import Listing, StoredArticle


@page_border(UnreadablePage, Dropped, ArticleRowError)
def reread_page(
    folder: Path,
    place: Mapping[str, Any],
    source: Source,
    *,
    url: str,
    seen_at: datetime | None,
    listing: Listing,
    data: Mapping[str, Any] | None = None,
    people: bool = False,
    site: SiteMemory | None = None,
) -> CleanStory:
    """Reads the story in a stored page. What may be kept of it is not judged.

    :param folder: of the captures
    :param place: ``file``, ``offset``, ``length``, ``digest``, ``url`` and ``content_type`` of the
        index
    :param url: the address of the story
    :param seen_at: when the page stood like this
    :param listing: what listings say of the story
    :param data: ``file``, ``offset`` and ``length`` of the data that the page loaded
    :param people: look for them in the text, too
    :param site: what other stories of the source show
    :raises UnreadablePage: the page is not there, or not as it was written
    :raises NotAnArticle: it holds no story
    :raises Dropped: the story lacks something
    :raises ArticleRowError: the story can't be stored
    """
    article = extract_article(
        read_kept_page(folder, place),
        place["url"],
        source,
        content_type=place["content_type"],
        seen_at=seen_at,
        data=read_kept_page(folder, data) if data is not None else None,
        site=site,
    )
    article = take_listed(article, listing, source)
    article = replace(StoredArticle.of(article, source=source.name, url=url), policy=source.policy)
    return clean_story(note_mentions(require_fields(normalize_text(article)), people=people))
