"""Finds what story a page of a file holds, at which address, and by which source's rules."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from tradepress.archive.url_key import without_tracking
from tradepress.crawling.page_workers import PageWorkers
from tradepress.declared_sources import source_owning
from tradepress.extraction import extract_article
from tradepress.extraction.address_forms import is_listing
from tradepress.extraction.links import is_home
from tradepress.jobs.files.file_page import FilePage
from tradepress.jobs.files.saved_pages import at_publisher
from tradepress.source import Source
from tradepress.story import Article
from tradepress.undeclared_source import source_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Read:
    """Is a story as read, and what it was read by."""

    page: FilePage
    """Has the address that the page declares, if it came without one."""
    source: Source | None
    """Is whose story it is; None: no declared source has this site."""
    article: Article


async def read_story(
    page: FilePage, source: Source | None, workers: PageWorkers, *, sources: Collection[Source]
) -> Read:
    """Returns the story of a page, as its extraction gives it.

    A page that comes without its address is read once more at the one that it declares, as if
    that had been given, where this has the form of a story of its source.

    :param source: whose page it is; None: of that one of ``sources`` whose site its address is on
    :raises NotAnArticle: it holds none
    :raises TooComplex: reading it took too much
    """
    page = at_publisher(page)
    if source is None and page.url is not None:
        source = source_owning(page.url, sources)
    article = await extract(page, source, workers)
    if page.url is None and (declared := declared_address(article, source, sources)) is not None:
        url, source = declared
        page = replace(page, url=url)
        article = await extract(page, source, workers)
    return Read(page=page, source=source, article=article)


async def extract(page: FilePage, source: Source | None, workers: PageWorkers) -> Article:
    """Extracts the story of a page in a worker.

    :raises NotAnArticle: as :func:`read_story`
    :raises TooComplex: as :func:`read_story`
    """
    return await workers.run(
        extract_article,
        page.page,
        page.url,
        source,
        content_type=page.content_type,
        seen_at=page.date_captured,
        data=page.data,
    )


def declared_address(
    article: Article,
    source: Source | None,
    sources: Collection[Source],
    *,
    any_site: bool = False,
) -> tuple[str, Source] | None:
    """Returns where a page says that it stands, and whose site that is; None if it does not say so,
    or if that is not the address of a story.

    :param any_site: also one that no source has
    """
    if article.canonical_url is None:
        return None
    url = without_tracking(article.canonical_url)
    owner = source or source_of(url, sources, any_site=any_site)
    if owner is None:
        return None
    if owner.is_declared:
        return (url, owner) if owner.is_article_url(url) else None
    return None if is_home(url) or is_listing(url, None) else (url, owner)
