"""What story a page of a file holds, at which address, and by which source's rules."""

from dataclasses import dataclass, replace

from archive.story import Article
from archive.url_key import without_tracking
from crawler.extraction import extract_article
from crawler.news_spider import NewsSpider
from crawler.page_workers import PageWorkers
from tradepress.jobs.file_pages import FilePage
from tradepress.jobs.spiders import spider_owning


@dataclass(frozen=True, kw_only=True, slots=True)
class Read:
    """A story as read, and what it was read by."""

    page: FilePage
    """With the address that the page declares, if it came without one."""
    spider: type[NewsSpider] | None
    """Whose story it is; None: no source has this site."""
    article: Article


async def read_story(page: FilePage, spider: type[NewsSpider] | None, workers: PageWorkers) -> Read:
    """The story of a page, as its extraction gives it.

    A page that comes without its address is read once more at the one that it declares, as if
    that had been given, where this has the form of a story of its source.

    :param spider: whose page it is; None: of the source whose site its address is on
    :raises NotAnArticle: it holds none
    :raises TooComplex: reading it took too much
    """
    if spider is None and page.url is not None:
        spider = spider_owning(page.url)
    article = await extract(page, spider, workers)
    if page.url is None and (declared := declared_address(article, spider)) is not None:
        url, spider = declared
        page = replace(page, url=url)
        article = await extract(page, spider, workers)
    return Read(page=page, spider=spider, article=article)


async def extract(page: FilePage, spider: type[NewsSpider] | None, workers: PageWorkers) -> Article:
    """
    :raises NotAnArticle: as :func:`read_story`
    :raises TooComplex: as :func:`read_story`
    """
    return await workers.run(
        extract_article,
        page.page,
        page.url,
        spider.source if spider else None,
        content_type=page.content_type,
        seen_at=page.date_captured,
    )


def declared_address(
    article: Article, spider: type[NewsSpider] | None
) -> tuple[str, type[NewsSpider]] | None:
    """Where a page says that it stands, and whose site that is; None if it does not say so, or if
    that is not the address of a story."""
    if article.canonical_url is None:
        return None
    url = without_tracking(article.canonical_url)
    owner = spider or spider_owning(url)
    return (url, owner) if owner is not None and owner.source.is_article_url(url) else None
