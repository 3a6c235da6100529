"""Saves stories to the archive: the only place where one comes into it."""

from typing import TYPE_CHECKING, Any, Self, cast

from scrapy.exceptions import DropItem

from tradepress.archive.run import Run
from tradepress.archive.stories.clean_story import CleanStory
from tradepress.archive.stories.stories import QUARANTINED, Quarantined
from tradepress.steps.dropped import Dropped
from tradepress.steps.prepare import prepare
from tradepress.story import Article, StoredArticle

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


class SaveToArchive:
    """Saves a story and gives it on; returns after the commit that contains it."""

    def __init__(self, run: Run, extractor: str, *, people: bool = False) -> None:
        self.run = run
        self.extractor = extractor
        """Is the name of the rules that read the stories."""
        self.people = people
        """Tells to look for people in the texts, too."""

    @classmethod
    def from_crawler(cls, crawler: "Crawler") -> Self:
        spider = cast("Any", crawler.spider)  # a NewsSpider
        people = crawler.settings.getbool("TRADEPRESS_PEOPLE")
        return cls(spider.run, spider.extractor, people=people)

    async def process_item(self, item: CleanStory | Article) -> CleanStory | Article:
        """Saves one story, and waits for the commit.

        :param item: a CleanStory has taken the steps; an Article, from a spider of somebody's
            own, takes them here
        :raises ValueError: it belongs to no source
        :raises DropItem: it is not to be stored; or it can't be, and lies in quarantine
        """
        try:
            story = item if isinstance(item, CleanStory) else self._prepare(item)
            self.run.stories.save(story, extractor=self.extractor)
        except Dropped as error:
            raise DropItem(error.reason) from error
        except Quarantined as error:
            await self.run.transaction.committed()
            raise DropItem(f"{QUARANTINED}: {error}") from error
        await self.run.transaction.committed()
        return item

    def _prepare(self, item: Article) -> StoredArticle:
        if item.source is None:
            raise ValueError("a story belongs to a source")
        return prepare(StoredArticle.of(item, source=item.source), people=self.people)
