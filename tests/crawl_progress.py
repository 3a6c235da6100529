"""The command line, watched: another process is told line by line how a crawl goes.

``python crawl_progress.py PIPE FOLDER ARGUMENT…``: number of an open pipe, a folder with further
spiders, and what follows ``tradepress``.
"""

import hashlib
import json
import os
import sys
from typing import TYPE_CHECKING, Self

from scrapy import signals
from scrapy.http import Request, Response

import tradepress.crawling.scrapy_settings
import tradepress.spiders
from tradepress.__main__ import main
from tradepress.archive.stories.clean_story import CleanStory

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


class Progress:
    """A Scrapy extension; each line is written before the crawl goes on.

    A story counts as acknowledged when the last pipeline gives it back: after the commit.
    """

    def __init__(self, pipe: int) -> None:
        self.pipe = pipe

    @classmethod
    def from_crawler(cls, crawler: "Crawler") -> Self:
        progress = cls(crawler.settings.getint("PROGRESS_PIPE"))
        crawler.signals.connect(progress.asked, signals.request_reached_downloader)
        crawler.signals.connect(progress.answered, signals.response_received)
        crawler.signals.connect(progress.acknowledged, signals.item_scraped)
        return progress

    def asked(self, request: Request) -> None:
        tell(self.pipe, "asked", request.url)

    def answered(self, response: Response) -> None:
        tell(self.pipe, "answered", response.url)

    def acknowledged(self, item: CleanStory) -> None:
        article = item.article
        assert article.capture is not None
        url = article.capture.requested_url or article.capture.url
        tell(self.pipe, "acknowledged", url, article.headline or "", text_digest(article.body))


def tell(pipe: int, *words: str) -> None:
    os.write(pipe, json.dumps(words).encode() + b"\n")


def text_digest(text: str | None) -> str:
    return hashlib.sha256((text or "").encode()).hexdigest()


if __name__ == "__main__":
    tradepress.crawling.scrapy_settings.PROGRESS_PIPE = int(sys.argv.pop(1))  # type: ignore[attr-defined]
    tradepress.crawling.scrapy_settings.EXTENSIONS["crawl_progress.Progress"] = 900
    tradepress.spiders.__path__.append(sys.argv.pop(1))
    tell(tradepress.crawling.scrapy_settings.PROGRESS_PIPE, "begins")
    main()
