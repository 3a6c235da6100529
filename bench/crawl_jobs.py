"""Runs one of the jobs that bench/crawl.py sets side by side, each in a process of its own:

    python bench/crawl_jobs.py JOB HOME

Each finds the stories of the paper at HOME, reads them all and ends with the line ``stories N``.
They find them by the listing, each with its own downloader; fundus, which reads no listings, by
the sitemap.
"""

import logging
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

if TYPE_CHECKING:
    from tradepress.source import Source

ROOT = Path(__file__).parents[1]
sys.path[0] = str(ROOT)  # another interpreter has no Tradepress

STORY = r"/news/[a-z-]+-\d{6,}"
LISTING_PAGES = 1000


def bare_scrapy(home: str) -> int:
    """Crawls with Scrapy as it comes, without a log: one dict a page, by CSS."""
    from scrapy import Spider
    from scrapy.crawler import AsyncCrawlerProcess

    class Bare(Spider):
        name = "bare"
        start_urls = (f"{home}/news/",)
        items = 0

        def parse(self, response: Any) -> Iterator[Any]:
            yield from response.follow_all(css="main a.card__link", callback=self.parse_story)
            yield from response.follow_all(css="a[rel=next]")

        def parse_story(self, response: Any) -> Iterator[dict[str, Any]]:
            Bare.items += 1
            yield {
                "url": response.url,
                "headline": response.css("h1::text").get(),
                "date_published": response.css(".story__meta time::attr(datetime)").get(),
                "authors": response.css(".story__author::text").getall(),
                "body": "\n\n".join(response.css(".story__body p::text").getall()),
            }

    process = AsyncCrawlerProcess({"LOG_LEVEL": "ERROR"})
    process.crawl(Bare)
    process.start()
    return Bare.items


def lantern(home: str) -> "Source":
    """Declares the invented paper at that address."""
    from tradepress.source import Source

    return Source(
        name="lantern",
        publisher="The Lantern Review",
        domains=(urlsplit(home).hostname or "",),
        language="en",
        timezone="Europe/London",
        sections=(f"{home}/news/",),
        article_url=STORY,
        article_id=r"-(\d{6,})$",
    )


def tradepress(home: str) -> int:
    """Crawls with ours, whole: ledger, raw page to disk, extraction in a worker, archive."""
    from tradepress.archive.ledger.outcomes import Outcome
    from tradepress.commands.crawl_at_terminal import at_terminal
    from tradepress.configuration import Configuration, Limits
    from tradepress.jobs.crawl import run_crawl

    configuration = Configuration(
        contact="bench@lantern.example",
        allow_addresses=("127.0.0.1",),
        limits=Limits(listing_pages=LISTING_PAGES, urls=10**6),
    )
    with at_terminal(Path("archive.db"), 0) as told:
        result = run_crawl(
            [lantern(home)],
            configuration,
            command="bench",
            no_trial=True,
            **told,
        )
    return result.sums.outcomes[Outcome.STORED] if result.sums else 0


def trafilatura(home: str) -> int:
    """Crawls with its own downloader, its extraction with metadata."""
    from trafilatura import bare_extraction, fetch_url
    from trafilatura.settings import use_config

    config = use_config()
    config["DEFAULT"]["SSRF_PROTECTION"] = "off"  # the paper is on loopback

    def fetch(url: str) -> str:
        return fetch_url(url, config=config) or ""

    def read(url: str) -> bool:
        return bool(bare_extraction(fetch(url), url=url, with_metadata=True))

    return count(read, listed(home, fetch))


def newspaper(home: str) -> int:
    from newspaper import Article
    from newspaper.network import get_html

    def read(url: str) -> bool:
        article = Article(url, fetch_images=False)
        article.download()
        article.parse()
        return bool(article.text)

    return count(read, listed(home, get_html))


def newsplease(home: str) -> int:
    from newsplease import NewsPlease
    from newsplease.crawler.simple_crawler import SimpleCrawler

    def read(url: str) -> bool:
        return bool(NewsPlease.from_url(url).maintext)

    return count(read, listed(home, lambda url: SimpleCrawler.fetch_url(url) or ""))


def fundus(home: str) -> int:
    """Crawls with a parser written for this paper, as fundus wants it."""
    from fundus import Crawler, Sitemap
    from fundus.parser import ArticleBody, BaseParser, ParserProxy, attribute
    from fundus.parser.utility import (
        extract_article_body_with_selector,
        generic_author_parsing,
        generic_date_parsing,
    )
    from fundus.publishers.base_objects import Publisher, PublisherGroup
    from lxml.etree import XPath

    class LanternParser(ParserProxy):
        class V1(BaseParser):
            @attribute
            def body(self) -> ArticleBody | None:
                paragraphs = XPath("//div[@class='story__body']/p")
                return extract_article_body_with_selector(
                    self.precomputed.doc, paragraph_selector=paragraphs
                )

            @attribute
            def publishing_date(self) -> Any:
                return generic_date_parsing(self.precomputed.ld.bf_search("datePublished"))

            @attribute
            def authors(self) -> list[str]:
                return generic_author_parsing(self.precomputed.ld.bf_search("author"))

            @attribute
            def title(self) -> Any:
                return self.precomputed.ld.bf_search("headline")

    class Papers(metaclass=PublisherGroup):
        default_language = "en"
        Lantern = Publisher(
            name="The Lantern Review",
            domain=home,
            parser=LanternParser,
            sources=[Sitemap(f"{home}/sitemap.xml")],
        )

    return sum(1 for _ in Crawler(Papers.Lantern, delay=0.0).crawl())


def count(read: Callable[[str], bool], urls: Iterator[str]) -> int:
    """Counts how many stories are kept; one at which a rival raises is not."""
    kept = 0
    for url in urls:
        with suppress(Exception):
            kept += read(url)
    return kept


def listed(home: str, fetch: Callable[[str], str]) -> Iterator[str]:
    """Yields addresses of the stories, walking the listing with a rival's downloader."""
    following: str | None = f"{home}/news/"
    while following:
        page = fetch(following)
        for path in re.findall(rf'card__link" href="({STORY})"', page):
            yield urljoin(home, path)
        link = re.search(r'rel="next" href="([^"]+)"', page)
        following = urljoin(home, link[1]) if link else None


JOBS: dict[str, Callable[[str], int]] = {
    "scrapy": bare_scrapy,
    "tradepress": tradepress,
    "trafilatura": trafilatura,
    "fundus": fundus,
    "news-please": newsplease,
    "newspaper4k": newspaper,
}

if __name__ == "__main__":
    logging.disable(logging.WARNING)
    print("stories", JOBS[sys.argv[1]](sys.argv[2]))
