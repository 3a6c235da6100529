"""Leads Scrapy to the sample papers: every request goes through their loopback proxy."""

from typing import TYPE_CHECKING, Any, Self

from scrapy.http import Request

from tradepress.crawling.scrapy_settings import DOWNLOADER_MIDDLEWARES

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


class SampleProxy:
    """Sends all requests, robots.txt too, to SAMPLE_PROXY, as a downloader middleware."""

    def __init__(self, proxy_url: str) -> None:
        self.proxy_url = proxy_url

    @classmethod
    def from_crawler(cls, crawler: "Crawler") -> Self:
        return cls(crawler.settings["SAMPLE_PROXY"])

    def process_request(self, request: Request) -> None:
        request.meta["proxy"] = self.proxy_url


def sample_settings(proxy_url: str) -> dict[str, Any]:
    """Returns Scrapy settings for a crawl of the sample papers."""
    return {
        "SAMPLE_PROXY": proxy_url,
        "DOWNLOADER_MIDDLEWARES": {
            **DOWNLOADER_MIDDLEWARES,
            "tradepress.sample.proxy.SampleProxy": 740,
        },
        "TRADEPRESS_ALLOW_ADDRESSES": "127.0.0.1",
    }
