"""The only place where an Article comes into the archive."""

from typing import TYPE_CHECKING, Self

from scrapy.exceptions import DropItem

from archive.run import Run
from archive.stories.stories import QUARANTINED, Quarantined, Saved
from archive.story import Article
from crawler.context import run_of
from crawler.extraction.rules import extractor
from crawler.source import Source

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


class SaveToArchive:
    """Article -> Article; returns after the commit that contains it."""

    def __init__(self, run: Run, source: Source) -> None:
        self.run = run
        self.extractor = extractor(source)

    @classmethod
    def from_crawler(cls, crawler: "Crawler") -> Self:
        source: Source = crawler.spidercls.source  # type: ignore[attr-defined]
        return cls(run_of(crawler), source)

    async def process_item(self, item: Article) -> Article:
        await self.save(item)
        return item

    async def save(self, article: Article) -> Saved:
        """
        :raises DropItem: it can't be stored, and lies in quarantine
        """
        try:
            saved = self.run.stories.save(article, extractor=self.extractor)
        except Quarantined as error:
            await self.run.transaction.committed()
            raise DropItem(f"{QUARANTINED}: {error}") from error
        await self.run.transaction.committed()
        return saved
